/* SPDX-License-Identifier: MIT */
/*
 * A snapshot's tables, for lib/demotion: no call a pair, no copy. Everything
 * goes by dense index (0 to count - 1, ascending by id) and lives as long as
 * the snapshot.
 */
#ifndef TIERMM_TOPOLOGY_VIEW_H
#define TIERMM_TOPOLOGY_VIEW_H

#include <tiermm/topology.h>

/* Rank of a node without memory. */
#define TIERMM__NO_RANK UINT16_MAX

/* count * count distances; row: where the access starts. */
const uint8_t *tiermm__topology_distances(const struct tiermm_topology *t);

/* Distances to other nodes that nobody gave though a table is there. */
uint32_t tiermm__topology_assumed(const struct tiermm_topology *t);

/* The nodes; .id is the way from index to id. */
const struct tiermm_node *
tiermm__topology_node_table(const struct tiermm_topology *t);

/* Ids by index. */
const int32_t *tiermm__topology_ids(const struct tiermm_topology *t);

/* TIERMM_MAX_NODES entries by id: the index, or -1. */
const int16_t *tiermm__topology_indexes(const struct tiermm_topology *t);

/* Tier rank (0 fastest) by index, or TIERMM__NO_RANK. */
const uint16_t *tiermm__topology_ranks(const struct tiermm_topology *t);

/* tiermm_topology_tier_count() tiers, fastest first. */
const struct tiermm_tier *
tiermm__topology_tiers(const struct tiermm_topology *t);

/* Ids in a set TIERMM_NODES_..., which must be a known one. */
const struct tiermm_nodeset *
tiermm__topology_set(const struct tiermm_topology *t, uint32_t which);

#endif
