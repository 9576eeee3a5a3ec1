/* SPDX-License-Identifier: MIT */
/* A decision as one line of English (Z6). */
#include "base/line.h"

#include <stddef.h>

#include <tiermm/zone_decide.h>

static const char *const sentences[] = {
	[TIERMM_ZONE_ASKED_KERNEL] = "a kernel zone was asked for",
	[TIERMM_ZONE_ASKED_MOVABLE] = "the movable zone was asked for",
	[TIERMM_ZONE_POLICY_SAID] = "the policy always says so",
	[TIERMM_ZONE_ONLY_KERNEL_TOUCHES] = "only a kernel zone touches it",
	[TIERMM_ZONE_ONLY_MOVABLE_TOUCHES] = "only the movable zone touches it",
	[TIERMM_ZONE_NEITHER_TOUCHES] = "neither zone touches it",
	[TIERMM_ZONE_BOTH_TOUCH] = "both zones touch it",
	[TIERMM_ZONE_RATIO_ZERO] = "the ratio is 0",
	[TIERMM_ZONE_GROUP_HAS_KERNEL] =
		"its group has kernel memory and is all or nothing",
	[TIERMM_ZONE_UNIT_HAS_KERNEL] =
		"its unit has kernel memory and is all or nothing",
	[TIERMM_ZONE_WHOLE_RESERVED] =
		"other groups need all early memory of the machine",
	[TIERMM_ZONE_WHOLE_LIMIT] = "beyond the ratio on the machine",
	[TIERMM_ZONE_NODE_RESERVED] =
		"other groups need all early memory of the node",
	[TIERMM_ZONE_NODE_LIMIT] = "beyond the ratio on the node",
	[TIERMM_ZONE_FITS] = "it fits",
};

#define SENTENCES (sizeof(sentences) / sizeof(sentences[0]))

static void put(struct tiermm__line *line, const char *before, uint64_t number)
{
	tiermm__line_text(line, before);
	tiermm__line_u64(line, number);
}

/* "; machine: 0 + 32768 <= 395124 = 301 % of (131270 - 0 + 0)" */
static void put_check(struct tiermm__line *line,
		      const struct tiermm_zone_check *c, uint32_t ratio)
{
	if (c->node == TIERMM_NO_NODE) {
		tiermm__line_text(line, "; machine: ");
	} else {
		tiermm__line_text(line, "; node ");
		tiermm__line_i64(line, c->node);
		tiermm__line_text(line, ": ");
	}
	if (c->kernel_pages - c->kept_pages <= c->reserved_pages) {
		put(line, "", c->kernel_pages - c->kept_pages);
		put(line, " early pages <= ", c->reserved_pages);
		tiermm__line_text(line, " reserved");
		return;
	}
	put(line, "", c->movable_pages);
	put(line, " + ", c->need_pages);
	put(line, c->holds ? " <= " : " > ", c->limit_pages);
	put(line, " = ", ratio);
	put(line, " % of (", c->kernel_pages);
	if (c->kept_pages)
		put(line, " - ", c->kept_pages);
	put(line, " - ", c->reserved_pages);
	put(line, " + ", c->own_pages);
	tiermm__line_text(line, ")");
}

int tiermm_zone_decision_text(const struct tiermm_zone_decision *d, char *out,
			      uint64_t cap, uint64_t *n_out)
{
	const char *text = "a reason that this library does not know";
	const char *zone;
	struct tiermm__line line;

	if (!d || d->size < sizeof(*d) || tiermm__line_start(&line, out, cap))
		return -TIERMM_EINVAL;
	zone = tiermm_zone_name(d->zone);
	put(&line, "block ", d->block);
	tiermm__line_text(&line, " -> ");
	tiermm__line_text(&line, zone ? zone : "?");
	tiermm__line_text(&line, ": ");
	if (d->reason < SENTENCES && sentences[d->reason])
		text = sentences[d->reason];
	tiermm__line_text(&line, text);
	if (d->checks >= 1)
		put_check(&line, &d->whole, d->ratio);
	if (d->checks >= 2)
		put_check(&line, &d->local, d->ratio);
	return tiermm__line_finish(&line, n_out);
}
