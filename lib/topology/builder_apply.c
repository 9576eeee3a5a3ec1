/* SPDX-License-Identifier: MIT */
/* Events: what happens to the machine that a builder describes. */
#include "topology/internal.h"

#include "base/arithmetic.h"

/* 0 pages are "unknown": a sum with them is unknown too. */
static int add_pages(struct tiermm__slot *slot, uint64_t pages)
{
	uint64_t sum;

	if (tiermm__add_overflow(slot->pages, pages, &sum))
		return -TIERMM_EINVAL;
	slot->pages = slot->pages && pages ? sum : 0;
	return 0;
}

static int memory_add(struct tiermm__slot *slot,
		      const struct tiermm_event *event)
{
	if (event->type >= TIERMM_MEMORY_TYPES)
		return -TIERMM_EINVAL;
	if (tiermm__state_has_memory(slot->state))
		return add_pages(slot, event->pages);
	/* A node keeps its first type, also when its memory comes back. */
	if (event->type != TIERMM_MEMORY_UNKNOWN && !slot->had_memory)
		slot->type = event->type;
	slot->state = TIERMM_NODE_ONLINE;
	slot->pages = event->pages;
	slot->had_memory = 1;
	return 0;
}

static int memory_remove(struct tiermm__slot *slot, uint64_t pages)
{
	if (!tiermm__state_has_memory(slot->state))
		return -TIERMM_EINVAL;
	if (pages && !slot->pages)
		return 0; /* some of an amount that nobody knows */
	if (pages > slot->pages)
		return -TIERMM_EINVAL;
	if (pages && pages < slot->pages) {
		slot->pages -= pages;
		return 0;
	}
	slot->state = TIERMM_NODE_MEMORYLESS;
	slot->pages = 0;
	return 0;
}

static int switch_state(struct tiermm__slot *slot, uint32_t state)
{
	if (!tiermm__state_has_memory(slot->state))
		return -TIERMM_EINVAL;
	slot->state = state;
	return 0;
}

static int apply_memory(struct tiermm__slot *slot,
			const struct tiermm_event *event)
{
	switch (event->kind) {
	case TIERMM_EVENT_MEMORY_ADD:
		return memory_add(slot, event);
	case TIERMM_EVENT_MEMORY_REMOVE:
		return memory_remove(slot, event->pages);
	case TIERMM_EVENT_MEMORY_GOING:
		return switch_state(slot, TIERMM_NODE_GOING);
	case TIERMM_EVENT_MEMORY_CANCEL:
		return switch_state(slot, TIERMM_NODE_ONLINE);
	default:
		return -TIERMM_EINVAL;
	}
}

static int cpu_on(struct tiermm_topology_builder *b,
		  const struct tiermm_event *event)
{
	struct tiermm__slot *slot = tiermm__builder_slot(b, event->node);

	if (!slot || event->cpu >= b->room.max_cpus)
		return -TIERMM_ENODEV;
	if (b->cpu_node[event->cpu] != TIERMM_NO_NODE)
		return -TIERMM_EINVAL;
	b->cpu_node[event->cpu] = (int16_t)event->node;
	/* A node with a CPU that runs is there. */
	if (slot->state == TIERMM_NODE_ABSENT)
		slot->state = TIERMM_NODE_MEMORYLESS;
	return 0;
}

static int cpu_off(struct tiermm_topology_builder *b, uint32_t cpu)
{
	if (cpu >= b->room.max_cpus)
		return -TIERMM_ENODEV;
	if (b->cpu_node[cpu] == TIERMM_NO_NODE)
		return -TIERMM_EINVAL;
	b->cpu_node[cpu] = TIERMM_NO_NODE;
	return 0;
}

/* Whether memory came to be, ceased to be, or is going: what graphs heed. */
static uint32_t differs(uint32_t before, uint32_t after)
{
	return before != after && (tiermm__state_has_memory(before) ||
				   tiermm__state_has_memory(after));
}

static int apply(struct tiermm_topology_builder *b,
		 const struct tiermm_event *event, uint32_t *changed)
{
	struct tiermm__slot *slot;
	uint32_t before;
	int err;

	*changed = 0;
	if (event->kind == TIERMM_EVENT_CPU_ON)
		return cpu_on(b, event);
	if (event->kind == TIERMM_EVENT_CPU_OFF)
		return cpu_off(b, event->cpu);
	slot = tiermm__builder_slot(b, event->node);
	if (!slot)
		return -TIERMM_ENODEV;
	before = slot->state;
	err = apply_memory(slot, event);
	*changed = differs(before, slot->state);
	return err;
}

int tiermm_topology_builder_apply(struct tiermm_topology_builder *b,
				  const struct tiermm_event *event,
				  uint32_t *changed)
{
	uint32_t did;
	int err;

	if (!event || event->reserved)
		return -TIERMM_EINVAL;
	err = tiermm__builder_enter(b);
	if (err)
		return err;
	err = apply(b, event, &did);
	tiermm__builder_leave(b);
	if (!err && changed)
		*changed = did;
	return err;
}
