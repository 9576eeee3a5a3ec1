/* SPDX-License-Identifier: MIT */
/* What an engine is made of: between its creation and its parts'. */
#ifndef TIERMM_ENGINE_MAKE_H
#define TIERMM_ENGINE_MAKE_H

#include "engine/engine.h"

enum {
	TIERMM__FLUSH,
	TIERMM__DEMOTION,
	TIERMM__RECLAIM,
	TIERMM__PROMOTION,
	TIERMM__PARTS
};

/* What an engine is made of, checked. */
struct tiermm__plan {
	struct tiermm_topology *topology;
	struct tiermm_engine_options o;
	struct tiermm_promotion_options promotion;
	struct tiermm_memops ops;
	uint32_t has_ops;
	struct tiermm_flusher flusher;
	struct tiermm__ring ring;
	uint64_t request_bytes;
	struct tiermm_problem *problem;
	const struct tiermm_alloc *mem; /* the caller's, for the parts */
	uint32_t inside; /* parts stand in the engine's own memory */
	/* Bytes and places of the parts, where they stand inside. */
	uint64_t bytes[TIERMM__PARTS];
	void *place[TIERMM__PARTS];
};

/* make.c */

/* All parts, or none and an error. */
int tiermm__make_parts(struct tiermm_engine *e, const struct tiermm__plan *p);
void tiermm__drop_parts(struct tiermm_engine *e);

#endif
