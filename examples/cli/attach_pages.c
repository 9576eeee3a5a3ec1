/* SPDX-License-Identifier: MIT */
/*
 * Which pages the process has, and where: each has an index of promotion's.
 * The survey asks the kernel again where they are, some each interval, and
 * looks for pages that nobody wrote. What is written is found by its heat.
 */
#include "attach.h"

#include <stdlib.h>

enum {
	MAX_RANGES = 4096
};
/* A mapping with fewer pages than one in so many is not searched. */
#define SPARSE 64
#define LEAST_TRACKED (UINT64_C(1) << 20)

static uint64_t resident(const struct known *k)
{
	uint64_t pages = 0;

	for (uint64_t i = 0; i < k->n_ranges; i++)
		pages += k->ranges[i].rss_pages;
	return pages;
}

static int read_ranges(struct tiering *t)
{
	struct known *k = &t->known;
	struct tiermm_linux_heat_options o = {
		.size = sizeof(o),
		.flags = t->options->ranges | TIERMM_LINUX_RANGES_COUNTS,
		.pid = t->pid,
	};
	int err = tiermm_linux_ranges(&o, k->ranges, MAX_RANGES, &k->n_ranges);

	if (err)
		return err;
	if (k->n_ranges > MAX_RANGES)
		k->n_ranges = MAX_RANGES;
	k->range = k->offset = 0;
	k->complete = 0;
	return 0;
}

int pages_create(struct tiering *t)
{
	struct known *k = &t->known;
	int err;

	k->ranges = calloc(MAX_RANGES, sizeof(*k->ranges));
	if (!k->ranges)
		return -TIERMM_ENOMEM;
	err = read_ranges(t);
	if (err)
		return err;
	k->cap = t->options->track_bytes >> PAGE_SHIFT;
	if (!k->cap)
		k->cap = 2 * resident(k);
	if (!t->options->track_bytes && k->cap < LEAST_TRACKED)
		k->cap = LEAST_TRACKED;
	if (k->cap > TIERMM_PROMOTION_MAP_MAX)
		k->cap = TIERMM_PROMOTION_MAP_MAX;
	k->node = malloc(k->cap * sizeof(*k->node));
	if (!k->node)
		return -TIERMM_ENOMEM;
	for (uint64_t i = 0; i < k->cap; i++)
		k->node[i] = NOWHERE;
	return tiermm_promotion_map_create(&k->map, k->cap, t->now_ns, NULL);
}

void pages_destroy(struct tiering *t)
{
	tiermm_promotion_map_destroy(t->known.map);
	free(t->known.node);
	free(t->known.ranges);
}

/* Note a page's node here; NOWHERE forgets it. */
static void put(struct known *k, uint64_t index, int32_t node)
{
	if (k->node[index] != NOWHERE)
		k->on[k->node[index]]--;
	k->node[index] = (int16_t)node;
	if (node != NOWHERE)
		k->on[node]++;
	if (index >= k->high)
		k->high = index + 1;
}

void pages_moved(struct tiering *t, uint64_t key, int32_t node)
{
	uint64_t index;

	if (!tiermm_promotion_map_find(t->known.map, &key, 1, &index) &&
	    index < t->known.cap)
		put(&t->known, index, node);
}

static int forget(struct tiering *t, uint64_t key, uint64_t index)
{
	put(&t->known, index, NOWHERE);
	(void)tiermm_promotion_map_remove(t->known.map, key, NULL);
	return tiermm_promotion_set_pages(t->promotion, index, 1,
					  TIERMM_NO_NODE);
}

static int add(struct tiering *t, uint64_t key, int32_t node, uint64_t *index)
{
	int err = tiermm_promotion_map_add(t->known.map, &key, 1, index, NULL);

	if (err == -TIERMM_ENOSPC) {
		*index = TIERMM_PROMOTION_NO_INDEX;
		t->now.untracked++;
		return 0;
	}
	if (err)
		return err;
	put(&t->known, *index, node);
	return tiermm_promotion_set_pages(t->promotion, *index, 1, node);
}

