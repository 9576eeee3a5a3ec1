/* SPDX-License-Identifier: MIT */
/* Scenarios: any bytes are refused with a message, or can be replayed. */
#include "fuzz.h"

#include <tiermm/backends/file_zones.h>

static void replay(struct tiermm_file_zones *s)
{
	struct tiermm_file_zones_step step = { .size = sizeof(step) };
	struct tiermm_file_error error = { .size = sizeof(error) };
	struct tiermm_zones *z = tiermm_file_zones_account(s);
	uint64_t n = 0;
	int err;

	fuzz_expect(tiermm_zones_is_valid(z), "every beginning adds up");
	while (!(err = tiermm_file_zones_next(s, &step, &error)) && n < 200) {
		n++;
		for (uint64_t i = 0; i < step.n_blocks; i++)
			fuzz_expect(step.blocks[i].decision.zone < TIERMM_ZONES,
				    "every decision is a zone");
	}
	if (err)
		fuzz_expect(err == -TIERMM_ENOENT || error.text[0],
			    "a refused step has a message");
	fuzz_expect(tiermm_zones_is_valid(z), "every state adds up");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tiermm_file_error error = { .size = sizeof(error) };
	struct tiermm_file_zones *s;
	int err;

	err = tiermm_file_zones_parse(&s, "fuzz", (const char *)data, size,
				      &error, NULL);
	if (err) {
		fuzz_expect(err == -TIERMM_EPROTO || err == -TIERMM_EINVAL ||
				    err == -TIERMM_ENOMEM,
			    "a text is wrong in form or in what it says");
		return 0;
	}
	replay(s);
	tiermm_file_zones_destroy(s);
	return 0;
}
