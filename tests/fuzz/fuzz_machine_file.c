/* SPDX-License-Identifier: MIT */
/* Machine files: any bytes are refused with a message, or are a machine. */
#include "fuzz.h"

#include <tiermm/backends/file.h>

/* What was read as steps can happen, one after the other. */
static void replay(const struct tiermm_file_machine *m)
{
	struct tiermm_file_step step = { .size = sizeof(step) };
	struct tiermm_demotion *d;
	uint64_t n = tiermm_file_machine_step_count(m);

	fuzz_expect(!tiermm_demotion_create(&d, tiermm_file_machine_topology(m),
					    NULL, NULL, NULL, NULL),
		    "every machine can be published");
	for (uint64_t i = 0; i < n; i++) {
		fuzz_expect(!tiermm_file_machine_step(m, i, &step),
			    "every step can be asked for");
		if (!step.completed)
			break;
		if (step.event.kind)
			fuzz_expect(!tiermm_demotion_event(d, &step.event,
							   NULL),
				    "every step can happen");
	}
	tiermm_demotion_destroy(d);
}

static void expect_message(const struct tiermm_file_error *error, int err)
{
	fuzz_expect(err == -TIERMM_EPROTO || err == -TIERMM_EINVAL,
		    "a text is wrong in form or in what it says");
	fuzz_expect(error->text[0] != '\0', "a refusal has a message");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tiermm_file_error error = { .size = sizeof(error) };
	struct tiermm_file_machine *m;
	uint32_t flags = size & 1 ? TIERMM_BUILDER_REPLACE_DISTANCES : 0;
	int err;

	err = tiermm_file_machine_parse(&m, "fuzz", (const char *)data, size,
					flags, &error, NULL);
	if (err) {
		expect_message(&error, err);
		return 0;
	}
	fuzz_expect_machine(tiermm_file_machine_topology(m));
	if (tiermm_file_machine_step_count(m))
		replay(m);
	tiermm_file_machine_destroy(m);
	return 0;
}
