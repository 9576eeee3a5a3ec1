/* SPDX-License-Identifier: MIT */
/**
 * @file engine_log.h
 * What an engine decided, record by record, fit to be decided again.
 *
 *     STEP demote, 3 folios          what came in          (inputs, if asked)
 *     FOLIO 0x1000 on 0 ...
 *     FOLIO 0x2000 on 0 ...
 *     FOLIO 0x3000 on 0 ...
 *     TRY   0x1000 0 -> 2: done      what was tried
 *     TRY   0x2000 0 -> 2: busy
 *     FINAL 0x1000 demoted to 2      what came out
 *     FINAL 0x2000 kept: busy
 *     FINAL 0x3000 activated
 *
 * The records stand in a ring that the caller supplies at creation (struct
 * tiermm_log); the engine writes them and reads nothing back. Whoever owns the
 * engine takes them out, and stores them wherever he likes: a record is 64
 * bytes of fixed-width fields without a pointer. When the ring is full, the
 * oldest records give way, and are counted.
 *
 * With everything recorded (#TIERMM_LOG_ALL), a log from production can be
 * decided again under another policy: engine_replay.h does it. Who wants to do
 * it himself: tiermm_log_step() finds one step after another,
 * tiermm_log_folios(), _samples() and _allowed() give back what came in. These
 * are pure functions over an array of records. docs/engine.md says what the
 * fields of each kind are.
 */
#ifndef TIERMM_ENGINE_LOG_H
#define TIERMM_ENGINE_LOG_H

#include <tiermm/event.h>
#include <tiermm/folio.h>
#include <tiermm/nodeset.h>
#include <tiermm/promotion_sample.h>

