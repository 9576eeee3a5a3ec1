/* SPDX-License-Identifier: MIT */
/* The life of a replay, what it refuses, and names. */
#include "replay_fixture.h"

#include "support/failing.h"

static void an_engine_with_a_table_is_refused(void **state)
{
	struct engine_fixture x;
	struct tiermm_replay *r = (void *)&x;
	uint64_t bytes;

	(void)state;
	engine_begin(&x, NULL, NULL);
	assert_int_equal(tiermm_replay_create(&r, x.e, NULL, NULL),
			 -TIERMM_EINVAL);
	assert_null(r);
	assert_int_equal(tiermm_replay_footprint(x.e, NULL, &bytes),
			 -TIERMM_EINVAL);
	engine_end(&x);
}

static void afterwards_the_engine_has_no_table(void **state)
{
	static struct now now;
	struct tiermm_reclaim_context context = { .size = sizeof(context) };

	(void)state;
	now_begin(&now, 0, 0);
	assert_non_null(tiermm_engine_memops(now.e));
	tiermm_replay_destroy(now.r);
	assert_null(tiermm_engine_memops(now.e));
	assert_int_equal(tiermm_engine_demote(now.e, &context, NULL, NULL, 0,
					      NULL, NULL),
			 -TIERMM_ENOTSUP);
	now.r = NULL;
	now_end(&now);
}

static void creation_survives_every_oom(void **state)
{
	static struct now now;

	(void)state;
	now_begin(&now, 0, 0);
	tiermm_replay_destroy(now.r);
	for (uint64_t k = 0, done = 0; !done; k++) {
		struct failing f = { .fail_at = k };
		struct tiermm_alloc mem = failing_alloc(&f);
		int err = tiermm_replay_create(&now.r, now.e, NULL, &mem);

		done = err == 0;
		assert_true(done || (err == -TIERMM_ENOMEM && !now.r));
		tiermm_replay_destroy(now.r);
		assert_true(failing_is_clean(&f));
	}
	now.r = NULL;
	now_end(&now);
}

static void it_stands_in_memory_of_the_caller(void **state)
{
	struct tiermm_replay_options o = { .size = sizeof(o),
					   .max_records = 64 };
	static _Alignas(TIERMM_ALIGN) char memory[65536];
	static struct then t;
	static struct now now;
	uint64_t bytes;

	(void)state;
	three_steps(&t);
	now_begin(&now, 0, 0);
	tiermm_replay_destroy(now.r);
	assert_int_equal(tiermm_replay_footprint(now.e, &o, &bytes), 0);
	assert_true(bytes <= sizeof(memory));
	assert_int_equal(tiermm_replay_init(&now.r, memory, bytes - 1, now.e,
					    &o),
			 -TIERMM_ENOMEM);
	assert_int_equal(tiermm_replay_init(&now.r, memory + 1, bytes, now.e,
					    &o),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_replay_init(&now.r, memory, bytes, now.e, &o),
			 0);
	assert_int_equal(decide(&now, t.log, t.n), 0);
	assert_int_equal(now.sums.same, 6);
	now_end(&now);
	engine_end(&t.x);
}

static void wrong_arguments_are_refused(void **state)
{
	struct tiermm_replay_options o = { .size = sizeof(o) };
	struct tiermm_replay_sums small = { .size = 8 };
	struct tiermm_record record = { .kind = 0 };
	static struct now now;
	struct tiermm_replay *r;
	uint64_t n, used;

	(void)state;
	now_begin(&now, 0, 0);
	assert_int_equal(tiermm_replay_create(NULL, now.e, NULL, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_replay_create(&r, NULL, NULL, NULL),
			 -TIERMM_EINVAL);
	o.max_records = TIERMM_REPLAY_RECORDS_MAX + 1;
	assert_int_equal(tiermm_replay_create(&r, now.e, &o, NULL),
			 -TIERMM_EINVAL);
	o.flags = 1;
	assert_int_equal(tiermm_replay_create(&r, now.e, &o, NULL),
			 -TIERMM_E2BIG);
	assert_int_equal(tiermm_replay_step(NULL, &record, 1, NULL, 0, &n,
					    &used),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_replay_step(now.r, NULL, 1, NULL, 0, &n, &used),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_replay_step(now.r, &record, 1, NULL, 1, &n,
					    &used),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_replay_step(now.r, &record, 1, NULL, 0, NULL,
					    &used),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_replay_step(now.r, &record, 1, NULL, 0, &n,
					    NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_replay_step(now.r, NULL, 0, NULL, 0, &n, &used),
			 -TIERMM_ENOENT);
	assert_int_equal(tiermm_replay_get_sums(now.r, &small), -TIERMM_EINVAL);
	assert_int_equal(tiermm_replay_get_sums(NULL, &now.sums),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_replayed_text(NULL, NULL, 0, NULL),
			 -TIERMM_EINVAL);
	now_end(&now);
}

static void every_action_has_a_name(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < TIERMM_REPLAY_ACTIONS; i++)
		assert_non_null(tiermm_replay_action_name(i));
	assert_null(tiermm_replay_action_name(TIERMM_REPLAY_ACTIONS));
	assert_string_equal(tiermm_replay_action_name(TIERMM_REPLAY_PROMOTE),
			    "promote");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_engine_with_a_table_is_refused),
		cmocka_unit_test(afterwards_the_engine_has_no_table),
		cmocka_unit_test(creation_survives_every_oom),
		cmocka_unit_test(it_stands_in_memory_of_the_caller),
		cmocka_unit_test(wrong_arguments_are_refused),
		cmocka_unit_test(every_action_has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
