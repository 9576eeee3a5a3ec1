/* SPDX-License-Identifier: MIT */
/*
 * Records read back (S10): pure functions over an array, which hold no state
 * and believe nothing: a damaged record is one of another kind.
 */
#include <stddef.h>

#include <tiermm/engine.h>

#include "base/memory.h"
#include "base/nodeset.h"

/* A step ends where the next one begins, or what happens outside of any. */
static uint64_t end_of(const struct tiermm_record *records, uint64_t n,
		       uint64_t begin)
{
	uint64_t end = begin + 1;

	while (end < n && records[end].kind != TIERMM_RECORD_STEP &&
	       records[end].kind != TIERMM_RECORD_ROOM &&
	       records[end].kind != TIERMM_RECORD_EVENT)
		end++;
	return end;
}

static uint32_t is_restricted(const struct tiermm_record *records,
			      uint64_t begin, uint64_t end)
{
	for (uint64_t i = begin; i < end; i++)
		if (records[i].kind == TIERMM_RECORD_ALLOWED)
			return 1;
	return 0;
}

int tiermm_log_step(const struct tiermm_record *records, uint64_t n,
		    uint64_t from, struct tiermm_logged_step *out)
{
	const struct tiermm_record *r;

	if (!out || (!records && n) || out->size < sizeof(*out))
		return -TIERMM_EINVAL;
	while (from < n && records[from].kind != TIERMM_RECORD_STEP)
		from++;
	if (from >= n)
		return -TIERMM_ENOENT;
	r = &records[from];
	*out = (struct tiermm_logged_step){
		.size = out->size,
		.step = r->detail,
		.context = r->flags,
		.reclaimer = r->reason,
		.node = r->from,
		.time_ns = r->time_ns,
		.budget = r->value[1],
		.n_items = r->value[0],
		.begin = from,
		.end = end_of(records, n, from),
	};
	out->restricted = is_restricted(records, from, out->end);
	return 0;
}

int tiermm_log_folios(const struct tiermm_record *records,
		      const struct tiermm_logged_step *step,
		      struct tiermm_folio *out, uint64_t cap, uint64_t *n_out)
{
	uint64_t n = 0;

	if (!records || !step || !n_out || (!out && cap))
		return -TIERMM_EINVAL;
	for (uint64_t i = step->begin; i < step->end; i++) {
		const struct tiermm_record *r = &records[i];

		if (r->kind != TIERMM_RECORD_FOLIO)
			continue;
		if (n < cap)
			out[n] = (struct tiermm_folio){ .page = r->page,
							.age_ns = r->value[0],
							.node = r->from,
							.order = r->detail,
							.flags = r->flags };
		n++;
	}
	*n_out = n;
	return 0;
}

int tiermm_log_samples(const struct tiermm_record *records,
		       const struct tiermm_logged_step *step,
		       struct tiermm_sample *out, uint64_t cap, uint64_t *n_out)
{
	uint64_t n = 0;

	if (!records || !step || !n_out || (!out && cap))
		return -TIERMM_EINVAL;
	for (uint64_t i = step->begin; i < step->end; i++) {
		const struct tiermm_record *r = &records[i];

		if (r->kind != TIERMM_RECORD_SAMPLE)
			continue;
		if (n < cap)
			out[n] = (struct tiermm_sample){
				.page = r->page,
				.time_ns = r->value[0],
				.accessor = r->from,
				.weight = (uint32_t)r->value[1],
				.kind = (uint16_t)r->flags,
				.order = r->detail,
			};
		n++;
	}
	*n_out = n;
	return 0;
}

int tiermm_log_allowed(const struct tiermm_record *records,
		       const struct tiermm_logged_step *step,
		       struct tiermm_nodeset *out)
{
	if (!records || !step || !out)
		return -TIERMM_EINVAL;
	memset(out, 0, sizeof(*out));
	for (uint64_t i = step->begin; i < step->end; i++)
		if (records[i].kind == TIERMM_RECORD_ALLOWED &&
		    records[i].page < TIERMM_NODESET_WORDS)
			out->word[records[i].page] = records[i].value[0];
	return 0;
}

int tiermm_record_event(const struct tiermm_record *record,
			struct tiermm_event *out)
{
	if (!record || !out || record->kind != TIERMM_RECORD_EVENT)
		return -TIERMM_EINVAL;
	*out = (struct tiermm_event){
		.kind = record->detail,
		.node = record->from,
		.cpu = (uint32_t)record->page,
		.type = (uint32_t)record->value[1],
		.pages = record->value[0],
	};
	return 0;
}

int tiermm_record_room(const struct tiermm_record *record,
		       struct tiermm_engine_room *out)
{
	if (!record || !out || record->kind != TIERMM_RECORD_ROOM)
		return -TIERMM_EINVAL;
	*out = (struct tiermm_engine_room){
		.node = record->from,
		.loaded_latency_ns = record->flags,
		.managed_pages = record->page,
		.min_pages = record->value[1],
		.free_pages = record->value[0],
	};
	return 0;
}
