/* SPDX-License-Identifier: MIT */
/* Mappings of a process, from made-up files. */
#include <support/cmocka.h>

#include "linux_tree.h"

#include <tiermm/backends/linux_heat.h>
#include <tiermm/random.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char maps[] =
	"00400000-00403000 r-xp 00000000 00:02 6  /usr/bin/x\n"
	"00403000-00404000 rw-p 00000000 00:02 6  /usr/bin/x\n"
	"01000000-01021000 rw-p 00000000 00:00 0  [heap]\n"
	"7f0000000000-7f0000200000 rw-p 00000000 00:00 0 \n"
	"7f0000200000-7f0000201000 ---p 00000000 00:00 0 \n"
	"7f0000300000-7f0000301000 rw-s 00000000 00:01 9  /dev/shm/y\n"
	"7f0000301000-7f0000302000 rw-s 00000000 00:05 7  /dev/dri/card0\n"
	"7f0000302000-7f0000303000 rw-p 00000000 00:05 8  /dev/zero (gone)\n"
	"7f0000400000-7f0000600000 rw-p 00000000 00:0f 1  /anon_hugepage\n"
	"7f0000600000-7f0000601000 rw-p 00000000 00:00 0  [anon:arena]\n"
	"7fff00000000-7fff00021000 rw-p 00000000 00:00 0  [stack]\n"
	"7fff00030000-7fff00034000 r--p 00000000 00:00 0  [vvar]\n"
	"7fff00034000-7fff00036000 r-xp 00000000 00:00 0  [vdso]\n"
	"ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0  [vsyscall]\n";

static const char smaps[] =
	"10000-30000 rw-p 00000000 00:00 0 \n"
	"Size: 128 kB\nRss:  64 kB\nReferenced:       16 kB\n"
	"VmFlags: rd wr mr mw me lo ac \n"
	"200000-400000 rw-p 00000000 00:0f 1  /mnt/h/x\n"
	"Rss: 0 kB\nVmFlags: rd wr mr mw me de ht sd \n"
	"500000-501000 rw-p 00000000 00:00 0 \n"
	"Rss: 0 kB\nVmFlags: rd wr io pf \n";

static char proc[LINUX_TREE_PATH];

static int set_up(void **state)
{
	(void)state;
	linux_tree_make(proc);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	linux_tree_remove(proc);
	return 0;
}

static int read_ranges(uint32_t flags, struct tiermm_linux_range *out,
		       uint64_t cap, uint64_t *n)
{
	struct tiermm_linux_heat_options o = { .size = sizeof(o),
					       .flags = flags,
					       .proc = proc,
					       .pid = 7 };

	return tiermm_linux_ranges(&o, out, cap, n);
}

static void anonymous_memory_is_what_there_is_without_asking(void **state)
{
	static const uint64_t starts[] = { 0x1000000, 0x7f0000000000,
					   0x7f0000600000, 0x7fff00000000 };
	struct tiermm_linux_range out[8];
	uint64_t n = 0;

	(void)state;
	linux_tree_write(proc, "7/maps", maps);
	assert_int_equal(read_ranges(0, out, 8, &n), 0);
	assert_int_equal(n, 4);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(out[i].start, starts[i]);
		assert_int_equal(out[i].kind, TIERMM_LINUX_RANGE_ANONYMOUS);
		assert_int_equal(out[i].flags, TIERMM_LINUX_RANGE_WRITABLE);
		assert_int_equal(out[i].rss_pages, 0);
	}
	assert_int_equal(out[1].end, 0x7f0000200000);
}

static void files_and_shared_memory_come_when_asked_for(void **state)
{
	struct tiermm_linux_range out[16];
	uint64_t n = 0;

	(void)state;
	linux_tree_write(proc, "7/maps", maps);
	assert_int_equal(read_ranges(TIERMM_LINUX_RANGES_FILES, out, 16, &n),
			 0);
	assert_int_equal(n, 7);
	assert_int_equal(out[0].kind, TIERMM_LINUX_RANGE_FILE);
	assert_int_equal(out[0].flags, 0);
	assert_int_equal(out[4].start, 0x7f0000302000);
	assert_int_equal(read_ranges(TIERMM_LINUX_RANGES_SHARED, out, 16, &n),
			 0);
	assert_int_equal(n, 5);
	assert_int_equal(out[2].kind, TIERMM_LINUX_RANGE_SHARED);
	assert_int_equal(out[2].start, 0x7f0000300000);
}

static void smaps_counts_and_knows_hugetlb_by_its_flags(void **state)
{
	struct tiermm_linux_range out[4];
	uint64_t n = 0;

	(void)state;
	linux_tree_write(proc, "7/smaps", smaps);
	assert_int_equal(read_ranges(TIERMM_LINUX_RANGES_COUNTS |
					     TIERMM_LINUX_RANGES_FILES,
				     out, 4, &n),
			 0);
	assert_int_equal(n, 1);
	assert_int_equal(out[0].rss_pages, 16);
	assert_int_equal(out[0].referenced_pages, 4);
	assert_int_equal(out[0].flags, TIERMM_LINUX_RANGE_WRITABLE |
					       TIERMM_LINUX_RANGE_LOCKED);
}

