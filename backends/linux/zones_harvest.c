/* SPDX-License-Identifier: MIT */
/* Blocks, zones, parameters and devices from the files of a machine (Z10). */
#define _GNU_SOURCE
#include "zones.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PARAMETERS "module/memory_hotplug/parameters/"

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

static int has_word(char *line, const char *word)
{
	char *rest = line, *each;

	while ((each = strsep(&rest, " ")) != NULL)
		if (strcmp(each, word) == 0)
			return 1;
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
	    has_word(line, "movable_node"))
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
		/* Offline, it may be either, unless somebody knows. */
		b->early = b->device < 0 &&
			   (p->boot_end ? start < p->boot_end
					: b->zone != TIERMM_ZONE_NONE);
	}
}

static int by_id(const void *a, const void *b)
{
	const struct found *left = a, *right = b;

	if (left->block != right->block)
		return left->block < right->block ? -1 : 1;
	return (left->node > right->node) - (left->node < right->node);
}

/* A boot block of several nodes is named by each: the lowest one counts. */
static void sort_blocks(struct harvest *h)
{
	uint64_t n = 0;

	if (h->n_blocks)
		qsort(h->blocks, (size_t)h->n_blocks, sizeof(*h->blocks),
		      by_id);
	for (uint64_t i = 0; i < h->n_blocks; i++)
		if (!n || h->blocks[n - 1].block != h->blocks[i].block)
			h->blocks[n++] = h->blocks[i];
	h->n_blocks = n;
}

int tiermm__linux_harvest(struct place *p, struct harvest *h)
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
	sort_blocks(h);
	judge_blocks(p, h);
	return 0;
}
