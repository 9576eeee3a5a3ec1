/* SPDX-License-Identifier: MIT */
/* An explanation as one line of English (R11). */
#include "base/line.h"
#include "base/nodeset.h"

#include <stddef.h>

#include <tiermm/error.h>
#include <tiermm/reclaim_explain.h>

static const char *const sentences[TIERMM_RECLAIM_REASONS] = {
	[TIERMM_RECLAIM_REASON_NONE] = "not decided",
	[TIERMM_RECLAIM_COLD] = "cold",
	[TIERMM_RECLAIM_INVALID] = "no such node, order or flag",
	[TIERMM_RECLAIM_HUGETLB] = "from a pool of huge pages",
	[TIERMM_RECLAIM_LOCKED] = "somebody works on it",
	[TIERMM_RECLAIM_UNEVICTABLE] = "locked in memory",
	[TIERMM_RECLAIM_MAPPED] = "mapped, and may not be unmapped",
	[TIERMM_RECLAIM_WRITEBACK] = "being written",
	[TIERMM_RECLAIM_ACTIVE] = "used often",
	[TIERMM_RECLAIM_REFERENCED] = "used since the last look",
	[TIERMM_RECLAIM_SWITCHED_OFF] = "demotion is off",
	[TIERMM_RECLAIM_NO_TARGET] = "nothing is lower",
	[TIERMM_RECLAIM_NOT_ALLOWED] = "nothing lower is allowed",
	[TIERMM_RECLAIM_BACKOFF] = "nodes before it were full just now",
	[TIERMM_RECLAIM_RATE] = "the rate limit is used up",
	[TIERMM_RECLAIM_LARGE] = "large folios cannot be moved",
	[TIERMM_RECLAIM_BUSY] = "busy",
	[TIERMM_RECLAIM_SHARED] = "others map it",
	[TIERMM_RECLAIM_ABSENT] = "nothing is there",
	[TIERMM_RECLAIM_FULL] = "nodes before it were full",
	[TIERMM_RECLAIM_GONE] = "the node before it is no more",
	[TIERMM_RECLAIM_DENIED] = "no privilege",
	[TIERMM_RECLAIM_UNSUPPORTED] = "this kind cannot be moved",
	[TIERMM_RECLAIM_UNKNOWN] = "nobody could say what became of it",
	[TIERMM_RECLAIM_ALREADY] = "it was there before",
	[TIERMM_RECLAIM_WITHOUT_SWAP] = "anonymous, and there is no swap",
	[TIERMM_RECLAIM_UNWRITTEN] = "it may not be written",
	[TIERMM_RECLAIM_BUDGET] = "the budget is used up",
	[TIERMM_RECLAIM_CHANGING] = "the graph was changing",
	[TIERMM_RECLAIM_CANCELLED] = "given up",
};

static const char *const verdicts[TIERMM_VERDICTS] = {
	[TIERMM_VERDICT_NONE] = "undecided",
	[TIERMM_VERDICT_DEMOTE] = "demote to ",
	[TIERMM_VERDICT_SPLIT] = "split",
	[TIERMM_VERDICT_PAGE_OUT] = "page out",
	[TIERMM_VERDICT_DISCARD] = "discard",
	[TIERMM_VERDICT_KEEP] = "keep",
	[TIERMM_VERDICT_ACTIVATE] = "activate",
	[TIERMM_VERDICT_FAILED] = "failed",
};

static const char *const roles[] = {
	[TIERMM_RECLAIM_NODE_NOT_ASKED] = "not asked about",
	[TIERMM_RECLAIM_NODE_TARGET] = "it goes there",
	[TIERMM_RECLAIM_NODE_TRIED] = "had its turn",
	[TIERMM_RECLAIM_NODE_NEXT] = "comes later, if at all",
	[TIERMM_RECLAIM_NODE_NOT_ALLOWED] = "not allowed",
	[TIERMM_RECLAIM_NODE_BLOCKED] = "offline or going",
	[TIERMM_RECLAIM_NODE_NOT_LOWER] = "not lower",
	[TIERMM_RECLAIM_NODE_UNKNOWN] = "no such node",
};

static void put(struct tiermm__line *line, const char *const *texts, uint64_t n,
		uint32_t index)
{
	const char *text = index < n ? texts[index] : NULL;

	tiermm__line_text(line, text ? text : "?");
}

/* "demote to 3, attempt 2" */
static void put_verdict(struct tiermm__line *line,
			const struct tiermm_reclaim_explanation *e)
{
	put(line, verdicts, TIERMM_VERDICTS, e->verdict);
	if (e->verdict == TIERMM_VERDICT_DEMOTE)
		tiermm__line_i64(line, e->to);
	if (e->final && e->attempt)
		tiermm__line_text(line, ", done");
	if (e->attempt > 1) {
		tiermm__line_text(line, ", attempt ");
		tiermm__line_u64(line, e->attempt);
	}
}

/* "; node 2: had its turn, distance 20 from target 3" */
static void put_node(struct tiermm__line *line,
		     const struct tiermm_reclaim_explanation *e)
{
	if (e->role == TIERMM_RECLAIM_NODE_NOT_ASKED)
		return;
	tiermm__line_text(line, "; node ");
	tiermm__line_i64(line, e->node);
	tiermm__line_text(line, ": ");
	put(line, roles, sizeof(roles) / sizeof(roles[0]), e->role);
	if (e->distance == 0)
		return;
	tiermm__line_text(line, ", distance ");
	tiermm__line_u64(line, e->distance);
	tiermm__line_text(line, " from target ");
	tiermm__line_i64(line, e->target);
}

int tiermm_reclaim_explanation_text(const struct tiermm_reclaim_explanation *e,
				    char *out, uint64_t cap, uint64_t *n_out)
{
	struct tiermm__line line;

	if (!e || e->size < sizeof(*e) || tiermm__line_start(&line, out, cap))
		return -TIERMM_EINVAL;
	tiermm__line_text(&line, "folio ");
	tiermm__line_hex(&line, e->page);
	tiermm__line_text(&line, " on node ");
	tiermm__line_i64(&line, e->from);
	tiermm__line_text(&line, ", ");
	tiermm__line_u64(&line, e->pages);
	tiermm__line_text(&line, e->pages == 1 ? " page: " : " pages: ");
	put_verdict(&line, e);
	tiermm__line_text(&line, ": ");
	put(&line, sentences, TIERMM_RECLAIM_REASONS, e->reason);
	if (!tiermm__nodeset_is_empty(&e->lower)) {
		tiermm__line_text(&line, "; then ");
		tiermm__line_nodes(&line, &e->lower);
	}
	put_node(&line, e);
	return tiermm__line_finish(&line, n_out);
}
