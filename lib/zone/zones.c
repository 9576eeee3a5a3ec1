/* SPDX-License-Identifier: MIT */
/* Accounts of zones: their room, their parameters, their life. */
#include "zone/internal.h"

#include "base/alloc.h"
#include "base/carve.h"
#include "base/memory.h"
#include "base/options.h"

#define DEFAULT_GROUPS 1024
#define DEFAULT_BLOCKS 65536
#define DEFAULT_BLOCK_PAGES 32768
#define MAX_GROUPS 0x7fffffffu
#define MAX_BLOCKS (UINT64_C(1) << 40)
/* Linux's defaults. */
#define DEFAULT_RATIO 301

#define KNOWN_FLAGS                                          \
	(TIERMM_ZONE_NODE_AWARE | TIERMM_ZONE_MOVABLE_NODE | \
	 TIERMM_ZONE_BARE_NODES)

static int check_room(const struct tiermm_zones_options *room)
{
	if (room->max_nodes > TIERMM_MAX_NODES ||
	    room->max_groups > MAX_GROUPS || room->max_blocks > MAX_BLOCKS)
		return -TIERMM_EINVAL;
	if ((room->block_pages & (room->block_pages - 1)) ||
	    room->block_pages > TIERMM_ZONE_PAGES_MAX)
		return -TIERMM_EINVAL;
	return 0;
}

static int resolve_room(struct tiermm_zones_options *room,
			const struct tiermm_zones_options *from)
{
	int err = tiermm__options_copy(room, sizeof(*room), from, sizeof(*room),
				       0);

	if (err)
		return err;
	tiermm__default_u32(&room->max_nodes, TIERMM_MAX_NODES);
	tiermm__default_u32(&room->max_groups, DEFAULT_GROUPS);
	tiermm__default_u64(&room->max_blocks, DEFAULT_BLOCKS);
	tiermm__default_u64(&room->block_pages, DEFAULT_BLOCK_PAGES);
	return check_room(room);
}

static int resolve_parameters(struct tiermm_zone_parameters *to,
			      const struct tiermm_zone_parameters *from)
{
	int err = tiermm__options_copy(to, sizeof(*to), from, sizeof(*to),
				       KNOWN_FLAGS);

	if (err)
		return err;
	if (!from) {
		to->flags = TIERMM_ZONE_NODE_AWARE;
		to->ratio = DEFAULT_RATIO;
	}
	if (to->policy >= TIERMM_ZONE_POLICIES ||
	    to->ratio > TIERMM_ZONE_RATIO_MAX)
		return -TIERMM_EINVAL;
	return 0;
}

/* At most half full, so that a search for what is not there is short. */
static uint64_t table_places(const struct tiermm_zones_options *room)
{
	uint64_t places = 16;

	while (places < room->max_blocks * 2)
		places *= 2;
	return places;
}

/*
 * Lay the arrays of *z out behind it in memory; with NULL only measure, and
 * *z is a scratch one. See base/carve.h.
 */
static uint64_t lay_out(struct tiermm_zones *z, void *memory,
			const struct tiermm_zones_options *room)
{
	struct tiermm__carver c = { .base = memory };

	tiermm__carve(&c, 1, sizeof(*z));
	z->nodes = tiermm__carve(&c, room->max_nodes, sizeof(*z->nodes));
	z->groups = tiermm__carve(&c, room->max_groups, sizeof(*z->groups));
	z->table = tiermm__carve(&c, table_places(room), sizeof(*z->table));
	return tiermm__carved(&c);
}

static uint64_t bytes_needed(const struct tiermm_zones_options *room)
{
	struct tiermm_zones scratch;

	return lay_out(&scratch, NULL, room);
}

