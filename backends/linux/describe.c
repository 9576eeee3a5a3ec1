/* SPDX-License-Identifier: MIT */
/*
 * One pass over a tree. Nodes that are possible but not online have no
 * directory and stand in nobody's `distance`, so nothing is said of their
 * distances: a topology calls those assumed (D1).
 */
#include "describe.h"

#include <stdio.h>
#include <string.h>

#define NODES TREE_NODES
#define TIERS "devices/virtual/memory_tiering"
/* The greatest tier whose abstract distances fit. */
#define TIER_MAX (TIERMM_ADISTANCE_MAX / TIERMM_TIER_CHUNK)

/* Everything that a pass needs. */
struct pass {
	struct tree *tree;
	const struct shape *shape;
	struct tiermm_topology_builder *builder;
	struct tiermm_nodeset online;
	struct tiermm_nodeset memory;
	int knows_memory; /* whether the kernel told the set above */
	/* CPUs that a node has claimed: one bit each. */
	uint64_t claimed[TIERMM_MAX_CPUS / 64];
};

static void node_path(char *path, int32_t node, const char *name)
{
	snprintf(path, TREE_PATH, NODES "/node%d/%s", node, name);
}

/* The greatest number of a list, plus one; 0 if it is empty or garbled. */
static uint64_t list_limit(const struct tree *t)
{
	struct cursor c = tiermm__linux_cursor(t->text, t->length);
	uint64_t first, last, limit = 0;
	int got;

	while ((got = tiermm__linux_range(&c, TIERMM_MAX_CPUS - 1, &first,
					  &last)) > 0)
		limit = last + 1;
	return got < 0 ? 0 : limit;
}

int tiermm__linux_shape(struct tree *t, struct shape *shape)
{
	int got = tiermm__linux_tree_nodes(t, NODES "/possible",
					   &shape->possible);

	if (got == 0)
		got = tiermm__linux_tree_nodes(t, NODES "/online",
					       &shape->possible);
	if (got == 0) {
		snprintf(t->problem, sizeof(t->problem),
			 NODES ": neither possible nor online is there");
		return -TIERMM_ENOENT;
	}
	if (got < 0)
		return got;
	if (tiermm_nodeset_count(&shape->possible) == 0)
		return tiermm__linux_tree_garbled(t, "at least one node");
	got = tiermm__linux_tree_load(t, "devices/system/cpu/possible");
	shape->cpus = got > 0 ? (uint32_t)list_limit(t) : 0;
	return got < 0 ? got : 0;
}

/* MemTotal of a node in base pages: the memory that the kernel manages. */
static int read_pages(struct pass *p, int32_t node, uint64_t *pages)
{
	char path[TREE_PATH];
	struct cursor c;
	uint64_t id, kib;
	int got;

	*pages = 0;
	node_path(path, node, "meminfo");
	/* Not noted as a whole: free memory changes all the time. */
	got = tiermm__linux_tree_load(p->tree, path);
	if (got > 0) {
		c = tiermm__linux_cursor(p->tree->text, p->tree->length);
		/* Old kernels begin with an empty line. */
		tiermm__linux_take(&c, '\n');
		if (!tiermm__linux_word(&c, "Node ") ||
		    tiermm__linux_number(&c, TIERMM_MAX_NODES - 1, &id) ||
		    id != (uint64_t)node ||
		    !tiermm__linux_word(&c, " MemTotal:") ||
		    !tiermm__linux_blanks(&c) ||
		    tiermm__linux_number(&c, UINT64_MAX / 1024, &kib) ||
		    !tiermm__linux_word(&c, " kB"))
			got = tiermm__linux_tree_garbled(
				p->tree, "'Node N MemTotal: M kB' first");
		else
			*pages = kib * 1024 / p->shape->page_bytes;
	}
	tiermm__linux_tree_note(p->tree, &got, sizeof(got));
	tiermm__linux_tree_note(p->tree, pages, sizeof(*pages));
	return got < 0 ? got : 0;
}

/* A CPU of a node: told, unless another node has it. */
static int put_cpu(struct pass *p, int32_t node, uint64_t cpu)
{
	uint64_t bit = UINT64_C(1) << cpu % 64;
	int err;

	if (p->claimed[cpu / 64] & bit)
		return tiermm__linux_tree_garbled(p->tree,
						  "CPUs of no other node");
	p->claimed[cpu / 64] |= bit;
	err = tiermm_topology_builder_set_cpu(p->builder, (uint32_t)cpu, node);
	return err == -TIERMM_EINVAL
		       ? tiermm__linux_tree_garbled(p->tree, "possible CPUs")
		       : err;
}

