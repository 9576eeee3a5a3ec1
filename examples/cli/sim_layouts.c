/* SPDX-License-Identifier: MIT */
/*
 * Layouts that are committed in the middle of a run: --event 2000:layout:FILE.
 * A file is looked at once before all runs, and read again by each of them.
 */
#include "sim.h"

#include <tiermm/backends/file_layout.h>
#include <tiermm/backends/sim_layout.h>
#include <tiermm/layout_account.h>

#include <inttypes.h>
#include <string.h>

int sim_take_layout(struct sim_request *request, uint64_t time_ns,
		    const char *path)
{
	struct sim_layout_event *event;

	if (request->n_layouts == SIM_MOST_LAYOUTS)
		return fail(STATUS_USAGE, "layouts: %d of them at most",
			    SIM_MOST_LAYOUTS);
	if (!path[0] || strlen(path) >= sizeof(event->path) ||
	    strcmp(path, "-") == 0)
		return fail(STATUS_USAGE,
			    "layout '%s', expected the name of a file", path);
	event = &request->layouts[request->n_layouts++];
	event->time_ns = time_ns;
	snprintf(event->path, sizeof(event->path), "%s", path);
	return STATUS_DONE;
}

int sim_check_layouts(const struct sim_request *request)
{
	for (uint32_t i = 0; i < request->n_layouts; i++) {
		struct tiermm_file_error error = { .size = sizeof(error) };
		const char *path = request->layouts[i].path;
		struct tiermm_layout *layout;
		int err = tiermm_file_layout_read(&layout, path, NULL, &error,
						  NULL);

		if (err)
			return fail(STATUS_UNREADABLE, "%s",
				    error.text[0] ? error.text
						  : tiermm_strerror(err));
		tiermm_layout_unref(layout);
	}
	return STATUS_DONE;
}

int sim_schedule_layouts(const struct sim_request *request,
			 struct tiermm_sim *sim, struct tiermm_sim_error *error)
{
	int err = 0;

	for (uint32_t i = 0; i < request->n_layouts && !err; i++) {
		struct tiermm_sim_layout_change change = {
			.size = sizeof(change),
			.time_ns = request->layouts[i].time_ns,
		};

		err = tiermm_file_layout_read(&change.layout,
					      request->layouts[i].path, NULL,
					      NULL, NULL);
		if (!err)
			err = tiermm_sim_schedule_layout(sim, &change, error);
		tiermm_layout_unref(change.layout);
	}
	return err;
}

size_t sim_layout_text(const struct sim_request *request, char *out, size_t cap)
{
	size_t n = 0;

	for (uint32_t i = 0; i < request->n_layouts && n < cap; i++)
		n += (size_t)snprintf(out + n, cap - n,
				      " event=%" PRIu64 ":layout:%s",
				      request->layouts[i].time_ns / 1000000,
				      request->layouts[i].path);
	return n;
}

void sim_take_strays(struct sim_strays *out, struct tiermm_sim *sim)
{
	struct tiermm_sim_layout_state state = { .size = sizeof(state) };
	const struct tiermm_relayout *r = tiermm_sim_relayout(sim);
	uint64_t counters[TIERMM_LAYOUT_COUNTERS], n;

	if (!r || tiermm_sim_get_layout(sim, &state) ||
	    tiermm_relayout_counters(r, counters, TIERMM_LAYOUT_COUNTERS, &n))
		return;
	*out = (struct sim_strays){
		.layouts = counters[TIERMM_LAYOUT_COMMITS],
		.moved_free = counters[TIERMM_LAYOUT_MOVED_CLAIMED],
		.moved_freed = counters[TIERMM_LAYOUT_MOVED_ON_FREE],
		.pages = state.strays,
		.accesses = state.stray_accesses,
	};
}

void sim_print_strays(const struct sim_job *jobs, uint64_t n)
{
	if (!jobs[0].request->n_layouts)
		return;
	printf("\n%-15s %8s %11s %11s %8s %12s\n", "policy", "layouts",
	       "moved free", "when freed", "strays", "accesses %");
	for (uint64_t i = 0; i < n; i++) {
		const struct sim_strays *s = &jobs[i].outcome->strays;
		uint64_t all = jobs[i].outcome->sum.accesses;

		sim_print_name(jobs[i].variant->name, 0);
		printf(" %8" PRIu64 " %11" PRIu64 " %11" PRIu64 " %8" PRIu64
		       " %12.2f\n",
		       s->layouts, s->moved_free, s->moved_freed, s->pages,
		       (double)s->accesses * 100.0 / (double)(all ? all : 1));
	}
}

void sim_print_strays_json(const struct sim_job *job)
{
	const struct sim_strays *s = &job->outcome->strays;

	if (!job->request->n_layouts)
		return;
	printf(",\"layout\":{\"layouts\":%" PRIu64 ",\"moved_free\":%" PRIu64
	       ",\"moved_freed\":%" PRIu64 ",\"strays\":%" PRIu64
	       ",\"stray_accesses\":%" PRIu64 "}",
	       s->layouts, s->moved_free, s->moved_freed, s->pages,
	       s->accesses);
}
