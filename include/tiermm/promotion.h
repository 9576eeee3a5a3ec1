/* SPDX-License-Identifier: MIT */
/**
 * @file promotion.h
 * The way back up: which pages on slow nodes have become hot.
 *
 *     samples ──> 8 bytes a page ──> candidates ──plan──> moves
 *     (any source)                    (bounded)             │ the embedder,
 *        rooms ──────────────────────────┘                  v or the engine
 *     where pages are <──────────── report <──────────── results
 *
 * Accesses come in from whatever source there is: hint faults, scans of page
 * tables, hardware counters, the application's own knowledge (P1):
 * promotion_sample.h. A policy says which page is hot (promotion_policy.h);
 * plan says where it goes, and report takes what came of it
 * (promotion_plan.h); promotion_explain.h says why. Pages are dense indices, 0
 * to `pages` - 1; promotion_map.h makes such indices of other keys.
 *
 * A page that nobody placed is of no interest: tell where pages are with
 * tiermm_promotion_set_pages(), and what others moved with
 * tiermm_promotion_pages_moved(). All memory is taken by create.
 *
 *     struct tiermm_promotion_options o = { .size = sizeof(o),
 *                                           .pages = 1 << 20 };
 *     tiermm_promotion_create(&p, graph, &o, NULL);
 *     tiermm_promotion_set_pages(p, 0, 1 << 20, 2);
 *     tiermm_promotion_set_rooms(p, rooms, n_rooms);
 *     tiermm_promotion_samples(p, samples, n);
 *     tiermm_promotion_plan(p, NULL, moves, 64, &n_moves, NULL);
 *     ... move them ...
 *     tiermm_promotion_report(p, now_ns, moves, results, n_moves);
 *
 * Time is the caller's. Where it goes backwards, no time has passed, and that
 * is counted.
 *
 * Threads: all calls on one object are `owner`, but for the counters.
 */
#ifndef TIERMM_PROMOTION_H
#define TIERMM_PROMOTION_H

#include <tiermm/alloc.h>
#include <tiermm/demotion_graph.h>
#include <tiermm/promotion_policy.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What is known about pages, and which of them are to go up. */
struct tiermm_promotion;

/** Most pages of one object. */
#define TIERMM_PROMOTION_PAGES_MAX (UINT64_C(1) << 48)
/** Most candidates at a time. */
#define TIERMM_PROMOTION_CANDIDATES_MAX (1u << 24)

enum {
	/** No guard against ping-pong (P4). */
	TIERMM_PROMOTION_NO_GUARD = 1,
	/**
	 * With any policy: no move to a node whose loaded latency is the
	 * greater one (P5).
	 */
	TIERMM_PROMOTION_BALANCE = 2
};

/** Room and parameters; zero means the default. */
struct tiermm_promotion_options {
	uint32_t size;           /**< sizeof of this struct where you compile */
	uint32_t flags;          /**< TIERMM_PROMOTION_NO_GUARD, ... */
	uint64_t pages;          /**< indices are below this; not 0 */
	uint32_t policy;         /**< TIERMM_PROMOTION_KERNEL, ... */
	uint32_t max_candidates; /**< at a time; 0: 4096 */
	uint32_t max_nodes;      /**< node ids from 0 up; 0: as many as now */
	/** Kernel: hot below this at first, in ms; 0: 1000. */
	uint32_t hot_threshold_ms;
	/** Kernel: the threshold changes once in this time; 0: 60 000. */
	uint32_t adjust_period_ms;
	/** Candidates a target and second, in 2^20 bytes; 0: 65 536. */
	uint32_t rate_limit_mibps;
	/** Guard: down this soon after going up is ping-pong; 0: 10 000. */
	uint32_t guard_ms;
	/** Guard: held back so long, doubled each time up to 64; 0: 10 000. */
	uint32_t guard_delay_ms;
	/** Histogram: counts are halved once in this time; 0: 10 000. */
	uint32_t cool_ms;
	/** A candidate not used for this time is none; 0: 10 000. */
	uint32_t stale_ms;
	/** For TIERMM_PROMOTION_OWN, else NULL; copied. */
	const struct tiermm_promotion_policy *own;
};

/**
 * Counters, by index. Each sample has one reason up to _RATE_LIMIT or
 * _REFUSED; each candidate (_HOT, _FREE_SPACE) is one still, or went up, was
 * withdrawn, or counts under _DISPLACED, _STALE or _GAVE_UP.
 */
enum {
	TIERMM_PGPROMOTE_SUCCESS = 0,   /**< pages that went up to the top */
	TIERMM_PGPROMOTE_CANDIDATE,     /**< pages, before the rate limit */
	TIERMM_PGPROMOTE_CANDIDATE_NRL, /**< pages that the limit did not see */
	TIERMM_PROMOTION_SAMPLES,       /**< samples handed in */
	TIERMM_PROMOTION_RAISED,        /**< pages up, but not to the top */
	TIERMM_PROMOTION_LOWERED,       /**< pages down: by exchange, or told */
	TIERMM_PROMOTION_PING_PONG,     /**< pages down again too soon (P4) */
	TIERMM_PROMOTION_EXCHANGED,  /**< pages planned up for one down (P3) */
	TIERMM_PROMOTION_EXTRA,      /**< pages moved beyond what was asked */
	TIERMM_PROMOTION_CLOCK_BACK, /**< times that went backwards */
	TIERMM_PROMOTION_WENT_UP,    /**< candidates that report said are up */
	TIERMM_PROMOTION_WITHDRAWN,  /**< candidates moved or freed by others */
	TIERMM_PROMOTION_ERRORS,     /**< slots of the policy that failed */
	TIERMM_PROMOTION_ADJUSTED,   /**< changes of the hot threshold */
	/** First of TIERMM_PROMOTION_REASONS counters, a reason each. */
	TIERMM_PROMOTION_BY_REASON = 16,
	/** First of TIERMM_OUTCOMES counters: items reported. */
	TIERMM_PROMOTION_BY_OUTCOME = 48,
	TIERMM_PROMOTION_COUNTERS = 64 /**< how many there are */
};

