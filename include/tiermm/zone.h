/* SPDX-License-Identifier: MIT */
/**
 * @file zone.h
 * Kernel or movable: a machine's zones, its memory blocks, its groups.
 *
 *     boot memory          a device that is plugged in, block by block
 *     ┌────┬──────────┐    ┌───┬───┬───┬ ─ ─ ┬───┬───┬───┬───┬───┐
 *     │DMA │  DMA32   │    │ M │ M │ M │     │ M │ N │ M │ M │ M │
 *     └────┴──────────┘    └───┴───┴───┴ ─ ─ ┴───┴───┴───┴───┴───┘
 *     early kernel memory: at a ratio of 301 % it carries three times as much
 *     movable memory (M); what comes beyond that is kernel memory (N), and
 *     inside a dynamic group that carries movable memory again
 *
 * Memory in a kernel zone serves everything and may never be unplugged; memory
 * in the movable zone can go again, but cannot hold what the kernel needs. The
 * object here keeps the account of it, as Linux 6.12 does, page for page, and
 * zone_decide.h says where a block goes. Blocks come and go by the events of
 * zone_event.h; zone_plan.h tells the sequence beforehand; zone_order.h says
 * which blocks to take away first.
 *
 * All room is taken by create. After that no event and no decision allocates,
 * and a decision costs the same with 10 groups and with 100 000 (Z5).
 *
 *     tiermm_zones_create(&z, NULL, NULL, NULL);
 *     tiermm_zones_add_boot(z, &(struct tiermm_zone_boot){ .node = 0,
 *             .zone = TIERMM_ZONE_NORMAL, .start = 0, .spanned = 1048576,
 *             .present = 1048576 });
 *     tiermm_zones_add_group(z, TIERMM_ZONE_GROUP_DYNAMIC, 0, 32768, &group);
 *
 * Threads: all calls on one object are `owner`.
 */
#ifndef TIERMM_ZONE_H
#define TIERMM_ZONE_H

#include <tiermm/alloc.h>
#include <tiermm/error.h>
#include <tiermm/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The account of a machine's zones. */
struct tiermm_zones;

/** Zones of a node, lowest first, and what else a block can be in. */
enum {
	TIERMM_ZONE_DMA = 0,
	TIERMM_ZONE_DMA32,
	TIERMM_ZONE_NORMAL,
	TIERMM_ZONE_MOVABLE,
	TIERMM_ZONE_NONE,   /**< the block is offline */
	TIERMM_ZONE_SEVERAL /**< boot memory only; such a block stays */
};
/** Zones run from 0 to one less than this. */
#define TIERMM_ZONES 4

/** Page counts and frame numbers end here: 100 times it fits 64 bits. */
#define TIERMM_ZONE_PAGES_MAX (UINT64_C(1) << 57)
/** The greatest ratio, in percent. */
#define TIERMM_ZONE_RATIO_MAX 2147483647u

/** Which zone a block gets where nobody says which (Z1). */
enum {
	/** The zone that touches it already, else kernel: Linux's default. */
	TIERMM_ZONE_POLICY_CONTIG_ZONES = 0,
	/** Movable as far as the ratio allows. */
	TIERMM_ZONE_POLICY_AUTO_MOVABLE,
	TIERMM_ZONE_POLICY_KERNEL, /**< always a kernel zone */
	TIERMM_ZONE_POLICY_MOVABLE /**< always the movable zone */
};
/** Policies run from 0 to one less than this. */
#define TIERMM_ZONE_POLICIES 4

enum {
	/** Test the ratio on the block's node too, besides the whole. */
	TIERMM_ZONE_NODE_AWARE = 1,
	/** contig-zones prefers movable (the boot parameter movable_node). */
	TIERMM_ZONE_MOVABLE_NODE = 2,
	/**
	 * Not in Linux: a node without boot memory is judged by the whole
	 * machine alone, instead of never getting movable memory (Z9).
	 */
	TIERMM_ZONE_BARE_NODES = 4
};

