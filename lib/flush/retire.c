/* SPDX-License-Identifier: MIT */
/*
 * Published snapshots retired through the tracker (F13). A snapshot that was
 * unpublished begins a generation; it is released when every agent has passed.
 */
#include "flush/tracker.h"

#include <stddef.h>

static void push(struct tiermm_flush *f, struct tiermm_retired *retired)
{
	/* Relaxed: only a first guess, and never looked into. */
	struct tiermm_retired *top =
		atomic_load_explicit(&f->retired, memory_order_relaxed);

	/* Release: partner is the acquire where the stack is taken. */
	do {
		retired->next = top;
	} while (!atomic_compare_exchange_weak_explicit(&f->retired, &top,
							retired,
							memory_order_release,
							memory_order_relaxed));
}

static void retire(void *self, struct tiermm_retired *retired)
{
	struct tiermm_flush *f = self;

	retired->generation = tiermm__next_generation(f);
	/* Relaxed: a number by itself; before the push, so never below 0. */
	atomic_fetch_add_explicit(&f->n_retired, 1, memory_order_relaxed);
	push(f, retired);
}

static uint64_t poll(void *self)
{
	struct tiermm_flush *f = self;
	/* Acquire: partner is push(). */
	struct tiermm_retired *next,
		*retired = atomic_exchange_explicit(&f->retired, NULL,
						    memory_order_acquire);
	uint64_t passed = 0;
	int err = retired ? tiermm__flush_passed(f, &passed) : 0;

	for (; retired; retired = next) {
		next = retired->next;
		if (err || !tiermm__covered(tiermm__generation(f), passed,
					    retired->generation)) {
			push(f, retired);
			continue;
		}
		atomic_fetch_sub_explicit(&f->n_retired, 1,
					  memory_order_relaxed);
		retired->release(retired);
	}
	return atomic_load_explicit(&f->n_retired, memory_order_relaxed);
}

int tiermm_flush_retire(struct tiermm_flush *f, struct tiermm_retire *out)
{
	if (!f || !out)
		return -TIERMM_EINVAL;
	*out = (struct tiermm_retire){
		.size = sizeof(*out),
		.self = f,
		.retire = retire,
		.poll = poll,
	};
	return 0;
}
