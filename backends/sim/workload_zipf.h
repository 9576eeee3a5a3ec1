/* SPDX-License-Identifier: MIT */
/*
 * Zipf: rank r of n (from 1) is drawn with a probability in proportion to
 * r^-theta, in integers and in constant time.
 *
 * Ranks are put into buckets: the first 2048 have one each, after that each
 * octave is cut into 1024 of equal width. Walker's alias method draws a
 * bucket, and each rank in it is equally likely. Within a bucket the weights
 * differ by theta * 2^-10 at most, so that a rank's probability is off by
 * theta * 2^-11 of itself at most, beside 2^-16 for rounding. The table has a
 * few thousand entries for any number of pages, and stays in a cache.
 */
#ifndef TIERMM_SIM_ZIPF_H
#define TIERMM_SIM_ZIPF_H

#include "memory.h"

#include <tiermm/random.h>

/* theta is given in units of 2^-60, and is below this many. */
#define TIERMM__SIM_THETA_LIMIT 8

struct tiermm__sim_zipf;

/* -TIERMM_ENOMEM; n from 1 to TIERMM_SIM_PAGE_LIMIT. */
int tiermm__sim_zipf_create(struct tiermm__sim_zipf **out, uint64_t n,
			    uint64_t theta, const struct tiermm_alloc *mem);
void tiermm__sim_zipf_destroy(struct tiermm__sim_zipf *z);

/* A rank, from 0: 0 is the most frequent. */
uint64_t tiermm__sim_zipf_draw(const struct tiermm__sim_zipf *z,
			       struct tiermm_random *random);

#endif
