/* SPDX-License-Identifier: MIT */
/* /proc/zoneinfo: how large zones are. /proc/iomem: what drivers brought. */
#define _GNU_SOURCE
#include "zones.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static char *skip_blanks(char *at)
{
	while (*at == ' ' || *at == '\t')
		at++;
	return at;
}

/* "Node 1, zone   Normal": 1, and a new zone at the list's end; else 0. */
static int begin_zone(struct place *p, struct harvest *h, char *line)
{
	struct shown *zone;
	char *at = line + 5;
	unsigned long node;
	uint32_t kind;
	int err;

	if (strncmp(line, "Node ", 5) != 0)
		return 0;
	node = strtoul(at, &at, 10);
	if (strncmp(at, ", zone", 6) != 0 || node >= TIERMM_MAX_NODES)
		return tiermm__linux_place_garbled(p, line, "Node N, zone Z");
	kind = tiermm__linux_zone_of(skip_blanks(at + 6));
	err = tiermm__linux_grow(&h->mem, (void **)&h->zones, h->n_zones,
				 &h->room_zones, sizeof(*h->zones));
	if (err)
		return err;
	zone = &h->zones[h->n_zones++];
	*zone = (struct shown){ .node = (int32_t)node, .zone = kind };
	return 1;
}

/* "        spanned  4095" and the like belong to the last zone. */
static void read_number(struct harvest *h, char *line)
{
	const struct {
		const char *word;
		uint64_t *out;
	} fields[] = {
		{ "spanned ", &h->zones[h->n_zones - 1].spanned },
		{ "present ", &h->zones[h->n_zones - 1].present },
		{ "cma ", &h->zones[h->n_zones - 1].cma },
		{ "start_pfn:", &h->zones[h->n_zones - 1].start },
	};
	char *at = skip_blanks(line);

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		size_t length = strlen(fields[i].word);

		if (strncmp(at, fields[i].word, length) == 0)
			*fields[i].out =
				strtoull(skip_blanks(at + length), NULL, 10);
	}
}

int tiermm__linux_zoneinfo(struct place *p, struct harvest *h)
{
	char line[ZONES_LINE];
	FILE *file;
	int err = tiermm__linux_place_open(p, 1, "zoneinfo", &file);

	if (err)
		return err;
	while (!err && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		err = begin_zone(p, h, line);
		if (!err && h->n_zones)
			read_number(h, line);
		err = err > 0 ? 0 : err;
	}
	fclose(file);
	return err;
}

/* "  140000000-1bfffffff : virtio0": depth, range and name. */
struct region {
	size_t depth;
	uint64_t start;
	uint64_t end;
	const char *name;
};

static int read_region(char *line, struct region *out)
{
	char *at = skip_blanks(line);

	out->depth = (size_t)(at - line);
	if (!isxdigit((unsigned char)*at))
		return 0;
	out->start = strtoull(at, &at, 16);
	if (*at++ != '-' || !isxdigit((unsigned char)*at))
		return 0;
	out->end = strtoull(at, &at, 16) + 1;
	if (strncmp(at, " : ", 3) != 0)
		return 0;
	out->name = at + 3;
	return 1;
}

/*
 * Which kind of device brings such memory; NONE: it is none, or boot memory.
 * A DIMM is memory like any other, each a region of its own, but it lies
 * behind the end of boot memory, where somebody knows that.
 */
static uint32_t kind_of(const struct place *p, const struct region *region)
{
	static const char ram[] = "System RAM (";

	/* Who may not know sees zeros. */
	if (region->end <= 1)
		return TIERMM_ZONE_GROUP_NONE;
	if (strcmp(region->name, "System RAM") == 0)
		return p->boot_end && region->start >= p->boot_end
			       ? TIERMM_ZONE_GROUP_STATIC
			       : TIERMM_ZONE_GROUP_NONE;
	if (strncmp(region->name, ram, sizeof(ram) - 1) != 0)
		return TIERMM_ZONE_GROUP_NONE;
	if (strcmp(region->name + sizeof(ram) - 1, "virtio_mem)") == 0)
		return TIERMM_ZONE_GROUP_DYNAMIC;
	return TIERMM_ZONE_GROUP_STATIC;
}

/* Memory of a driver lies within its device; a DIMM is one. */
static int add_plugged(struct harvest *h, const struct region *region,
		       const struct region *around, uint32_t kind)
{
	int is_driver = strcmp(region->name, "System RAM") != 0;
	const struct region *device = is_driver ? around : region;
	int err =
		tiermm__linux_grow(&h->mem, (void **)&h->plugged, h->n_plugged,
				   &h->room_plugged, sizeof(*h->plugged));

	if (err)
		return err;
	h->plugged[h->n_plugged++] = (struct plugged){
		.start = region->start,
		.end = region->end,
		.device_start = device->start,
		.device_end = device->end,
		.kind = kind,
		.group = TIERMM_ZONE_NO_GROUP,
	};
	return 0;
}

int tiermm__linux_iomem(struct place *p, struct harvest *h)
{
	struct region around = { 0 }, region;
	char line[ZONES_LINE];
	uint32_t kind;
	FILE *file;
	int err = tiermm__linux_place_open(p, 1, "iomem", &file);

	/* Without it nothing is known of devices; that is no error. */
	if (err)
		return 0;
	while (!err && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		if (!read_region(line, &region))
			continue;
		kind = kind_of(p, &region);
		if (kind)
			err = add_plugged(h, &region, &around, kind);
		else
			around = region;
	}
	fclose(file);
	return err;
}
