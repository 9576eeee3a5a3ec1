/* SPDX-License-Identifier: MIT */
/* What agents do to their stamps (F1, F2; invariants 2 and 3). */
#include "flush/tracker.h"

#include "base/assert.h"

int tiermm_flush_join(struct tiermm_flush *f, uint32_t index,
		      struct tiermm_flush_agent **out)
{
	uint32_t absent = TIERMM_AGENT_ABSENT;

	if (!f || !out || index >= f->max_agents)
		return -TIERMM_EINVAL;
	if (f->flavour == TIERMM_FLUSH_EXTERNAL)
		return -TIERMM_ENOTSUP;
	/* Acquire: partner is the release in leave, by who had it before. */
	if (!atomic_compare_exchange_strong_explicit(&f->agents[index].state,
						     &absent,
						     TIERMM_AGENT_OUTSIDE,
						     memory_order_acq_rel,
						     memory_order_acquire))
		return -TIERMM_EEXIST;
	/* Release: partner is the acquire where sets are walked. */
	atomic_fetch_or_explicit(&f->joined[index / 64],
				 (uint64_t)1 << index % 64,
				 memory_order_acq_rel);
#ifndef TIERMM__NO_FENCES
	/*
	 * Sequentially consistent: a look that has seen this number inside, as
	 * it was before the last leave, has its generation seen by the next
	 * enter. Partner: the fence in tiermm__flush_look(); the check mode
	 * counts on it.
	 */
	atomic_thread_fence(memory_order_seq_cst);
#endif
	*out = &f->agents[index];
	return 0;
}

int tiermm_flush_leave(struct tiermm_flush *f, struct tiermm_flush_agent *agent)
{
	if (!f || !agent ||
	    !atomic_load_explicit(&agent->state, memory_order_relaxed))
		return -TIERMM_EINVAL;
	(void)tiermm_flush_exit(agent);
	atomic_fetch_and_explicit(&f->joined[agent->index / 64],
				  ~((uint64_t)1 << agent->index % 64),
				  memory_order_acq_rel);
	/* Release: partner is the acquire in join. */
	atomic_store_explicit(&agent->state, TIERMM_AGENT_ABSENT,
			      memory_order_release);
	return 0;
}

static uint64_t agent_generation(const struct tiermm_flush_agent *agent)
{
	/* Acquire: partner is the release in tiermm__next_generation(). */
	return atomic_load_explicit(agent->generation, memory_order_acquire);
}

uint64_t tiermm_flush_enter(struct tiermm_flush_agent *agent)
{
	uint64_t generation = agent_generation(agent);

	TIERMM_ASSERT(
		atomic_load_explicit(&agent->state, memory_order_relaxed) ==
		TIERMM_AGENT_OUTSIDE);
#ifdef TIERMM__NO_FENCES
	/* As in tiermm__stamp(): it sees what the look before it saw. */
	atomic_exchange_explicit(&agent->stamp, generation,
				 memory_order_acq_rel);
#else
	/*
	 * Release: who loads it loads no older generation behind it. What
	 * follows is ordered by the fence, or by the barrier of who looks.
	 */
	atomic_store_explicit(&agent->stamp, generation, memory_order_release);
	if (agent->flavour == TIERMM_FLUSH_PAIRED)
		atomic_signal_fence(memory_order_seq_cst);
	else /* Partner: the fence in tiermm__flush_look(). */
		atomic_thread_fence(memory_order_seq_cst);
#endif
	return generation;
}

int tiermm_flush_exit(struct tiermm_flush_agent *agent)
{
	/* Release: all that was read inside. Partner: tiermm__stamp(). */
	atomic_store_explicit(&agent->stamp, 0, memory_order_release);
	return 0;
}

uint64_t tiermm_flush_begin(const struct tiermm_flush_agent *agent)
{
	return agent_generation(agent);
}

int tiermm_flush_end(struct tiermm_flush_agent *agent, uint64_t generation)
{
	/* Relaxed: only this agent stores it. */
	uint64_t stamp =
		atomic_load_explicit(&agent->stamp, memory_order_relaxed);

	if (stamp == generation || !stamp)
		return 0;
	/* A bracket inside this one may have stamped a newer generation. */
	if (tiermm__covered(agent_generation(agent), stamp, generation))
		return 0;
	/* Release: the flush comes before. Partner: tiermm__stamp(). */
	atomic_store_explicit(&agent->stamp, generation, memory_order_release);
	return 0;
}

uint64_t tiermm_flush_pass(struct tiermm_flush_agent *agent)
{
	uint64_t generation = agent_generation(agent);

	(void)tiermm_flush_end(agent, generation);
	return generation;
}

int tiermm_flush_offline(struct tiermm_flush_agent *agent)
{
	if (!agent ||
	    !atomic_load_explicit(&agent->state, memory_order_relaxed))
		return -TIERMM_EINVAL;
	(void)tiermm_flush_exit(agent);
	/* Relaxed: only told, nothing hangs on it. */
	atomic_store_explicit(&agent->state, TIERMM_AGENT_OFFLINE,
			      memory_order_relaxed);
	return 0;
}

int tiermm_flush_online(struct tiermm_flush_agent *agent)
{
	if (!agent ||
	    atomic_load_explicit(&agent->state, memory_order_relaxed) !=
		    TIERMM_AGENT_OFFLINE)
		return -TIERMM_EINVAL;
	/* Relaxed: as in offline. */
	atomic_store_explicit(&agent->state, TIERMM_AGENT_OUTSIDE,
			      memory_order_relaxed);
	return 0;
}

uint32_t tiermm_flush_agent_state(const struct tiermm_flush *f, uint32_t index)
{
	uint32_t state;

	if (!f || index >= f->max_agents)
		return TIERMM_AGENT_ABSENT;
	/* Relaxed, both: each is told by itself. */
	state = atomic_load_explicit(&f->agents[index].state,
				     memory_order_relaxed);
	if (state == TIERMM_AGENT_OUTSIDE &&
	    atomic_load_explicit(&f->agents[index].stamp, memory_order_relaxed))
		return TIERMM_AGENT_INSIDE;
	return state;
}
