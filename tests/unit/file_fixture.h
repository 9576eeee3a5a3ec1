/* SPDX-License-Identifier: MIT */
/* What the tests of the file backend share: machines from texts. */
#ifndef TESTS_UNIT_FILE_FIXTURE_H
#define TESTS_UNIT_FILE_FIXTURE_H

#include "support/cmocka.h"

#include <tiermm/backends/file.h>

/* A machine file called "m" that has to be read. */
static inline struct tiermm_file_machine *parsed(const char *text)
{
	struct tiermm_file_error error = { .size = sizeof(error) };
	struct tiermm_file_machine *m;

	if (tiermm_file_machine_parse(&m, "m", text, strlen(text), 0, &error,
				      NULL))
		fail_msg("%s", error.text);
	return m;
}

/* A line that has to be read. */
static inline struct tiermm_file_machine *synthetic(const char *text)
{
	struct tiermm_file_error error = { .size = sizeof(error) };
	struct tiermm_file_machine *m;

	if (tiermm_file_machine_synthetic(&m, text, &error, NULL))
		fail_msg("%s: %s", text, error.text);
	return m;
}

static inline struct tiermm_node node_of(const struct tiermm_file_machine *m,
					 int32_t id)
{
	struct tiermm_node node;

	assert_int_equal(tiermm_topology_node(tiermm_file_machine_topology(m),
					      id, &node),
			 0);
	return node;
}

#endif
