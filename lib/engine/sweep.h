/* SPDX-License-Identifier: MIT */
/* A step of a sweep (L6), between what asks and what acts. */
#ifndef TIERMM_ENGINE_SWEEP_H
#define TIERMM_ENGINE_SWEEP_H

#include "engine/engine.h"

#include <tiermm/engine_layout.h>

/* A step of a sweep under way. */
struct tiermm__sweep {
	struct tiermm_engine *e;
	struct tiermm_relayout *r;
	struct tiermm_engine_sweep_options how;
	struct tiermm_memops ops;
	struct tiermm_engine_swept sums;
	struct tiermm__act act; /* for the log */
};

/*
 * The nodes of frames from this one on, at most so many, into the batch's
 * `where`. Returns how many are known, or not (TIERMM_NO_NODE); 0: nobody can
 * be asked.
 */
uint64_t tiermm__sweep_locate(struct tiermm__sweep *s, uint64_t frame,
			      uint64_t n, uint64_t most);
/*
 * One call of the table for the batch, and its report. Of an item whose index
 * is not 0, each frame was elsewhere before.
 */
int tiermm__sweep_act(struct tiermm__sweep *s);

#endif
