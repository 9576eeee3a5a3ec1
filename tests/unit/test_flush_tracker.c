/* SPDX-License-Identifier: MIT */
/* The life of a tracker: options, memory, what it tells. */
#include "flush_fixture.h"

#include "support/failing.h"

static void create_survives_every_oom(void **state)
{
	(void)state;
	for (uint64_t k = 0, done = 0; !done; k++) {
		struct failing f = { .fail_at = k };
		struct tiermm_alloc mem = failing_alloc(&f);
		struct tiermm_flush *flush = (void *)&f;
		int err = tiermm_flush_create(&flush, NULL, &mem);

		done = err == 0;
		assert_true(done || (err == -TIERMM_ENOMEM && !flush));
		tiermm_flush_destroy(flush);
		assert_true(failing_is_clean(&f));
	}
}

static int no_barrier(void *self)
{
	(void)self;
	return 0;
}

static void options_out_of_range_are_refused(void **state)
{
	struct tiermm_barrier barrier = { .size = sizeof(barrier),
					  .run = no_barrier };
	struct tiermm_barrier empty = { .size = sizeof(empty) };
	struct tiermm_flush_check check = { .size = sizeof(check) };
	struct tiermm_flush_options good = { .size = sizeof(good),
					     .flavour = TIERMM_FLUSH_PAIRED,
					     .barrier = &barrier };
	struct tiermm_flush_options bad[8];
	struct tiermm_flush *f;

	(void)state;
	for (int i = 0; i < 8; i++)
		bad[i] = good;
	bad[0].flavour = 3;
	bad[1].max_agents = TIERMM_FLUSH_MAX_AGENTS + 1;
	bad[2].max_nodes = TIERMM_MAX_NODES + 1;
	bad[3].barrier = NULL;
	bad[4].barrier = &empty;
	bad[5].check = &check;
	bad[6].size = 8;
	bad[7].request_pages = TIERMM_FLUSH_MAX_REQUEST_PAGES + 1;
	for (int i = 0; i < 8; i++) {
		assert_int_equal(tiermm_flush_create(&f, &bad[i], NULL),
				 -TIERMM_EINVAL);
		assert_null(f);
	}
	good.flags = 1;
	assert_int_equal(tiermm_flush_create(&f, &good, NULL), -TIERMM_E2BIG);
	good.flags = 0;
	barrier.flags = 1;
	assert_int_equal(tiermm_flush_create(&f, &good, NULL), -TIERMM_E2BIG);
	barrier.flags = 0;
	check.flags = 1;
	good.check = &check;
	assert_int_equal(tiermm_flush_create(&f, &good, NULL), -TIERMM_E2BIG);
	check = (struct tiermm_flush_check){ .size = 4 };
	assert_int_equal(tiermm_flush_create(&f, &good, NULL), -TIERMM_EINVAL);
	barrier.size = 4;
	good.check = NULL;
	assert_int_equal(tiermm_flush_create(&f, &good, NULL), -TIERMM_EINVAL);
	assert_int_equal(tiermm_flush_create(NULL, NULL, NULL), -TIERMM_EINVAL);
}

static void the_greatest_tracker_fits(void **state)
{
	struct tiermm_flush_options o = { .size = sizeof(o),
					  .max_agents = 65536 };
	struct tiermm_flush_agent *agent;
	struct tiermm_flush *f;

	(void)state;
	assert_int_equal(tiermm_flush_create(&f, &o, NULL), 0);
	assert_int_equal(tiermm_flush_join(f, 65535, &agent), 0);
	assert_int_equal((uintptr_t)agent % TIERMM_ALIGN, 0);
	assert_int_equal(tiermm_flush_join(f, 65536, &agent), -TIERMM_EINVAL);
	tiermm_flush_destroy(f);
}

static void init_wants_as_much_as_footprint_says(void **state)
{
	struct tiermm_flush_options o = { .size = sizeof(o), .max_agents = 3 };
	struct tiermm_flush *f;
	uint64_t bytes;
	char *memory;

	(void)state;
	assert_int_equal(tiermm_flush_footprint(&o, NULL), -TIERMM_EINVAL);
	assert_int_equal(tiermm_flush_footprint(&o, &bytes), 0);
	memory = aligned_alloc(TIERMM_ALIGN, bytes + TIERMM_ALIGN);
	assert_int_equal(tiermm_flush_init(&f, memory, bytes - 1, &o),
			 -TIERMM_ENOMEM);
	assert_int_equal(tiermm_flush_init(&f, memory + 8, bytes, &o),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_flush_init(NULL, memory, bytes, &o),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_flush_init(&f, memory, bytes, &o), 0);
	assert_int_equal(tiermm_flush_generation(f), 1);
	tiermm_flush_destroy(f);
	o.flavour = TIERMM_FLUSH_PAIRED;
	assert_int_equal(tiermm_flush_init(&f, memory, bytes, &o),
			 -TIERMM_EINVAL);
	free(memory);
}

static void nothing_is_told_of_what_is_not_there(void **state)
{
	uint64_t out = 7;

	FLUSH_FIXTURE(x, NULL);
	(void)state;
	assert_int_equal(tiermm_flush_pending(x.f, -1, &out), -TIERMM_ENODEV);
	assert_int_equal(tiermm_flush_pending(x.f, 4, &out), -TIERMM_ENODEV);
	assert_int_equal(tiermm_flush_pending(x.f, 0, NULL), -TIERMM_EINVAL);
	assert_int_equal(tiermm_flush_counters(x.f, NULL, 1, &out),
			 -TIERMM_EINVAL);
	assert_int_equal(out, 7);
	assert_int_equal(tiermm_flush_counters(x.f, NULL, 0, &out), 0);
	assert_int_equal(out, TIERMM_FLUSH_COUNTERS);
	assert_int_equal(tiermm_flush_generation(NULL), 0);
	tiermm_flush_destroy(NULL);
	flush_fixture_end(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(create_survives_every_oom),
		cmocka_unit_test(options_out_of_range_are_refused),
		cmocka_unit_test(the_greatest_tracker_fits),
		cmocka_unit_test(init_wants_as_much_as_footprint_says),
		cmocka_unit_test(nothing_is_told_of_what_is_not_there),
	};

	return cmocka_run_group_tests_name("flush/tracker", tests, NULL, NULL);
}
