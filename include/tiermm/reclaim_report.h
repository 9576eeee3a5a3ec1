/* SPDX-License-Identifier: MIT */
/**
 * @file reclaim_report.h
 * What became of a batch, what comes next, and what it all adds up to.
 *
 *     DEMOTE to 2, TARGET_FULL ──report──> DEMOTE to 3
 *     DEMOTE to 3, DONE        ──report──> final: demoted to 3
 *
 * Each outcome decides about one item:
 *
 *     DONE           final, with the verdict that stood there
 *     ALREADY        the same, but nothing was reclaimed by it
 *     ABSENT         final: FAILED; there is nothing to fall back on
 *     UNKNOWN        once more the same; then final: FAILED, since what may
 *                    have moved must not be given up on a guess
 *     TARGET_FULL,   next lower node, nearest to the target first; after the
 *     TARGET_GONE    last: SPLIT if large, else normal reclaim
 *     UNSUPPORTED    SPLIT if large, else normal reclaim
 *     BUSY, SHARED,  normal reclaim
 *     DENIED
 *
 * Normal reclaim comes once, looks at the folio's flags again, and its own
 * failure is final (R5). Under TIERMM_RECLAIMER_PROACTIVE there is none after
 * a target was tried or was out of reach for now: the folio is kept.
 *
 * Nodes tried come in ascending order of distance from the first target, then
 * of id, and each decision remembers the last one. So no node is tried twice,
 * however the allowed nodes change between two reports: one that becomes
 * allowed is tried if it stands behind the last, and not any more before it.
 *
 * A split folio is done with when it has been split. Its pieces come in as new
 * folios with TIERMM_FOLIO_PIECE, which are not split again.
 *
 * Threads: `owner`, while any number of others plan and read counters.
 */
#ifndef TIERMM_RECLAIM_REPORT_H
#define TIERMM_RECLAIM_REPORT_H

#include <tiermm/memops.h>
#include <tiermm/reclaim.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Fold what happened into a batch, and decide what comes next.
 *
 * Hand in every decision of a plan at least once, the final ones too: that is
 * when they are counted, once. A batch may be reported in parts, and in any
 * order. Results of final decisions are not read.
 *
 * @param r         object
 * @param context   the question as it stands now
 * @param folios    the same folios; their flags as they are now
 * @param decisions of these folios, from plan or the last report; changed
 * @param results   what became of each; more pages than the folio has are
 *                  counted as moved (granule), 0 pages with DONE: all of it
 * @param n         how many
 * @param open      decisions that are not final yet; may be NULL
 * @retval 0              folded
 * @retval -TIERMM_EINVAL a pointer is NULL (arrays may be, if @p n is 0), a
 *                        decision is not from plan or report, or @p context
 *                        is out of range; nothing changed
 * @retval -TIERMM_E2BIG  @p context sets what this library does not know
 * @retval -TIERMM_EBUSY  another thread is inside; nothing changed
 * @threads owner
 * @cost a few instructions a folio; O(nodes) for one whose target was full
 * @since 0.1
 */
TIERMM_API int tiermm_reclaim_report(
	struct tiermm_reclaim *r, const struct tiermm_reclaim_context *context,
	const struct tiermm_folio *folios, struct tiermm_decision *decisions,
	const struct tiermm_result *results, uint64_t n, uint64_t *open);

/**
 * Give up what is open: it is kept, with TIERMM_RECLAIM_CANCELLED.
 *
 * @param r         object
 * @param context   the question
 * @param folios    the same folios
 * @param decisions of these folios; changed, and counted
 * @param n         how many
 * @retval 0              all are final
 * @retval -TIERMM_EINVAL, -TIERMM_E2BIG, -TIERMM_EBUSY as for report
 * @threads owner
 * @since 0.1
 */
TIERMM_API int
tiermm_reclaim_cancel(struct tiermm_reclaim *r,
		      const struct tiermm_reclaim_context *context,
		      const struct tiermm_folio *folios,
		      struct tiermm_decision *decisions, uint64_t n);

/** What a batch came to, in base pages. Filled by the library. */
struct tiermm_reclaim_summary {
	uint32_t size;      /**< sizeof of this struct where you compile */
	uint32_t flags;     /**< zero */
	uint64_t pages;     /**< of all folios: sum of the next ten */
	uint64_t demoted;   /**< moved; these count as reclaimed */
	uint64_t already;   /**< were where they should go */
	uint64_t paged_out; /**< swapped out or written; reclaimed */
	uint64_t discarded; /**< dropped; reclaimed */
	uint64_t split;     /**< come in again, as pieces */
	uint64_t kept;      /**< for good reason */
	uint64_t later;     /**< not reclaimed, for what passes by itself */
	uint64_t activated; /**< in use */
	uint64_t failed;    /**< could not be done */
	uint64_t open;      /**< not final yet */
	uint64_t reclaimed; /**< demoted + paged out + discarded */
	/**
	 * 1: nothing more can be reclaimed from these folios: all are final,
	 * none was reclaimed or split, and none is to be had later. That is
	 * what an embedder that runs out of memory has to know (R9).
	 */
	uint64_t exhausted;
};

