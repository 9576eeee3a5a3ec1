/* SPDX-License-Identifier: MIT */
/* A layout as lines for people, or as one document for programs. */
#include "buffer.h"

#include <inttypes.h>
#include <stddef.h>

#include <tiermm/backends/file_layout.h>

static void put_text(struct tiermm__file_buffer *b,
		     const struct tiermm_layout *l)
{
	struct tiermm_layout_range r;

	for (uint64_t i = 0; !tiermm_layout_range_at(l, i, &r); i++)
		tiermm__file_put(b, "0x%" PRIx64 "-0x%" PRIx64 " %" PRId32 "\n",
				 r.first, r.last, r.node);
}

static void put_json(struct tiermm__file_buffer *b,
		     const struct tiermm_layout *l)
{
	struct tiermm_layout_range r;

	tiermm__file_put(b, "{\"last_frame\":%" PRIu64 ",\"ranges\":[",
			 tiermm_layout_last_frame(l));
	for (uint64_t i = 0; !tiermm_layout_range_at(l, i, &r); i++)
		tiermm__file_put(b,
				 "%s{\"first\":%" PRIu64 ",\"last\":%" PRIu64
				 ",\"node\":%" PRId32 "}",
				 i ? "," : "", r.first, r.last, r.node);
	tiermm__file_put(b, "]}\n");
}

int tiermm_file_layout_write(const struct tiermm_layout *l, uint32_t format,
			     char *out, uint64_t cap, uint64_t *n_out)
{
	struct tiermm__file_buffer b = { .text = NULL };

	if (!l || (cap && !out) ||
	    (format != TIERMM_FILE_TEXT && format != TIERMM_FILE_JSON))
		return -TIERMM_EINVAL;
	if (format == TIERMM_FILE_JSON)
		put_json(&b, l);
	else
		put_text(&b, l);
	return tiermm__file_deliver(&b, out, cap, n_out);
}
