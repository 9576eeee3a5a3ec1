/* SPDX-License-Identifier: MIT */
/**
 * @file engine.h
 * One owner for everything that decides, and for the table that acts.
 *
 *                    ┌─ demotion graph ── where cold pages go
 *     topology ──────┤
 *     options   ┌────┴─ reclaim ───────── what is done with a cold page
 *         └──> engine ─ promotion ─────── which pages come back up
 *               └────┬─ flush ─────────── when old copies may be freed
 *     memops ────────┴─ log ───────────── every decision, on record
 *
 * The parts can be used by themselves (engine_parts.h gives them out): plan,
 * act and report go on as their own headers say, and an engine without a
 * memops table is only that. With a table, the engine's steps (engine_step.h)
 * do all three in one call. Parked copies are freed by any thread
 * (engine_drain.h); decisions are written to a ring (engine_log.h).
 *
 * Promotion and the flush tracker are optional. Memory is taken here, at
 * creation; steps take none. What changes the machine (tiermm_engine_event())
 * takes some for a new graph, and says so where there is none.
 *
 * Callbacks run on the calling thread, inside the call, with no lock held and
 * nothing half changed but that the engine is marked as in use: whoever comes
 * in meanwhile is told -TIERMM_EBUSY. One that never returns (longjmp) leaves
 * the engine fit for readers, for drains, for tiermm_engine_recover() and to
 * be destroyed. After fork() the child may read and destroy.
 *
 * Lifetime: what is handed in by pointer (topology apart, which is counted)
 * outlives the engine. Readers are gone before tiermm_engine_destroy().
 */
#ifndef TIERMM_ENGINE_H
#define TIERMM_ENGINE_H

#include <tiermm/demotion_change.h>
#include <tiermm/engine_drain.h>
#include <tiermm/engine_log.h>
#include <tiermm/memops.h>
#include <tiermm/promotion_map.h>
#include <tiermm/promotion.h>
#include <tiermm/reclaim.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Everything that decides about one machine. */
struct tiermm_engine;

/** Items that go into one call of the table, unless told otherwise. */
#define TIERMM_ENGINE_BATCH_DEFAULT 512
/** The most that can be asked for. */
#define TIERMM_ENGINE_BATCH_MAX 4096

/** What an engine is made of; zero means the default. */
struct tiermm_engine_options {
	uint32_t size;  /**< sizeof of this struct where you compile */
	uint32_t flags; /**< zero */
	uint32_t batch; /**< items a call; 0: 512; at most 4096 */
	/** Requests for pages that are parked; 0: none is. */
	uint32_t max_requests;
	/** Base pages that steps leave free on each target. */
	uint64_t reserve_pages;
	/** Keys of promotion's indices: base + (index << shift) ... */
	uint64_t key_base;
	uint32_t key_shift; /**< at most 63 */
	uint32_t reserved;  /**< zero */
	/** ... or as they stand in this map. */
	struct tiermm_promotion_map *map;
	const struct tiermm_demotion_options *demotion;   /**< NULL: defaults */
	const struct tiermm_reclaim_options *reclaim;     /**< NULL: defaults */
	const struct tiermm_promotion_options *promotion; /**< NULL: none */
	/** A tracker of the caller's; NULL: one of its own, or none. */
	struct tiermm_flush *flush;
	/** For a tracker of the engine's own; NULL: none. */
	const struct tiermm_flush_options *flush_options;
	const struct tiermm_flusher *flusher; /**< NULL: drains plan only */
	const struct tiermm_log *log;         /**< NULL: no log */
};

/** What a node has; the engine adds what is parked. Never changes size. */
struct tiermm_engine_room {
	int32_t node; /**< its id */
	/** Latency under its present load; 0: unknown. */
	uint32_t loaded_latency_ns;
	uint64_t managed_pages; /**< base pages that can be given out */
	uint64_t min_pages;     /**< its min mark */
	uint64_t free_pages;    /**< free now, without parked ones */
	uint64_t present_pages; /**< pages it has; 0: as managed */
	uint64_t reserved;      /**< zero */
};

