/* SPDX-License-Identifier: MIT */
/**
 * @file linux.h
 * The machine that this program runs on, or one whose `/sys` was captured.
 *
 *     /sys/devices/system/node ──┐
 *     a captured tree ───────────┤──> tiermm_linux_topology() ──> topology
 *                                └──> tiermm_linux_probe()    ──> findings
 *     kernel uevents ─────────────> tiermm_linux_events      ──> fd to poll
 *
 * Discovery opens, reads and closes files below one root and does nothing
 * else: system calls openat, read, close and getdents64. A missing attribute
 * is "unknown"; a garbled one is an error that names the file. The machine may
 * change meanwhile, so it is read until two passes agree. sysfs does not show
 * the distances of nodes that are absent: they are #TIERMM_SOURCE_ASSUMED.
 *
 * Nothing is found out by trying system calls, but in tiermm_linux_probe(),
 * which exists for that.
 */
#ifndef TIERMM_BACKENDS_LINUX_H
#define TIERMM_BACKENDS_LINUX_H

#include <tiermm/tiermm.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
	/** Reckon tiers from speeds even where the kernel names its own. */
	TIERMM_LINUX_IGNORE_KERNEL_TIERS = 1,
	/**
	 * Distances that break the ACPI rules are replaced as a whole by 10 and
	 * 20, instead of being refused. `numa=fake=` makes such ones: its nodes
	 * are 10 from each other.
	 */
	TIERMM_LINUX_REPLACE_DISTANCES = 2
};

/** How to read a machine; zero means the default. */
struct tiermm_linux_options {
	uint32_t size;  /**< sizeof of this struct where you compile */
	uint32_t flags; /**< TIERMM_LINUX_... */
	/** Directory that stands for `/sys`; NULL: `/sys`. */
	const char *root;
	/** Passes within which two in a row must agree, at least 2; 0: 8. */
	uint32_t max_passes;
	uint32_t reserved; /**< zero */
};

/** What was wrong. Filled by the library. */
struct tiermm_linux_error {
	uint32_t size;  /**< sizeof of this struct where you compile */
	uint32_t flags; /**< zero */
	/** "devices/system/node/node1/distance: '10 x', expected numbers". */
	char text[504];
};

/**
 * Read the machine's topology.
 *
 * @param out     the topology; NULL on error
 * @param options how, or NULL for this machine
 * @param error   what is wrong, in which file; may be NULL
 * @param mem     allocator, or NULL for malloc
 * @retval 0              read
 * @retval -TIERMM_ENOENT no node directory below the root
 * @retval -TIERMM_EACCES a file may not be read
 * @retval -TIERMM_EPROTO a file is garbled: see @p error
 * @retval -TIERMM_EIO    a file cannot be read for another reason
 * @retval -TIERMM_EINVAL what was read is no machine: see @p error; or an
 *                        option is out of range
 * @retval -TIERMM_E2BIG  an option that this library does not know is set
 * @retval -TIERMM_EAGAIN no two passes agreed: the machine keeps changing
 * @retval -TIERMM_ENOMEM no memory
 * @threads shared
 * @cost a few system calls a node, twice
 * @since 0.1
 */
TIERMM_API int tiermm_linux_topology(struct tiermm_topology **out,
				     const struct tiermm_linux_options *options,
				     struct tiermm_linux_error *error,
				     const struct tiermm_alloc *mem);

/** What a finding is about. */
enum {
	TIERMM_LINUX_NODES = 0,    /**< more than one node with memory */
	TIERMM_LINUX_TIERS,        /**< more than one tier */
	TIERMM_LINUX_SPEEDS,       /**< the kernel tells speeds (HMAT) */
	TIERMM_LINUX_MOVE_PAGES,   /**< move_pages(2), own process */
	TIERMM_LINUX_MOVE_OTHERS,  /**< move_pages(2), other processes */
	TIERMM_LINUX_MBIND,        /**< mbind(2), set_mempolicy(2) */
	TIERMM_LINUX_PAGE_OUT,     /**< process_madvise(2), and swap */
	TIERMM_LINUX_MEMBARRIER,   /**< membarrier(2), private expedited */
	TIERMM_LINUX_PAGEMAP_SCAN, /**< PAGEMAP_SCAN and async write-protect */
	TIERMM_LINUX_UEVENTS,      /**< hot-plug events */
	TIERMM_LINUX_BLOCKS,       /**< memory blocks can be on- and offlined */
	TIERMM_LINUX_NUMA_BALANCING, /**< the kernel moves pages by itself */
	TIERMM_LINUX_DEMOTION,       /**< the kernel demotes by itself */
	TIERMM_LINUX_DAMON,          /**< DAMON schemes are running */
	TIERMM_LINUX_AUTO_ONLINE,    /**< the kernel onlines blocks by itself */
	TIERMM_LINUX_CGROUP,         /**< a cgroup limits memory or nodes */
	TIERMM_LINUX_SOFT_DIRTY,     /**< writes of any process can be seen */
	TIERMM_LINUX_REFERENCED,     /**< used pages a mapping are counted */
	TIERMM_LINUX_HUGE_PAGES,     /**< a moved huge page is told as one */
	TIERMM_LINUX_DAMON_FREE,     /**< DAMON could watch a process */
	TIERMM_LINUX_FINDINGS        /**< how many findings there are */
};

