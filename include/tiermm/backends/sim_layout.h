/* SPDX-License-Identifier: MIT */
/**
 * @file sim_layout.h
 * Another layout in the middle of a simulated run (S9).
 *
 *     frames 0 to 999      0 s      2 s: commit    freed and used again
 *     stand on             node 0   node 1         node 1
 *     are accounted for    node 0   node 0         node 1
 *                                   (strays)
 *
 * With #TIERMM_SIM_LAYOUT each page stands in a frame, and all nodes of the
 * machine take part, those without memory too. At first the frames of each
 * node follow those of the one before, ascending by id.
 *
 * A layout that is committed says what a hypervisor did to the memory behind
 * the frames: from then on an access takes the time of the node on which its
 * frame *stands*. The system inside follows by the library's own rules
 * (layout_change.h): the demotion graph changes in the same transaction, free
 * frames change their node in steps, those in use when they are freed. A page
 * in use whose frame stands elsewhere is a *stray*: the policy takes it for
 * what the account says, and its accesses tell what that is worth.
 *
 * Frames are counted in pages of `page_bytes`. A simulation takes 4 bytes more
 * a page for this, and 9 a frame.
 */
#ifndef TIERMM_BACKENDS_SIM_LAYOUT_H
#define TIERMM_BACKENDS_SIM_LAYOUT_H

#include <tiermm/backends/sim_event.h>
#include <tiermm/layout_change.h>

#ifdef __cplusplus
extern "C" {
#endif

/** One change of the layout. */
struct tiermm_sim_layout_change {
	uint32_t size;    /**< sizeof of this struct where you compile */
	uint32_t flags;   /**< zero */
	uint64_t time_ns; /**< when */
	/** What stands where from then on; as many frames as there are. */
	struct tiermm_layout *layout;
	/**
	 * Speeds (from the next interval on) and distances from then on, with
	 * the same nodes and CPUs; sizes are the layout's. NULL: as before.
	 */
	struct tiermm_topology *topology;
	/** Frames that are looked at once in an interval; 0: 65536. */
	uint64_t step_frames;
};

/**
 * Have a layout committed. It is an event among the others (sim_event.h).
 *
 * @param s      simulation made with #TIERMM_SIM_LAYOUT
 * @param change what, and when; references are taken
 * @param error  what is wrong; may be NULL
 * @retval 0              it will be
 * @retval -TIERMM_EINVAL a pointer is NULL, another last frame than there is,
 *                        or the topology has other CPUs: see @p error
 * @retval -TIERMM_ENODEV the layout names a node that the machine has not, or
 *                        the topology has other nodes
 * @retval -TIERMM_E2BIG  a field that this library does not know is set
 * @retval -TIERMM_ENOTSUP made without #TIERMM_SIM_LAYOUT
 * @retval -TIERMM_ENOSPC #TIERMM_SIM_EVENTS events wait already
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int
tiermm_sim_schedule_layout(struct tiermm_sim *s,
			   const struct tiermm_sim_layout_change *change,
			   struct tiermm_sim_error *error);

/**
 * The layout in force, for its account, progress, counters and events
 * (layout_account.h, layout_move.h, layout_listen.h). Only read it.
 *
 * @param s simulation
 * @return its layout; NULL for one that was made without
 * @threads owner
 * @since 0.1
 */
TIERMM_API struct tiermm_relayout *tiermm_sim_relayout(struct tiermm_sim *s);

/** What the account does not know. Filled by the library. */
struct tiermm_sim_layout_state {
	uint32_t size;           /**< sizeof of this struct where you compile */
	uint32_t sweeping;       /**< 1: free frames are being moved */
	uint64_t frames;         /**< that there are */
	uint64_t strays;         /**< pages in use that stand elsewhere */
	uint64_t stray_accesses; /**< accesses to such pages so far */
};

/**
 * Tell about strays.
 *
 * @param s   simulation
 * @param out set `size`; the rest is filled
 * @retval 0              told
 * @retval -TIERMM_EINVAL a pointer is NULL, or the size is too small
 * @retval -TIERMM_ENOTSUP made without #TIERMM_SIM_LAYOUT
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_sim_get_layout(struct tiermm_sim *s,
				     struct tiermm_sim_layout_state *out);

#ifdef __cplusplus
}
#endif
#endif
