/* SPDX-License-Identifier: MIT */
/*
 * A fast node that answers slower than those below it should shed (P5): its
 * coldest pages go down, a batch an interval, until it is the faster one again.
 * The engine decides where they go; what finds no room stays.
 */
#include "machine.h"

#include <tiermm/engine_parts.h>
#include <tiermm/engine_step.h>

/* Pages that are looked at for the coldest of them. */
#define SHED_LOOK 4096

static int shed_one(struct tiermm_sim *s, int32_t node)
{
	struct tiermm_reclaim_context context = {
		.size = sizeof(context),
		.reclaimer = TIERMM_RECLAIMER_PROACTIVE,
		.choice = TIERMM_CHOICE_RANDOM,
		.random = &s->random,
		.now_ns = sim_now(s),
	};
	struct tiermm_step step = { .size = sizeof(step) };
	uint64_t n = 0;
	int err = tiermm_promotion_cold(tiermm_engine_promotion(s->engine),
					context.now_ns, node, SHED_LOOK,
					s->folios, SIM_BATCH, &n);

	if (err || n == 0)
		return err;
	err = tiermm_engine_demote(s->engine, &context, NULL, s->folios, n,
				   s->decisions, &step);
	return err ? err : step.error;
}

int tiermm__sim_shed(struct tiermm_sim *s, const struct tiermm_nodeset *nodes)
{
	int err = 0;

	for (uint32_t i = 0; i < s->n_nodes && !err; i++)
		if (tiermm_nodeset_has(nodes, s->node[i].id))
			err = shed_one(s, s->node[i].id);
	return err;
}
