/* SPDX-License-Identifier: MIT */
/**
 * @file flush.h
 * Flush generations: when may the old copy of a moved page be freed?
 *
 *     mover    unmap A, stamp (7), move, queue      A is parked
 *     agent 0  ........ begin reads 7 [flush] end: 7 ...................
 *     agent 1  begin reads 6 [ flush ] end: 6 .... begin 7 [flush] end 7
 *                                                                  │
 *     both have flushed what could still name A: A may be freed ───┘
 *
 * An *agent* is whoever may hold a stale translation of a page: a CPU, a
 * virtual CPU, an IOMMU, a thread with pointers from a table. A *flush* is
 * whatever makes it forget them. The tracker does not care which; it counts
 * generations and remembers for each agent the one before which all is gone.
 * Moves that wait for the flushes that agents do anyway need none of their
 * own.
 *
 * Three flavours, chosen at creation:
 * - #TIERMM_FLUSH_FENCED: an agent that becomes active pays for a fence;
 * - #TIERMM_FLUSH_PAIRED: it does not; whoever looks at the agents first runs
 *   a barrier in every thread of the process (struct tiermm_barrier, which
 *   the linux backend fills);
 * - #TIERMM_FLUSH_EXTERNAL: there are no agents; the embedder declares with
 *   tiermm_flush_done() what its own RCU, safepoints or kicks have reached.
 *
 * Here stand the tracker and its generations. Agents are in flush_agent.h,
 * what a mover does in flush_request.h, when a page may change in
 * flush_settle.h, who frees in flush_drain.h.
 *
 * Time is never a grace period, and nothing here waits: it is polled. Calls
 * are lock-free but for those marked `owner`, and allocate nothing.
 *
 * Lifetime: agents have left and nothing is parked or retired when
 * tiermm_flush_destroy() is called.
 */
#ifndef TIERMM_FLUSH_H
#define TIERMM_FLUSH_H

#include <tiermm/alloc.h>
#include <tiermm/error.h>
#include <tiermm/retire.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A tracker of generations. */
struct tiermm_flush;
/** A page that was moved (flush_request.h). */
struct tiermm_flush_page;

/** How agents and those who look at them see each other. */
enum {
	TIERMM_FLUSH_FENCED = 0, /**< a fence in each agent (the default) */
	TIERMM_FLUSH_PAIRED,     /**< a barrier in all threads by who looks */
	TIERMM_FLUSH_EXTERNAL    /**< no agents: the embedder declares */
};

/** Why a page is moved, bit by bit. */
enum {
	TIERMM_MOVED_FOR_DEMOTION = 1,  /**< to a slower node, to make room */
	TIERMM_MOVED_FOR_BALANCING = 2, /**< nearer to who uses it */
	TIERMM_MOVED_FOR_PROMOTION = 4, /**< to a faster node */
	TIERMM_MOVED_FOR_COMPACTION = 8 /**< within a node */
};

/** Agents that a tracker can have at most. */
#define TIERMM_FLUSH_MAX_AGENTS 65536

/** A barrier in every running thread of the process. */
struct tiermm_barrier {
	uint32_t size;  /**< sizeof of this struct where you compile */
	uint32_t flags; /**< zero */
	void *self;     /**< first argument of @c run */
	/**
	 * Required. When it returns 0, each thread of the process has passed a
	 * full memory barrier since the call began. Anything else is an error
	 * code, which the call that needed the barrier returns.
	 */
	int (*run)(void *self);
};

/** A page was given back, or used, before an agent had flushed. */
struct tiermm_flush_breach {
	uint32_t size;       /**< sizeof of this struct where it was filled */
	uint32_t agent;      /**< who could still see the page */
	uint64_t generation; /**< what the agent would have to reach */
	uint64_t reached;    /**< what it has reached */
	const struct tiermm_flush_page *page; /**< the page */
};

