/* SPDX-License-Identifier: MIT */
/* Readers of other tools' records (S3): what they take. */
#include "sim_import_fixture.h"

#include "support/failing.h"

static struct tiermm_sim_source *opened(uint32_t format, const char *text)
{
	struct tiermm_sim_error error = SIM_ERROR;
	struct tiermm_sim_source *s;

	if (open_bytes(&s, format, text, strlen(text), &error))
		fail_msg("%s", error.text);
	return s;
}

static void check_access(const struct tiermm_sim_access *a, uint64_t page,
			 uint32_t flags, uint32_t count, uint64_t gap_ns)
{
	assert_int_equal(a->page, page);
	assert_int_equal(a->flags, flags);
	assert_int_equal(a->count, count);
	assert_int_equal(a->gap_ns, gap_ns);
}

static void lackey_is_read(void **state)
{
	struct tiermm_sim_source *s =
		opened(TIERMM_SIM_LACKEY, "==12== Lackey, an example tool\n"
					  "I  04017d50,3\n"
					  "I  04017d53,5\n"
					  " S 1ffefffe78,8\n"
					  "I  04017d58,3\n"
					  " L 04018ffc,8\n"
					  " M 04222000,4\n"
					  "--12-- a warning\n"
					  "I  04017d50,3");
	struct tiermm_sim_access a[10];
	uint64_t address;

	(void)state;
	for (int round = 0; round < 2; round++) {
		assert_int_equal(all_of(s, a, 10), 8);
		/* 250 ps an instruction: the fourth one fills a ns. */
		check_access(&a[0], 0x17, TIERMM_SIM_FETCH, 1, 0);
		check_access(&a[1], 0x17, TIERMM_SIM_FETCH, 1, 0);
		check_access(&a[2], 512 + 511, TIERMM_SIM_WRITE, 1, 0);
		check_access(&a[3], 0x17, TIERMM_SIM_FETCH, 1, 0);
		/* Over the end of a page, and into the next. */
		check_access(&a[4], 0x18, 0, 1, 0);
		check_access(&a[5], 0x19, 0, 1, 0);
		/* 0x4222 is in a region of its own, the third. */
		check_access(&a[6], 1024 + 0x22, TIERMM_SIM_WRITE, 2, 0);
		check_access(&a[7], 0x17, TIERMM_SIM_FETCH, 1, 1);
		assert_int_equal(tiermm_sim_trace_address(s, 1024 + 0x22,
							  &address),
				 0);
		assert_int_equal(address, 0x4222000);
		assert_int_equal(tiermm_sim_source_rewind(s), 0);
	}
	tiermm_sim_source_destroy(s);
}

static void lackey_without_fetches_keeps_their_time(void **state)
{
	static const char text[] = "I  1000,3\nI  1003,3\n S 2000,8\n";
	struct tiermm_sim_import_options o = options_of(TIERMM_SIM_LACKEY);
	struct tiermm_sim_input input = input_of(text, strlen(text));
	struct tiermm_sim_source *s;
	struct tiermm_sim_access a[3];

	(void)state;
	o.flags = TIERMM_SIM_NO_FETCHES;
	o.instruction_ps = 2000;
	assert_int_equal(tiermm_sim_import_open(&s, &input, &o, NULL, NULL), 0);
	assert_int_equal(all_of(s, a, 3), 1);
	check_access(&a[0], 2, TIERMM_SIM_WRITE, 1, 4);
	tiermm_sim_source_destroy(s);
}

