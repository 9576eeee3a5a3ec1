/* SPDX-License-Identifier: MIT */
/*
 * The check mode (F11). When a request is stamped, the agents that have not
 * passed are noted behind its set; when it is given back, each of them must
 * have. It reckons from stamps alone, not from what drains believed.
 *
 * A stamp alone may lie: an agent that went outside, and so has passed, may
 * have loaded the generation for its next enter before that exit was seen, and
 * then stands inside with a stamp from before. It holds nothing of what was
 * unmapped since (invariant 3), and yet looks like one that has not passed. So
 * each look that finds an agent to have passed a generation proves it for good,
 * in the agent's own line. Model: tests/model/flush_check.pml.
 */
#include "flush/request.h"

void tiermm__check_saw(struct tiermm_flush *f, uint32_t index,
		       uint64_t generation)
{
	tiermm__advance(f, &f->agents[index].proved, generation);
}

/* Has not passed it by its stamp, nor was it ever seen to have. */
static int owes(struct tiermm_flush *f, uint32_t index, uint64_t generation)
{
	/* Here nobody has looked before, so that it proves nothing. */
	uint64_t stamp = tiermm__stamp(&f->agents[index]);
	uint64_t proved;

	if (!stamp || tiermm__covered(tiermm__generation(f), stamp, generation))
		return 0;
	/* Acquire: partner is tiermm__advance(). */
	proved = atomic_load_explicit(&f->agents[index].proved,
				      memory_order_acquire);
	return !tiermm__covered(tiermm__generation(f), proved, generation);
}

static void breach(struct tiermm_flush *f, uint32_t agent,
		   const struct tiermm_flush_page *page, uint64_t generation)
{
	struct tiermm_flush_breach found = {
		.size = sizeof(found),
		.agent = agent,
		.page = page,
		.generation = generation,
		/* Relaxed: only told. */
		.reached = atomic_load_explicit(&f->agents[agent].stamp,
						memory_order_relaxed),
	};

	tiermm__flush_count(f, TIERMM_FLUSH_BREACHES, 1);
	f->check.breach(f->check.self, &found);
}

/* Behind the set: who had not passed when the request was stamped. */
static _Atomic uint64_t *owing_word(const struct tiermm_flush *f,
				    struct tiermm_flush_request *r,
				    uint32_t word)
{
	return &tiermm__request_tail(f, r)->set[f->words + word];
}

void tiermm__check_stamped(struct tiermm_flush *f,
			   struct tiermm_flush_request *r)
{
	/* A barrier that failed leaves more agents noted, not fewer. */
	int blind = tiermm__flush_look(f);
	uint64_t generation = tiermm__request_generation(r);

	for (uint32_t word = 0; word < f->words; word++) {
		uint64_t left = tiermm__request_word(f, r, word);
		uint64_t owing = 0;

		for (; left; left &= left - 1) {
			uint32_t bit = tiermm__lowest_bit(left);

			if (blind || !tiermm__agent_passed(f, word * 64 + bit,
							   generation))
				owing |= (uint64_t)1 << bit;
		}
		/* Relaxed: handed on with the request. */
		atomic_store_explicit(owing_word(f, r, word), owing,
				      memory_order_relaxed);
	}
}

static void tell(struct tiermm_flush *f, struct tiermm_flush_request *r,
		 uint32_t agent)
{
	for (uint32_t i = 0; i < r->n_places; i++)
		if (!(tiermm__link(r->place[i]) & TIERMM__LINK_COPY))
			breach(f, agent, r->place[i],
			       tiermm__request_generation(r));
}

void tiermm__check_given_back(struct tiermm_flush *f,
			      struct tiermm_flush_request *r)
{
	uint64_t generation = tiermm__request_generation(r);
	/* Acquire: partner is tiermm__advance(). */
	uint64_t passed =
		atomic_load_explicit(&f->passed, memory_order_acquire);

	if (f->flavour == TIERMM_FLUSH_EXTERNAL &&
	    !tiermm__covered(tiermm__generation(f), passed, generation))
		tell(f, r, 0);
	/* The stamps that count here are behind those that let it go. */
	for (uint32_t word = 0; word < f->words; word++) {
		uint64_t left = atomic_load_explicit(owing_word(f, r, word),
						     memory_order_relaxed);

		for (; left; left &= left - 1) {
			uint32_t index = word * 64 + tiermm__lowest_bit(left);

			if (owes(f, index, generation))
				tell(f, r, index);
		}
	}
}

/* The first agent that owes a flush; max_agents or above: none does. */
static uint32_t next_owing(struct tiermm_flush *f,
			   struct tiermm_flush_request *r, uint64_t generation)
{
	uint32_t agent = tiermm__next_waiting(f, r, generation, 0);

	while (agent < f->max_agents && !owes(f, agent, generation))
		agent = tiermm__next_waiting(f, r, generation, agent + 1);
	return agent;
}

int tiermm_flush_verify(struct tiermm_flush *f,
			const struct tiermm_flush_page *page)
{
	struct tiermm_flush_wait wait = { .size = sizeof(wait) };
	struct tiermm_flush_request *r;
	uint32_t agent = 0;
	int err;

	if (!f || !page)
		return -TIERMM_EINVAL;
	if (!f->check.breach)
		return -TIERMM_ENOTSUP;
	r = tiermm__request_of(page);
	err = tiermm_flush_settle(f, page, &wait);
	if (err != -TIERMM_EAGAIN || !r)
		return err;
	/* Where no agent is known by name, the first stands for all. */
	if (wait.generation && f->flavour != TIERMM_FLUSH_EXTERNAL)
		agent = next_owing(f, r, wait.generation);
	if (agent >= f->max_agents)
		return 0; /* it has passed */
	breach(f, agent, page, wait.generation);
	return 1;
}