static int read_cpus(struct pass *p, int32_t node)
{
	char path[TREE_PATH];
	uint64_t first, last;
	struct cursor c;
	int got;

	node_path(path, node, "cpulist");
	got = tiermm__linux_tree_read(p->tree, path);
	if (got <= 0)
		return got;
	c = tiermm__linux_cursor(p->tree->text, p->tree->length);
	while ((got = tiermm__linux_range(&c, TIERMM_MAX_CPUS - 1, &first,
					  &last)) > 0)
		for (; first <= last; first++) {
			int err = put_cpu(p, node, first);

			if (err)
				return err;
		}
	return got < 0 ? tiermm__linux_tree_garbled(
				 p->tree, "a list of CPUs, such as 0-3,8")
		       : 0;
}

static int add_node(struct pass *p, int32_t node)
{
	uint32_t state = TIERMM_NODE_ABSENT;
	uint64_t pages = 0;
	int err;

	if (tiermm_nodeset_has(&p->online, node)) {
		err = read_pages(p, node, &pages);
		if (err)
			return err;
		state = p->knows_memory
				? (uint32_t)tiermm_nodeset_has(&p->memory, node)
				: pages > 0;
		state = state ? TIERMM_NODE_ONLINE : TIERMM_NODE_MEMORYLESS;
	}
	if (state != TIERMM_NODE_ONLINE)
		pages = 0;
	err = tiermm_topology_builder_add_node(p->builder, node, state, pages);
	if (err || state == TIERMM_NODE_ABSENT)
		return err;
	return read_cpus(p, node);
}

/* A node's row: a distance for each online node, in ascending order. */
static int read_distances(struct pass *p, int32_t node)
{
	char path[TREE_PATH];
	struct cursor c;
	int32_t to;
	int got;

	node_path(path, node, "distance");
	got = tiermm__linux_tree_read(p->tree, path);
	if (got <= 0)
		return got;
	c = tiermm__linux_cursor(p->tree->text, p->tree->length);
	for (to = tiermm_nodeset_next(&p->online, TIERMM_NO_NODE);
	     to != TIERMM_NO_NODE; to = tiermm_nodeset_next(&p->online, to)) {
		uint64_t distance;
		int err;

		tiermm__linux_blanks(&c);
		if (tiermm__linux_number(&c, UINT32_MAX, &distance))
			break;
		err = tiermm_topology_builder_set_distance(p->builder, node, to,
							   (uint32_t)distance,
							   TIERMM_SOURCE_SLIT);
		if (err)
			return err;
	}
	if (to == TIERMM_NO_NODE && c.at == c.end)
		return 0;
	return tiermm__linux_tree_garbled(p->tree,
					  "a number for each online node");
}

/* One attribute of a class of initiators; 0 where it is missing. */
static int read_speed(struct pass *p, const char *directory, const char *name,
		      uint32_t *out)
{
	char path[TREE_PATH];
	uint64_t value = 0;
	int got;

	if (snprintf(path, sizeof(path), "%s/%s", directory, name) < 0)
		return -TIERMM_EIO;
	got = tiermm__linux_tree_number(p->tree, path, UINT32_MAX, &value);
	*out = (uint32_t)value;
	return got < 0 ? got : 0;
}

static int read_speeds(struct pass *p, const char *directory,
		       struct tiermm_access *access)
{
	int err = read_speed(p, directory, "read_latency",
			     &access->read_latency_ns);

	if (!err)
		err = read_speed(p, directory, "write_latency",
				 &access->write_latency_ns);
	if (!err)
		err = read_speed(p, directory, "read_bandwidth",
				 &access->read_bandwidth_mbps);
	if (!err)
		err = read_speed(p, directory, "write_bandwidth",
				 &access->write_bandwidth_mbps);
	return err;
}

/* The initiators that tree_names() found get the speeds of the node. */
static int tell_speeds(struct pass *p, int32_t node,
		       const struct tiermm_access *access)
{
	int32_t best = TIERMM_NO_NODE;

	for (uint32_t i = 0; i < p->tree->n_names; i++) {
		int32_t initiator = (int32_t)p->tree->name[i];
		int err = tiermm_topology_builder_set_access(p->builder,
							     initiator, node,
							     access);

		if (err == -TIERMM_ENODEV)
			return tiermm__linux_tree_garbled(
				p->tree, "initiators that are possible nodes");
		if (err)
			return err;
		if (best == TIERMM_NO_NODE || initiator < best)
			best = initiator;
	}
	return tiermm_topology_builder_set_initiator(p->builder, node, best);
}

