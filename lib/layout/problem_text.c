/* SPDX-License-Identifier: MIT */
/* What was wrong with a layout, as a sentence that names the range. */
#include "base/line.h"
#include "layout/map.h"

/*
 * %r the range, %o the other one, %n its node, %f and %l its first and last
 * frame, %m the limit, %i the place among the ranges, or the parts, given.
 */
static const char *const sentences[] = {
	[TIERMM_LAYOUT_PROBLEM_NONE] = "no problem",
	[TIERMM_LAYOUT_PROBLEM_EMPTY] =
		"the layout has no range, expected at least one",
	[TIERMM_LAYOUT_PROBLEM_MANY] =
		"the layout has %i ranges, expected no more than %m",
	[TIERMM_LAYOUT_PROBLEM_INVERTED] =
		"range %r ends before it begins, expected %f or more",
	[TIERMM_LAYOUT_PROBLEM_NODE] =
		"range %r is on an unknown node, expected one that is there",
	[TIERMM_LAYOUT_PROBLEM_BEYOND] =
		"range %r goes past the last frame, expected %m or less",
	[TIERMM_LAYOUT_PROBLEM_OVERLAP] =
		"range %r overlaps range %o, expected each frame once",
	[TIERMM_LAYOUT_PROBLEM_HOLE] =
		"no range holds frames %f to %l, expected no hole",
	[TIERMM_LAYOUT_PROBLEM_SPAN] =
		"the layout ends at frame %l, expected %m as the one in force",
	[TIERMM_LAYOUT_PROBLEM_RESERVED] =
		"range %r has a reserved field set, expected 0",
	[TIERMM_LAYOUT_PROBLEM_VETO] =
		"a listener refused to populate node %n, expected consent",
	[TIERMM_LAYOUT_PROBLEM_PART] =
		"part %i of the change refused, expected consent",
};

#define SENTENCES (sizeof(sentences) / sizeof(sentences[0]))

/* "0x1000-0x1fff of node 1" */
static void put_range(struct tiermm__line *line, uint64_t first, uint64_t last,
		      int32_t node)
{
	tiermm__line_hex(line, first);
	tiermm__line_char(line, '-');
	tiermm__line_hex(line, last);
	tiermm__line_text(line, " of node ");
	tiermm__line_i64(line, node);
}

static void put(struct tiermm__line *line, const void *self, char field)
{
	const struct tiermm_layout_problem *p = self;

	switch (field) {
	case 'r':
		put_range(line, p->first, p->last, p->node);
		break;
	case 'o':
		put_range(line, p->other_first, p->other_last, p->other_node);
		break;
	case 'n':
		tiermm__line_i64(line, p->node);
		break;
	case 'f':
		tiermm__line_hex(line, p->first);
		break;
	case 'l':
		tiermm__line_hex(line, p->last);
		break;
	case 'm':
		tiermm__line_hex(line, p->limit);
		break;
	default:
		tiermm__line_u64(line, p->range);
	}
}

int tiermm_layout_problem_text(const struct tiermm_layout_problem *p, char *out,
			       uint64_t cap, uint64_t *n_out)
{
	const char *text = "a problem that this library does not know";
	struct tiermm__line line;

	if (!p || p->size < sizeof(*p) || tiermm__line_start(&line, out, cap))
		return -TIERMM_EINVAL;
	if (p->what < SENTENCES)
		text = sentences[p->what];
	tiermm__line_sentence(&line, text, put, p);
	return tiermm__line_finish(&line, n_out);
}
