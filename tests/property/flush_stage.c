/* SPDX-License-Identifier: MIT */
/* Readers, movers and who frees, over a tracker of any flavour. */
#define _POSIX_C_SOURCE 200809L

#include "flush_stage.h"
#include "support/check.h"

#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <tiermm/backends/linux_barrier.h>
#include <tiermm/random.h>

static void sleep_ms(long ms)
{
	struct timespec t = { 0, ms * 1000000 };

	(void)nanosleep(&t, NULL);
}

/* The embedder's own grace period, where the flavour is external. */
static void enter(struct stage_reader *r)
{
	if (r->stage->flavour != TIERMM_FLUSH_EXTERNAL)
		(void)tiermm_flush_enter(r->agent);
	else
		atomic_fetch_add_explicit(&r->section, 1, memory_order_seq_cst);
}

static void leave(struct stage_reader *r)
{
	if (r->stage->flavour != TIERMM_FLUSH_EXTERNAL)
		(void)tiermm_flush_exit(r->agent);
	else
		atomic_fetch_add_explicit(&r->section, 1, memory_order_release);
}

static void declare(struct stage *s)
{
	uint64_t g = tiermm_flush_generation(s->f);

	for (int i = 0; i < STAGE_READERS; i++) {
		/* A read-modify-write, for its place in the order of enter. */
		uint64_t seen =
			atomic_fetch_add_explicit(&s->reader[i].section, 0,
						  memory_order_seq_cst);

		while (seen & 1 &&
		       atomic_load_explicit(&s->reader[i].section,
					    memory_order_acquire) == seen)
			sched_yield();
	}
	CHECK(!tiermm_flush_done(s->f, g));
}

/*
 * Handle h's frames hold h: poison, or what another handle has put there since,
 * is a frame that was freed too early. Plain loads, so that a sanitizer sees
 * them; the broken run races.
 */
static int is_poisoned(const struct stage *s, const struct stage_frame *frame,
		       uint64_t h)
{
	if (s->broken)
		return __atomic_load_n(&frame->word[0], __ATOMIC_RELAXED) != h;
	for (int i = 0; i < STAGE_WORDS; i++)
		if (frame->word[i] != h)
			return 1;
	return 0;
}

/* Until there were enough reads, and enough moves for them to meet. */
static int is_wanted(const struct stage_reader *r)
{
	const struct stage *s = r->stage;

	if (s->broken)
		return r->reads < s->reads && !r->poisoned;
	return r->reads < s->reads ||
	       atomic_load_explicit(&s->moved, memory_order_relaxed) <
		       STAGE_MOVES;
}

/* Often: the check mode has to tell one who came back from one who stayed. */
static void join_again(struct stage_reader *r)
{
	struct stage *s = r->stage;
	uint32_t index = (uint32_t)(r - s->reader);

	if (s->flavour == TIERMM_FLUSH_EXTERNAL || r->reads / 16 % 4)
		return;
	CHECK(!tiermm_flush_leave(s->f, r->agent));
	CHECK(!tiermm_flush_join(s->f, index, &r->agent));
}

static void *read_all_the_time(void *argument)
{
	struct stage_reader *r = argument;
	struct stage *s = r->stage;
	struct tiermm_random random;

	(void)tiermm_random_seed(&random, (uintptr_t)r);
	while (is_wanted(r)) {
		struct stage_frame *frame = NULL;
		uint64_t h = 0;

		enter(r);
		for (int i = 0; i < 16; i++) {
			h = tiermm_random_below(&random, STAGE_HANDLES);
			frame = atomic_load_explicit(&s->handle[h],
						     memory_order_acquire);
			r->poisoned += (uint64_t)is_poisoned(s, frame, h);
			r->reads++;
		}
		if (s->broken) {
			sleep_ms(5);
			r->poisoned += (uint64_t)is_poisoned(s, frame, h);
		}
		leave(r);
		if (s->checked)
			join_again(r);
	}
	atomic_fetch_sub_explicit(&s->readers_left, 1, memory_order_release);
	return NULL;
}

static void poison(const struct stage *s, struct stage_frame *frame)
{
	for (int i = 0; i < STAGE_WORDS; i++) {
		if (s->broken)
			__atomic_store_n(&frame->word[i], STAGE_POISON,
					 __ATOMIC_RELAXED);
		else
			frame->word[i] = STAGE_POISON;
	}
}

