/* SPDX-License-Identifier: MIT */
/* The nodes of a machine file: which there are, what stands on each. */
#include "machine.h"
#include "names.h"

#include <inttypes.h>
#include <string.h>

int tiermm__file_node_id(struct tiermm__file_draft *d, const json_t *object,
			 const char *key, int32_t *out)
{
	struct tiermm__file_reader *r = &d->reader;
	int64_t id = 0;
	int err;

	err = tiermm__file_required(r, object, key, 0, TIERMM_MAX_NODES - 1,
				    &id);
	if (err)
		return err;
	*out = (int32_t)id;
	if (d->place[id])
		return 0;
	tiermm__file_enter(r, key);
	return tiermm__file_fail(r, -TIERMM_EINVAL,
				 "is %" PRId64
				 ", expected the id of a listed node",
				 id);
}

static int add_new(struct tiermm__file_draft *d, const json_t *node,
		   uint32_t place)
{
	struct tiermm__file_reader *r = &d->reader;
	int64_t id = 0;
	int err;

	err = tiermm__file_required(r, node, "id", 0, TIERMM_MAX_NODES - 1,
				    &id);
	if (err)
		return err;
	if (d->place[id]) {
		tiermm__file_enter(r, "id");
		return tiermm__file_fail(r, -TIERMM_EINVAL,
					 "is %" PRId64
					 ", which nodes[%d] has already, "
					 "expected a new one",
					 id, d->place[id] - 1);
	}
	d->id[place] = (int32_t)id;
	d->place[id] = (uint16_t)(place + 1);
	return 0;
}

/*
 * Not online: absent, whatever mem_mb says. Online without memory: memoryless.
 * A mem_mb of null: there is memory, how much is not known.
 */
static int read_memory(struct tiermm__file_draft *d, const json_t *node,
		       uint32_t *state, uint64_t *pages)
{
	struct tiermm__file_reader *r = &d->reader;
	int online = 1, going = 0, err;

	err = tiermm__file_optional_flag(r, node, "online", &online);
	if (!err)
		err = tiermm__file_optional_flag(r, node, "going", &going);
	if (err)
		return err;
	*state = TIERMM_NODE_ABSENT;
	*pages = 0;
	if (!online)
		return 0;
	*state = going ? TIERMM_NODE_GOING : TIERMM_NODE_ONLINE;
	if (json_is_null(json_object_get(node, "mem_mb")))
		return 0;
	err = tiermm__file_mebibytes(r, node, "mem_mb", d->page_bytes, pages);
	if (!*pages)
		*state = TIERMM_NODE_MEMORYLESS;
	return err;
}

static int read_type(struct tiermm__file_draft *d, const json_t *node,
		     int32_t id)
{
	struct tiermm__file_reader *r = &d->reader;
	const json_t *value = json_object_get(node, "type");
	uint32_t type = TIERMM_MEMORY_UNKNOWN;

	if (!value || json_is_null(value))
		return 0;
	if (json_is_string(value))
		type = tiermm__file_type_of(json_string_value(value),
					    json_string_length(value));
	if (type)
		return tiermm_topology_builder_set_type(d->builder, id, type);
	tiermm__file_enter(r, "type");
	return tiermm__file_unexpected(
		r, value,
		"\"dram\", \"hbm\", \"cxl\", \"pmem\", \"remote\" "
		"or \"dax\"");
}

/* An exact abstract distance wins over the tier that it lies in. */
static int read_tier(struct tiermm__file_draft *d, const json_t *node,
		     int32_t id)
{
	struct tiermm__file_reader *r = &d->reader;
	int64_t tier = -1, distance = -1;
	int err;

	err = tiermm__file_optional(r, node, "tier", 0,
				    TIERMM_ADISTANCE_MAX / TIERMM_TIER_CHUNK,
				    &tier);
	if (err)
		return err;
	if (tier >= 0)
		distance = tier * TIERMM_TIER_CHUNK;
	err = tiermm__file_optional(r, node, "abstract_distance", 0,
				    TIERMM_ADISTANCE_MAX, &distance);
	if (err || distance < 0)
		return err;
	return tiermm_topology_builder_set_abstract_distance(
		d->builder, id, (int32_t)distance, TIERMM_SOURCE_CALLER);
}

static int read_node(struct tiermm__file_draft *d, const json_t *node,
		     uint32_t place)
{
	uint32_t state = TIERMM_NODE_ABSENT;
	uint64_t pages = 0;
	int32_t id;
	int err;

	err = tiermm__file_object(&d->reader, node);
	if (!err)
		err = add_new(d, node, place);
	if (!err)
		err = read_memory(d, node, &state, &pages);
	if (err)
		return err;
	id = d->id[place];
	if (state == TIERMM_NODE_ONLINE || state == TIERMM_NODE_GOING)
		d->pieces[id] = 1;
	err = tiermm_topology_builder_add_node(d->builder, id, state, pages);
	if (!err)
		err = tiermm__file_read_cpus(d, node, id);
	if (!err)
		err = read_type(d, node, id);
	return err ? err : read_tier(d, node, id);
}

/* A second pass, since an initiator may be listed behind its target. */
static int read_initiator(struct tiermm__file_draft *d, const json_t *node,
			  int32_t id)
{
	const json_t *value = json_object_get(node, "initiator");
	int32_t initiator = TIERMM_NO_NODE;
	int err;

	if (!value || json_is_null(value))
		return 0;
	err = tiermm__file_node_id(d, node, "initiator", &initiator);
	if (err)
		return err;
	return tiermm_topology_builder_set_initiator(d->builder, id, initiator);
}

static int read_each(struct tiermm__file_draft *d, const json_t *nodes)
{
	struct tiermm__file_reader *r = &d->reader;
	json_t *node;
	uint32_t i;
	int err;

	for (i = 0; tiermm__file_next(r, nodes, i, &node); i++) {
		err = read_node(d, node, i);
		if (err)
			return err;
		tiermm__file_leave(r);
	}
	for (i = 0; tiermm__file_next(r, nodes, i, &node); i++) {
		err = read_initiator(d, node, d->id[i]);
		if (err)
			return err;
		tiermm__file_leave(r);
	}
	return 0;
}

int tiermm__file_read_nodes(struct tiermm__file_draft *d, const json_t *machine)
{
	struct tiermm__file_reader *r = &d->reader;
	json_t *nodes;
	int err;

	err = tiermm__file_list(r, machine, "nodes", TIERMM_MAX_NODES, &nodes);
	if (err)
		return err;
	tiermm__file_enter(r, "nodes");
	d->n_nodes = (uint32_t)json_array_size(nodes);
	if (!d->n_nodes)
		return tiermm__file_unexpected(r, nodes,
					       "a list of 1 to 1024 nodes");
	err = read_each(d, nodes);
	if (!err)
		tiermm__file_leave(r);
	return err;
}
