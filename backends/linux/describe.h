/* SPDX-License-Identifier: MIT */
/*
 * One pass over a tree: what sysfs says of the machine, told to a builder.
 */
#ifndef TIERMM_LINUX_DESCRIBE_H
#define TIERMM_LINUX_DESCRIBE_H

#include "tree.h"

/* What cannot change while a kernel runs. */
struct shape {
	struct tiermm_nodeset possible;
	uint32_t cpus;  /* CPU numbers from 0 up */
	uint32_t flags; /* TIERMM_LINUX_... */
	uint64_t page_bytes;
};

/*
 * Read the shape but for flags and page size: 0, -TIERMM_ENOENT (no node
 * directory) or an error of the tree.
 */
int tiermm__linux_shape(struct tree *t, struct shape *shape);

/*
 * Describe the machine to an empty builder with room for the shape: 0 or an
 * error. The tree's digest then stands for all that was read.
 */
int tiermm__linux_describe(struct tree *t, const struct shape *shape,
			   struct tiermm_topology_builder *b);

#endif
