/* SPDX-License-Identifier: MIT */
/*
 * A runtime with safepoints. Mutators keep raw pointers to objects between
 * safepoints, none across one: an object that was moved is freed when every
 * mutator has passed one since. Who blocks goes offline; who lags is named.
 *
 *     mutator  ── use old ── safepoint ── use new ── safepoint ──>
 *     mover    ── move, unpublish, new generation ── poll: no ... yes, free
 *
 * cc -o 21_safepoints 21_safepoints.c $(pkg-config --cflags --libs tiermm)
 */
#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>

#include <tiermm/flush_inline.h>
#include <tiermm/tiermm.h>

#define MUTATORS 2
#define MOVES 500
#define DEAD (-1)

struct object {
	_Atomic int value;
};
static struct object from, to;
static _Atomic(struct object *) field = &from;
static struct tiermm_flush *flush;
static struct tiermm_flush_agent *agent[MUTATORS];
static _Atomic uint32_t running, stop, wrong;

static void *mutate(void *self)
{
	struct tiermm_flush_agent *me = agent[(uintptr_t)self];

	(void)tiermm_flush_enter(me);
	atomic_fetch_add(&running, 1);
	for (int i = 0; !atomic_load(&stop); i++) {
		struct object *o =
			atomic_load_explicit(&field, memory_order_acquire);

		for (int use = 0; use < 100; use++)
			if (atomic_load_explicit(&o->value,
						 memory_order_relaxed) == DEAD)
				atomic_fetch_add(&wrong, 1);
		/* The safepoint: o is not used behind it. */
		tiermm_flush_pass_inline(me);
		if (i % 1000 != 999)
			continue;
		/* As before a system call that may block. */
		(void)tiermm_flush_offline(me);
		sched_yield();
		(void)tiermm_flush_online(me);
		(void)tiermm_flush_enter(me);
	}
	(void)tiermm_flush_exit(me);
	return NULL;
}

/* Free what was moved when nobody can use it. */
static uint64_t move(struct object *old, struct object *new)
{
	uint64_t generation, polls = 0;

	atomic_store(&new->value, 42);
	atomic_store_explicit(&field, new, memory_order_release);
	if (tiermm_flush_open_generation(flush, &generation))
		return 0;
	while (!tiermm_flush_poll(flush, generation)) {
		polls++;
		sched_yield();
	}
	atomic_store(&old->value, DEAD);
	return polls;
}

static int name_the_laggard(void)
{
	struct tiermm_flush_stall stall = { .agent = 99 };
	uint64_t generation, n = 0;
	int err;

	(void)tiermm_flush_enter(agent[1]);
	err = tiermm_flush_open_generation(flush, &generation);
	if (!err)
		err = tiermm_flush_stalled(flush, generation, 0, &stall, 1, &n);
	printf("held up by mutator %" PRIu32 ", %" PRIu64 " behind\n",
	       stall.agent, stall.behind);
	(void)tiermm_flush_exit(agent[1]);
	return err || n != 1 || stall.agent != 1;
}

int main(void)
{
	pthread_t thread[MUTATORS];
	uint64_t polls = 0;
	int err = tiermm_flush_create(&flush, NULL, NULL);

	atomic_store(&from.value, 42);
	for (uint32_t i = 0; i < MUTATORS && !err; i++)
		err = tiermm_flush_join(flush, i, &agent[i]);
	if (err || name_the_laggard())
		return 1;
	for (uintptr_t i = 0; i < MUTATORS; i++)
		if (pthread_create(&thread[i], NULL, mutate, (void *)i))
			return 1;
	while (atomic_load(&running) != MUTATORS)
		sched_yield();
	for (int i = 0; i < MOVES; i++)
		polls += move(i & 1 ? &to : &from, i & 1 ? &from : &to);
	atomic_store(&stop, 1);
	for (int i = 0; i < MUTATORS; i++)
		err |= pthread_join(thread[i], NULL);
	printf("%d moves, %" PRIu64 " polls, %u wrong reads\n", MOVES, polls,
	       (unsigned int)atomic_load(&wrong));
	tiermm_flush_destroy(flush);
	return err || atomic_load(&wrong);
}
