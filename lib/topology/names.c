/* SPDX-License-Identifier: MIT */
/* What tools call states, types of memory and sources. */
#include <tiermm/topology_names.h>

#include <stddef.h>

#include <tiermm/topology.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const states[] = {
	[TIERMM_NODE_ABSENT] = "absent",
	[TIERMM_NODE_MEMORYLESS] = "memoryless",
	[TIERMM_NODE_ONLINE] = "online",
	[TIERMM_NODE_GOING] = "going",
};

static const char *const types[TIERMM_MEMORY_TYPES] = {
	[TIERMM_MEMORY_UNKNOWN] = "unknown", [TIERMM_MEMORY_DRAM] = "dram",
	[TIERMM_MEMORY_HBM] = "hbm",         [TIERMM_MEMORY_CXL] = "cxl",
	[TIERMM_MEMORY_PMEM] = "pmem",       [TIERMM_MEMORY_REMOTE] = "remote",
	[TIERMM_MEMORY_DAX] = "dax",
};

static const char *const sources[] = {
	[TIERMM_SOURCE_DEFAULT] = "default",
	[TIERMM_SOURCE_ASSUMED] = "assumed",
	[TIERMM_SOURCE_REPLACED] = "replaced",
	[TIERMM_SOURCE_SLIT] = "slit",
	[TIERMM_SOURCE_HMAT] = "hmat",
	[TIERMM_SOURCE_DRIVER] = "driver",
	[TIERMM_SOURCE_KERNEL] = "kernel",
	[TIERMM_SOURCE_TYPE] = "type",
	[TIERMM_SOURCE_CALLER] = "caller",
};

const char *tiermm_node_state_name(uint32_t state)
{
	return state < COUNT(states) ? states[state] : NULL;
}

const char *tiermm_memory_type_name(uint32_t type)
{
	return type < COUNT(types) ? types[type] : NULL;
}

const char *tiermm_source_name(uint32_t source)
{
	return source < COUNT(sources) ? sources[source] : NULL;
}
