/* SPDX-License-Identifier: MIT */
/* tiermm graph --replay: the graph at boot and after each step of the file. */
#include "graph.h"

#include <inttypes.h>

struct replay {
	const struct graph_request *request;
	struct tiermm_demotion *demotion;
	uint64_t step;  /* 0 at boot, then from 1 */
	int off_record; /* a step was refused: what follows may not fit */
	int status;
};

static void show_heading(const struct replay *replay,
			 const struct tiermm_file_step *step)
{
	if (replay->request->show == SHOW_JSON) {
		putchar(step ? ',' : '[');
		return;
	}
	if (!step)
		printf("%sat boot%s\n", look(LOOK_STRONG), look(LOOK_PLAIN));
	else
		printf("\n%sstep %" PRIu64 ": %s%s%s\n", look(LOOK_STRONG),
		       replay->step, step->text,
		       step->completed ? "" : " (refused)", look(LOOK_PLAIN));
}

static int show_state(struct replay *replay,
		      const struct tiermm_file_step *step)
{
	struct tiermm_demotion_graph *graph;
	int status;

	if (tiermm_demotion_snapshot(replay->demotion, &graph))
		return fail(STATUS_UNREADABLE, "out of memory");
	show_heading(replay, step);
	status = graph_show(graph, replay->request, step);
	tiermm_demotion_graph_unref(graph);
	return status;
}

/*
 * A step that cannot happen to the machine is said, and the state shown is
 * the one before: the entries still count as the steps do.
 */
static int apply(struct replay *replay, const struct tiermm_file_step *step)
{
	int err = 0;

	if (!step->completed)
		replay->off_record = 1;
	else if (step->event.kind) /* 0: nothing that a topology shows */
		err = tiermm_demotion_event(replay->demotion, &step->event,
					    NULL);
	if (err == -TIERMM_ENOMEM)
		return fail(STATUS_UNREADABLE, "out of memory");
	if (err && !replay->off_record)
		replay->status =
			fail(STATUS_NO,
			     "%s: step %" PRIu64 ", %s: "
			     "cannot happen: %s",
			     replay->request->input.machine, replay->step,
			     step->text, tiermm_strerror(err));
	return show_state(replay, step);
}

static int replay_steps(struct replay *replay,
			const struct tiermm_file_machine *file)
{
	struct tiermm_file_step step = { .size = sizeof(step) };
	int status = show_state(replay, NULL);

	while (!status &&
	       !tiermm_file_machine_step(file, replay->step, &step)) {
		replay->step++;
		status = apply(replay, &step);
	}
	return status ? status : replay->status;
}

int graph_replay(const struct machine *machine,
		 const struct graph_request *request)
{
	struct tiermm_problem problem = { .size = sizeof(problem) };
	struct replay replay = { .request = request };
	struct tiermm_demotion_options options;
	int status;
	int err;

	graph_options(request, &options);
	err = tiermm_demotion_create(&replay.demotion, machine->topology,
				     &options, NULL, &problem, NULL);
	if (err)
		return graph_refused(err, &problem);
	if (request->show == SHOW_JSON)
		fputs("{\"states\":", stdout);
	status = replay_steps(&replay, machine->file);
	if (request->show == SHOW_JSON)
		puts("]}");
	tiermm_demotion_destroy(replay.demotion);
	return status;
}
