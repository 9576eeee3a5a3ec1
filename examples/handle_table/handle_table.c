/* SPDX-License-Identifier: MIT */
/*
 * A buffer manager whose readers never wait: frames of 4 KiB go back and forth
 * between two arenas while two threads read through a handle table. The old
 * copy of a frame is freed when every reader has left the section that it was
 * in, and not before; all three flavours of the tracker do it.
 *
 *     handle 5 ──> fast[5]        copy, then the handle names slow[5];
 *            └───> slow[5]        fast[5] is parked, then poisoned and free
 *
 * cc -o handle_table handle_table.c \
 *     $(pkg-config --cflags --libs tiermm-linux)
 */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tiermm/backends/linux_barrier.h>
#include <tiermm/tiermm.h>

#define READERS 2
#define HANDLES 64
#define ROUNDS 40
#define POISON 0xdd

struct frame {
	struct tiermm_flush_page link; /* first: a link is its frame */
	unsigned char byte[4096];
};

static struct frame fast[HANDLES], slow[HANDLES];
static _Atomic(struct frame *) handle[HANDLES];
static struct tiermm_flush *flush;
static uint32_t flavour;
static _Atomic uint32_t stop;
static _Atomic uint64_t section[READERS]; /* external: odd while inside */

static void *read_all_the_time(void *self)
{
	uint64_t id = (uint64_t)(uintptr_t)self, wrong = 0, h = 0;
	struct tiermm_flush_agent *agent = NULL;

	if (flavour != TIERMM_FLUSH_EXTERNAL)
		wrong += tiermm_flush_join(flush, (uint32_t)id, &agent) != 0;
	while (!wrong && !atomic_load_explicit(&stop, memory_order_relaxed)) {
		struct frame *frame;

		if (agent)
			(void)tiermm_flush_enter(agent);
		else
			atomic_fetch_add(&section[id], 1);
		frame = atomic_load_explicit(&handle[h++ % HANDLES],
					     memory_order_acquire);
		wrong +=
			frame->byte[0] == POISON || frame->byte[4095] == POISON;
		if (agent)
			(void)tiermm_flush_exit(agent);
		else
			atomic_fetch_add(&section[id], 1);
	}
	if (agent)
		wrong += tiermm_flush_leave(flush, agent) != 0;
	return (void *)(uintptr_t)wrong;
}

/* The embedder's own grace period, told to the tracker. */
static void declare(void)
{
	uint64_t done = tiermm_flush_generation(flush);

	for (int i = 0; i < READERS; i++) {
		uint64_t seen = atomic_fetch_add(&section[i], 0);

		while (seen & 1 && atomic_load(&section[i]) == seen)
			sched_yield();
	}
	(void)tiermm_flush_done(flush, done);
}

/* Copy every frame, name the copies, and park what was left behind. */
static int move_all(struct frame *from, struct frame *to, void *memory)
{
	struct tiermm_flush_request *r;
	uint64_t n;
	int err = tiermm_flush_open(flush, memory, 0, NULL, 0, &r);

	for (int h = 0; h < HANDLES && !err; h++) {
		struct tiermm_flush_page *link = &from[h].link;

		memcpy(to[h].byte, from[h].byte, sizeof(to[h].byte));
		err = tiermm_flush_add(r, &link, NULL, 1, 0, &n);
		atomic_store_explicit(&handle[h], &to[h], memory_order_release);
	}
	if (!err)
		err = tiermm_flush_stamp(r);
	return err ? err : tiermm_flush_queue(r, 0, NULL);
}

static int free_all(void)
{
	struct tiermm_flush_freed freed = { .size = sizeof(freed) };
	struct tiermm_flush_page *const *pages;
	uint64_t n;
	int err = 0;

	while (!err && !freed.n_pages) {
		if (flavour == TIERMM_FLUSH_EXTERNAL)
			declare();
		err = tiermm_flush_reap(flush, NULL, 0, 0, &freed);
		sched_yield();
	}
	pages = tiermm_flush_request_pages(freed.requests, &n);
	for (uint64_t i = 0; i < n; i++)
		memset(((struct frame *)pages[i])->byte, POISON, 4096);
	return err;
}

/* Frames go to the slow arena and back again, while readers read. */
static int move_to_and_fro(void)
{
	void *memory =
		aligned_alloc(TIERMM_ALIGN, tiermm_flush_request_bytes(flush));
	int err = memory ? 0 : -TIERMM_ENOMEM;

	for (int round = 0; round < ROUNDS && !err; round++) {
		int back = round & 1;

		err = move_all(back ? slow : fast, back ? fast : slow, memory);
		if (!err)
			err = free_all();
	}
	free(memory);
	return err;
}

static int make_tracker(void)
{
	struct tiermm_barrier barrier = { .size = sizeof(barrier) };
	struct tiermm_flush_options o = { .size = sizeof(o),
					  .flavour = flavour,
					  .max_agents = READERS,
					  .max_nodes = 1,
					  .request_pages = HANDLES,
					  .barrier = &barrier };
	int err = 0;

	if (flavour == TIERMM_FLUSH_PAIRED)
		err = tiermm_linux_barrier(&barrier);
	return err ? err : tiermm_flush_create(&flush, &o, NULL);
}

/* 0: every page came back, and no reader met a freed frame. */
static int run(const char *name)
{
	pthread_t thread[READERS];
	void *wrong;
	uint64_t bad = 0;
	int err = make_tracker();

	if (err == -TIERMM_ENOTSUP) {
		printf("%-8s: no barrier on this kernel, left out\n", name);
		return 0;
	}
	if (err)
		return err;
	for (uint32_t h = 0; h < HANDLES; h++) {
		memset(fast[h].byte, (int)h, sizeof(fast[h].byte));
		atomic_store(&handle[h], &fast[h]);
	}
	atomic_store(&stop, 0);
	for (uintptr_t i = 0; i < READERS; i++)
		if (pthread_create(&thread[i], NULL, read_all_the_time,
				   (void *)i))
			return 1;
	err = move_to_and_fro();
	atomic_store(&stop, 1);
	for (int i = 0; i < READERS; i++) {
		if (pthread_join(thread[i], &wrong))
			return 1;
		bad += (uintptr_t)wrong;
	}
	printf("%-8s: %d frames moved, %d wrong reads\n", name,
	       ROUNDS * HANDLES, (int)bad);
	tiermm_flush_destroy(flush);
	return err || bad ? 1 : 0;
}

int main(void)
{
	static const char *const names[] = { "fenced", "paired", "external" };
	int err = 0;

	for (flavour = 0; flavour <= TIERMM_FLUSH_EXTERNAL && !err; flavour++)
		err = run(names[flavour]);
	return err ? 1 : 0;
}
