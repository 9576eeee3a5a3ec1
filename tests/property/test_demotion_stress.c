/* SPDX-License-Identifier: MIT */
/*
 * Readers against an owner that never rests: I2, D6, D7, D10.
 *
 * Machine A demotes 0 > 1 > 2 > 3 > 4 > 5, machine B 0 > 5 > 4 > 3 > 2 > 1:
 * their union is full of cycles. The owner flips between them, blocks node 3
 * and unblocks it, and takes its memory away and gives it back, with rebuilds.
 * Whatever a reader sees has to be one of the four chains that there are.
 *
 * Yields are injected by a signal that a fourth thread sends to the owner
 * again and again: it lands between any two steps of a publication, and the
 * handler gives the processor away.
 */
#define _POSIX_C_SOURCE 200809L

#include "support/check.h"
#include "support/machine.h"

#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tiermm/demotion_change.h>
#include <tiermm/demotion_inline.h>

#if defined(__SANITIZE_THREAD__)
#define UNDER_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define UNDER_TSAN 1
#endif
#endif
#ifdef UNDER_TSAN
#define ROUNDS 4000
#else
#define ROUNDS 6000
#endif

#define NODES 6
#define VICTIM 3

static const int32_t chains[4][NODES] = {
	{ 1, 2, 3, 4, 5, -1 },  /* A */
	{ 1, 2, 4, 5, -1, -1 }, /* A without node 3 */
	{ 5, 4, 3, 2, 1, -1 },  /* B */
	{ 5, 4, 2, 1, -1, -1 }, /* B without node 3 */
};

struct stage {
	struct tiermm_demotion *d;
	struct tiermm_topology *machine[2];
	_Atomic int stop;
	/* Odd: node 3 is blocked, the call has returned, and none runs. */
	_Atomic uint64_t blocked;
	/* A snapshot on its way to the thread that holds it. */
	_Atomic(struct tiermm_demotion_graph *) snapshot;
	pthread_t owner;
};

struct tally {
	uint64_t walks;
	uint64_t again;   /* answers -TIERMM_EAGAIN */
	uint64_t without; /* chains that left node 3 out */
	uint64_t flips;   /* chains of the other machine than before */
};

/* GCC warns that its sanitizer does not know fences; all data is atomic. */
#if defined(__SANITIZE_THREAD__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wtsan"
#endif
static inline void fence(memory_order order)
{
	atomic_thread_fence(order);
}

static void give_way(int signal)
{
	(void)signal;
	sched_yield();
}

static struct tiermm_topology *machine(int reversed)
{
	struct machine m = { .n = NODES };

	for (int32_t i = 0; i < NODES; i++) {
		int32_t rank = i && reversed ? NODES - i : i;

		m.nodes[i] = (struct machine_node){ .id = i,
						    .cpus = i ? 0 : 1,
						    .tier = 4 + rank };
		for (int32_t k = 0; k < NODES; k++)
			m.distance[i * NODES + k] =
				(uint32_t)(10 + 10 * abs(i - k));
	}
	if (reversed) /* so that node 0 is nearest to node 5 */
		for (int32_t k = 1; k < NODES; k++)
			m.distance[k] = (uint32_t)(10 + 10 * (NODES - k));
	return machine_topology(&m);
}

/* Which of the four chains it is; it has to be one of them, whole. */
static int chain_of(const int32_t *walked, uint64_t n)
{
	for (int c = 0; c < 4; c++) {
		uint64_t i = 0;

		while (i < n && walked[i] == chains[c][i])
			i++;
		if (i == n && chains[c][i] == -1)
			return c;
	}
	return -1;
}

