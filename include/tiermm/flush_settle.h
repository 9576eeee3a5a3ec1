/* SPDX-License-Identifier: MIT */
/**
 * @file flush_settle.h
 * Before a parked page changes: can any agent still see its old copy?
 *
 *     request   open ──> stamped ──> queued ──> taken by a drain ──> (freed)
 *     settle     wait     wait        wait      wait                  0
 *                          └─────────────┴──────────┴─ or 0, once every agent
 *                                                      of it has passed
 *
 * A page whose old copy somebody can still see must not become writable, nor
 * change its content (a write to its file, poison, zeroes), nor be reused. An
 * empty queue says nothing about that: another thread may have taken the
 * request and be in the middle of its flush, or a mover may not have queued it
 * yet. So the answer comes from the page's own link, whoever has its request.
 */
#ifndef TIERMM_FLUSH_SETTLE_H
#define TIERMM_FLUSH_SETTLE_H

#include <tiermm/flush_request.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What tiermm_flush_settle() waits for. */
struct tiermm_flush_wait {
	uint32_t size;       /**< sizeof of this struct where you compile */
	uint32_t flags;      /**< zero */
	uint64_t *agents;    /**< room for a bit an agent; or NULL */
	uint64_t n_words;    /**< words there */
	uint64_t generation; /**< filled: to poll; 0: not stamped yet */
	uint64_t n_agents;   /**< filled: agents that have not passed */
};

/**
 * May this page become writable, change, or be reused: can no agent see its
 * old copy any more? Covers requests that are queued, taken off the queue and
 * still being flushed for, stamped, or only open.
 *
 * @param f    tracker
 * @param page link of the page, or of its copy
 * @param wait what is waited for, filled on -TIERMM_EAGAIN; may be NULL
 * @retval 0              nobody can see the old copy
 * @retval -TIERMM_EAGAIN somebody may: flush those agents or poll that
 *                        generation; at generation 0 ask again
 * @retval -TIERMM_EINVAL a pointer is NULL, or @p wait has too few words
 * @retval -TIERMM_E2BIG  a field of @p wait that we do not know is set
 * @retval others         what the barrier returned
 * @threads shared; wait-free
 * @since 0.1
 */
TIERMM_API int tiermm_flush_settle(struct tiermm_flush *f,
				   const struct tiermm_flush_page *page,
				   struct tiermm_flush_wait *wait);

/**
 * Check mode: call it where a page is about to be reused. Each agent that
 * could still see it is told to the check's @c breach.
 *
 * @param f    tracker
 * @param page link of the page
 * @retval 0               nobody can see it
 * @retval 1               a breach was told
 * @retval -TIERMM_EINVAL  a pointer is NULL
 * @retval -TIERMM_ENOTSUP the check mode is off
 * @retval others          what the barrier returned
 * @threads shared; wait-free
 * @since 0.1
 */
TIERMM_API int tiermm_flush_verify(struct tiermm_flush *f,
				   const struct tiermm_flush_page *page);

#ifdef __cplusplus
}
#endif
#endif
