/* SPDX-License-Identifier: MIT */
/*
 * What accesses cost, and how many there were of each cost.
 *
 * An access belongs to a class: where it comes from (a group of CPUs with the
 * same node), where it goes, whether it writes, whether it missed the TLB. All
 * of a class cost the same until the load of a node changes; then its count
 * goes into a histogram, and it begins anew. So an access counts one number.
 */
#ifndef TIERMM_SIM_MACHINE_TIMES_H
#define TIERMM_SIM_MACHINE_TIMES_H

#include <stdint.h>

/* Buckets of the histogram: 16 in each power of two. */
#define SIM_BUCKETS (64 * 16)

/* What an access asks of a node: a line of a cache. */
#define SIM_LINE 64

struct tiermm_sim;

struct sim_times {
	uint32_t groups;
	uint32_t classes;    /* of one group: n_nodes * 4 */
	int32_t *group_node; /* [groups] node id of its CPUs */
	uint32_t *base;      /* [groups][n_nodes][write] unloaded, ns */
	uint32_t *cost;      /* [groups][classes] now, ns */
	uint64_t *count;     /* [groups][classes] since the last change */
	uint64_t histogram[SIM_BUCKETS];
	uint64_t accesses; /* in the histogram */
	uint64_t ns;       /* what they cost */
};

static inline uint32_t sim_class(uint32_t node, uint32_t write, uint32_t miss)
{
	return node * 4 + write * 2 + miss;
}

/* n accesses of ns each, out of the usual classes. */
void tiermm__sim_times_add(struct sim_times *t, uint64_t ns, uint64_t n);

/* The value that share/10 000 of all accesses stayed below or at. */
uint64_t tiermm__sim_times_quantile(const struct sim_times *t,
				    uint32_t share_bp);

/* Into the histogram with what was counted since the costs last changed. */
void tiermm__sim_times_close(struct tiermm_sim *s);

/* machine_load.c: costs of the next interval, by what nodes did in the last. */
void tiermm__sim_times_load(struct tiermm_sim *s, uint64_t elapsed_ns);

#endif
