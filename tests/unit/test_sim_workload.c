/* SPDX-License-Identifier: MIT */
/* Generated workloads (S3): the line, its errors, and what each kind does. */
#include "sim_fixture.h"

#include "support/failing.h"

#include <inttypes.h>
#include <stdio.h>

#define MANY 20000

static void fold(uint64_t *sum, uint64_t value)
{
	*sum = (*sum ^ value) * 0x100000001b3u;
}

/* A checksum over every field of the first accesses of a line. */
static uint64_t sum_of(const char *line)
{
	static struct tiermm_sim_access a[MANY];
	struct tiermm_sim_source *s = workload(line);
	uint64_t sum = 0xcbf29ce484222325u, n = all_of(s, a, MANY);

	for (uint64_t i = 0; i < n; i++) {
		fold(&sum, a[i].page);
		fold(&sum, a[i].gap_ns);
		fold(&sum, a[i].thread);
		fold(&sum, a[i].process);
		fold(&sum, a[i].flags);
		fold(&sum, a[i].count);
	}
	tiermm_sim_source_destroy(s);
	return sum;
}

/* S2: the numbers were taken once; each compiler has to give them again. */
static void lines_give_the_same_accesses_everywhere(void **state)
{
	static const struct {
		const char *line;
		uint64_t sum;
	} known[] = {
		{ "uniform:pages=1M,write=20%,count=20000",
		  0xa98f80cc6325b4d8 },
		{ "zipf:pages=1M,theta=0.99,write=20%,threads=4,"
		  "seed=1,count=20000",
		  0xc000f40d84f2ec22 },
		{ "zipf:pages=300001,theta=1.5,count=20000",
		  0x2836a70efe7bbf51 },
		{ "scan:pages=999,stride=7,count=20000", 0x812a849f16f0f81d },
		{ "hotset:pages=5K,drift=3,count=20000", 0x181568feb411a472 },
		{ "phase:pages=5K,length=1K,count=20000", 0x2b09eb99245c9949 },
		{ "chase:pages=5K,threads=3,count=20000", 0xb04af04e5d75fdf3 },
		{ "gups:pages=5K,count=20000", 0xc8f13c73e3118bc9 },
		{ "ycsb-a:records=100K,count=20000", 0x63e82725741b43d1 },
		{ "ycsb-b:records=100K,count=20000", 0xd28bffe25e813fee },
		{ "ycsb-c:records=100K,count=20000", 0x590ab2216395a635 },
		{ "ycsb-d:records=100K,count=20000", 0xbdddd37d1d475608 },
		{ "ycsb-e:records=100K,count=20000", 0x19941ef1bc736ab9 },
		{ "ycsb-f:records=100K,count=20000", 0x0377c7444d9f92b2 },
		{ "pmbench:pages=1M,count=20000", 0xb8bcf0674b5ccd4d },
		{ "xsbench:pages=1M,gap=5,count=20000", 0x7ff89385845c1f67 },
		{ "zipf:count=9999 + scan:count=10001", 0xf7513695d6da54ec },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		uint64_t sum = sum_of(known[i].line);

		if (sum != known[i].sum)
			fail_msg("%s: 0x%016" PRIx64, known[i].line, sum);
	}
}

static void every_kind_begins_again_with_the_same(void **state)
{
	static struct tiermm_sim_access first[MANY], second[MANY];

	(void)state;
	for (uint32_t i = 0; tiermm_sim_workload_kind(i + 1); i++) {
		const char *kind = tiermm_sim_workload_kind(i);
		struct tiermm_sim_source *s;
		char line[64];

		snprintf(line, sizeof(line), "%s:threads=3,count=3000", kind);
		s = workload(line);
		assert_non_null(tiermm_sim_workload_help(i));
		assert_int_equal(all_of(s, first, MANY), 3000);
		assert_int_equal(tiermm_sim_source_rewind(s), 0);
		assert_int_equal(all_of(s, second, MANY), 3000);
		assert_memory_equal(first, second, 3000 * sizeof(first[0]));
		tiermm_sim_source_destroy(s);
	}
}

