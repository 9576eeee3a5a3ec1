/* SPDX-License-Identifier: MIT */
/*
 * A cache that demotes instead of evicting, under load: two threads read
 * through the handle table all the time and check every byte they rely on; one
 * thread looks keys up, a few of them far more often than the rest, and puts in
 * what is missing. The same look-ups are run twice: evicting only, and with
 * the slow arena behind the fast one.
 *
 * cc -o tiered_cache tiered_cache.c cache.c \
 *     $(pkg-config --cflags --libs tiermm) -lpthread
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>

#include "cache.h"

#define LOOKUPS 8000

static struct cache cache;
static _Atomic uint32_t stop;
static _Atomic uint64_t reads, wrong;

/* Keys near 0 come often: the product of two even draws. */
static uint64_t draw_key(struct tiermm_random *random)
{
	return tiermm_random_below(random, KEYS) *
	       tiermm_random_below(random, KEYS) / KEYS;
}

static void *read_all_the_time(void *self)
{
	uint32_t id = (uint32_t)(uintptr_t)self;
	struct tiermm_flush_agent *agent;
	struct tiermm_random random;
	uint64_t n = 0, bad = 0;

	if (tiermm_flush_join(cache.flush, id, &agent) ||
	    tiermm_random_seed(&random, 100 + id)) {
		atomic_fetch_add(&wrong, 1);
		return NULL;
	}
	while (!atomic_load_explicit(&stop, memory_order_relaxed)) {
		uint64_t key = draw_key(&random);
		struct frame *frame;

		(void)tiermm_flush_enter(agent);
		frame = atomic_load_explicit(&cache.handle[key],
					     memory_order_acquire);
		if (frame)
			bad += !value_is_whole(frame, key);
		n += frame != NULL;
		(void)tiermm_flush_exit(agent);
	}
	atomic_fetch_add(&reads, n);
	atomic_fetch_add(&wrong, bad);
	(void)tiermm_flush_leave(cache.flush, agent);
	return NULL;
}

/* Look keys up as they are drawn; how many were there, or an error. */
static int64_t look_up(void)
{
	struct tiermm_random random;
	int64_t hits = 0;
	int err = tiermm_random_seed(&random, 1);

	for (int i = 0; i < LOOKUPS && !err; i++) {
		uint64_t key = draw_key(&random);

		if (atomic_load_explicit(&cache.handle[key],
					 memory_order_relaxed)) {
			atomic_store_explicit(&cache.used[key], 1,
					      memory_order_relaxed);
			hits++;
			continue;
		}
		err = cache_insert(&cache, key);
	}
	return err ? err : hits;
}

static int64_t run(int demotes)
{
	pthread_t thread[READERS];
	int64_t hits;
	uintptr_t n = 0;
	int err = cache_begin(&cache, demotes);

	atomic_store(&stop, 0);
	while (!err && n < READERS &&
	       !pthread_create(&thread[n], NULL, read_all_the_time, (void *)n))
		n++;
	hits = err || n < READERS ? -1 : look_up();
	atomic_store(&stop, 1);
	while (n)
		pthread_join(thread[--n], NULL);
	printf("%s: %.1f %% hits, %" PRIu64 " demoted, %" PRIu64 " evicted\n",
	       demotes ? "demoting" : "evicting",
	       100.0 * (double)hits / LOOKUPS, cache.demoted, cache.evicted);
	cache_end(&cache);
	return hits;
}

int main(void)
{
	int64_t evicting = run(0), demoting = run(1);

	printf("%" PRIu64 " reads meanwhile, %" PRIu64 " wrong\n",
	       atomic_load(&reads), atomic_load(&wrong));
	return evicting < 0 || demoting <= evicting || atomic_load(&wrong) != 0;
}
