/* SPDX-License-Identifier: MIT */
/*
 * Candidates: a list a score, a table to find them by page, all of fixed size.
 *
 *     score 63: [a] ── [b]         planned first; of equal scores, who came
 *     score 40: [c]                first. When there is no room, the oldest of
 *     score  7: [d] ── [e]         the lowest score makes place for hotter.
 *
 * Each operation takes a constant number of steps, but for the look-up, which
 * expects one or two in a table that is half full at most.
 */
#ifndef TIERMM_PROMOTION_QUEUE_H
#define TIERMM_PROMOTION_QUEUE_H

#include <stdint.h>

#include "base/carve.h"

#include <tiermm/promotion_policy.h>

#define TIERMM__SCORES (TIERMM_PROMOTION_SCORE_MAX + 1)
/* No entry. */
#define TIERMM__NO_CANDIDATE UINT32_MAX

struct tiermm__candidate {
	uint64_t page;
	uint32_t next; /* in its list, or of the free ones */
	uint32_t previous;
	int32_t home; /* node that its access came from, or stands for it */
	uint8_t score;
	uint8_t order;
	uint8_t tries;
	uint8_t used; /* 0: free */
};

struct tiermm__queue {
	struct tiermm__candidate *entries; /* [max] */
	uint32_t *table;                   /* [mask + 1] entry + 1; 0: empty */
	uint32_t max;
	uint32_t mask;
	uint32_t n;
	uint32_t free;
	uint64_t scores; /* bit a score that has entries */
	uint32_t head[TIERMM__SCORES];
	uint32_t tail[TIERMM__SCORES];
};

/* Arrays from a carver; while it measures, only the sum counts. */
void tiermm__queue_carve(struct tiermm__queue *q, struct tiermm__carver *c,
			 uint32_t max);
void tiermm__queue_clear(struct tiermm__queue *q);

/* An entry's index, or TIERMM__NO_CANDIDATE. */
uint32_t tiermm__queue_find(const struct tiermm__queue *q, uint64_t page);

/* Who would have to go for a newcomer: the coldest; none where empty. */
uint32_t tiermm__queue_coldest(const struct tiermm__queue *q);

/* There is room, and the page is not there. */
void tiermm__queue_add(struct tiermm__queue *q,
		       const struct tiermm__candidate *candidate);
void tiermm__queue_remove(struct tiermm__queue *q, uint32_t entry);
void tiermm__queue_set_score(struct tiermm__queue *q, uint32_t entry,
			     uint8_t score);

/* The hottest, then one after the other; ends with _NO_CANDIDATE. */
uint32_t tiermm__queue_first(const struct tiermm__queue *q);
uint32_t tiermm__queue_after(const struct tiermm__queue *q, uint32_t entry);

/* 1 where lists, table, bits and counts agree. */
int tiermm__queue_is_valid(const struct tiermm__queue *q);

#endif
