/* SPDX-License-Identifier: MIT */
/*
 * What a decision remembers between two reports, in its reserved word:
 *
 *     0..10   first target, + 1; 0: none
 *     11..21  last node tried behind it, + 1; 0: none
 *     22..29  distance of that from the first target
 *     30..35  reason why it was not demoted; 0: it was, or may be yet
 *     36      planned: every decision of ours has it
 *     37      counted as having come in
 *     38      counted as having left
 *     39      an outcome was unknown
 *     40      normal reclaim had its turn
 *
 * Whatever else it holds is not ours, and neither are numbers out of range.
 */
#ifndef TIERMM_RECLAIM_STATE_H
#define TIERMM_RECLAIM_STATE_H

#include "reclaim/internal.h"

#define TIERMM__STATE_PLANNED (UINT64_C(1) << 36)
#define TIERMM__STATE_IN (UINT64_C(1) << 37)
#define TIERMM__STATE_OUT (UINT64_C(1) << 38)
#define TIERMM__STATE_UNSURE (UINT64_C(1) << 39)
#define TIERMM__STATE_FALLEN (UINT64_C(1) << 40)
#define TIERMM__STATE_BITS 41

static inline int32_t tiermm__state_first(uint64_t state)
{
	return (int32_t)(state & 2047) - 1;
}

static inline uint64_t tiermm__state_of_first(int32_t node)
{
	return (uint64_t)(node + 1);
}

static inline struct tiermm__reclaim_place tiermm__state_last(uint64_t state)
{
	return (struct tiermm__reclaim_place){
		.node = (int32_t)(state >> 11 & 2047) - 1,
		.distance = state >> 22 & 255,
	};
}

static inline uint64_t
tiermm__state_with_last(uint64_t state,
			const struct tiermm__reclaim_place *place)
{
	state &= ~(UINT64_C(0x7ffff) << 11);
	return state | (uint64_t)(place->node + 1) << 11 |
	       (uint64_t)(place->distance & 255) << 22;
}

static inline uint32_t tiermm__state_why(uint64_t state)
{
	return state >> 30 & 63;
}

static inline uint64_t tiermm__state_with_why(uint64_t state, uint32_t reason)
{
	return (state & ~(UINT64_C(63) << 30)) | (uint64_t)reason << 30;
}

/* Whether plan or report can have made this decision. */
int tiermm__decision_is_ours(const struct tiermm_decision *d);

#endif
