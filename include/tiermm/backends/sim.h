/* SPDX-License-Identifier: MIT */
/**
 * @file sim.h
 * A simulated machine, and the library's own policies at work on it.
 *
 *     topology ──> nodes, CPUs, speeds          sources (sim_source.h)
 *     options ───> policy, costs                        │ accesses
 *           └──────────> machine <──────────────────────┘
 *                          │  ^
 *       allocation, lists, │  │ memops: move, page out, discard
 *       scans, samples     v  │
 *                        engine ──> the policy code that runs anywhere else
 *
 * Every decision that the library can make is asked of the library; here are
 * only the machine and the operating system around it (S4). Time is virtual,
 * in nanoseconds; there is no floating point in state: equal input gives equal
 * output, byte for byte (S2).
 *
 *     tiermm_sim_create(&sim, machine, &options, &error, NULL);
 *     tiermm_sim_run(sim, source, NULL, NULL, &error);
 *     tiermm_sim_get_result(sim, &result);
 *
 * How time passes: each CPU has a clock, which its accesses push on by what
 * they cost; the time of the machine is their mean. A record of a stream may
 * stand for many accesses (`count`, `repeat`), so that what is done once (a
 * fault, a move) weighs as it would in a run of their length.
 *
 * Threads: a simulation has one owner at a time.
 */
#ifndef TIERMM_BACKENDS_SIM_H
#define TIERMM_BACKENDS_SIM_H

#include <tiermm/backends/sim_source.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A simulated machine in the middle of a run. */
struct tiermm_sim;

/** Pages that a machine can have. */
#define TIERMM_SIM_PAGES (UINT64_C(1) << 28)
/** Nodes that a machine can have. */
#define TIERMM_SIM_NODES 255

/** What is done about pages that do not fit (S5). */
enum {
	TIERMM_SIM_NONE = 0,  /**< discard and swap only */
	TIERMM_SIM_STATIC,    /**< first touch; nothing moves: a bound */
	TIERMM_SIM_IDEAL,     /**< all memory is the fastest: a bound */
	TIERMM_SIM_DEMOTION,  /**< down, and never up again */
	TIERMM_SIM_KERNEL,    /**< and up as Linux does it */
	TIERMM_SIM_HISTOGRAM, /**< and up by how often */
	TIERMM_SIM_LATENCY,   /**< likewise, while fast is faster */
	TIERMM_SIM_OWN        /**< and up by a table of the caller */
};
/** Policies run from 0 to one less than this. */
#define TIERMM_SIM_POLICIES 8

/** Flags of struct tiermm_sim_options. */
enum {
	TIERMM_SIM_DEFER = 1, /**< what is moved leaves old copies (flush.h) */
	TIERMM_SIM_CHECK = 2, /**< be your own oracle (S6): slower */
	TIERMM_SIM_LAYOUT = 4 /**< pages stand in frames (sim_layout.h) */
};

/** What things cost; zero means the default. */
struct tiermm_sim_costs {
	uint32_t size;         /**< sizeof of this struct where you compile */
	uint32_t flags;        /**< zero */
	uint32_t tlb_entries;  /**< of a CPU, a power of two; 0: 1024 */
	uint32_t tlb_miss_ns;  /**< a walk; 0: 30 */
	uint32_t fault_ns;     /**< first touch; 0: 600 */
	uint32_t hint_ns;      /**< a hint fault; 0: 1000 */
	uint32_t move_ns;      /**< a page moved, without copying; 0: 1000 */
	uint32_t shootdown_ns; /**< for who asks for one; 0: 4000 */
	uint32_t interrupt_ns; /**< for each CPU that is asked; 0: 1500 */
	uint32_t swap_in_ns;   /**< a page comes back; 0: 80 000 */
	uint32_t swap_out_ns;  /**< a page goes, where one waits; 0: 20 000 */
	uint32_t reserved;     /**< zero */
	/** A CPU flushes for reasons of its own once in this; 0: 10 ms. */
	uint64_t flush_period_ns;
};

