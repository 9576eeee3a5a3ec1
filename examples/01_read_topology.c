/* SPDX-License-Identifier: MIT */
/*
 * What is this machine made of? Its nodes, their sizes, tiers and distances,
 * read from sysfs by the linux backend.
 *
 *     cc -std=c11 01_read_topology.c $(pkg-config --cflags --libs tiermm-linux)
 */
#include <inttypes.h>
#include <stdio.h>

#include <tiermm/backends/linux.h>

#define SKIPPED 77 /* as test harnesses understand it */

static const char *const states[] = { "absent", "no memory", "online",
				      "going" };

static int print_node(const struct tiermm_topology *t, uint32_t index)
{
	struct tiermm_node node, other;
	int err = tiermm_topology_node_at(t, index, &node);

	if (err)
		return err;
	printf("node %" PRId32 ": %s, %" PRIu32 " CPUs, %" PRIu64
	       " MiB, tier %" PRId32 ", distances",
	       node.id, states[node.state], node.cpus,
	       node.present_pages * (tiermm_topology_page_bytes(t) >> 10) >> 10,
	       node.tier_id);
	for (uint32_t i = 0; i < tiermm_topology_node_count(t); i++) {
		err = tiermm_topology_node_at(t, i, &other);
		if (err)
			return err;
		printf(" %" PRIu32,
		       tiermm_topology_distance(t, node.id, other.id));
	}
	printf("\n");
	return 0;
}

/* Every machine that runs this has memory in one tier at least. */
static int looks_real(const struct tiermm_topology *t)
{
	struct tiermm_nodeset memory;
	int err = tiermm_topology_nodes(t, TIERMM_NODES_MEMORY, &memory);

	return !err && tiermm_nodeset_count(&memory) > 0 &&
	       tiermm_topology_tier_count(t) > 0;
}

int main(void)
{
	struct tiermm_linux_error why = { .size = sizeof(why) };
	struct tiermm_topology *t;
	int err = tiermm_linux_topology(&t, NULL, &why, NULL);

	if (err == -TIERMM_ENOENT) {
		printf("skipped: this kernel shows no nodes (%s)\n", why.text);
		return SKIPPED;
	}
	if (err) {
		fprintf(stderr, "%s: %s\n", tiermm_strerror(err), why.text);
		return 1;
	}
	for (uint32_t i = 0; !err && i < tiermm_topology_node_count(t); i++)
		err = print_node(t, i);
	if (!err && !looks_real(t)) {
		fprintf(stderr, "a machine without memory?\n");
		err = 1;
	}
	tiermm_topology_unref(t);
	return err ? 1 : 0;
}
