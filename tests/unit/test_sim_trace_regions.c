/* SPDX-License-Identifier: MIT */
/* The addresses that regions of a trace had where it was recorded (S3). */
#include "sim_fixture.h"

/* More of them than a writer keeps at a time. */
static void many_regions_come_back(void **state)
{
	struct bytes b = { 0 };
	struct tiermm_sim_output output = { .size = sizeof(output),
					    .write = bytes_write,
					    .self = &b };
	struct tiermm_sim_access a[600], back[601];
	struct tiermm_sim_source *s;
	struct tiermm_sim_writer *w;
	uint64_t address;

	(void)state;
	assert_int_equal(tiermm_sim_writer_create(&w, &output, 0, NULL, NULL,
						  NULL),
			 0);
	for (uint64_t i = 0; i < 600; i++) {
		a[i] = (struct tiermm_sim_access){ .page = i * 512,
						   .count = 1 };
		assert_int_equal(tiermm_sim_writer_region(w, i, i << 30), 0);
		assert_int_equal(tiermm_sim_writer_add(w, &a[i], 1), 0);
	}
	assert_int_equal(tiermm_sim_writer_finish(w), 0);
	tiermm_sim_writer_destroy(w);
	s = opened_trace(&b);
	assert_int_equal(all_of(s, back, 601), 600);
	assert_memory_equal(a, back, sizeof(a));
	for (uint64_t i = 0; i < 600; i++) {
		assert_int_equal(tiermm_sim_trace_address(s, i * 512 + 1,
							  &address),
				 0);
		assert_int_equal(address, (i << 30) + 4096);
	}
	tiermm_sim_source_destroy(s);
	free(b.data);
}

static void addresses_of_regions_come_back(void **state)
{
	const struct tiermm_sim_access a = { .page = 700, .count = 1 };
	struct bytes b = { 0 };
	struct tiermm_sim_output output = { .size = sizeof(output),
					    .write = bytes_write,
					    .self = &b };
	struct tiermm_sim_access back;
	struct tiermm_sim_source *s;
	struct tiermm_sim_writer *w;
	uint64_t address;

	(void)state;
	assert_int_equal(tiermm_sim_writer_create(&w, &output, 0, NULL, NULL,
						  NULL),
			 0);
	assert_int_equal(tiermm_sim_writer_region(w, 1, 0x7f0000200000), 0);
	assert_int_equal(tiermm_sim_writer_add(w, &a, 1), 0);
	assert_int_equal(tiermm_sim_writer_finish(w), 0);
	assert_int_equal(tiermm_sim_writer_finish(w), -TIERMM_EINVAL);
	assert_int_equal(tiermm_sim_writer_add(w, &a, 1), -TIERMM_EINVAL);
	tiermm_sim_writer_destroy(w);
	s = opened_trace(&b);
	assert_int_equal(next_of(s, &back, 1), 1);
	assert_int_equal(tiermm_sim_trace_address(s, 700, &address), 0);
	assert_int_equal(address, 0x7f0000200000 + (700 - 512) * 4096);
	assert_int_equal(tiermm_sim_trace_address(s, 3, &address),
			 -TIERMM_ENOENT);
	tiermm_sim_source_destroy(s);
	free(b.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_of_regions_come_back),
		cmocka_unit_test(many_regions_come_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
