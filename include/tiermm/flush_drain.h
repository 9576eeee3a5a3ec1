/* SPDX-License-Identifier: MIT */
/**
 * @file flush_drain.h
 * Who frees: drains that flush, reaps that do not, and the stop under
 * pressure.
 *
 *     drain_plan(nodes) ──> agents to flush ──> (caller flushes) ──> report
 *          takes the queue      often none                             │
 *                                                       pages to free <┘
 *
 *     reap(now) ──> pages that every agent has passed by itself
 *
 *     stop ──> plan names the agents ──> one flush ──> report frees it all
 *
 * A drain is a plan and a report: the caller flushes in between, under its own
 * locks. Each page is handed back once, to whoever reports or reaps. Any
 * number of threads may drain and reap at once: a thread that runs short of
 * memory drains for itself. What one has taken, another does not find; the
 * pages in it are still parked for tiermm_flush_settle().
 *
 *     struct tiermm_flush_drain d = { .size = sizeof(d), .agents = bits,
 *                                     .n_words = 4 };
 *     err = tiermm_flush_drain_plan(f, NULL, &d);
 *     if (!err && d.n_agents)
 *             flush_remotely(bits);       // each: begin, flush, end
 *     if (!err)
 *             err = tiermm_flush_drain_report(f, &d, &freed);
 *     for (r = freed.requests; r; r = tiermm_flush_request_next(r)) {
 *             pages = tiermm_flush_request_pages(r, &n);
 *             for (i = 0; i < n; i++)
 *                     free_page(pages[i]);
 *     }
 *
 * Agents that cannot be made to flush, such as readers in a section, are
 * polled: tiermm_flush_drain_poll() says when the report is due.
 */
#ifndef TIERMM_FLUSH_DRAIN_H
#define TIERMM_FLUSH_DRAIN_H

#include <tiermm/flush_request.h>
#include <tiermm/nodeset.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
	/**
	 * Name every agent in the requests' sets, without reading stamps. That
	 * may be cheaper where reading a stamp is dear and a flush is not.
	 */
	TIERMM_DRAIN_ALL = 1
};

/** A drain: what was taken, and who has to flush for it. */
struct tiermm_flush_drain {
	uint32_t size;       /**< sizeof of this struct where you compile */
	uint32_t flags;      /**< TIERMM_DRAIN_... */
	uint64_t *agents;    /**< room for a bit an agent */
	uint64_t n_words;    /**< words there: (max_agents + 63) / 64 */
	uint64_t generation; /**< filled: the newest among what was taken */
	uint64_t n_agents;   /**< filled: agents to flush; 0: none has to */
	uint64_t n_requests; /**< filled: requests taken */
	uint64_t n_pages;    /**< filled: base pages in them */
	uint64_t n_waiting;  /**< filled: requests that are not passed yet */
	struct tiermm_flush_request *taken; /**< the library's */
};

/** What is handed back. The caller frees all of it. */
struct tiermm_flush_freed {
	uint32_t size;       /**< sizeof of this struct where you compile */
	uint32_t flags;      /**< zero */
	uint64_t n_requests; /**< filled */
	uint64_t n_pages;    /**< filled: base pages */
	uint64_t n_overdue;  /**< filled by reap: found parked for too long */
	uint64_t due;        /**< filled by reap: TIERMM_DUE_... bits: drain */
	struct tiermm_flush_request *requests; /**< filled: first; see below */
};

/**
 * Take what is queued, and name the agents that have to flush for it.
 *
 * @param f     tracker
 * @param nodes nodes whose queues are taken; NULL: all
 * @param drain @c agents and @c n_words filled in, the rest filled here
 * @retval 0              planned; @c n_requests 0: nothing was queued
 * @retval -TIERMM_EINVAL a pointer is NULL, or there are too few words;
 *                        nothing taken
 * @retval -TIERMM_E2BIG  a flag or field that we do not know is set; as above
 * @retval others         what the barrier returned; nothing taken
 * @threads shared; lock-free
 * @since 0.1
 */
TIERMM_API int tiermm_flush_drain_plan(struct tiermm_flush *f,
				       const struct tiermm_nodeset *nodes,
				       struct tiermm_flush_drain *drain);

