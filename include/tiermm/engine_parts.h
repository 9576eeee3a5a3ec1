/* SPDX-License-Identifier: MIT */
/**
 * @file engine_parts.h
 * The parts of an engine, for whoever acts himself.
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

#ifdef __cplusplus
}
#endif
#endif
