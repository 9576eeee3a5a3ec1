/* SPDX-License-Identifier: MIT */
/*
 * A reader while an owner rebuilds without a pause, against the same reader
 * undisturbed. Goal: at most 1.1 for each reader. It can only hold because a
 * look-up stores nothing: readers share the table's cache lines until the
 * owner stores its words, and so does the owner once a rebuild.
 *
 * The other processor is busy in both cases: rebuilding the reader's graph, or
 * another handle's. What a second busy processor costs by itself, in clock
 * speed and shared caches, is printed too.
 */
#define _POSIX_C_SOURCE 200809L

#include "demotion_machine.h"
#include "figure.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include <tiermm/demotion_change.h>
#include <tiermm/demotion_inline.h>

#define LOOK_UPS 262144
#define IDS 4096

/* What the owner works on. */
enum {
	IDLE,
	OTHER,
	OURS
};

struct scene {
	struct tiermm_demotion *d[3];
	struct tiermm_topology *machine;
	int32_t ids[IDS];
	_Atomic int work;
	_Atomic int seen;
	_Atomic int stop;
	uint64_t rebuilds;
};

static void *own(void *argument)
{
	struct scene *s = argument;

	while (!atomic_load_explicit(&s->stop, memory_order_relaxed)) {
		int work = atomic_load_explicit(&s->work, memory_order_relaxed);

		atomic_store_explicit(&s->seen, work, memory_order_relaxed);
		if (work == IDLE) {
			(void)nanosleep(&(struct timespec){ .tv_nsec = 50000 },
					NULL);
			continue;
		}
		if (tiermm_demotion_prepare(s->d[work], s->machine, NULL,
					    NULL) ||
		    tiermm_demotion_publish(s->d[work]))
			figure_die("no rebuild");
		s->rebuilds += work == OURS;
	}
	return NULL;
}

static void set_work(struct scene *s, int work)
{
	atomic_store_explicit(&s->work, work, memory_order_relaxed);
	while (atomic_load_explicit(&s->seen, memory_order_relaxed) != work)
		;
}

static uint64_t by_call(const struct scene *s)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < LOOK_UPS; i++)
		sum += (uint32_t)tiermm_demotion_next(s->d[OURS],
						      s->ids[i % IDS]);
	return sum;
}

static uint64_t by_inline(const struct scene *s)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < LOOK_UPS; i++)
		sum += (uint32_t)tiermm_demotion_next_inline(s->d[OURS],
							     s->ids[i % IDS]);
	return sum;
}

struct reader {
	struct scene *scene;
	uint64_t (*run)(const struct scene *s);
	int work;
};

/* Setting the work is not part of what is measured: it is over by then. */
static uint64_t read_meanwhile(void *argument)
{
	const struct reader *r = argument;

	return r->run(r->scene);
}

static double median_of(struct reader *r, uint64_t expected)
{
	struct figure_loop loop = { "reader", read_meanwhile, r, expected };
	struct figure a, b;

	set_work(r->scene, r->work);
	figure_measure(&loop, &loop, LOOK_UPS, &a, &b);
	return (a.median_ns + b.median_ns) / 2;
}

static void compare(struct scene *s, const char *name,
		    uint64_t (*run)(const struct scene *s))
{
	uint64_t expected = run(s);
	double ns[3];

	for (int work = IDLE; work <= OURS; work++)
		ns[work] =
			median_of(&(struct reader){ s, run, work }, expected);
	set_work(s, IDLE);
	printf("{\"bench\":\"%s\",\"idle_ns\":%.2f,\"other_ns\":%.2f,"
	       "\"rebuilt_ns\":%.2f,\"ratio\":%.2f,\"ratio_to_idle\":%.2f,"
	       "\"goal\":1.10,\"met\":%s}\n",
	       name, ns[IDLE], ns[OTHER], ns[OURS], ns[OURS] / ns[OTHER],
	       ns[OURS] / ns[IDLE],
	       ns[OURS] <= 1.1 * ns[IDLE] ? "true" : "false");
}

static void measure(int32_t nodes)
{
	static struct scene s;
	struct tiermm_random random;
	pthread_t owner;

	s = (struct scene){ .machine = bench_machine(nodes, 1) };
	(void)tiermm_random_seed(&random, 3);
	for (int i = 0; i < IDS; i++)
		s.ids[i] =
			(int32_t)tiermm_random_below(&random, (uint64_t)nodes);
	for (int i = OTHER; i <= OURS; i++)
		if (tiermm_demotion_create(&s.d[i], s.machine, NULL, NULL, NULL,
					   NULL))
			figure_die("no graph");
	if (pthread_create(&owner, NULL, own, &s))
		figure_die("no thread");
	printf("%" PRId32 " nodes\n", nodes);
	compare(&s, "next", by_call);
	compare(&s, "next_inline", by_inline);
	atomic_store_explicit(&s.stop, 1, memory_order_relaxed);
	(void)pthread_join(owner, NULL);
	printf("%" PRIu64 " rebuilds under the reader\n", s.rebuilds);
	for (int i = OTHER; i <= OURS; i++)
		tiermm_demotion_destroy(s.d[i]);
	tiermm_topology_unref(s.machine);
}

int main(void)
{
	if (sysconf(_SC_NPROCESSORS_ONLN) < 2) {
		printf("skipped: needs two processors\n");
		return 77;
	}
	measure(64);
	measure(1024);
	return 0;
}
