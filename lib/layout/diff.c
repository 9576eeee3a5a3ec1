/* SPDX-License-Identifier: MIT */
/* Two layouts side by side, run by run. */
#include "layout/map.h"

void tiermm__layout_walk_begin(struct tiermm__layout_walk *w,
			       const struct tiermm__layout_map *from,
			       const struct tiermm__layout_map *to,
			       uint64_t first, uint64_t last)
{
	*w = (struct tiermm__layout_walk){
		.from = from,
		.to = to,
		.at = first,
		.end = last,
		.over = first > last,
	};
	if (w->over)
		return;
	w->from_index = tiermm__layout_index(from, first);
	w->to_index = tiermm__layout_index(to, first);
}

int tiermm__layout_walk_next(struct tiermm__layout_walk *w,
			     struct tiermm__layout_run *run)
{
	uint64_t from_end, to_end;

	if (w->over)
		return 0;
	from_end = tiermm__layout_end(w->from, w->from_index);
	to_end = tiermm__layout_end(w->to, w->to_index);
	run->first = w->at;
	run->last = from_end < to_end ? from_end : to_end;
	run->from = tiermm__layout_word_node(w->from->words[w->from_index]);
	run->to = tiermm__layout_word_node(w->to->words[w->to_index]);
	if (run->last >= w->end) {
		/* Asked before adding: the end may be the last frame of all. */
		run->last = w->end;
		w->over = 1;
		return 1;
	}
	w->at = run->last + 1;
	w->from_index += from_end == run->last;
	w->to_index += to_end == run->last;
	return 1;
}

/* Runs that are put out, the last of which may still grow. */
struct sink {
	struct tiermm_layout_difference *out;
	uint64_t cap;
	uint64_t n;
	struct tiermm_layout_difference open;
};

static void put(struct sink *s, uint64_t first, uint64_t last, int32_t from,
		int32_t to)
{
	if (s->n && s->open.from == from && s->open.to == to &&
	    s->open.last + 1 == first) {
		s->open.last = last;
	} else {
		s->open = (struct tiermm_layout_difference){ .first = first,
							     .last = last,
							     .from = from,
							     .to = to };
		s->n++;
	}
	if (s->n <= s->cap)
		s->out[s->n - 1] = s->open;
}

/* What the longer of two layouts has more. */
static void put_rest(struct sink *s, const struct tiermm__layout_map *longer,
		     uint64_t first, int is_from)
{
	uint64_t index = tiermm__layout_index(longer, first);

	for (; index < longer->count; index++) {
		int32_t node = tiermm__layout_word_node(longer->words[index]);
		uint64_t last = tiermm__layout_end(longer, index);

		put(s, first, last, is_from ? node : TIERMM_NO_NODE,
		    is_from ? TIERMM_NO_NODE : node);
		first = last + 1;
	}
}

int tiermm_layout_diff(const struct tiermm_layout *from,
		       const struct tiermm_layout *to,
		       struct tiermm_layout_difference *out, uint64_t cap,
		       uint64_t *n_out)
{
	struct sink s = { .out = out, .cap = cap };
	struct tiermm__layout_walk walk;
	struct tiermm__layout_run run;
	uint64_t common;

	if (!from || !to || !n_out || (!out && cap))
		return -TIERMM_EINVAL;
	common = from->map.last < to->map.last ? from->map.last : to->map.last;
	tiermm__layout_walk_begin(&walk, &from->map, &to->map, 0, common);
	while (tiermm__layout_walk_next(&walk, &run))
		if (run.from != run.to)
			put(&s, run.first, run.last, run.from, run.to);
	if (from->map.last > common)
		put_rest(&s, &from->map, common + 1, 1);
	else if (to->map.last > common)
		put_rest(&s, &to->map, common + 1, 0);
	*n_out = s.n;
	return 0;
}
