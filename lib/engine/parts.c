/* SPDX-License-Identifier: MIT */
/* The parts, given out; their counters, and the engine's, by one index (44). */
#include "engine/engine.h"

#include "base/memory.h"

#include <stddef.h>

struct tiermm_demotion *tiermm_engine_demotion(const struct tiermm_engine *e)
{
	return e ? e->demotion : NULL;
}

struct tiermm_reclaim *tiermm_engine_reclaim(const struct tiermm_engine *e)
{
	return e ? e->reclaim : NULL;
}

struct tiermm_promotion *tiermm_engine_promotion(const struct tiermm_engine *e)
{
	return e ? e->promotion : NULL;
}

struct tiermm_flush *tiermm_engine_flush(const struct tiermm_engine *e)
{
	return e ? e->flush : NULL;
}

const struct tiermm_memops *tiermm_engine_memops(const struct tiermm_engine *e)
{
	return e && e->has_ops ? &e->ops : NULL;
}

_Static_assert(TIERMM_ENGINE_RECOVERED < TIERMM_ENGINE_OF_DEMOTION &&
		       TIERMM_ENGINE_OF_DEMOTION + TIERMM_DEMOTION_COUNTERS <=
			       TIERMM_ENGINE_OF_RECLAIM &&
		       TIERMM_ENGINE_OF_RECLAIM + TIERMM_RECLAIM_COUNTERS <=
			       TIERMM_ENGINE_OF_REASONS &&
		       TIERMM_ENGINE_OF_REASONS + TIERMM_RECLAIM_REASONS <=
			       TIERMM_ENGINE_OF_NOT_DEMOTED &&
		       TIERMM_ENGINE_OF_NOT_DEMOTED + TIERMM_RECLAIM_REASONS <=
			       TIERMM_ENGINE_OF_OUTCOMES &&
		       TIERMM_ENGINE_OF_OUTCOMES + TIERMM_OUTCOMES <=
			       TIERMM_ENGINE_OF_PROMOTION &&
		       TIERMM_ENGINE_OF_PROMOTION + TIERMM_PROMOTION_COUNTERS <=
			       TIERMM_ENGINE_OF_FLUSH &&
		       TIERMM_ENGINE_OF_FLUSH + TIERMM_FLUSH_COUNTERS <=
			       TIERMM_ENGINE_COUNTERS,
	       "the parts' counters do not overlap");

/* Where a part's counters go, as far as the caller's room reaches. */
static uint64_t room_at(uint64_t cap, uint64_t first)
{
	return cap > first ? cap - first : 0;
}

static void read_own(const struct tiermm_engine *e, uint64_t *out, uint64_t cap)
{
	/* Relaxed: each is a number by itself. */
	for (uint64_t i = 0; i < cap && i < TIERMM_ENGINE_OF_DEMOTION; i++)
		out[i] = atomic_load_explicit(&e->counter[i],
					      memory_order_relaxed);
}

static void read_reclaim(const struct tiermm_engine *e, uint64_t *out,
			 uint64_t cap)
{
	static const uint32_t first[TIERMM_RECLAIM_TABLES] = {
		[TIERMM_RECLAIM_TABLE_COUNTERS] = TIERMM_ENGINE_OF_RECLAIM,
		[TIERMM_RECLAIM_TABLE_REASONS] = TIERMM_ENGINE_OF_REASONS,
		[TIERMM_RECLAIM_TABLE_NOT_DEMOTED] =
			TIERMM_ENGINE_OF_NOT_DEMOTED,
		[TIERMM_RECLAIM_TABLE_OUTCOMES] = TIERMM_ENGINE_OF_OUTCOMES,
	};
	uint64_t n;

	for (uint32_t i = 0; i < TIERMM_RECLAIM_TABLES; i++)
		if (room_at(cap, first[i]))
			(void)tiermm_reclaim_counters(e->reclaim, i,
						      &out[first[i]],
						      room_at(cap, first[i]),
						      &n);
}

int tiermm_engine_counters(const struct tiermm_engine *e, uint64_t *out,
			   uint64_t cap, uint64_t *n_out)
{
	uint64_t n;

	if (!e || !n_out || (!out && cap))
		return -TIERMM_EINVAL;
	*n_out = TIERMM_ENGINE_COUNTERS;
	if (cap > TIERMM_ENGINE_COUNTERS)
		cap = TIERMM_ENGINE_COUNTERS;
	if (!cap)
		return 0;
	memset(out, 0, (size_t)cap * sizeof(*out));
	read_own(e, out, cap);
	if (room_at(cap, TIERMM_ENGINE_OF_DEMOTION))
		(void)tiermm_demotion_counters(
			e->demotion, &out[TIERMM_ENGINE_OF_DEMOTION],
			room_at(cap, TIERMM_ENGINE_OF_DEMOTION), &n);
	read_reclaim(e, out, cap);
	if (e->promotion && room_at(cap, TIERMM_ENGINE_OF_PROMOTION))
		(void)tiermm_promotion_counters(
			e->promotion, &out[TIERMM_ENGINE_OF_PROMOTION],
			room_at(cap, TIERMM_ENGINE_OF_PROMOTION), &n);
	if (e->flush && room_at(cap, TIERMM_ENGINE_OF_FLUSH))
		(void)tiermm_flush_counters(e->flush,
					    &out[TIERMM_ENGINE_OF_FLUSH],
					    room_at(cap,
						    TIERMM_ENGINE_OF_FLUSH),
					    &n);
	return 0;
}
