/* SPDX-License-Identifier: MIT */
/**
 * @file performance.h
 * From speeds to tiers: abstract distance, as the kernel reckons it.
 *
 *     fast                      DRAM 576                           slow
 *     0     128    256    384   512    640          2816     2944
 *     |--0--|--1---|--2---|--3--|--4---|--5-- ... --|--22---|-- ...
 *                                  ^ tier 4, middle    ^ dax default 2880
 *
 * Smaller is faster. A tier is a chunk of 128; its id is the distance divided
 * by 128. Memory with known speeds gets
 *
 *     576 * (rl + wl) / (RL + WL) * (RB + WB) / (rb + wb)
 *
 * in integers, from left to right, cut at each division; capitals are the
 * machine's ordinary DRAM, the reference. All DRAM nodes must agree with the
 * first within 10 % on each of the four numbers, or the formula is off for
 * good. Source: Linux 6.7 and later; rule D3.
 *
 * Everything here is a pure function over structures of the caller.
 */
#ifndef TIERMM_PERFORMANCE_H
#define TIERMM_PERFORMANCE_H

#include <tiermm/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Width of a tier, in units of abstract distance. */
#define TIERMM_TIER_CHUNK 128
/** Abstract distance of ordinary DRAM: the middle of tier 4. */
#define TIERMM_ADISTANCE_DRAM 576
/** Abstract distance of memory that the dax driver gave, speeds unknown. */
#define TIERMM_ADISTANCE_DAX 2880
/** Greatest abstract distance. */
#define TIERMM_ADISTANCE_MAX 2147483647
/** "Has no tier": no memory there. */
#define TIERMM_NO_TIER (-1)

/** How fast an initiator reaches a target; 0 is "unknown". */
struct tiermm_access {
	uint32_t read_latency_ns;      /**< nanoseconds */
	uint32_t write_latency_ns;     /**< nanoseconds */
	uint32_t read_bandwidth_mbps;  /**< 10^6 bytes a second */
	uint32_t write_bandwidth_mbps; /**< 10^6 bytes a second */
};

/** How a reference stands. */
enum {
	TIERMM_REFERENCE_NONE = 0, /**< no DRAM node has numbers yet */
	TIERMM_REFERENCE_SET,      /**< @c access is the reference */
	TIERMM_REFERENCE_BROKEN    /**< off for good: see @c bad_node */
};

/** Which of the four numbers. */
enum {
	TIERMM_ACCESS_NONE = 0,
	TIERMM_ACCESS_READ_LATENCY,
	TIERMM_ACCESS_WRITE_LATENCY,
	TIERMM_ACCESS_READ_BANDWIDTH,
	TIERMM_ACCESS_WRITE_BANDWIDTH
};

/**
 * What ordinary DRAM does on this machine. Begin with `size` set and the rest
 * zero; never changes size.
 */
struct tiermm_reference {
	uint32_t size;  /**< sizeof of this struct where you compile */
	uint32_t state; /**< TIERMM_REFERENCE_... */
	struct tiermm_access access; /**< the first DRAM node's numbers */
	int32_t node;                /**< that node */
	int32_t bad_node;            /**< the node that broke it */
	uint32_t bad_number;         /**< TIERMM_ACCESS_...: where it differs */
	uint32_t reserved;           /**< zero */
};

/**
 * Add a DRAM node to the reference: the first sets it, the others must agree.
 *
 * @param reference reference to set or compare with
 * @param node      the node, for explanations
 * @param access    its speeds, from its own CPUs
 * @retval 0              set, or within 10 % (exactly 10 % is within)
 * @retval -TIERMM_EINVAL latencies or bandwidths are unknown (nothing
 *                        changed), or one number is off by more than 10 %:
 *                        broken from now on
 * @retval -TIERMM_EIO    was broken before
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_reference_add(struct tiermm_reference *reference,
				    int32_t node,
				    const struct tiermm_access *access);

/**
 * Abstract distance of memory with these speeds.
 *
 * @param reference what DRAM does
 * @param access    what this memory does
 * @param out       abstract distance; untouched on error
 * @retval 0              reckoned
 * @retval -TIERMM_EIO    the reference is broken
 * @retval -TIERMM_EINVAL latencies or bandwidths are unknown
 * @retval -TIERMM_ENOENT there is no reference
 * @retval -TIERMM_ERANGE greater than #TIERMM_ADISTANCE_MAX, or a product on
 *                        the way there exceeds 64 bits
 * @threads read
 * @since 0.1
 */
TIERMM_API int
tiermm_abstract_distance(const struct tiermm_reference *reference,
			 const struct tiermm_access *access, int32_t *out);

#ifdef __cplusplus
}
#endif
#endif