static void every_kind_keeps_to_what_it_announces(void **state)
{
	static struct tiermm_sim_access a[MANY];

	(void)state;
	for (uint32_t i = 0; tiermm_sim_workload_kind(i + 1); i++) {
		struct tiermm_sim_source_info info;
		struct tiermm_sim_source *s;
		char line[64];

		snprintf(line, sizeof(line), "%s:threads=5,count=%d",
			 tiermm_sim_workload_kind(i), MANY);
		s = workload(line);
		info = info_of(s);
		assert_int_equal(info.threads, 5);
		assert_int_equal(info.records, MANY);
		assert_int_equal(all_of(s, a, MANY), MANY);
		for (uint64_t k = 0; k < MANY; k++)
			assert_true(a[k].page < info.pages && a[k].thread < 5 &&
				    a[k].count && !a[k].process);
		tiermm_sim_source_destroy(s);
	}
}

static void wrong_lines_name_the_column(void **state)
{
	static const struct {
		const char *line;
		uint64_t column;
		const char *message;
	} wrong[] = {
		{ "", 1,
		  "column 1: nothing, expected a kind of workload, like zipf, "
		  "scan, ycsb-a or trace" },
		{ "zip:pages=1", 1,
		  "column 1: \"zip\", expected a kind of workload, like zipf, "
		  "scan, ycsb-a or trace" },
		{ "scan:theta=1", 6,
		  "column 6: \"theta\", expected one of pages, count, seed, "
		  "threads, write, gap, stride, init" },
		{ "scan:init=2", 11,
		  "column 11: \"2\", expected 0, or 1: first each page is "
		  "written once, in order" },
		{ "scan:pages", 11,
		  "column 11: nothing, expected = and a "
		  "value" },
		{ "scan:pages=", 12,
		  "column 12: nothing, expected 1 to 2^48 pages, like 1M" },
		{ "scan:pages=0", 12,
		  "column 12: \"0\", expected 1 to 2^48 pages, like 1M" },
		{ "scan:pages=1X", 12,
		  "column 12: \"1X\", expected 1 to 2^48 pages, like 1M" },
		{ "scan:pages=99999999999999999999", 12,
		  "column 12: \"99999999999999999999\", expected 1 to 2^48 "
		  "pages, like 1M" },
		{ "zipf:theta=8", 12,
		  "column 12: \"8\", expected 0 to 7.999999999" },
		{ "zipf:theta=0.1234567891", 12,
		  "column 12: \"0.1234567891\", expected 0 to 7.999999999" },
		{ "zipf:write=20", 12,
		  "column 12: \"20\", expected 0% to 100%" },
		{ "zipf:write=101%", 12,
		  "column 12: \"101%\", expected 0% to 100%" },
		{ "zipf:pages=2 scan", 14,
		  "column 14: \"scan\", expected a comma, a + or the end" },
		{ "zipf + ", 8,
		  "column 8: nothing, expected a kind of workload, like zipf, "
		  "scan, ycsb-a or trace" },
		{ "trace", 6, "column 6: nothing, expected : and a file" },
		{ "trace:", 7,
		  "column 7: nothing, expected a file of at most 511 bytes" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct tiermm_sim_error error = SIM_ERROR;
		struct tiermm_sim_source *s = (void *)&error;

		assert_int_equal(tiermm_sim_workload_create(&s, wrong[i].line,
							    &error, NULL),
				 -TIERMM_EPROTO);
		assert_null(s);
		assert_string_equal(error.text, wrong[i].message);
		assert_int_equal(error.offset, wrong[i].column);
	}
}

static void numbers_take_units(void **state)
{
	static const struct {
		const char *line;
		uint64_t pages;
	} lines[] = { { "scan:pages=7", 7 },
		      { "scan:pages=4K", 4000 },
		      { "scan:pages=4Ki", 4096 },
		      { "scan:pages=1M", 1000000 },
		      { "scan:pages=2Gi", UINT64_C(2) << 30 },
		      { " scan:pages=3 ", 3 },
		      { "ycsb-c:records=10,record=4096", 10 },
		      { "ycsb-d:records=10,record=4096", 20 } };

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct tiermm_sim_source *s = workload(lines[i].line);

		assert_int_equal(info_of(s).pages, lines[i].pages);
		tiermm_sim_source_destroy(s);
	}
}