/** How a finding stands. */
enum {
	TIERMM_FINDING_UNKNOWN = 0, /**< could not be told */
	TIERMM_FINDING_WORKS,       /**< works, or does not get in the way */
	TIERMM_FINDING_MISSING,     /**< does not work here */
	TIERMM_FINDING_CONFLICT     /**< will fight with the library */
};

/** One finding. Filled by the library. */
struct tiermm_linux_finding {
	uint32_t what;    /**< TIERMM_LINUX_... */
	uint32_t state;   /**< TIERMM_FINDING_... */
	char name[32];    /**< "move_pages" */
	char reason[168]; /**< "one node with memory" */
	char remedy[176]; /**< what to do about it; empty if nothing */
};

/**
 * Find out what works on this machine, what does not and why, and which
 * kernel settings will fight with the library (B5).
 *
 * This is the one call that tries system calls; do not make it under a
 * seccomp filter that kills. With a root other than `/sys` only what can be
 * read there is told, the rest is TIERMM_FINDING_UNKNOWN.
 *
 * @param options as for tiermm_linux_topology()
 * @param out     room for @p cap findings; may be NULL if @p cap is 0
 * @param cap     entries in @p out
 * @param n_out   findings there are; the first @p cap of them are written
 * @retval 0              probed
 * @retval -TIERMM_EINVAL a pointer is NULL, or an option is out of range
 * @retval -TIERMM_E2BIG  an option that this library does not know is set
 * @retval -TIERMM_ENOMEM no memory
 * @threads shared
 * @since 0.1
 */
TIERMM_API int tiermm_linux_probe(const struct tiermm_linux_options *options,
				  struct tiermm_linux_finding *out,
				  uint64_t cap, uint64_t *n_out);

/** A stream of hot-plug events. */
struct tiermm_linux_events;

/** What a hot-plug event says. */
enum {
	TIERMM_LINUX_NODE_ADDED = 1, /**< node @c id appeared */
	TIERMM_LINUX_NODE_REMOVED,   /**< node @c id disappeared */
	TIERMM_LINUX_BLOCK_ADDED,    /**< memory block @c id appeared */
	TIERMM_LINUX_BLOCK_REMOVED,  /**< memory block @c id disappeared */
	TIERMM_LINUX_BLOCK_ONLINE,   /**< memory block @c id came online */
	TIERMM_LINUX_BLOCK_OFFLINE,  /**< memory block @c id went offline */
	TIERMM_LINUX_CPU_ONLINE,     /**< CPU @c id came online */
	TIERMM_LINUX_CPU_OFFLINE,    /**< CPU @c id went offline */
	TIERMM_LINUX_OVERRUN /**< events were lost: read the machine again */
};

/** One hot-plug event. Stands in arrays; never changes size. */
struct tiermm_linux_event {
	uint32_t kind;     /**< TIERMM_LINUX_NODE_ADDED ... */
	uint32_t id;       /**< node, memory block or CPU */
	uint64_t sequence; /**< the kernel's SEQNUM; 0 where unknown */
};

/**
 * Listen to the kernel's uevents of nodes, memory blocks and CPUs.
 *
 * @param out the stream; NULL on error
 * @param mem allocator, or NULL for malloc
 * @retval 0              listening
 * @retval -TIERMM_ENOMEM no memory
 * @retval -TIERMM_EINVAL @p out is NULL, or the allocator lacks a function
 * @retval -TIERMM_ENOTSUP the kernel or a filter does not let us
 * @threads setup
 * @since 0.1
 */
TIERMM_API int tiermm_linux_events_create(struct tiermm_linux_events **out,
					  const struct tiermm_alloc *mem);

/**
 * Stop listening.
 *
 * @param e stream, or NULL
 * @threads setup
 * @since 0.1
 */
TIERMM_API void tiermm_linux_events_destroy(struct tiermm_linux_events *e);

/**
 * The file descriptor to poll for input; the stream keeps it.
 *
 * @param e stream
 * @return file descriptor
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_linux_events_fd(const struct tiermm_linux_events *e);

/**
 * Take what has come in; never waits.
 *
 * @param e     stream
 * @param out   room for @p cap events, in order
 * @param cap   entries in @p out, at least 1
 * @param n_out events written; 0: nothing of interest has come in
 * @retval 0              taken
 * @retval -TIERMM_EINVAL a pointer is NULL or @p cap is 0
 * @retval -TIERMM_EBUSY  another thread is inside; nothing taken
 * @retval -TIERMM_EIO    the stream is broken
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_linux_events_read(struct tiermm_linux_events *e,
					struct tiermm_linux_event *out,
					uint64_t cap, uint64_t *n_out);

#ifdef __cplusplus
}
#endif
#endif
