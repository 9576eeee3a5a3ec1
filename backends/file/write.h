/* SPDX-License-Identifier: MIT */
/* The writers, and the pieces that several of them put together. */
#ifndef TIERMM_FILE_WRITE_H
#define TIERMM_FILE_WRITE_H

#include "buffer.h"

/* Where a machine's distances come from, taken together. */
struct tiermm__file_provenance {
	uint32_t distance; /* TIERMM_SOURCE_...: the strongest of all */
	int assumed;       /* some are not known */
};

struct tiermm__file_provenance
tiermm__file_provenance(const struct tiermm_topology *t);

int tiermm__file_has_memory(const struct tiermm_node *node);

/* The next CPU of a node above `after`, which begins with -1; -1: no more. */
int32_t tiermm__file_next_cpu(const struct tiermm_topology *t, int32_t node,
			      int32_t after);

/* "0-3,8"; "" without CPUs. */
void tiermm__file_put_cpus(struct tiermm__file_buffer *b,
			   const struct tiermm_topology *t,
			   const struct tiermm_node *node);

/* "64 GiB", "213.7 MiB"; "?" where unknown; "-" without memory. */
void tiermm__file_put_amount(struct tiermm__file_buffer *b,
			     const struct tiermm_topology *t,
			     const struct tiermm_node *node);

/* "0-2,5", or "-" for the empty set. */
void tiermm__file_put_set(struct tiermm__file_buffer *b,
			  const struct tiermm_nodeset *set);

/* "[0,1,2,5]". */
void tiermm__file_put_list(struct tiermm__file_buffer *b,
			   const struct tiermm_nodeset *set);

/* Spaces, until `width` characters stand behind `start`. */
void tiermm__file_pad(struct tiermm__file_buffer *b, uint64_t start,
		      uint64_t width);

/* The slowest tier with a CPU, or TIERMM_NO_TIER. */
int32_t tiermm__file_top_tier(const struct tiermm_demotion_graph *g);

/* A whole text each; b->err where there is no memory. */
void tiermm__file_text_topology(struct tiermm__file_buffer *b,
				const struct tiermm_topology *t);
void tiermm__file_json_topology(struct tiermm__file_buffer *b,
				const struct tiermm_topology *t);
void tiermm__file_text_graph(struct tiermm__file_buffer *b,
			     const struct tiermm_demotion_graph *g);
void tiermm__file_json_graph(struct tiermm__file_buffer *b,
			     const struct tiermm_demotion_graph *g);
void tiermm__file_dot_graph(struct tiermm__file_buffer *b,
			    const struct tiermm_demotion_graph *g);

/* Which nodes of a machine file need what does not follow from the rest. */
struct tiermm__file_said {
	struct tiermm_nodeset initiator;
	struct tiermm_nodeset distance;
};

/* The key "nodes" of a machine file. */
void tiermm__file_put_nodes(struct tiermm__file_buffer *b,
			    const struct tiermm_topology *t,
			    const struct tiermm__file_said *said);

/* Texts that are read again before they are given out: 0 or an error. */
int tiermm__file_write_machine(struct tiermm__file_buffer *b,
			       const struct tiermm_topology *t,
			       struct tiermm_file_error *error);
int tiermm__file_write_synthetic(struct tiermm__file_buffer *b,
				 const struct tiermm_topology *t,
				 struct tiermm_file_error *error);

/* 0 where two machines are equal, else -TIERMM_ENOTSUP and the difference. */
int tiermm__file_expect_same(const struct tiermm_topology *t,
			     const struct tiermm_topology *again,
			     const char *form, struct tiermm_file_error *error);

#endif
