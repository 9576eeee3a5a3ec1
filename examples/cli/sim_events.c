/* SPDX-License-Identifier: MIT */
/*
 * What happens in the middle of a run: --event 2000:slow:1:300, or "events" of
 * a scenario. A kind is a line in one table.
 */
#include "sim.h"

#include <inttypes.h>
#include <string.h>

/* Milliseconds that a run may be told of: 12 days. */
#define MOST_MS UINT64_C(1000000000)
#define PERCENT_BP 100
/* This kind is of no node, and has a file (sim_layouts.c). */
#define LAYOUT "layout"

/* What can happen, and how much of it is said. */
static const struct kind {
	const char *name;
	const char *unit;
	uint32_t kind;
	uint64_t scale; /* of the unit, in the library's */
} kinds[] = {
	{ "slow", "percent", TIERMM_SIM_EVENT_SLOW, PERCENT_BP },
	{ "cpu", "percent", TIERMM_SIM_EVENT_CPU_LOAD, PERCENT_BP },
	{ "remove", "pages", TIERMM_SIM_EVENT_REMOVE, 1 },
	{ "add", "pages", TIERMM_SIM_EVENT_ADD, 1 },
};

static const struct kind *find_kind(const char *name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(name, kinds[i].name) == 0)
			return &kinds[i];
	return NULL;
}

/* The word up to the next colon, or to the end; 0 where it is too long. */
static int next_word(const char **text, char *out, size_t cap)
{
	size_t length = strcspn(*text, ":");

	if (length == 0 || length >= cap)
		return 0;
	memcpy(out, *text, length);
	out[length] = '\0';
	*text += length + ((*text)[length] == ':');
	return 1;
}

/* MS:KIND:NODE:VALUE */
static int parse_event(const char *text, struct tiermm_sim_event *event)
{
	char ms[24], name[16], node[8], value[24];
	uint64_t when, where, number;
	const struct kind *kind;

	if (!next_word(&text, ms, sizeof(ms)) ||
	    !next_word(&text, name, sizeof(name)) ||
	    !next_word(&text, node, sizeof(node)) ||
	    !next_word(&text, value, sizeof(value)) || *text != '\0' ||
	    !parse_number(ms, MOST_MS, &when) ||
	    !parse_number(node, TIERMM_MAX_NODES - 1, &where) ||
	    !parse_number(value, TIERMM_SIM_PAGES, &number))
		return 0;
	kind = find_kind(name);
	if (!kind)
		return 0;
	*event = (struct tiermm_sim_event){
		.time_ns = when * 1000000,
		.value = number * kind->scale,
		.node = (int32_t)where,
		.kind = kind->kind,
	};
	return 1;
}

static int add_event(struct sim_request *request,
		     const struct tiermm_sim_event *event)
{
	if (request->n_events == SIM_MOST_EVENTS)
		return fail(STATUS_USAGE, "events: %d of them at most",
			    SIM_MOST_EVENTS);
	request->events[request->n_events++] = *event;
	return STATUS_DONE;
}

/* MS:layout:FILE, in which all that is left is the name of a file. */
static int parse_layout(const char *text, uint64_t *time_ns, const char **path)
{
	char ms[24], name[16];
	uint64_t when;

	if (!next_word(&text, ms, sizeof(ms)) ||
	    !next_word(&text, name, sizeof(name)) ||
	    !parse_number(ms, MOST_MS, &when) || strcmp(name, LAYOUT) != 0)
		return 0;
	*time_ns = when * 1000000;
	*path = text;
	return 1;
}

int sim_take_event(struct sim_request *request, const char *value)
{
	struct tiermm_sim_event event;
	const char *path;
	uint64_t time_ns;

	if (parse_layout(value, &time_ns, &path))
		return sim_take_layout(request, time_ns, path);
	if (!parse_event(value, &event))
		return fail(STATUS_USAGE,
			    "--event '%s', expected MS:slow:NODE:PERCENT, "
			    "MS:cpu:NODE:PERCENT, MS:remove:NODE:PAGES, "
			    "MS:add:NODE:PAGES or MS:layout:FILE",
			    value);
	return add_event(request, &event);
}

static int add_layout(struct sim_request *request,
		      const struct tiermm_file_event *from)
{
	if (from->node != TIERMM_NO_NODE || !from->unit || !from->text ||
	    strcmp(from->unit, "file") != 0)
		return fail(STATUS_UNREADABLE,
			    "event '%s', expected a file and no node",
			    from->what);
	return sim_take_layout(request, from->ms * 1000000, from->text);
}

int sim_add_event(struct sim_request *request,
		  const struct tiermm_file_event *from)
{
	const struct kind *kind = find_kind(from->what);
	struct tiermm_sim_event event = { .node = from->node };

	if (strcmp(from->what, LAYOUT) == 0)
		return add_layout(request, from);
	if (!kind)
		return fail(STATUS_UNREADABLE,
			    "event '%s', expected slow, cpu, remove, add or "
			    "layout",
			    from->what);
	if (from->node == TIERMM_NO_NODE)
		return fail(STATUS_UNREADABLE, "event '%s' without its node",
			    from->what);
	if (!from->unit || strcmp(from->unit, kind->unit) != 0 || from->text)
		return fail(STATUS_UNREADABLE,
			    "event '%s' has %s, expected a number of %s",
			    from->what, from->unit ? from->unit : "no amount",
			    kind->unit);
	event.time_ns = from->ms * 1000000;
	event.value = from->value * kind->scale;
	event.kind = kind->kind;
	return add_event(request, &event);
}

static const struct kind *kind_of(const struct tiermm_sim_event *event)
{
	size_t i = 0;

	while (kinds[i].kind != event->kind)
		i++;
	return &kinds[i];
}

void sim_event_text(const struct sim_request *request, char *out, size_t cap)
{
	size_t n;

	out[0] = '\0';
	n = sim_layout_text(request, out, cap);
	for (uint32_t i = 0; i < request->n_events && n < cap; i++) {
		const struct tiermm_sim_event *e = &request->events[i];
		const struct kind *kind = kind_of(e);

		n += (size_t)snprintf(out + n, cap - n,
				      " event=%" PRIu64 ":%s:%" PRId32
				      ":%" PRIu64,
				      e->time_ns / 1000000, kind->name, e->node,
				      e->value / kind->scale);
	}
}

int sim_check_events(const struct sim_request *request,
		     const struct tiermm_topology *topology)
{
	for (uint32_t i = 0; i < request->n_events; i++) {
		int32_t id = request->events[i].node;
		struct tiermm_node node;

		if (tiermm_topology_node(topology, id, &node) ||
		    node.state != TIERMM_NODE_ONLINE)
			return fail(STATUS_USAGE,
				    "event: node %" PRId32
				    " of this machine has no memory",
				    id);
	}
	return sim_check_layouts(request);
}

int sim_schedule(const struct sim_request *request, struct tiermm_sim *sim,
		 struct tiermm_sim_error *error)
{
	int err = 0;

	for (uint32_t i = 0; i < request->n_events && !err; i++)
		err = tiermm_sim_schedule(sim, &request->events[i], error);
	return err ? err : sim_schedule_layouts(request, sim, error);
}
