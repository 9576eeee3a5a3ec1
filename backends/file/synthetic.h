/* SPDX-License-Identifier: MIT */
/*
 * The one-line form: groups of equal nodes, ids counting up as written.
 *
 *     TYPE:COUNTxSIZE[@LATENCYns[,BANDWIDTHGB/s]][+CPUSc] ...
 */
#ifndef TIERMM_FILE_SYNTHETIC_H
#define TIERMM_FILE_SYNTHETIC_H

#include "report.h"

#define TIERMM__FILE_SYNTHETIC_PAGE 4096

/* Equal nodes. */
struct tiermm__file_group {
	uint32_t type; /* TIERMM_MEMORY_... */
	uint32_t count;
	uint64_t pages; /* of each node; 0: no memory */
	uint32_t latency_ns;
	uint32_t bandwidth_mbps;
	uint32_t cpus; /* of each node */
	uint32_t reserved;
};

/* A line of them. */
struct tiermm__file_groups {
	uint32_t n;
	uint32_t n_nodes;
	uint32_t n_cpus;
	struct tiermm__file_group group[TIERMM_MAX_NODES];
};

/* What a type is where nothing is said; NULL: not a type of this form. */
const struct tiermm__file_group *tiermm__file_group_default(uint32_t type);

/* Line to groups. */
int tiermm__file_groups_parse(struct tiermm__file_groups *groups,
			      const char *text,
			      struct tiermm_file_error *error);

/* Groups to machine. */
int tiermm__file_groups_build(const struct tiermm__file_groups *groups,
			      struct tiermm_topology **out,
			      const struct tiermm_alloc *mem);

#endif
