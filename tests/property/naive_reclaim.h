/* SPDX-License-Identifier: MIT */
/*
 * The rules of reclaim once more, as literally as they can be written down
 * (spec 2, R2 to R6), without back-off, rate and budget: the oracle of the
 * property tests. Nothing is shared with the library but the graph's sets.
 */
#ifndef TESTS_PROPERTY_NAIVE_RECLAIM_H
#define TESTS_PROPERTY_NAIVE_RECLAIM_H

#include <tiermm/demotion_graph.h>
#include <tiermm/memops.h>
#include <tiermm/reclaim.h>

/* Node ids of these machines are below this. */
#define NAIVE_IDS 12

/* The question as it stands now. */
struct naive_reclaim {
	struct tiermm_demotion_graph *g; /* as published */
	struct tiermm_nodeset blocked;
	struct tiermm_nodeset allowed;
	struct tiermm_reclaim_context c; /* c.allowed: that one, or NULL */
};

/* What is to be expected of a folio. */
struct naive_item {
	uint32_t verdict; /* TIERMM_VERDICT_..., open unless final */
	int final;
	int32_t to;
	int32_t first;     /* target, once there was one */
	uint32_t distance; /* of the last node behind it, from it */
	int32_t last;      /* that node; NONE: none yet */
	int unsure;
	int fallen;
};

/* What plan has to say. */
void naive_plan(const struct naive_reclaim *w, struct naive_item *it,
		const struct tiermm_folio *folio);

/* What report has to say to this outcome of an open item. */
void naive_report(const struct naive_reclaim *w, struct naive_item *it,
		  const struct tiermm_folio *folio, uint32_t outcome);

#endif