static void a_short_array_is_told_how_many_there_are(void **state)
{
	struct tiermm_linux_range out[2] = { { 0 } };
	uint64_t n = 0;

	(void)state;
	linux_tree_write(proc, "7/maps", maps);
	assert_int_equal(read_ranges(0, out, 1, &n), 0);
	assert_int_equal(n, 4);
	assert_int_equal(out[1].start, 0);
	assert_int_equal(read_ranges(0, NULL, 0, &n), 0);
	assert_int_equal(n, 4);
	assert_int_equal(read_ranges(0, NULL, 1, &n), -TIERMM_EINVAL);
}

/* Longer than any buffer: lines lie across its end at every place. */
static void thousands_of_mappings_are_read(void **state)
{
	enum {
		MANY = 3000,
		LINE = 120
	};
	struct tiermm_linux_range *out = calloc(MANY, sizeof(*out));
	char *text = malloc(MANY * LINE);
	uint64_t n = 0;
	size_t at = 0;

	(void)state;
	for (uint64_t i = 0; i < MANY; i++)
		at += (size_t)
			snprintf(text + at, LINE,
				 "%llx-%llx rw-p 00000000 00:00 0 %.*s\n",
				 (unsigned long long)(i * 0x2000 + 0x1000),
				 (unsigned long long)(i * 0x2000 + 0x2000),
				 (int)(i % 20), "[anon:xxxxxxxxxxxxxxx");
	linux_tree_write(proc, "7/maps", text);
	assert_int_equal(read_ranges(0, out, MANY, &n), 0);
	assert_int_equal(n, MANY);
	for (uint64_t i = 0; i < MANY; i++)
		assert_int_equal(out[i].start, i * 0x2000 + 0x1000);
	free(out);
	free(text);
}

static void garbled_lines_are_errors(void **state)
{
	static const char *const texts[] = {
		"nonsense\n",
		"10000-20000\n",
		"10000 20000 rw-p 0 0 0\n",
		"20000-10000 rw-p 00000000 00:00 0\n",
		"10000-20000 rw-p 00000000 00:00 0", /* cut */
		"10000-20000 rw\n",
		"-20000 rw-p 00000000 00:00 0\n",
	};
	uint64_t n = 42;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		linux_tree_write(proc, "7/maps", texts[i]);
		assert_int_equal(read_ranges(0, NULL, 0, &n), -TIERMM_EPROTO);
		assert_int_equal(n, 42);
	}
}

static void a_line_without_end_is_an_error(void **state)
{
	char text[6000];
	uint64_t n;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = 0;
	linux_tree_write(proc, "7/maps", text);
	assert_int_equal(read_ranges(0, NULL, 0, &n), -TIERMM_EPROTO);
}

/* Whatever bytes there are, reading ends, and ranges are ranges. */
static void damaged_files_stay_within_bounds(void **state)
{
	struct tiermm_random random;
	struct tiermm_linux_range out[32];

	(void)state;
	tiermm_random_seed(&random, 7);
	for (int round = 0; round < 400; round++) {
		char text[sizeof(smaps)];
		uint64_t n = 0;

		memcpy(text, smaps, sizeof(text));
		for (int k = 0; k < 3; k++)
			text[tiermm_random_below(&random, sizeof(smaps) - 1)] =
				(char)(1 + tiermm_random_below(&random, 255));
		linux_tree_write(proc, "7/smaps", text);
		if (read_ranges(TIERMM_LINUX_RANGES_COUNTS, out, 32, &n))
			continue;
		assert_true(n <= 32);
		for (uint64_t i = 0; i < n; i++)
			assert_true(out[i].start < out[i].end);
	}
}

static void a_process_that_is_not_there_has_none(void **state)
{
	struct tiermm_linux_heat_options o = { .size = sizeof(o), .pid = -1 };
	uint64_t n;

	(void)state;
	assert_int_equal(read_ranges(0, NULL, 0, &n), -TIERMM_ENOENT);
	assert_int_equal(tiermm_linux_ranges(&o, NULL, 0, &n), -TIERMM_EINVAL);
	o.pid = 0;
	o.flags = 1u << 30;
	assert_int_equal(tiermm_linux_ranges(&o, NULL, 0, &n), -TIERMM_E2BIG);
	assert_int_equal(tiermm_linux_ranges(NULL, NULL, 0, NULL),
			 -TIERMM_EINVAL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(anonymous_memory_is_what_there_is_without_asking),
		TEST(files_and_shared_memory_come_when_asked_for),
		TEST(smaps_counts_and_knows_hugetlb_by_its_flags),
		TEST(a_short_array_is_told_how_many_there_are),
		TEST(thousands_of_mappings_are_read),
		TEST(garbled_lines_are_errors),
		TEST(a_line_without_end_is_an_error),
		TEST(damaged_files_stay_within_bounds),
		TEST(a_process_that_is_not_there_has_none),
	};

	return cmocka_run_group_tests_name("linux/heat_ranges", tests, NULL,
					   NULL);
}