static void perf_is_read(void **state)
{
	struct tiermm_sim_source *s = opened(
		TIERMM_SIM_PERF,
		"# captured on: some day\n"
		"\n"
		"  my server   812/813 [001]  92.000100:         45 "
		"cpu/mem-loads,ldlat=30/P:     7f12a4c0  68100142 |OP LOAD\n"
		"  814  92.000200: cpu/mem-stores/P: 7f12b000\n"
		"  my server   812/813 [002]  92.000350: cpu/mem-loads/P: "
		"7f12a4c0\n"
		"  my server   812/813 [002]  92.000360: cpu/mem/P: "
		"7f12a4c0 |OP STORE|LVL L1\n"
		"  my server   812/813 [002]  92.000370: cpu/mem/P: 0\n");
	struct tiermm_sim_access a[8];

	(void)state;
	assert_int_equal(all_of(s, a, 8), 4);
	check_access(&a[0], 0x12a, 0, 1, 0);
	check_access(&a[1], 0x12b, TIERMM_SIM_WRITE, 1, 0);
	check_access(&a[2], 0x12a, 0, 1, 250000);
	check_access(&a[3], 0x12a, TIERMM_SIM_WRITE, 1, 10000);
	assert_int_equal(a[0].thread, 0);
	assert_int_equal(a[1].thread, 1);
	assert_int_equal(a[1].process, 1);
	assert_int_equal(a[2].thread, 0);
	assert_int_equal(info_of(s).threads, 2);
	tiermm_sim_source_destroy(s);
}

static void perf_ids_stand_before_the_period(void **state)
{
	struct tiermm_sim_source *s =
		opened(TIERMM_SIM_PERF,
		       "11069          1 page-faults:     5571ec3ad5c0\n"
		       "11070          1 page-faults:     5571ec3ad5c0\n"
		       "sh 11/12          99 page-faults:     5571ec3ad5c0\n"
		       "  7 11069 5.000000: page-faults:     5571ec3ad5c0\n");
	struct tiermm_sim_access a[8];

	(void)state;
	assert_int_equal(all_of(s, a, 8), 4);
	assert_int_equal(a[0].thread, 0);
	assert_int_equal(a[1].thread, 1);
	assert_int_equal(a[2].thread, 2);
	assert_int_equal(a[2].process, 2);
	assert_int_equal(a[3].thread, 0); /* 7 is the command */
	assert_int_equal(info_of(s).processes, 3);
	tiermm_sim_source_destroy(s);
}

static void damon_reports_are_read(void **state)
{
	struct tiermm_sim_source *s = opened(
		TIERMM_SIM_DAMON,
		"base_time_absolute: 8 m 59.809 s\n"
		"\n"
		"monitoring_start:                0 ns\n"
		"monitoring_end:            104.599 ms\n"
		"monitoring_duration:       104.599 ms\n"
		"target_id: 7\n"
		"nr_regions: 2\n"
		"00001000-00003000(   8.000 KiB):        4\n"
		"00200000-00400000(   2.000 MiB):        0\n"
		"\n"
		"monitoring_start:          1 m 2.5 s\n"
		"target_id: 7\n"
		"nr_regions: 1\n"
		"00002000-00003000(   4.000 KiB):        1\n"
		"\n"
		/* as damo writes it since it tells ages */
		"base_time_absolute: 1 h 2 m\n"
		"\n"
		"monitoring_start:                0 ns\n"
		"target_id: None\n"
		"nr_regions: 2\n"
		"# start_addr     end_addr        length  nr_accesses   "
		"age\n"
		"000000004000-000000005000 (   4.000 KiB)           9    "
		"-1\n"
		"000000006000-000000007000 (   4.000 KiB)           0     "
		"3\n");
	struct tiermm_sim_access a[8];

	(void)state;
	assert_int_equal(all_of(s, a, 8), 4);
	check_access(&a[3], 4, 0, 9, 0);
	assert_int_equal(a[3].process, 1);
	check_access(&a[0], 1, 0, 4, 0);
	check_access(&a[1], 2, 0, 4, 0);
	check_access(&a[2], 2, 0, 1, 62500000000);
	tiermm_sim_source_destroy(s);
}

static void damon_events_are_read(void **state)
{
	struct tiermm_sim_source *s =
		opened(TIERMM_SIM_DAMON,
		       "kdamond.0 701 [003] 92.100000: damon:damon_aggregated: "
		       "target_id=0 nr_regions=2 4096-12288: 3 0\n"
		       "kdamond.0 701 [003] 92.200000: damon:damon_aggregated: "
		       "target_id=1 nr_regions=2 8192-12288: 20 5\n"
		       "kdamond.0 701 [003] 92.300000: damon:damon_aggregated: "
		       "target_id=0 nr_regions=2 4096-8192: 1 0\n");
	struct tiermm_sim_access a[8];

	(void)state;
	assert_int_equal(all_of(s, a, 8), 4);
	check_access(&a[1], 2, 0, 3, 0);
	check_access(&a[2], 2, 0, 20, 0);
	assert_int_equal(a[2].process, 1);
	check_access(&a[3], 1, 0, 1, 200000000);
	tiermm_sim_source_destroy(s);
}

