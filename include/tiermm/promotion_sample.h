/* SPDX-License-Identifier: MIT */
/**
 * @file promotion_sample.h
 * Accesses on their way in: where from, when, to which page (P1).
 *
 *     hint faults   MARK the page ... HINT_FAULT: latency = time between them
 *     page tables   SCAN, at each look that finds it used
 *     counters      COUNTER, weight = the sampling interval
 *     application   APPLICATION, whenever it knows
 *
 * Any mix will do: what counts is the time since the mark or the access
 * before, and how often.
 */
#ifndef TIERMM_PROMOTION_SAMPLE_H
#define TIERMM_PROMOTION_SAMPLE_H

#include <tiermm/promotion.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Where a sample comes from. */
enum {
	TIERMM_SAMPLE_HINT_FAULT = 0, /**< a fault on a marked page */
	TIERMM_SAMPLE_SCAN,           /**< page-table scan: used since */
	TIERMM_SAMPLE_COUNTER,        /**< a hardware counter */
	TIERMM_SAMPLE_APPLICATION,    /**< the application says so */
	/** No access: from now on the next one will be noticed. */
	TIERMM_SAMPLE_MARK
};
/** Kinds run from 0 to one less than this. */
#define TIERMM_SAMPLES 5

/** One access. Never changes size. */
struct tiermm_sample {
	uint64_t page;     /**< index; of the first page of a larger folio */
	uint64_t time_ns;  /**< when, by the caller's clock */
	int32_t accessor;  /**< node that it came from, or none: not known */
	uint32_t weight;   /**< accesses that it stands for; 0: 1 */
	uint16_t kind;     /**< TIERMM_SAMPLE_... */
	uint16_t order;    /**< 2^order pages move together; at most 30 */
	uint32_t reserved; /**< zero */
};

/**
 * Take accesses in. Each ends in one reason, which is counted.
 *
 * @param p       object
 * @param samples accesses, oldest first
 * @param n       entries in @p samples
 * @retval 0              taken
 * @retval -TIERMM_EINVAL a pointer is NULL, or a sample is malformed (kind,
 *                        order, reserved, accessor); nothing was taken
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_promotion_samples(struct tiermm_promotion *p,
					const struct tiermm_sample *samples,
					uint64_t n);

#ifdef __cplusplus
}
#endif
#endif