static void scans_go_round(void **state)
{
	struct tiermm_sim_source *s =
		workload("scan:pages=5,stride=2,count=7,gap=9");
	struct tiermm_sim_access a[8];
	static const uint64_t pages[] = { 0, 2, 4, 1, 3, 0, 2 };

	(void)state;
	assert_int_equal(all_of(s, a, 8), 7);
	for (int i = 0; i < 7; i++) {
		assert_int_equal(a[i].page, pages[i]);
		assert_int_equal(a[i].gap_ns, 9);
	}
	tiermm_sim_source_destroy(s);
}

/* One cycle: each page once in as many steps, whatever their number. */
/* What fills comes first, and changes nothing behind it. */
static void memory_may_be_filled_before(void **state)
{
	static const char *const lines[] = { "pmbench:pages=100,threads=3",
					     "ycsb-d:records=100",
					     "xsbench:pages=100" };
	static struct tiermm_sim_access plain[MANY], filled[MANY];

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct tiermm_sim_source_info info;
		struct tiermm_sim_source *s;
		char line[64];

		snprintf(line, sizeof(line), "%s,count=500", lines[i]);
		s = workload(line);
		assert_int_equal(all_of(s, plain, MANY), 500);
		tiermm_sim_source_destroy(s);
		snprintf(line, sizeof(line), "%s,count=500,init=1", lines[i]);
		s = workload(line);
		info = info_of(s);
		assert_int_equal(info.records, info.pages + 500);
		assert_int_equal(all_of(s, filled, MANY), info.records);
		for (uint64_t k = 0; k < info.pages; k++) {
			assert_int_equal(filled[k].page, k);
			assert_int_equal(filled[k].thread, 0);
			assert_int_equal(filled[k].flags, TIERMM_SIM_WRITE);
		}
		assert_memory_equal(plain, filled + info.pages,
				    500 * sizeof(plain[0]));
		assert_int_equal(tiermm_sim_source_rewind(s), 0);
		assert_int_equal(next_of(s, plain, 1), 1);
		assert_int_equal(plain[0].page, 0);
		tiermm_sim_source_destroy(s);
	}
}

static void chains_go_through_every_page(void **state)
{
	static struct tiermm_sim_access a[2000];
	static const char *const lines[] = { "chase:pages=1,count=1",
					     "chase:pages=1000,count=1000",
					     "chase:pages=1024,count=1024",
					     "chase:pages=1025,count=1025" };

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct tiermm_sim_source *s = workload(lines[i]);
		unsigned char seen[2000] = { 0 };
		uint64_t n = all_of(s, a, 2000), near = 0;

		assert_int_equal(n, info_of(s).pages);
		for (uint64_t k = 0; k < n; k++) {
			assert_int_equal(seen[a[k].page]++, 0);
			assert_int_equal(a[k].flags, TIERMM_SIM_DEPENDENT);
			near += k && a[k].page - a[k - 1].page + 4 < 9;
		}
		assert_true(near <= n / 50);
		tiermm_sim_source_destroy(s);
	}
}

/* Accesses of a line to pages from `low` to below `high`. */
static uint64_t between(const struct tiermm_sim_access *a, uint64_t n,
			uint64_t low, uint64_t high)
{
	uint64_t hits = 0;

	for (uint64_t i = 0; i < n; i++)
		hits += a[i].page >= low && a[i].page < high;
	return hits;
}

