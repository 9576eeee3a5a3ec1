/* SPDX-License-Identifier: MIT */
/* The blocks of a machine at one moment, as a recording shows them. */
#include "zones.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK_MAX (INT64_C(1) << 56)

uint32_t tiermm__file_zones_device(const struct tiermm_file_zones *s,
				   const char *name)
{
	for (uint64_t i = s->n_devices; i; i--)
		if (!strcmp(s->devices[i - 1].name, name))
			return (uint32_t)i;
	return 0;
}

uint32_t
tiermm__file_zones_add_device(struct tiermm_file_zones *s,
			      const struct tiermm__file_zones_device *device)
{
	s->devices[s->n_devices++] = *device;
	return (uint32_t)s->n_devices;
}

uint32_t tiermm__file_zones_zone(const char *name)
{
	uint32_t zone = 0;

	while (zone < TIERMM_ZONES && strcmp(name, tiermm_zone_name(zone)))
		zone++;
	return zone;
}

/* A device that nobody plugged in before: it was there at boot, as a DIMM. */
static uint32_t guess_device(struct tiermm_file_zones *s, const char *name,
			     int32_t node, const json_t *blocks)
{
	struct tiermm__file_zones_device device = {
		.name = name,
		.kind = TIERMM_ZONE_GROUP_STATIC,
		.node = node,
		.group = TIERMM_ZONE_NO_GROUP,
	};
	const json_t *block;
	size_t i;

	json_array_foreach(blocks, i, block)
	{
		const char *other =
			json_string_value(json_object_get(block, "group"));

		if (other && !strcmp(other, name))
			device.pages += s->block_pages;
	}
	return tiermm__file_zones_add_device(s, &device);
}

static int read_group(struct tiermm_file_zones *s, const json_t *block,
		      const json_t *blocks,
		      struct tiermm__file_zones_state *state)
{
	const json_t *value = json_object_get(block, "group");
	const char *name = json_string_value(value);

	if (!value || json_is_null(value))
		return 0;
	if (!name) {
		tiermm__file_enter(&s->reader, "group");
		return tiermm__file_unexpected(&s->reader, value,
					       "the name of a device or null");
	}
	state->device = tiermm__file_zones_device(s, name);
	if (!state->device)
		state->device = guess_device(s, name, state->node, blocks);
	return 0;
}

static int read_zone(struct tiermm_file_zones *s, const json_t *block,
		     struct tiermm__file_zones_state *state)
{
	const json_t *value = json_object_get(block, "zone");
	const char *name = json_string_value(value);

	state->zone = TIERMM_ZONE_NONE;
	if (!state->online)
		return 0;
	if (!value || json_is_null(value) || (name && !strcmp(name, "none"))) {
		/* Boot memory of several zones; of a device: not said. */
		if (!state->device)
			state->zone = TIERMM_ZONE_SEVERAL;
		return 0;
	}
	if (name)
		state->zone = tiermm__file_zones_zone(name);
	if (name && state->zone < TIERMM_ZONES)
		return 0;
	tiermm__file_enter(&s->reader, "zone");
	return tiermm__file_unexpected(&s->reader, value,
				       "\"DMA\", \"DMA32\", \"Normal\", "
				       "\"Movable\", \"none\" or null");
}

/* "going-offline" is online until it is gone. */
static int read_online(struct tiermm_file_zones *s, const json_t *block,
		       struct tiermm__file_zones_state *state)
{
	const json_t *value = json_object_get(block, "state");
	const char *name = json_string_value(value);

	if (name && (!strcmp(name, "online") || !strcmp(name, "offline") ||
		     !strcmp(name, "going-offline"))) {
		state->online = strcmp(name, "offline") != 0;
		return 0;
	}
	tiermm__file_enter(&s->reader, "state");
	return tiermm__file_unexpected(&s->reader, value,
				       "\"online\" or \"offline\"");
}

static int read_block(struct tiermm_file_zones *s, const json_t *block,
		      const json_t *blocks,
		      struct tiermm__file_zones_state *state)
{
	int64_t id = 0, node = 0;
	int err;

	err = tiermm__file_object(&s->reader, block);
	if (!err)
		err = tiermm__file_required(&s->reader, block, "id", 0,
					    BLOCK_MAX, &id);
	if (!err)
		err = tiermm__file_required(&s->reader, block, "node", 0,
					    TIERMM_MAX_NODES - 1, &node);
	if (err)
		return err;
	state->block = (uint64_t)id;
	state->node = (int32_t)node;
	err = read_online(s, block, state);
	if (!err)
		err = read_group(s, block, blocks, state);
	if (!err)
		err = read_zone(s, block, state);
	return err;
}

static int by_id(const void *a, const void *b)
{
	const struct tiermm__file_zones_state *left = a, *right = b;

	return (left->block > right->block) - (left->block < right->block);
}

static int sort(struct tiermm_file_zones *s, uint64_t first)
{
	struct tiermm__file_zones_state *states = s->states + first;
	uint64_t n = s->n_states - first;

	if (n)
		qsort(states, (size_t)n, sizeof(*states), by_id);
	for (uint64_t i = 1; i < n; i++)
		if (states[i].block == states[i - 1].block)
			return tiermm__file_fail(&s->reader, -TIERMM_EPROTO,
						 "has block %llu twice, "
						 "expected each block once",
						 (unsigned long long)states[i]
							 .block);
	return 0;
}

int tiermm__file_zones_read_state(struct tiermm_file_zones *s,
				  const json_t *object, uint64_t *first,
				  uint64_t *n)
{
	json_t *blocks, *block;
	int err;

	*first = s->n_states;
	err = tiermm__file_list(&s->reader, object, "blocks", UINT32_MAX,
				&blocks);
	if (err)
		return err;
	tiermm__file_enter(&s->reader, "blocks");
	if (!blocks)
		return tiermm__file_unexpected(&s->reader, NULL, "a list");
	for (uint64_t i = 0; tiermm__file_next(&s->reader, blocks, i, &block);
	     i++) {
		err = read_block(s, block, blocks, &s->states[s->n_states]);
		if (err)
			return err;
		s->n_states++;
		tiermm__file_leave(&s->reader);
	}
	err = sort(s, *first);
	if (err)
		return err;
	*n = s->n_states - *first;
	tiermm__file_leave(&s->reader);
	return 0;
}
