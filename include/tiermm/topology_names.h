/* SPDX-License-Identifier: MIT */
/**
 * @file topology_names.h
 * What tools call the numbers that a topology is described with.
 *
 *     node.state    TIERMM_NODE_MEMORYLESS   "memoryless"
 *     node.type     TIERMM_MEMORY_CXL        "cxl"
 *     ..._source    TIERMM_SOURCE_SLIT       "slit"
 *
 * One word each, [a-z0-9_], the same in machine files, in the output of the
 * `tiermm` command and in messages. A number that a newer library has added
 * has no name in an older one.
 *
 * Threads: any, at any time. The text is static and is never freed.
 */
#ifndef TIERMM_TOPOLOGY_NAMES_H
#define TIERMM_TOPOLOGY_NAMES_H

#include <tiermm/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Name of the state of a node: "online", "going".
 *
 * @param state TIERMM_NODE_...
 * @return static text; NULL for an unknown one
 * @threads read
 * @since 0.1
 */
TIERMM_API const char *tiermm_node_state_name(uint32_t state);

/**
 * Name of a type of memory: "dram", "cxl".
 *
 * @param type TIERMM_MEMORY_...
 * @return static text; NULL for an unknown one
 * @threads read
 * @since 0.1
 */
TIERMM_API const char *tiermm_memory_type_name(uint32_t type);

/**
 * Name of where a number comes from: "slit", "assumed".
 *
 * @param source TIERMM_SOURCE_...
 * @return static text; NULL for an unknown one
 * @threads read
 * @since 0.1
 */
TIERMM_API const char *tiermm_source_name(uint32_t source);

#ifdef __cplusplus
}
#endif
#endif
