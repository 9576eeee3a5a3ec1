/* SPDX-License-Identifier: MIT */
/**
 * @file engine_parts.h
 * The parts of an engine, for whoever acts himself; and its part in a change
 * of the layout.
 *
 *     r = tiermm_engine_reclaim(e);
 *     tiermm_reclaim_plan(r, &context, folios, n, decisions);
 *     ... act, under locks of your own ...
 *     tiermm_reclaim_report(r, &context, folios, decisions, results, n, &open);
 *
 * The parts belong to the engine and live as long as it does. Their own thread
 * rules hold; a step uses them too, so that one who reports by himself while a
 * step runs is told -TIERMM_EBUSY, or the step is.
 */
#ifndef TIERMM_ENGINE_PARTS_H
#define TIERMM_ENGINE_PARTS_H

#include <tiermm/engine.h>
#include <tiermm/layout_listen.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Where cold pages go.
 *
 * @param e engine
 * @return its published graph
 * @threads read
 * @since 0.1
 */
TIERMM_API struct tiermm_demotion *
tiermm_engine_demotion(const struct tiermm_engine *e);

/**
 * What is done with cold pages.
 *
 * @param e engine
 * @return its reclaim
 * @threads read
 * @since 0.1
 */
TIERMM_API struct tiermm_reclaim *
tiermm_engine_reclaim(const struct tiermm_engine *e);

/**
 * Which pages come back up.
 *
 * @param e engine
 * @return its promotion, or NULL
 * @threads read
 * @since 0.1
 */
TIERMM_API struct tiermm_promotion *
tiermm_engine_promotion(const struct tiermm_engine *e);

/**
 * When old copies may be freed.
 *
 * @param e engine
 * @return its tracker, its own or the caller's, or NULL
 * @threads read
 * @since 0.1
 */
TIERMM_API struct tiermm_flush *
tiermm_engine_flush(const struct tiermm_engine *e);

/**
 * Who acts, as it was taken over: slots that may not be called are NULL.
 *
 * @param e engine
 * @return the table, or NULL
 * @threads read
 * @since 0.1
 */
TIERMM_API const struct tiermm_memops *
tiermm_engine_memops(const struct tiermm_engine *e);

/** An engine's part in one change of the layout. */
struct tiermm_engine_relayout {
	uint32_t size;                    /**< sizeof where you compile */
	uint32_t flags;                   /**< zero */
	struct tiermm_engine *engine;     /**< whose graph changes */
	struct tiermm_topology *topology; /**< the machine as it will be */
	/** How the graph is built from then on; NULL: as before. */
	const struct tiermm_demotion_options *options;
	struct tiermm_problem *problem; /**< what is wrong; may be NULL */
};

/**
 * Let the demotion graph change in one transaction with a layout: prepared
 * when the layout is, published right before it, forgotten if it is aborted.
 * Marks follow when the nodes' new sizes are told (tiermm_engine_set_rooms()).
 *
 * The engine counts as in use while the layout is prepared: from the part's
 * prepare to its commit or abort.
 *
 * @param relayout engine and machine; lives until the commit or the abort
 * @param out      the part, for tiermm_relayout_prepare()
 * @retval 0              filled
 * @retval -TIERMM_EINVAL a pointer is NULL
 * @retval -TIERMM_E2BIG  a field that this library does not know is set
 * @threads setup
 * @since 0.1
 */
TIERMM_API int
tiermm_engine_layout_part(struct tiermm_engine_relayout *relayout,
			  struct tiermm_layout_part *out);

#ifdef __cplusplus
}
#endif
#endif
