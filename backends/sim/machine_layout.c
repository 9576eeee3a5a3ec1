/* SPDX-License-Identifier: MIT */
/* The layout of a simulated machine: its memory, changes that wait, answers. */
#include "machine_layout.h"

#define DEFAULT_STEP 65536

static int check_sizes(struct tiermm_sim *s, uint64_t *frames)
{
	*frames = 0;
	for (uint32_t n = 0; n < s->n_nodes; n++)
		*frames += s->node[n].frames;
	if (*frames < SIM_IN_USE - TIERMM_SIM_NODES)
		return 0;
	return tiermm__sim_report(s->error, -TIERMM_EINVAL, 0, 0,
				  "a layout of %llu frames, expected less than "
				  "2^32",
				  (unsigned long long)*frames);
}

/* The nodes one after the other. */
static int first_layout(struct tiermm_sim *s, struct tiermm_layout **out)
{
	struct tiermm_layout_range ranges[TIERMM_SIM_NODES];
	uint64_t first = 0;
	uint64_t n = 0;

	for (uint32_t i = 0; i < s->n_nodes; i++) {
		if (s->node[i].frames == 0)
			continue;
		ranges[n++] = (struct tiermm_layout_range){
			.first = first,
			.last = first + s->node[i].frames - 1,
			.node = s->node[i].id,
		};
		first += s->node[i].frames;
	}
	return tiermm_layout_create(out, ranges, n, NULL, NULL, &s->mem);
}

static int make_relayout(struct tiermm_sim *s)
{
	struct tiermm_relayout_options o = { .size = sizeof(o) };
	struct tiermm_nodeset nodes = { { 0 } };
	struct tiermm_layout *layout;
	uint64_t bytes = 0;
	int err = first_layout(s, &layout);

	if (err)
		return err;
	for (uint32_t n = 0; n < s->n_nodes; n++)
		tiermm_nodeset_add(&nodes, s->node[n].id);
	o.max_nodes = (uint32_t)s->node[s->n_nodes - 1].id + 1;
	o.nodes = &nodes;
	err = tiermm_relayout_footprint(layout, &o, &bytes);
	if (!err)
		err = tiermm_relayout_create(&s->layout->relayout, layout, &o,
					     NULL, &s->mem);
	s->bytes += bytes + tiermm_layout_bytes(layout);
	tiermm_layout_unref(layout);
	return err;
}

int tiermm__sim_layout_make(struct tiermm_sim *s)
{
	struct sim_layout *l;
	uint64_t frames, listed;
	int err = 0;

	if (!(s->options.flags & TIERMM_SIM_LAYOUT))
		return 0;
	err = check_sizes(s, &frames);
	if (err)
		return err;
	listed = frames + s->n_nodes;
	l = tiermm__sim_take(s, sizeof(*l));
	if (!l)
		return -TIERMM_ENOMEM;
	s->layout = l;
	l->frames = (uint32_t)frames;
	l->next = tiermm__sim_take(s, listed * sizeof(*l->next));
	l->before = tiermm__sim_take(s, listed * sizeof(*l->before));
	l->owner = tiermm__sim_take(s, frames);
	l->frame = tiermm__sim_take(s, s->options.pages * sizeof(*l->frame));
	l->leaving = tiermm__sim_take(s, s->n_nodes);
	if (s->flush)
		l->parked = tiermm__sim_take(s, SIM_LINKS * sizeof(*l->parked));
	if (!l->next || !l->before || !l->owner || !l->frame || !l->leaving ||
	    (s->flush && !l->parked))
		return -TIERMM_ENOMEM;
	err = make_relayout(s);
	if (!err)
		tiermm__sim_frames_fill(s);
	return err;
}

static void drop_change(struct tiermm_sim_layout_change *change)
{
	tiermm_layout_unref(change->layout);
	tiermm_topology_unref(change->topology);
	change->layout = NULL;
}

void tiermm__sim_layout_drop(struct tiermm_sim *s)
{
	if (!s->layout)
		return;
	for (uint32_t i = 0; i < TIERMM_SIM_EVENTS; i++)
		if (s->layout->change[i].layout)
			drop_change(&s->layout->change[i]);
	tiermm_relayout_destroy(s->layout->relayout);
}

