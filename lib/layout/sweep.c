/* SPDX-License-Identifier: MIT */
/* Free pages to be moved, planned in steps and reported back (L6). */
#include "layout/relayout.h"

#define DEFAULT_PAGES 1024

static uint64_t smaller(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Frames from first on that one item may hold: one block, range and zone. */
static struct tiermm__layout_run place_of(const struct tiermm_relayout *r,
					  uint64_t first, uint64_t max_pages)
{
	const struct tiermm__layout_view *v = tiermm__layout_view(r);
	uint64_t index = tiermm__layout_index(&v->map, first);
	uint64_t memory = tiermm__layout_memory_at(r, first);
	struct tiermm__layout_run run = {
		.first = first,
		.last = first | (max_pages - 1),
		.from = TIERMM_NO_NODE,
		.to = tiermm__layout_word_node(v->map.words[index]),
	};

	run.last = smaller(run.last, tiermm__layout_end(&v->map, index));
	run.last = smaller(run.last, r->memory[memory].last);
	if (!v->before || tiermm__layout_several(r, v))
		return run;
	index = tiermm__layout_index(&v->was, first);
	run.last = smaller(run.last, tiermm__layout_end(&v->was, index));
	run.from = tiermm__layout_word_node(v->was.words[index]);
	return run;
}

/* Items among the frames of a step; returns the frame behind the step. */
static uint64_t plan(const struct tiermm_relayout *r, uint64_t last,
		     uint64_t max_pages, struct tiermm_move *out, uint64_t cap,
		     uint64_t *n_out)
{
	uint64_t at = r->sweep, n = 0, end;

	while (at <= last) {
		struct tiermm__layout_run run;

		at = tiermm__marks_find(r, at, last, 1);
		if (at > last || n == cap)
			break;
		run = place_of(r, at, max_pages);
		end = tiermm__marks_find(r, at, smaller(run.last, last), 0);
		/* Whoever was asked between the two looks used the mark up. */
		if (end == at)
			continue;
		out[n++] = (struct tiermm_move){
			.page = at,
			.pages = end - at,
			.from = run.from,
			.to = run.to,
		};
		at = end;
	}
	*n_out = n;
	return at;
}

static int check_step(const struct tiermm_layout_step *step, uint64_t *pages)
{
	if (!step || step->size < sizeof(*step))
		return -TIERMM_EINVAL;
	*pages = step->max_pages ? step->max_pages : DEFAULT_PAGES;
	return *pages & (*pages - 1) ? -TIERMM_EINVAL : 0;
}

int tiermm_relayout_plan(struct tiermm_relayout *r,
			 struct tiermm_layout_step *step,
			 struct tiermm_move *out, uint64_t cap, uint64_t *n_out)
{
	uint64_t max_pages, left, last;
	int err = check_step(step, &max_pages);

	if (!n_out || !out || !cap)
		return -TIERMM_EINVAL;
	if (!err)
		err = tiermm__relayout_enter(r);
	if (err)
		return err;
	tiermm__probe(r);
	if (!tiermm__readers_passed(r)) {
		err = -TIERMM_EAGAIN;
		goto leave;
	}
	left = r->last + 1 - r->sweep;
	if (step->max_frames && step->max_frames < left)
		left = step->max_frames;
	last = r->sweep + left - 1;
	*n_out = 0;
	step->generation = tiermm__layout_view(r)->generation;
	step->first = r->sweep;
	step->frames = 0;
	if (left)
		step->frames =
			plan(r, last, max_pages, out, cap, n_out) - r->sweep;
leave:
	tiermm__relayout_leave(r);
	return err;
}

static int check_result(const struct tiermm_relayout *r,
			const struct tiermm_move *move,
			const struct tiermm_result *result)
{
	if (move->page > r->last || !move->pages ||
	    move->pages - 1 > r->last - move->page || move->reserved ||
	    result->outcome >= TIERMM_OUTCOMES)
		return -TIERMM_EINVAL;
	if (result->outcome != TIERMM_OUTCOME_DONE &&
	    result->outcome != TIERMM_OUTCOME_ALREADY)
		return 0;
	if ((move->from == TIERMM_NO_NODE &&
	     result->outcome == TIERMM_OUTCOME_DONE) ||
	    tiermm__layout_zone(r, move->page, move->page + move->pages - 1) ==
		    TIERMM_LAYOUT_ZONES)
		return -TIERMM_EINVAL;
	/* What lies beyond the move would change its node without a mark. */
	if (result->outcome == TIERMM_OUTCOME_DONE &&
	    result->pages > move->pages)
		return -TIERMM_EINVAL;
	if (result->outcome == TIERMM_OUTCOME_DONE &&
	    !tiermm__layout_has_node(r, move->from))
		return -TIERMM_ENODEV;
	return tiermm__layout_has_node(r, move->to) ? 0 : -TIERMM_ENODEV;
}

/*
 * Pages that are where the layout of now wants them lose their marks, if all
 * of the item is there. A move that was planned for a layout before has put
 * pages where they do not belong, and whoever was asked meanwhile may have used
 * up their marks: these are set again (relayout.h, 7).
 */
static void mark_anew(struct tiermm_relayout *r, const struct tiermm_move *move,
		      int is_whole)
{
	const struct tiermm__layout_map *m = &tiermm__layout_view(r)->map;
	struct tiermm__layout_walk walk;
	struct tiermm__layout_run run;

	tiermm__layout_walk_begin(&walk, m, m, move->page,
				  move->page + move->pages - 1);
	while (tiermm__layout_walk_next(&walk, &run)) {
		if (run.to != move->to)
			tiermm__sweep_again(r, run.first, run.last);
		else if (is_whole)
			(void)tiermm__marks_take(r, run.first, run.last);
	}
}

static uint32_t skipped(uint32_t outcome)
{
	switch (outcome) {
	case TIERMM_OUTCOME_BUSY:
	case TIERMM_OUTCOME_ABSENT:
		return TIERMM_LAYOUT_SKIPPED_IN_USE;
	case TIERMM_OUTCOME_ALREADY:
		return TIERMM_LAYOUT_SKIPPED_ALREADY;
	case TIERMM_OUTCOME_TARGET_FULL:
		return TIERMM_LAYOUT_SKIPPED_FULL;
	case TIERMM_OUTCOME_TARGET_GONE:
		return TIERMM_LAYOUT_SKIPPED_GONE;
	default:
		return TIERMM_LAYOUT_SKIPPED_OTHER;
	}
}

static void record(struct tiermm_relayout *r, const struct tiermm_move *move,
		   const struct tiermm_result *result)
{
	uint32_t why = skipped(result->outcome);

	if (result->outcome != TIERMM_OUTCOME_DONE) {
		tiermm__layout_add(r, why, 1);
		r->retry += why >= TIERMM_LAYOUT_SKIPPED_FULL;
		if (why == TIERMM_LAYOUT_SKIPPED_ALREADY)
			mark_anew(r, move, 1);
		return;
	}
	tiermm__layout_transfer(r,
				tiermm__layout_zone(r, move->page, move->page),
				move->from, move->to, result->pages,
				TIERMM__LAYOUT_CLAIMS);
	if (move->from != move->to)
		tiermm__layout_add(r, TIERMM_LAYOUT_MOVED_REPORTED,
				   result->pages);
	mark_anew(r, move, result->pages >= move->pages);
}

/* A step of an earlier sweep or layout does not take this one further. */
static void go_on(struct tiermm_relayout *r,
		  const struct tiermm_layout_step *step)
{
	if (!step || step->generation != tiermm__layout_view(r)->generation ||
	    step->first != r->sweep || step->frames > r->last + 1 - r->sweep)
		return;
	r->sweep += step->frames;
	tiermm__layout_add(r, TIERMM_LAYOUT_EXAMINED, step->frames);
}

int tiermm_relayout_report(struct tiermm_relayout *r,
			   const struct tiermm_layout_step *step,
			   const struct tiermm_move *moves,
			   const struct tiermm_result *results, uint64_t n)
{
	int err = -TIERMM_EINVAL;

	if ((!n || (moves && results)) &&
	    (!step || step->size >= sizeof(*step)))
		err = tiermm__relayout_enter(r);
	if (err)
		return err;
	for (uint64_t i = 0; i < n && !err; i++)
		err = check_result(r, &moves[i], &results[i]);
	for (uint64_t i = 0; i < n && !err; i++)
		record(r, &moves[i], &results[i]);
	if (!err)
		go_on(r, step);
	tiermm__relayout_leave(r);
	return err;
}

int tiermm_relayout_rewind(struct tiermm_relayout *r)
{
	int err = tiermm__relayout_enter(r);

	if (err)
		return err;
	r->sweep = 0;
	r->retry = 0;
	tiermm__relayout_leave(r);
	return 0;
}
