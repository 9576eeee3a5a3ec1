/* SPDX-License-Identifier: MIT */
/* From the files of a machine to an account of its zones (Z10). */
#define _GNU_SOURCE
#include "zones.h"

#include "support.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PARAMETERS "module/memory_hotplug/parameters/"
/* Captured trees do not say how great their pages were. */
#define OTHER_PAGE_BYTES 4096

int tiermm__linux_grow(const struct tiermm_alloc *mem, void **list, uint64_t n,
		       uint64_t *room, uint64_t each)
{
	uint64_t more = *room ? *room * 2 : 64;
	void *memory;

	if (n < *room)
		return 0;
	memory = mem->alloc(mem->self, more * each, sizeof(uint64_t));
	if (!memory)
		return -TIERMM_ENOMEM;
	if (*list) {
		memcpy(memory, *list, (size_t)(n * each));
		mem->free(mem->self, *list, *room * each);
	}
	*list = memory;
	*room = more;
	return 0;
}

/* The number behind a prefix, if a name is that; -1 else. */
static int64_t number_of(const char *name, const char *prefix)
{
	size_t length = strlen(prefix);
	char *end;
	unsigned long long number;

	if (strncmp(name, prefix, length) || name[length] < '0' ||
	    name[length] > '9')
		return -1;
	errno = 0;
	number = strtoull(name + length, &end, 10);
	return *end || errno || number > INT64_MAX ? -1 : (int64_t)number;
}

static int add_block(struct place *p, struct harvest *h, uint64_t block,
		     int32_t node)
{
	struct found *found;
	int err;

	/* A boot block of several nodes is named by each; the first counts. */
	for (uint64_t i = 0; i < h->n_blocks && node; i++)
		if (h->blocks[i].block == block)
			return 0;
	err = tiermm__linux_grow(&h->mem, (void **)&h->blocks, h->n_blocks,
				 &h->room_blocks, sizeof(*h->blocks));
	if (err)
		return err;
	found = &h->blocks[h->n_blocks];
	*found = (struct found){ .block = block, .node = node, .device = -1 };
	err = tiermm__linux_block_read(p, block, &found->zone);
	if (err == -TIERMM_ENOENT)
		return 0; /* it has just gone */
	h->n_blocks += !err;
	return err;
}

static int read_node(struct place *p, struct harvest *h, int32_t node)
{
	char path[ZONES_PATH];
	struct dirent *entry;
	int err = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/devices/system/node/node%d", p->root,
		 (int)node);
	dir = opendir(path);
	while (dir && !err && (entry = readdir(dir)) != NULL) {
		int64_t block = number_of(entry->d_name, "memory");

		if (block >= 0)
			err = add_block(p, h, (uint64_t)block, node);
	}
	if (dir)
		closedir(dir);
	return err;
}

static int read_blocks(struct place *p, struct harvest *h)
{
	struct dirent *entry;
	int err = 0;
	DIR *dir;

	snprintf(p->path, sizeof(p->path), "%s/devices/system/node", p->root);
	dir = opendir(p->path);
	if (!dir)
		return tiermm__linux_place_failed(p, errno);
	while (!err && (entry = readdir(dir)) != NULL) {
		int64_t node = number_of(entry->d_name, "node");

		if (node >= 0 && node < TIERMM_MAX_NODES)
			err = read_node(p, h, (int32_t)node);
	}
	closedir(dir);
	return err;
}

static int read_block_bytes(struct place *p, struct harvest *h)
{
	char line[ZONES_LINE], *end;
	int err = tiermm__linux_place_line(
		p, 0, "devices/system/memory/block_size_bytes", line);

	if (err)
		return err;
	h->block_bytes = strtoull(line, &end, 16);
	if (*end || h->block_bytes < h->page_bytes ||
	    (h->block_bytes & (h->block_bytes - 1)))
		return tiermm__linux_place_garbled(p, line,
						   "a power of two, in hex");
	return 0;
}

/* A kernel without these parameters decides by contig-zones. */
static int read_parameters(struct place *p, struct harvest *h)
{
	struct tiermm_zone_parameters *out = &h->parameters;
	char line[ZONES_LINE], *end;

	*out = (struct tiermm_zone_parameters){
		.size = sizeof(*out),
		.flags = TIERMM_ZONE_NODE_AWARE,
		.ratio = 301,
	};
	if (!tiermm__linux_place_line(p, 0, PARAMETERS "online_policy", line) &&
	    strcmp(line, "auto-movable") == 0)
		out->policy = TIERMM_ZONE_POLICY_AUTO_MOVABLE;
	if (!tiermm__linux_place_line(p, 0,
				      PARAMETERS "auto_movable_numa_aware",
				      line) &&
	    line[0] == 'N')
		out->flags = 0;
	if (!tiermm__linux_place_line(p, 1, "cmdline", line) &&
	    strstr(line, "movable_node"))
		out->flags |= TIERMM_ZONE_MOVABLE_NODE;
	if (tiermm__linux_place_line(p, 0, PARAMETERS "auto_movable_ratio",
				     line))
		return 0;
	out->ratio = (uint32_t)strtoul(line, &end, 10);
	if (*end || end == line || out->ratio > TIERMM_ZONE_RATIO_MAX)
		return tiermm__linux_place_garbled(p, line, "a ratio in %");
	return 0;
}

/* Which blocks were there at boot, and which device brought the others. */
static void judge_blocks(const struct place *p, struct harvest *h)
{
	for (uint64_t i = 0; i < h->n_blocks; i++) {
		struct found *b = &h->blocks[i];
		uint64_t start = b->block * h->block_bytes;

		for (uint64_t d = 0; d < h->n_plugged; d++)
			if (h->plugged[d].device_start <= start &&
			    start < h->plugged[d].device_end)
				b->device = (int32_t)d;
		b->early = b->device < 0 && b->zone != TIERMM_ZONE_NONE &&
			   (!p->boot_end || start < p->boot_end);
	}
}

static int by_id(const void *a, const void *b)
{
	const struct found *left = a, *right = b;

	return (left->block > right->block) - (left->block < right->block);
}

static int read_all(struct place *p, struct harvest *h)
{
	int err = read_block_bytes(p, h);

	if (!err)
		err = read_blocks(p, h);
	if (!err)
		err = read_parameters(p, h);
	if (!err)
		err = tiermm__linux_zoneinfo(p, h);
	if (!err)
		err = tiermm__linux_iomem(p, h);
	if (err)
		return err;
	if (h->n_blocks)
		qsort(h->blocks, (size_t)h->n_blocks, sizeof(*h->blocks),
		      by_id);
	judge_blocks(p, h);
	return 0;
}

/* --- the account ---------------------------------------------------------- */

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
	int err = read_all(p, h);

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