static void csv_is_read(void **state)
{
	struct tiermm_sim_source *s =
		opened(TIERMM_SIM_CSV,
		       "op, address ,why,thread,time_ns,count\r\n"
		       "r,0x5000,x,9,100,1\r\n"
		       "store, 20484 ,y,9,350,7\r\n"
		       "\r\n"
		       "f,0x5000,,8,0,2\r\n");
	struct tiermm_sim_access a[8];

	(void)state;
	for (int round = 0; round < 2; round++) {
		assert_int_equal(all_of(s, a, 8), 3);
		check_access(&a[0], 5, 0, 1, 0);
		check_access(&a[1], 5, TIERMM_SIM_WRITE, 7, 250);
		check_access(&a[2], 5, TIERMM_SIM_FETCH, 2, 0);
		assert_int_equal(a[2].thread, 1);
		assert_int_equal(tiermm_sim_source_rewind(s), 0);
	}
	tiermm_sim_source_destroy(s);
}

static void oracle_general_is_read(void **state)
{
	unsigned char data[72];
	struct tiermm_sim_error error = SIM_ERROR;
	struct tiermm_sim_source *s;
	struct tiermm_sim_access a[8];

	(void)state;
	oracle_record(data, 10, 0xdeadbeefcafe, 5000, 3);
	oracle_record(data + 24, 10, 42, 100, -1);
	oracle_record(data + 48, 12, 0xdeadbeefcafe, 5000, INT64_MAX);
	assert_int_equal(open_bytes(&s, TIERMM_SIM_ORACLE, data, 72, &error),
			 0);
	for (int round = 0; round < 2; round++) {
		assert_int_equal(all_of(s, a, 8), 5);
		check_access(&a[0], 0, 0, 1, 0);
		check_access(&a[1], 1, 0, 1, 0);
		check_access(&a[2], 2, 0, 1, 0);
		check_access(&a[3], 0, 0, 1, 2000000000);
		check_access(&a[4], 1, 0, 1, 0);
		assert_int_equal(info_of(s).pages, 3);
		assert_int_equal(tiermm_sim_source_rewind(s), 0);
	}
	tiermm_sim_source_destroy(s);
}

/* Sizes are cut at 1024 pages; what was read in part is read again whole. */
static void oracle_objects_keep_their_pages(void **state)
{
	static struct tiermm_sim_access a[1100];
	unsigned char data[72];
	struct tiermm_sim_source *s;

	(void)state;
	oracle_record(data, 1, 7, 4096, -1);
	oracle_record(data + 24, 1, 8, 4097, -1);
	oracle_record(data + 48, 1, 9, UINT32_MAX, -1);
	assert_int_equal(open_bytes(&s, TIERMM_SIM_ORACLE, data, 72, NULL), 0);
	assert_int_equal(next_of(s, a, 1), 1);
	assert_int_equal(tiermm_sim_source_rewind(s), 0);
	assert_int_equal(all_of(s, a, 1100), 1 + 2 + 1024);
	for (uint64_t i = 0; i < 1 + 2 + 1024; i++)
		assert_int_equal(a[i].page, i);
	tiermm_sim_source_destroy(s);
}

