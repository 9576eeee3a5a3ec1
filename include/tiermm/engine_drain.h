/* SPDX-License-Identifier: MIT */
/**
 * @file engine_drain.h
 * Old copies that wait: parked by the engine's moves, freed by any thread.
 *
 *     owner    demote(links) ──> open, add │ move │ stamp, queue
 *                                          │      │      │ parked
 *     any thread   alloc fails ──> drain ──┼──────┼──> flush ──> pages to free
 *                  idle        ──> reap ───┴──────┴──> pages to free
 *
 * A page that is only read may keep its old copy until every agent has flushed
 * for reasons of its own (flush.h). The engine does the whole protocol around
 * the call of `move`: it asks whether the page may be deferred, parks its link
 * in a request before the call, takes it out again where the move failed, then
 * stamps and queues. Requests stand in memory taken at creation; when they run
 * out, pages are not deferred, which is no failure.
 *
 * What `move` has to know: an item whose link is `parked` keeps its old copy
 * readable. An item whose link is not is moved as ever: whoever moves it
 * flushes for it.
 *
 * Links come in an array beside the folios, or one at a time from a slot of
 * the caller's, for whoever has millions of pages and a few old copies:
 *
 *     plan ──> link(move) ──> park │ move │ stamp, queue ──> drained
 *                 └────────────────┴──────┴> unused(move, link)
 *
 * Freeing is for any thread, since it is the one that allocates that runs
 * short. Agents are flushed through the table that was given at creation, or
 * by the caller: plan and report by flush_drain.h on tiermm_engine_flush().
 * Either way the caller frees the pages, and gives the requests back:
 *
 *     err = tiermm_engine_drain(e, NULL, &drain, &freed);
 *     for (r = freed.requests; r; r = tiermm_flush_request_next(r)) {
 *             pages = tiermm_flush_request_pages(r, &n);
 *             for (i = 0; i < n; i++)
 *                     free_page(pages[i]);
 *     }
 *     tiermm_engine_take_back(e, &freed);
 */
#ifndef TIERMM_ENGINE_DRAIN_H
#define TIERMM_ENGINE_DRAIN_H

#include <tiermm/flush_drain.h>
#include <tiermm/memops.h>

