/* SPDX-License-Identifier: MIT */
/**
 * @file engine_replay.h
 * A log from production, decided again: what would another policy have done?
 *
 *     records ──> rooms, events ──> engine of another policy
 *        │        samples               │  plan, report: its own code
 *        │        folios                v
 *        └─ outcomes of then ────> a table that is the log
 *                                       │
 *        folio 0x1000: then demote to node 2, now keep: rate
 *
 * The engine is the caller's, made with the options that are to be tried and
 * without a table of operations. As long as a replay lives, the log is its
 * table, and nobody else takes steps with it. Each step on record is taken
 * again, by the same code that takes steps in production:
 *
 * - What came in then comes in again: folios as they were, samples, rooms,
 *   events, the budget that the step had, and as many items a call (make the
 *   engine with #TIERMM_ENGINE_BATCH_MAX, so that there is room for them).
 * - An action that was tried then comes out as it came out then.
 * - One that was not is taken to work, unless the room that was last told of
 *   its target, with what has come and gone since, is too small: then it is
 *   told TARGET_FULL. Nobody can know better from a log.
 * - Promotion's pages stand where this engine moved them, as long as it moved
 *   them otherwise than the log; all others stand where the log says.
 *
 * So under the options of then each decision comes out as it did then. Under
 * others, what came in stays as it was, though it would have changed with the
 * decisions before it: read a replay as the answer to "what would this policy
 * have said to these questions", and simulate the rest (backends/sim.h).
 *
 * A log has everything that this needs if it was written with #TIERMM_LOG_ALL.
 * Where records are missing (the ring was full), their step is passed over and
 * counted, and pages are placed anew. A log may begin anywhere.
 *
 * Threads: all calls on one replay are `owner`, and the engine's owner is it.
 */
#ifndef TIERMM_ENGINE_REPLAY_H
#define TIERMM_ENGINE_REPLAY_H

#include <tiermm/engine_step.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A log that is decided again. */
struct tiermm_replay;

/** Records that a step may have, unless told otherwise. */
#define TIERMM_REPLAY_RECORDS_DEFAULT 65536
/** The most that can be asked for. */
#define TIERMM_REPLAY_RECORDS_MAX (UINT64_C(1) << 30)

/** Room of a replay; zero means the default. */
struct tiermm_replay_options {
	uint32_t size;        /**< sizeof of this struct where you compile */
	uint32_t flags;       /**< zero */
	uint64_t max_records; /**< of one step; 0: 65536 */
};

/** What is done with a page: a TIERMM_VERDICT_..., or one of these. */
enum {
	TIERMM_REPLAY_PROMOTE = TIERMM_VERDICTS, /**< moved up */
	TIERMM_REPLAY_STAY                       /**< not moved by promotion */
};
/** Actions run from 0 to one less than this. */
#define TIERMM_REPLAY_ACTIONS 10

/** A decision of then and of now, side by side. Never changes size. */
struct tiermm_replayed {
	uint64_t time_ns;      /**< of the step */
	uint64_t page;         /**< key on record; else this engine's */
	uint64_t pages;        /**< base pages in it */
	uint64_t value;        /**< STAY, now: what was compared, as in ... */
	uint64_t limit;        /**< ... struct tiermm_promotion_why */
	uint32_t step;         /**< TIERMM_STEP_... */
	int32_t from;          /**< where it was */
	int32_t then_to;       /**< where it went then, or none */
	int32_t now_to;        /**< where it goes now, or none */
	uint32_t then_action;  /**< TIERMM_VERDICT_... or TIERMM_REPLAY_... */
	uint32_t now_action;   /**< the same of now */
	uint32_t then_reason;  /**< TIERMM_RECLAIM_...; promotion: 0 */
	uint32_t now_reason;   /**< the same; promotion: TIERMM_PROMOTION_... */
	uint32_t then_outcome; /**< promotion: TIERMM_OUTCOME_..., else 0 */
	uint32_t now_outcome;  /**< the same of now */
};

/** What a replay came to so far. Filled by the library. */
struct tiermm_replay_sums {
	uint32_t size;      /**< sizeof of this struct where you compile */
	uint32_t flags;     /**< zero */
	uint64_t steps;     /**< decided again, and samples taken in */
	uint64_t cut;       /**< steps passed over: not whole on record */
	uint64_t refused;   /**< inputs that this engine does not take */
	uint64_t gaps;      /**< places where numbers are missing */
	uint64_t lost;      /**< numbers missing there */
	uint64_t samples;   /**< accesses taken in */
	uint64_t decisions; /**< sum of the next three */
	uint64_t same;      /**< the same action, to the same node */
	uint64_t elsewhere; /**< the same action, to another node */
	uint64_t other;     /**< another action */
	/** Base pages, by the action of then and that of now. */
	uint64_t pages[TIERMM_REPLAY_ACTIONS][TIERMM_REPLAY_ACTIONS];
};

