/* SPDX-License-Identifier: MIT */
/* Generations: begun, looked for, passed (F1; invariants 1, 3 and 4). */
#include "flush/tracker.h"

uint64_t tiermm__next_generation(struct tiermm_flush *f)
{
	/* Relaxed: only a first guess. */
	uint64_t old =
		atomic_load_explicit(&f->generation, memory_order_relaxed);
	uint64_t next;

	/*
	 * Release: what was unmapped before is seen by who loads this. Acquire:
	 * so is what was unmapped before the generations that came before.
	 * Partner: tiermm__generation() and the agents' begin and enter. In one
	 * step: nobody ever loads 0.
	 */
	do {
		next = old + 1 ? old + 1 : 1;
	} while (!atomic_compare_exchange_weak_explicit(&f->generation, &old,
							next,
							memory_order_acq_rel,
							memory_order_relaxed));
	return next;
}

void tiermm__advance(struct tiermm_flush *f, _Atomic uint64_t *word,
		     uint64_t generation)
{
	/* Acquire, release: what is known to be passed is handed on. */
	uint64_t old = atomic_load_explicit(word, memory_order_acquire);

	while (!tiermm__covered(tiermm__generation(f), old, generation) &&
	       !atomic_compare_exchange_weak_explicit(word, &old, generation,
						      memory_order_acq_rel,
						      memory_order_acquire))
		;
}

static int run_barrier(struct tiermm_flush *f)
{
	uint64_t now = tiermm__generation(f);
	int err;

	/* Acquire: the barrier came before. Partner: tiermm__advance(). */
	if (atomic_load_explicit(&f->barriered, memory_order_acquire) == now)
		return 0;
	err = f->barrier.run(f->barrier.self);
	if (err)
		return err;
	tiermm__flush_count(f, TIERMM_FLUSH_BARRIERS, 1);
	tiermm__advance(f, &f->barriered, now);
	return 0;
}

int tiermm__flush_look(struct tiermm_flush *f)
{
	if (f->flavour == TIERMM_FLUSH_PAIRED)
		return run_barrier(f);
#ifndef TIERMM__NO_FENCES
	/* Sequentially consistent: partner is the fence of enter. */
	atomic_thread_fence(memory_order_seq_cst);
#endif
	return 0;
}

/*
 * The oldest of @low and the stamps of 64 agents; who is outside has passed
 * @now, which was loaded before the look.
 */
static uint64_t oldest_stamp(struct tiermm_flush *f, uint32_t word,
			     uint64_t now, uint64_t low)
{
	/* Acquire: as in tiermm__request_word(). */
	uint64_t left =
		atomic_load_explicit(&f->joined[word], memory_order_acquire);

	for (; left; left &= left - 1) {
		uint32_t index = word * 64 + tiermm__lowest_bit(left);
		uint64_t stamp = tiermm__stamp(&f->agents[index]);

		if (stamp &&
		    !tiermm__covered(tiermm__generation(f), stamp, low))
			low = stamp;
		if (f->check.breach)
			tiermm__check_saw(f, index, stamp ? stamp : now);
	}
	return low;
}

int tiermm__flush_passed(struct tiermm_flush *f, uint64_t *passed)
{
	/* Acquire: what the agents did is behind it. Partner: the advance. */
	uint64_t known = atomic_load_explicit(&f->passed, memory_order_acquire);
	uint64_t now = tiermm__generation(f);
	uint64_t low = now;
	int err;

	*passed = known;
	if (f->flavour == TIERMM_FLUSH_EXTERNAL || known == now)
		return 0;
	err = tiermm__flush_look(f);
	if (err)
		return err;
	for (uint32_t word = 0; word < f->words; word++)
		low = oldest_stamp(f, word, now, low);
	tiermm__advance(f, &f->passed, low);
	*passed = atomic_load_explicit(&f->passed, memory_order_acquire);
	return 0;
}

uint64_t tiermm_flush_generation(const struct tiermm_flush *f)
{
	return f ? tiermm__generation(f) : 0;
}

int tiermm_flush_open_generation(struct tiermm_flush *f, uint64_t *out)
{
	if (!f || !out)
		return -TIERMM_EINVAL;
	*out = tiermm__next_generation(f);
	return 0;
}

int tiermm_flush_poll(struct tiermm_flush *f, uint64_t generation)
{
	uint64_t passed;
	int err;

	if (!f || !generation)
		return -TIERMM_EINVAL;
	/* Acquire: as in tiermm__flush_passed(). */
	passed = atomic_load_explicit(&f->passed, memory_order_acquire);
	if (tiermm__covered(tiermm__generation(f), passed, generation))
		return 1;
	err = tiermm__flush_passed(f, &passed);
	if (err)
		return err;
	return tiermm__covered(tiermm__generation(f), passed, generation);
}

int tiermm_flush_done(struct tiermm_flush *f, uint64_t generation)
{
	if (!f || !generation)
		return -TIERMM_EINVAL;
	if (f->flavour != TIERMM_FLUSH_EXTERNAL)
		return -TIERMM_ENOTSUP;
	/* One from the future reads as older than any that there was. */
	if (tiermm__generation(f) - generation > UINT64_MAX / 2)
		return -TIERMM_EINVAL;
	tiermm__advance(f, &f->passed, generation);
	return 0;
}
