/* SPDX-License-Identifier: MIT */
/* Sources beside each other, as processes (S3). */
#include "sim_fixture.h"

/* A source of the caller's own that has nothing to give. */
static int give_nothing(void *self, struct tiermm_sim_access *out, uint64_t cap,
			uint64_t *n_out, struct tiermm_sim_error *error)
{
	(void)self;
	(void)out;
	(void)cap;
	(void)error;
	*n_out = 0;
	return 0;
}

static void note_destroy(void *self)
{
	int *destroyed = self;

	++*destroyed;
}

static const struct tiermm_sim_source_ops ops = {
	.size = sizeof(ops),
	.next = give_nothing,
	.destroy = note_destroy,
};

static const struct tiermm_sim_source_info own_info = {
	.size = sizeof(own_info),
	.pages = 100,
	.records = TIERMM_SIM_UNKNOWN,
	.accesses = TIERMM_SIM_UNKNOWN,
	.threads = 4,
	.processes = 2,
	.page_bytes = 4096,
	.name = "own",
};

static void parts_that_do_not_fit_are_refused(void **state)
{
	struct tiermm_sim_source_info wide = own_info, large = own_info;
	struct tiermm_sim_source *parts[2], *s;
	int destroyed = 0;

	(void)state;
	parts[0] = workload("scan");
	wide.page_bytes = 8192;
	assert_int_equal(tiermm_sim_source_create(&parts[1], &ops, &destroyed,
						  &wide, NULL),
			 0);
	assert_int_equal(tiermm_sim_mix_create(&s, parts, 2, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_sim_mix_create(&s, parts, 0, NULL),
			 -TIERMM_EINVAL);
	/* They are still the caller's. */
	assert_int_equal(destroyed, 0);
	tiermm_sim_source_destroy(parts[1]);
	large.pages = TIERMM_SIM_PAGE_LIMIT;
	assert_int_equal(tiermm_sim_source_create(&parts[1], &ops, &destroyed,
						  &large, NULL),
			 0);
	assert_int_equal(tiermm_sim_mix_create(&s, parts, 2, NULL),
			 -TIERMM_ERANGE);
	tiermm_sim_source_destroy(parts[0]);
	tiermm_sim_source_destroy(parts[1]);
}

static void threads_and_processes_have_a_bound(void **state)
{
	struct tiermm_sim_source_info threads = own_info;
	struct tiermm_sim_source_info processes = own_info;
	const struct tiermm_sim_source_info *infos[] = { &threads, &processes };

	(void)state;
	threads.threads = TIERMM_SIM_THREAD_LIMIT;
	processes.processes = TIERMM_SIM_THREAD_LIMIT;
	for (int i = 0; i < 2; i++) {
		struct tiermm_sim_source *parts[2] = { workload("scan") }, *s;
		int destroyed = 0;

		assert_int_equal(tiermm_sim_source_create(&parts[1], &ops,
							  &destroyed, infos[i],
							  NULL),
				 0);
		assert_int_equal(tiermm_sim_mix_create(&s, parts, 2, NULL),
				 -TIERMM_ERANGE);
		tiermm_sim_source_destroy(parts[0]);
		tiermm_sim_source_destroy(parts[1]);
	}
}

/* Begun again after any number of records, a mix gives out the same. */
static void a_mix_begins_again_from_anywhere(void **state)
{
	struct tiermm_sim_source *s = workload("scan:count=10 + zipf:count=7");
	struct tiermm_sim_access first[18], again[18];

	(void)state;
	assert_int_equal(all_of(s, first, 18), 17);
	for (uint64_t n = 1; n < 18; n++) {
		assert_int_equal(tiermm_sim_source_rewind(s), 0);
		assert_int_equal(all_of(s, again, n), n);
		assert_int_equal(tiermm_sim_source_rewind(s), 0);
		assert_int_equal(all_of(s, again, 18), 17);
		assert_memory_equal(first, again, 17 * sizeof(first[0]));
	}
	tiermm_sim_source_destroy(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_that_do_not_fit_are_refused),
		cmocka_unit_test(threads_and_processes_have_a_bound),
		cmocka_unit_test(a_mix_begins_again_from_anywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
