/* SPDX-License-Identifier: MIT */
/* An account as a table for people, or as one document for programs. */
#include "buffer.h"

#include <inttypes.h>
#include <stddef.h>

#include <tiermm/backends/file_zones.h>

static int node_state(struct tiermm_zones *z, int32_t node,
		      struct tiermm_zone_state *zones)
{
	int any = 0;

	for (uint32_t i = 0; i < TIERMM_ZONES; i++) {
		int err = tiermm_zones_zone(z, node, i, &zones[i]);

		if (err)
			return err;
		any |= zones[i].present != 0;
	}
	return any;
}

static void text_node(struct tiermm__file_buffer *b, int32_t node,
		      const struct tiermm_zone_state *zones)
{
	for (uint32_t i = 0; i < TIERMM_ZONES; i++) {
		const struct tiermm_zone_state *zone = &zones[i];

		if (!zone->present)
			continue;
		tiermm__file_put(b,
				 "%-5" PRId32 " %-8s %12" PRIu64 " %12" PRIu64
				 " %12" PRIu64 " %10" PRIu64 "\n",
				 node, tiermm_zone_name(i), zone->present,
				 zone->early, zone->start, zone->cma);
	}
}

static void json_node(struct tiermm__file_buffer *b, int32_t node,
		      const struct tiermm_zone_state *zones, int is_first)
{
	const char *comma = "";

	tiermm__file_put(b, "%s\"%" PRId32 "\":{", is_first ? "" : ",", node);
	for (uint32_t i = 0; i < TIERMM_ZONES; i++) {
		const struct tiermm_zone_state *zone = &zones[i];

		if (!zone->present)
			continue;
		tiermm__file_put(b,
				 "%s\"%s\":{\"start_pfn\":%" PRIu64
				 ",\"spanned\":%" PRIu64 ",\"present\":%" PRIu64
				 ",\"early\":%" PRIu64 ",\"cma\":%" PRIu64 "}",
				 comma, tiermm_zone_name(i), zone->start,
				 zone->spanned, zone->present, zone->early,
				 zone->cma);
		comma = ",";
	}
	tiermm__file_put(b, "}");
}

static int put_nodes(struct tiermm__file_buffer *b, struct tiermm_zones *z,
		     uint32_t format)
{
	struct tiermm_zone_state zones[TIERMM_ZONES];
	int is_first = 1;

	for (int32_t node = 0; node < TIERMM_MAX_NODES; node++) {
		int any = node_state(z, node, zones);

		if (any == -TIERMM_ENODEV)
			break;
		if (any < 0)
			return any;
		if (!any)
			continue;
		if (format == TIERMM_FILE_JSON)
			json_node(b, node, zones, is_first);
		else
			text_node(b, node, zones);
		is_first = 0;
	}
	return 0;
}

static void put_check(struct tiermm__file_buffer *b,
		      const struct tiermm_zone_check *c,
		      const struct tiermm_zone_parameters *p, uint32_t format)
{
	uint64_t early = c->kernel_pages - c->kept_pages;

	if (format == TIERMM_FILE_JSON)
		tiermm__file_put(b,
				 "},\"ratio\":%" PRIu32
				 ",\"early_kernel_pages\":%" PRIu64
				 ",\"reserved_pages\":%" PRIu64
				 ",\"movable_pages\":%" PRIu64
				 ",\"limit_pages\":%" PRIu64 "}\n",
				 p->ratio, early, c->reserved_pages,
				 c->movable_pages, c->limit_pages);
	else
		tiermm__file_put(b,
				 "\nMovable outside of dynamic groups: %" PRIu64
				 " pages; %" PRIu32 " %% of %" PRIu64
				 " - %" PRIu64 " early kernel pages: %" PRIu64
				 "\n",
				 c->movable_pages, p->ratio, early,
				 c->reserved_pages, c->limit_pages);
}

static int put_account(struct tiermm__file_buffer *b, struct tiermm_zones *z,
		       uint32_t format)
{
	struct tiermm_zone_parameters p = { .size = sizeof(p) };
	struct tiermm_zone_check check;
	int err;

	err = tiermm_zones_get_parameters(z, &p);
	if (!err)
		err = tiermm_zones_check(z, TIERMM_NO_NODE,
					 TIERMM_ZONE_NO_GROUP, 0, &check);
	if (err)
		return err;
	if (format == TIERMM_FILE_JSON)
		tiermm__file_put(b, "{\"zones\":{");
	else
		tiermm__file_put(b, "%-5s %-8s %12s %12s %12s %10s\n", "node",
				 "zone", "present", "at boot", "start",
				 "contiguous");
	err = put_nodes(b, z, format);
	if (!err)
		put_check(b, &check, &p, format);
	return err;
}

int tiermm_file_zones_write(struct tiermm_zones *z, uint32_t format, char *out,
			    uint64_t cap, uint64_t *n_out)
{
	struct tiermm__file_buffer b = { .text = NULL };
	int err;

	if (!z || (cap && !out) ||
	    (format != TIERMM_FILE_TEXT && format != TIERMM_FILE_JSON))
		return -TIERMM_EINVAL;
	err = put_account(&b, z, format);
	if (!err)
		return tiermm__file_deliver(&b, out, cap, n_out);
	tiermm__file_drop(&b);
	return err;
}
