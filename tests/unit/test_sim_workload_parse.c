/* SPDX-License-Identifier: MIT */
/* Lines at their limits (S3): the greatest numbers, paths, parts; one page. */
#include "sim_fixture.h"

#include <stdio.h>

static int refused(const char *line, struct tiermm_sim_error *error)
{
	struct tiermm_sim_source *s;
	int err = tiermm_sim_workload_create(&s, line, error, NULL);

	tiermm_sim_source_destroy(s);
	return err;
}

static void numbers_reach_to_the_last_of_64_bits(void **state)
{
	static const char *const too_great[] = {
		"scan:seed=18446744073709551616",
		"scan:seed=18446744073709551620",
		"scan:seed=99999999999999999999",
		"scan:seed=18446744073709551615K",
		"scan:seed=16777216Ti",
		"zipf:theta=18446744073709551616",
	};
	struct tiermm_sim_error error = SIM_ERROR;

	(void)state;
	tiermm_sim_source_destroy(workload("scan:seed=18446744073709551615"));
	tiermm_sim_source_destroy(workload("scan:seed=16777215Ti"));
	for (size_t i = 0; i < sizeof(too_great) / sizeof(too_great[0]); i++)
		assert_int_equal(refused(too_great[i], &error), -TIERMM_EPROTO);
}

static void a_path_has_at_most_511_bytes(void **state)
{
	struct tiermm_sim_error error = SIM_ERROR;
	char line[6 + 512 + 1] = "trace:";

	(void)state;
	memset(line + 6, 'x', 511);
	assert_int_not_equal(refused(line, &error), -TIERMM_EPROTO);
	line[6 + 511] = 'x';
	assert_int_equal(refused(line, &error), -TIERMM_EPROTO);
	assert_non_null(strstr(error.text, "a file of at most 511 bytes"));
}

static void a_line_has_at_most_64_parts(void **state)
{
	struct tiermm_sim_error error = SIM_ERROR;
	char line[65 * 16] = "scan:pages=1";
	size_t n = strlen(line);

	(void)state;
	for (int i = 1; i < 64; i++)
		n += (size_t)sprintf(line + n, " + scan:pages=1");
	tiermm_sim_source_destroy(workload(line));
	(void)sprintf(line + n, " + scan");
	assert_int_equal(refused(line, &error), -TIERMM_EPROTO);
	assert_string_equal(error.text, "more than 64 parts");
}

/* However few pages there are, none beyond them is touched. */
static void every_kind_can_do_with_few_pages(void **state)
{
	static const char *const key[] = { "pages", "records" };
	static struct tiermm_sim_access a[2000];

	(void)state;
	for (uint32_t i = 0; tiermm_sim_workload_kind(i + 1); i++)
		for (int pages = 1; pages < 6; pages++) {
			const char *kind = tiermm_sim_workload_kind(i);
			struct tiermm_sim_source_info info;
			struct tiermm_sim_source *s;
			char line[64];

			snprintf(line, sizeof(line),
				 "%s:%s=%d,threads=3,count=2000", kind,
				 key[!strncmp(kind, "ycsb", 4)], pages);
			s = workload(line);
			info = info_of(s);
			assert_int_equal(all_of(s, a, 2000), 2000);
			for (int k = 0; k < 2000; k++)
				assert_true(a[k].page < info.pages);
			tiermm_sim_source_destroy(s);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_reach_to_the_last_of_64_bits),
		cmocka_unit_test(a_path_has_at_most_511_bytes),
		cmocka_unit_test(a_line_has_at_most_64_parts),
		cmocka_unit_test(every_kind_can_do_with_few_pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
