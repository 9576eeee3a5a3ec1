/* SPDX-License-Identifier: MIT */
/*
 * The machine that the headers, the documents and the examples share, built
 * by hand (02_build_and_look_up.c shows how, line by line):
 *
 *     dram:2x64G cxl:1x256G@250ns,30GB/s
 *
 * 0 and 1 are DRAM with a CPU each, tier 4; 2 is CXL, tier 37. Where an
 * example needs a choice there are two CXL nodes, 2 and 3, equally far.
 */
#ifndef TIERMM_EXAMPLES_WORKED_MACHINE_H
#define TIERMM_EXAMPLES_WORKED_MACHINE_H

#include <tiermm/tiermm.h>

#define WORKED_DRAM_PAGES UINT64_C(16777216) /* 64 GiB */
#define WORKED_CXL_PAGES UINT64_C(67108864)  /* 256 GiB */

static inline int worked_add(struct tiermm_topology_builder *b, int32_t node)
{
	int is_dram = node < 2;
	struct tiermm_access dram = { 100, 100, 100000, 100000 };
	struct tiermm_access cxl = { 250, 250, 30000, 30000 };
	int err = tiermm_topology_builder_add_node(b, node, TIERMM_NODE_ONLINE,
						   is_dram ? WORKED_DRAM_PAGES
							   : WORKED_CXL_PAGES);

	if (!err)
		err = tiermm_topology_builder_set_type(
			b, node,
			is_dram ? TIERMM_MEMORY_DRAM : TIERMM_MEMORY_CXL);
	if (!err && is_dram)
		err = tiermm_topology_builder_set_cpu(b, (uint32_t)node, node);
	if (!err)
		err = tiermm_topology_builder_set_access(b, is_dram ? node : 0,
							 node,
							 is_dram ? &dram
								 : &cxl);
	for (int32_t to = 0; !err && to < node; to++) {
		uint32_t distance = is_dram ? 21 : 25;

		err = tiermm_topology_builder_set_distance(b, node, to,
							   distance,
							   TIERMM_SOURCE_SLIT);
		if (!err)
			err = tiermm_topology_builder_set_distance(
				b, to, node, distance, TIERMM_SOURCE_SLIT);
	}
	return err;
}

/* One reference, for the caller to give back; cxl_nodes is 1 or 2. */
static inline int worked_machine(struct tiermm_topology **out,
				 int32_t cxl_nodes)
{
	struct tiermm_topology_builder *b;
	int err = tiermm_topology_builder_create(&b, NULL, NULL);

	*out = NULL;
	for (int32_t node = 0; !err && node < 2 + cxl_nodes; node++)
		err = worked_add(b, node);
	if (!err)
		err = tiermm_topology_create(out, b, NULL, NULL);
	tiermm_topology_builder_destroy(b);
	return err;
}

#endif
