/* SPDX-License-Identifier: MIT */
/*
 * The demotion graph once more, as slowly and as literally as the rules can be
 * written down (spec 1, facts 0.1 to 0.3): the oracle of the property tests.
 * Nothing is shared with the library, not even the notion of a score's key.
 */
#ifndef TESTS_PROPERTY_NAIVE_GRAPH_H
#define TESTS_PROPERTY_NAIVE_GRAPH_H

#include <tiermm/demotion_graph.h>

#define NAIVE_NODES 1024
#define NAIVE_NONE (-1)

/* A machine by position, ascending by id. */
struct naive_machine {
	int n;
	int id[NAIVE_NODES];
	int memory[NAIVE_NODES]; /* online or going */
	int going[NAIVE_NODES];
	int cpus[NAIVE_NODES];
	int tier[NAIVE_NODES];
	int distance[NAIVE_NODES][NAIVE_NODES];
	int named[NAIVE_NODES][NAIVE_NODES];
};

/* What comes out, by position. */
struct naive_graph {
	unsigned char preferred[NAIVE_NODES][NAIVE_NODES];
	unsigned char fallback[NAIVE_NODES][NAIVE_NODES];
	unsigned char top[NAIVE_NODES];
	long load[NAIVE_NODES];
};

void naive_clear(struct naive_graph *g, int n);
/* penalty: what a target's CPUs cost while the lists are built */
void naive_load(const struct naive_machine *m, int penalty,
		struct naive_graph *g);
void naive_nearest(const struct naive_machine *m, struct naive_graph *g);
void naive_linux(const struct naive_machine *m, int penalty,
		 struct naive_graph *g);
void naive_passes(const struct naive_machine *m, int penalty, int limit,
		  struct naive_graph *g);
void naive_manual(const struct naive_machine *m, struct naive_graph *g);
/* kept: slowest abstract distance on top where no tier has a CPU */
void naive_top(const struct naive_machine *m, int kept, struct naive_graph *g);
/* 1 where what is named has a cycle */
int naive_has_cycle(const struct naive_machine *m);

#endif
