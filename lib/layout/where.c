/* SPDX-License-Identifier: MIT */
/* Who lists frames now (L9), and why a frame goes where it goes. */
#include "base/line.h"
#include "base/options.h"
#include "layout/relayout.h"

#include <stddef.h>

/*
 * A run has one node before and one now. Pages that the change has reached
 * already are on the one of now; while any is left, the others are asked for
 * where they were.
 */
static struct tiermm_layout_where where(const struct tiermm_relayout *r,
					const struct tiermm__layout_view *v,
					const struct tiermm__layout_run *run)
{
	struct tiermm_layout_where w = {
		.first = run->first,
		.last = run->last,
		.node = run->to,
		.goal = run->to,
	};

	w.pending = tiermm__marks_count(r, run->first, run->last);
	if (w.pending)
		w.node = run->from;
	w.several = w.pending && tiermm__layout_several(r, v);
	return w;
}

int tiermm_relayout_allocate_on(const struct tiermm_relayout *r, uint64_t first,
				uint64_t last, struct tiermm_layout_where *out,
				uint64_t cap, uint64_t *n_out)
{
	const struct tiermm__layout_view *v;
	struct tiermm__layout_walk walk;
	struct tiermm__layout_run run;
	uint64_t n = 0;

	if (!r || !n_out || (!out && cap) || last < first || last > r->last)
		return -TIERMM_EINVAL;
	v = tiermm__layout_view(r);
	tiermm__layout_walk_begin(&walk, v->before ? &v->was : &v->map, &v->map,
				  first, last);
	for (; tiermm__layout_walk_next(&walk, &run); n++)
		if (n < cap)
			out[n] = where(r, v, &run);
	*n_out = n;
	return 0;
}

static uint32_t reason(const struct tiermm_layout_why *why)
{
	if (why->node == TIERMM_NO_NODE)
		return TIERMM_LAYOUT_WHY_BEYOND;
	if (!why->marked)
		return TIERMM_LAYOUT_WHY_SAME;
	return why->before == why->node ? TIERMM_LAYOUT_WHY_BACK
					: TIERMM_LAYOUT_WHY_MOVES;
}

int tiermm_relayout_explain(const struct tiermm_relayout *r, uint64_t frame,
			    struct tiermm_layout_why *out)
{
	struct tiermm_layout_why why = { .frame = frame,
					 .node = TIERMM_NO_NODE,
					 .before = TIERMM_NO_NODE,
					 .zone = TIERMM_LAYOUT_ZONES };
	const struct tiermm__layout_view *v;
	uint64_t index;

	if (!r || !out || out->size < sizeof(*out))
		return -TIERMM_EINVAL;
	v = tiermm__layout_view(r);
	why.generation = v->generation;
	if (frame <= r->last) {
		index = tiermm__layout_index(&v->map, frame);
		why.first = tiermm__layout_first(v->map.words[index]);
		why.last = tiermm__layout_end(&v->map, index);
		why.node = tiermm__layout_word_node(v->map.words[index]);
		if (v->before)
			why.before = tiermm__layout_at(&v->was, frame);
		why.marked = (uint32_t)tiermm__marks_any(r, frame, frame);
		why.zone = tiermm__layout_zone(r, frame, frame);
	}
	why.reason = reason(&why);
	tiermm__give_out(out, &why, sizeof(why));
	return 0;
}

static void put_end(struct tiermm__line *line,
		    const struct tiermm_layout_why *why)
{
	switch (why->reason) {
	case TIERMM_LAYOUT_WHY_SAME:
		tiermm__line_text(line, "; not marked, it is there");
		break;
	case TIERMM_LAYOUT_WHY_MOVES:
		tiermm__line_text(line, "; marked, it comes from node ");
		tiermm__line_i64(line, why->before);
		tiermm__line_text(line, " when it is free");
		break;
	default:
		tiermm__line_text(
			line, "; marked, it is looked at when it is free, and "
			      "was there before");
	}
}

int tiermm_layout_why_text(const struct tiermm_layout_why *why, char *out,
			   uint64_t cap, uint64_t *n_out)
{
	struct tiermm__line line;

	if (!why || why->size < sizeof(*why) ||
	    tiermm__line_start(&line, out, cap))
		return -TIERMM_EINVAL;
	tiermm__line_text(&line, "frame ");
	tiermm__line_hex(&line, why->frame);
	if (why->reason == TIERMM_LAYOUT_WHY_BEYOND) {
		tiermm__line_text(&line, " is past the last frame");
		return tiermm__line_finish(&line, n_out);
	}
	tiermm__line_text(&line, " -> node ");
	tiermm__line_i64(&line, why->node);
	tiermm__line_text(&line, ": range ");
	tiermm__line_hex(&line, why->first);
	tiermm__line_char(&line, '-');
	tiermm__line_hex(&line, why->last);
	tiermm__line_text(&line, " of layout ");
	tiermm__line_u64(&line, why->generation);
	put_end(&line, why);
	return tiermm__line_finish(&line, n_out);
}