/** Counters of an engine and its parts: where each part's begin. */
enum {
	TIERMM_ENGINE_STEPS = 0,    /**< steps begun */
	TIERMM_ENGINE_CALLS,        /**< calls of the table */
	TIERMM_ENGINE_CALLS_FAILED, /**< of these, as a whole */
	TIERMM_ENGINE_ITEMS,        /**< items handed to the table */
	TIERMM_ENGINE_ASKED_AGAIN,  /**< items whose place was asked for */
	TIERMM_ENGINE_FOUND_DONE,   /**< of these, done after all */
	TIERMM_ENGINE_NOT_TRIED,    /**< items spared: target known full */
	TIERMM_ENGINE_PARKED_PAGES, /**< base pages parked by steps */
	TIERMM_ENGINE_NOT_PARKED,   /**< pages that were not, though linked */
	TIERMM_ENGINE_STRANDED,     /**< requests that deferral's stop caught */
	TIERMM_ENGINE_DRAINS,       /**< drains asked for */
	TIERMM_ENGINE_FREED_PAGES,  /**< base pages that drains, reaps gave */
	TIERMM_ENGINE_ALLOC_FAILED, /**< failures told */
	TIERMM_ENGINE_RECOVERED,    /**< callbacks that never returned */
	/** First of TIERMM_DEMOTION_COUNTERS. */
	TIERMM_ENGINE_OF_DEMOTION = 64,
	/** First of TIERMM_RECLAIM_COUNTERS. */
	TIERMM_ENGINE_OF_RECLAIM = 128,
	/** First of TIERMM_RECLAIM_REASONS: pages that left, by reason. */
	TIERMM_ENGINE_OF_REASONS = 192,
	/** First of TIERMM_RECLAIM_REASONS: cold pages not demoted. */
	TIERMM_ENGINE_OF_NOT_DEMOTED = 256,
	/** First of TIERMM_OUTCOMES: actions reported to reclaim. */
	TIERMM_ENGINE_OF_OUTCOMES = 320,
	/** First of TIERMM_PROMOTION_COUNTERS. */
	TIERMM_ENGINE_OF_PROMOTION = 384,
	/** First of TIERMM_FLUSH_COUNTERS. */
	TIERMM_ENGINE_OF_FLUSH = 512,
	TIERMM_ENGINE_COUNTERS = 576 /**< how many there are */
};

/**
 * Make an engine.
 *
 * @param out          the engine; NULL on error
 * @param topology     the machine; a reference is taken
 * @param options      what of, or NULL for the defaults
 * @param ops          who acts; copied; NULL: nobody, and there are no steps
 * @param capabilities TIERMM_CAN_...: what of it may be called
 * @param problem      what is wrong with the demotion options; may be NULL
 * @param mem          allocator, or NULL for malloc
 * @retval 0              made
 * @retval -TIERMM_ENOMEM no memory
 * @retval -TIERMM_EINVAL an option is out of range, both kinds of tracker are
 *                        given, or requests without a tracker
 * @retval -TIERMM_E2BIG  an option that this library does not know is set
 * @retval others         as tiermm_demotion_create(), tiermm_memops_adopt(),
 *                        tiermm_promotion_create()
 * @threads setup
 * @since 0.1
 */
TIERMM_API int tiermm_engine_create(struct tiermm_engine **out,
				    struct tiermm_topology *topology,
				    const struct tiermm_engine_options *options,
				    const struct tiermm_memops *ops,
				    uint64_t capabilities,
				    struct tiermm_problem *problem,
				    const struct tiermm_alloc *mem);

/**
 * Bytes that tiermm_engine_init() needs, parts and all.
 *
 * @param topology the machine
 * @param options  as for create
 * @param bytes    bytes needed; untouched on error
 * @retval 0      told
 * @retval others as for create
 * @threads read
 * @since 0.1
 */
TIERMM_API int
tiermm_engine_footprint(struct tiermm_topology *topology,
			const struct tiermm_engine_options *options,
			uint64_t *bytes);

