/* SPDX-License-Identifier: MIT */
/* Who has to flush for what a drain has taken (F5; invariants 3 and 4). */
#include "flush/look.h"

#include "base/memory.h"

/* Agents of one word of a set: those that have not passed are to flush. */
static void name_word(struct tiermm__look *look, struct tiermm_flush_request *r,
		      uint32_t word, uint64_t left)
{
	uint64_t *named = &look->drain->agents[word];

	for (left &= ~*named; left; left &= left - 1) {
		uint32_t bit = tiermm__lowest_bit(left);

		if (tiermm__agent_passed(look->f, word * 64 + bit,
					 tiermm__request_generation(r))) {
			look->spared++;
			continue;
		}
		*named |= (uint64_t)1 << bit;
		look->drain->n_agents++;
	}
}

/* 1 where an agent of its set is to flush. */
static int is_named(const struct tiermm__look *look,
		    struct tiermm_flush_request *r)
{
	if (atomic_load_explicit(&r->all, memory_order_relaxed))
		return look->drain->n_agents != 0;
	for (uint32_t word = 0; word < look->f->words; word++)
		if (tiermm__request_word(look->f, r, word) &
		    look->drain->agents[word])
			return 1;
	return 0;
}

/* Name who has not passed; the newest comes first and often decides all. */
static void name_agents(struct tiermm__look *look,
			struct tiermm_flush_request *r)
{
	struct tiermm_flush *f = look->f;
	uint64_t generation = tiermm__request_generation(r);

	if (look->cleared &&
	    tiermm__covered(tiermm__generation(f), look->cleared, generation))
		return;
	for (uint32_t word = 0; word < f->words; word++)
		name_word(look, r, word, tiermm__request_word(f, r, word));
	if (atomic_load_explicit(&r->all, memory_order_relaxed))
		look->cleared = generation;
}

/* The sets as they are. */
static void name_all(struct tiermm__look *look, struct tiermm_flush_request *r)
{
	uint64_t *named = look->drain->agents;

	for (uint32_t word = 0; word < look->f->words; word++) {
		uint64_t more =
			tiermm__request_word(look->f, r, word) & ~named[word];

		look->drain->n_agents += tiermm__popcount(more);
		named[word] |= more;
	}
}

void tiermm__look_closely(struct tiermm__look *look,
			  struct tiermm_flush_request *r)
{
	if (look->drain->flags & TIERMM_DRAIN_ALL) {
		name_all(look, r);
		look->drain->n_waiting++;
		return;
	}
	if (look->f->flavour == TIERMM_FLUSH_EXTERNAL) {
		look->drain->n_waiting++;
		return;
	}
	name_agents(look, r);
	look->drain->n_waiting += (uint64_t)is_named(look, r);
}

int tiermm__look_begin(struct tiermm__look *look)
{
	struct tiermm_flush_drain *drain = look->drain;

	memset(drain->agents, 0, look->f->words * sizeof(uint64_t));
	drain->n_agents = 0;
	drain->n_waiting = 0;
	/* Nothing passed, where stamps do not count: 0 is no generation. */
	look->passed = 0;
	if (drain->flags & TIERMM_DRAIN_ALL)
		return 0;
	return tiermm__flush_passed(look->f, &look->passed);
}
