/* SPDX-License-Identifier: MIT */
/* Profiles: reuse distances against those by the book, and the sums. */
#include "sim_fixture.h"

#include "support/failing.h"
#include "support/stack_distance.h"

#include <tiermm/backends/sim_profile.h>

static struct tiermm_sim_sums sums_of(struct tiermm_sim_profile *p)
{
	struct tiermm_sim_sums sums = { .size = sizeof(sums) };

	assert_int_equal(tiermm_sim_profile_sums(p, &sums), 0);
	return sums;
}

static struct tiermm_sim_profile *new_profile(void)
{
	struct tiermm_sim_profile *p;

	assert_int_equal(tiermm_sim_profile_create(&p, NULL), 0);
	return p;
}

/* Each class of distances, as an independent computation has it. */
static void check_distances(const char *line)
{
	static struct tiermm_sim_access a[500];
	struct tiermm_sim_source *s = workload(line);
	struct stack_distance *book = stack_distance_create(info_of(s).pages);
	struct tiermm_sim_profile *p = new_profile();
	uint64_t right[TIERMM_SIM_DISTANCES] = { 0 }, first = 0, n;
	struct tiermm_sim_sums sums;

	while ((n = next_of(s, a, 500))) {
		assert_int_equal(tiermm_sim_profile_add(p, a, n), 0);
		for (uint64_t i = 0; i < n; i++) {
			uint64_t d = stack_distance_next(book, a[i].page);
			uint32_t class = 0;

			right[0] += a[i].count - 1;
			if (d == STACK_DISTANCE_FIRST) {
				first++;
				continue;
			}
			while (d >> class)
				class ++;
			right[class]++;
		}
	}
	sums = sums_of(p);
	assert_memory_equal(sums.distance, right, sizeof(right));
	assert_int_equal(sums.pages, first);
	tiermm_sim_profile_destroy(p);
	stack_distance_destroy(book);
	tiermm_sim_source_destroy(s);
}

static void distances_are_those_by_the_book(void **state)
{
	(void)state;
	check_distances("uniform:pages=10,count=20000");
	check_distances("zipf:pages=3000,count=20000");
	check_distances("scan:pages=1500,count=10000");
	check_distances("ycsb-e:records=3000,count=20000");
	check_distances("phase:pages=2K,length=2K,count=20000");
}

/* A scan of n pages hits nothing in a memory of fewer, and all in n. */
static void a_scan_has_one_distance(void **state)
{
	static struct tiermm_sim_access a[10000];
	struct tiermm_sim_source *s = workload("scan:pages=1000,count=10000");
	struct tiermm_sim_profile *p = new_profile();

	(void)state;
	assert_int_equal(all_of(s, a, 10000), 10000);
	assert_int_equal(tiermm_sim_profile_add(p, a, 10000), 0);
	/* 999 other pages: class 512 .. 1023. */
	assert_int_equal(sums_of(p).distance[10], 9000);
	tiermm_sim_profile_destroy(p);
	tiermm_sim_source_destroy(s);
}

static void sums_and_top_pages_are_right(void **state)
{
	static const struct tiermm_sim_access a[] = {
		{ .page = 5, .count = 3, .gap_ns = 10, .thread = 2 },
		{ .page = 9, .count = 1, .flags = TIERMM_SIM_WRITE },
		{ .page = 9, .count = 2, .flags = TIERMM_SIM_WRITE },
		{ .page = 5, .count = 1, .flags = TIERMM_SIM_FETCH },
		{ .page = UINT64_C(1) << 51,
		  .count = 3,
		  .flags = TIERMM_SIM_DEPENDENT | TIERMM_SIM_WRITE,
		  .process = 1 },
	};
	struct tiermm_sim_profile *p = new_profile();
	struct tiermm_sim_top top[3] = { { 0 } };
	struct tiermm_sim_sums sums;
	uint64_t n;

	(void)state;
	assert_int_equal(tiermm_sim_profile_add(p, a, 5), 0);
	sums = sums_of(p);
	assert_int_equal(sums.records, 5);
	assert_int_equal(sums.accesses, 10);
	assert_int_equal(sums.writes, 6);
	assert_int_equal(sums.fetches, 1);
	assert_int_equal(sums.dependent, 3);
	assert_int_equal(sums.gap_ns, 10);
	assert_int_equal(sums.pages, 3);
	assert_int_equal(sums.read_only, 1);
	assert_int_equal(sums.page_bound, (UINT64_C(1) << 51) + 1);
	assert_int_equal(sums.threads, 3);
	assert_int_equal(sums.processes, 2);
	assert_int_equal(tiermm_sim_profile_top(p, top, 2, &n), 0);
	assert_int_equal(n, 3);
	assert_int_equal(top[0].page, 5);
	assert_int_equal(top[0].accesses, 4);
	assert_int_equal(top[1].page, 9);
	assert_int_equal(top[1].writes, 3);
	assert_int_equal(top[2].accesses, 0);
	tiermm_sim_profile_destroy(p);
}

static int take(const struct tiermm_alloc *mem)
{
	static struct tiermm_sim_access a[3000];
	struct tiermm_sim_source *s = workload("scan:pages=3000,count=3000");
	struct tiermm_sim_profile *p = (void *)&s;
	int err = tiermm_sim_profile_create(&p, mem);

	assert_int_equal(all_of(s, a, 3000), 3000);
	if (!err)
		err = tiermm_sim_profile_add(p, a, 3000);
	tiermm_sim_profile_destroy(p);
	tiermm_sim_source_destroy(s);
	return err;
}

static void profiling_survives_every_oom(void **state)
{
	(void)state;
	for (uint64_t k = 0, done = 0; !done; k++) {
		struct failing f = { .fail_at = k };
		struct tiermm_alloc mem = failing_alloc(&f);
		int err = take(&mem);

		done = err == 0;
		assert_true(done || err == -TIERMM_ENOMEM);
		assert_true(failing_is_clean(&f));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(distances_are_those_by_the_book),
		cmocka_unit_test(a_scan_has_one_distance),
		cmocka_unit_test(sums_and_top_pages_are_right),
		cmocka_unit_test(profiling_survives_every_oom),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
