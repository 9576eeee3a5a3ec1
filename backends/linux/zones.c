/* SPDX-License-Identifier: MIT */
/* From what was read of a machine to an account of its zones (Z10). */
#define _GNU_SOURCE
#include "zones.h"

#include "support.h"

#include <string.h>
#include <unistd.h>

/* Captured trees do not say how great their pages were. */
#define OTHER_PAGE_BYTES 4096

/* What was plugged in is no boot memory of the zone. */
static int add_zone(struct tiermm_zones *z, const struct harvest *h,
		    const struct shown *zone)
{
	uint64_t pages = h->block_bytes / h->page_bytes, end = zone->start;
	struct tiermm_zone_boot boot = { .node = zone->node,
					 .zone = zone->zone,
					 .start = zone->start,
					 .spanned = zone->spanned,
					 .present = zone->present,
					 .cma = zone->cma };

	for (uint64_t i = 0; i < h->n_blocks; i++) {
		const struct found *b = &h->blocks[i];

		if (b->node != zone->node)
			continue;
		if (b->early &&
		    (b->zone == zone->zone || b->zone == TIERMM_ZONE_SEVERAL))
			end = (b->block + 1) * pages;
		else if (b->zone == zone->zone)
			boot.present -=
				boot.present < pages ? boot.present : pages;
	}
	if (!boot.present)
		return 0;
	if (end > boot.start && end - boot.start < boot.spanned &&
	    end - boot.start >= boot.present)
		boot.spanned = end - boot.start;
	return tiermm_zones_add_boot(z, &boot);
}

static int add_group(struct tiermm_zones *z, struct harvest *h,
		     const struct found *block)
{
	struct plugged *d = &h->plugged[block->device];
	uint64_t pages = h->block_bytes;

	if (d->group != TIERMM_ZONE_NO_GROUP)
		return 0;
	/* Ranges of one device share a group. */
	for (uint64_t i = 0; i < h->n_plugged; i++) {
		if (h->plugged[i].device_start == d->device_start &&
		    h->plugged[i].group != TIERMM_ZONE_NO_GROUP) {
			d->group = h->plugged[i].group;
			return 0;
		}
	}
	if (d->kind == TIERMM_ZONE_GROUP_STATIC)
		pages = d->device_end - d->device_start;
	return tiermm_zones_add_group(z, d->kind, block->node,
				      pages / h->page_bytes, &d->group);
}

static int add_found(struct tiermm_zones *z, struct harvest *h,
		     const struct found *b)
{
	int32_t group = TIERMM_ZONE_NO_GROUP;
	int err = 0;

	if (b->early)
		return tiermm_zones_add_boot_block(z, b->block, b->node,
						   b->zone);
	if (b->device >= 0) {
		err = add_group(z, h, b);
		group = h->plugged[b->device].group;
	}
	if (!err)
		err = tiermm_zones_plug(z, b->block, b->node, group);
	if (!err && b->zone < TIERMM_ZONES)
		err = tiermm_zones_online(z, b->block, b->zone);
	return err;
}

static int fill(struct tiermm_zones *z, struct harvest *h)
{
	int err = 0;

	for (uint64_t i = 0; !err && i < h->n_zones; i++)
		if (h->zones[i].zone < TIERMM_ZONES)
			err = add_zone(z, h, &h->zones[i]);
	for (uint64_t i = 0; !err && i < h->n_blocks; i++)
		err = add_found(z, h, &h->blocks[i]);
	return err ? -TIERMM_EINVAL : 0;
}

static int make(struct tiermm_zones **out, struct place *p, struct harvest *h,
		const struct tiermm_alloc *mem)
{
	struct tiermm_zones_options options = {
		.size = sizeof(options),
		.max_blocks = p->max_blocks,
		.max_groups = 64, /* room for more devices */
	};
	int err = tiermm__linux_harvest(p, h);

	/* Files that may be missing have complained for nothing. */
	if (!err && p->error)
		p->error->text[0] = '\0';
	options.max_blocks += h->n_blocks;
	options.max_groups += (uint32_t)h->n_plugged;
	options.block_pages = h->block_bytes / h->page_bytes;
	if (!err)
		err = tiermm_zones_create(out, &options, &h->parameters, mem);
	if (err)
		return err;
	err = fill(*out, h);
	if (!err)
		return 0;
	tiermm_zones_destroy(*out);
	*out = NULL;
	snprintf(p->path, sizeof(p->path), "%s", p->root);
	tiermm__linux_place_garbled(p, "zones and blocks",
				    "what fits together");
	return err;
}

int tiermm_linux_zones(struct tiermm_zones **out,
		       const struct tiermm_linux_zones_options *options,
		       struct tiermm_linux_error *error,
		       const struct tiermm_alloc *mem)
{
	struct harvest h = { .page_bytes = OTHER_PAGE_BYTES };
	struct place p;
	int err;

	if (!out)
		return -TIERMM_EINVAL;
	*out = NULL;
	err = tiermm__linux_place(&p, options, error);
	if (!err)
		err = tiermm__linux_alloc(&h.mem, mem);
	if (err)
		return err;
	if (strcmp(p.root, "/sys") == 0)
		h.page_bytes = (uint64_t)sysconf(_SC_PAGESIZE);
	err = make(out, &p, &h, mem);
	if (h.blocks)
		h.mem.free(h.mem.self, h.blocks,
			   h.room_blocks * sizeof(*h.blocks));
	if (h.zones)
		h.mem.free(h.mem.self, h.zones,
			   h.room_zones * sizeof(*h.zones));
	if (h.plugged)
		h.mem.free(h.mem.self, h.plugged,
			   h.room_plugged * sizeof(*h.plugged));
	return err;
}
