/* SPDX-License-Identifier: MIT */
/**
 * @file reclaim.h
 * These pages are about to be thrown away. Can they be moved instead?
 *
 *     folios ──plan──> decisions ──(you act)──> results ──report──> decisions
 *                         ^                                            │
 *                         └────────── until each one is final <────────┘
 *
 *     for (err = tiermm_reclaim_plan(r, &context, folios, n, decisions);
 *          !err && open;
 *          err = tiermm_reclaim_report(r, &context, folios, decisions,
 *                                      results, n, &open))
 *             act(folios, decisions, results, n);
 *
 * What happens to one folio, in order (R1 to R6):
 *
 * 1. One that is in use, locked, under writeback, or cannot go is kept or
 *    activated, with that reason. The others are cold.
 * 2. A cold one is moved to the target that its node prefers, and to no other.
 * 3. Is that full or gone: to the other allowed lower nodes, nearest to the
 *    *target* first, one after the other.
 * 4. A large one that no node takes whole is split; its pieces come back as
 *    folios of their own.
 * 5. What could not be demoted goes, exactly once, the way that it would go
 *    without demotion: page out, discard, or keep. Proactive reclaim is no
 *    real pressure: there it is kept.
 *
 * Each folio is decided for by itself: that one found room says nothing about
 * the next (R4). The allowed nodes come with every call and bind every folio
 * of it; between calls they may change, become empty, or name nodes that are
 * not there (R6).
 *
 * Here stand the object, the question and the plan. Reporting and counters:
 * reclaim_report.h. Marks, and which node is due: reclaim_node.h. Why:
 * reclaim_explain.h.
 */
#ifndef TIERMM_RECLAIM_H
#define TIERMM_RECLAIM_H

#include <tiermm/alloc.h>
#include <tiermm/demotion.h>
#include <tiermm/folio.h>
#include <tiermm/watermark.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What reclaim remembers: back-off, rate, rooms, counters. */
struct tiermm_reclaim;

/** Flags of struct tiermm_reclaim_options. */
enum {
	TIERMM_RECLAIM_DEMOTION_OFF = 1, /**< as if nothing were lower */
	TIERMM_RECLAIM_SPLIT_OFF = 2,    /**< never split */
	TIERMM_RECLAIM_BACKOFF_OFF = 4   /**< full targets are tried on */
};

/** How reclaim behaves; zero means the default. */
struct tiermm_reclaim_options {
	uint32_t size;        /**< sizeof of this struct where you compile */
	uint32_t flags;       /**< TIERMM_RECLAIM_..._OFF */
	uint32_t headroom_bp; /**< see watermark.h; 0: 2 % */
	uint32_t scale_bp;    /**< see watermark.h; 0: 0.1 % */
	/** Demote at most so much a second (R9); 0: no limit. */
	uint64_t rate_limit_bytes;
	uint64_t burst_ns;         /**< the limit may run ahead; 0: 100 ms */
	uint64_t backoff_first_ns; /**< pause of a full target; 0: 10 ms */
	uint64_t backoff_max_ns;   /**< each is twice the last; 0: 1 s */
	uint32_t probe_pages;      /**< that a plan tries after it; 0: 32 */
	uint32_t page_bytes; /**< of a base page, at most 1 MiB; 0: 4096 */
	uint32_t max_nodes;  /**< ids below have marks; 0: 1024 */
	uint32_t reserved;   /**< zero */
};

/** On whose behalf; the kernel counts them apart. */
enum {
	TIERMM_RECLAIMER_KSWAPD = 0, /**< in the background */
	TIERMM_RECLAIMER_DIRECT,     /**< an allocation waits for it */
	TIERMM_RECLAIMER_KHUGEPAGED, /**< to make a huge page */
	TIERMM_RECLAIMER_PROACTIVE   /**< asked for, without pressure */
};
/** Reclaimers run from 0 to one less than this. */
#define TIERMM_RECLAIMERS 4

/** Flags of struct tiermm_reclaim_context: what this call may not do. */
enum {
	TIERMM_RECLAIM_NO_DEMOTION = 1, /**< out means out: page-out, R2 */
	TIERMM_RECLAIM_NO_SPLIT = 2,    /**< large folios stay whole */
	TIERMM_RECLAIM_NO_LARGE = 4,    /**< nor can they be moved whole */
	TIERMM_RECLAIM_NO_UNMAP = 8,    /**< what is mapped is kept */
	TIERMM_RECLAIM_NO_WRITE = 16,   /**< no swap-out, no write-back */
	TIERMM_RECLAIM_NO_SWAP = 32,    /**< there is no swap (left) */
	/** Do not ask whether it is in use; only with NO_DEMOTION (I9). */
	TIERMM_RECLAIM_NO_REFERENCES = 64
};

