/* SPDX-License-Identifier: MIT */
/*
 * The parts of an engine, made in the order in which they need one another,
 * and dropped in the reverse.
 */
#include "engine/make.h"

#include <stddef.h>

static int make_flush(struct tiermm_engine *e, const struct tiermm__plan *p)
{
	e->flush = p->o.flush;
	if (!p->o.flush_options)
		return 0;
	e->own_flush = 1;
	if (p->inside)
		return tiermm_flush_init(&e->flush, p->place[TIERMM__FLUSH],
					 p->bytes[TIERMM__FLUSH],
					 p->o.flush_options);
	return tiermm_flush_create(&e->flush, p->o.flush_options, p->mem);
}

/* Old graphs are retired through the tracker, if there is one. */
static int make_demotion(struct tiermm_engine *e, const struct tiermm__plan *p)
{
	const struct tiermm_retire *with = NULL;
	struct tiermm_retire retire;
	int err = 0;

	if (e->flush) {
		err = tiermm_flush_retire(e->flush, &retire);
		with = &retire;
	}
	if (err)
		return err;
	if (p->inside)
		return tiermm_demotion_init(&e->demotion,
					    p->place[TIERMM__DEMOTION],
					    p->bytes[TIERMM__DEMOTION],
					    p->topology, p->o.demotion, with,
					    p->problem, p->mem);
	return tiermm_demotion_create(&e->demotion, p->topology, p->o.demotion,
				      with, p->problem, p->mem);
}

static int make_reclaim(struct tiermm_engine *e, const struct tiermm__plan *p)
{
	struct tiermm_reclaim_options o = { .size = sizeof(o) };
	int err;

	if (p->inside)
		err = tiermm_reclaim_init(&e->reclaim,
					  p->place[TIERMM__RECLAIM],
					  p->bytes[TIERMM__RECLAIM],
					  e->demotion, p->o.reclaim);
	else
		err = tiermm_reclaim_create(&e->reclaim, e->demotion,
					    p->o.reclaim, p->mem);
	if (!err)
		err = tiermm_reclaim_get_options(e->reclaim, &o);
	e->max_nodes = o.max_nodes;
	return err;
}

static int make_promotion(struct tiermm_engine *e, const struct tiermm__plan *p)
{
	struct tiermm_demotion_graph *graph;
	int err;

	if (!p->o.promotion)
		return 0;
	e->promotion_nodes = p->promotion.max_nodes;
	e->promotion_pages = p->promotion.pages;
	err = tiermm_demotion_snapshot(e->demotion, &graph);
	if (err)
		return err;
	if (p->inside)
		err = tiermm_promotion_init(&e->promotion,
					    p->place[TIERMM__PROMOTION],
					    p->bytes[TIERMM__PROMOTION], graph,
					    p->o.promotion);
	else
		err = tiermm_promotion_create(&e->promotion, graph,
					      p->o.promotion, p->mem);
	tiermm_demotion_graph_unref(graph);
	return err;
}

void tiermm__drop_parts(struct tiermm_engine *e)
{
	tiermm_promotion_destroy(e->promotion);
	tiermm_reclaim_destroy(e->reclaim);
	tiermm_demotion_destroy(e->demotion);
	if (e->own_flush)
		tiermm_flush_destroy(e->flush);
}

int tiermm__make_parts(struct tiermm_engine *e, const struct tiermm__plan *p)
{
	int err = make_flush(e, p);

	if (!err)
		err = make_demotion(e, p);
	if (!err)
		err = make_reclaim(e, p);
	if (!err)
		err = make_promotion(e, p);
	if (!err)
		err = tiermm__follow_graph(e);
	if (err)
		tiermm__drop_parts(e);
	return err;
}
