/* SPDX-License-Identifier: MIT */
/* Reading the account: blocks and zones. */
#include "zone/internal.h"

const char *tiermm_zone_name(uint32_t zone)
{
	switch (zone) {
	case TIERMM_ZONE_DMA:
		return "DMA";
	case TIERMM_ZONE_DMA32:
		return "DMA32";
	case TIERMM_ZONE_NORMAL:
		return "Normal";
	case TIERMM_ZONE_MOVABLE:
		return "Movable";
	case TIERMM_ZONE_NONE:
		return "none";
	case TIERMM_ZONE_SEVERAL:
		return "several";
	default:
		return NULL;
	}
}

static struct tiermm_zone_block told(const struct tiermm__zone_entry *entry)
{
	return (struct tiermm_zone_block){ .block = entry->block,
					   .node = entry->node,
					   .group = entry->group,
					   .zone = entry->zone,
					   .early = entry->early != 0 };
}

int tiermm_zones_block(struct tiermm_zones *z, uint64_t block,
		       struct tiermm_zone_block *out)
{
	const struct tiermm__zone_entry *entry;
	int err;

	if (!out)
		return -TIERMM_EINVAL;
	err = tiermm__zones_enter(z);
	if (err)
		return err;
	entry = tiermm__zone_find(z, block);
	if (entry)
		*out = told(entry);
	tiermm__zones_leave(z);
	return entry ? 0 : -TIERMM_ENOENT;
}

int tiermm_zones_blocks(struct tiermm_zones *z, struct tiermm_zone_block *out,
			uint64_t cap, uint64_t *n_out)
{
	uint64_t n = 0;
	int err;

	if (!n_out || (!out && cap))
		return -TIERMM_EINVAL;
	err = tiermm__zones_enter(z);
	if (err)
		return err;
	for (uint64_t i = 0; i <= z->table_mask; i++) {
		if (z->table[i].block == TIERMM__ZONE_EMPTY)
			continue;
		if (n < cap)
			out[n] = told(&z->table[i]);
		n++;
	}
	tiermm__zones_leave(z);
	*n_out = n;
	return 0;
}

static void add(struct tiermm_zone_state *sum, const struct tiermm__zone *zone)
{
	sum->present += zone->present;
	sum->early += zone->early;
	sum->cma += zone->cma;
}

static int read_zone(const struct tiermm_zones *z, int32_t node, uint32_t zone,
		     struct tiermm_zone_state *out)
{
	struct tiermm_zone_state sum = { 0 };

	if (node == TIERMM_NO_NODE) {
		for (uint32_t i = 0; i < z->room.max_nodes; i++)
			add(&sum, &z->nodes[i].zones[zone]);
	} else if (tiermm__zones_has_node(z, node)) {
		add(&sum, &z->nodes[node].zones[zone]);
		sum.start = z->nodes[node].zones[zone].start;
		sum.spanned = z->nodes[node].zones[zone].spanned;
	} else {
		return -TIERMM_ENODEV;
	}
	*out = sum;
	return 0;
}

int tiermm_zones_zone(struct tiermm_zones *z, int32_t node, uint32_t zone,
		      struct tiermm_zone_state *out)
{
	int err;

	if (!out || zone >= TIERMM_ZONES)
		return -TIERMM_EINVAL;
	err = tiermm__zones_enter(z);
	if (err)
		return err;
	err = read_zone(z, node, zone, out);
	tiermm__zones_leave(z);
	return err;
}
