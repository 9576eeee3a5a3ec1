/* SPDX-License-Identifier: MIT */
/*
 * Readers look up where cold pages go, without a lock, while a node goes and
 * comes back. Once the event call has returned, no reader is sent there.
 *
 *     dram:2x64G cxl:1x256G@250ns,30GB/s
 *
 *     cc -std=c11 -pthread 04_readers_and_hotplug.c \
 *             $(pkg-config --cflags --libs tiermm)
 */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>

#include <tiermm/tiermm.h>

#include "worked_machine.h"

#define READERS 2
#define ROUNDS 200
#define LOOK_UPS 500

static struct tiermm_demotion *demotion;
/* Odd: node 2 is gone. Even: it is back. The last one ends the readers. */
static _Atomic uint32_t phase;
static _Atomic uint32_t checked[READERS]; /* phase that a reader is done with */
static _Atomic uint32_t wrong;

static void expect(int right)
{
	if (!right)
		atomic_fetch_add_explicit(&wrong, 1, memory_order_relaxed);
}

static void *read_all_the_time(void *self)
{
	_Atomic uint32_t *done = self;
	uint32_t last = 0, now = 0;

	while (now != 2 * ROUNDS) {
		int32_t next = tiermm_demotion_next(demotion, 0);

		/* While an event is under way both answers are right. */
		expect(next == 2 || next == TIERMM_NO_NODE);
		/* Acquire: partner is the release in announce(). */
		now = atomic_load_explicit(&phase, memory_order_acquire);
		if (now == last && !sched_yield()) /* for the writer */
			continue;
		/* The event call had returned: one answer is right. */
		for (int i = 0; i < LOOK_UPS; i++)
			expect(tiermm_demotion_next(demotion, 0) ==
			       (now % 2 ? TIERMM_NO_NODE : 2));
		last = now;
		/* Release: partner is the acquire in announce(). */
		atomic_store_explicit(done, now, memory_order_release);
	}
	return NULL;
}

/* Begin a phase, and wait until every reader has had its look-ups. */
static void announce(uint32_t now)
{
	atomic_store_explicit(&phase, now, memory_order_release);
	for (int i = 0; i < READERS; i++)
		while (atomic_load_explicit(&checked[i],
					    memory_order_acquire) != now)
			sched_yield();
}

static int happen(uint32_t kind, uint64_t pages, uint32_t expected)
{
	struct tiermm_event event = { .kind = kind, .node = 2, .pages = pages };
	uint32_t effect = 0;
	int err = tiermm_demotion_event(demotion, &event, &effect);

	return err ? err : effect & expected ? 0 : -TIERMM_EINVAL;
}

static int unplug_and_plug(uint32_t round)
{
	int err = happen(TIERMM_EVENT_MEMORY_GOING, 0, TIERMM_EFFECT_BLOCKED);

	announce(2 * round + 1);
	if (!err)
		err = happen(TIERMM_EVENT_MEMORY_REMOVE, 0,
			     TIERMM_EFFECT_REBUILT);
	if (!err)
		err = happen(TIERMM_EVENT_MEMORY_ADD, WORKED_CXL_PAGES,
			     TIERMM_EFFECT_REBUILT);
	announce(2 * round + 2);
	return err;
}

int main(void)
{
	struct tiermm_topology *t = NULL;
	pthread_t thread[READERS];
	unsigned int bad;
	int err = worked_machine(&t, 1);

	if (!err)
		err = tiermm_demotion_create(&demotion, t, NULL, NULL, NULL,
					     NULL);
	if (err)
		return 1;
	for (int i = 0; i < READERS; i++)
		if (pthread_create(&thread[i], NULL, read_all_the_time,
				   &checked[i]))
			return 1;
	for (uint32_t round = 0; round < ROUNDS; round++)
		err |= unplug_and_plug(round);
	for (int i = 0; i < READERS; i++)
		err |= pthread_join(thread[i], NULL);
	bad = atomic_load_explicit(&wrong, memory_order_relaxed);
	printf("%d times gone and back, %u wrong answers\n", ROUNDS, bad);
	tiermm_demotion_destroy(demotion);
	tiermm_topology_unref(t);
	return err || bad ? 1 : 0;
}
