/* SPDX-License-Identifier: MIT */
/*
 * Reading this machine: tiermm_linux_topology() against hwloc's discovery with
 * every type filtered out that can be, in turn, both warm. Goals: five times
 * faster, and under a millisecond. hwloc finds out more, even so; what is
 * compared is what a program waits for before it knows its nodes.
 */
#define _GNU_SOURCE
#include <tiermm/backends/linux.h>

#include <hwloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define WARM_UP 20
#define SAMPLES 400
#define GOAL_RATIO 5.0
#define GOAL_NS 1000000.0

/* What both have to agree on: a fast wrong answer is no result. */
struct machine {
	uint32_t nodes;
	uint32_t cpus;
	uint64_t bytes;
};

static void die(const char *what)
{
	fprintf(stderr, "bench_topology: %s\n", what);
	exit(1);
}

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double read_ours(struct machine *m)
{
	struct tiermm_topology *t;
	struct tiermm_node node;
	double start = now_ns(), spent;

	if (tiermm_linux_topology(&t, NULL, NULL, NULL))
		die("tiermm_linux_topology failed");
	spent = now_ns() - start;
	*m = (struct machine){ 0, 0, 0 };
	for (uint32_t i = 0; !tiermm_topology_node_at(t, i, &node); i++) {
		m->nodes += node.state == TIERMM_NODE_ONLINE;
		m->cpus += node.cpus;
		m->bytes += node.present_pages * tiermm_topology_page_bytes(t);
	}
	tiermm_topology_unref(t);
	return spent;
}

static double read_hwloc(struct machine *m)
{
	double start = now_ns(), spent;
	hwloc_obj_t node = NULL;
	hwloc_topology_t t;

	if (hwloc_topology_init(&t) ||
	    hwloc_topology_set_all_types_filter(t,
						HWLOC_TYPE_FILTER_KEEP_NONE) ||
	    hwloc_topology_load(t))
		die("hwloc_topology_load failed");
	spent = now_ns() - start;
	*m = (struct machine){ 0, 0, 0 };
	while ((node = hwloc_get_next_obj_by_type(t, HWLOC_OBJ_NUMANODE,
						  node))) {
		m->nodes++;
		m->bytes += node->attr->numanode.local_memory;
	}
	m->cpus = (uint32_t)hwloc_get_nbobjs_by_type(t, HWLOC_OBJ_PU);
	hwloc_topology_destroy(t);
	return spent;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void emit(const char *name, double *ns)
{
	qsort(ns, SAMPLES, sizeof(*ns), by_value);
	printf("{\"bench\":\"topology\",\"reader\":\"%s\",\"samples\":%d,"
	       "\"median_ns\":%.0f,\"p99_ns\":%.0f}\n",
	       name, SAMPLES, ns[SAMPLES / 2], ns[SAMPLES * 99 / 100]);
}

int main(void)
{
	static double ours[SAMPLES], theirs[SAMPLES];
	double ratio;

	for (int i = -WARM_UP; i < SAMPLES; i++) {
		struct machine a, b;
		double x = read_ours(&a), y = read_hwloc(&b);

		if (a.nodes != b.nodes || a.cpus != b.cpus ||
		    a.bytes != b.bytes)
			die("the two see different machines");
		if (i < 0)
			continue;
		ours[i] = x;
		theirs[i] = y;
	}
	emit("tiermm", ours);
	emit("hwloc", theirs);
	ratio = theirs[SAMPLES / 2] / ours[SAMPLES / 2];
	printf("hwloc / tiermm: %.1f (goal: at least %.0f, %s); tiermm %.0f us "
	       "(goal: under %.0f, %s)\n",
	       ratio, GOAL_RATIO, ratio >= GOAL_RATIO ? "met" : "missed",
	       ours[SAMPLES / 2] / 1e3, GOAL_NS / 1e3,
	       ours[SAMPLES / 2] < GOAL_NS ? "met" : "missed");
	return 0;
}