/** What is simulated; zero means the default. */
struct tiermm_sim_options {
	uint32_t size;       /**< sizeof of this struct where you compile */
	uint32_t flags;      /**< TIERMM_SIM_DEFER, ... */
	uint32_t policy;     /**< TIERMM_SIM_NONE, ... */
	uint32_t page_bytes; /**< a power of two from 4096 on; 0: base page */
	uint64_t pages;      /**< page numbers run below this; not 0 */
	/** Accesses that each of a stream stands for; 0: 1; at most 2^20. */
	uint64_t repeat;
	uint64_t seed;        /**< of what is drawn */
	uint64_t interval_ns; /**< background work once in this; 0: 5 ms */
	uint64_t series_ns;   /**< a point of the series each; 0: none */
	uint32_t max_points;  /**< of the series, at least 2; 0: 4096 */
	/** Accesses a counter sample, for what counts; 0: 1009. */
	uint32_t sample_period;
	/** Marking of slow pages goes once round in this; 0: 60 s. */
	uint64_t scan_ns;
	uint64_t min_pages; /**< min mark of a node; 0: 1/1024 of it */
	const struct tiermm_sim_costs *costs;             /**< NULL: defaults */
	const struct tiermm_demotion_options *demotion;   /**< likewise */
	const struct tiermm_reclaim_options *reclaim;     /**< likewise */
	const struct tiermm_promotion_options *promotion; /**< likewise */
	/** For #TIERMM_SIM_OWN, else NULL. */
	const struct tiermm_promotion_policy *own;
	const struct tiermm_log *log; /**< decisions on record; NULL: none */
};

/**
 * Make a machine, all of its memory free.
 *
 * @param out      the simulation; NULL on error
 * @param topology the machine: nodes with memory, CPUs, speeds; a speed that
 *                 is unknown is 100 ns at distance 10, and 20 GB/s
 * @param options  what is simulated
 * @param error    what is wrong; may be NULL
 * @param mem      allocator, or NULL for malloc
 * @retval 0              made
 * @retval -TIERMM_EINVAL a pointer is NULL, an option is out of range, or no
 *                        node has memory: see @p error
 * @retval -TIERMM_E2BIG  an option that this library does not know is set
 * @retval -TIERMM_ENOMEM no memory
 * @retval others         as tiermm_engine_create()
 * @threads setup
 * @cost 15 bytes a page, promotion's included, and some 100 KiB
 * @since 0.1
 */
TIERMM_API int tiermm_sim_create(struct tiermm_sim **out,
				 struct tiermm_topology *topology,
				 const struct tiermm_sim_options *options,
				 struct tiermm_sim_error *error,
				 const struct tiermm_alloc *mem);

/**
 * Give a simulation back.
 *
 * @param s simulation, or NULL
 * @threads setup
 * @since 0.1
 */
TIERMM_API void tiermm_sim_destroy(struct tiermm_sim *s);

/**
 * Run accesses.
 *
 * @param s        simulation
 * @param accesses what the program does next
 * @param n        how many
 * @param error    what went wrong; may be NULL
 * @retval 0              done
 * @retval -TIERMM_EINVAL a pointer is NULL, a page beyond the room, or count 0
 * @retval -TIERMM_ENOMEM the simulated machine is out of memory
 * @retval -TIERMM_EPROTO the oracle found a breach: the run is over, and
 *                        @p error says what, with the last events
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_sim_feed(struct tiermm_sim *s,
			       const struct tiermm_sim_access *accesses,
			       uint64_t n, struct tiermm_sim_error *error);

/**
 * Run a source to its end.
 *
 * @param s        simulation
 * @param source   where accesses come from
 * @param progress called now and then with records done and in all
 *                 (or #TIERMM_SIM_UNKNOWN); anything but 0 ends the run, and
 *                 is returned; may be NULL
 * @param self     first argument of @p progress
 * @param error    what went wrong; may be NULL
 * @retval 0      the source has ended
 * @retval others as tiermm_sim_feed(), tiermm_sim_source_next()
 * @threads owner
 * @since 0.1
 */
TIERMM_API int
tiermm_sim_run(struct tiermm_sim *s, struct tiermm_sim_source *source,
	       int (*progress)(void *self, uint64_t done, uint64_t total),
	       void *self, struct tiermm_sim_error *error);

/**
 * The engine that decides, for its parts, its counters and its log.
 *
 * @param s simulation
 * @return its engine; NULL for NULL
 * @threads owner
 * @since 0.1
 */
TIERMM_API struct tiermm_engine *tiermm_sim_engine(struct tiermm_sim *s);

/**
 * Name of a policy, as tools spell it: "none", "kernel".
 *
 * @param policy TIERMM_SIM_NONE, ...
 * @return static text; NULL for an unknown one
 * @threads read
 * @since 0.1
 */
TIERMM_API const char *tiermm_sim_policy_name(uint32_t policy);

#ifdef __cplusplus
}
#endif
#endif