/** Check mode: prove every give-back, fail loudly. */
struct tiermm_flush_check {
	uint32_t size;  /**< sizeof of this struct where you compile */
	uint32_t flags; /**< zero */
	void *self;     /**< first argument of @c breach */
	/** Required. Called for each agent and page that was too early. */
	void (*breach)(void *self, const struct tiermm_flush_breach *breach);
};

/** What a tracker is made for; zero means the default. */
struct tiermm_flush_options {
	uint32_t size;       /**< sizeof of this struct where you compile */
	uint32_t flags;      /**< zero */
	uint32_t flavour;    /**< TIERMM_FLUSH_FENCED, ... */
	uint32_t max_agents; /**< agents from 0 up; 0: 256 */
	uint32_t max_nodes;  /**< nodes from 0 up; 0: 1024 */
	/** Reasons that allow deferral; 0: demotion and balancing. */
	uint32_t reasons;
	uint64_t start;      /**< first generation; 0: 1 */
	uint64_t max_pages;  /**< base pages parked a node; 0: no bound */
	uint64_t max_age_ns; /**< how long they may be parked; 0: no bound */
	/** Needed by #TIERMM_FLUSH_PAIRED; copied. */
	const struct tiermm_barrier *barrier;
	/** Switches the check mode on; NULL: off. Copied. */
	const struct tiermm_flush_check *check;
	/** Places in a request: one a page, one a copy; 0: 64. */
	uint64_t request_pages;
};

/** Most places that a request may have. */
#define TIERMM_FLUSH_MAX_REQUEST_PAGES 65536

/** Counters, by index; those of pages count base pages. */
enum {
	TIERMM_FLUSH_GENERATION = 0, /**< generation now */
	TIERMM_FLUSH_QUEUED,         /**< requests queued */
	TIERMM_FLUSH_QUEUED_PAGES,   /**< pages queued */
	TIERMM_FLUSH_DRAINED_PAGES,  /**< pages given back by a drain */
	TIERMM_FLUSH_REAPED_PAGES,   /**< pages given back without a flush */
	TIERMM_FLUSH_DRAINS,         /**< drains planned that took anything */
	TIERMM_FLUSH_DRAINS_FREE,    /**< of these, no agent had to flush */
	TIERMM_FLUSH_FLUSHES,        /**< agents that drains asked to flush */
	TIERMM_FLUSH_SPARED,         /**< agents in sets, passed by then */
	TIERMM_FLUSH_BARRIERS,       /**< barriers run in all threads */
	TIERMM_FLUSH_REFUSED,        /**< pages not deferred: full or stopped */
	TIERMM_FLUSH_CLOCK_BACK,     /**< times found before their beginning */
	TIERMM_FLUSH_BREACHES,       /**< found by the check mode */
	TIERMM_FLUSH_COUNTERS        /**< how many counters there are */
};

/**
 * Make a tracker.
 *
 * @param out     the tracker; NULL on error
 * @param options what for, or NULL for the defaults
 * @param mem     allocator, or NULL for malloc
 * @retval 0              made
 * @retval -TIERMM_ENOMEM no memory
 * @retval -TIERMM_EINVAL an option is out of range, or the flavour needs a
 *                        barrier and there is none
 * @retval -TIERMM_E2BIG  an option that this library does not know is set
 * @threads setup
 * @since 0.1
 */
TIERMM_API int tiermm_flush_create(struct tiermm_flush **out,
				   const struct tiermm_flush_options *options,
				   const struct tiermm_alloc *mem);

/**
 * Bytes that tiermm_flush_init() needs: a cache line an agent and two a node.
 *
 * @param options what for, or NULL
 * @param bytes   bytes needed; untouched on error
 * @retval 0              told
 * @retval -TIERMM_EINVAL, -TIERMM_E2BIG as tiermm_flush_create()
 * @threads read
 * @since 0.1
 */
TIERMM_API int
tiermm_flush_footprint(const struct tiermm_flush_options *options,
		       uint64_t *bytes);