static void hot_sets_are_hot_and_drift(void **state)
{
	static struct tiermm_sim_access a[MANY];
	struct tiermm_sim_source *s = workload(
		"hotset:pages=1000,hot=10%,share=90%,drift=100,count=20000");

	(void)state;
	assert_int_equal(all_of(s, a, MANY), MANY);
	/* 90 % and a tenth of the rest: 910 of 1000, in a window that moved
	 * by ten pages; 200 pages later it begins at 199. */
	assert_in_range(between(a, 1000, 0, 110), 870, 945);
	assert_in_range(between(a + 19000, 1000, 190, 300), 870, 945);
	assert_in_range(between(a + 19000, 1000, 0, 100), 0, 30);
	tiermm_sim_source_destroy(s);
}

static void phases_follow_each_other(void **state)
{
	static struct tiermm_sim_access a[MANY];
	struct tiermm_sim_source *s =
		workload("phase:pages=1000,hot=10%,share=100%,phases=2,"
			 "length=5000,count=20000");

	(void)state;
	assert_int_equal(all_of(s, a, MANY), MANY);
	assert_int_equal(between(a, 5000, 0, 100), 5000);
	assert_int_equal(between(a + 5000, 5000, 500, 600), 5000);
	assert_int_equal(between(a + 10000, 5000, 0, 100), 5000);
	tiermm_sim_source_destroy(s);
}

static void gups_reads_and_then_writes(void **state)
{
	static struct tiermm_sim_access a[100];
	struct tiermm_sim_source *s = workload("gups:threads=2,count=100");

	(void)state;
	assert_int_equal(all_of(s, a, 100), 100);
	for (int i = 0; i < 100; i += 2) {
		assert_int_equal(a[i].page, a[i + 1].page);
		assert_int_equal(a[i].flags & TIERMM_SIM_WRITE, 0);
		assert_int_equal(a[i + 1].flags & TIERMM_SIM_WRITE, 1);
		assert_int_equal(a[i].thread, i / 2 % 2);
	}
	tiermm_sim_source_destroy(s);
}

/* Operations are a page each here, so writes can be counted. */
static uint64_t writes_of(const char *line)
{
	static struct tiermm_sim_access a[MANY];
	struct tiermm_sim_source *s = workload(line);
	uint64_t n = all_of(s, a, MANY), writes = 0;

	for (uint64_t i = 0; i < n; i++)
		writes += a[i].flags & TIERMM_SIM_WRITE;
	tiermm_sim_source_destroy(s);
	return writes * 1000 / n;
}

static void ycsb_mixes_write_as_often_as_they_should(void **state)
{
	(void)state;
	assert_in_range(writes_of("ycsb-a:record=4096,count=20000"), 485, 515);
	assert_in_range(writes_of("ycsb-b:record=4096,count=20000"), 43, 57);
	assert_int_equal(writes_of("ycsb-c:record=4096,count=20000"), 0);
	assert_in_range(writes_of("ycsb-d:record=4096,count=20000"), 43, 57);
	/* 5 inserts to 95 scans of 50.5 records on average. */
	assert_in_range(writes_of("ycsb-e:record=4096,count=20000"), 0, 3);
	/* Half of the operations are a read and a write: one of three. */
	assert_in_range(writes_of("ycsb-f:record=4096,count=20000"), 318, 348);
}

/* D reads what is new: the newest record by far the most often. */
static void ycsb_d_reads_the_latest(void **state)
{
	static struct tiermm_sim_access a[MANY];
	struct tiermm_sim_source *s =
		workload("ycsb-d:records=10000,record=4096,count=20000");
	uint64_t newest = 9999, hits = 0, reads = 0;

	(void)state;
	assert_int_equal(all_of(s, a, MANY), MANY);
	for (uint64_t i = 0; i < MANY; i++) {
		if (a[i].flags & TIERMM_SIM_WRITE) {
			newest = (newest + 1) % 20000;
			assert_int_equal(a[i].page, newest);
			continue;
		}
		reads++;
		hits += a[i].page == newest;
	}
	/* 1 / H(10000, 0.99) is about 9.9 %. */
	assert_in_range(hits * 1000 / reads, 90, 110);
	tiermm_sim_source_destroy(s);
}