#ifdef __cplusplus
extern "C" {
#endif

struct tiermm_engine;
struct tiermm_engine_room;

/** What a record is about. */
enum {
	TIERMM_RECORD_NONE = 0,
	TIERMM_RECORD_STEP,    /**< a call began: detail TIERMM_STEP_... */
	TIERMM_RECORD_FOLIO,   /**< input: a folio */
	TIERMM_RECORD_ALLOWED, /**< input: word @c page of the allowed set */
	TIERMM_RECORD_SAMPLE,  /**< input: an access */
	TIERMM_RECORD_ROOM,    /**< input: managed, free, min of a node */
	TIERMM_RECORD_EVENT,   /**< input: something happened to the machine */
	TIERMM_RECORD_TRY,     /**< an action, tried or spared: its outcome */
	TIERMM_RECORD_FINAL    /**< what became of a folio in the end */
};
/** Kinds run from 0 to one less than this. */
#define TIERMM_RECORDS 9

/** For tiermm_log::kinds: bit n for kind n. What goes in. */
#define TIERMM_LOG_INPUTS 0x7eu
/** What comes out, with the steps and the events around it; the default. */
#define TIERMM_LOG_DECISIONS 0x1c2u
/** Everything. */
#define TIERMM_LOG_ALL 0x1feu

/** Which call a step was. */
enum {
	TIERMM_STEP_DEMOTE = 1, /**< tiermm_engine_demote() */
	TIERMM_STEP_BALANCE,    /**< tiermm_engine_balance() */
	TIERMM_STEP_SAMPLES,    /**< tiermm_engine_samples() */
	TIERMM_STEP_PROMOTE,    /**< tiermm_engine_promote() */
	TIERMM_STEP_SWEEP       /**< tiermm_engine_sweep(); keys are frames */
};

/** One record. Never changes size. */
struct tiermm_record {
	uint64_t number;   /**< from 0, without gaps where nothing was lost */
	uint64_t time_ns;  /**< caller's time of the step that it belongs to */
	uint64_t page;     /**< key of the page; see the kind */
	uint64_t value[2]; /**< numbers of the kind; see tiermm_record_text() */
	uint32_t kind;     /**< TIERMM_RECORD_... */
	uint32_t flags;    /**< of the context, the folio or the sample */
	int32_t from;      /**< node, or none */
	int32_t to;        /**< node, or none */
	uint32_t reason;   /**< as the decision gave it */
	uint16_t verdict;  /**< TIERMM_VERDICT_... */
	uint16_t detail;   /**< step, order, outcome or number of tries */
};

/** A ring of records, in memory of the caller. Copied at creation. */
struct tiermm_log {
	uint32_t size;                 /**< sizeof where you compile */
	uint32_t flags;                /**< zero */
	struct tiermm_record *records; /**< room for @c capacity records */
	uint64_t capacity;             /**< at least 1 */
	uint64_t kinds; /**< bits to record; 0: #TIERMM_LOG_DECISIONS */
};

/** One step in an array of records. */
struct tiermm_logged_step {
	uint32_t size;       /**< sizeof of this struct where you compile */
	uint32_t flags;      /**< zero */
	uint32_t step;       /**< filled: TIERMM_STEP_... */
	uint32_t context;    /**< filled: flags of its context */
	uint32_t reclaimer;  /**< filled: who asked, for reclaim */
	int32_t node;        /**< filled: the node balanced, or none */
	uint64_t time_ns;    /**< filled */
	uint64_t budget;     /**< filled: base pages, 0 for no bound */
	uint64_t n_items;    /**< filled: folios or samples that came in */
	uint64_t begin;      /**< filled: index of its STEP record */
	uint64_t end;        /**< filled: index behind its last record */
	uint32_t restricted; /**< filled: 1: it had an allowed set */
	uint32_t reserved;   /**< zero */
};

/**
 * Take records out of an engine's ring, oldest first.
 *
 * @param e     engine
 * @param out   room for @p cap records
 * @param cap   entries in @p out
 * @param n_out records written
 * @param lost  records that gave way since the last call; may be NULL
 * @retval 0               taken, perhaps none
 * @retval -TIERMM_EINVAL  a pointer is NULL
 * @retval -TIERMM_ENOTSUP the engine has no log
 * @retval -TIERMM_EBUSY   another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_engine_log_take(struct tiermm_engine *e,
				      struct tiermm_record *out, uint64_t cap,
				      uint64_t *n_out, uint64_t *lost);

/**
 * Find the next step in an array of records.
 *
 * @param records records, in order
 * @param n       how many
 * @param from    index to look from: 0, then @c end of the step before
 * @param out     the step
 * @retval 0              found
 * @retval -TIERMM_ENOENT no step begins at @p from or behind it
 * @retval -TIERMM_EINVAL a pointer is NULL, or @p out is too small
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_log_step(const struct tiermm_record *records, uint64_t n,
			       uint64_t from, struct tiermm_logged_step *out);

/**
 * The folios that came into a step, in their order.
 *
 * @param records records in which the step was found
 * @param step    the step
 * @param out     room for @p cap folios
 * @param cap     entries in @p out
 * @param n_out   folios recorded; the first @p cap of them are written
 * @retval 0              told
 * @retval -TIERMM_EINVAL a pointer is NULL
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_log_folios(const struct tiermm_record *records,
				 const struct tiermm_logged_step *step,
				 struct tiermm_folio *out, uint64_t cap,
				 uint64_t *n_out);

/**
 * The samples that came into a step, in their order.
 *
 * @param records records in which the step was found
 * @param step    the step
 * @param out     room for @p cap samples
 * @param cap     entries in @p out
 * @param n_out   samples recorded; the first @p cap of them are written
 * @retval 0              told
 * @retval -TIERMM_EINVAL a pointer is NULL
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_log_samples(const struct tiermm_record *records,
				  const struct tiermm_logged_step *step,
				  struct tiermm_sample *out, uint64_t cap,
				  uint64_t *n_out);

/**
 * The allowed set of a step.
 *
 * @param records records in which the step was found
 * @param step    the step
 * @param out     the set; empty where none was recorded
 * @retval 0              told
 * @retval -TIERMM_EINVAL a pointer is NULL
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_log_allowed(const struct tiermm_record *records,
				  const struct tiermm_logged_step *step,
				  struct tiermm_nodeset *out);

/**
 * The event that a record tells of.
 *
 * @param record an EVENT record
 * @param out    the event
 * @retval 0              told
 * @retval -TIERMM_EINVAL a pointer is NULL, or it is of another kind
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_record_event(const struct tiermm_record *record,
				   struct tiermm_event *out);

/**
 * What a node was said to have.
 *
 * @param record a ROOM record
 * @param out    as it was told to tiermm_engine_set_rooms(), but for
 *               @c present_pages, which is not on record
 * @retval 0              told
 * @retval -TIERMM_EINVAL a pointer is NULL, or it is of another kind
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_record_room(const struct tiermm_record *record,
				  struct tiermm_engine_room *out);

/**
 * Write a record as one line without a line end.
 *
 * @param record record
 * @param out    room for @p cap characters, the last of which is a zero byte
 * @param cap    characters in @p out; may be 0
 * @param n_out  length of the whole line without its zero byte; may be NULL
 * @retval 0              written, cut at @p cap - 1 characters if it is longer
 * @retval -TIERMM_EINVAL @p record is NULL, or @p out is though @p cap is not 0
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_record_text(const struct tiermm_record *record, char *out,
				  uint64_t cap, uint64_t *n_out);

#ifdef __cplusplus
}
#endif
#endif