static void walk_once(struct stage *s, struct tally *t, int *last)
{
	int32_t walked[NODES];
	uint64_t before, n;
	int err, c;

	before = atomic_load_explicit(&s->blocked, memory_order_acquire);
	err = tiermm_demotion_walk(s->d, 0, walked, NODES, &n);
	t->walks++;
	if (err) {
		CHECK(err == -TIERMM_EAGAIN);
		t->again++;
		return;
	}
	CHECK(n < NODES);
	c = chain_of(walked, n);
	CHECK(c >= 0);
	t->without += c & 1;
	t->flips += c / 2 != *last;
	*last = c / 2;
	fence(memory_order_acquire);
	if (before & 1 &&
	    before == atomic_load_explicit(&s->blocked, memory_order_relaxed))
		CHECK(c & 1);
}

static void check_target(struct stage *s, uint64_t before, int32_t target)
{
	fence(memory_order_acquire);
	if (before & 1 &&
	    before == atomic_load_explicit(&s->blocked, memory_order_relaxed))
		CHECK(target != VICTIM);
}

/* Every kind of look-up from node 2 or 4: none may yield a blocked node. */
static void look_up_once(struct stage *s, struct tiermm_random *random)
{
	int32_t from = tiermm_random_below(random, 2) ? 2 : 4;
	struct tiermm_nodeset allowed = { { 0x3f } };
	struct tiermm_demotion_query q = { .size = sizeof(q),
					   .choice = TIERMM_CHOICE_RANDOM,
					   .random = random };
	uint64_t before;
	int32_t target = -1;

	before = atomic_load_explicit(&s->blocked, memory_order_acquire);
	check_target(s, before, tiermm_demotion_next(s->d, from));
	check_target(s, before, tiermm_demotion_next_inline(s->d, from));
	if (!tiermm_demotion_next_allowed(s->d, from, &allowed, &target))
		check_target(s, before, target);
	if (!tiermm_demotion_choose(s->d, from, &q, &target))
		check_target(s, before, target);
	q.allowed = &allowed;
	if (!tiermm_demotion_choose(s->d, from, &q, &target))
		check_target(s, before, target);
}

static void *walker(void *argument)
{
	struct stage *s = argument;
	struct tally *t = calloc(1, sizeof(*t));
	struct tiermm_random random;
	int last = 0;

	CHECK(t);
	CHECK(!tiermm_random_seed(&random, 7));
	while (!atomic_load_explicit(&s->stop, memory_order_relaxed)) {
		walk_once(s, t, &last);
		look_up_once(s, &random);
	}
	return t;
}

/* Holds one snapshot after the other; each keeps answering from itself. */
static void *holder(void *argument)
{
	struct stage *s = argument;
	struct tiermm_demotion_graph *g;
	uint64_t *held = calloc(1, sizeof(*held));

	CHECK(held);
	while (!atomic_load_explicit(&s->stop, memory_order_relaxed)) {
		uint64_t before;
		int32_t first = -1, target = -1;

		g = atomic_exchange_explicit(&s->snapshot, NULL,
					     memory_order_acq_rel);
		if (!g) {
			sched_yield();
			continue;
		}
		CHECK(!tiermm_demotion_graph_choose(g, 2, NULL, &first));
		for (int i = 0; i < 50; i++) {
			before = atomic_load_explicit(&s->blocked,
						      memory_order_acquire);
			CHECK(!tiermm_demotion_choose_from(s->d, g, 2, NULL,
							   &target));
			check_target(s, before, target);
			CHECK(target == first || first == VICTIM);
		}
		tiermm_demotion_graph_unref(g);
		++*held;
	}
	return held;
}

static void *nagger(void *argument)
{
	struct stage *s = argument;

	while (!atomic_load_explicit(&s->stop, memory_order_relaxed)) {
		CHECK(!pthread_kill(s->owner, SIGUSR1));
		for (int i = 0; i < 20; i++)
			sched_yield();
	}
	return NULL;
}

static void event(struct stage *s, uint32_t kind)
{
	struct tiermm_event e = { .kind = kind, .node = VICTIM };
	uint32_t effect = 0;

	CHECK(!tiermm_demotion_event(s->d, &e, &effect));
	CHECK(effect != 0);
}

