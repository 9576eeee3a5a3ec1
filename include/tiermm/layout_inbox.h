/* SPDX-License-Identifier: MIT */
/**
 * @file layout_inbox.h
 * Layouts proposed by other threads, committed in order (L12).
 *
 *     firmware event ──┐
 *     hypervisor call ─┤──> propose ──> [ 3 | 2 | 1 ] ──> the owner: take
 *     operator ────────┘                                   prepare, commit
 *
 * Who proposes neither waits nor commits; the owner takes the oldest when it
 * suits it. A proposal that is refused is dropped, and the next one is tried
 * against the layout that is in force then.
 */
#ifndef TIERMM_LAYOUT_INBOX_H
#define TIERMM_LAYOUT_INBOX_H

#include <tiermm/layout_listen.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Propose a layout.
 *
 * @param r      object
 * @param layout the layout; a reference is taken
 * @param ticket its number, from 1 up; may be NULL
 * @retval 0              it waits
 * @retval -TIERMM_ENOSPC too many wait already
 * @retval -TIERMM_EINVAL a pointer is NULL
 * @threads shared; lock-free
 * @since 0.1
 */
TIERMM_API int tiermm_relayout_propose(struct tiermm_relayout *r,
				       struct tiermm_layout *layout,
				       uint64_t *ticket);

/**
 * Take the oldest proposal, prepare it and commit it.
 *
 * @param r       object
 * @param parts   as for tiermm_relayout_prepare()
 * @param n_parts as for tiermm_relayout_prepare()
 * @param problem why it was refused; may be NULL
 * @param ticket  its number; may be NULL; untouched where there was none
 * @retval 0              in force
 * @retval -TIERMM_ENOENT nothing waits
 * @retval -TIERMM_EAGAIN readers of earlier layouts have not passed; it waits
 * @retval -TIERMM_EBUSY  another thread is inside; it waits
 * @retval others         as tiermm_relayout_prepare(); it was dropped
 * @threads owner
 * @since 0.1
 */
TIERMM_API int
tiermm_relayout_take(struct tiermm_relayout *r,
		     const struct tiermm_layout_part *const *parts,
		     uint32_t n_parts, struct tiermm_layout_problem *problem,
		     uint64_t *ticket);

#ifdef __cplusplus
}
#endif
#endif
