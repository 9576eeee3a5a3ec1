/* SPDX-License-Identifier: MIT */
/* The order of virtio-mem (Z8): one pass over the blocks for each rank. */
#include <stddef.h>

#include <tiermm/zone_order.h>

/* A block that no rank takes. */
#define NO_RANK 16

struct request {
	const struct tiermm_zone_part *parts;
	uint64_t n;
	uint32_t flags;
	uint64_t left;
	struct tiermm_zone_move *out;
	uint64_t cap;
	uint64_t n_out;
};

static int has_holes(const struct tiermm_zone_part *part)
{
	return part->plugged < part->whole;
}

static uint32_t plug_rank(const struct tiermm_zone_part *part, uint32_t flags)
{
	if (part->state == TIERMM_ZONE_PART_UNUSED)
		return 3;
	if (!has_holes(part) || (flags & TIERMM_ZONE_ORDER_BIG_BLOCKS))
		return NO_RANK;
	switch (part->state) {
	case TIERMM_ZONE_PART_KERNEL:
		return 0;
	case TIERMM_ZONE_PART_MOVABLE:
		return 1;
	default:
		return 2;
	}
}

static uint32_t unplug_rank(const struct tiermm_zone_part *part, uint32_t flags)
{
	int holes = has_holes(part);

	if (part->state == TIERMM_ZONE_PART_UNUSED)
		return NO_RANK;
	if (part->state == TIERMM_ZONE_PART_OFFLINE)
		return holes || (flags & TIERMM_ZONE_ORDER_BIG_BLOCKS) ? 0 : 1;
	if (flags & TIERMM_ZONE_ORDER_OFFLINE_ONLY)
		return NO_RANK;
	if (part->state == TIERMM_ZONE_PART_MOVABLE)
		return holes ? 2 : 4;
	if (flags & TIERMM_ZONE_ORDER_BIG_BLOCKS)
		return 5;
	return holes ? 3 : 5;
}

/* How many units of a block to move; 0: none. */
static uint64_t share(const struct request *r, uint64_t units)
{
	if (units <= r->left)
		return units;
	return r->flags & TIERMM_ZONE_ORDER_BIG_BLOCKS ? 0 : r->left;
}

static void move(struct request *r, uint64_t block, uint64_t units)
{
	if (!units)
		return;
	if (r->n_out < r->cap)
		r->out[r->n_out] = (struct tiermm_zone_move){ block, units };
	r->n_out++;
	r->left -= units;
}

static void plug_all(struct request *r)
{
	for (uint32_t rank = 0; rank < 4; rank++) {
		for (uint64_t i = 0; i < r->n && r->left; i++) {
			const struct tiermm_zone_part *part = &r->parts[i];

			if (plug_rank(part, r->flags) == rank)
				move(r, part->block,
				     share(r, part->whole - part->plugged));
		}
	}
}

static void unplug_all(struct request *r)
{
	for (uint32_t rank = 0; rank < 6; rank++) {
		for (uint64_t i = r->n; i && r->left; i--) {
			const struct tiermm_zone_part *part = &r->parts[i - 1];

			if (unplug_rank(part, r->flags) == rank)
				move(r, part->block, share(r, part->plugged));
		}
	}
}

static int part_is_possible(const struct tiermm_zone_part *part)
{
	int is_unused = part->state == TIERMM_ZONE_PART_UNUSED;

	return part->whole && part->plugged <= part->whole &&
	       part->state <= TIERMM_ZONE_PART_KERNEL && !part->reserved &&
	       is_unused == !part->plugged;
}

static int check(const struct request *r, uint32_t known_flags,
		 const uint64_t *n_out)
{
	if ((!r->parts && r->n) || (!r->out && r->cap) || !n_out ||
	    (r->flags & ~known_flags))
		return -TIERMM_EINVAL;
	for (uint64_t i = 0; i < r->n; i++)
		if (!part_is_possible(&r->parts[i]) ||
		    (i && r->parts[i - 1].block >= r->parts[i].block))
			return -TIERMM_EINVAL;
	return 0;
}

static void finish(const struct request *r, uint64_t *n_out, uint64_t *n_left)
{
	*n_out = r->n_out;
	if (n_left)
		*n_left = r->left;
}

int tiermm_zone_plug_order(const struct tiermm_zone_part *parts, uint64_t n,
			   uint32_t flags, uint64_t units,
			   struct tiermm_zone_move *out, uint64_t cap,
			   uint64_t *n_out, uint64_t *n_left)
{
	struct request r = { parts, n, flags, units, out, cap, 0 };

	if (check(&r, TIERMM_ZONE_ORDER_BIG_BLOCKS, n_out))
		return -TIERMM_EINVAL;
	plug_all(&r);
	finish(&r, n_out, n_left);
	return 0;
}

int tiermm_zone_unplug_order(const struct tiermm_zone_part *parts, uint64_t n,
			     uint32_t flags, uint64_t units,
			     struct tiermm_zone_move *out, uint64_t cap,
			     uint64_t *n_out, uint64_t *n_left)
{
	struct request r = { parts, n, flags, units, out, cap, 0 };

	if (check(&r,
		  TIERMM_ZONE_ORDER_OFFLINE_ONLY | TIERMM_ZONE_ORDER_BIG_BLOCKS,
		  n_out))
		return -TIERMM_EINVAL;
	unplug_all(&r);
	finish(&r, n_out, n_left);
	return 0;
}
