/* SPDX-License-Identifier: MIT */
/**
 * @file tiermm.h
 * The whole core, in the order in which data flows:
 * machine, topology, graph, plan, act, report.
 */
#ifndef TIERMM_TIERMM_H
#define TIERMM_TIERMM_H

#include <tiermm/types.h>
#include <tiermm/error.h>
#include <tiermm/alloc.h>
#include <tiermm/nodeset.h>
#include <tiermm/random.h>
#include <tiermm/retire.h>

#include <tiermm/performance.h>
#include <tiermm/event.h>
#include <tiermm/topology.h>
#include <tiermm/topology_builder.h>
#include <tiermm/topology_create.h>
#include <tiermm/topology_names.h>

#include <tiermm/demotion_graph.h>
#include <tiermm/demotion_explain.h>
#include <tiermm/demotion.h>
#include <tiermm/demotion_change.h>

#include <tiermm/zone.h>
#include <tiermm/zone_event.h>
#include <tiermm/zone_decide.h>
#include <tiermm/zone_plan.h>
#include <tiermm/zone_order.h>

#include <tiermm/flush.h>
#include <tiermm/flush_agent.h>
#include <tiermm/flush_request.h>
#include <tiermm/flush_settle.h>
#include <tiermm/flush_drain.h>

#include <tiermm/memops.h>
#include <tiermm/folio.h>
#include <tiermm/watermark.h>
#include <tiermm/reclaim.h>
#include <tiermm/reclaim_report.h>
#include <tiermm/reclaim_node.h>
#include <tiermm/reclaim_explain.h>

#include <tiermm/layout.h>
#include <tiermm/layout_pattern.h>
#include <tiermm/layout_change.h>
#include <tiermm/layout_listen.h>
#include <tiermm/layout_page.h>
#include <tiermm/layout_move.h>
#include <tiermm/layout_account.h>
#include <tiermm/layout_inbox.h>

#include <tiermm/promotion_policy.h>
#include <tiermm/promotion.h>
#include <tiermm/promotion_map.h>
#include <tiermm/promotion_sample.h>
#include <tiermm/promotion_plan.h>
#include <tiermm/promotion_explain.h>

#include <tiermm/engine_layout.h>
#include <tiermm/engine_log.h>
#include <tiermm/engine_drain.h>
#include <tiermm/engine.h>
#include <tiermm/engine_step.h>
#include <tiermm/engine_parts.h>
#include <tiermm/engine_replay.h>

#endif
