/* SPDX-License-Identifier: MIT */
/* How the readers and generators of this backend become sources. */
#ifndef TIERMM_SIM_SOURCE_H
#define TIERMM_SIM_SOURCE_H

#include "memory.h"
#include "report.h"

#include <tiermm/backends/sim_source.h>

#include <stdatomic.h>

/* Pages that stay together where addresses become page numbers. */
#define TIERMM__SIM_REGION_PAGES 512

/* A kind of source. Slots that are NULL mean: it cannot, or has nothing. */
struct tiermm__sim_kind {
	int (*next)(void *self, struct tiermm_sim_access *out, uint64_t cap,
		    uint64_t *n_out, struct tiermm_sim_error *error);
	int (*rewind)(void *self);
	void (*destroy)(void *self);
	/* Fill in what has become known. */
	void (*learn)(void *self, struct tiermm_sim_source_info *info);
	int (*address)(void *self, uint64_t page, uint64_t *address);
};

struct tiermm_sim_source {
	struct tiermm_alloc mem;
	struct tiermm__sim_kind kind;
	void *self;
	struct tiermm_sim_source_info info;
	int check;          /* the caller's own: trust nothing that it says */
	uint64_t records;   /* given out since the beginning */
	uint64_t accesses;  /* their counts */
	_Atomic int inside; /* an owner is at work */
};

/*
 * Make a source of a kind. Where that fails, self is not touched; afterwards
 * it belongs to the source.
 */
int tiermm__sim_source_make(struct tiermm_sim_source **out,
			    const struct tiermm__sim_kind *kind, void *self,
			    const struct tiermm_sim_source_info *info,
			    const struct tiermm_alloc *mem);

/* The one-owner rule, for everything that this backend makes. */
int tiermm__sim_enter(_Atomic int *inside);
void tiermm__sim_leave(_Atomic int *inside);

/* Copy a name, cut where it is too long. */
void tiermm__sim_name(char *out, uint64_t cap, const char *name);

#endif
