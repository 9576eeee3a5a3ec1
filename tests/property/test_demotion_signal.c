/* SPDX-License-Identifier: MIT */
/*
 * Look-ups in a signal handler that interrupts the owner itself (requirement
 * 7, I2): in the middle of a rebuild, a publication or an event, they have to
 * end, to take no memory, and to answer from the graph before or after.
 *
 * A timer drives the handler. Where the processor can trap after each
 * instruction, it also runs at every single one of a publication; not under
 * sanitizers, whose own code is no part of this.
 */
#define _GNU_SOURCE

#include "support/check.h"
#include "support/machine.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>

#include <tiermm/demotion_change.h>
#include <tiermm/demotion_inline.h>
#include <tiermm/topology.h>

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#if defined(__x86_64__) && !defined(SANITIZED)
#define TRAPS 1
#endif
#define ROUNDS 200
/* Rounds whose publication is gone through an instruction at a time: 1, 2. */
#define STEPPED 2
/* Between two alarms. */
#define EVERY_US 300

#define NODES 5
#define VICTIM 2

/*
 * 0 > 1 > 2 > 3 > 4, and 0 > 4 > 3 > 2 > 1: together they are full of cycles.
 * Node 2 is blocked at times.
 */
static const int32_t chains[4][NODES] = {
	{ 1, 2, 3, 4, -1 },
	{ 1, 3, 4, -1, -1 },
	{ 4, 3, 2, 1, -1 },
	{ 4, 3, 1, -1, -1 },
};

static struct tiermm_demotion *demotion;
static struct tiermm_topology *machines[2];
static volatile sig_atomic_t inside, blocked;
static uint64_t looks, again, seen[4];

static void *take(void *self, uint64_t bytes, uint64_t align)
{
	(void)self;
	CHECK(!inside); /* a look-up takes no memory */
	return aligned_alloc(align, (bytes + align - 1) / align * align);
}

static void give(void *self, void *memory, uint64_t bytes)
{
	(void)self;
	(void)bytes;
	CHECK(!inside);
	free(memory);
}

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

/* Of any chain: what follows a node there. */
static int is_next(int32_t from, int32_t target)
{
	for (int c = 0; c < 4; c++)
		for (int i = 0; i + 1 < NODES; i++)
			if ((i ? chains[c][i - 1] : 0) == from &&
			    chains[c][i] == target)
				return 1;
	return 0;
}

static void look_up_each(void)
{
	const struct tiermm_nodeset all = { { 0x1f } };
	struct tiermm_demotion_query q = { .size = sizeof(q), .allowed = &all };

	for (int32_t from = 0; from < NODES; from++) {
		int32_t got[3] = { tiermm_demotion_next(demotion, from),
				   TIERMM_NO_NODE, TIERMM_NO_NODE };
		int err = tiermm_demotion_next_allowed(demotion, from, &all,
						       &got[1]);

		CHECK(!err || err == -TIERMM_EAGAIN);
		err = tiermm_demotion_choose(demotion, from, &q, &got[2]);
		CHECK(!err || err == -TIERMM_EAGAIN);
		for (int i = 0; i < 3; i++)
			CHECK(got[i] == TIERMM_NO_NODE ||
			      (is_next(from, got[i]) &&
			       !(blocked && got[i] == VICTIM)));
	}
}

/*
 * Without node 1, which takes a look at the sets. The owner stands still, so it
 * is the answer of the very chain that was walked.
 */
static void look_behind(int chain)
{
	static const int32_t expected[4] = { 2, 3, 4, 4 };
	const struct tiermm_nodeset allowed = { { 0x1c } };
	int32_t target = TIERMM_NO_NODE;
	int err = tiermm_demotion_next_allowed(demotion, 0, &allowed, &target);

	CHECK(err == -TIERMM_EAGAIN || (!err && target == expected[chain]));
}

static void walk_once(void)
{
	int32_t walked[NODES];
	uint64_t n;
	int c, err = tiermm_demotion_walk(demotion, 0, walked, NODES, &n);

	if (err) {
		CHECK(err == -TIERMM_EAGAIN);
		again++;
		return;
	}
	c = chain_of(walked, n);
	CHECK(c >= 0 && (!blocked || (c & 1)));
	seen[c]++;
	look_behind(c);
}