static void offer_snapshot(struct stage *s)
{
	struct tiermm_demotion_graph *g;

	CHECK(!tiermm_demotion_snapshot(s->d, &g));
	g = atomic_exchange_explicit(&s->snapshot, g, memory_order_acq_rel);
	tiermm_demotion_graph_unref(g);
}

/* Block node 3, let readers know, let them look, and take it back. */
static void block_for_a_while(struct stage *s, uint32_t off, uint32_t on)
{
	event(s, off);
	atomic_fetch_add_explicit(&s->blocked, 1, memory_order_release);
	sched_yield();
	/* Seen by whoever sees anything of the event that follows. */
	atomic_fetch_add_explicit(&s->blocked, 1, memory_order_relaxed);
	fence(memory_order_release);
	event(s, on);
}

static void *own(void *argument)
{
	struct stage *s = argument;

	for (int i = 0; i < ROUNDS; i++) {
		CHECK(!tiermm_demotion_prepare(s->d, s->machine[i & 1], NULL,
					       NULL));
		CHECK(!tiermm_demotion_publish(s->d));
		if (i % 3 == 0)
			offer_snapshot(s);
		if (i % 4 == 1)
			block_for_a_while(s, TIERMM_EVENT_MEMORY_GOING,
					  TIERMM_EVENT_MEMORY_CANCEL);
		if (i % 16 == 3)
			block_for_a_while(s, TIERMM_EVENT_MEMORY_REMOVE,
					  TIERMM_EVENT_MEMORY_ADD);
	}
	atomic_store_explicit(&s->stop, 1, memory_order_relaxed);
	return NULL;
}

static void report(struct stage *s, const struct tally *t, uint64_t held)
{
	uint64_t c[TIERMM_DEMOTION_COUNTERS], n;

	CHECK(!tiermm_demotion_counters(s->d, c, TIERMM_DEMOTION_COUNTERS, &n));
	printf("%" PRIu64 " generations, %" PRIu64 " rebuilds, %" PRIu64
	       " walks, %" PRIu64 " without node 3, %" PRIu64
	       " flips seen, %" PRIu64 " again, %" PRIu64 " snapshots held\n",
	       c[TIERMM_DEMOTION_GENERATION], c[TIERMM_DEMOTION_REBUILDS],
	       t->walks, t->without, t->flips, t->again, held);
	/* A test in which nothing met proves nothing. */
	CHECK(t->walks > t->again && t->without && t->flips && held);
}

int main(void)
{
	struct sigaction action = { .sa_handler = give_way };
	static struct stage s;
	struct tally *tally;
	uint64_t *held;
	pthread_t readers[2], nag;

	CHECK(!sigaction(SIGUSR1, &action, NULL));
	s.machine[0] = machine(0);
	s.machine[1] = machine(1);
	CHECK(!tiermm_demotion_create(&s.d, s.machine[0], NULL, NULL, NULL,
				      NULL));
	CHECK(!pthread_create(&readers[0], NULL, walker, &s));
	CHECK(!pthread_create(&readers[1], NULL, holder, &s));
	CHECK(!pthread_create(&s.owner, NULL, own, &s));
	CHECK(!pthread_create(&nag, NULL, nagger, &s));
	/* The owner's thread must be there for as long as it is nagged. */
	CHECK(!pthread_join(nag, NULL));
	CHECK(!pthread_join(s.owner, NULL));
	CHECK(!pthread_join(readers[0], (void **)&tally));
	CHECK(!pthread_join(readers[1], (void **)&held));
	report(&s, tally, *held);
	tiermm_demotion_graph_unref(s.snapshot);
	tiermm_demotion_destroy(s.d);
	tiermm_topology_unref(s.machine[0]);
	tiermm_topology_unref(s.machine[1]);
	free(tally);
	free(held);
	return 0;
}
