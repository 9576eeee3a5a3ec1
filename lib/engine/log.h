/* SPDX-License-Identifier: MIT */
/*
 * The ring that decisions are written to. A record is made where its kind is
 * wanted only: tiermm__log_wants() is the test on hot paths.
 */
#ifndef TIERMM_ENGINE_LOG_INTERNAL_H
#define TIERMM_ENGINE_LOG_INTERNAL_H

#include <tiermm/engine_log.h>

struct tiermm__ring {
	struct tiermm_record *records; /* NULL: there is no log */
	uint64_t capacity;
	uint64_t kinds;
	uint64_t written; /* records ever; the next one's number */
	uint64_t taken;   /* records taken or told to be lost */
	uint64_t lost;    /* records that gave way, ever */
	uint64_t now_ns;  /* of the step under way */
};

static inline int tiermm__log_wants(const struct tiermm__ring *ring,
				    uint32_t kind)
{
	return (int)(ring->kinds >> kind & 1);
}

/* Check and take over what the caller gave; NULL: no log. */
int tiermm__log_init(struct tiermm__ring *ring, const struct tiermm_log *log);
/* Write a record, whose number and time are filled in here. */
void tiermm__log_add(struct tiermm__ring *ring,
		     const struct tiermm_record *record);
/* The words of an allowed set that are not 0; one at least. */
void tiermm__log_nodes(struct tiermm__ring *ring,
		       const struct tiermm_nodeset *allowed);
void tiermm__log_event(struct tiermm__ring *ring,
		       const struct tiermm_event *event);

#endif
