/* SPDX-License-Identifier: MIT */
/*
 * What came in then comes in again. What this engine refuses (a node that its
 * machine lacks, a damaged record) is counted, and stops nobody.
 */
#include "engine/replay.h"

static void count_refused(struct tiermm_replay *r, int err)
{
	r->sums.refused += err != 0;
}

static int is_astray(const struct tiermm_replay *r, uint64_t index)
{
	return (int)(r->astray[index / 64] >> index % 64 & 1);
}

static void set_astray(struct tiermm_replay *r, uint64_t index, int value)
{
	uint64_t bit = (uint64_t)1 << index % 64;

	if (value)
		r->astray[index / 64] |= bit;
	else
		r->astray[index / 64] &= ~bit;
}

void tiermm__replay_astray(struct tiermm_replay *r, uint64_t key,
			   uint64_t pages, int value)
{
	uint64_t index = r->e->promotion ? tiermm__index_of(r->e, key, pages)
					 : UINT64_MAX;

	if (index == UINT64_MAX)
		return;
	for (uint64_t i = 0; i < pages; i++)
		set_astray(r, index + i, value);
}

/* A page that is nowhere stands where the log says next, astray or not. */
void tiermm__replay_forget(struct tiermm_replay *r)
{
	if (!r->e->promotion)
		return;
	count_refused(r, tiermm_promotion_set_pages(r->e->promotion, 0,
						    r->e->promotion_pages,
						    TIERMM_NO_NODE));
}

/* What parked copies took is told as free: there is no tracker here. */
static int take_room(struct tiermm_replay *r,
		     const struct tiermm_record *record)
{
	struct tiermm_engine_room room;
	int err = tiermm_record_room(record, &room);

	if (!err)
		room.free_pages += record->reason;
	return err ? err : tiermm_engine_set_rooms(r->e, &room, 1);
}

static int take_event(struct tiermm_replay *r,
		      const struct tiermm_record *record)
{
	struct tiermm_event event;
	int err = tiermm_record_event(record, &event);

	return err ? err : tiermm_engine_event(r->e, &event, NULL);
}

int tiermm__replay_take_in(struct tiermm_replay *r,
			   const struct tiermm_record *record)
{
	int err = 0;

	if (record->kind == TIERMM_RECORD_ROOM)
		err = take_room(r, record);
	else if (record->kind == TIERMM_RECORD_EVENT)
		err = take_event(r, record);
	if (err == -TIERMM_EBUSY)
		return err;
	count_refused(r, err);
	return 0;
}

/* A page stands where the log says, unless it went astray. */
static void place(struct tiermm_replay *r, uint64_t index, uint32_t order,
		  int32_t node)
{
	struct tiermm_promotion *p = r->e->promotion;
	struct tiermm_promotion_page page;
	uint64_t n = (uint64_t)1 << (order & 31);

	if (index >= r->e->promotion_pages ||
	    tiermm_promotion_get_page(p, r->step.time_ns, index, &page))
		return;
	if (page.node != node && page.node != TIERMM_NO_NODE &&
	    is_astray(r, index))
		return;
	if (n > r->e->promotion_pages - index)
		n = r->e->promotion_pages - index;
	for (uint64_t i = 0; i < n; i++)
		set_astray(r, index + i, 0);
	if (page.node == node)
		return;
	count_refused(r, tiermm_promotion_set_pages(p, index, n, node));
}

void tiermm__replay_place(struct tiermm_replay *r)
{
	if (!r->e->promotion)
		return;
	for (uint64_t i = r->step.begin; i < r->step.end; i++) {
		const struct tiermm_record *record = &r->records[i];

		if (record->kind == TIERMM_RECORD_SAMPLE)
			place(r, record->page, record->detail, record->to);
		else if (record->kind == TIERMM_RECORD_FOLIO)
			/* Without an index: one that no page has. */
			place(r, record->value[1] - 1, record->detail,
			      record->to);
	}
}

int tiermm__replay_samples(struct tiermm_replay *r)
{
	/* As large as a folio: see lay_out(). */
	struct tiermm_sample *samples = (void *)r->folios;
	uint64_t n = 0;
	int err;

	if (!r->e->promotion)
		return 0;
	err = tiermm_log_samples(r->records, &r->step, samples, r->max_records,
				 &n);
	if (err || n != r->step.n_items) {
		r->sums.cut++;
		return 0;
	}
	tiermm__replay_place(r);
	err = tiermm_engine_samples(r->e, samples, n);
	if (err == -TIERMM_EBUSY)
		return err;
	count_refused(r, err);
	r->sums.samples += err ? 0 : n;
	r->sums.steps += !err;
	return 0;
}
