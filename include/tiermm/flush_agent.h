/* SPDX-License-Identifier: MIT */
/**
 * @file flush_agent.h
 * What an agent does: forget, and say so.
 *
 *              join           enter            leave
 *     (absent) ────> outside ───────> inside ────────> (absent)
 *                      ^  │  <───────  │  ^
 *              online  │  │    exit    └──┘ begin, flush, end
 *                      │  v offline         (or pass)
 *                     offline
 *
 * An agent that is *outside* holds nothing: an idle CPU that will flush
 * before it goes on, a thread that keeps no pointer. It holds no generation
 * up. *Inside*, it may hold whatever was mapped since its last flush.
 *
 * - A reader of a table brackets each section by enter and exit. Sections do
 *   not nest.
 * - A CPU or a thread with safepoints enters once, and then brackets each
 *   flush of its own by begin and end. What was unmapped after begin is not
 *   counted as flushed by that end: stale by a little, never by too much. A
 *   safepoint, at which the thread holds nothing, is tiermm_flush_pass().
 * - *Offline* is outside for a reason to be told: a reader that is parked.
 *
 * The flush is ordered behind begin and before end as memory accesses are. One
 * that is none, such as an instruction that drops translations, brings the
 * barrier that its processor wants.
 *
 * Threads: `agent`: one thread at a time for each agent. An agent may go from
 * one thread to another while it is outside. Inline copies of the hot calls
 * are in flush_inline.h.
 */
#ifndef TIERMM_FLUSH_AGENT_H
#define TIERMM_FLUSH_AGENT_H

#include <tiermm/flush.h>

#ifdef __cplusplus
extern "C" {
#endif

/** One agent: a cache line of the tracker's. */
struct tiermm_flush_agent;

/** How an agent stands. */
enum {
	TIERMM_AGENT_ABSENT = 0, /**< has not joined */
	TIERMM_AGENT_OUTSIDE,    /**< holds nothing */
	TIERMM_AGENT_INSIDE,     /**< may hold what was mapped since */
	TIERMM_AGENT_OFFLINE     /**< holds nothing, and will not for a while */
};

/** An agent that holds a generation up. */
struct tiermm_flush_stall {
	uint32_t agent;    /**< who */
	uint32_t reserved; /**< zero */
	uint64_t reached;  /**< generation up to which it has flushed */
	uint64_t behind;   /**< generations that it is behind the newest */
	uint64_t held_ns;  /**< how long it has been seen so */
};

/**
 * Join: from now on the agent's stamps count. It is outside.
 *
 * @param f     tracker
 * @param index number of the agent, below @c max_agents
 * @param out   the agent; valid until tiermm_flush_destroy()
 * @retval 0               joined
 * @retval -TIERMM_EINVAL  a pointer is NULL, or @p index is too great
 * @retval -TIERMM_EEXIST  it has joined already
 * @retval -TIERMM_ENOTSUP the flavour is external
 * @threads shared
 * @since 0.1
 */
TIERMM_API int tiermm_flush_join(struct tiermm_flush *f, uint32_t index,
				 struct tiermm_flush_agent **out);

/**
 * Leave: it holds nothing, and its number is free for another.
 *
 * @param f     tracker
 * @param agent agent
 * @retval 0              left
 * @retval -TIERMM_EINVAL a pointer is NULL, or it has not joined
 * @threads agent
 * @since 0.1
 */
TIERMM_API int tiermm_flush_leave(struct tiermm_flush *f,
				  struct tiermm_flush_agent *agent);

/**
 * Go inside. What is loaded from now on is at least as new as the generation
 * returned.
 *
 * @param agent agent, outside
 * @return the generation that it is inside of
 * @threads agent
 * @cost a load, a store, and a fence in the fenced flavour
 * @since 0.1
 */
TIERMM_API uint64_t tiermm_flush_enter(struct tiermm_flush_agent *agent);

/**
 * Go outside: the agent holds nothing any more.
 *
 * @param agent agent
 * @return 0
 * @threads agent
 * @cost one release store
 * @since 0.1
 */
TIERMM_API int tiermm_flush_exit(struct tiermm_flush_agent *agent);

/**
 * Begin a full flush of this agent's own.
 *
 * @param agent agent
 * @return the generation to hand to tiermm_flush_end()
 * @threads agent
 * @cost one acquire load
 * @since 0.1
 */
TIERMM_API uint64_t tiermm_flush_begin(const struct tiermm_flush_agent *agent);

/**
 * The flush is complete. A generation that is older than that of an earlier
 * end (flushes may nest) changes nothing, and neither does one outside.
 *
 * @param agent      agent
 * @param generation what begin returned
 * @return 0
 * @threads agent
 * @cost a load; a release store where there is a newer generation
 * @since 0.1
 */
TIERMM_API int tiermm_flush_end(struct tiermm_flush_agent *agent,
				uint64_t generation);

/**
 * Begin and end at once: the agent holds nothing at this moment.
 *
 * @param agent agent, inside
 * @return the generation that it has passed
 * @threads agent
 * @cost two loads; a release store where there is a newer generation
 * @since 0.1
 */
TIERMM_API uint64_t tiermm_flush_pass(struct tiermm_flush_agent *agent);

/**
 * Go offline: outside until tiermm_flush_online().
 *
 * @param agent agent
 * @retval 0              offline
 * @retval -TIERMM_EINVAL @p agent is NULL or has not joined
 * @threads agent
 * @since 0.1
 */
TIERMM_API int tiermm_flush_offline(struct tiermm_flush_agent *agent);

/**
 * Come back: outside, ready to enter.
 *
 * @param agent agent
 * @retval 0              back
 * @retval -TIERMM_EINVAL @p agent is NULL or is not offline
 * @threads agent
 * @since 0.1
 */
TIERMM_API int tiermm_flush_online(struct tiermm_flush_agent *agent);

/**
 * How an agent stands, as seen from outside.
 *
 * @param f     tracker
 * @param index number of the agent
 * @return TIERMM_AGENT_...; TIERMM_AGENT_ABSENT for any other number
 * @threads read
 * @since 0.1
 */
TIERMM_API uint32_t tiermm_flush_agent_state(const struct tiermm_flush *f,
					     uint32_t index);

/**
 * Which agents hold a generation up, by how much, and for how long. Time is
 * counted from the first report that saw the agent where it still is.
 *
 * @param f          tracker
 * @param generation generation that is waited for
 * @param now_ns     caller's monotonic time
 * @param out        room for @p cap agents, by number
 * @param cap        entries in @p out
 * @param n_out      agents there are; the first @p cap of them are written
 * @retval 0               told; none: nothing holds it up
 * @retval -TIERMM_EINVAL  a pointer is NULL, or @p generation is 0
 * @retval -TIERMM_EBUSY   another thread is reporting
 * @retval -TIERMM_ENOTSUP the flavour is external
 * @retval others          what the barrier returned
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_flush_stalled(struct tiermm_flush *f, uint64_t generation,
				    uint64_t now_ns,
				    struct tiermm_flush_stall *out,
				    uint64_t cap, uint64_t *n_out);

#ifdef __cplusplus
}
#endif
#endif
