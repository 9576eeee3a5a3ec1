/* SPDX-License-Identifier: MIT */
/* What was wrong with a description, as a structure and as a sentence. */
#include "base/problem.h"

#include "base/line.h"
#include "base/memory.h"

#include <stddef.h>

/*
 * %n node, %o other, %v value, %s value with its sign, %l low, %h high,
 * %p path.
 */
static const char *const sentences[] = {
	[TIERMM_PROBLEM_NONE] = "no problem",
	[TIERMM_PROBLEM_NODE_RANGE] = "node id is %n, expected %l to %h",
	[TIERMM_PROBLEM_NODE_TWICE] = "node %n is there twice, expected once",
	[TIERMM_PROBLEM_NODE_UNKNOWN] =
		"node %n is not part of the machine, expected one that is",
	[TIERMM_PROBLEM_EMPTY] =
		"the machine has no node, expected at least one",
	[TIERMM_PROBLEM_LOCAL_DISTANCE] =
		"distance from node %n to itself is %v, expected %l",
	[TIERMM_PROBLEM_REMOTE_DISTANCE] =
		"distance from node %n to node %o is %v, expected %l to %h",
	[TIERMM_PROBLEM_CPU_RANGE] =
		"CPU number on node %n is %v, expected %l to %h",
	[TIERMM_PROBLEM_CPU_TWICE] =
		"CPU %v is on node %n and on node %o, expected on one",
	[TIERMM_PROBLEM_ABSTRACT_DISTANCE] =
		"abstract distance of node %n is %s, expected %l to %h",
	[TIERMM_PROBLEM_MEMORY_TYPE] =
		"memory type of node %n is %v, expected %l to %h",
	[TIERMM_PROBLEM_NODE_STATE] =
		"state %v of node %n is unknown or unfit, expected %l to %h",
	[TIERMM_PROBLEM_CYCLE] = "the targets form the cycle %p, expected none",
	[TIERMM_PROBLEM_EDGE_TWICE] =
		"the target of node %n, node %o, is named twice, expected once",
	[TIERMM_PROBLEM_EDGE_SELF] =
		"node %n is its own target, expected another node",
	[TIERMM_PROBLEM_ROOM] =
		"the machine has node %n, expected no node above %h",
	[TIERMM_PROBLEM_OPTION] = "an option is %v, expected %l to %h",
};

#define SENTENCES (sizeof(sentences) / sizeof(sentences[0]))

int tiermm__problem_report(struct tiermm_problem *out,
			   const struct tiermm_problem *found)
{
	const uint32_t first = offsetof(struct tiermm_problem, error);

	if (out && out->size >= sizeof(*out))
		memcpy((char *)out + first, (const char *)found + first,
		       sizeof(*out) - first);
	return found->error;
}

/* "2 -> 5 -> 2": back to where it began; "..." where it was too long. */
static void write_path(struct tiermm__line *line,
		       const struct tiermm_problem *p)
{
	uint32_t n = p->path_length;

	if (n > TIERMM_PROBLEM_PATH)
		n = TIERMM_PROBLEM_PATH;
	for (uint32_t i = 0; i < n; i++) {
		tiermm__line_i64(line, p->path[i]);
		tiermm__line_text(line, " -> ");
	}
	if (n < p->path_length)
		tiermm__line_text(line, "... -> ");
	if (n)
		tiermm__line_i64(line, p->path[0]);
}

static void write_field(struct tiermm__line *line, const void *self, char field)
{
	const struct tiermm_problem *p = self;

	switch (field) {
	case 'n':
		tiermm__line_i64(line, p->node);
		break;
	case 'o':
		tiermm__line_i64(line, p->other);
		break;
	case 'v':
		tiermm__line_u64(line, p->value);
		break;
	case 's':
		tiermm__line_i64(line, (int64_t)p->value);
		break;
	case 'l':
		tiermm__line_u64(line, p->low);
		break;
	case 'h':
		tiermm__line_u64(line, p->high);
		break;
	default:
		write_path(line, p);
	}
}

int tiermm_problem_text(const struct tiermm_problem *p, char *out, uint64_t cap,
			uint64_t *n_out)
{
	const char *text = "a problem that this library does not know";
	struct tiermm__line line;

	if (!p || p->size < sizeof(*p) || tiermm__line_start(&line, out, cap))
		return -TIERMM_EINVAL;
	if (p->what < SENTENCES)
		text = sentences[p->what];
	tiermm__line_sentence(&line, text, write_field, p);
	return tiermm__line_finish(&line, n_out);
}
