/* SPDX-License-Identifier: MIT */
/* Builders: their room, their life, the way in and out of them. */
#include "topology/internal.h"

#include "base/alloc.h"
#include "base/carve.h"
#include "base/memory.h"
#include "base/nodeset.h"
#include "base/options.h"

#define MAX_ACCESS (TIERMM_MAX_NODES * TIERMM_MAX_NODES)
#define DEFAULT_ACCESS 4096
#define DEFAULT_PAGE_BYTES 4096

static int resolve_options(struct tiermm_topology_builder_options *room,
			   const struct tiermm_topology_builder_options *from)
{
	int err = tiermm__options_copy(room, sizeof(*room), from, sizeof(*room),
				       TIERMM_BUILDER_REPLACE_DISTANCES);

	if (err)
		return err;
	if (room->reserved)
		return -TIERMM_E2BIG;
	tiermm__default_u32(&room->max_nodes, TIERMM_MAX_NODES);
	tiermm__default_u32(&room->max_cpus, TIERMM_MAX_CPUS);
	tiermm__default_u32(&room->max_access, DEFAULT_ACCESS);
	tiermm__default_u64(&room->page_bytes, DEFAULT_PAGE_BYTES);
	if (room->max_nodes > TIERMM_MAX_NODES ||
	    room->max_cpus > TIERMM_MAX_CPUS || room->max_access > MAX_ACCESS ||
	    (room->page_bytes & (room->page_bytes - 1)))
		return -TIERMM_EINVAL;
	return 0;
}

/*
 * Lay the arrays of *b out behind it in memory; with NULL only measure, and
 * *b is a scratch one. See base/carve.h.
 */
static uint64_t lay_out(struct tiermm_topology_builder *b, void *memory,
			const struct tiermm_topology_builder_options *room)
{
	struct tiermm__carver c = { .base = memory };
	uint64_t nodes = room->max_nodes;

	tiermm__carve(&c, 1, sizeof(*b));
	b->slots = tiermm__carve(&c, nodes, sizeof(*b->slots));
	b->links = tiermm__carve(&c, room->max_access + 1, sizeof(*b->links));
	b->cpu_node = tiermm__carve(&c, room->max_cpus, sizeof(*b->cpu_node));
	b->distance = tiermm__carve(&c, nodes * nodes, sizeof(*b->distance));
	b->distance_source = tiermm__carve(&c, nodes * nodes, 1);
	return tiermm__carved(&c);
}

static uint64_t bytes_needed(const struct tiermm_topology_builder_options *room)
{
	struct tiermm_topology_builder scratch;

	return lay_out(&scratch, NULL, room);
}

void tiermm__builder_clear(struct tiermm_topology_builder *b)
{
	b->page_bytes = b->room.page_bytes;
	b->n_nodes = 0;
	b->n_access = 0;
	b->has_reference = 0;
	for (int i = 0; i < TIERMM_MEMORY_TYPES; i++)
		b->type_distance[i] = TIERMM__UNSET;
	memset(&b->reference, 0, sizeof(b->reference));
	memset(&b->listed, 0, sizeof(b->listed));
	for (uint32_t cpu = 0; cpu < b->room.max_cpus; cpu++)
		b->cpu_node[cpu] = TIERMM_NO_NODE;
}

static struct tiermm_topology_builder *
begin(void *memory, uint64_t bytes, const struct tiermm_alloc *mem,
      const struct tiermm_topology_builder_options *room)
{
	struct tiermm_topology_builder *b = memory;

	lay_out(b, memory, room);
	tiermm__owner_init(&b->owner);
	b->mem = *mem;
	b->bytes = bytes;
	b->room = *room;
	tiermm__builder_clear(b);
	return b;
}

int tiermm_topology_builder_create(
	struct tiermm_topology_builder **out,
	const struct tiermm_topology_builder_options *options,
	const struct tiermm_alloc *mem)
{
	struct tiermm_topology_builder_options room;
	struct tiermm_alloc source;
	void *memory = NULL;
	uint64_t bytes;
	int err;

	if (!out)
		return -TIERMM_EINVAL;
	*out = NULL;
	err = resolve_options(&room, options);
	if (err)
		return err;
	bytes = bytes_needed(&room);
	err = tiermm__place_alloc(&source, mem, bytes, &memory);
	if (!err)
		*out = begin(memory, bytes, &source, &room);
	return err;
}

int tiermm_topology_builder_footprint(
	const struct tiermm_topology_builder_options *options, uint64_t *bytes)
{
	struct tiermm_topology_builder_options room;
	int err;

	if (!bytes)
		return -TIERMM_EINVAL;
	err = resolve_options(&room, options);
	if (err)
		return err;
	*bytes = bytes_needed(&room);
	return 0;
}

int tiermm_topology_builder_init(
	struct tiermm_topology_builder **out, void *memory, uint64_t bytes,
	const struct tiermm_topology_builder_options *options)
{
	struct tiermm_topology_builder_options room;
	struct tiermm_alloc nowhere;
	int err;

	if (!out)
		return -TIERMM_EINVAL;
	*out = NULL;
	err = resolve_options(&room, options);
	if (!err)
		err = tiermm__place_given(&nowhere, memory, bytes,
					  bytes_needed(&room));
	if (!err)
		*out = begin(memory, bytes, &nowhere, &room);
	return err;
}

void tiermm_topology_builder_destroy(struct tiermm_topology_builder *b)
{
	struct tiermm_alloc mem;

	if (!b)
		return;
	mem = b->mem; /* it stands in what it frees */
	tiermm__free(&mem, b, b->bytes);
}

int tiermm__builder_enter(struct tiermm_topology_builder *b)
{
	return b ? tiermm__owner_enter(&b->owner) : -TIERMM_EINVAL;
}

void tiermm__builder_leave(struct tiermm_topology_builder *b)
{
	tiermm__owner_leave(&b->owner);
}

struct tiermm__slot *
tiermm__builder_slot(const struct tiermm_topology_builder *b, int32_t node)
{
	if (!tiermm_nodeset_has(&b->listed, node))
		return NULL;
	return &b->slots[b->slot_of[node]];
}

uint64_t tiermm__builder_pair(const struct tiermm_topology_builder *b,
			      uint32_t from, uint32_t to)
{
	return (uint64_t)from * b->room.max_nodes + to;
}

uint32_t tiermm__builder_cpu_limit(const struct tiermm_topology_builder *b)
{
	uint32_t limit = b->room.max_cpus;

	while (limit && b->cpu_node[limit - 1] == TIERMM_NO_NODE)
		limit--;
	return limit;
}