/**
 * tiermm_flush_create() in memory of the caller, who frees it after destroy.
 *
 * @param out     the tracker; NULL on error
 * @param memory  memory aligned to #TIERMM_ALIGN
 * @param bytes   its size
 * @param options what for, or NULL
 * @retval 0              made
 * @retval -TIERMM_ENOMEM @p bytes is too small
 * @retval -TIERMM_EINVAL @p memory is NULL or not aligned, or as create
 * @retval -TIERMM_E2BIG  as tiermm_flush_create()
 * @threads setup
 * @since 0.1
 */
TIERMM_API int tiermm_flush_init(struct tiermm_flush **out, void *memory,
				 uint64_t bytes,
				 const struct tiermm_flush_options *options);

/**
 * Give a tracker back. What was retired through it and is still held is
 * released now: its readers are gone.
 *
 * @param f tracker, or NULL
 * @threads setup
 * @since 0.1
 */
TIERMM_API void tiermm_flush_destroy(struct tiermm_flush *f);

/**
 * The generation now. Whoever defers anything of his own unpublishes it and
 * calls tiermm_flush_open_generation(); this one is for looking.
 *
 * @param f tracker
 * @return the generation; never 0, but for a NULL tracker
 * @threads read
 * @since 0.1
 */
TIERMM_API uint64_t tiermm_flush_generation(const struct tiermm_flush *f);

/**
 * Begin a new generation. What the caller unpublished before is behind every
 * agent that has passed it.
 *
 * @param f   tracker
 * @param out the new generation, to poll
 * @retval 0              begun
 * @retval -TIERMM_EINVAL a pointer is NULL
 * @threads shared; lock-free
 * @since 0.1
 */
TIERMM_API int tiermm_flush_open_generation(struct tiermm_flush *f,
					    uint64_t *out);

/**
 * Whether every agent has passed a generation: is outside, or has flushed
 * since. Costs one load where that is known already, else one for each agent
 * and, in the paired flavour, a barrier for each new generation.
 *
 * @param f          tracker
 * @param generation as tiermm_flush_open_generation() gave it
 * @retval 1              passed
 * @retval 0              not yet
 * @retval -TIERMM_EINVAL @p f is NULL, or @p generation is 0
 * @retval others         what the barrier returned
 * @threads shared; wait-free
 * @since 0.1
 */
TIERMM_API int tiermm_flush_poll(struct tiermm_flush *f, uint64_t generation);

/**
 * Declare a generation done (#TIERMM_FLUSH_EXTERNAL): take
 * tiermm_flush_generation(), wait for a grace period of your own that began
 * after that, and tell.
 *
 * @param f          tracker
 * @param generation what is done, and all before it
 * @retval 0               told; an older one than before changes nothing
 * @retval -TIERMM_EINVAL  @p f is NULL, or the generation never was
 * @retval -TIERMM_ENOTSUP the tracker has agents of its own
 * @threads shared; lock-free
 * @since 0.1
 */
TIERMM_API int tiermm_flush_done(struct tiermm_flush *f, uint64_t generation);

/**
 * Base pages parked on a node: they count as free for watermarks, and are so
 * after a drain.
 *
 * @param f    tracker
 * @param node node
 * @param out  pages queued and not given back yet
 * @retval 0              told
 * @retval -TIERMM_EINVAL a pointer is NULL
 * @retval -TIERMM_ENODEV the tracker has no such node
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_flush_pending(const struct tiermm_flush *f, int32_t node,
				    uint64_t *out);

/**
 * Read the counters, each by itself, while others are written.
 *
 * @param f     tracker
 * @param out   room for @p cap counters, by TIERMM_FLUSH_... index
 * @param cap   entries in @p out
 * @param n_out counters there are; the first @p cap of them are written
 * @retval 0              read
 * @retval -TIERMM_EINVAL a pointer is NULL
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_flush_counters(const struct tiermm_flush *f,
				     uint64_t *out, uint64_t cap,
				     uint64_t *n_out);

#ifdef __cplusplus
}
#endif
#endif
