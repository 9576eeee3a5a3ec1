/* SPDX-License-Identifier: MIT */
/* The one-line form: a line is refused at a column, or written again. */
#include "fuzz.h"

#include <tiermm/backends/file.h>

#include <string.h>

#define LINE_BYTES 4096

static void expect_same_line(struct tiermm_topology *t)
{
	static char first[1 << 16], second[1 << 16];
	struct tiermm_file_error error = { .size = sizeof(error) };
	struct tiermm_file_machine *m;

	if (tiermm_file_topology_write(t, TIERMM_FILE_SYNTHETIC, first,
				       sizeof(first), NULL, &error))
		fuzz_expect(0, error.text);
	if (tiermm_file_machine_synthetic(&m, first, &error, NULL))
		fuzz_expect(0, error.text);
	fuzz_expect(tiermm_topology_equal(t, tiermm_file_machine_topology(m)),
		    "a line that is written reads back equal");
	fuzz_expect(!tiermm_file_topology_write(tiermm_file_machine_topology(m),
						TIERMM_FILE_SYNTHETIC, second,
						sizeof(second), NULL, &error),
		    "a line can be written again");
	fuzz_expect(!strcmp(first, second), "there is one spelling");
	tiermm_file_machine_destroy(m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tiermm_file_error error = { .size = sizeof(error) };
	struct tiermm_file_machine *m;
	char line[LINE_BYTES];

	if (size >= sizeof(line))
		return 0;
	if (size)
		memcpy(line, data, size);
	line[size] = '\0';
	if (tiermm_file_machine_synthetic(&m, line, &error, NULL)) {
		fuzz_expect(error.column >= 1 &&
				    error.column <= strlen(line) + 1,
			    "a refusal names a column of the line");
		return 0;
	}
	/* Hundreds of nodes cost much and show nothing new. */
	if (tiermm_topology_node_count(tiermm_file_machine_topology(m)) <= 64) {
		expect_same_line(tiermm_file_machine_topology(m));
		fuzz_expect_machine(tiermm_file_machine_topology(m));
	}
	tiermm_file_machine_destroy(m);
	return 0;
}
