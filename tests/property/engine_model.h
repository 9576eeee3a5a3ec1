/* SPDX-License-Identifier: MIT */
/*
 * An engine over a mock with random faults, and what a model knows of each
 * page: where it is, and whether its link is parked or handed out.
 */
#ifndef TESTS_PROPERTY_ENGINE_MODEL_H
#define TESTS_PROPERTY_ENGINE_MODEL_H

#include <tiermm/backends/mock.h>

#define MODEL_PAGES 48
#define MODEL_NODES 4
#define MODEL_AGENTS 3
/* Pages stand this far apart, so that large ones have room. */
#define MODEL_SPACING 8
#define MODEL_MAX_ORDER 2
#define MODEL_SHIFT 12

struct model {
	struct tiermm_mock *mock;
	struct tiermm_engine *e;
	struct tiermm_flush *f;
	struct tiermm_flush_agent *agent[MODEL_AGENTS];
	struct tiermm_random random;
	uint64_t now_ns;
	int32_t where[MODEL_PAGES];
	uint32_t order[MODEL_PAGES];
	struct tiermm_flush_page link[MODEL_PAGES];
	/* 1: handed to the tracker, and not back yet. */
	uint32_t parked[MODEL_PAGES];
	/* 1: handed out by the slot, in this step. */
	uint32_t out[MODEL_PAGES];
	uint32_t stops;
	uint64_t seen[TIERMM_VERDICTS];
	uint64_t drained, promoted, parked_up;
};

static inline uint64_t model_below(struct model *m, uint64_t bound)
{
	return tiermm_random_below(&m->random, bound);
}

static inline uint64_t model_key(uint64_t page)
{
	return page * MODEL_SPACING << MODEL_SHIFT;
}

/* A run of this seed, with pages on some nodes. */
void model_begin(struct model *m, uint64_t seed,
		 struct tiermm_topology *topology);

/* I22: all that was parked comes back, and nothing is left. */
void model_end(struct model *m);

/* Reap, drain, or an allocation that failed; each link comes back once. */
void model_free_some(struct model *m);

/* Deferral is stopped, or goes on. */
void model_stop_or_resume(struct model *m);

/* The next calls of the table fail, or end otherwise. */
void model_disturb(struct model *m);

/* A node has more room or less. */
void model_tell_room(struct model *m);

/* Some pages that are nowhere are somewhere again. */
void model_come_back(struct model *m);

#endif