/** One question. Handed in anew with each call; nothing of it is kept. */
struct tiermm_reclaim_context {
	uint32_t size;      /**< sizeof of this struct where you compile */
	uint32_t flags;     /**< TIERMM_RECLAIM_NO_... */
	uint32_t reclaimer; /**< TIERMM_RECLAIMER_... */
	uint32_t choice;    /**< TIERMM_CHOICE_...: of equal targets */
	/** Only to these nodes (a cpuset, a guest's nodes); NULL: all. */
	const struct tiermm_nodeset *allowed;
	struct tiermm_random *random; /**< for RANDOM and WEIGHTED */
	uint64_t *cursor;             /**< for ROUND_ROBIN */
	const uint64_t *weights;      /**< of node id i, for WEIGHTED */
	uint64_t n_weights;           /**< entries in @c weights */
	/** Monotonic; 0: no clock, and neither back-off nor rate limit. */
	uint64_t now_ns;
	/** Act until so many pages are in hand (may end above); 0: all. */
	uint64_t budget_pages;
};

/** Why a decision is as it is. */
enum {
	TIERMM_RECLAIM_REASON_NONE = 0, /**< not decided */
	TIERMM_RECLAIM_COLD,            /**< not used: demoted if it can be */
	/* In use, or cannot go: neither demoted nor reclaimed. */
	TIERMM_RECLAIM_INVALID,     /**< no such node, order or flag */
	TIERMM_RECLAIM_HUGETLB,     /**< from a pool of huge pages */
	TIERMM_RECLAIM_LOCKED,      /**< somebody works on it */
	TIERMM_RECLAIM_UNEVICTABLE, /**< locked in memory */
	TIERMM_RECLAIM_MAPPED,      /**< mapped, and may not be unmapped */
	TIERMM_RECLAIM_WRITEBACK,   /**< being written */
	TIERMM_RECLAIM_ACTIVE,      /**< used often */
	TIERMM_RECLAIM_REFERENCED,  /**< used since the last look */
	/* Not demoted, without an attempt. */
	TIERMM_RECLAIM_SWITCHED_OFF, /**< by options or context */
	TIERMM_RECLAIM_NO_TARGET,    /**< nothing is lower */
	TIERMM_RECLAIM_NOT_ALLOWED,  /**< nothing lower is allowed */
	TIERMM_RECLAIM_BACKOFF,      /**< full just now; DEMOTE: the first */
	TIERMM_RECLAIM_RATE,         /**< the rate limit */
	TIERMM_RECLAIM_LARGE,        /**< large folios cannot be moved */
	/* Not demoted, or not reclaimed, after an attempt: the outcome. */
	TIERMM_RECLAIM_BUSY,        /**< pinned, locked or in transit */
	TIERMM_RECLAIM_SHARED,      /**< others map it */
	TIERMM_RECLAIM_ABSENT,      /**< nothing is there (any more) */
	TIERMM_RECLAIM_FULL,        /**< no target had room */
	TIERMM_RECLAIM_GONE,        /**< the last target tried is no more */
	TIERMM_RECLAIM_DENIED,      /**< no privilege */
	TIERMM_RECLAIM_UNSUPPORTED, /**< this kind cannot be moved */
	TIERMM_RECLAIM_UNKNOWN,     /**< nobody could say, twice */
	TIERMM_RECLAIM_ALREADY,     /**< it was there before */
	/* Not reclaimed otherwise. */
	TIERMM_RECLAIM_WITHOUT_SWAP, /**< anonymous, and there is no swap */
	TIERMM_RECLAIM_UNWRITTEN,    /**< dirty, and may not be written */
	/* Kept for later. */
	TIERMM_RECLAIM_BUDGET,   /**< the budget is used up */
	TIERMM_RECLAIM_CHANGING, /**< the graph changed again and again */
	TIERMM_RECLAIM_CANCELLED /**< by tiermm_reclaim_cancel() */
};
/** Reasons run from 0 to one less than this. */
#define TIERMM_RECLAIM_REASONS 30

