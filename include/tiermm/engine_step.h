/* SPDX-License-Identifier: MIT */
/**
 * @file engine_step.h
 * Plan, act and report in one call, for as long as it takes or a budget lasts.
 *
 *     folios ──> plan ──> park ──> memops.move ──> locate ──> report ─┐
 *                 ^     (headroom) page_out        (what nobody       │
 *                 │                discard          can say)          │
 *                 └──────────── until each one is final <─────────────┘
 *
 * What holds in every step:
 *
 * - Results are UNKNOWN before a call of the table. What is still UNKNOWN
 *   after it is asked for by `locate`: where the page is decides, and never
 *   what the call as a whole returned.
 * - Room on a target is asked for once a step, before the first item goes
 *   there, and the reserve is left alone. After the first TARGET_FULL no item
 *   of that size or larger goes there in this step: it is told so at once.
 * - Items go in batches; the outcome may name more pages than were asked for
 *   (the granule), and all of them count.
 * - A table that fails is counted and told in the summary; the step goes on
 *   with the outcomes, and ends.
 *
 * Steps never block by themselves: what bounds them is the budget of the
 * context, and the array. What they did not come to is left as it was, and the
 * next step goes on behind @c taken.
 *
 * Threads: `owner`: one thread at a time, drains and readers meanwhile.
 */
#ifndef TIERMM_ENGINE_STEP_H
#define TIERMM_ENGINE_STEP_H

#include <tiermm/engine.h>
#include <tiermm/promotion_plan.h>
#include <tiermm/reclaim_report.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What a step came to, in base pages. Filled by the library. */
struct tiermm_step {
	uint32_t size;      /**< sizeof of this struct where you compile */
	uint32_t flags;     /**< zero */
	int32_t error;      /**< first error of the table as a whole, or 0 */
	uint32_t flush_due; /**< TIERMM_DUE_... bits of what was parked */
	uint64_t taken;     /**< folios decided, from the first on */
	uint64_t pages;     /**< in them: the sum of the nine below */
	uint64_t demoted;   /**< moved to a slower node; reclaimed */
	uint64_t already;   /**< were where they should go */
	uint64_t paged_out; /**< reclaimed */
	uint64_t discarded; /**< reclaimed */
	uint64_t split;     /**< split them, and hand the pieces in */
	uint64_t kept;      /**< for good reason */
	uint64_t later;     /**< kept or failed, for what passes by itself */
	uint64_t activated; /**< in use */
	uint64_t failed;    /**< could not be done */
	uint64_t promoted;  /**< moved up, by promote only */
	uint64_t parked;    /**< old copies that wait for a flush */
	uint64_t calls;     /**< of the table, to move, page out or discard */
	uint64_t exhausted; /**< 1: these folios have nothing more to give */
	uint64_t more;      /**< 1: budget or room for moves cut it */
	/** Nodes that are to be balanced now, slower ones included. */
	struct tiermm_nodeset due;
	/** Fast nodes that answer slower than slow ones: pages should leave. */
	struct tiermm_nodeset shed;
};

/**
 * Make room by these folios: demote them, or what else reclaim decides.
 *
 * Splitting is the caller's: a folio to be split leaves with that verdict, and
 * its pieces come in with the next step (tiermm_reclaim_report()).
 *
 * @param e         engine
 * @param context   the question, budget included; as for tiermm_reclaim_plan()
 * @param parking   links of pages that may be deferred, or NULL
 * @param folios    @p n folios
 * @param n         how many
 * @param decisions room for @p n decisions; those from @c taken on are NONE
 * @param step      what it came to; may be NULL
 * @retval 0               each folio taken has its final verdict
 * @retval -TIERMM_EINVAL  a pointer is NULL, or @p context, @p parking or the
 *                         size of @p step is out of range; nothing was done
 * @retval -TIERMM_E2BIG   a field that this library does not know is set
 * @retval -TIERMM_ENOTSUP the engine has no table
 * @retval -TIERMM_EBUSY   another thread is inside the engine; or it came into
 *                         reclaim meanwhile: then decisions that are not final
 *                         were acted upon, and could not be reported
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_engine_demote(
	struct tiermm_engine *e, const struct tiermm_reclaim_context *context,
	const struct tiermm_parking *parking, const struct tiermm_folio *folios,
	uint64_t n, struct tiermm_decision *decisions,
	struct tiermm_step *step);

/**
 * The same for a node that is due, as far as it needs: begun below its start
 * mark, a row of steps goes on until it is above its stop mark (R8). A node
 * that is not due takes nothing.
 *
 * @param e         engine
 * @param node      which
 * @param context   as for demote; its budget bounds this step
 * @param parking   as for demote
 * @param folios    candidates of this node, coldest first
 * @param n         how many
 * @param decisions as for demote
 * @param step      what it came to; @c due names this node as long as it
 *                  needs more, and slower ones that need room in turn
 * @retval 0              done, perhaps nothing
 * @retval -TIERMM_ENODEV no such node
 * @retval others         as for demote
 * @threads owner
 * @since 0.1
 */
TIERMM_API int
tiermm_engine_balance(struct tiermm_engine *e, int32_t node,
		      const struct tiermm_reclaim_context *context,
		      const struct tiermm_parking *parking,
		      const struct tiermm_folio *folios, uint64_t n,
		      struct tiermm_decision *decisions,
		      struct tiermm_step *step);

/**
 * Take accesses in; as tiermm_promotion_samples(), and on record.
 *
 * @param e       engine
 * @param samples accesses, oldest first
 * @param n       entries in @p samples
 * @retval 0               taken
 * @retval -TIERMM_ENOTSUP the engine has no promotion
 * @retval others          as tiermm_promotion_samples(); nothing was taken
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_engine_samples(struct tiermm_engine *e,
				     const struct tiermm_sample *samples,
				     uint64_t n);

/**
 * Move hot pages up, and cold ones down for them where the query names some.
 *
 * Keys of the table come from indices as the options say. Nodes on top that
 * were found full come back in @c due, and count as due for balancing. Where
 * the query names cold pages, one batch is moved.
 *
 * @param e       engine
 * @param query   limits, or NULL; as tiermm_promotion_plan()
 * @param parking links by promotion's index, or a slot that hands them out, or
 *                NULL; a link that is there says that the page's mappings can
 *                only read
 * @param step    what it came to; may be NULL
 * @retval 0               done, perhaps nothing
 * @retval -TIERMM_ENOTSUP the engine has no promotion, or no table
 * @retval others          as for demote, and as tiermm_promotion_plan()
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_engine_promote(struct tiermm_engine *e,
				     const struct tiermm_promotion_query *query,
				     const struct tiermm_parking *parking,
				     struct tiermm_step *step);

/**
 * Nodes that are to be balanced now: below their marks, found full, or told by
 * tiermm_engine_alloc_failed().
 *
 * @param e   engine
 * @param out the nodes
 * @retval 0              told
 * @retval -TIERMM_EINVAL a pointer is NULL
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_engine_due(struct tiermm_engine *e,
				 struct tiermm_nodeset *out);

#ifdef __cplusplus
}
#endif
#endif
