/* SPDX-License-Identifier: MIT */
/*
 * Free frames move to the nodes that a layout gives them (L6): plan after plan,
 * as far as a budget goes. Only headers of the layout are used here.
 *
 * A mark says that a frame may have to move. Where the table can `locate`, it
 * is asked first, and items are cut into runs of one node: those that are there
 * already lose their marks, so that each frame of a run is elsewhere.
 */
#include "engine/sweep.h"

#include "base/options.h"

/* Items of a plan; more come with the next one. */
#define ITEMS 32
#define GREATEST_SHIFT 63

/* located: each frame of the run is known to be on the node that it names. */
static int push(struct tiermm__sweep *s, const struct tiermm_move *run,
		uint32_t located)
{
	struct tiermm__batch *b = &s->e->batch;

	b->index[b->n] = located;
	b->moves[b->n++] = *run;
	return b->n == s->e->batch_size ? tiermm__sweep_act(s) : 0;
}

/* There before it was asked for: its mark was left over. */
static int is_there(struct tiermm__sweep *s, const struct tiermm_move *run)
{
	static const struct tiermm_result already = {
		.outcome = TIERMM_OUTCOME_ALREADY,
	};

	return tiermm_relayout_report(s->r, NULL, run, &already, 1);
}

/* Of which the table cannot say where it is: the plan may know. */
static int push_hidden(struct tiermm__sweep *s, const struct tiermm_move *item,
		       struct tiermm_move *run)
{
	run->from = item->from;
	if (run->from != TIERMM_NO_NODE)
		return push(s, run, 0);
	s->sums.again++;
	return 0;
}

/* Runs of one node out of frames that were asked for. */
static int push_runs(struct tiermm__sweep *s, const struct tiermm_move *item,
		     uint64_t frame, uint64_t n)
{
	const int32_t *where = s->e->batch.where;
	struct tiermm_move run = *item;
	int err = 0;

	for (uint64_t i = 0; i < n && !err; i += run.pages) {
		run.page = frame + i;
		run.from = where[i];
		run.pages = 1;
		while (i + run.pages < n && where[i + run.pages] == run.from)
			run.pages++;
		if (run.from == TIERMM_NO_NODE)
			err = push_hidden(s, item, &run);
		else if (run.from == run.to)
			err = is_there(s, &run);
		else
			err = push(s, &run, 1);
	}
	return err;
}

/*
 * No more frames are asked for than the batch has room for: it is full with
 * the last of them, and where they are is not overwritten before.
 */
static int push_item(struct tiermm__sweep *s, const struct tiermm_move *item)
{
	const struct tiermm__batch *b = &s->e->batch;
	uint64_t n;
	int err = 0;

	for (uint64_t at = 0; at < item->pages && !err && !s->sums.error;
	     at += n) {
		struct tiermm_move rest = *item;

		n = tiermm__sweep_locate(s, item->page + at, item->pages - at,
					 s->e->batch_size - b->n);
		if (!n) {
			rest.page += at;
			rest.pages -= at;
			return push_hidden(s, item, &rest);
		}
		err = push_runs(s, item, item->page + at, n);
	}
	return err;
}

static int push_all(struct tiermm__sweep *s, const struct tiermm_move *items,
		    uint64_t n)
{
	int err = 0;

	for (uint64_t i = 0; i < n && !err && !s->sums.error; i++)
		err = push_item(s, &items[i]);
	return err || s->sums.error ? err : tiermm__sweep_act(s);
}

/*
 * Plan after plan, until the budget is spent, or the table fails: then the
 * sweep does not go on, and the next step plans the same frames.
 */
static int sweep(struct tiermm__sweep *s)
{
	uint64_t left = s->how.max_frames ? s->how.max_frames : UINT64_MAX;
	struct tiermm_move items[ITEMS];

	s->e->batch.n = 0;
	while (left) {
		struct tiermm_layout_step step = {
			.size = sizeof(step),
			.max_frames = left,
			.max_pages = s->how.max_pages,
		};
		uint64_t n;
		int err = tiermm_relayout_plan(s->r, &step, items, ITEMS, &n);

		if (err)
			return err;
		s->sums.over = !step.frames;
		if (s->sums.over)
			return 0;
		err = push_all(s, items, n);
		if (err || s->sums.error)
			return err;
		err = tiermm_relayout_report(s->r, &step, NULL, NULL, 0);
		if (err)
			return err;
		s->sums.frames += step.frames;
		left -= step.frames;
	}
	return 0;
}

/* Copy and check what was asked. */
static int ask(struct tiermm__sweep *s,
	       const struct tiermm_engine_sweep_options *how,
	       const struct tiermm_engine_swept *out)
{
	int err = tiermm__options_copy(&s->how, sizeof(s->how), how,
				       sizeof(s->how), 0);

	if (err)
		return err;
	if (s->how.key_shift > GREATEST_SHIFT || s->how.reserved ||
	    s->how.max_pages & (s->how.max_pages - 1) ||
	    (out && out->size < sizeof(*out)))
		return -TIERMM_EINVAL;
	if (s->how.ops)
		return tiermm_memops_adopt(&s->ops, s->how.ops, TIERMM_CAN_ALL,
					   NULL);
	if (!s->e->has_ops)
		return -TIERMM_ENOTSUP;
	s->ops = s->e->ops;
	return 0;
}

static void begin(struct tiermm__sweep *s)
{
	struct tiermm_record record = {
		.kind = TIERMM_RECORD_STEP,
		.value = { s->how.max_pages, s->how.max_frames },
		.from = TIERMM_NO_NODE,
		.to = TIERMM_NO_NODE,
		.detail = TIERMM_STEP_SWEEP,
	};

	s->act = (struct tiermm__act){ .e = s->e, .now_ns = s->how.now_ns };
	tiermm__step_begin(&s->act, &record, NULL);
}

int tiermm_engine_sweep(struct tiermm_engine *e, struct tiermm_relayout *r,
			const struct tiermm_engine_sweep_options *how,
			struct tiermm_engine_swept *out)
{
	struct tiermm__sweep s = { .e = e, .r = r };
	int err = e && r ? ask(&s, how, out) : -TIERMM_EINVAL;

	if (!err)
		err = tiermm__owner_enter(&e->owner);
	if (err)
		return err;
	begin(&s);
	err = sweep(&s);
	tiermm__owner_leave(&e->owner);
	if (out)
		tiermm__give_out(out, &s.sums, sizeof(s.sums));
	return err;
}
