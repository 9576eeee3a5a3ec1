/* SPDX-License-Identifier: MIT */
/**
 * @file topology_builder.h
 * Describe a machine piece by piece, then take a snapshot of it.
 *
 *     tiermm_topology_builder_create(&b, NULL, NULL);
 *     tiermm_topology_builder_add_node(b, 0, TIERMM_NODE_ONLINE, 16777216);
 *     tiermm_topology_builder_add_node(b, 2, TIERMM_NODE_ONLINE, 67108864);
 *     tiermm_topology_builder_set_cpu(b, 0, 0);
 *     tiermm_topology_builder_set_distance(b, 0, 2, 25);
 *     tiermm_topology_create(&t, b, &problem, NULL);
 *
 * Order does not matter but for one thing: a node is added before anything is
 * said of it. Setting again replaces. What is wrong with a single call is
 * refused by that call; what is wrong with the whole (a distance table that
 * breaks the ACPI rules) is refused by tiermm_topology_create(), which names
 * the place. A builder can be used again: change it, take the next snapshot.
 *
 * What the caller says wins: a node's own setting, then its type's, then the
 * running kernel's tier, then speeds, then the driver's default, then 576.
 * Distances that nobody named are 10 and 20.
 *
 * Threads: all calls on one builder are `owner`.
 */
#ifndef TIERMM_TOPOLOGY_BUILDER_H
#define TIERMM_TOPOLOGY_BUILDER_H

#include <tiermm/alloc.h>
#include <tiermm/error.h>
#include <tiermm/event.h>
#include <tiermm/topology.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A machine under description. */
struct tiermm_topology_builder;

enum {
	/**
	 * A distance table that breaks the ACPI rules is replaced as a whole by
	 * 10 and 20, as Linux does it, instead of being refused.
	 */
	TIERMM_BUILDER_REPLACE_DISTANCES = 1
};

/** Room and manners of a builder; zero means the default. */
struct tiermm_topology_builder_options {
	uint32_t size;       /**< sizeof of this struct where you compile */
	uint32_t flags;      /**< TIERMM_BUILDER_... */
	uint32_t max_nodes;  /**< nodes it can hold; 0: 1024 */
	uint32_t max_cpus;   /**< CPU numbers from 0 up; 0: 65 536 */
	uint32_t max_access; /**< pairs with speeds; 0: 4096 */
	uint32_t reserved;   /**< zero */
	uint64_t page_bytes; /**< bytes in a base page; 0: 4096 */
};

/**
 * Make a builder.
 *
 * @param out     the builder; NULL on error
 * @param options room and manners, or NULL for the defaults
 * @param mem     allocator, or NULL for malloc
 * @retval 0              made
 * @retval -TIERMM_ENOMEM no memory
 * @retval -TIERMM_EINVAL an option is out of range
 * @retval -TIERMM_E2BIG  an option that this library does not know is set
 * @threads setup
 * @since 0.1
 */
TIERMM_API int tiermm_topology_builder_create(
	struct tiermm_topology_builder **out,
	const struct tiermm_topology_builder_options *options,
	const struct tiermm_alloc *mem);

/**
 * Bytes that tiermm_topology_builder_init() needs.
 *
 * @param options as for create, or NULL
 * @param bytes   bytes needed; untouched on error
 * @retval 0              told
 * @retval -TIERMM_EINVAL an option is out of range
 * @retval -TIERMM_E2BIG  an option that this library does not know is set
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_topology_builder_footprint(
	const struct tiermm_topology_builder_options *options, uint64_t *bytes);

/**
 * Make a builder in memory of the caller, who frees it after destroy.
 *
 * @param out     the builder; NULL on error
 * @param memory  memory aligned to #TIERMM_ALIGN
 * @param bytes   its size
 * @param options as for footprint
 * @retval 0              made
 * @retval -TIERMM_ENOMEM @p bytes is less than the footprint
 * @retval -TIERMM_EINVAL misaligned memory, or an option is out of range
 * @retval -TIERMM_E2BIG  an option that this library does not know is set
 * @threads setup
 * @since 0.1
 */
TIERMM_API int tiermm_topology_builder_init(
	struct tiermm_topology_builder **out, void *memory, uint64_t bytes,
	const struct tiermm_topology_builder_options *options);

/**
 * Give a builder back. Snapshots that were taken from it live on.
 *
 * @param b builder, or NULL
 * @threads setup
 * @since 0.1
 */
TIERMM_API void
tiermm_topology_builder_destroy(struct tiermm_topology_builder *b);

/**
 * Add a node.
 *
 * @param b     builder
 * @param node  its id
 * @param state TIERMM_NODE_...
 * @param pages base pages present; 0 where there are none or it is unknown
 * @retval 0              added
 * @retval -TIERMM_EINVAL id not in 0..1023, unknown state, or pages on a node
 *                        without memory
 * @retval -TIERMM_EEXIST is there already
 * @retval -TIERMM_ENOSPC the builder is full
 * @threads owner
 * @since 0.1
 */
TIERMM_API int
tiermm_topology_builder_add_node(struct tiermm_topology_builder *b,
				 int32_t node, uint32_t state, uint64_t pages);

