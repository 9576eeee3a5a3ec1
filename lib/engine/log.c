/* SPDX-License-Identifier: MIT */
/* The ring: records in, oldest out (S10). */
#include "engine/log.h"

#include <tiermm/error.h>

#include "base/memory.h"
#include "base/options.h"

int tiermm__log_init(struct tiermm__ring *ring, const struct tiermm_log *log)
{
	struct tiermm_log known;
	int err;

	memset(ring, 0, sizeof(*ring));
	if (!log)
		return 0;
	err = tiermm__options_copy(&known, sizeof(known), log, sizeof(known),
				   0);
	if (err)
		return err;
	if (!known.records || !known.capacity ||
	    known.kinds & ~(uint64_t)TIERMM_LOG_ALL)
		return -TIERMM_EINVAL;
	ring->records = known.records;
	ring->capacity = known.capacity;
	ring->kinds = known.kinds ? known.kinds : TIERMM_LOG_DECISIONS;
	return 0;
}

void tiermm__log_add(struct tiermm__ring *ring,
		     const struct tiermm_record *record)
{
	struct tiermm_record *place;

	if (!tiermm__log_wants(ring, record->kind))
		return;
	if (ring->written - ring->taken == ring->capacity) {
		ring->taken++;
		ring->lost++;
	}
	place = &ring->records[ring->written % ring->capacity];
	*place = *record;
	place->number = ring->written++;
	place->time_ns = ring->now_ns;
}

void tiermm__log_nodes(struct tiermm__ring *ring,
		       const struct tiermm_nodeset *allowed)
{
	struct tiermm_record record = { .kind = TIERMM_RECORD_ALLOWED,
					.from = TIERMM_NO_NODE,
					.to = TIERMM_NO_NODE };

	if (!allowed || !tiermm__log_wants(ring, TIERMM_RECORD_ALLOWED))
		return;
	for (uint32_t i = 0; i < TIERMM_NODESET_WORDS; i++) {
		/* The first one says that there is a set, empty or not. */
		if (i && !allowed->word[i])
			continue;
		record.page = i;
		record.value[0] = allowed->word[i];
		tiermm__log_add(ring, &record);
	}
}

void tiermm__log_event(struct tiermm__ring *ring,
		       const struct tiermm_event *event)
{
	struct tiermm_record record = {
		.kind = TIERMM_RECORD_EVENT,
		.page = event->cpu,
		.value = { event->pages, event->type },
		.from = event->node,
		.to = TIERMM_NO_NODE,
		.detail = (uint16_t)event->kind,
	};

	tiermm__log_add(ring, &record);
}
