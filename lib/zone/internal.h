/* SPDX-License-Identifier: MIT */
/*
 * The account of a machine's zones, as it looks inside.
 *
 * Sums are kept, not collected: an event changes the numbers of one block's
 * zone and group, and then the totals of its node and of the machine by the
 * difference. A check reads one set of totals and one group (Z5).
 */
#ifndef TIERMM_ZONE_INTERNAL_H
#define TIERMM_ZONE_INTERNAL_H

#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"
#include "base/owner.h"

#include <tiermm/zone.h>
#include <tiermm/zone_decide.h>
#include <tiermm/zone_event.h>
#include <tiermm/zone_plan.h>

/* No block has this id. */
#define TIERMM__ZONE_EMPTY UINT64_MAX

/* A block in the table. */
struct tiermm__zone_entry {
	uint64_t block; /* TIERMM__ZONE_EMPTY: none */
	int32_t group;
	int16_t node;
	uint8_t zone;  /* TIERMM_ZONE_..., _NONE and _SEVERAL too */
	uint8_t early; /* TIERMM__ZONE_PLUGGED, ... */
};

/* Where the pages of a block come from. */
enum {
	TIERMM__ZONE_PLUGGED = 0,
	TIERMM__ZONE_BOOT, /* boot memory, in what was described */
	/* Boot memory that went offline: counted like any other block. */
	TIERMM__ZONE_MOVED
};

/* A zone of a node. */
struct tiermm__zone {
	uint64_t start;
	uint64_t spanned;
	uint64_t present;
	uint64_t early;
	uint64_t cma;
	/* Boot memory: blocks that went once are no longer counted below. */
	uint64_t boot_left;  /* pages */
	uint64_t boot_named; /* frames in blocks that were named */
	uint64_t boot_start; /* where it was described */
	uint64_t boot_end;
	uint64_t boot_taken; /* frames there in blocks that are known */
};

/* The numbers of a check that do not depend on a group. */
struct tiermm__zone_totals {
	uint64_t kernel;   /* early kernel pages, contiguous areas left out */
	uint64_t movable;  /* the movable zone, and contiguous areas */
	uint64_t reserved; /* sum over dynamic groups */
	uint64_t grouped;  /* movable pages of dynamic groups */
};

struct tiermm__zone_node {
	struct tiermm__zone zones[TIERMM_ZONES];
	struct tiermm__zone_totals totals;
};

struct tiermm_zones {
	struct tiermm__owner owner;
	struct tiermm_alloc mem;
	uint64_t bytes;
	struct tiermm_zones_options room; /* no zeros left */
	struct tiermm_zone_parameters parameters;
	struct tiermm__zone_totals whole;
	uint64_t n_blocks;
	uint64_t table_mask;
	uint32_t free_group; /* first free slot, or room.max_groups */
	/* The arrays, behind this in the same memory. */
	struct tiermm__zone_entry *table;
	struct tiermm__zone_node *nodes;
	/* Kind NONE: free, and `pages` is the next free slot. */
	struct tiermm_zone_group *groups;
};

/* zones.c */
int tiermm__zones_enter(struct tiermm_zones *z);
void tiermm__zones_leave(struct tiermm_zones *z);

static inline int tiermm__zones_has_node(const struct tiermm_zones *z,
					 int32_t node)
{
	return node >= 0 && (uint32_t)node < z->room.max_nodes;
}

/* table.c */
void tiermm__zone_table_clear(struct tiermm_zones *z);
struct tiermm__zone_entry *tiermm__zone_find(const struct tiermm_zones *z,
					     uint64_t block);
/* The caller knows that there is room and that the block is not there. */
struct tiermm__zone_entry *tiermm__zone_insert(struct tiermm_zones *z,
					       uint64_t block);
void tiermm__zone_erase(struct tiermm_zones *z,
			struct tiermm__zone_entry *entry);
/* Whether a block of this id lies within TIERMM_ZONE_PAGES_MAX. */
int tiermm__zone_id_fits(const struct tiermm_zones *z, uint64_t block);

/* boot.c */
/* Frames of a block where boot memory of a zone was described. */
uint64_t tiermm__zone_boot_frames(const struct tiermm_zones *z, uint64_t block,
				  int32_t node, uint32_t zone);
/* Whether all that boot put into a zone may be in blocks with a name. */
int tiermm__zone_boot_is_named(const struct tiermm__zone *zone);
/*
 * Whether a block may take its place: boot memory that has no name is among
 * the frames that no block takes. `zone` is where boot memory of the block is;
 * _NONE: it is none, or went.
 */
int tiermm__zone_boot_makes_room(const struct tiermm_zones *z, uint64_t block,
				 int32_t node, uint32_t zone);
void tiermm__zone_boot_take(struct tiermm_zones *z, uint64_t block,
			    int32_t node, uint32_t zone);
void tiermm__zone_boot_give(struct tiermm_zones *z,
			    const struct tiermm__zone_entry *entry);
