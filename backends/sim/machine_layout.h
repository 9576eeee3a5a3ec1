/* SPDX-License-Identifier: MIT */
/*
 * Frames that stand in a layout (S9), for machines made with one.
 *
 * A free frame is in the list of the node that accounts for it; a frame in use
 * names the page that is in it. Both truths of a layout are here: `owner` is
 * who accounts for a frame, and never changes while it is in use (L7); the
 * layout in force says where it stands, and so what an access to it costs.
 */
#ifndef TIERMM_SIM_MACHINE_LAYOUT_H
#define TIERMM_SIM_MACHINE_LAYOUT_H

#include "machine.h"

#include <tiermm/backends/sim_layout.h>
#include <tiermm/layout_account.h>
#include <tiermm/layout_page.h>

/* In place of a neighbour in a list: the frame is in use. */
#define SIM_IN_USE UINT32_MAX
/* In place of a frame: a node's list had none, for the oracle to find. */
#define SIM_NO_FRAME UINT32_MAX
/* Kind of an event whose value is a place in sim_layout::change. */
#define SIM_EVENT_LAYOUT UINT32_MAX

struct sim_layout {
	struct tiermm_relayout *relayout;
	uint32_t frames;
	uint32_t *next;   /* [frames + nodes] in use: the page in it */
	uint32_t *before; /* [frames + nodes] in use: SIM_IN_USE */
	uint8_t *owner;   /* [frames] index of the node that accounts for it */
	uint32_t *frame;  /* [pages] of a page that is resident */
	uint32_t *parked; /* [SIM_LINKS] of an old copy that waits */
	uint8_t *leaving; /* [nodes] to be told when its last frame has left */
	uint64_t strays;
	uint64_t stray_accesses;
	uint64_t step_frames; /* of the sweep under way; 0: it is over */
	/* Changes that wait; a place without a layout is free. */
	struct tiermm_sim_layout_change change[TIERMM_SIM_EVENTS];
};

/* machine_relayout.c: put a layout in force. */
int tiermm__sim_layout_commit(struct tiermm_sim *s,
			      const struct tiermm_sim_layout_change *change);

/* machine_frames.c: the node that a frame stands on, and frame lists. */
uint32_t tiermm__sim_stands(const struct tiermm_sim *s, uint32_t frame);
void tiermm__sim_frames_fill(struct tiermm_sim *s);
/* A free frame goes where the layout says; 1: to another node. */
int tiermm__sim_frame_claim(struct tiermm_sim *s, uint32_t frame);
void tiermm__sim_strays_count(struct tiermm_sim *s);

/* machine_layout_topology.c: the machine as a layout makes it. */
int tiermm__sim_layout_topology(struct tiermm_sim *s,
				const struct tiermm_sim_layout_change *change,
				struct tiermm_topology **out);
/* Whether the machine may become like that. */
int tiermm__sim_layout_fits(const struct tiermm_sim *s,
			    const struct tiermm_topology *topology,
			    struct tiermm_sim_error *error);

#endif
