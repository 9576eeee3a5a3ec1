/* SPDX-License-Identifier: MIT */
/**
 * @file flush_inline.h
 * The hot calls of an agent, compiled into the caller. Opt-in: no other
 * header includes it.
 *
 *     agent ──> [ stamp | where the generation stands | library's ... ]
 *
 * That much of an agent's line is frozen for a soname, so a program that
 * includes this header has to be compiled against headers of the major version
 * that it is linked with (while that is 0: of the same minor version too). Who
 * would rather not, calls the functions of flush_agent.h.
 *
 *     tiermm_flush_enter_paired(agent);
 *     frame = __atomic_load_n(&handle->frame, __ATOMIC_ACQUIRE);
 *     ... read the frame ...
 *     tiermm_flush_exit_inline(agent);
 *
 * Enter comes in two: which one is right was chosen when the tracker was made.
 */
#ifndef TIERMM_FLUSH_INLINE_H
#define TIERMM_FLUSH_INLINE_H

#include <tiermm/flush_agent.h>

#ifdef __cplusplus
extern "C" {
#endif

/** How an agent's line begins. */
struct tiermm_flush_line {
	uint64_t stamp;             /**< 0: outside */
	const uint64_t *generation; /**< the tracker's */
};

/** tiermm_flush_begin(), inline. */
static inline uint64_t
tiermm_flush_begin_inline(const struct tiermm_flush_agent *agent)
{
	const struct tiermm_flush_line *line =
		(const struct tiermm_flush_line *)(const void *)agent;

	/*
	 * Acquire: whoever sees a generation sees what was unmapped before it.
	 * Partner: the new generation of a stamp, release.
	 */
	return __atomic_load_n(line->generation, __ATOMIC_ACQUIRE);
}

/** tiermm_flush_end(), inline. */
static inline void tiermm_flush_end_inline(struct tiermm_flush_agent *agent,
					   uint64_t generation)
{
	struct tiermm_flush_line *line =
		(struct tiermm_flush_line *)(void *)agent;
	/* Relaxed: only this agent stores it. */
	uint64_t stamp = __atomic_load_n(&line->stamp, __ATOMIC_RELAXED);

	if (__builtin_expect(stamp == generation, 1))
		return;
	(void)tiermm_flush_end(agent, generation);
}

/** tiermm_flush_pass(), inline. */
static inline void tiermm_flush_pass_inline(struct tiermm_flush_agent *agent)
{
	tiermm_flush_end_inline(agent, tiermm_flush_begin_inline(agent));
}

/** tiermm_flush_enter(), inline, in the paired flavour only. */
static inline void tiermm_flush_enter_paired(struct tiermm_flush_agent *agent)
{
	struct tiermm_flush_line *line =
		(struct tiermm_flush_line *)(void *)agent;

	/*
	 * Release: who loads it loads no older generation behind it. What
	 * follows is ordered by the barrier that whoever looks runs here.
	 */
	__atomic_store_n(&line->stamp, tiermm_flush_begin_inline(agent),
			 __ATOMIC_RELEASE);
	/* The compiler must not move what follows in front of the store. */
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

/** tiermm_flush_enter(), inline, in the fenced flavour (or the paired one). */
static inline void tiermm_flush_enter_fenced(struct tiermm_flush_agent *agent)
{
	struct tiermm_flush_line *line =
		(struct tiermm_flush_line *)(void *)agent;

	/*
	 * Either what follows sees all that was unmapped before somebody looked
	 * at the stamps, or that look finds this stamp. Partner: the fence
	 * before that look. The thread sanitizer knows no fences; its build
	 * has a read-modify-write on both sides.
	 */
#if defined(__SANITIZE_THREAD__)
	(void)__atomic_exchange_n(&line->stamp,
				  tiermm_flush_begin_inline(agent),
				  __ATOMIC_ACQ_REL);
#else
	__atomic_store_n(&line->stamp, tiermm_flush_begin_inline(agent),
			 __ATOMIC_RELEASE);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
#endif
}

/** tiermm_flush_exit(), inline. */
static inline void tiermm_flush_exit_inline(struct tiermm_flush_agent *agent)
{
	struct tiermm_flush_line *line =
		(struct tiermm_flush_line *)(void *)agent;

	/*
	 * Release: what was read inside was read before. Partner: the acquire
	 * of whoever looks at the stamps before a page is freed.
	 */
	__atomic_store_n(&line->stamp, 0, __ATOMIC_RELEASE);
}

#ifdef __cplusplus
}
#endif
#endif
