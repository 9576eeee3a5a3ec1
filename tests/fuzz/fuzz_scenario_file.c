/* SPDX-License-Identifier: MIT */
/* Scenarios: any bytes are refused with a message, or say all they must. */
#include "fuzz.h"

#include <tiermm/backends/file_scenario.h>

static void expect_lists(const struct tiermm_file_scenario *s)
{
	struct tiermm_file_published p = { .size = sizeof(p) };
	struct tiermm_file_event e = { .size = sizeof(e) };
	const char *name;
	uint64_t value = 0, n = 0;

	for (n = 0; (name = tiermm_file_scenario_policy(s, n)); n++)
		fuzz_expect(n < 64, "policies are bounded");
	for (n = 0; (name = tiermm_file_scenario_option(s, n, &value)); n++)
		fuzz_expect(n < 64 && value <= UINT64_C(1000000000000),
			    "options are bounded");
	for (n = 0; !tiermm_file_scenario_event(s, n, &e); n++)
		fuzz_expect(n < 64 && *e.what && e.ms <= 1000000000 &&
				    e.value <= UINT64_C(1000000000000) &&
				    e.node >= TIERMM_NO_NODE &&
				    e.node < TIERMM_MAX_NODES &&
				    (!e.text || e.unit),
			    "events are complete, and bounded");
	for (n = 0; !tiermm_file_scenario_published(s, n, &p); n++)
		fuzz_expect(*p.what && *p.measure && *p.policy && *p.against &&
				    p.change_bp <= 100000000 &&
				    p.change_bp >= -100000000,
			    "what was published is complete");
	fuzz_expect(n <= 64, "published numbers are bounded");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tiermm_file_error error = { .size = sizeof(error) };
	struct tiermm_file_scenario *s;
	int err;

	err = tiermm_file_scenario_parse(&s, "fuzz", (const char *)data, size,
					 &error, NULL);
	if (err) {
		fuzz_expect(!s && (err == -TIERMM_ENOMEM || error.text[0]),
			    "what is refused has a message");
		return 0;
	}
	fuzz_expect(*tiermm_file_scenario_text(s, TIERMM_FILE_SCENARIO_NAME) &&
			    *tiermm_file_scenario_text(
				    s, TIERMM_FILE_SCENARIO_WORKLOAD),
		    "a scenario has a name and a workload");
	fuzz_expect(tiermm_file_scenario_topology(s) != NULL,
		    "a scenario has a machine");
	expect_lists(s);
	tiermm_file_scenario_destroy(s);
	return 0;
}