/* Poison what came back, and keep it for the next moves. */
static void keep(struct stage *s, struct tiermm_flush_freed *freed)
{
	struct tiermm_flush_request *r = freed->requests, *next;
	struct tiermm_flush_page *const *pages;
	uint64_t n;

	for (; r; r = tiermm_flush_request_next(r)) {
		pages = tiermm_flush_request_pages(r, &n);
		for (uint64_t i = 0; i < n; i++)
			poison(s, (struct stage_frame *)pages[i]);
	}
	CHECK(!pthread_mutex_lock(&s->lock));
	for (r = freed->requests; r; r = next) {
		next = tiermm_flush_request_next(r);
		pages = tiermm_flush_request_pages(r, &n);
		for (uint64_t i = 0; i < n; i++)
			s->free_frame[s->n_free++] =
				(struct stage_frame *)pages[i];
		s->free_request[s->n_requests++] = r;
	}
	CHECK(s->n_free <= STAGE_FRAMES && s->n_requests <= STAGE_REQUESTS);
	CHECK(!pthread_mutex_unlock(&s->lock));
}

static void drain(struct stage *s, int broken)
{
	struct tiermm_flush_freed freed = { .size = sizeof(freed) };
	uint64_t bits[1];
	struct tiermm_flush_drain d = { .size = sizeof(d),
					.agents = bits,
					.n_words = 1 };

	CHECK(!tiermm_flush_drain_plan(s->f, NULL, &d));
	if (broken)
		sleep_ms(2);
	while (!broken && !tiermm_flush_drain_poll(s->f, &d)) {
		sched_yield();
		if (s->flavour == TIERMM_FLUSH_EXTERNAL)
			declare(s);
	}
	CHECK(!tiermm_flush_drain_report(s->f, &d, &freed));
	keep(s, &freed);
}

static void reap(struct stage *s)
{
	struct tiermm_flush_freed freed = { .size = sizeof(freed) };

	CHECK(!tiermm_flush_reap(s->f, NULL, 0, 4, &freed));
	keep(s, &freed);
}

/* Frames and a request for one batch, or 0. */
static uint32_t get(struct stage *s, struct stage_frame **frames, void **memory)
{
	uint32_t n = 0;

	CHECK(!pthread_mutex_lock(&s->lock));
	if (s->n_requests && s->n_free >= STAGE_BATCH) {
		*memory = s->free_request[--s->n_requests];
		while (n < STAGE_BATCH)
			frames[n++] = s->free_frame[--s->n_free];
	}
	CHECK(!pthread_mutex_unlock(&s->lock));
	return n;
}

static void move_batch(struct stage *s, struct stage_frame **to, void *memory,
		       uint64_t first)
{
	static const uint64_t readers[1] = { (1 << STAGE_READERS) - 1 };
	struct tiermm_flush_request *r;
	uint64_t done;

	/* All agents, or the set of all that there are: they go other ways. */
	CHECK(!tiermm_flush_open(s->f, memory, (int32_t)(first & 1),
				 first & 2 ? readers : NULL, 1, &r));
	CHECK(!pthread_mutex_lock(&s->table));
	for (uint64_t i = 0; i < STAGE_BATCH; i++) {
		_Atomic(struct stage_frame *) *handle =
			&s->handle[(first + i) % STAGE_HANDLES];
		struct stage_frame *from =
			atomic_load_explicit(handle, memory_order_relaxed);
		struct tiermm_flush_page *link = &from->link;

		memcpy(to[i]->word, from->word, sizeof(from->word));
		CHECK(!tiermm_flush_add(r, &link, NULL, 1, 0, &done) &&
		      done == 1);
		atomic_store_explicit(handle, to[i], memory_order_release);
	}
	CHECK(!pthread_mutex_unlock(&s->table));
	CHECK(!tiermm_flush_stamp(r));
	CHECK(!tiermm_flush_queue(r, 0, NULL));
}

static void *move_all_the_time(void *argument)
{
	struct stage *s = argument;
	struct stage_frame *to[STAGE_BATCH];
	struct tiermm_random random;
	void *memory;

	(void)tiermm_random_seed(&random, 11);
	while (atomic_load_explicit(&s->readers_left, memory_order_acquire)) {
		if (get(s, to, &memory)) {
			uint64_t first =
				tiermm_random_below(&random, STAGE_HANDLES);

			move_batch(s, to, memory, first);
			atomic_fetch_add_explicit(&s->moved, STAGE_BATCH,
						  memory_order_relaxed);
			if (s->flavour == TIERMM_FLUSH_EXTERNAL)
				declare(s);
			if (!s->broken)
				reap(s);
		} else {
			drain(s, s->broken != 0);
		}
	}
	return NULL;
}

