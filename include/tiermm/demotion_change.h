/* SPDX-License-Identifier: MIT */
/**
 * @file demotion_change.h
 * The owner's half of a published demotion graph: events and rebuilds.
 *
 *     GOING   node 2 ──> blocked          no look-up yields it from now on
 *     CANCEL  node 2 ──> unblocked
 *     REMOVE  node 2 ──> blocked, rebuilt, published
 *
 *     prepare(new machine) ──> publish    takes memory; takes none
 *
 * What takes memory can fail, and then has changed nothing; publishing cannot
 * fail. An event that needs a rebuild and finds no memory has done the half
 * that matters at once: a node that is gone is blocked.
 *
 * Threads: all of this is `owner`: one thread at a time, readers meanwhile.
 */
#ifndef TIERMM_DEMOTION_CHANGE_H
#define TIERMM_DEMOTION_CHANGE_H

#include <tiermm/demotion.h>
#include <tiermm/event.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What an event did, bit by bit. */
enum {
	TIERMM_EFFECT_BLOCKED = 1,   /**< a node is no target from now on */
	TIERMM_EFFECT_UNBLOCKED = 2, /**< a node may be a target again */
	TIERMM_EFFECT_REBUILT = 4    /**< a new graph was published */
};

/**
 * Take a reference to the graph that is published now.
 *
 * @param d   handle
 * @param out the graph; give it back with tiermm_demotion_graph_unref(), on
 *            any thread
 * @retval 0              taken
 * @retval -TIERMM_EINVAL a pointer is NULL
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_demotion_snapshot(struct tiermm_demotion *d,
					struct tiermm_demotion_graph **out);

/**
 * Build the graph of a changed machine without publishing it.
 *
 * @param d        handle
 * @param topology the machine as it is now
 * @param options  new options (kept if published), or NULL for those kept
 * @param problem  what is wrong; may be NULL
 * @retval 0              ready for publish or abandon; an earlier prepared
 *                        graph was given back
 * @retval -TIERMM_ENOMEM no memory; nothing changed
 * @retval -TIERMM_ENOSPC more nodes, or more pairs with speeds, than room was
 *                        reserved for; nothing changed
 * @retval -TIERMM_ENOTSUP the handle has no allocator (tiermm_demotion_init())
 * @retval -TIERMM_EBUSY  another thread is inside
 * @retval others         as tiermm_demotion_graph_create(); nothing changed
 * @threads owner
 * @since 0.1
 */
TIERMM_API int
tiermm_demotion_prepare(struct tiermm_demotion *d,
			struct tiermm_topology *topology,
			const struct tiermm_demotion_options *options,
			struct tiermm_problem *problem);

/**
 * Publish what was prepared. Blocked nodes that the new machine has online are
 * targets again; those it has going, without memory or not at all are not.
 *
 * @param d handle
 * @retval 0              published
 * @retval -TIERMM_EINVAL @p d is NULL
 * @retval -TIERMM_ENOENT nothing is prepared, or an event came in between: it
 *                        gives back what was prepared, for a machine that is
 *                        no more
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner; never allocates
 * @since 0.1
 */
TIERMM_API int tiermm_demotion_publish(struct tiermm_demotion *d);

/**
 * Give back what was prepared.
 *
 * @param d handle
 * @retval 0              nothing is prepared now
 * @retval -TIERMM_EINVAL @p d is NULL
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_demotion_abandon(struct tiermm_demotion *d);

/**
 * Tell of an event: block, unblock, and rebuild where a node gained its first
 * or lost its last memory. Other events change amounts, and nothing here (I7).
 * They are remembered all the same, for the rebuilds to come. From the first
 * rebuild on, #TIERMM_LOAD_BOOTED becomes #TIERMM_LOAD_REBUILT, as in a kernel.
 *
 * @param d      handle
 * @param event  what happened
 * @param effect TIERMM_EFFECT_... bits; may be NULL; untouched where nothing
 *               changed
 * @retval 0              done
 * @retval -TIERMM_ENOMEM no memory to rebuild: a node that is gone is blocked
 *                        all the same, the graph is the one before; hand the
 *                        new machine to tiermm_demotion_prepare() later
 * @retval -TIERMM_ENOTSUP the same, where the handle has no allocator
 * @retval -TIERMM_EINVAL it cannot happen to that node, or a pointer is NULL;
 *                        nothing changed
 * @retval -TIERMM_ENODEV no such node or CPU
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_demotion_event(struct tiermm_demotion *d,
				     const struct tiermm_event *event,
				     uint32_t *effect);

/**
 * Switch demotion off or on; targets stay computed (D11).
 *
 * @param d  handle
 * @param on 0: every look-up answers #TIERMM_NO_NODE; else: as computed
 * @retval 0              switched
 * @retval -TIERMM_EINVAL @p d is NULL
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_demotion_enable(struct tiermm_demotion *d, uint32_t on);

#ifdef __cplusplus
}
#endif
#endif
