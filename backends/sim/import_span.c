/* SPDX-License-Identifier: MIT */
/* What records tell, as spans of pages, and then as accesses. */
#include "import.h"

#include <string.h>

/* Times of as many threads as there are numbers for. */
static int reserve_times(struct import_reader *r)
{
	uint64_t room = r->thread.room;
	uint64_t *times;

	if (room == r->last_room)
		return 0;
	times = tiermm__sim_alloc(&r->mem, room * sizeof(*times));
	if (!times)
		return -TIERMM_ENOMEM;
	if (r->last_room)
		memcpy(times, r->last_ns,
		       (size_t)(r->last_room * sizeof(*times)));
	tiermm__sim_free(&r->mem, r->last_ns, r->last_room * sizeof(*times));
	r->last_ns = times;
	r->last_room = room;
	return 0;
}

/* The time since this thread's last record; 0 for its first. */
static int gap_of(struct import_reader *r, uint64_t thread,
		  const struct import_access *a, uint64_t *gap)
{
	uint64_t *last;

	*gap = a->gap_ns;
	if (a->has_time) {
		last = &r->last_ns[thread];
		if (*last && a->time_ns < *last - 1)
			return 0;
		*gap = *last ? a->time_ns - (*last - 1) : 0;
		*last = a->time_ns + 1;
	}
	if (*gap >= TIERMM_SIM_GAP_LIMIT)
		*gap = TIERMM_SIM_GAP_LIMIT - 1;
	return 1;
}

int tiermm__sim_import_pages(struct import_reader *r, uint64_t page,
			     uint64_t pages, const struct import_access *a,
			     struct tiermm_sim_error *error)
{
	uint64_t thread, process, gap;
	int err = tiermm__sim_dense_of(&r->thread, a->thread, &thread);

	if (!err)
		err = tiermm__sim_dense_of(&r->process, a->process, &process);
	if (!err)
		err = reserve_times(r);
	if (err)
		return err;
	if (thread >= TIERMM_SIM_THREAD_LIMIT ||
	    process >= TIERMM_SIM_THREAD_LIMIT)
		return tiermm__sim_import_fail(
			r, error, "at most 65536 threads and processes");
	if (!gap_of(r, thread, a, &gap))
		return tiermm__sim_import_fail(
			r, error,
			"a time that is not before its thread's last");
	r->span = (struct import_span){
		.page = page,
		.pages = pages,
		.gap_ns = gap,
		.thread = (uint32_t)thread,
		.process = (uint32_t)process,
		.flags = a->flags,
		.count = a->count,
	};
	return 0;
}

int tiermm__sim_import_add(struct import_reader *r,
			   const struct import_access *a,
			   struct tiermm_sim_error *error)
{
	uint64_t more = a->bytes ? a->bytes - 1 : 0;
	uint64_t first = a->address >> r->page_shift;

	if (more > UINT64_MAX - a->address)
		return tiermm__sim_import_fail(r, error,
					       "addresses below 2^64");
	return tiermm__sim_import_pages(r, first,
					((a->address + more) >> r->page_shift) -
						first + 1,
					a, error);
}

int tiermm__sim_import_take(struct import_reader *r,
			    struct tiermm_sim_access *out)
{
	const uint64_t region_pages = r->format->region_pages;
	struct import_span *s = &r->span;
	uint64_t region = s->page / region_pages;
	int err = 0;

	if (region_pages > 1)
		err = tiermm__sim_dense_of(&r->region, region, &region);
	if (err)
		return err;
	*out = (struct tiermm_sim_access){
		.page = region * region_pages + s->page % region_pages,
		.gap_ns = s->gap_ns,
		.thread = s->thread,
		.process = s->process,
		.flags = s->flags,
		.count = s->count,
	};
	if (out->page >= r->pages)
		r->pages = out->page + 1;
	s->gap_ns = 0;
	s->page++;
	s->pages--;
	return 0;
}