/* Ask where pages are, and take in those that are on a node of the machine. */
static int discover(struct tiering *t, const uint64_t *keys, uint64_t n,
		    uint64_t *indices)
{
	int32_t nodes[CHUNK];
	int err = t->real.locate(t->real.self, keys, n, nodes);

	for (uint64_t i = 0; i < n && !err; i++) {
		indices[i] = TIERMM_PROMOTION_NO_INDEX;
		if (nodes[i] >= 0 && tiermm_nodeset_has(&t->memory, nodes[i]))
			err = add(t, keys[i], nodes[i], &indices[i]);
	}
	return err;
}

/* Indices of pages, at most CHUNK; new ones are looked for. */
int pages_find(struct tiering *t, const uint64_t *keys, uint64_t n,
	       uint64_t *indices)
{
	uint64_t unknown[CHUNK], at[CHUNK], found[CHUNK], count = 0;
	int err = tiermm_promotion_map_find(t->known.map, keys, n, indices);

	if (err)
		return err;
	for (uint64_t i = 0; i < n; i++) {
		if (indices[i] != TIERMM_PROMOTION_NO_INDEX)
			continue;
		unknown[count] = keys[i];
		at[count++] = i;
	}
	if (!count)
		return 0;
	err = discover(t, unknown, count, found);
	for (uint64_t i = 0; i < count && !err; i++)
		indices[at[i]] = found[i];
	return err;
}

/* The kernel's word on a page that was known. */
static int settle(struct tiering *t, uint64_t key, uint64_t index, int32_t node)
{
	if (node < 0 || !tiermm_nodeset_has(&t->memory, node))
		return forget(t, key, index);
	/* In a dry run it is where it would have been moved to. */
	if (t->options->dry_run || node == t->known.node[index])
		return 0;
	put(&t->known, index, node);
	return tiermm_promotion_pages_moved(t->promotion, t->now_ns, index, 1,
					    node);
}

static int settle_all(struct tiering *t, const uint64_t *keys,
		      const uint64_t *indices, uint64_t n)
{
	int32_t nodes[CHUNK];
	int err = n ? t->real.locate(t->real.self, keys, n, nodes) : 0;

	for (uint64_t i = 0; i < n && !err; i++)
		err = settle(t, keys[i], indices[i], nodes[i]);
	return err;
}

static int survey_known(struct tiering *t)
{
	struct known *k = &t->known;
	uint64_t keys[CHUNK], indices[CHUNK], n = 0;
	uint64_t look = k->high < SURVEY_PAGES ? k->high : SURVEY_PAGES;
	int err = 0;

	for (; look && !err; look--) {
		if (k->cursor >= k->high)
			k->cursor = 0;
		indices[n] = k->cursor++;
		if (k->node[indices[n]] == NOWHERE ||
		    tiermm_promotion_map_key(k->map, indices[n], &keys[n]))
			continue;
		if (++n < CHUNK)
			continue;
		err = settle_all(t, keys, indices, n);
		n = 0;
	}
	return err ? err : settle_all(t, keys, indices, n);
}

/* The next address to look at; 0: all ranges are through. */
static uint64_t next_address(struct known *k)
{
	while (k->range < k->n_ranges) {
		const struct tiermm_linux_range *r = &k->ranges[k->range];
		uint64_t at = r->start + k->offset, pages;

		pages = (r->end - r->start) >> PAGE_SHIFT;
		if (at < r->end && r->rss_pages >= pages / SPARSE) {
			k->offset += PAGE_BYTES;
			return at;
		}
		k->range++;
		k->offset = 0;
	}
	k->complete = 1;
	return 0;
}

static int search(struct tiering *t)
{
	uint64_t keys[CHUNK], indices[CHUNK], n = 0;
	int err = 0;

	for (uint64_t look = SURVEY_PAGES; look && !err; look--) {
		keys[n] = next_address(&t->known);
		if (!keys[n])
			break;
		if (++n < CHUNK)
			continue;
		err = pages_find(t, keys, n, indices);
		n = 0;
	}
	return err || !n ? err : pages_find(t, keys, n, indices);
}

int pages_survey(struct tiering *t)
{
	int err = 0;

	/* Right after heat was read: watching anew forgets what was used. */
	if (t->known.complete) {
		err = read_ranges(t);
		if (!err)
			err = heat_watch(t);
	}
	if (!err)
		err = survey_known(t);
	return err ? err : search(t);
}
