/* SPDX-License-Identifier: MIT */
/*
 * The published and the derived sequences (I34), each twice: planned, and
 * block by block through the account.
 */
#include "zone_fixture.h"

#define GIB (8 * BLOCK)

static struct tiermm_zones *machine(uint32_t ratio, uint64_t missing)
{
	struct tiermm_zone_parameters p = {
		.size = sizeof(p),
		.policy = TIERMM_ZONE_POLICY_AUTO_MOVABLE,
		.ratio = ratio,
		.flags = TIERMM_ZONE_NODE_AWARE,
	};
	struct tiermm_zone_boot boot = { .zone = TIERMM_ZONE_NORMAL,
					 .spanned = 4 * GIB,
					 .present = 4 * GIB - missing };
	struct tiermm_zones *z;

	assert_int_equal(tiermm_zones_create(&z, NULL, &p, NULL), 0);
	assert_int_equal(tiermm_zones_add_boot(z, &boot), 0);
	return z;
}

/* One virtio-mem device of n blocks, as one line. */
static void grow(uint32_t ratio, uint64_t n, char *line, uint64_t cap)
{
	struct tiermm_zones *z = machine(ratio, 0);
	struct tiermm_zone_device device = {
		.size = sizeof(device),
		.kind = TIERMM_ZONE_GROUP_DYNAMIC,
		.group = group_of(z, TIERMM_ZONE_GROUP_DYNAMIC, 0, 1),
		.pages = n * BLOCK,
	};
	static struct tiermm_zone_run runs[4096], lived[4096];
	uint64_t planned = 0, last = 0;

	assert_int_equal(tiermm_zones_plan(z, &device, NULL, runs, 4096,
					   &planned),
			 0);
	memset(lived, 0, sizeof(lived));
	for (uint64_t i = 0; i < n; i++) {
		uint32_t movable = plug_in(z, 1000 + i, 0, device.group) ==
				   TIERMM_ZONE_MOVABLE;

		if (lived[last].blocks && lived[last].movable != movable)
			last++;
		lived[last].movable = movable;
		lived[last].blocks++;
	}
	assert_int_equal(planned, last + 1);
	assert_memory_equal(runs, lived, planned * sizeof(*runs));
	assert_int_equal(tiermm_zone_runs_text(runs, planned, line, cap, NULL),
			 0);
	done_with(z);
}

static void expect(uint32_t ratio, uint64_t n, const char *begin)
{
	static char line[65536];

	grow(ratio, n, line, sizeof(line));
	if (strncmp(line, begin, strlen(begin)) != 0)
		fail_msg("%u %%: %.80s", (unsigned int)ratio, line);
}

static void i34_one_device_at_several_ratios(void **state)
{
	(void)state;
	expect(301, 200, "M×96 N MMM N MMM N MMM N MMM");
	expect(300, 200, "M×96 N MMM N MMM N MMM N MMM");
	expect(100, 80, "M×32 N M N M N M N M");
	expect(50, 80, "M×16 NN M NN M NN M NN M");
	expect(400, 200, "M×128 N MMMM N MMMM N MMMM");
}

/* The 1 % beyond 300 adds up to one block after so many. */
static void i34_the_one_percent_adds_up(void **state)
{
	static char line[65536];
	const char *at = line;
	uint64_t kernel = 0, places[3], n = 0;

	(void)state;
	grow(301, 1300, line, sizeof(line));
	while (*at && n < 3) {
		if (*at == 'N')
			kernel++;
		if (strncmp(at, "MMMM", 4) == 0)
			places[n++] = kernel;
		at += strncmp(at, "MMMM", 4) == 0 ? 4 : 1;
	}
	assert_true(n >= 3);
	assert_int_equal(places[0], 68);
	assert_int_equal(places[1], 168);
	assert_int_equal(places[2], 268);
	grow(300, 1300, line, sizeof(line));
	assert_null(strstr(line, "MMMM"));
}

/* DIMMs of 4 GiB, one after another: M for a movable one. */
static void expect_dimms(uint32_t ratio, uint64_t missing, const char *expected)
{
	struct tiermm_zones *z = machine(ratio, missing);
	char got[16] = "";

	for (uint64_t d = 0; expected[d]; d++) {
		int32_t dimm = group_of(z, TIERMM_ZONE_GROUP_STATIC, 0, 32);
		uint32_t zone = 0;

		for (uint64_t i = 0; i < 32; i++) {
			uint32_t now = plug_in(z, 1000 + 32 * d + i, 0, dimm);

			/* I30: all or nothing. */
			assert_true(!i || now == zone);
			zone = now;
		}
		got[d] = zone == TIERMM_ZONE_MOVABLE ? 'M' : 'N';
	}
	assert_string_equal(got, expected);
	done_with(z);
}

static void i34_dimms_of_four_gibibytes(void **state)
{
	(void)state;
	expect_dimms(301, 0, "MMMNNNN");
	expect_dimms(300, 0, "MMMNNNN");
	/* Two pages short at boot: why the default is 301. */
	expect_dimms(300, 2, "MMNNN");
	expect_dimms(301, 2, "MMMNN");
}

static void i29_at_a_ratio_of_100_and_99(void **state)
{
	(void)state;
	/* Four blocks of early memory: the limit is truncated, and <=. */
	const uint32_t ratios[] = { 100, 99, 300, 299 };
	const uint64_t expected[] = { 4, 3, 12, 11 };

	for (uint32_t i = 0; i < 4; i++) {
		struct tiermm_zones *z = machine_of(ratios[i], 0, 4);
		uint64_t n = 0;

		for (uint64_t b = 0; b < 16; b++)
			n += plug_in(z, 100 + b, 0, -1) == TIERMM_ZONE_MOVABLE;
		assert_int_equal(n, expected[i]);
		done_with(z);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(i34_one_device_at_several_ratios),
		cmocka_unit_test(i34_the_one_percent_adds_up),
		cmocka_unit_test(i34_dimms_of_four_gibibytes),
		cmocka_unit_test(i29_at_a_ratio_of_100_and_99),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
