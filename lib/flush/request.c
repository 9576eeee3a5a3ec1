/* SPDX-License-Identifier: MIT */
/* A request while it is its mover's: opened, stamped, closed (F3, F10). */
#include "flush/request.h"

#include "base/arithmetic.h"

#include <stddef.h>

uint64_t tiermm_flush_request_bytes(const struct tiermm_flush *f)
{
	uint64_t words;

	if (!f)
		return 0;
	words = f->check.breach ? 2 * (uint64_t)f->words : f->words;
	return tiermm__round_up(f->tail + sizeof(struct tiermm__request_tail) +
					words * sizeof(uint64_t),
				TIERMM_ALIGN);
}

static int check_agents(const struct tiermm_flush *f, const uint64_t *agents,
			uint64_t n_words)
{
	if (!agents)
		return 0;
	for (uint64_t i = 0; i < n_words; i++) {
		uint64_t room =
			i * 64 >= f->max_agents ? 0 : f->max_agents - i * 64;

		if (room < 64 && agents[i] >> room)
			return -TIERMM_ERANGE;
	}
	return 0;
}

/* Release stores throughout: partner is tiermm__request_word(). */
static void add_agents(struct tiermm_flush_request *r, const uint64_t *agents,
		       uint64_t n_words)
{
	struct tiermm__request_tail *tail = tiermm__request_tail(r->tracker, r);
	uint32_t words = r->tracker->words;

	/* Relaxed: only its owner stores it. */
	if (atomic_load_explicit(&r->all, memory_order_relaxed))
		return;
	if (!agents)
		atomic_store_explicit(&r->all, 1, memory_order_release);
	for (uint32_t i = 0; agents && i < words && i < n_words; i++)
		atomic_fetch_or_explicit(&tail->set[i], agents[i],
					 memory_order_release);
}

static void start(struct tiermm_flush_request *r, struct tiermm_flush *f,
		  int32_t node)
{
	r->next = NULL;
	r->below = NULL;
	r->tracker = f;
	r->n_pages = 0;
	r->n_places = 0;
	r->node = (int16_t)node;
	r->state = TIERMM__REQUEST_OPEN;
	r->has_copies = 0;
	tiermm__owner_init(&r->owner);
	/* Release, all: settle may still look at the request that was here. */
	atomic_store_explicit(&r->generation, 0, memory_order_release);
	atomic_store_explicit(&r->all, 0, memory_order_release);
}

/* Its agents; where these are all, the tail is not touched. */
static void set_agents(struct tiermm_flush_request *r, const uint64_t *agents,
		       uint64_t n_words)
{
	struct tiermm__request_tail *tail = tiermm__request_tail(r->tracker, r);
	uint32_t words = agents ? r->tracker->words : 0;

	for (uint32_t i = 0; i < words; i++)
		atomic_store_explicit(&tail->set[i],
				      i < n_words ? agents[i] : 0,
				      memory_order_release);
	if (!agents)
		atomic_store_explicit(&r->all, 1, memory_order_release);
}

int tiermm_flush_open(struct tiermm_flush *f, void *memory, int32_t node,
		      const uint64_t *agents, uint64_t n_words,
		      struct tiermm_flush_request **out)
{
	if (!out)
		return -TIERMM_EINVAL;
	*out = NULL;
	if (!f || !memory || (uintptr_t)memory % TIERMM_ALIGN)
		return -TIERMM_EINVAL;
	if (node < 0 || (uint32_t)node >= f->max_nodes)
		return -TIERMM_ENODEV;
	if (check_agents(f, agents, n_words))
		return -TIERMM_ERANGE;
	/* Relaxed: a hint; queue looks again, and in order. */
	if (atomic_load_explicit(&f->stopped, memory_order_relaxed))
		return -TIERMM_EBUSY;
	start(memory, f, node);
	set_agents(memory, agents, n_words);
	*out = memory;
	return 0;
}

int tiermm__request_enter(struct tiermm_flush_request *r, uint8_t last)
{
	int err = r ? tiermm__owner_enter(&r->owner) : -TIERMM_EINVAL;

	if (err)
		return err;
	if (r->state <= last)
		return 0;
	tiermm__owner_leave(&r->owner);
	return -TIERMM_EINVAL;
}

int tiermm_flush_add_agents(struct tiermm_flush_request *r,
			    const uint64_t *agents, uint64_t n_words)
{
	int err = tiermm__request_enter(r, TIERMM__REQUEST_OPEN);

	if (err)
		return err;
	err = check_agents(r->tracker, agents, n_words);
	if (!err)
		add_agents(r, agents, n_words);
	tiermm__owner_leave(&r->owner);
	return err;
}

int tiermm_flush_stamp(struct tiermm_flush_request *r)
{
	int err = tiermm__request_enter(r, TIERMM__REQUEST_OPEN);

	if (err)
		return err;
	/* Release: partner is the acquire in settle. */
	atomic_store_explicit(&r->generation,
			      tiermm__next_generation(r->tracker),
			      memory_order_release);
	r->state = TIERMM__REQUEST_STAMPED;
	if (r->tracker->check.breach)
		tiermm__check_stamped(r->tracker, r);
	tiermm__owner_leave(&r->owner);
	return 0;
}

int tiermm_flush_close(struct tiermm_flush_request *r)
{
	int err = tiermm__request_enter(r, TIERMM__REQUEST_STAMPED);

	if (err)
		return err;
	tiermm__unpark(r);
	tiermm__unreserve(r->tracker, r->node, r->n_pages);
	tiermm__owner_leave(&r->owner);
	return 0;
}

struct tiermm_flush_request *
tiermm_flush_request_next(const struct tiermm_flush_request *r)
{
	return r ? r->next : NULL;
}

struct tiermm_flush_page *const *
tiermm_flush_request_pages(const struct tiermm_flush_request *r,
			   uint64_t *n_out)
{
	int is_back = r && r->state == TIERMM__REQUEST_CLOSED;

	if (n_out)
		*n_out = is_back ? r->n_places : 0;
	return is_back ? r->place : NULL;
}