#ifdef __cplusplus
extern "C" {
#endif

struct tiermm_engine;

/** Who flushes agents for a drain. Copied at creation. */
struct tiermm_flusher {
	uint32_t size;  /**< sizeof of this struct where you compile */
	uint32_t flags; /**< zero */
	void *self;     /**< first argument of @c flush */
	/**
	 * Required. When it returns 0, each agent named has begun and ended a
	 * flush since the call began, or has passed. Anything else is an error
	 * code; what was taken is queued again. Runs on the thread that
	 * drains; several may run at once.
	 */
	int (*flush)(void *self, const uint64_t *agents, uint64_t n_words,
		     uint64_t n_agents);
};

/** Flags of struct tiermm_parking. */
enum {
	/**
	 * A batch of moves is deferred as a whole or not at all: one mapped
	 * page that may not wait needs its flush at once, and a flush that
	 * covers the batch leaves the others nothing to wait for.
	 */
	TIERMM_PARKING_WHOLE = 1
};

/**
 * Which pages of a step may be deferred: links in an array, or a slot that
 * hands one out for a page that is about to be moved. One of the two.
 *
 * A link that was handed out is the step's until it comes back, in exactly one
 * way: through @c unused before the step returns, or among the pages that a
 * drain or reap hands back, which may be before the step returns as well.
 * Without @c unused, the caller finds out by @c parked, after the step, and
 * frees nothing meanwhile.
 *
 * Slots run on the thread that steps, inside the step. They may drain and
 * reap; other calls into the engine are told -TIERMM_EBUSY. After one that did
 * not return, and tiermm_engine_recover(), links that were handed out, are not
 * parked and have not come back are the caller's again.
 */
struct tiermm_parking {
	uint32_t size;  /**< sizeof of this struct where you compile */
	uint32_t flags; /**< TIERMM_PARKING_... */
	/**
	 * A link a folio, or by promotion's index; NULL: not this one. Its
	 * mappings are told by the folio: MAPPED, WRITABLE, and DIRTY, which
	 * may have come through one.
	 */
	struct tiermm_flush_page *const *links;
	/** Links of what they are copied to, or NULL; NULL: there are none. */
	struct tiermm_flush_page *const *copies;
	const uint64_t *agents; /**< who may hold translations; NULL: all */
	uint64_t n_words;       /**< words in @c agents */
	void *self;             /**< first argument of the slots */
	/**
	 * A link for a page, by the table's key, before it is moved; NULL: it
	 * may not wait, or there is none. @p copy is NULL, and may be set to
	 * the link of what the page is copied to. Asked once for each try of a
	 * move: again, if another target is tried after the first.
	 */
	struct tiermm_flush_page *(*link)(void *self,
					  const struct tiermm_move *move,
					  struct tiermm_flush_page **copy);
	/**
	 * Optional, with @c link only: the page was not deferred, or did not
	 * move. Its link, and that of its copy, are the caller's again.
	 */
	void (*unused)(void *self, const struct tiermm_move *move,
		       struct tiermm_flush_page *link);
};

/**
 * Free what is parked: take it, flush the agents that have not passed, hand it
 * back.
 *
 * @param e     engine
 * @param nodes nodes whose pages are wanted; NULL: all
 * @param drain with @c agents and @c n_words; what it says afterwards is what
 *              the drain was. If the flusher does not return, it holds what was
 *              taken: report or abandon it (flush_drain.h)
 * @param freed what is handed back: see above
 * @retval 0               handed back, perhaps nothing
 * @retval -TIERMM_EAGAIN  agents have to flush, and the engine has no flusher;
 *                         nothing was taken
 * @retval -TIERMM_ENOTSUP the engine has no tracker
 * @retval -TIERMM_EINVAL, -TIERMM_E2BIG as tiermm_flush_drain_plan()
 * @retval others          what the flusher or the barrier returned; nothing
 *                         was taken
 * @threads shared; lock-free
 * @since 0.1
 */
TIERMM_API int tiermm_engine_drain(struct tiermm_engine *e,
				   const struct tiermm_nodeset *nodes,
				   struct tiermm_flush_drain *drain,
				   struct tiermm_flush_freed *freed);

/**
 * Free what every agent has passed by itself. No flush.
 *
 * @param e      engine
 * @param nodes  nodes whose pages are looked at; NULL: all
 * @param now_ns caller's monotonic time
 * @param budget requests to look at; 0: all
 * @param freed  as tiermm_engine_drain()
 * @retval 0               handed back, perhaps nothing
 * @retval -TIERMM_ENOTSUP the engine has no tracker
 * @retval others          as tiermm_flush_reap()
 * @threads shared; lock-free
 * @since 0.1
 */
TIERMM_API int tiermm_engine_reap(struct tiermm_engine *e,
				  const struct tiermm_nodeset *nodes,
				  uint64_t now_ns, uint64_t budget,
				  struct tiermm_flush_freed *freed);

/**
 * An allocation on a node has really failed: drain that node first, and have
 * it balanced at the next chance (F8).
 *
 * @param e     engine
 * @param node  node
 * @param drain as tiermm_engine_drain()
 * @param freed as there: free its pages, then try again
 * @retval 0               pages came back: try again
 * @retval -TIERMM_ENOMEM  nothing is parked there: reclaim, or give up
 * @retval -TIERMM_EAGAIN  as tiermm_engine_drain()
 * @retval -TIERMM_ENODEV  no such node
 * @retval others          as tiermm_engine_drain(), but for -TIERMM_ENOTSUP:
 *                         without a tracker nothing is parked
 * @threads shared; lock-free
 * @since 0.1
 */
TIERMM_API int tiermm_engine_alloc_failed(struct tiermm_engine *e, int32_t node,
					  struct tiermm_flush_drain *drain,
					  struct tiermm_flush_freed *freed);

/**
 * Give the engine's requests back, when their pages have been freed.
 *
 * @param e     engine
 * @param freed what was handed back; requests of others, who use the same
 *              tracker, stay in it
 * @retval 0               taken back
 * @retval -TIERMM_EINVAL  a pointer is NULL
 * @retval -TIERMM_ENOTSUP the engine has no tracker
 * @threads shared; lock-free
 * @since 0.1
 */
TIERMM_API int tiermm_engine_take_back(struct tiermm_engine *e,
				       struct tiermm_flush_freed *freed);

#ifdef __cplusplus
}
#endif
#endif
