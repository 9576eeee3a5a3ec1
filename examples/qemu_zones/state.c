/* SPDX-License-Identifier: MIT */
/* What the guest says of its blocks and zones. */
#include "qemu_zones.h"

#include <inttypes.h>
#include <string.h>

static uint32_t zone_of(const char *name)
{
	uint32_t zone = 0;

	while (zone < TIERMM_ZONES && strcmp(name, tiermm_zone_name(zone)))
		zone++;
	return zone;
}

static int read_block(struct state *s, const char *line)
{
	char state[32], zone[32];
	unsigned long id;
	int node;

	if (sscanf(line, "block %lu %d %31s %31s", &id, &node, state, zone) !=
		    4 ||
	    id >= ALL_BLOCKS || node < 0 || node >= NODES)
		return -1;
	s->block[id].known = 1;
	s->block[id].node = node;
	s->block[id].zone = TIERMM_ZONE_NONE;
	if (strcmp(state, "offline") == 0)
		return 0;
	s->block[id].zone = zone_of(zone);
	if (s->block[id].zone == TIERMM_ZONES)
		s->block[id].zone = TIERMM_ZONE_SEVERAL;
	return 0;
}

/* Numbers belong to the zone that was named last. */
static void read_zone(struct state *s, const char *line,
		      struct tiermm_zone_boot **last)
{
	char name[32];
	int node;

	if (sscanf(line, "zone Node %d, zone %31s", &node, name) == 2) {
		uint32_t zone = zone_of(name);

		*last = NULL;
		if (node < 0 || node >= NODES || zone == TIERMM_ZONES)
			return;
		*last = &s->zone[node][zone];
		(*last)->node = node;
		(*last)->zone = zone;
	} else if (*last) {
		sscanf(line, "zone spanned %" SCNu64, &(*last)->spanned);
		sscanf(line, "zone present %" SCNu64, &(*last)->present);
		sscanf(line, "zone cma %" SCNu64, &(*last)->cma);
		sscanf(line, "zone start_pfn: %" SCNu64, &(*last)->start);
	}
}

int state_read(struct qemu *q, struct state *s)
{
	struct tiermm_zone_boot *last = NULL;
	char line[256];

	memset(s, 0, sizeof(*s));
	fputs("state\n", q->serial.out);
	fflush(q->serial.out);
	while (fgets(line, sizeof(line), q->serial.in)) {
		if (strncmp(line, "end", 3) == 0)
			return 0;
		if (strncmp(line, "block ", 6) == 0 && read_block(s, line)) {
			fprintf(stderr, "the guest says: %s", line);
			return -1;
		}
		if (strncmp(line, "zone ", 5) == 0)
			read_zone(s, line, &last);
	}
	fputs("the guest does not answer\n", stderr);
	return -1;
}

int state_same(const struct state *a, const struct state *b)
{
	return memcmp(a->block, b->block, sizeof(a->block)) == 0;
}