/* The first step of each search is at the grid's middle. */
static void xsbench_searches_and_only_reads(void **state)
{
	static struct tiermm_sim_access a[MANY];
	struct tiermm_sim_source *s =
		workload("xsbench:pages=10000,grid=5%,count=20000");
	uint64_t searches = 0, grid = 0;

	(void)state;
	assert_int_equal(info_of(s).threads, 8);
	assert_int_equal(all_of(s, a, MANY), MANY);
	for (uint64_t i = 0; i < MANY; i++) {
		assert_int_equal(a[i].flags & TIERMM_SIM_WRITE, 0);
		grid += a[i].page < 500;
		searches += a[i].page < 500 &&
			    (!i || a[i - 1].thread != a[i].thread);
		if (!i || a[i - 1].thread != a[i].thread)
			assert_int_equal(a[i].page, 250);
	}
	assert_true(searches > 500);
	/* 17 steps, the last eight or so of them on one page. */
	assert_in_range(grid / searches, 8, 11);
	tiermm_sim_source_destroy(s);
}

static void processes_have_pages_of_their_own(void **state)
{
	static struct tiermm_sim_access a[400];
	struct tiermm_sim_source *s =
		workload("uniform:pages=1000,count=100,threads=2 + "
			 "scan:pages=10,count=300");
	struct tiermm_sim_source_info info = info_of(s);

	(void)state;
	assert_int_equal(info.processes, 2);
	assert_int_equal(info.threads, 3);
	assert_int_equal(info.pages, 1024 + 10);
	assert_int_equal(info.records, 400);
	assert_int_equal(all_of(s, a, 400), 400);
	for (int i = 0; i < 400; i++) {
		/* They take turns until the first has ended. */
		assert_int_equal(a[i].process, i < 200 ? i % 2 : 1);
		assert_int_equal(a[i].page >= 1024, a[i].process);
		assert_int_equal(a[i].thread == 2, a[i].process);
	}
	tiermm_sim_source_destroy(s);
}

static void creating_survives_every_oom(void **state)
{
	static const char *const lines[] = {
		"zipf:threads=9", "chase:threads=9", "ycsb-e",
		"xsbench + zipf + scan:threads=2"
	};

	(void)state;
	for (uint64_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		for (uint64_t k = 0, done = 0; !done; k++) {
			struct failing f = { .fail_at = k };
			struct tiermm_alloc mem = failing_alloc(&f);
			struct tiermm_sim_source *s = (void *)&f;
			int err = tiermm_sim_workload_create(&s, lines[i], NULL,
							     &mem);

			done = err == 0;
			assert_true(done || (err == -TIERMM_ENOMEM && !s));
			tiermm_sim_source_destroy(s);
			assert_true(failing_is_clean(&f));
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_give_the_same_accesses_everywhere),
		cmocka_unit_test(every_kind_begins_again_with_the_same),
		cmocka_unit_test(every_kind_keeps_to_what_it_announces),
		cmocka_unit_test(wrong_lines_name_the_column),
		cmocka_unit_test(numbers_take_units),
		cmocka_unit_test(scans_go_round),
		cmocka_unit_test(memory_may_be_filled_before),
		cmocka_unit_test(chains_go_through_every_page),
		cmocka_unit_test(hot_sets_are_hot_and_drift),
		cmocka_unit_test(phases_follow_each_other),
		cmocka_unit_test(gups_reads_and_then_writes),
		cmocka_unit_test(ycsb_mixes_write_as_often_as_they_should),
		cmocka_unit_test(ycsb_d_reads_the_latest),
		cmocka_unit_test(xsbench_searches_and_only_reads),
		cmocka_unit_test(processes_have_pages_of_their_own),
		cmocka_unit_test(creating_survives_every_oom),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