/**
 * Add a batch up.
 *
 * @param folios    @p n folios
 * @param decisions of these folios
 * @param n         how many
 * @param out       set `size`; the rest is filled
 * @retval 0              told
 * @retval -TIERMM_EINVAL a pointer is NULL (arrays may be, if @p n is 0), the
 *                        size is too small, or a verdict is unknown
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_reclaim_summarize(const struct tiermm_folio *folios,
					const struct tiermm_decision *decisions,
					uint64_t n,
					struct tiermm_reclaim_summary *out);

/**
 * Counters, by index; base pages unless said otherwise. Those with kernel
 * names count what the kernel counts there; the first of each four is
 * kswapd's, and TIERMM_RECLAIMER_... is added to it.
 */
enum {
	TIERMM_RECLAIM_PGDEMOTE = 0, /**< moved to a slower node, 4 of them */
	TIERMM_RECLAIM_PGSCAN = 4,   /**< looked at; pieces not again, 4 */
	TIERMM_RECLAIM_PGSTEAL = 8,  /**< reclaimed, demoted ones too, 4 */
	/** Came in, pieces too: the sum of what left and what is open. */
	TIERMM_RECLAIM_PAGES_IN = 12,
	/** Left, 8 of them: TIERMM_VERDICT_... is added. */
	TIERMM_RECLAIM_PAGES_OUT = 13,
	TIERMM_RECLAIM_ATTEMPTS = 21, /**< actions reported, in items */
	TIERMM_RECLAIM_SECOND,        /**< of them, beyond the first target */
	TIERMM_RECLAIM_FALLBACKS,     /**< went on to normal reclaim */
	TIERMM_RECLAIM_GRANULE,       /**< moved beyond the folio asked for */
	TIERMM_RECLAIM_SHORT,         /**< of DONE folios, not moved */
	TIERMM_RECLAIM_PAUSES,        /**< times that back-off began or grew */
	TIERMM_RECLAIM_WAKEUPS,       /**< full targets made due */
	TIERMM_RECLAIM_CLOCK_BACK,    /**< times the clock went backwards */
	TIERMM_RECLAIM_COUNTERS       /**< how many there are */
};

/** Tables of counters, each read by a fixed index. */
enum {
	TIERMM_RECLAIM_TABLE_COUNTERS = 0, /**< TIERMM_RECLAIM_PGDEMOTE, ... */
	/** Pages that left, by the reason of their verdict. */
	TIERMM_RECLAIM_TABLE_REASONS,
	/** Cold pages that were not demoted, by the reason. */
	TIERMM_RECLAIM_TABLE_NOT_DEMOTED,
	/** Actions reported, in items, by TIERMM_OUTCOME_... */
	TIERMM_RECLAIM_TABLE_OUTCOMES
};
/** Tables run from 0 to one less than this. */
#define TIERMM_RECLAIM_TABLES 4

/**
 * Read a table of counters, each by itself, while they are written.
 *
 * @param r     object
 * @param table TIERMM_RECLAIM_TABLE_...
 * @param out   room for @p cap counters, by index
 * @param cap   entries in @p out
 * @param n_out counters there are; the first @p cap of them are written
 * @retval 0              read
 * @retval -TIERMM_EINVAL a pointer is NULL, or no such table
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_reclaim_counters(const struct tiermm_reclaim *r,
				       uint32_t table, uint64_t *out,
				       uint64_t cap, uint64_t *n_out);

/**
 * Name of a counter: "pgdemote_kswapd", "pages_out_kept".
 *
 * @param index TIERMM_RECLAIM_PGDEMOTE, ...
 * @return static text; NULL for an unknown one
 * @threads read
 * @since 0.1
 */
TIERMM_API const char *tiermm_reclaim_counter_name(uint32_t index);

/**
 * Name of a reason: "cold", "not_allowed".
 *
 * @param reason TIERMM_RECLAIM_COLD, ...
 * @return static text; NULL for an unknown one
 * @threads read
 * @since 0.1
 */
TIERMM_API const char *tiermm_reclaim_reason_name(uint32_t reason);

/**
 * Name of a verdict: "demote", "page_out".
 *
 * @param verdict TIERMM_VERDICT_...
 * @return static text; NULL for an unknown one
 * @threads read
 * @since 0.1
 */
TIERMM_API const char *tiermm_verdict_name(uint32_t verdict);

#ifdef __cplusplus
}
#endif
#endif
