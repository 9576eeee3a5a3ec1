/* SPDX-License-Identifier: MIT */
/* A decision of then and of now as one line of text, for people. */
#include <stddef.h>

#include <tiermm/engine_replay.h>
#include <tiermm/error.h>

#include "base/line.h"

const char *tiermm_replay_action_name(uint32_t action)
{
	if (action == TIERMM_REPLAY_PROMOTE)
		return "promote";
	if (action == TIERMM_REPLAY_STAY)
		return "stay";
	return tiermm_verdict_name(action);
}

static void put_name(struct tiermm__line *line, const char *name)
{
	tiermm__line_text(line, name ? name : "unknown");
}

/* "demote to node 2"; nothing was decided beyond a budget. */
static void put_action(struct tiermm__line *line, uint32_t action, int32_t to)
{
	if (action == TIERMM_VERDICT_NONE)
		tiermm__line_text(line, "not reached");
	else
		put_name(line, tiermm_replay_action_name(action));
	if (to == TIERMM_NO_NODE)
		return;
	tiermm__line_text(line, " to node ");
	tiermm__line_i64(line, to);
}

static void put_compared(struct tiermm__line *line,
			 const struct tiermm_replayed *d)
{
	if (!d->value && !d->limit)
		return;
	tiermm__line_text(line, ", value ");
	tiermm__line_u64(line, d->value);
	tiermm__line_text(line, ", limit ");
	tiermm__line_u64(line, d->limit);
}

static void put_reason(struct tiermm__line *line,
		       const struct tiermm_replayed *d, uint32_t reason,
		       uint32_t outcome)
{
	const char *name = NULL;

	if (outcome)
		name = tiermm_outcome_name(outcome);
	else if (reason && d->step == TIERMM_STEP_PROMOTE)
		name = tiermm_promotion_reason_name(reason);
	else if (reason)
		name = tiermm_reclaim_reason_name(reason);
	if (!name)
		return;
	tiermm__line_text(line, ": ");
	tiermm__line_text(line, name);
}

int tiermm_replayed_text(const struct tiermm_replayed *d, char *out,
			 uint64_t cap, uint64_t *n_out)
{
	struct tiermm__line line;
	int err = d ? tiermm__line_start(&line, out, cap) : -TIERMM_EINVAL;

	if (err)
		return err;
	tiermm__line_text(&line, "page ");
	tiermm__line_hex(&line, d->page);
	tiermm__line_text(&line, " on node ");
	tiermm__line_i64(&line, d->from);
	tiermm__line_text(&line, ", pages ");
	tiermm__line_u64(&line, d->pages);
	tiermm__line_text(&line, ": then ");
	put_action(&line, d->then_action, d->then_to);
	put_reason(&line, d, d->then_reason, d->then_outcome);
	tiermm__line_text(&line, "; now ");
	put_action(&line, d->now_action, d->now_to);
	put_reason(&line, d, d->now_reason, d->now_outcome);
	put_compared(&line, d);
	return tiermm__line_finish(&line, n_out);
}