/** What the policy goes by. Every field is literal; zero is no default. */
struct tiermm_zone_parameters {
	uint32_t size;   /**< sizeof of this struct where you compile */
	uint32_t flags;  /**< TIERMM_ZONE_NODE_AWARE, ... */
	uint32_t policy; /**< TIERMM_ZONE_POLICY_... */
	uint32_t ratio;  /**< movable to kernel, in percent; 0: never movable */
	/** Not in Linux: early kernel pages that carry nothing (Z9). */
	uint64_t kept_pages;
};

/** Room of the object; zero means the default. */
struct tiermm_zones_options {
	uint32_t size;        /**< sizeof of this struct where you compile */
	uint32_t flags;       /**< zero */
	uint32_t max_nodes;   /**< node ids from 0 up; 0: 1024 */
	uint32_t max_groups;  /**< groups at a time; 0: 1024 */
	uint64_t max_blocks;  /**< blocks known at a time; 0: 65 536 */
	uint64_t block_pages; /**< pages a block, a power of two; 0: 32 768 */
};

/** Boot memory of one zone. Stands in arrays; never changes size. */
struct tiermm_zone_boot {
	int32_t node;         /**< its node */
	uint32_t zone;        /**< TIERMM_ZONE_DMA to TIERMM_ZONE_MOVABLE */
	uint64_t start;       /**< first frame */
	uint64_t spanned;     /**< frames from the first to the last */
	uint64_t present;     /**< pages that are there */
	uint64_t cma;         /**< of them, in contiguous allocator areas */
	uint64_t reserved[3]; /**< zero */
};

/** Kinds of memory groups (Z2). */
enum {
	TIERMM_ZONE_GROUP_NONE = 0,
	TIERMM_ZONE_GROUP_STATIC, /**< one DIMM or DAX device: all or nothing */
	TIERMM_ZONE_GROUP_DYNAMIC /**< virtio-mem: grows and shrinks by units */
};
/** "No group". */
#define TIERMM_ZONE_NO_GROUP (-1)

/** A group. Stands in arrays; never changes size. */
struct tiermm_zone_group {
	uint32_t kind;          /**< TIERMM_ZONE_GROUP_...; NONE: no such */
	int32_t node;           /**< where its blocks are */
	uint64_t pages;         /**< most pages (static), of a unit (dynamic) */
	uint64_t movable_pages; /**< online in the movable zone */
	uint64_t kernel_pages;  /**< online in kernel zones */
	/** Early kernel pages that it needs beyond its own (dynamic). */
	uint64_t reserved_pages;
	uint64_t members; /**< blocks plugged in, online or not */
};

/**
 * Make an empty account.
 *
 * @param out        the account; NULL on error
 * @param options    room, or NULL for the defaults
 * @param parameters policy, or NULL for Linux's own: contig-zones, 301 %,
 *                   node-aware
 * @param mem        allocator, or NULL for malloc
 * @retval 0              made
 * @retval -TIERMM_ENOMEM no memory
 * @retval -TIERMM_EINVAL an option or a parameter is out of range
 * @retval -TIERMM_E2BIG  an option that this library does not know is set
 * @threads setup
 * @since 0.1
 */
TIERMM_API int
tiermm_zones_create(struct tiermm_zones **out,
		    const struct tiermm_zones_options *options,
		    const struct tiermm_zone_parameters *parameters,
		    const struct tiermm_alloc *mem);

/**
 * Bytes that tiermm_zones_init() needs.
 *
 * @param options as for create, or NULL
 * @param bytes   bytes needed; untouched on error
 * @retval 0              told
 * @retval -TIERMM_EINVAL an option is out of range
 * @retval -TIERMM_E2BIG  an option that this library does not know is set
 * @threads read
 * @since 0.1
 */
TIERMM_API int
tiermm_zones_footprint(const struct tiermm_zones_options *options,
		       uint64_t *bytes);

