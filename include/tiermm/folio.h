/* SPDX-License-Identifier: MIT */
/**
 * @file folio.h
 * What reclaim, promotion and the engine say to one another: pages as values.
 *
 *     struct tiermm_folio      what the embedder knows about a run of pages
 *     struct tiermm_decision   what is to be done with it, and how far that is
 *
 *     plan ──> DEMOTE to 2 ──> (moved?) ──report──> done: final
 *                                  │ target full
 *                                  └──> DEMOTE to 3 ──> ... SPLIT, PAGE_OUT,
 *                                                       DISCARD, KEEP
 *
 * A *folio* is 2^order base pages that are kept, moved or given up together.
 * Both structures stand in arrays, side by side: decision i is about folio i.
 */
#ifndef TIERMM_FOLIO_H
#define TIERMM_FOLIO_H

#include <tiermm/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What is known about a folio, bit by bit. */
enum {
	TIERMM_FOLIO_ACTIVE = 1,      /**< used often: belongs on top */
	TIERMM_FOLIO_REFERENCED = 2,  /**< used since the last look */
	TIERMM_FOLIO_UNEVICTABLE = 4, /**< locked in memory by its owner */
	TIERMM_FOLIO_WRITEBACK = 8,   /**< being written to its backing */
	TIERMM_FOLIO_LOCKED = 16,     /**< somebody works on it right now */
	TIERMM_FOLIO_HUGETLB = 32,    /**< from a pool of huge pages */
	TIERMM_FOLIO_DIRTY = 64,      /**< differs from its backing */
	TIERMM_FOLIO_ANON = 128,      /**< backed by swap, not by a file */
	TIERMM_FOLIO_MAPPED = 256,    /**< mapped somewhere */
	TIERMM_FOLIO_WRITABLE = 512,  /**< mapped writable somewhere */
	TIERMM_FOLIO_PIECE = 1024     /**< of a larger folio that was split */
};
/** All that this header knows. */
#define TIERMM_FOLIO_ALL 2047u
/** Orders run from 0 to this. */
#define TIERMM_FOLIO_MAX_ORDER 30

/** A run of pages. Never changes size. */
struct tiermm_folio {
	uint64_t page;     /**< key: an address, frame or handle; never read */
	uint64_t age_ns;   /**< time since it was last known to be used */
	int32_t node;      /**< where it is */
	uint32_t order;    /**< it has 2^order base pages */
	uint32_t flags;    /**< TIERMM_FOLIO_... */
	uint32_t reserved; /**< zero */
};

/** What is to be done with a folio, or was done. */
enum {
	TIERMM_VERDICT_NONE = 0, /**< not decided yet */
	TIERMM_VERDICT_DEMOTE,   /**< move it to @c to, a slower node */
	TIERMM_VERDICT_SPLIT,    /**< split it; hand its pieces in */
	TIERMM_VERDICT_PAGE_OUT, /**< swap it out or write it back */
	TIERMM_VERDICT_DISCARD,  /**< drop it: its backing is up to date */
	TIERMM_VERDICT_KEEP,     /**< back to its list */
	TIERMM_VERDICT_ACTIVATE, /**< to the list of what is used often */
	TIERMM_VERDICT_FAILED    /**< could not be done; it is where it was */
};
/** Verdicts run from 0 to one less than this. */
#define TIERMM_VERDICTS 8

/** A verdict in the making. Never changes size. */
struct tiermm_decision {
	uint32_t verdict;  /**< TIERMM_VERDICT_... */
	uint32_t reason;   /**< TIERMM_RECLAIM_...: why */
	int32_t to;        /**< target, for DEMOTE; else none */
	uint16_t attempt;  /**< tries so far */
	uint16_t final;    /**< 1: nothing more comes */
	uint64_t pages;    /**< base pages that are done with */
	uint64_t reserved; /**< the library's; zero it once */
};

#ifdef __cplusplus
}
#endif
#endif
