/* SPDX-License-Identifier: MIT */
/*
 * What a form cannot express shows when the text is read again: the first
 * difference between the machine and what came back is named.
 */
#include "names.h"
#include "write.h"

#include <inttypes.h>
#include <stdio.h>

static void describe_node(const struct tiermm_change *c, char *out, size_t cap)
{
	const char *what = "abstract distance";

	if (c->kind == TIERMM_CHANGE_PAGES)
		what = "amount of memory";
	else if (c->kind == TIERMM_CHANGE_TIER)
		what = "tier";
	else if (c->kind == TIERMM_CHANGE_INITIATOR)
		what = "initiator";
	if (c->before == UINT64_MAX)
		snprintf(out, cap, "the missing %s of node %" PRId32, what,
			 c->node);
	else
		snprintf(out, cap, "%s %" PRIu64 " of node %" PRId32, what,
			 c->before, c->node);
}

static void describe_pair(const struct tiermm_change *c, char *out, size_t cap)
{
	const char *pair = "distance";

	if (c->kind == TIERMM_CHANGE_ACCESS)
		pair = c->before == UINT64_MAX ? "unknown speed" : "speed";
	if (c->before == UINT64_MAX)
		snprintf(out, cap,
			 "the %s from node %" PRId32 " to node %" PRId32, pair,
			 c->node, c->other);
	else
		snprintf(out, cap,
			 "%s %" PRIu64 " from node %" PRId32
			 " to node %" PRId32,
			 pair, c->before, c->node, c->other);
}

static void describe(const struct tiermm_change *c, char *out, size_t cap)
{
	switch (c->kind) {
	case TIERMM_CHANGE_STATE:
		snprintf(out, cap, "state \"%s\" of node %" PRId32,
			 tiermm__file_state_name((uint32_t)c->before), c->node);
		break;
	case TIERMM_CHANGE_TYPE:
		snprintf(out, cap, "type \"%s\" of node %" PRId32,
			 tiermm__file_type_name((uint32_t)c->before), c->node);
		break;
	case TIERMM_CHANGE_PAGES:
	case TIERMM_CHANGE_TIER:
	case TIERMM_CHANGE_ABSTRACT_DISTANCE:
	case TIERMM_CHANGE_INITIATOR:
		describe_node(c, out, cap);
		break;
	case TIERMM_CHANGE_DISTANCE:
	case TIERMM_CHANGE_ACCESS:
		describe_pair(c, out, cap);
		break;
	case TIERMM_CHANGE_CPU:
		snprintf(out, cap, "the place of CPU %" PRId32, c->other);
		break;
	case TIERMM_CHANGE_PAGE_BYTES:
		snprintf(out, cap, "a page of %" PRIu64 " bytes", c->before);
		break;
	default:
		snprintf(out, cap, "node %" PRId32, c->node);
	}
}

int tiermm__file_expect_same(const struct tiermm_topology *t,
			     const struct tiermm_topology *again,
			     const char *form, struct tiermm_file_error *error)
{
	struct tiermm_change change = { .kind = 0 };
	char what[128];
	uint64_t n = 0;

	tiermm_topology_diff(t, again, &change, 1, &n);
	if (!n)
		return 0;
	describe(&change, what, sizeof(what));
	return tiermm__file_report(error, -TIERMM_ENOTSUP, 0, 0,
				   "%s does not fit %s", what, form);
}