/**
 * tiermm_engine_create() in memory of the caller, who frees it after destroy
 * (and, as tiermm_demotion_init() says, after the last reader of a snapshot).
 *
 * @param out          the engine; NULL on error
 * @param memory       memory aligned to #TIERMM_ALIGN
 * @param bytes        its size
 * @param topology     the machine; a reference is taken
 * @param options      as for create
 * @param ops          as for create
 * @param capabilities as for create
 * @param problem      as for create
 * @param mem          allocator for rebuilds of the graph; NULL: there are none
 * @retval 0              made
 * @retval -TIERMM_ENOMEM @p bytes is less than the footprint
 * @retval -TIERMM_EINVAL misaligned memory, or as for create
 * @retval others         as for create
 * @threads setup
 * @since 0.1
 */
TIERMM_API int tiermm_engine_init(struct tiermm_engine **out, void *memory,
				  uint64_t bytes,
				  struct tiermm_topology *topology,
				  const struct tiermm_engine_options *options,
				  const struct tiermm_memops *ops,
				  uint64_t capabilities,
				  struct tiermm_problem *problem,
				  const struct tiermm_alloc *mem);

/**
 * Give it back, also where a callback never returned. Of a tracker of the
 * caller's: nothing that the engine parked may be in it any more.
 *
 * @param e engine, or NULL
 * @threads setup
 * @since 0.1
 */
TIERMM_API void tiermm_engine_destroy(struct tiermm_engine *e);

/**
 * A callback of the table never returned, and never will: let the engine be
 * used again. What the step under way had planned never was.
 *
 * @param e     engine, which no thread is inside
 * @param freed what the step under way had parked, and is parked no more: of
 *              those pages that were moved, flush before the old copy is freed;
 *              then tiermm_engine_take_back()
 * @retval 0              ready
 * @retval -TIERMM_EINVAL a pointer is NULL
 * @threads setup
 * @since 0.1
 */
TIERMM_API int tiermm_engine_recover(struct tiermm_engine *e,
				     struct tiermm_flush_freed *freed);

/**
 * Tell what nodes have. Marks follow the sizes (L11); steps take from the room
 * as they move pages, until the next telling. All or nothing: one wrong entry,
 * and none is taken.
 *
 * @param e     engine
 * @param rooms new values; other nodes keep theirs
 * @param n     entries in @p rooms
 * @retval 0              taken
 * @retval -TIERMM_EINVAL a pointer is NULL, or a reserved field is set
 * @retval -TIERMM_ENODEV a node beyond the room
 * @retval -TIERMM_EBUSY  another thread is inside, and nothing was taken; or
 *                        inside tiermm_engine_reclaim(): tell all of it again
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_engine_set_rooms(struct tiermm_engine *e,
				       const struct tiermm_engine_room *rooms,
				       uint64_t n);

/**
 * Something happened to the machine: tell every part.
 *
 * A node that lost its last memory is a target no more when this returns, has
 * no marks and no room: pages planned for it before come back as target gone.
 *
 * @param e      engine
 * @param event  what happened
 * @param effect TIERMM_EFFECT_... bits; may be NULL
 * @retval 0              done
 * @retval -TIERMM_ENOMEM, -TIERMM_ENOTSUP no new graph, but a node that is
 *                        gone is gone all the same
 * @retval others         as tiermm_demotion_event(); nothing changed
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_engine_event(struct tiermm_engine *e,
				   const struct tiermm_event *event,
				   uint32_t *effect);

/**
 * Read the counters of the engine and of its parts, each by itself, while
 * others are written. Those of parts that it lacks are 0.
 *
 * @param e     engine
 * @param out   room for @p cap counters, by TIERMM_ENGINE_... index
 * @param cap   entries in @p out
 * @param n_out counters there are; the first @p cap of them are written
 * @retval 0              read
 * @retval -TIERMM_EINVAL a pointer is NULL
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_engine_counters(const struct tiermm_engine *e,
				      uint64_t *out, uint64_t cap,
				      uint64_t *n_out);

#ifdef __cplusplus
}
#endif
#endif
