/* SPDX-License-Identifier: MIT */
/* What happens to the machine in the middle of a run (S9). */
#include "machine_layout.h"

#define ALL_BP 10000
#define MOST_SLOW 10000000
#define MOST_LOAD 9000

static int check_value(const struct tiermm_sim_event *e)
{
	switch (e->kind) {
	case TIERMM_SIM_EVENT_SLOW:
		return e->value >= ALL_BP && e->value <= MOST_SLOW;
	case TIERMM_SIM_EVENT_CPU_LOAD:
		return e->value <= MOST_LOAD;
	case TIERMM_SIM_EVENT_REMOVE:
		return 1;
	case TIERMM_SIM_EVENT_ADD:
		return e->value > 0 && e->value <= TIERMM_SIM_PAGES;
	default:
		return 0;
	}
}

static int check(const struct tiermm_sim *s, const struct tiermm_sim_event *e,
		 struct tiermm_sim_error *error)
{
	if (e->reserved || !check_value(e))
		return tiermm__sim_report(error, -TIERMM_EINVAL, 0, 0,
					  "event of kind %u: value is %llu",
					  e->kind,
					  (unsigned long long)e->value);
	if (e->node < 0 || e->node >= TIERMM_MAX_NODES ||
	    s->index_of[e->node] == SIM_NO_INDEX)
		return tiermm__sim_report(error, -TIERMM_ENODEV, 0, 0,
					  "event: node %d has no memory",
					  e->node);
	if (s->layout && (e->kind == TIERMM_SIM_EVENT_REMOVE ||
			  e->kind == TIERMM_SIM_EVENT_ADD))
		return tiermm__sim_report(error, -TIERMM_ENOTSUP, 0, 0,
					  "event: frames of a layout stay; "
					  "commit another one");
	if (s->n_events == TIERMM_SIM_EVENTS)
		return tiermm__sim_report(error, -TIERMM_ENOSPC, 0, 0,
					  "%d events wait already",
					  TIERMM_SIM_EVENTS);
	return 0;
}

/* Soonest first; of equal times the first told. */
void tiermm__sim_event_insert(struct tiermm_sim *s,
			      const struct tiermm_sim_event *event)
{
	uint32_t i = s->n_events++;

	for (; i > 0 && s->event[i - 1].time_ns > event->time_ns; i--)
		s->event[i] = s->event[i - 1];
	s->event[i] = *event;
}

int tiermm_sim_schedule(struct tiermm_sim *s,
			const struct tiermm_sim_event *event,
			struct tiermm_sim_error *error)
{
	int err;

	if (!s || !event)
		return -TIERMM_EINVAL;
	err = tiermm__sim_enter(&s->inside);
	if (err)
		return err;
	tiermm__sim_report_none(error);
	err = check(s, event, error);
	if (!err)
		tiermm__sim_event_insert(s, event);
	tiermm__sim_leave(&s->inside);
	return err;
}

/* In base pages, as the engine counts. */
static int tell(struct tiermm_sim *s, const struct sim_node *node,
		uint32_t kind, uint64_t pages)
{
	struct tiermm_event event = {
		.kind = kind,
		.node = node->id,
		.pages = pages * (s->options.page_bytes /
				  tiermm_topology_page_bytes(s->topology)),
	};

	return tiermm__sim_engine_event(s, &event);
}

/* All of it, or so many frames: first nobody comes, then everybody leaves. */
static int remove_memory(struct tiermm_sim *s, uint32_t index, uint64_t pages)
{
	struct sim_node *node = &s->node[index];
	int all = pages == 0 || pages >= node->frames;
	uint64_t left = all ? 0 : node->frames - pages;
	int err = 0;

	if (node->frames == 0)
		return 0;
	if (all)
		err = tell(s, node, TIERMM_EVENT_MEMORY_GOING, 0);
	if (!err)
		err = tiermm__sim_evacuate(s, index, left);
	if (err)
		return err;
	sim_resize(s, node, left);
	return tell(s, node, TIERMM_EVENT_MEMORY_REMOVE, all ? 0 : pages);
}

static int add_memory(struct tiermm_sim *s, struct sim_node *node,
		      uint64_t pages)
{
	sim_resize(s, node, node->frames + pages);
	return tell(s, node, TIERMM_EVENT_MEMORY_ADD, pages);
}

static int happen(struct tiermm_sim *s, const struct tiermm_sim_event *event)
{
	uint32_t index = s->index_of[event->node];
	struct sim_node *node = &s->node[index];

	switch (event->kind) {
	case SIM_EVENT_LAYOUT:
		return tiermm__sim_layout_happen(s, event->value);
	case TIERMM_SIM_EVENT_SLOW:
		node->slow_bp = (uint32_t)event->value;
		return 0;
	case TIERMM_SIM_EVENT_CPU_LOAD:
		for (uint32_t i = 0; i < s->n_cpus; i++)
			if (s->cpu[i].node == node->id)
				s->cpu[i].others_bp = (uint32_t)event->value;
		return 0;
	case TIERMM_SIM_EVENT_REMOVE:
		return remove_memory(s, index, event->value);
	default:
		return add_memory(s, node, event->value);
	}
}

int tiermm__sim_happen(struct tiermm_sim *s, uint64_t now)
{
	int err = 0;

	while (!err && s->n_events && s->event[0].time_ns <= now) {
		struct tiermm_sim_event event = s->event[0];

		s->n_events--;
		memmove(&s->event[0], &s->event[1],
			s->n_events * sizeof(s->event[0]));
		err = happen(s, &event);
	}
	return err;
}

/* The time that others took of each CPU since the last look. */
void tiermm__sim_others(struct tiermm_sim *s, uint64_t elapsed_ns)
{
	for (uint32_t i = 0; i < s->n_cpus; i++) {
		struct sim_cpu *cpu = &s->cpu[i];
		uint64_t taken = elapsed_ns / ALL_BP * cpu->others_bp +
				 elapsed_ns % ALL_BP * cpu->others_bp / ALL_BP;

		if (!cpu->ran)
			continue;
		cpu->clock_ns += taken;
		s->total_ns += taken;
	}
}