static void rests_of_a_ns_begin_again(void **state)
{
	static const char text[] = "I  1000,3\nI  1003,3\n S 2000,8\n";
	struct tiermm_sim_import_options o = options_of(TIERMM_SIM_LACKEY);
	struct tiermm_sim_input input = input_of(text, strlen(text));
	struct tiermm_sim_source *s;
	struct tiermm_sim_access a[4];

	(void)state;
	o.instruction_ps = 700;
	assert_int_equal(tiermm_sim_import_open(&s, &input, &o, NULL, NULL), 0);
	for (int round = 0; round < 3; round++) {
		assert_int_equal(all_of(s, a, 4), 3);
		assert_int_equal(a[0].gap_ns, 0);
		assert_int_equal(a[1].gap_ns, 1);
		assert_int_equal(a[2].gap_ns, 0);
		assert_int_equal(tiermm_sim_source_rewind(s), 0);
	}
	tiermm_sim_source_destroy(s);
}

static void long_gaps_are_cut(void **state)
{
	struct tiermm_sim_source *s =
		opened(TIERMM_SIM_CSV, "page,time_ns\n1,0\n"
				       "1,281474976710655\n"
				       "1,1000000000000000\n");
	struct tiermm_sim_access a[4];

	(void)state;
	assert_int_equal(all_of(s, a, 4), 3);
	assert_int_equal(a[1].gap_ns, TIERMM_SIM_GAP_LIMIT - 1);
	assert_int_equal(a[2].gap_ns, TIERMM_SIM_GAP_LIMIT - 1);
	tiermm_sim_source_destroy(s);
}

static void options_are_checked(void **state)
{
	struct tiermm_sim_import_options o = options_of(TIERMM_SIM_IMPORTS);
	struct tiermm_sim_input input = input_of("", 0);
	struct tiermm_sim_source *s;

	(void)state;
	assert_int_equal(tiermm_sim_import_open(&s, &input, &o, NULL, NULL),
			 -TIERMM_EINVAL);
	o = options_of(TIERMM_SIM_LACKEY);
	o.page_bytes = 5000;
	assert_int_equal(tiermm_sim_import_open(&s, &input, &o, NULL, NULL),
			 -TIERMM_EINVAL);
	o = options_of(TIERMM_SIM_LACKEY);
	o.flags = 2;
	assert_int_equal(tiermm_sim_import_open(&s, &input, &o, NULL, NULL),
			 -TIERMM_E2BIG);
	assert_string_equal(tiermm_sim_import_name(TIERMM_SIM_ORACLE),
			    "oracle");
	assert_null(tiermm_sim_import_name(TIERMM_SIM_IMPORTS));
}

static int import_with(uint32_t format, const char *text,
		       const struct tiermm_alloc *mem)
{
	struct tiermm_sim_import_options o = options_of(format);
	struct tiermm_sim_input input = input_of(text, strlen(text));
	struct tiermm_sim_access a[16];
	struct tiermm_sim_source *s = (void *)&o;
	uint64_t n = 1;
	int err = tiermm_sim_import_open(&s, &input, &o, NULL, mem);

	if (err)
		assert_null(s);
	while (!err && n)
		err = tiermm_sim_source_next(s, a, 16, &n, NULL);
	tiermm_sim_source_destroy(s);
	return err;
}

static void importing_survives_every_oom(void **state)
{
	static const char text[] = "page,time_ns\n1,2\n99999,3\n";

	(void)state;
	for (uint64_t k = 0, done = 0; !done; k++) {
		struct failing f = { .fail_at = k };
		struct tiermm_alloc mem = failing_alloc(&f);
		int err = import_with(TIERMM_SIM_CSV, text, &mem);

		done = err == 0;
		assert_true(done || err == -TIERMM_ENOMEM);
		assert_true(failing_is_clean(&f));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lackey_is_read),
		cmocka_unit_test(lackey_without_fetches_keeps_their_time),
		cmocka_unit_test(perf_is_read),
		cmocka_unit_test(perf_ids_stand_before_the_period),
		cmocka_unit_test(damon_reports_are_read),
		cmocka_unit_test(damon_events_are_read),
		cmocka_unit_test(csv_is_read),
		cmocka_unit_test(oracle_general_is_read),
		cmocka_unit_test(oracle_objects_keep_their_pages),
		cmocka_unit_test(rests_of_a_ns_begin_again),
		cmocka_unit_test(long_gaps_are_cut),
		cmocka_unit_test(options_are_checked),
		cmocka_unit_test(importing_survives_every_oom),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