/**
 * Make one.
 *
 * @param out      the object; NULL on error
 * @param demotion where pages can go; must outlive it
 * @param options  behaviour, or NULL for the defaults
 * @param mem      allocator, or NULL for malloc
 * @retval 0              made
 * @retval -TIERMM_ENOMEM no memory
 * @retval -TIERMM_EINVAL @p demotion is NULL, or an option is out of range
 * @retval -TIERMM_E2BIG  an option that this library does not know is set
 * @threads setup
 * @since 0.1
 */
TIERMM_API int
tiermm_reclaim_create(struct tiermm_reclaim **out,
		      const struct tiermm_demotion *demotion,
		      const struct tiermm_reclaim_options *options,
		      const struct tiermm_alloc *mem);

/**
 * Bytes that tiermm_reclaim_init() needs.
 *
 * @param options as for create, or NULL
 * @param bytes   bytes needed; untouched on error
 * @retval 0              told
 * @retval -TIERMM_EINVAL @p bytes is NULL, or an option is out of range
 * @retval -TIERMM_E2BIG  an option that this library does not know is set
 * @threads read
 * @since 0.1
 */
TIERMM_API int
tiermm_reclaim_footprint(const struct tiermm_reclaim_options *options,
			 uint64_t *bytes);

/**
 * Make one in memory of the caller, who frees it after destroy.
 *
 * @param out      the object; NULL on error
 * @param memory   memory aligned to #TIERMM_ALIGN
 * @param bytes    its size
 * @param demotion as for create
 * @param options  as for footprint
 * @retval 0              made
 * @retval -TIERMM_ENOMEM @p bytes is less than the footprint
 * @retval -TIERMM_EINVAL misaligned memory, or as for create
 * @retval -TIERMM_E2BIG  an option that this library does not know is set
 * @threads setup
 * @since 0.1
 */
TIERMM_API int
tiermm_reclaim_init(struct tiermm_reclaim **out, void *memory, uint64_t bytes,
		    const struct tiermm_demotion *demotion,
		    const struct tiermm_reclaim_options *options);

/**
 * Give it back.
 *
 * @param r object, or NULL
 * @threads setup
 * @since 0.1
 */
TIERMM_API void tiermm_reclaim_destroy(struct tiermm_reclaim *r);

/**
 * The options in force, defaults filled in.
 *
 * @param r   object
 * @param out set `size`; the rest is filled
 * @retval 0              told
 * @retval -TIERMM_EINVAL a pointer is NULL, or the size is too small
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_reclaim_get_options(struct tiermm_reclaim *r,
					  struct tiermm_reclaim_options *out);

/**
 * Change the options. The next plan goes by them.
 *
 * @param r       object
 * @param options all of them; @c max_nodes 0, or as it was
 * @retval 0              changed
 * @retval -TIERMM_EINVAL NULL, or an option is out of range
 * @retval -TIERMM_E2BIG  an option that this library does not know is set
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int
tiermm_reclaim_set_options(struct tiermm_reclaim *r,
			   const struct tiermm_reclaim_options *options);

/**
 * Decide what is to be done first with each folio of a batch (R1 to R6, R9).
 *
 * Decides only, and counts nothing: what is never reported never was. Each
 * decision is overwritten; it is a DEMOTE, SPLIT, PAGE_OUT or DISCARD to act
 * upon, or final. An anonymous folio is never discarded. A damaged folio is
 * FAILED, with TIERMM_RECLAIM_INVALID; it stops nobody.
 *
 * Once reported, a decision counts as open until it is final: give up one that
 * is not by tiermm_reclaim_cancel() before its folio is planned again, or its
 * pages are open for ever.
 *
 * Target and back-off are looked up once a source node and call; with a choice
 * other than the first, once a folio. Any number of threads may plan while one
 * reports; together they run ahead of the rate limit by what each has in hand.
 *
 * @param r         object
 * @param context   the question; its random state and cursor move on
 * @param folios    @p n folios
 * @param n         how many
 * @param decisions room for @p n decisions
 * @retval 0              planned
 * @retval -TIERMM_EINVAL a pointer is NULL (arrays may be, if @p n is 0), or
 *                        @p context is out of range; nothing written
 * @retval -TIERMM_E2BIG  @p context sets what this library does not know
 * @threads read (the state behind @p context is the caller's)
 * @cost a few instructions a folio, one look-up a source node
 * @since 0.1
 */
TIERMM_API int tiermm_reclaim_plan(const struct tiermm_reclaim *r,
				   const struct tiermm_reclaim_context *context,
				   const struct tiermm_folio *folios,
				   uint64_t n,
				   struct tiermm_decision *decisions);

#ifdef __cplusplus
}
#endif
#endif
