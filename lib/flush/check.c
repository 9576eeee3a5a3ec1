/* SPDX-License-Identifier: MIT */
/*
 * The check mode (F11). When a request is stamped, the agents that have not
 * passed are noted behind its set; when it is given back, each of them must
 * have. It reckons from stamps alone, not from what drains believed.
 */
#include "flush/tracker.h"

void tiermm__breach(struct tiermm_flush *f, uint32_t agent, uint64_t key,
		    uint64_t generation)
{
	struct tiermm_flush_breach breach = {
		.size = sizeof(breach),
		.agent = agent,
		.key = key,
		.generation = generation,
		/* Relaxed: only told. */
		.reached = atomic_load_explicit(&f->agents[agent].stamp,
						memory_order_relaxed),
	};

	tiermm__flush_count(f, TIERMM_FLUSH_BREACHES, 1);
	f->check.breach(f->check.self, &breach);
}

static uint64_t generation_of(struct tiermm_flush_request *r)
{
	/* Relaxed: whoever checks has the request to himself. */
	return atomic_load_explicit(&r->generation, memory_order_relaxed);
}

void tiermm__check_stamped(struct tiermm_flush *f,
			   struct tiermm_flush_request *r)
{
	/* A barrier that failed leaves more agents noted, not fewer. */
	int blind = tiermm__flush_look(f);

	for (uint32_t word = 0; word < f->words; word++) {
		uint64_t left = tiermm__request_word(f, r, word);
		uint64_t owing = 0;

		for (; left; left &= left - 1) {
			uint32_t bit = tiermm__lowest_bit(left);

			if (blind || !tiermm__agent_passed(f, word * 64 + bit,
							   generation_of(r)))
				owing |= (uint64_t)1 << bit;
		}
		/* Relaxed: handed on with the request. */
		atomic_store_explicit(&r->set[f->words + word], owing,
				      memory_order_relaxed);
	}
}

static void tell(struct tiermm_flush *f, struct tiermm_flush_request *r,
		 uint32_t agent)
{
	for (struct tiermm_flush_page *p = r->pages; p; p = p->next)
		tiermm__breach(f, agent, p->key, generation_of(r));
}

void tiermm__check_given_back(struct tiermm_flush *f,
			      struct tiermm_flush_request *r)
{
	/* Acquire: partner is advance(). */
	uint64_t passed =
		atomic_load_explicit(&f->passed, memory_order_acquire);

	if (f->flavour == TIERMM_FLUSH_EXTERNAL &&
	    !tiermm__covered(tiermm__generation(f), passed, generation_of(r)))
		tell(f, r, 0);
	/* The stamps that count here are behind those that let it go. */
	for (uint32_t word = 0; word < f->words; word++) {
		uint64_t left = atomic_load_explicit(&r->set[f->words + word],
						     memory_order_relaxed);

		for (; left; left &= left - 1) {
			uint32_t index = word * 64 + tiermm__lowest_bit(left);

			if (!tiermm__agent_passed(f, index, generation_of(r)))
				tell(f, r, index);
		}
	}
}

int tiermm_flush_verify(struct tiermm_flush *f,
			const struct tiermm_flush_page *page)
{
	struct tiermm_flush_wait wait = { .size = sizeof(wait) };
	struct tiermm_flush_request *r;
	uint32_t agent;
	int err;

	if (!f || !page)
		return -TIERMM_EINVAL;
	if (!f->check.breach)
		return -TIERMM_ENOTSUP;
	/* Acquire: partner is the release in set_request(). */
	r = __atomic_load_n(&page->request, __ATOMIC_ACQUIRE);
	err = tiermm_flush_settle(f, page, &wait);
	if (err != -TIERMM_EAGAIN || !r)
		return err;
	/* Where no agent is known by name, the first stands for all. */
	agent = 0;
	if (wait.generation && f->flavour != TIERMM_FLUSH_EXTERNAL)
		agent = tiermm__next_waiting(f, r, wait.generation, 0);
	if (agent >= f->max_agents)
		return 0; /* it passed meanwhile */
	tiermm__breach(f, agent, page->key, wait.generation);
	return 1;
}
