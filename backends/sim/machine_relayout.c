/* SPDX-License-Identifier: MIT */
/*
 * A layout comes into force: the library's own transaction, with the engine's
 * graph as its part; then free frames move, some in each interval.
 */
#include "machine_layout.h"

#include <tiermm/engine_layout.h>
#include <tiermm/layout_listen.h>
#include <tiermm/layout_move.h>

/* What it takes to move a free frame from one node's list to another's. */
#define MOVE_FREE_NS 100

static int refused(struct tiermm_sim *s, int err,
		   const struct tiermm_layout_problem *problem,
		   const struct tiermm_problem *graph)
{
	char text[256] = "";

	if (problem->what)
		(void)tiermm_layout_problem_text(problem, text, sizeof(text),
						 NULL);
	else
		(void)tiermm_problem_text(graph, text, sizeof(text), NULL);
	return tiermm__sim_report(s->error, err, 0, 0, "layout: refused: %s",
				  text[0] ? text : tiermm_strerror(err));
}

static int transact(struct tiermm_sim *s, struct tiermm_layout *layout,
		    struct tiermm_topology *topology)
{
	struct tiermm_layout_problem problem = { .size = sizeof(problem) };
	struct tiermm_problem graph = { .size = sizeof(graph) };
	struct tiermm_engine_relayout relayout = {
		.size = sizeof(relayout),
		.engine = s->engine,
		.topology = topology,
		.problem = &graph,
	};
	struct tiermm_layout_part part;
	const struct tiermm_layout_part *parts[] = { &part };
	int err = tiermm_engine_layout_part(&relayout, &part);

	if (!err)
		err = tiermm_relayout_prepare(s->layout->relayout, layout,
					      parts, 1, &problem);
	if (err)
		return refused(s, err, &problem, &graph);
	return tiermm_relayout_commit(s->layout->relayout);
}

/* Nodes that the layout gives nothing more, and that have frames still. */
static void note_leaving(struct tiermm_sim *s)
{
	struct tiermm_nodeset goal;

	(void)tiermm_relayout_nodes(s->layout->relayout,
				    TIERMM_LAYOUT_NODES_GOAL, &goal);
	for (uint32_t n = 0; n < s->n_nodes; n++)
		s->layout->leaving[n] =
			s->node[n].frames > 0 &&
			!tiermm_nodeset_has(&goal, s->node[n].id);
}

int tiermm__sim_layout_commit(struct tiermm_sim *s,
			      const struct tiermm_sim_layout_change *change)
{
	struct tiermm_topology *topology;
	int err = tiermm__sim_layout_topology(s, change, &topology);

	if (err)
		return err;
	err = transact(s, change->layout, topology);
	if (err) {
		tiermm_topology_unref(topology);
		return err;
	}
	tiermm_topology_unref(s->topology);
	s->topology = topology;
	tiermm__sim_nodes_follow(s);
	tiermm__sim_strays_count(s);
	note_leaving(s);
	s->layout->step_frames = change->step_frames;
	err = tiermm__sim_tops(s);
	return err ? err : tiermm__sim_rooms(s);
}

/* The free frames of an item; 1: some of it are in use. */
static int move_free(struct tiermm_sim *s, const struct tiermm_move *item)
{
	struct sim_layout *l = s->layout;
	int in_use = 0;

	for (uint64_t i = 0; i < item->pages; i++) {
		uint32_t frame = (uint32_t)(item->page + i);

		if (l->before[frame] == SIM_IN_USE)
			in_use = 1;
		else if (tiermm__sim_frame_claim(s, frame))
			s->sum.background_ns += MOVE_FREE_NS;
	}
	return in_use;
}

/* What is in use is reported; what was claimed is counted already. */
static int sweep(struct tiermm_sim *s, struct tiermm_layout_step *step)
{
	static const struct tiermm_result busy = {
		.outcome = TIERMM_OUTCOME_BUSY,
	};
	struct tiermm_relayout *r = s->layout->relayout;
	struct tiermm_result results[SIM_BATCH];
	struct tiermm_move items[SIM_BATCH];
	uint64_t n, left = 0;
	int err = tiermm_relayout_plan(r, step, items, SIM_BATCH, &n);

	for (uint64_t i = 0; i < n && !err; i++) {
		if (!move_free(s, &items[i]))
			continue;
		results[left] = busy;
		items[left++] = items[i];
	}
	if (!err)
		err = tiermm_relayout_report(r, step, items, results, left);
	return err;
}

/* A node without a frame is none with memory from now on. */
static int tell_who_left(struct tiermm_sim *s)
{
	int err = 0;

	for (uint32_t n = 0; n < s->n_nodes && !err; n++) {
		struct tiermm_event event = {
			.kind = TIERMM_EVENT_MEMORY_REMOVE,
			.node = s->node[n].id,
		};

		if (!s->layout->leaving[n] || s->node[n].frames)
			continue;
		s->layout->leaving[n] = 0;
		err = tiermm__sim_engine_event(s, &event);
	}
	return err;
}

/* Once in an interval: so many frames are looked at, and no more. */
int tiermm__sim_layout_work(struct tiermm_sim *s)
{
	struct sim_layout *l = s->layout;
	uint64_t budget;
	int err = 0;

	if (!l)
		return 0;
	for (budget = l->step_frames; budget > 0 && !err;) {
		struct tiermm_layout_step step = { .size = sizeof(step),
						   .max_frames = budget };

		err = sweep(s, &step);
		budget -= step.frames;
		if (err || step.frames > 0)
			continue;
		l->step_frames = 0;
		budget = 0;
		err = tiermm_relayout_poll(l->relayout, NULL);
	}
	return err ? err : tell_who_left(s);
}
