/* SPDX-License-Identifier: MIT */
/* Can anybody still see the old copy of a page (F7; invariant 5)? */
#include "flush/request.h"

#include "base/memory.h"
#include "base/options.h"

/* A page changes its request that often only if its caller lets it. */
#define TRIES 4

static uint64_t known_passed(struct tiermm_flush *f)
{
	/* Acquire: what the agents did is behind it. Partner: the advance. */
	return atomic_load_explicit(&f->passed, memory_order_acquire);
}

uint32_t tiermm__next_waiting(struct tiermm_flush *f,
			      struct tiermm_flush_request *r,
			      uint64_t generation, uint32_t from)
{
	for (uint32_t word = from / 64; word < f->words; word++) {
		uint64_t left = tiermm__request_word(f, r, word);

		if (word == from / 64)
			left &= UINT64_MAX << from % 64;
		for (; left; left &= left - 1) {
			uint32_t index = word * 64 + tiermm__lowest_bit(left);

			if (!tiermm__agent_passed(f, index, generation))
				return index;
		}
	}
	return TIERMM_FLUSH_MAX_AGENTS;
}

/* Fill what is waited for; how many agents that is. */
static uint64_t fill(struct tiermm_flush *f, struct tiermm_flush_request *r,
		     uint64_t generation, struct tiermm_flush_wait *wait)
{
	uint32_t index = 0;
	uint64_t n = 0;

	if (wait->agents)
		memset(wait->agents, 0, f->words * sizeof(uint64_t));
	for (;; index++, n++) {
		index = tiermm__next_waiting(f, r, generation, index);
		if (index >= f->max_agents)
			break;
		if (wait->agents)
			wait->agents[index / 64] |= (uint64_t)1 << index % 64;
	}
	wait->generation = generation;
	wait->n_agents = n;
	return n;
}

/* One look at a request, which may be another's by now: 0, -EAGAIN, others. */
static int look_once(struct tiermm_flush *f, struct tiermm_flush_request *r,
		     struct tiermm_flush_wait *wait)
{
	/* Acquire: partner is the release in stamp. */
	uint64_t generation =
		atomic_load_explicit(&r->generation, memory_order_acquire);
	int err;

	wait->generation = 0;
	wait->n_agents = 0;
	if (!generation)
		return -TIERMM_EAGAIN;
	if (tiermm__covered(tiermm__generation(f), known_passed(f), generation))
		return 0;
	wait->generation = generation;
	if (f->flavour == TIERMM_FLUSH_EXTERNAL)
		return -TIERMM_EAGAIN;
	err = tiermm__flush_look(f);
	if (err)
		return err;
	return fill(f, r, generation, wait) ? -TIERMM_EAGAIN : 0;
}

static int settle(struct tiermm_flush *f, const struct tiermm_flush_page *page,
		  struct tiermm_flush_wait *wait)
{
	for (int i = 0; i < TRIES; i++) {
		struct tiermm_flush_request *r = tiermm__request_of(page);
		int err;

		if (!r)
			return 0;
		err = look_once(f, r, wait);
		/* All of it was loaded before this, acquire. */
		if (tiermm__request_of(page) == r)
			return err;
	}
	wait->generation = 0;
	wait->n_agents = 0;
	return -TIERMM_EAGAIN;
}

static int check_wait(const struct tiermm_flush *f,
		      struct tiermm_flush_wait *known,
		      const struct tiermm_flush_wait *wait)
{
	int err = tiermm__options_copy(known, sizeof(*known), wait,
				       sizeof(*known), 0);

	if (err)
		return err;
	return known->agents && known->n_words < f->words ? -TIERMM_EINVAL : 0;
}

int tiermm_flush_settle(struct tiermm_flush *f,
			const struct tiermm_flush_page *page,
			struct tiermm_flush_wait *wait)
{
	struct tiermm_flush_wait known;
	int err = f && page ? check_wait(f, &known, wait) : -TIERMM_EINVAL;

	if (err)
		return err;
	err = settle(f, page, &known);
	if (wait && err == -TIERMM_EAGAIN) {
		wait->generation = known.generation;
		wait->n_agents = known.n_agents;
	}
	return err;
}