static void breach(void *self, const struct tiermm_flush_breach *found)
{
	struct stage *s = self;

	(void)found;
	atomic_fetch_add_explicit(&s->breaches, 1, memory_order_relaxed);
}

static void set_up(struct stage *s, uint32_t flavour)
{
	struct tiermm_flush_check check = { .size = sizeof(check),
					    .self = s,
					    .breach = breach };
	struct tiermm_barrier barrier = { .size = sizeof(barrier) };
	struct tiermm_flush_options o = { .size = sizeof(o),
					  .flavour = flavour,
					  .max_agents = STAGE_READERS,
					  .max_nodes = 2,
					  .start = UINT64_MAX - 500,
					  .barrier = &barrier,
					  .check = s->checked ? &check : NULL };

	if (flavour == TIERMM_FLUSH_PAIRED)
		CHECK(!tiermm_linux_barrier(&barrier));
	CHECK(!tiermm_flush_create(&s->f, &o, NULL));
	CHECK(!pthread_mutex_init(&s->lock, NULL));
	CHECK(!pthread_mutex_init(&s->table, NULL));
	for (uint64_t i = 0; i < STAGE_FRAMES; i++) {
		for (int k = 0; k < STAGE_WORDS; k++)
			s->frame[i].word[k] = i;
		if (i < STAGE_HANDLES)
			atomic_init(&s->handle[i], &s->frame[i]);
		else
			s->free_frame[s->n_free++] = &s->frame[i];
	}
	for (int i = 0; i < STAGE_REQUESTS; i++) {
		void *memory = aligned_alloc(TIERMM_ALIGN,
					     tiermm_flush_request_bytes(s->f));

		CHECK(memory);
		s->free_request[s->n_requests++] = memory;
	}
}

/* Everything has come back, and no counter is off (I22). */
static void finish(struct stage *s)
{
	uint64_t pending;

	drain(s, 0);
	CHECK(s->n_free == STAGE_FRAMES - STAGE_HANDLES);
	CHECK(s->n_requests == STAGE_REQUESTS);
	for (int32_t node = 0; node < 2; node++) {
		CHECK(!tiermm_flush_pending(s->f, node, &pending));
		CHECK(!pending);
	}
	while (s->n_requests)
		free(s->free_request[--s->n_requests]);
	CHECK(!pthread_mutex_destroy(&s->lock));
	CHECK(!pthread_mutex_destroy(&s->table));
	tiermm_flush_destroy(s->f);
}

uint64_t stage_run(uint32_t flavour, uint64_t reads, uint32_t mode)
{
	struct stage *s = calloc(1, sizeof(*s));
	pthread_t reader[STAGE_READERS], mover[STAGE_MOVERS];
	uint64_t poisoned = 0, done = 0;

	CHECK(s);
	s->flavour = flavour;
	s->reads = reads / STAGE_READERS;
	s->broken = mode & STAGE_BROKEN;
	s->checked = mode & STAGE_CHECKED;
	s->readers_left = STAGE_READERS;
	set_up(s, flavour);
	for (uint32_t i = 0; i < STAGE_READERS; i++) {
		s->reader[i].stage = s;
		if (flavour != TIERMM_FLUSH_EXTERNAL)
			CHECK(!tiermm_flush_join(s->f, i, &s->reader[i].agent));
		CHECK(!pthread_create(&reader[i], NULL, read_all_the_time,
				      &s->reader[i]));
	}
	for (int i = 0; i < STAGE_MOVERS; i++)
		CHECK(!pthread_create(&mover[i], NULL, move_all_the_time, s));
	for (int i = 0; i < STAGE_READERS; i++) {
		CHECK(!pthread_join(reader[i], NULL));
		poisoned += s->reader[i].poisoned;
		done += s->reader[i].reads;
	}
	for (int i = 0; i < STAGE_MOVERS; i++)
		CHECK(!pthread_join(mover[i], NULL));
	printf("flavour %" PRIu32 "%s%s: %" PRIu64 " reads, %" PRIu64
	       " pages moved, %" PRIu64 " poisoned, %" PRIu64 " breaches\n",
	       flavour, s->broken ? ", broken" : "",
	       s->checked ? ", checked" : "", done, s->moved, poisoned,
	       s->breaches);
	CHECK(s->broken || s->moved >= STAGE_MOVES);
	finish(s);
	if (s->checked)
		poisoned = s->breaches;
	free(s);
	return poisoned;
}
