/* SPDX-License-Identifier: MIT */
/* Boot memory of a scenario's beginning, zone by zone. */
#include "zones.h"

#include <stdlib.h>

#define PAGES_MAX ((int64_t)TIERMM_ZONE_PAGES_MAX)

/* Numbers of a zone as recorded. */
struct recorded {
	int64_t start;
	int64_t spanned;
	int64_t present;
	int64_t cma;
	int64_t early;
};

static int read_zone(struct tiermm_file_zones *s, const json_t *zone,
		     struct recorded *out)
{
	struct tiermm__file_reader *r = &s->reader;
	int err;

	err = tiermm__file_object(r, zone);
	if (!err)
		err = tiermm__file_optional(r, zone, "start_pfn", 0, PAGES_MAX,
					    &out->start);
	if (!err)
		err = tiermm__file_optional(r, zone, "spanned", 0, PAGES_MAX,
					    &out->spanned);
	if (!err)
		err = tiermm__file_required(r, zone, "present", 0, PAGES_MAX,
					    &out->present);
	if (!err)
		err = tiermm__file_optional(r, zone, "cma", 0, PAGES_MAX,
					    &out->cma);
	return err;
}

static int is_plugged(const struct tiermm__file_zones_state *state,
		      int32_t node, uint32_t zone)
{
	return state->device && state->online && state->node == node &&
	       state->zone == zone;
}

/*
 * What was plugged in before the recording began is no boot memory: it leaves
 * the pages present, and a zone that ends with it ends with its boot blocks.
 */
static void leave_out_plugged(const struct tiermm_file_zones *s,
			      struct tiermm_zone_boot *boot)
{
	uint64_t pages = 0, end = boot->start;

	for (uint64_t i = 0; i < s->n; i++) {
		const struct tiermm__file_zones_state *state =
			&s->states[s->first + i];
		uint64_t behind = (state->block + 1) * s->block_pages;

		if (is_plugged(state, boot->node, boot->zone))
			pages += s->block_pages;
		else if (!state->device && state->node == boot->node &&
			 (state->zone == boot->zone ||
			  state->zone == TIERMM_ZONE_SEVERAL) &&
			 behind > end)
			end = behind;
	}
	if (!pages)
		return;
	boot->present = boot->present > pages ? boot->present - pages : 0;
	if (end < boot->start + boot->spanned)
		boot->spanned = end - boot->start;
}

static int add_boot(struct tiermm_file_zones *s, int32_t node, uint32_t zone,
		    const struct recorded *recorded)
{
	struct tiermm_zone_boot boot = {
		.node = node,
		.zone = zone,
		.start = (uint64_t)recorded->start,
		.spanned = (uint64_t)recorded->spanned,
		.present = (uint64_t)recorded->present,
		.cma = (uint64_t)recorded->cma,
	};

	leave_out_plugged(s, &boot);
	if (recorded->early >= 0)
		boot.present = (uint64_t)recorded->early;
	if (!boot.present)
		return 0;
	if (tiermm_zones_add_boot(s->account, &boot))
		return tiermm__file_fail(
			&s->reader, -TIERMM_EINVAL,
			"is no zone: expected spanned >= present >= cma, and "
			"each node once");
	return 0;
}

static const json_t *early_of(const struct tiermm_file_zones *s,
			      const char *node)
{
	const json_t *initial = json_object_get(s->root, "initial");

	return json_object_get(json_object_get(initial, "early_pages"), node);
}

static int read_early(struct tiermm_file_zones *s, const char *node,
		      const char *zone, struct recorded *out)
{
	const json_t *initial = json_object_get(s->root, "initial");
	const json_t *value = json_object_get(early_of(s, node), zone);

	out->early = -1;
	if (!json_object_get(initial, "early_pages"))
		return 0;
	out->early = 0;
	if (!value)
		return 0;
	return tiermm__file_number(&s->reader, value, 0, PAGES_MAX,
				   &out->early);
}

static int begin_zone(struct tiermm_file_zones *s, const char *node_name,
		      int32_t node, const char *name, const json_t *value)
{
	struct recorded recorded = { 0 };
	uint32_t zone = tiermm__file_zones_zone(name);
	int err;

	tiermm__file_enter(&s->reader, name);
	err = read_zone(s, value, &recorded);
	if (!err)
		err = read_early(s, node_name, name, &recorded);
	if (err)
		return err;
	if (zone == TIERMM_ZONES && recorded.present)
		return tiermm__file_fail(&s->reader, -TIERMM_EPROTO,
					 "is unknown, expected DMA, DMA32, "
					 "Normal or Movable");
	if (zone < TIERMM_ZONES)
		err = add_boot(s, node, zone, &recorded);
	if (!err)
		tiermm__file_leave(&s->reader);
	return err;
}

static int read_node(struct tiermm_file_zones *s, const char *name,
		     int32_t *node)
{
	char *end;
	long number = strtol(name, &end, 10);

	if (*name < '0' || *name > '9' || *end || number >= TIERMM_MAX_NODES)
		return tiermm__file_fail(&s->reader, -TIERMM_EPROTO,
					 "is no node, expected 0 to 1023");
	*node = (int32_t)number;
	return 0;
}

static int begin_node(struct tiermm_file_zones *s, const char *name,
		      json_t *zones)
{
	const char *zone;
	json_t *value;
	int32_t node = 0;
	int err;

	err = read_node(s, name, &node);
	if (!err)
		err = tiermm__file_object(&s->reader, zones);
	if (err)
		return err;
	json_object_foreach(zones, zone, value)
	{
		err = begin_zone(s, name, node, zone, value);
		if (err)
			return err;
	}
	return 0;
}

int tiermm__file_zones_boot(struct tiermm_file_zones *s)
{
	json_t *zones =
		json_object_get(json_object_get(s->root, "initial"), "zones");
	const char *name;
	json_t *value;
	int err;

	tiermm__file_enter(&s->reader, "initial");
	tiermm__file_enter(&s->reader, "zones");
	if (!json_is_object(zones))
		return tiermm__file_unexpected(&s->reader, zones, "an object");
	json_object_foreach(zones, name, value)
	{
		tiermm__file_enter(&s->reader, name);
		err = begin_node(s, name, value);
		if (err)
			return err;
		tiermm__file_leave(&s->reader);
	}
	tiermm__file_leave(&s->reader);
	tiermm__file_leave(&s->reader);
	return 0;
}