static struct tiermm_zones *
begin(void *memory, uint64_t bytes, const struct tiermm_alloc *mem,
      const struct tiermm_zones_options *room,
      const struct tiermm_zone_parameters *parameters)
{
	struct tiermm_zones *z = memory;

	memset(z, 0, sizeof(*z));
	lay_out(z, memory, room);
	tiermm__owner_init(&z->owner);
	z->mem = *mem;
	z->bytes = bytes;
	z->room = *room;
	z->parameters = *parameters;
	z->table_mask = table_places(room) - 1;
	memset(z->nodes, 0, (size_t)room->max_nodes * sizeof(*z->nodes));
	tiermm__zone_groups_clear(z);
	tiermm__zone_table_clear(z);
	return z;
}

int tiermm_zones_create(struct tiermm_zones **out,
			const struct tiermm_zones_options *options,
			const struct tiermm_zone_parameters *parameters,
			const struct tiermm_alloc *mem)
{
	struct tiermm_zone_parameters policy;
	struct tiermm_zones_options room;
	struct tiermm_alloc source;
	void *memory = NULL;
	uint64_t bytes;
	int err;

	if (!out)
		return -TIERMM_EINVAL;
	*out = NULL;
	err = resolve_room(&room, options);
	if (!err)
		err = resolve_parameters(&policy, parameters);
	if (err)
		return err;
	bytes = bytes_needed(&room);
	err = tiermm__place_alloc(&source, mem, bytes, &memory);
	if (!err)
		*out = begin(memory, bytes, &source, &room, &policy);
	return err;
}

int tiermm_zones_footprint(const struct tiermm_zones_options *options,
			   uint64_t *bytes)
{
	struct tiermm_zones_options room;
	int err;

	if (!bytes)
		return -TIERMM_EINVAL;
	err = resolve_room(&room, options);
	if (err)
		return err;
	*bytes = bytes_needed(&room);
	return 0;
}

int tiermm_zones_init(struct tiermm_zones **out, void *memory, uint64_t bytes,
		      const struct tiermm_zones_options *options,
		      const struct tiermm_zone_parameters *parameters)
{
	struct tiermm_zone_parameters policy;
	struct tiermm_zones_options room;
	struct tiermm_alloc nowhere;
	int err;

	if (!out)
		return -TIERMM_EINVAL;
	*out = NULL;
	err = resolve_room(&room, options);
	if (!err)
		err = resolve_parameters(&policy, parameters);
	if (!err)
		err = tiermm__place_given(&nowhere, memory, bytes,
					  bytes_needed(&room));
	if (!err)
		*out = begin(memory, bytes, &nowhere, &room, &policy);
	return err;
}

void tiermm_zones_destroy(struct tiermm_zones *z)
{
	struct tiermm_alloc mem;

	if (!z)
		return;
	mem = z->mem; /* it stands in what it frees */
	tiermm__free(&mem, z, z->bytes);
}

int tiermm__zones_enter(struct tiermm_zones *z)
{
	return z ? tiermm__owner_enter(&z->owner) : -TIERMM_EINVAL;
}

void tiermm__zones_leave(struct tiermm_zones *z)
{
	tiermm__owner_leave(&z->owner);
}

int tiermm_zones_get_parameters(struct tiermm_zones *z,
				struct tiermm_zone_parameters *out)
{
	int err;

	if (!out || out->size < sizeof(*out))
		return -TIERMM_EINVAL;
	err = tiermm__zones_enter(z);
	if (err)
		return err;
	tiermm__give_out(out, &z->parameters, sizeof(*out));
	tiermm__zones_leave(z);
	return 0;
}

int tiermm_zones_set_parameters(struct tiermm_zones *z,
				const struct tiermm_zone_parameters *parameters)
{
	struct tiermm_zone_parameters policy;
	uint32_t ratio;
	int err;

	if (!parameters)
		return -TIERMM_EINVAL;
	err = resolve_parameters(&policy, parameters);
	if (!err)
		err = tiermm__zones_enter(z);
	if (err)
		return err;
	ratio = z->parameters.ratio;
	z->parameters = policy;
	if (ratio != policy.ratio)
		tiermm__zone_refresh_ratio(z);
	tiermm__zones_leave(z);
	return 0;
}
