/* SPDX-License-Identifier: MIT */
/* One candidate as one line of English. */
#include "base/line.h"

#include <stddef.h>

#include <tiermm/demotion_explain.h>
#include <tiermm/error.h>

/*
 * %f source, %T its tier, %t the candidate's tier, %d distance, %p penalties
 * that count, %l load, %s score, %r rival, %R its distance
 */
static const char *const sentences[] = {
	[TIERMM_REASON_NEAREST] = "nearest of tier %t: distance %d",
	[TIERMM_REASON_BEST_SCORE] =
		"best score, %s: tier %t, distance %d%p, load %l",
	[TIERMM_REASON_EQUAL] =
		"no farther than the best, node %r: tier %t, distance %d",
	[TIERMM_REASON_NAMED] = "named by the caller: distance %d",
	[TIERMM_REASON_SELF] = "the node itself",
	[TIERMM_REASON_NO_MEMORY] = "has no memory",
	[TIERMM_REASON_SOURCE_NO_MEMORY] = "node %f has no memory",
	[TIERMM_REASON_NOT_LOWER] = "not lower: tier %t, node %f is in tier %T",
	[TIERMM_REASON_NOT_NEXT_TIER] =
		"tier %t, below the tier that comes next: distance %d, "
		"node %r at %R",
	[TIERMM_REASON_FARTHER] =
		"tier %t, farther: distance %d, node %r at %R",
	[TIERMM_REASON_CUT] = "tier %t, the search ended before it came: "
			      "distance %d%p, node %r at %R sorted ahead",
	[TIERMM_REASON_OUTSCORED] =
		"tier %t, no farther, but sorted behind: score %s, "
		"distance %d%p, load %l, node %r at %R",
	[TIERMM_REASON_UNREACHABLE] = "out of reach: distance %d",
	[TIERMM_REASON_HAS_CPUS] =
		"has CPUs: passes start from it and never end there",
	[TIERMM_REASON_CLAIMED] = "node %r took it earlier in the same pass",
	[TIERMM_REASON_LIMIT] =
		"15 targets were there already: distance %d, node %r at %R",
	[TIERMM_REASON_SEEN] = "an earlier pass was there",
	[TIERMM_REASON_NOT_REACHED] = "no pass came to node %f",
	[TIERMM_REASON_NOT_NAMED] = "the caller did not name it",
	[TIERMM_REASON_CHAIN] = "farther along the chain: distance %d",
	[TIERMM_REASON_GOING] = "its memory is about to go",
};

#define SENTENCES (sizeof(sentences) / sizeof(sentences[0]))

static const char *fate_text(uint32_t fate)
{
	switch (fate) {
	case TIERMM_FATE_PREFERRED:
		return ": preferred: ";
	case TIERMM_FATE_FALLBACK:
		return ": fallback: ";
	default:
		return ": no target: ";
	}
}

static void write_distance(struct tiermm__line *line,
			   const struct tiermm_candidate *c)
{
	tiermm__line_u64(line, c->distance);
	if (c->distance_source == TIERMM_SOURCE_ASSUMED)
		tiermm__line_text(line, " (assumed)");
	if (c->distance_source == TIERMM_SOURCE_REPLACED)
		tiermm__line_text(line, " (replaced)");
}

static void write_penalties(struct tiermm__line *line,
			    const struct tiermm_candidate *c)
{
	if (c->id_penalty) {
		tiermm__line_text(line, ", lower id +");
		tiermm__line_u64(line, c->id_penalty);
	}
	if (c->cpu_penalty) {
		tiermm__line_text(line, ", CPUs +");
		tiermm__line_u64(line, c->cpu_penalty);
	}
}

static void write_field(struct tiermm__line *line,
			const struct tiermm_candidate *c, char field)
{
	switch (field) {
	case 'f':
		tiermm__line_i64(line, c->from);
		break;
	case 'r':
		tiermm__line_i64(line, c->rival);
		break;
	case 'R':
		tiermm__line_u64(line, c->rival_distance);
		break;
	case 't':
		tiermm__line_i64(line, c->to_tier);
		break;
	case 'T':
		tiermm__line_i64(line, c->from_tier);
		break;
	case 'd':
		write_distance(line, c);
		break;
	case 'p':
		write_penalties(line, c);
		break;
	case 's':
		tiermm__line_u64(line, c->score);
		break;
	default:
		tiermm__line_u64(line, c->load);
	}
}

int tiermm_candidate_text(const struct tiermm_candidate *c, char *out,
			  uint64_t cap, uint64_t *n_out)
{
	const char *text = "for a reason that this library does not know";
	struct tiermm__line line;

	if (!c || tiermm__line_start(&line, out, cap))
		return -TIERMM_EINVAL;
	tiermm__line_text(&line, "node ");
	tiermm__line_i64(&line, c->from);
	tiermm__line_text(&line, " -> node ");
	tiermm__line_i64(&line, c->to);
	tiermm__line_text(&line, fate_text(c->fate));
	if (c->reason < SENTENCES && sentences[c->reason])
		text = sentences[c->reason];
	for (; *text; text++) {
		if (*text == '%')
			write_field(&line, c, *++text);
		else
			tiermm__line_char(&line, *text);
	}
	return tiermm__line_finish(&line, n_out);
}