/**
 * Change a node's state and pages; as tiermm_topology_builder_add_node().
 *
 * @param b     builder
 * @param node  its id
 * @param state TIERMM_NODE_...
 * @param pages base pages present
 * @param source TIERMM_SOURCE_CALLER for an override, else _DEFAULT
 * @retval 0              set
 * @retval -TIERMM_EINVAL unknown state or source, or pages without memory
 * @retval -TIERMM_ENODEV no such node
 * @threads owner
 * @since 0.1
 */
TIERMM_API int
tiermm_topology_builder_set_state(struct tiermm_topology_builder *b,
				  int32_t node, uint32_t state, uint64_t pages,
				  uint32_t source);

/**
 * Say what a node's memory is made of.
 *
 * @param b    builder
 * @param node node
 * @param type TIERMM_MEMORY_...
 * @retval 0              set
 * @retval -TIERMM_EINVAL unknown type
 * @retval -TIERMM_ENODEV no such node
 * @threads owner
 * @since 0.1
 */
TIERMM_API int
tiermm_topology_builder_set_type(struct tiermm_topology_builder *b,
				 int32_t node, uint32_t type);

/**
 * Put a CPU on a node, or nowhere.
 *
 * @param b    builder
 * @param cpu  CPU number
 * @param node node, or #TIERMM_NO_NODE to take it away
 * @retval 0              set
 * @retval -TIERMM_EINVAL CPU number beyond the builder's room
 * @retval -TIERMM_ENODEV no such node
 * @threads owner
 * @since 0.1
 */
TIERMM_API int
tiermm_topology_builder_set_cpu(struct tiermm_topology_builder *b, uint32_t cpu,
				int32_t node);

/**
 * Set one distance, in one direction.
 *
 * @param b        builder
 * @param from     where the access starts
 * @param to       where the memory is
 * @param distance any number: the table is judged as a whole by create
 * @param source   TIERMM_SOURCE_SLIT or TIERMM_SOURCE_CALLER (an override,
 *                 which stays when the firmware's is set later)
 * @retval 0              set
 * @retval -TIERMM_EINVAL another source
 * @retval -TIERMM_ENODEV no such node
 * @threads owner
 * @since 0.1
 */
TIERMM_API int
tiermm_topology_builder_set_distance(struct tiermm_topology_builder *b,
				     int32_t from, int32_t to,
				     uint32_t distance, uint32_t source);

/**
 * Say how fast an initiator reaches a target.
 *
 * @param b         builder
 * @param initiator node that the access starts from
 * @param target    node that the memory is on
 * @param access    speeds; a zero is "unknown"
 * @retval 0              set
 * @retval -TIERMM_ENODEV no such node
 * @retval -TIERMM_ENOSPC more pairs than there is room for
 * @threads owner
 * @since 0.1
 */
TIERMM_API int
tiermm_topology_builder_set_access(struct tiermm_topology_builder *b,
				   int32_t initiator, int32_t target,
				   const struct tiermm_access *access);

/**
 * Say whose view of a node's speeds counts. Where nothing is said it is the
 * node itself if it has CPUs, else the best initiator that has CPUs.
 *
 * @param b         builder
 * @param node      the node
 * @param initiator its initiator, or #TIERMM_NO_NODE for the rule above
 * @retval 0              set
 * @retval -TIERMM_ENODEV no such node
 * @threads owner
 * @since 0.1
 */
TIERMM_API int
tiermm_topology_builder_set_initiator(struct tiermm_topology_builder *b,
				      int32_t node, int32_t initiator);

/**
 * Fix a node's abstract distance, from the caller or from a running kernel.
 *
 * @param b        builder
 * @param node     the node
 * @param distance 0 to #TIERMM_ADISTANCE_MAX, or -1 to forget the setting;
 *                 tier id times #TIERMM_TIER_CHUNK to name a tier
 * @param source   TIERMM_SOURCE_CALLER or TIERMM_SOURCE_KERNEL
 * @retval 0              set
 * @retval -TIERMM_EINVAL out of range, or another source
 * @retval -TIERMM_ENODEV no such node
 * @threads owner
 * @since 0.1
 */
TIERMM_API int
tiermm_topology_builder_set_abstract_distance(struct tiermm_topology_builder *b,
					      int32_t node, int32_t distance,
					      uint32_t source);

/**
 * Fix the abstract distance of all memory of a type.
 *
 * @param b        builder
 * @param type     TIERMM_MEMORY_...
 * @param distance 0 to #TIERMM_ADISTANCE_MAX, or -1 to forget the setting
 * @retval 0              set
 * @retval -TIERMM_EINVAL unknown type, or out of range
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_topology_builder_set_type_abstract_distance(
	struct tiermm_topology_builder *b, uint32_t type, int32_t distance);

/**
 * Let an event happen to the machine described (event.h).
 *
 * @param b       builder
 * @param event   what happened
 * @param changed 1 where a node gained its first or lost its last memory, or
 *                began or ceased to be going, else 0; may be NULL
 * @retval 0              done
 * @retval -TIERMM_EINVAL unknown kind, or it cannot happen to that node
 *                        (memory removed that is not there); nothing changed
 * @retval -TIERMM_ENODEV no such node or CPU
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_topology_builder_apply(struct tiermm_topology_builder *b,
					     const struct tiermm_event *event,
					     uint32_t *changed);

#ifdef __cplusplus
}
#endif
#endif
