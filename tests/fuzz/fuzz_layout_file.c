/* SPDX-License-Identifier: MIT */
/*
 * Layouts: any bytes are refused with a message, or make a layout that is
 * valid, is written in both forms and reads back equal.
 */
#include "fuzz.h"

#include <tiermm/backends/file_layout.h>

static char text[1 << 20];

static void expect_round_trip(const struct tiermm_layout *l, uint32_t format)
{
	struct tiermm_file_error error = { .size = sizeof(error) };
	struct tiermm_layout *again;
	uint64_t n = 0, differ = 1;

	fuzz_expect(!tiermm_file_layout_write(l, format, text, sizeof(text),
					      &n),
		    "every layout can be written");
	if (n >= sizeof(text))
		return;
	if (tiermm_file_layout_parse(&again, "written", text, n, NULL, &error,
				     NULL))
		fuzz_expect(0, error.text);
	fuzz_expect(!tiermm_layout_diff(l, again, NULL, 0, &differ) && !differ,
		    "what is written reads back equal");
	tiermm_layout_unref(again);
}

/* Each edge of each range, and past the end. */
static void expect_look_ups(const struct tiermm_layout *l)
{
	uint64_t last = tiermm_layout_last_frame(l), next = 0;
	struct tiermm_layout_range r;

	for (uint64_t i = 0; !tiermm_layout_range_at(l, i, &r); i++) {
		fuzz_expect(r.first == next && r.last >= r.first,
			    "there are no holes");
		fuzz_expect(tiermm_layout_node(l, r.first) == r.node &&
				    tiermm_layout_node(l, r.last) == r.node,
			    "edges are right");
		next = r.last + 1;
	}
	fuzz_expect(next == last + 1, "a layout ends at its last frame");
	fuzz_expect(tiermm_layout_node(l, next) == TIERMM_NO_NODE,
		    "there is nothing past the end");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tiermm_file_error error = { .size = sizeof(error) };
	struct tiermm_layout *l;
	int err;

	err = tiermm_file_layout_parse(&l, "fuzz", (const char *)data, size,
				       NULL, &error, NULL);
	if (err) {
		fuzz_expect(err == -TIERMM_ENOMEM || error.text[0],
			    "what is refused has a message");
		return 0;
	}
	fuzz_expect(tiermm_layout_is_valid(l), "what is read is valid");
	expect_look_ups(l);
	expect_round_trip(l, TIERMM_FILE_TEXT);
	expect_round_trip(l, TIERMM_FILE_JSON);
	tiermm_layout_unref(l);
	return 0;
}