static void look(int signal)
{
	struct tiermm_node node;

	(void)signal;
	inside = 1;
	look_up_each();
	walk_once();
	for (int i = 0; i < 2; i++)
		for (int32_t id = 0; id < NODES; id++) {
			CHECK(!tiermm_topology_node(machines[i], id, &node));
			CHECK(node.id == id);
			CHECK(tiermm_topology_index(machines[i], id) == id);
		}
	looks++;
	inside = 0;
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
	if (reversed) /* so that node 0 is nearest to node 4 */
		for (int32_t k = 1; k < NODES; k++)
			m.distance[k] = (uint32_t)(10 + 10 * (NODES - k));
	return machine_topology(&m);
}

/*
 * From here on, or no longer, each instruction ends in SIGTRAP: the processor's
 * trap flag. The red zone below the stack pointer is the compiler's.
 */
static void step(int on)
{
#ifdef TRAPS
	if (on)
		__asm__ volatile("lea -128(%%rsp), %%rsp\n\tpushfq\n\t"
				 "orq $0x100, (%%rsp)\n\tpopfq\n\t"
				 "lea 128(%%rsp), %%rsp" ::
					 : "memory", "cc");
	else
		__asm__ volatile("lea -128(%%rsp), %%rsp\n\tpushfq\n\t"
				 "andq $~0x100, (%%rsp)\n\tpopfq\n\t"
				 "lea 128(%%rsp), %%rsp" ::
					 : "memory", "cc");
#else
	(void)on;
#endif
}

static void set_timer(long us)
{
	struct itimerval every = { .it_value.tv_usec = us,
				   .it_interval.tv_usec = us };

	CHECK(!setitimer(ITIMER_REAL, &every, NULL));
}

static void event(uint32_t kind)
{
	struct tiermm_event e = { .kind = kind, .node = VICTIM };
	uint32_t effect = 0;

	CHECK(!tiermm_demotion_event(demotion, &e, &effect));
	CHECK(effect);
}

/* What an owner does; from each return on, a blocked node is no answer. */
static void own(int round)
{
	int stepped = round && round <= STEPPED;

	CHECK(!tiermm_demotion_prepare(demotion, machines[round & 1], NULL,
				       NULL));
	step(stepped);
	CHECK(!tiermm_demotion_publish(demotion));
	step(0);
	event(TIERMM_EVENT_MEMORY_GOING);
	blocked = 1;
	CHECK(tiermm_demotion_next(demotion, 0) != VICTIM);
	blocked = 0;
	event(TIERMM_EVENT_MEMORY_CANCEL);
	event(TIERMM_EVENT_MEMORY_REMOVE);
	blocked = 1;
	CHECK(tiermm_demotion_next(demotion, 0) != VICTIM);
	blocked = 0;
	event(TIERMM_EVENT_MEMORY_ADD);
}

static void install(void)
{
	struct sigaction action = { .sa_handler = look };

	/* One handler at a time. */
	CHECK(!sigemptyset(&action.sa_mask));
	CHECK(!sigaddset(&action.sa_mask, SIGALRM));
	CHECK(!sigaction(SIGALRM, &action, NULL));
	CHECK(!sigaction(SIGTRAP, &action, NULL));
}

int main(void)
{
	const struct tiermm_alloc mem = { .size = sizeof(mem),
					  .alloc = take,
					  .free = give };

	machines[0] = machine(0);
	machines[1] = machine(1);
	CHECK(!tiermm_demotion_create(&demotion, machines[0], NULL, NULL, NULL,
				      &mem));
	install();
	set_timer(EVERY_US);
	for (int round = 0; round < ROUNDS; round++)
		own(round);
	set_timer(0);
	printf("%" PRIu64 " looks, %" PRIu64 " again; chains %" PRIu64
	       " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n",
	       looks, again, seen[0], seen[1], seen[2], seen[3]);
	/* A handler that met nothing proves nothing. */
	CHECK(looks > again && seen[0] && seen[1] && seen[2] && seen[3]);
	tiermm_demotion_destroy(demotion);
	tiermm_topology_unref(machines[0]);
	tiermm_topology_unref(machines[1]);
	return 0;
}