/**
 * Begin a replay.
 *
 * @param out     the replay; NULL on error
 * @param engine  who decides, without a table; must outlive the replay
 * @param options room, or NULL for the defaults
 * @param mem     allocator, or NULL for malloc
 * @retval 0              begun
 * @retval -TIERMM_ENOMEM no memory
 * @retval -TIERMM_EINVAL a pointer is NULL, the engine has a table, or an
 *                        option is out of range
 * @retval -TIERMM_E2BIG  an option that this library does not know is set
 * @threads setup
 * @since 0.1
 */
TIERMM_API int tiermm_replay_create(struct tiermm_replay **out,
				    struct tiermm_engine *engine,
				    const struct tiermm_replay_options *options,
				    const struct tiermm_alloc *mem);

/**
 * Bytes that tiermm_replay_init() needs.
 *
 * @param engine  as for create
 * @param options as for create
 * @param bytes   bytes needed; untouched on error
 * @retval 0              told
 * @retval -TIERMM_EINVAL, -TIERMM_E2BIG as for create
 * @threads read
 * @since 0.1
 */
TIERMM_API int
tiermm_replay_footprint(const struct tiermm_engine *engine,
			const struct tiermm_replay_options *options,
			uint64_t *bytes);

/**
 * tiermm_replay_create() in memory of the caller, who frees it after destroy.
 *
 * @param out     the replay; NULL on error
 * @param memory  memory aligned to #TIERMM_ALIGN
 * @param bytes   its size
 * @param engine  as for create
 * @param options as for create
 * @retval 0              begun
 * @retval -TIERMM_ENOMEM @p bytes is less than the footprint
 * @retval -TIERMM_EINVAL misaligned memory, or as for create
 * @retval -TIERMM_E2BIG  as for create
 * @threads setup
 * @since 0.1
 */
TIERMM_API int tiermm_replay_init(struct tiermm_replay **out, void *memory,
				  uint64_t bytes, struct tiermm_engine *engine,
				  const struct tiermm_replay_options *options);

/**
 * Give it back; the engine has no table again.
 *
 * @param r replay, or NULL
 * @threads setup
 * @since 0.1
 */
TIERMM_API void tiermm_replay_destroy(struct tiermm_replay *r);

/**
 * Take in what stands before the next step, and decide that one again.
 *
 * The step has to be whole in the array: one that ends where the array does
 * counts as whole. Who reads a log in pieces asks tiermm_log_step() first.
 *
 * @param r       replay
 * @param records records, in order, behind those that were used before
 * @param n       how many
 * @param out     room for @p cap decisions; may be NULL if 0
 * @param cap     entries in @p out
 * @param n_out   decisions of this step; the first @p cap of them are written
 * @param used    records used: up to the end of the step
 * @retval 0              decided; 0 decisions for samples, and for a step that
 *                        was passed over
 * @retval -TIERMM_ENOENT no step is left; all records were used
 * @retval -TIERMM_ENOSPC the step has more records than there is room for; it
 *                        was passed over
 * @retval -TIERMM_EINVAL a pointer is NULL
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @cost a step of the engine, and a look-up an action
 * @since 0.1
 */
TIERMM_API int tiermm_replay_step(struct tiermm_replay *r,
				  const struct tiermm_record *records,
				  uint64_t n, struct tiermm_replayed *out,
				  uint64_t cap, uint64_t *n_out,
				  uint64_t *used);

/**
 * Sums so far.
 *
 * @param r   replay
 * @param out set `size`; the rest is filled
 * @retval 0              told
 * @retval -TIERMM_EINVAL a pointer is NULL, or the size is too small
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_replay_get_sums(struct tiermm_replay *r,
				      struct tiermm_replay_sums *out);

/**
 * Name of an action: "demote", "promote", "stay".
 *
 * @param action TIERMM_VERDICT_... or TIERMM_REPLAY_...
 * @return static text; NULL for an unknown one
 * @threads read
 * @since 0.1
 */
TIERMM_API const char *tiermm_replay_action_name(uint32_t action);

/**
 * Write a decision of then and of now as one line without a line end.
 *
 * @param replayed the decision
 * @param out      room for @p cap characters, the last of which is a zero byte
 * @param cap      characters in @p out; may be 0
 * @param n_out    length of the whole line without its zero byte; may be NULL
 * @retval 0              written, cut at @p cap - 1 characters if it is longer
 * @retval -TIERMM_EINVAL @p replayed is NULL, or @p out is though @p cap is
 *                        not 0
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_replayed_text(const struct tiermm_replayed *replayed,
				    char *out, uint64_t cap, uint64_t *n_out);

#ifdef __cplusplus
}
#endif
#endif