/**
 * Look again: which of the agents named have passed by now? Fills
 * @c agents, @c n_agents and @c n_waiting anew.
 *
 * @param f     tracker
 * @param drain as planned
 * @retval 1              all: report it
 * @retval 0              not yet
 * @retval -TIERMM_EINVAL a pointer is NULL
 * @retval others         what the barrier returned
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_flush_drain_poll(struct tiermm_flush *f,
				       struct tiermm_flush_drain *drain);

/**
 * Every agent named has flushed since: hand the pages back. The check mode
 * proves it by their stamps.
 *
 * @param f     tracker
 * @param drain as planned; empty afterwards
 * @param freed what is handed back
 * @retval 0              handed back
 * @retval -TIERMM_EINVAL a pointer is NULL; nothing changed
 * @retval -TIERMM_E2BIG  a field of @p freed that we do not know is set
 * @threads owner; wait-free
 * @since 0.1
 */
TIERMM_API int tiermm_flush_drain_report(struct tiermm_flush *f,
					 struct tiermm_flush_drain *drain,
					 struct tiermm_flush_freed *freed);

/**
 * The flush failed: queue again what was taken. Nothing is handed back; while
 * deferral is stopped, plan another drain of the same nodes.
 *
 * @param f     tracker
 * @param drain as planned; empty afterwards
 * @retval 0              queued again
 * @retval -TIERMM_EINVAL a pointer is NULL
 * @threads owner; lock-free
 * @since 0.1
 */
TIERMM_API int tiermm_flush_drain_abandon(struct tiermm_flush *f,
					  struct tiermm_flush_drain *drain);

/**
 * Hand back what every agent has passed by itself. No flush. Looks at
 * @p budget requests at most and goes on behind them the next time.
 *
 * @param f      tracker
 * @param nodes  nodes whose queues are looked at; NULL: all
 * @param now_ns caller's monotonic time
 * @param budget requests to look at; 0: all
 * @param freed  what is handed back. #TIERMM_DUE_OLD in @c due: some have been
 *               parked for too long; #TIERMM_DUE_STOPPED: deferral was stopped
 *               while this reap had them, so that the drain of that stop has
 *               not seen them. Either way: drain these nodes now
 * @retval 0              handed back, perhaps nothing
 * @retval -TIERMM_EINVAL a pointer is NULL
 * @retval -TIERMM_E2BIG  a field of @p freed that we do not know is set
 * @retval others         what the barrier returned
 * @threads shared; lock-free
 * @since 0.1
 */
TIERMM_API int tiermm_flush_reap(struct tiermm_flush *f,
				 const struct tiermm_nodeset *nodes,
				 uint64_t now_ns, uint64_t budget,
				 struct tiermm_flush_freed *freed);

/**
 * The request behind one that was handed back; ask before its memory is used.
 *
 * @param r request out of a struct tiermm_flush_freed
 * @return the next one, or NULL
 * @threads owner
 * @since 0.1
 */
TIERMM_API struct tiermm_flush_request *
tiermm_flush_request_next(const struct tiermm_flush_request *r);

/**
 * Stop deferral at once, and plan a drain of all nodes: one flush of the
 * agents that it names, and its report, free all that was parked. A mover that
 * was queueing at this moment, and a reap that puts back what has to wait, are
 * told #TIERMM_DUE_STOPPED and drain for themselves; what another drain has
 * taken is that drain's. Stops nest.
 *
 * @param f     tracker
 * @param drain as tiermm_flush_drain_plan(); NULL: only stop
 * @retval 0      stopped and planned
 * @retval others as tiermm_flush_drain_plan(); stopped all the same, but for
 *                -TIERMM_EINVAL on a NULL @p f
 * @threads shared; lock-free
 * @since 0.1
 */
TIERMM_API int tiermm_flush_stop(struct tiermm_flush *f,
				 struct tiermm_flush_drain *drain);

/**
 * Take one stop back.
 *
 * @param f tracker
 * @retval 0              taken back; deferral goes on if it was the last
 * @retval -TIERMM_EINVAL @p f is NULL, or nothing is stopped
 * @threads shared; lock-free
 * @since 0.1
 */
TIERMM_API int tiermm_flush_resume(struct tiermm_flush *f);

/**
 * Fill the table by which published snapshots are retired through this
 * tracker. Readers of a snapshot are its agents, inside a section.
 *
 * @param f   tracker; lives as long as the table is used
 * @param out the table
 * @retval 0              filled
 * @retval -TIERMM_EINVAL a pointer is NULL
 * @threads setup
 * @since 0.1
 */
TIERMM_API int tiermm_flush_retire(struct tiermm_flush *f,
				   struct tiermm_retire *out);

#ifdef __cplusplus
}
#endif
#endif