/**
 * Make one.
 *
 * @param out     the object; NULL on error
 * @param graph   tiers, top and distances; a reference is taken
 * @param options room and parameters
 * @param mem     allocator, or NULL for malloc
 * @retval 0              made
 * @retval -TIERMM_ENOMEM no memory
 * @retval -TIERMM_EINVAL an option is out of range, or a slot is missing
 * @retval -TIERMM_E2BIG  an option that this library does not know is set
 * @retval -TIERMM_ENOSPC the machine has more nodes than @c max_nodes
 * @threads setup
 * @since 0.1
 */
TIERMM_API int
tiermm_promotion_create(struct tiermm_promotion **out,
			struct tiermm_demotion_graph *graph,
			const struct tiermm_promotion_options *options,
			const struct tiermm_alloc *mem);

/**
 * Bytes that tiermm_promotion_init() needs: 8 a page, and what candidates and
 * nodes take.
 *
 * @param graph   as for create; may be NULL if @c max_nodes is given
 * @param options as for create
 * @param bytes   bytes needed; untouched on error
 * @retval 0              told
 * @retval -TIERMM_EINVAL, -TIERMM_E2BIG, -TIERMM_ENOSPC as for create
 * @threads read
 * @since 0.1
 */
TIERMM_API int
tiermm_promotion_footprint(const struct tiermm_demotion_graph *graph,
			   const struct tiermm_promotion_options *options,
			   uint64_t *bytes);

/**
 * Make one in memory of the caller, who frees it after destroy.
 *
 * @param out     the object; NULL on error
 * @param memory  memory aligned to #TIERMM_ALIGN
 * @param bytes   its size
 * @param graph   as for create
 * @param options as for create
 * @retval 0              made
 * @retval -TIERMM_ENOMEM @p bytes is less than the footprint
 * @retval -TIERMM_EINVAL misaligned memory, or as for create
 * @retval -TIERMM_E2BIG, -TIERMM_ENOSPC as for create
 * @threads setup
 * @since 0.1
 */
TIERMM_API int
tiermm_promotion_init(struct tiermm_promotion **out, void *memory,
		      uint64_t bytes, struct tiermm_demotion_graph *graph,
		      const struct tiermm_promotion_options *options);

/**
 * Give one back, also where a slot of its policy never returned.
 *
 * @param p object, or NULL
 * @threads setup
 * @since 0.1
 */
TIERMM_API void tiermm_promotion_destroy(struct tiermm_promotion *p);

/**
 * The machine changed: go by this graph from now on. Rooms of nodes that it
 * lacks are forgotten; pages stay where they were said to be.
 *
 * @param p     object
 * @param graph the new one; a reference is taken
 * @retval 0              done
 * @retval -TIERMM_EINVAL a pointer is NULL
 * @retval -TIERMM_ENOSPC it has a node id beyond the room; nothing changed
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_promotion_set_graph(struct tiermm_promotion *p,
					  struct tiermm_demotion_graph *graph);

/**
 * What nodes can take. A node that nobody speaks of has no room; who is about
 * to go is told with 0 free pages. A node counts as one zone.
 *
 * @param p     object
 * @param rooms new values; other nodes keep theirs
 * @param n     entries in @p rooms
 * @retval 0              taken
 * @retval -TIERMM_EINVAL a pointer is NULL, or a reserved field is set
 * @retval -TIERMM_ENODEV a node that the graph lacks; nothing was taken
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int
tiermm_promotion_set_rooms(struct tiermm_promotion *p,
			   const struct tiermm_promotion_room *rooms,
			   uint64_t n);

/**
 * Say where pages are, as new ones: whatever was known of them is dropped.
 *
 * @param p     object
 * @param first first page
 * @param n     pages
 * @param node  where they are; #TIERMM_NO_NODE: nowhere, they are free
 * @retval 0              taken
 * @retval -TIERMM_EINVAL @p p is NULL, or pages beyond the room
 * @retval -TIERMM_ENODEV node beyond the room
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @cost a store a page
 * @since 0.1
 */
TIERMM_API int tiermm_promotion_set_pages(struct tiermm_promotion *p,
					  uint64_t first, uint64_t n,
					  int32_t node);

/**
 * Say that pages moved by other means: demotion above all. Going down soon
 * after going up counts as ping-pong (P4); crossing tiers unsets their time.
 *
 * @param p      object
 * @param now_ns the caller's time
 * @param first  first page
 * @param n      pages
 * @param node   where they are now
 * @retval 0              taken
 * @retval -TIERMM_EINVAL, -TIERMM_ENODEV, -TIERMM_EBUSY as for set_pages
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_promotion_pages_moved(struct tiermm_promotion *p,
					    uint64_t now_ns, uint64_t first,
					    uint64_t n, int32_t node);

/**
 * Read the counters, each by itself, while others are written.
 *
 * @param p     object
 * @param out   room for @p cap counters
 * @param cap   entries in @p out
 * @param n_out counters there are; the first @p cap of them are written
 * @retval 0              read
 * @retval -TIERMM_EINVAL a pointer is NULL
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_promotion_counters(const struct tiermm_promotion *p,
					 uint64_t *out, uint64_t cap,
					 uint64_t *n_out);

#ifdef __cplusplus
}
#endif
#endif