/* Asked the way a commit will be, and taken back. */
static int try_layout(struct tiermm_sim *s, struct tiermm_layout *layout,
		      struct tiermm_sim_error *error)
{
	struct tiermm_layout_problem problem = { .size = sizeof(problem) };
	char text[256];
	int err = tiermm_relayout_prepare(s->layout->relayout, layout, NULL, 0,
					  &problem);

	if (!err)
		return tiermm_relayout_abort(s->layout->relayout);
	if (tiermm_layout_problem_text(&problem, text, sizeof(text), NULL))
		return err;
	return tiermm__sim_report(error, err, 0, 0, "layout: %s", text);
}

static int check(struct tiermm_sim *s, const struct tiermm_sim_layout_change *c,
		 struct tiermm_sim_error *error)
{
	int err;

	if (!s->layout)
		return tiermm__sim_report(error, -TIERMM_ENOTSUP, 0, 0,
					  "layout: this machine was made "
					  "without one");
	if (!c->layout)
		return tiermm__sim_report(error, -TIERMM_EINVAL, 0, 0,
					  "layout: there is none");
	if (s->n_events == TIERMM_SIM_EVENTS)
		return tiermm__sim_report(error, -TIERMM_ENOSPC, 0, 0,
					  "%d events wait already",
					  TIERMM_SIM_EVENTS);
	err = try_layout(s, c->layout, error);
	if (!err && c->topology)
		err = tiermm__sim_layout_fits(s, c->topology, error);
	return err;
}

/* There are as many places as events. */
static void enqueue(struct tiermm_sim *s,
		    const struct tiermm_sim_layout_change *change)
{
	struct tiermm_sim_event event = {
		.time_ns = change->time_ns,
		.kind = SIM_EVENT_LAYOUT,
	};
	struct tiermm_sim_layout_change *place = s->layout->change;

	while (place->layout)
		place++;
	*place = *change;
	tiermm_layout_ref(place->layout);
	tiermm_topology_ref(place->topology);
	if (!place->step_frames)
		place->step_frames = DEFAULT_STEP;
	event.value = (uint64_t)(place - s->layout->change);
	tiermm__sim_event_insert(s, &event);
}

int tiermm_sim_schedule_layout(struct tiermm_sim *s,
			       const struct tiermm_sim_layout_change *change,
			       struct tiermm_sim_error *error)
{
	struct tiermm_sim_layout_change copy;
	int err;

	if (!s || !change)
		return -TIERMM_EINVAL;
	err = tiermm__sim_copy(&copy, sizeof(copy), change, 0);
	if (!err)
		err = tiermm__sim_enter(&s->inside);
	if (err)
		return err;
	tiermm__sim_report_none(error);
	err = check(s, &copy, error);
	if (!err)
		enqueue(s, &copy);
	tiermm__sim_leave(&s->inside);
	return err;
}

/* What was scheduled is due. */
int tiermm__sim_layout_happen(struct tiermm_sim *s, uint64_t place)
{
	struct tiermm_sim_layout_change *change = &s->layout->change[place];
	int err = tiermm__sim_layout_commit(s, change);

	drop_change(change);
	return err;
}

struct tiermm_relayout *tiermm_sim_relayout(struct tiermm_sim *s)
{
	return s && s->layout ? s->layout->relayout : NULL;
}

int tiermm_sim_get_layout(struct tiermm_sim *s,
			  struct tiermm_sim_layout_state *out)
{
	int err;

	if (!s || !out || out->size < sizeof(*out))
		return -TIERMM_EINVAL;
	if (!s->layout)
		return -TIERMM_ENOTSUP;
	err = tiermm__sim_enter(&s->inside);
	if (err)
		return err;
	*out = (struct tiermm_sim_layout_state){
		.size = sizeof(*out),
		.sweeping = s->layout->step_frames != 0,
		.frames = s->layout->frames,
		.strays = s->layout->strays,
		.stray_accesses = s->layout->stray_accesses,
	};
	tiermm__sim_leave(&s->inside);
	return 0;
}
