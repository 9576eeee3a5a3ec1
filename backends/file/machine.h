/* SPDX-License-Identifier: MIT */
/* A machine that was read, and one that is being read. */
#ifndef TIERMM_FILE_MACHINE_H
#define TIERMM_FILE_MACHINE_H

#include "reader.h"

#define TIERMM__FILE_PAIRS (TIERMM_MAX_NODES * TIERMM_MAX_NODES)

struct tiermm_file_machine {
	struct tiermm_alloc mem;
	struct tiermm_topology *topology;
	struct tiermm_file_step *steps;
	uint64_t n_steps;
};

/* What is known of a machine file while it is read. Zero is the beginning. */
struct tiermm__file_draft {
	struct tiermm__file_reader reader;
	struct tiermm_alloc mem;
	struct tiermm_topology_builder *builder;
	uint64_t page_bytes;
	uint32_t builder_flags;
	uint32_t n_nodes;
	int32_t id[TIERMM_MAX_NODES];      /* by place in the file */
	uint16_t place[TIERMM_MAX_NODES];  /* by id: place plus one, 0: none */
	uint16_t home[TIERMM_MAX_CPUS];    /* node of a CPU plus one, or 0 */
	uint32_t pieces[TIERMM_MAX_NODES]; /* pieces of memory by node */
	/* Which pairs of ids have speeds. */
	uint64_t seen[TIERMM__FILE_PAIRS / 64];
};

/* A machine without a topology, or NULL where there is no memory. */
int tiermm__file_machine_new(struct tiermm_file_machine **out,
			     const struct tiermm_alloc *mem);

/* A node that a member names: its id into *out, which has to be listed. */
int tiermm__file_node_id(struct tiermm__file_draft *d, const json_t *object,
			 const char *key, int32_t *out);

/* The parts of a machine file, in the order in which they are read. */
int tiermm__file_read_nodes(struct tiermm__file_draft *d,
			    const json_t *machine);
int tiermm__file_read_distance(struct tiermm__file_draft *d,
			       const json_t *machine);
int tiermm__file_read_speeds(struct tiermm__file_draft *d,
			     const json_t *machine);
int tiermm__file_read_steps(struct tiermm__file_draft *d, const json_t *root,
			    struct tiermm_file_machine *m);

/* The CPUs of a node: the member "cpus", a list or a text like "0-3,8". */
int tiermm__file_read_cpus(struct tiermm__file_draft *d, const json_t *node,
			   int32_t id);

#endif
