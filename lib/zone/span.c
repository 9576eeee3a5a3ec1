/* SPDX-License-Identifier: MIT */
/*
 * How far a zone reaches. It grows to take a block in. It shrinks only when
 * the block at one of its edges goes, and then to the nearest memory that it
 * still has; a hole in the middle stays inside, as in Linux.
 */
#include "zone/internal.h"

int tiermm__zone_touches(const struct tiermm__zone *zone, uint64_t start,
			 uint64_t pages)
{
	return zone->spanned && start < zone->start + zone->spanned &&
	       start + pages > zone->start;
}

void tiermm__zone_grow(struct tiermm__zone *zone, uint64_t start,
		       uint64_t pages)
{
	uint64_t end = zone->start + zone->spanned;

	if (!zone->spanned || start < zone->start)
		zone->start = start;
	if (end < start + pages)
		end = start + pages;
	zone->spanned = end - zone->start;
}

/* What a zone has at a place: *start up to *end; 0: nothing. */
static int memory_of(const struct tiermm_zones *z,
		     const struct tiermm__zone_entry *entry, int32_t node,
		     uint32_t zone, uint64_t *start, uint64_t *end)
{
	const struct tiermm__zone *own = &z->nodes[node].zones[zone];
	int is_several = entry->zone == TIERMM_ZONE_SEVERAL;

	if (entry->block == TIERMM__ZONE_EMPTY || entry->node != node ||
	    (entry->zone != zone && !is_several))
		return 0;
	*start = entry->block * z->room.block_pages;
	*end = *start + z->room.block_pages;
	if (!is_several)
		return 1;
	/* Of a boot block that zones share, only what boot gave to this one. */
	if (*start < own->boot_start)
		*start = own->boot_start;
	if (*end > own->boot_end)
		*end = own->boot_end;
	return *start < *end;
}

/* The nearest memory of a zone on one side of a block. */
struct search {
	const struct tiermm_zones *z;
	int32_t node;
	uint32_t zone;
	uint64_t from; /* ids from here ... */
	uint64_t to;   /* ... to here, either may be the greater */
};

static int look_at(const struct search *s, uint64_t id, uint64_t *start,
		   uint64_t *end)
{
	const struct tiermm__zone_entry *entry = tiermm__zone_find(s->z, id);

	return entry && memory_of(s->z, entry, s->node, s->zone, start, end);
}

/* Id by id, where there are fewer ids than places in the table. */
static int walk(const struct search *s, uint64_t *start, uint64_t *end)
{
	uint64_t id = s->from;

	for (;;) {
		if (look_at(s, id, start, end))
			return 1;
		if (id == s->to)
			return 0;
		id = s->from < s->to ? id + 1 : id - 1;
	}
}

/* Place by place: the id that is nearest to s->from. */
static int scan(const struct search *s, uint64_t *start, uint64_t *end)
{
	int is_up = s->from < s->to, found = 0;
	uint64_t best = 0, a, b;

	for (uint64_t i = 0; i <= s->z->table_mask; i++) {
		const struct tiermm__zone_entry *entry = &s->z->table[i];
		uint64_t id = entry->block;

		if (is_up ? id < s->from || id > s->to
			  : id > s->from || id < s->to)
			continue;
		if (found && (is_up ? id > best : id < best))
			continue;
		if (!memory_of(s->z, entry, s->node, s->zone, &a, &b))
			continue;
		best = id;
		*start = a;
		*end = b;
		found = 1;
	}
	return found;
}

static int nearest(const struct search *s, uint64_t *start, uint64_t *end)
{
	uint64_t ids = s->from < s->to ? s->to - s->from : s->from - s->to;

	return ids <= s->z->table_mask ? walk(s, start, end)
				       : scan(s, start, end);
}

/* As long as some boot memory has no name, all of its reach stays. */
static int boot_stays(const struct tiermm__zone *zone, uint64_t start,
		      uint64_t end)
{
	return !tiermm__zone_boot_is_named(zone) && zone->boot_start < end &&
	       start < zone->boot_end;
}

static void empty(struct tiermm__zone *zone)
{
	zone->start = 0;
	zone->spanned = 0;
}

static void raise_start(const struct search *s, struct tiermm__zone *zone,
			uint64_t end)
{
	uint64_t last = zone->start + zone->spanned, start = 0, stop = 0;
	int found = s->from <= s->to && nearest(s, &start, &stop);

	if (boot_stays(zone, end, last) &&
	    (!found || zone->boot_start < start)) {
		start = zone->boot_start;
		found = 1;
	}
	if (!found) {
		empty(zone);
		return;
	}
	zone->start = start;
	zone->spanned = last - start;
}

static void lower_end(const struct search *s, struct tiermm__zone *zone,
		      uint64_t first)
{
	uint64_t start = 0, stop = 0;
	int found = nearest(s, &start, &stop);

	if (boot_stays(zone, zone->start, first) &&
	    (!found || zone->boot_end > stop)) {
		stop = zone->boot_end;
		found = 1;
	}
	if (found)
		zone->spanned = stop - zone->start;
	else
		empty(zone);
}

void tiermm__zone_shrink(const struct tiermm_zones *z, int32_t node,
			 uint32_t zone, uint64_t block)
{
	struct tiermm__zone *own = &z->nodes[node].zones[zone];
	uint64_t pages = z->room.block_pages;
	uint64_t start = block * pages, end = start + pages;
	struct search s = { .z = z, .node = node, .zone = zone };

	if (own->start == start) {
		s.from = block + 1;
		s.to = (own->start + own->spanned - 1) / pages;
		raise_start(&s, own, end);
	} else if (own->start + own->spanned == end && own->start > start) {
		empty(own); /* all of it was in that block */
	} else if (own->start + own->spanned == end) {
		s.from = block - 1;
		s.to = own->start / pages;
		lower_end(&s, own, start);
	}
}
