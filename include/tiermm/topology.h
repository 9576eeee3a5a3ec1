/* SPDX-License-Identifier: MIT */
/**
 * @file topology.h
 * A machine as it is at one moment: nodes, CPUs, distances, speeds, tiers.
 *
 *     dram:2x64G cxl:1x256G@250ns,30GB/s
 *     node 0 [CPUs, 64 GiB] ──21── node 1 [CPUs, 64 GiB]     tier 4
 *            \                      /
 *            25                   25
 *              \                  /
 *              node 2 [256 GiB, no CPU]                      tier 37
 *
 * A topology is an immutable snapshot. A change of the machine makes a new
 * one (topology_builder.h); the old one stays as it is for whoever holds it.
 * Inside, nodes stand in a dense order, ascending by id: `index` 0 to count-1.
 * Who creates a snapshot holds one reference; `ref` takes another, `unref`
 * gives one back, the last frees it: by any thread, at once.
 */
#ifndef TIERMM_TOPOLOGY_H
#define TIERMM_TOPOLOGY_H

#include <tiermm/nodeset.h>
#include <tiermm/performance.h>

#ifdef __cplusplus
extern "C" {
#endif

/** An immutable machine. */
struct tiermm_topology;

/** What a node is at this moment. */
enum {
	TIERMM_NODE_ABSENT = 0, /**< possible, not there */
	TIERMM_NODE_MEMORYLESS, /**< there, without memory */
	TIERMM_NODE_ONLINE,     /**< there, with memory */
	TIERMM_NODE_GOING       /**< with memory that is about to go */
};

/** What a node's memory is made of. */
enum {
	TIERMM_MEMORY_UNKNOWN = 0,
	TIERMM_MEMORY_DRAM,
	TIERMM_MEMORY_HBM,
	TIERMM_MEMORY_CXL,
	TIERMM_MEMORY_PMEM,
	TIERMM_MEMORY_REMOTE,
	TIERMM_MEMORY_DAX /**< given to the kernel by the dax driver */
};
#define TIERMM_MEMORY_TYPES 7 /**< one more than the last */

/** Where a number comes from. */
enum {
	TIERMM_SOURCE_DEFAULT = 0, /**< nobody said anything */
	TIERMM_SOURCE_ASSUMED,     /**< unknown; the default stands in for it */
	TIERMM_SOURCE_REPLACED, /**< the table was bad: replaced as a whole */
	TIERMM_SOURCE_SLIT,     /**< the firmware's distances */
	TIERMM_SOURCE_HMAT,     /**< the firmware's speeds */
	TIERMM_SOURCE_DRIVER,   /**< the default of a memory driver */
	TIERMM_SOURCE_KERNEL,   /**< the running kernel's own answer */
	TIERMM_SOURCE_TYPE,     /**< the caller, for a memory type */
	TIERMM_SOURCE_CALLER    /**< the caller, for this node */
};

/** Which nodes tiermm_topology_nodes() gathers. */
enum {
	TIERMM_NODES_POSSIBLE = 0, /**< all that are listed */
	TIERMM_NODES_PRESENT,      /**< all but the absent */
	TIERMM_NODES_MEMORY,       /**< online or going: has memory */
	TIERMM_NODES_CPU,          /**< has a CPU */
	TIERMM_NODES_GOING         /**< about to go */
};

/** One node. Stands in arrays; never changes size. */
struct tiermm_node {
	int32_t id;                  /**< the operating system's number */
	int32_t index;               /**< place in ascending order of ids */
	uint32_t state;              /**< TIERMM_NODE_... */
	uint32_t type;               /**< TIERMM_MEMORY_... */
	uint32_t cpus;               /**< CPUs on this node */
	int32_t initiator;           /**< whose view @c access is, or none */
	uint64_t present_pages;      /**< 0 where unknown or none */
	struct tiermm_access access; /**< its speeds, as tiers use them */
	int32_t abstract_distance;   /**< see performance.h; -1: no memory */
	int32_t tier_id;             /**< abstract distance / 128, or none */
	uint32_t abstract_distance_source; /**< TIERMM_SOURCE_... */
	uint32_t present_source;           /**< TIERMM_SOURCE_... */
};

/** One tier. Stands in arrays; never changes size. */
struct tiermm_tier {
	int32_t id;       /**< the kernel's: DRAM is 4 */
	uint32_t n_nodes; /**< nodes with memory in it, at least one */
	int32_t abstract_distance_low;  /**< its first abstract distance */
	int32_t abstract_distance_high; /**< its last one */
};

/**
 * Take another reference.
 *
 * @param t snapshot, or NULL
 * @return @p t
 * @threads shared (wait-free)
 * @since 0.1
 */
TIERMM_API struct tiermm_topology *
tiermm_topology_ref(struct tiermm_topology *t);

/**
 * Give a reference back; the last one frees the snapshot.
 *
 * @param t snapshot, or NULL
 * @threads shared (wait-free, but for the last: it frees)
 * @since 0.1
 */
TIERMM_API void tiermm_topology_unref(struct tiermm_topology *t);

/**
 * How many nodes are listed, absent ones included.
 *
 * @param t snapshot
 * @return 1 to 1024
 * @threads read
 * @since 0.1
 */
TIERMM_API uint32_t tiermm_topology_node_count(const struct tiermm_topology *t);

/**
 * The node at a place in ascending order of ids.
 *
 * @param t     snapshot
 * @param index 0 to count - 1
 * @param out   the node; untouched on error
 * @retval 0              found
 * @retval -TIERMM_ENODEV no such place
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_topology_node_at(const struct tiermm_topology *t,
				       uint32_t index, struct tiermm_node *out);

/**
 * A node by its id.
 *
 * @param t    snapshot
 * @param node its id
 * @param out  the node; untouched on error
 * @retval 0              found
 * @retval -TIERMM_ENODEV no such node
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_topology_node(const struct tiermm_topology *t,
				    int32_t node, struct tiermm_node *out);

/**
 * Dense index of a node.
 *
 * @param t    snapshot
 * @param node id
 * @return 0 to count - 1, or -1 where there is no such node
 * @threads read
 * @since 0.1
 */
TIERMM_API int32_t tiermm_topology_index(const struct tiermm_topology *t,
					 int32_t node);

/**
 * The node that a CPU is on.
 *
 * @param t   snapshot
 * @param cpu CPU number
 * @return node id, or #TIERMM_NO_NODE
 * @threads read
 * @since 0.1
 */
TIERMM_API int32_t tiermm_topology_cpu_node(const struct tiermm_topology *t,
					    uint32_t cpu);

/**
 * CPU numbers that a table over this machine's CPUs has to cover.
 *
 * @param t snapshot
 * @return the highest CPU number plus one; 0 without CPUs
 * @threads read
 * @since 0.1
 */
TIERMM_API uint32_t tiermm_topology_cpu_limit(const struct tiermm_topology *t);

/**
 * Gather nodes.
 *
 * @param t     snapshot
 * @param which TIERMM_NODES_...
 * @param out   the set; untouched on error
 * @retval 0              gathered
 * @retval -TIERMM_EINVAL unknown @p which
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_topology_nodes(const struct tiermm_topology *t,
				     uint32_t which,
				     struct tiermm_nodeset *out);

/**
 * Distance as the firmware means it: 10 is local, 255 unreachable.
 *
 * @param t    snapshot
 * @param from where the access starts
 * @param to   where the memory is
 * @return 10 to 255, or 0 where a node is unknown
 * @threads read
 * @since 0.1
 */
TIERMM_API uint32_t tiermm_topology_distance(const struct tiermm_topology *t,
					     int32_t from, int32_t to);

/**
 * Where a distance comes from.
 *
 * @param t    snapshot
 * @param from where the access starts
 * @param to   where the memory is
 * @return TIERMM_SOURCE_...; _DEFAULT where a node is unknown
 * @threads read
 * @since 0.1
 */
TIERMM_API uint32_t tiermm_topology_distance_source(
	const struct tiermm_topology *t, int32_t from, int32_t to);

/**
 * Speeds between an initiator and a target, as given.
 *
 * @param t         snapshot
 * @param initiator node that the access starts from
 * @param target    node that the memory is on
 * @param out       speeds; untouched on error
 * @retval 0              known
 * @retval -TIERMM_ENOENT nothing was said of this pair
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_topology_access(const struct tiermm_topology *t,
				      int32_t initiator, int32_t target,
				      struct tiermm_access *out);

/**
 * The speeds that abstract distances are reckoned against.
 *
 * @param t   snapshot
 * @param out set `size`; the rest is filled
 * @retval 0              filled
 * @retval -TIERMM_EINVAL @p out is NULL or its size is not this structure's
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_topology_reference(const struct tiermm_topology *t,
					 struct tiermm_reference *out);

/**
 * How many tiers have memory, fastest first.
 *
 * @param t snapshot
 * @return 0 to 1024
 * @threads read
 * @since 0.1
 */
TIERMM_API uint32_t tiermm_topology_tier_count(const struct tiermm_topology *t);

/**
 * A tier, and the nodes in it.
 *
 * @param t     snapshot
 * @param rank  0 (fastest) to count - 1
 * @param out   the tier; may be NULL; untouched on error
 * @param nodes its nodes; may be NULL; untouched on error
 * @retval 0              found
 * @retval -TIERMM_ENODEV no such tier
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_topology_tier_at(const struct tiermm_topology *t,
				       uint32_t rank, struct tiermm_tier *out,
				       struct tiermm_nodeset *nodes);

/**
 * Bytes in a base page.
 *
 * @param t snapshot
 * @return a power of two, 4096 unless the builder was told otherwise
 * @threads read
 * @since 0.1
 */
TIERMM_API uint64_t tiermm_topology_page_bytes(const struct tiermm_topology *t);

#ifdef __cplusplus
}
#endif
#endif