/**
 * Make one in memory of the caller, who frees it after destroy.
 *
 * @param out        the account; NULL on error
 * @param memory     memory aligned to #TIERMM_ALIGN
 * @param bytes      its size
 * @param options    as for footprint
 * @param parameters as for create
 * @retval 0              made
 * @retval -TIERMM_ENOMEM @p bytes is less than the footprint
 * @retval -TIERMM_EINVAL misaligned memory, or as for create
 * @retval -TIERMM_E2BIG  an option that this library does not know is set
 * @threads setup
 * @since 0.1
 */
TIERMM_API int
tiermm_zones_init(struct tiermm_zones **out, void *memory, uint64_t bytes,
		  const struct tiermm_zones_options *options,
		  const struct tiermm_zone_parameters *parameters);

/**
 * Give an account back.
 *
 * @param z account, or NULL
 * @threads setup
 * @since 0.1
 */
TIERMM_API void tiermm_zones_destroy(struct tiermm_zones *z);

/**
 * Describe the boot memory of one zone, before any block of it is named.
 *
 * @param z    account
 * @param boot the zone
 * @retval 0              taken
 * @retval -TIERMM_EINVAL more present than spanned, more contiguous areas than
 *                        present, beyond #TIERMM_ZONE_PAGES_MAX, a reserved
 *                        field is set, or blocks of the node that are plugged
 *                        in leave no room for so much
 * @retval -TIERMM_ENODEV node beyond the room
 * @retval -TIERMM_EEXIST that zone has memory already
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @cost O(1), or O(room for blocks) where blocks are known
 * @since 0.1
 */
TIERMM_API int tiermm_zones_add_boot(struct tiermm_zones *z,
				     const struct tiermm_zone_boot *boot);

/**
 * Name a block of boot memory, so that it can go offline. Its pages are in
 * tiermm_zones_add_boot() already. Blocks that are not named stay for ever, and
 * nothing can be plugged in where they must be.
 *
 * @param z     account
 * @param block its id: frame number divided by pages a block
 * @param node  its node
 * @param zone  where it is: a zone, _SEVERAL, or _NONE where it is offline
 * @retval 0              taken
 * @retval -TIERMM_EINVAL unknown zone, no boot memory of it is there, or it
 *                        takes the place of boot memory of another zone
 * @retval -TIERMM_ENODEV node beyond the room
 * @retval -TIERMM_EEXIST known already
 * @retval -TIERMM_ENOSPC no room for another block
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_zones_add_boot_block(struct tiermm_zones *z,
					   uint64_t block, int32_t node,
					   uint32_t zone);

/**
 * Register a memory group (Z2).
 *
 * @param z     account
 * @param kind  TIERMM_ZONE_GROUP_STATIC or _DYNAMIC
 * @param node  where its blocks will be
 * @param pages most pages, not 0 (static); pages of a unit, a power of two, at
 *              least a block and at most as many as there is room (dynamic)
 * @param group its id, from 0 up; untouched on error
 * @retval 0              registered
 * @retval -TIERMM_EINVAL another kind, or pages out of range
 * @retval -TIERMM_ENODEV node beyond the room
 * @retval -TIERMM_ENOSPC no room for another group
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_zones_add_group(struct tiermm_zones *z, uint32_t kind,
				      int32_t node, uint64_t pages,
				      int32_t *group);

/**
 * Take a group away. Its id may be given to another one later.
 *
 * @param z     account
 * @param group its id
 * @retval 0              gone
 * @retval -TIERMM_EINVAL no such group
 * @retval -TIERMM_EBUSY  blocks of it are plugged in, or another thread is
 *                        inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_zones_remove_group(struct tiermm_zones *z, int32_t group);

/**
 * Name of a zone, as the kernel writes it: "DMA32", "Movable", "none".
 *
 * @param zone TIERMM_ZONE_...
 * @return static text; NULL for an unknown one
 * @threads read
 * @since 0.1
 */
TIERMM_API const char *tiermm_zone_name(uint32_t zone);

#ifdef __cplusplus
}
#endif
#endif
