/* SPDX-License-Identifier: MIT */
/* A reason as one line of English (P7). */
#include "base/line.h"

#include <stddef.h>

#include <tiermm/promotion_explain.h>

/* What is compared, where a reason has numbers: "value ... limit". */
static const struct {
	const char *text;
	const char *value; /* NULL: no numbers */
	const char *limit;
} sentences[TIERMM_PROMOTION_REASONS] = {
	[TIERMM_PROMOTION_NONE] = { "nothing was asked", NULL, NULL },
	[TIERMM_PROMOTION_HOT] = { "hot", ": ", " against " },
	[TIERMM_PROMOTION_FREE_SPACE] = { "much room on the target",
					  ": free pages ", " > " },
	[TIERMM_PROMOTION_QUEUED] = { "a candidate, and it fits", NULL, NULL },
	[TIERMM_PROMOTION_MARKED] = { "marked, not used", NULL, NULL },
	[TIERMM_PROMOTION_TOP_TIER] = { "on top already", NULL, NULL },
	[TIERMM_PROMOTION_NO_PLACE] = { "nobody said where it is", NULL, NULL },
	[TIERMM_PROMOTION_NO_PAGE] = { "no such page", NULL, NULL },
	[TIERMM_PROMOTION_NO_TARGET] = { "no node on top has memory", NULL,
					 NULL },
	[TIERMM_PROMOTION_FIRST_SEEN] = { "no earlier time to compare with",
					  NULL, NULL },
	[TIERMM_PROMOTION_COLD] = { "not hot enough", ": ", " against " },
	[TIERMM_PROMOTION_HELD_BACK] = { "went up and down too soon",
					 ": ms since then ", " < " },
	[TIERMM_PROMOTION_RATE_LIMIT] = { "rate limit",
					  ": pages in this second ", " >= " },
	[TIERMM_PROMOTION_DISPLACED] = { "hotter ones fill the room", NULL,
					 NULL },
	[TIERMM_PROMOTION_REFUSED] = { "the policy refuses", NULL, NULL },
	[TIERMM_PROMOTION_STALE] = { "a candidate, but not used for long",
				     ": ms ", " > " },
	[TIERMM_PROMOTION_NO_ROOM] = { "a candidate, but nothing has room",
				       ": free pages ", " < " },
	[TIERMM_PROMOTION_NOT_ALLOWED] = { "a candidate, but nothing faster "
					   "is allowed",
					   NULL, NULL },
	[TIERMM_PROMOTION_OVERLOADED] = { "a candidate, but faster nodes "
					  "answer slower",
					  ": ns ", " > " },
	[TIERMM_PROMOTION_BUDGET] = { "beyond the budget", NULL, NULL },
	[TIERMM_PROMOTION_GAVE_UP] = { "refused to move", NULL, NULL },
};

static void put_nodes(struct tiermm__line *line,
		      const struct tiermm_promotion_why *why)
{
	if (why->node != TIERMM_NO_NODE) {
		tiermm__line_text(line, " on node ");
		tiermm__line_i64(line, why->node);
	}
	if (why->target != TIERMM_NO_NODE) {
		tiermm__line_text(line, ", target ");
		tiermm__line_i64(line, why->target);
	}
}

static void put_number(struct tiermm__line *line, const char *before,
		       uint64_t number)
{
	tiermm__line_text(line, before);
	if (number == TIERMM_PROMOTION_UNSET)
		tiermm__line_text(line, "unset");
	else
		tiermm__line_u64(line, number);
}

int tiermm_promotion_why_text(const struct tiermm_promotion_why *why, char *out,
			      uint64_t cap, uint64_t *n_out)
{
	struct tiermm__line line;
	int err;

	if (!why || why->size < sizeof(*why) ||
	    why->reason >= TIERMM_PROMOTION_REASONS)
		return -TIERMM_EINVAL;
	err = tiermm__line_start(&line, out, cap);
	if (err)
		return err;
	tiermm__line_text(&line, "page ");
	tiermm__line_u64(&line, why->page);
	put_nodes(&line, why);
	tiermm__line_text(&line, ": ");
	tiermm__line_text(&line, sentences[why->reason].text);
	if (sentences[why->reason].value) {
		put_number(&line, sentences[why->reason].value, why->value);
		put_number(&line, sentences[why->reason].limit, why->limit);
	}
	return tiermm__line_finish(&line, n_out);
}