/* Where boot memory of a block is that never went; _NONE: it is none. */
uint32_t tiermm__zone_boot_of(const struct tiermm__zone_entry *entry);
/* A block of boot memory goes for the first time. */
void tiermm__zone_boot_move(struct tiermm_zones *z,
			    struct tiermm__zone_entry *entry);

/* group.c: NULL where there is none of this id. */
struct tiermm_zone_group *tiermm__zone_group_of(const struct tiermm_zones *z,
						int32_t group);
void tiermm__zone_groups_clear(struct tiermm_zones *z);

/* account.c */
/* What a dynamic group needs of others' early memory at a ratio. */
uint64_t tiermm__zone_reserved(const struct tiermm_zone_group *group,
			       uint32_t ratio);
/* The totals of a node's zones, groups left out. */
void tiermm__zone_sum(const struct tiermm__zone_node *node,
		      struct tiermm__zone_totals *out);
/* After a change to zones of a node, or to the pages of a group. */
void tiermm__zone_refresh_node(struct tiermm_zones *z, int32_t node);
void tiermm__zone_count_group(struct tiermm_zones *z,
			      struct tiermm_zone_group *group, uint32_t zone,
			      int64_t pages);
void tiermm__zone_refresh_ratio(struct tiermm_zones *z);

/* span.c */
int tiermm__zone_touches(const struct tiermm__zone *zone, uint64_t start,
			 uint64_t pages);
void tiermm__zone_grow(struct tiermm__zone *zone, uint64_t start,
		       uint64_t pages);
/* The block is out of the zone already. */
void tiermm__zone_shrink(const struct tiermm_zones *z, int32_t node,
			 uint32_t zone, uint64_t block);

/* check.c */
/* Overflow saturates: beyond any limit is beyond any memory. */
uint64_t tiermm__zone_limit(uint64_t pages, uint32_t ratio);
/*
 * Work the check out from totals that may be those of a plan; a group's own
 * share is taken out where it counts for this scope.
 */
void tiermm__zone_work_out(const struct tiermm_zone_parameters *parameters,
			   const struct tiermm__zone_totals *totals,
			   int32_t node, const struct tiermm_zone_group *group,
			   uint64_t need, struct tiermm_zone_check *out);

/* What a decision looks at: the account, or a plan's copies of it. */
struct tiermm__zone_view {
	const struct tiermm_zone_parameters *parameters;
	const struct tiermm__zone_totals *whole;
	const struct tiermm__zone_node *node;
	const struct tiermm_zone_group *group; /* NULL: none */
	int32_t node_id;
	uint64_t start; /* of the block */
	uint64_t pages; /* of a block */
	/* The unit of a dynamic group, where it has several blocks. */
	uint64_t unit_online; /* pages of it in the movable zone */
	uint64_t unit_kernel; /* its first block in a kernel zone starts here */
	uint32_t unit_has_kernel;
};

/* judge.c: the view's block, by policy; why->reason and the checks too. */
uint32_t tiermm__zone_judge(const struct tiermm__zone_view *view, uint32_t how,
			    struct tiermm_zone_decision *why);
/* Pages that have to fit at once; 0: kernel memory stands in the way. */
uint64_t tiermm__zone_wish(const struct tiermm__zone_view *view);
/* Whether blocks are decided by units of several. */
int tiermm__zone_has_units(const struct tiermm__zone_view *view);

/* decide.c: the view of an offline block, and of the unit around one. */
void tiermm__zone_look(const struct tiermm_zones *z,
		       const struct tiermm__zone_entry *entry,
		       struct tiermm__zone_view *view);
void tiermm__zone_look_at_unit(const struct tiermm_zones *z,
			       struct tiermm__zone_view *view);

/* need.c: lowest ratio at which `need` pages fit; 0: none. */
uint32_t tiermm__zone_lowest_ratio(const struct tiermm_zones *z, int32_t node,
				   const struct tiermm_zone_group *group,
				   uint64_t need, int node_aware);

/* plan_device.c: 0 or an error; what was left out of *d is filled in. */
int tiermm__zone_check_device(const struct tiermm_zones *z,
			      struct tiermm_zone_device *d);

/* plan_limits.c */
/* Pages of all zones. */
uint64_t tiermm__zone_present(const struct tiermm_zones *z);
/* The what-ifs of a plan, for a device whose first block is in view. */
void tiermm__zone_plan_limits(const struct tiermm_zones *z,
			      const struct tiermm_zone_device *d,
			      const struct tiermm__zone_view *view,
			      struct tiermm_zone_plan *plan);

/* event.c: for a caller that is inside. */
int tiermm__zone_online(struct tiermm_zones *z,
			struct tiermm__zone_entry *entry, uint32_t zone);
int tiermm__zone_offline(struct tiermm_zones *z,
			 struct tiermm__zone_entry *entry);

#endif
