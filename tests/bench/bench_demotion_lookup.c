/* SPDX-License-Identifier: MIT */
/*
 * The look-up of one target, against what nothing can beat and against what
 * people would use instead. Goals:
 *
 *   tiermm_demotion_next() / a call that loads one array entry    at most 1.5
 *   tiermm_demotion_next_inline() / a bare relaxed atomic load    at most 1.2
 *   the same / liburcu: lock, dereference, load, unlock           below 1
 *
 * Ids are drawn before; every loop's sum is checked.
 */
#define _LGPL_SOURCE 1 /* liburcu: its own inline functions, the fastest */

#include "baseline.h"
#include "demotion_machine.h"
#include "figure.h"

#include <inttypes.h>
#include <stdio.h>

#include <tiermm/demotion_inline.h>

#ifdef HAVE_URCU
#include <urcu/urcu-memb.h>
#include <urcu/urcu-qsbr.h>
#endif

#define LOOK_UPS 65536
#define IDS 4096

struct scene {
	struct tiermm_demotion *d;
	int32_t ids[IDS];
	/* The same answers in a bare array of the table's size. */
	uint64_t table[TIERMM_MAX_NODES];
	uint64_t *published; /* what liburcu's readers dereference */
};

static uint64_t by_call(void *argument)
{
	const struct scene *s = argument;
	uint64_t sum = 0;

	for (uint32_t i = 0; i < LOOK_UPS; i++)
		sum += (uint32_t)tiermm_demotion_next(s->d, s->ids[i % IDS]);
	return sum;
}

static uint64_t by_baseline_call(void *argument)
{
	const struct scene *s = argument;
	uint64_t sum = 0;

	for (uint32_t i = 0; i < LOOK_UPS; i++)
		sum += (uint32_t)baseline_load(s->table, s->ids[i % IDS]);
	return sum;
}

static uint64_t by_inline(void *argument)
{
	const struct scene *s = argument;
	uint64_t sum = 0;

	for (uint32_t i = 0; i < LOOK_UPS; i++)
		sum += (uint32_t)tiermm_demotion_next_inline(s->d,
							     s->ids[i % IDS]);
	return sum;
}

static uint64_t by_bare_load(void *argument)
{
	const struct scene *s = argument;
	uint64_t sum = 0;

	for (uint32_t i = 0; i < LOOK_UPS; i++)
		sum += (uint32_t)__atomic_load_n(s->table + s->ids[i % IDS],
						 __ATOMIC_RELAXED);
	return sum;
}

#ifdef HAVE_URCU
static uint64_t by_qsbr(void *argument)
{
	struct scene *s = argument;
	uint64_t sum = 0;

	for (uint32_t i = 0; i < LOOK_UPS; i++) {
		uint64_t *table;

		urcu_qsbr_read_lock();
		table = rcu_dereference(s->published);
		sum += (uint32_t)CMM_LOAD_SHARED(table[s->ids[i % IDS]]);
		urcu_qsbr_read_unlock();
	}
	urcu_qsbr_quiescent_state();
	return sum;
}

static uint64_t by_memb(void *argument)
{
	struct scene *s = argument;
	uint64_t sum = 0;

	for (uint32_t i = 0; i < LOOK_UPS; i++) {
		uint64_t *table;

		urcu_memb_read_lock();
		table = rcu_dereference(s->published);
		sum += (uint32_t)CMM_LOAD_SHARED(table[s->ids[i % IDS]]);
		urcu_memb_read_unlock();
	}
	return sum;
}

static void against_urcu(struct scene *s, uint64_t sum)
{
	struct figure_loop ours = { "next_inline", by_inline, s, sum };
	struct figure_loop qsbr = { "liburcu_qsbr", by_qsbr, s, sum };
	struct figure_loop memb = { "liburcu_memb", by_memb, s, sum };

	urcu_qsbr_register_thread();
	urcu_memb_register_thread();
	(void)figure_compare(&ours, &qsbr, LOOK_UPS, 1.0);
	(void)figure_compare(&ours, &memb, LOOK_UPS, 1.0);
	urcu_memb_unregister_thread();
	urcu_qsbr_unregister_thread();
}
#else
static void against_urcu(struct scene *s, uint64_t sum)
{
	(void)s;
	(void)sum;
	printf("no liburcu here: that comparison is left out\n");
}
#endif

static uint64_t fill(struct scene *s, int32_t nodes)
{
	struct tiermm_random random;
	uint64_t sum = 0;

	(void)tiermm_random_seed(&random, 3);
	for (int32_t i = 0; i < TIERMM_MAX_NODES; i++)
		s->table[i] = (uint64_t)tiermm_demotion_next(s->d, i);
	s->published = s->table;
	for (int i = 0; i < IDS; i++)
		s->ids[i] =
			(int32_t)tiermm_random_below(&random, (uint64_t)nodes);
	for (uint32_t i = 0; i < LOOK_UPS; i++)
		sum += (uint32_t)s->table[s->ids[i % IDS]];
	return sum;
}

static void measure(int32_t nodes)
{
	static struct scene s;
	struct tiermm_topology *t = bench_machine(nodes, 1);
	struct figure_loop call = { "next", by_call, &s, 0 };
	struct figure_loop one_load = { "call_and_load", by_baseline_call, &s,
					0 };
	struct figure_loop inlined = { "next_inline", by_inline, &s, 0 };
	struct figure_loop bare = { "bare_load", by_bare_load, &s, 0 };

	if (tiermm_demotion_create(&s.d, t, NULL, NULL, NULL, NULL))
		figure_die("no graph");
	call.expected = fill(&s, nodes);
	one_load.expected = call.expected;
	inlined.expected = call.expected;
	bare.expected = call.expected;
	printf("%" PRId32 " nodes\n", nodes);
	(void)figure_compare(&call, &one_load, LOOK_UPS, 1.5);
	(void)figure_compare(&inlined, &bare, LOOK_UPS, 1.2);
	against_urcu(&s, call.expected);
	tiermm_demotion_destroy(s.d);
	tiermm_topology_unref(t);
}

int main(void)
{
	measure(64);
	measure(1024);
	return 0;
}
