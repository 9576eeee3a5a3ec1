/* SPDX-License-Identifier: MIT */
/*
 * Describe a machine piece by piece, and ask where the cold pages of a full
 * node should go.
 *
 *     dram:2x64G cxl:1x256G@250ns,30GB/s
 *
 *     cc -std=c11 02_build_and_look_up.c $(pkg-config --cflags --libs tiermm)
 */
#include <inttypes.h>
#include <stdio.h>

#include <tiermm/tiermm.h>

static const struct {
	int32_t node;
	uint32_t type;
	uint64_t pages;
	struct tiermm_access access; /* latencies in ns, bandwidths in MB/s */
} memory[] = {
	{ 0, TIERMM_MEMORY_DRAM, 16777216, { 100, 100, 100000, 100000 } },
	{ 1, TIERMM_MEMORY_DRAM, 16777216, { 100, 100, 100000, 100000 } },
	{ 2, TIERMM_MEMORY_CXL, 67108864, { 250, 250, 30000, 30000 } },
};

static const uint32_t distance[3][3] = {
	{ 10, 21, 25 },
	{ 21, 10, 25 },
	{ 25, 25, 10 },
};

/* Everything that is said of one node. */
static int describe(struct tiermm_topology_builder *b, int32_t i)
{
	/* A node with CPUs sees its own memory; node 0 sees the CXL node. */
	int32_t initiator = memory[i].type == TIERMM_MEMORY_DRAM ? i : 0;
	int err = tiermm_topology_builder_add_node(b, i, TIERMM_NODE_ONLINE,
						   memory[i].pages);

	if (!err)
		err = tiermm_topology_builder_set_type(b, i, memory[i].type);
	if (!err && initiator == i)
		err = tiermm_topology_builder_set_cpu(b, (uint32_t)i, i);
	if (!err)
		err = tiermm_topology_builder_set_access(b, initiator, i,
							 &memory[i].access);
	return err;
}

static int build(struct tiermm_topology **out)
{
	struct tiermm_problem problem = { .size = sizeof(problem) };
	struct tiermm_topology_builder *b;
	char line[256];
	int err = tiermm_topology_builder_create(&b, NULL, NULL);

	for (int32_t i = 0; !err && i < 3; i++)
		err = describe(b, i);
	for (int32_t i = 0; !err && i < 9; i++)
		err = tiermm_topology_builder_set_distance(
			b, i / 3, i % 3, distance[i / 3][i % 3],
			TIERMM_SOURCE_SLIT);
	if (!err) {
		err = tiermm_topology_create(out, b, &problem, NULL);
		if (err &&
		    !tiermm_problem_text(&problem, line, sizeof(line), NULL))
			fprintf(stderr, "%s\n", line);
	}
	tiermm_topology_builder_destroy(b);
	return err;
}

int main(void)
{
	static const int32_t expected[] = { 2, 2, TIERMM_NO_NODE };
	struct tiermm_topology *t = NULL;
	struct tiermm_demotion *d = NULL;
	struct tiermm_node node;
	int wrong = 0;
	int err = build(&t);

	if (!err)
		err = tiermm_demotion_create(&d, t, NULL, NULL, NULL, NULL);
	for (int32_t i = 0; !err && i < 3; i++) {
		int32_t next = tiermm_demotion_next(d, i);

		err = tiermm_topology_node(t, i, &node);
		printf("node %" PRId32 ", tier %" PRId32 ": cold pages go to ",
		       i, node.tier_id);
		if (next == TIERMM_NO_NODE)
			printf("nowhere\n");
		else
			printf("node %" PRId32 "\n", next);
		wrong += next != expected[i];
	}
	tiermm_demotion_destroy(d);
	tiermm_topology_unref(t);
	if (err)
		fprintf(stderr, "%s\n", tiermm_strerror(err));
	return err || wrong ? 1 : 0;
}