/*
 * Speeds from the nearest node that has a CPU: class 1, the one that the
 * kernel makes tiers from. A kernel that has no class 1 has no tiers either;
 * class 0 may name an initiator without CPUs and is left alone.
 */
static int read_access(struct pass *p, int32_t node)
{
	struct tiermm_access access = { 0, 0, 0, 0 };
	char path[TREE_PATH];
	int got;

	node_path(path, node, "access1/initiators");
	got = tiermm__linux_tree_names(p->tree, path, "node",
				       TIERMM_MAX_NODES - 1);
	if (got <= 0 || p->tree->n_names == 0)
		return got < 0 ? got : 0;
	got = read_speeds(p, path, &access);
	return got ? got : tell_speeds(p, node, &access);
}

/* A tier's nodes: what the running kernel made of their speeds. */
static int read_tier(struct pass *p, uint32_t tier)
{
	struct tiermm_nodeset nodes;
	char path[TREE_PATH];
	int got;

	snprintf(path, sizeof(path), TIERS "/memory_tier%u/nodelist", tier);
	got = tiermm__linux_tree_nodes(p->tree, path, &nodes);
	if (got <= 0)
		return got;
	for (int32_t node = tiermm_nodeset_next(&nodes, TIERMM_NO_NODE);
	     node != TIERMM_NO_NODE; node = tiermm_nodeset_next(&nodes, node)) {
		int err = tiermm_topology_builder_set_abstract_distance(
			p->builder, node, (int32_t)tier * TIERMM_TIER_CHUNK,
			TIERMM_SOURCE_KERNEL);

		if (err)
			return tiermm__linux_tree_garbled(p->tree,
							  "possible nodes");
	}
	return 0;
}

static int read_tiers(struct pass *p)
{
	int err = tiermm__linux_tree_names(p->tree, TIERS, "memory_tier",
					   TIER_MAX);
	uint32_t n = p->tree->n_names;

	for (uint32_t i = 0; err >= 0 && i < n; i++)
		err = read_tier(p, p->tree->name[i]);
	return err < 0 ? err : 0;
}

/* Which nodes are online, and which of them have memory. */
static int read_states(struct pass *p)
{
	int got =
		tiermm__linux_tree_nodes(p->tree, NODES "/online", &p->online);

	if (got < 0)
		return got;
	if (got == 0)
		p->online = p->shape->possible;
	for (uint32_t i = 0; i < TIERMM_NODESET_WORDS; i++)
		if (p->online.word[i] & ~p->shape->possible.word[i])
			return tiermm__linux_tree_garbled(p->tree,
							  "possible nodes");
	got = tiermm__linux_tree_nodes(p->tree, NODES "/has_memory",
				       &p->memory);
	if (got == 0)
		got = tiermm__linux_tree_nodes(p->tree,
					       NODES "/has_normal_memory",
					       &p->memory);
	p->knows_memory = got > 0;
	return got < 0 ? got : 0;
}

static int each_node(struct pass *p, const struct tiermm_nodeset *nodes,
		     int (*read)(struct pass *p, int32_t node))
{
	int32_t node = tiermm_nodeset_next(nodes, TIERMM_NO_NODE);
	int err = 0;

	for (; !err && node != TIERMM_NO_NODE;
	     node = tiermm_nodeset_next(nodes, node))
		err = read(p, node);
	return err;
}

int tiermm__linux_describe(struct tree *t, const struct shape *shape,
			   struct tiermm_topology_builder *b)
{
	struct pass p;
	int err;

	memset(&p, 0, sizeof(p));
	p.tree = t;
	p.shape = shape;
	p.builder = b;
	err = read_states(&p);
	/* Every node is added before speeds and distances name it. */
	if (!err)
		err = each_node(&p, &shape->possible, add_node);
	if (!err)
		err = each_node(&p, &p.online, read_distances);
	if (!err)
		err = each_node(&p, &p.online, read_access);
	if (!err && !(shape->flags & TIERMM_LINUX_IGNORE_KERNEL_TIERS))
		err = read_tiers(&p);
	return err;
}
