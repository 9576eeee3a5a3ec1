/* SPDX-License-Identifier: MIT */
/*
 * What nodes have for the process, and nodes that come and go. A machine that
 * is only described holds nothing but the process.
 */
#include "attach.h"

static uint64_t size_of(const struct tiering *t, int32_t node)
{
	struct tiermm_node found;
	uint64_t limit = t->options->top_bytes >> PAGE_SHIFT;

	if (tiermm_topology_node(t->machine.topology, node, &found))
		return 0;
	if (limit && tiermm_nodeset_has(&t->top, node) &&
	    limit < found.present_pages)
		return limit;
	return found.present_pages;
}

static uint64_t rest(uint64_t all, uint64_t taken)
{
	return all > taken ? all - taken : 0;
}

/* Pages beyond --top-limit. */
uint64_t rooms_excess(const struct tiering *t, int32_t node)
{
	if (!t->options->top_bytes || !tiermm_nodeset_has(&t->top, node))
		return 0;
	return rest(t->known.on[node], size_of(t, node));
}

uint64_t rooms_free(struct tiering *t, int32_t node)
{
	uint64_t left = rest(size_of(t, node), t->known.on[node]);
	uint64_t room = 0;

	if (t->described)
		return left;
	if (t->real.headroom(t->real.self, &node, 1, &room))
		return 0;
	if (!t->options->top_bytes || !tiermm_nodeset_has(&t->top, node))
		return room;
	return room < left ? room : left;
}

int rooms_tell(struct tiering *t)
{
	int32_t node = TIERMM_NO_NODE;
	int err = 0;

	while (!err && (node = tiermm_nodeset_next(&t->memory, node)) !=
			       TIERMM_NO_NODE) {
		struct tiermm_engine_room room = { .node = node };
		struct tiermm_node found;

		if (tiermm_topology_node(t->machine.topology, node, &found))
			continue;
		room.managed_pages = size_of(t, node);
		room.free_pages = rooms_free(t, node);
		room.loaded_latency_ns = found.access.read_latency_ns;
		err = tiermm_engine_set_rooms(t->engine, &room, 1);
	}
	return err;
}

int rooms_find_top(struct tiering *t)
{
	struct tiermm_demotion_graph *graph;
	int32_t node = TIERMM_NO_NODE;
	int err = tiermm_demotion_snapshot(tiermm_engine_demotion(t->engine),
					   &graph);

	if (err)
		return err;
	t->top = (struct tiermm_nodeset){ { 0 } };
	while ((node = tiermm_nodeset_next(&t->memory, node)) != TIERMM_NO_NODE)
		if (tiermm_demotion_graph_is_top(graph, node) == 1)
			tiermm_nodeset_add(&t->top, node);
	tiermm_demotion_graph_unref(graph);
	return 0;
}

/* Tell the engine of nodes that are in one set only. */
static void tell(struct tiering *t, const struct tiermm_nodeset *have,
		 const struct tiermm_nodeset *had, uint32_t kind,
		 const struct tiermm_topology *machine)
{
	int32_t node = TIERMM_NO_NODE;

	while ((node = tiermm_nodeset_next(have, node)) != TIERMM_NO_NODE) {
		struct tiermm_event event = { .kind = kind, .node = node };
		struct tiermm_node found;

		if (tiermm_nodeset_has(had, node))
			continue;
		if (kind == TIERMM_EVENT_MEMORY_ADD &&
		    !tiermm_topology_node(machine, node, &found)) {
			event.type = found.type;
			event.pages = found.present_pages;
		}
		/* One that the graph does not take is no target: no harm. */
		(void)tiermm_engine_event(t->engine, &event, NULL);
	}
}

int rooms_follow_machine(struct tiering *t)
{
	struct tiermm_linux_options o = { .size = sizeof(o) };
	struct tiermm_topology *machine;
	struct tiermm_nodeset memory;

	o.flags = machine_linux_flags(&t->options->input);
	/* Read again at the next interval if it is changing right now. */
	if (t->described || tiermm_linux_topology(&machine, &o, NULL, NULL))
		return 0;
	if (machine_name_tiers(&machine, &t->options->input)) {
		tiermm_topology_unref(machine);
		return 0;
	}
	tiermm_topology_nodes(machine, TIERMM_NODES_MEMORY, &memory);
	tell(t, &t->memory, &memory, TIERMM_EVENT_MEMORY_REMOVE, machine);
	tell(t, &memory, &t->memory, TIERMM_EVENT_MEMORY_ADD, machine);
	tiermm_topology_unref(t->machine.topology);
	t->machine.topology = machine;
	t->memory = memory;
	return rooms_find_top(t);
}
