/* SPDX-License-Identifier: MIT */
/* What happens in the middle of a run: --event 2000:slow:1:300. */
#include "sim.h"

#include <inttypes.h>
#include <string.h>

/* Milliseconds that a run may be told of: 12 days. */
#define MOST_MS UINT64_C(1000000000)
#define PERCENT_BP 100

static const struct {
	const char *name;
	uint32_t kind;
	uint64_t scale; /* percent become 1/10 000; pages stay pages */
} kinds[] = {
	{ "slow", TIERMM_SIM_EVENT_SLOW, PERCENT_BP },
	{ "cpu", TIERMM_SIM_EVENT_CPU_LOAD, PERCENT_BP },
	{ "remove", TIERMM_SIM_EVENT_REMOVE, 1 },
	{ "add", TIERMM_SIM_EVENT_ADD, 1 },
};

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

static int parse_kind(const char *word, uint64_t value,
		      struct tiermm_sim_event *event)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(word, kinds[i].name) != 0)
			continue;
		event->kind = kinds[i].kind;
		event->value = value * kinds[i].scale;
		return 1;
	}
	return 0;
}

/* MS:KIND:NODE:VALUE */
static int parse_event(const char *text, struct tiermm_sim_event *event)
{
	char ms[24], kind[16], node[8], value[24];
	uint64_t when, where, number;

	if (!next_word(&text, ms, sizeof(ms)) ||
	    !next_word(&text, kind, sizeof(kind)) ||
	    !next_word(&text, node, sizeof(node)) ||
	    !next_word(&text, value, sizeof(value)) || *text != '\0' ||
	    !parse_number(ms, MOST_MS, &when) ||
	    !parse_number(node, TIERMM_MAX_NODES - 1, &where) ||
	    !parse_number(value, TIERMM_SIM_PAGES, &number))
		return 0;
	event->time_ns = when * 1000000;
	event->node = (int32_t)where;
	return parse_kind(kind, number, event);
}

int sim_take_event(struct sim_request *request, const char *value)
{
	struct tiermm_sim_event event = { .time_ns = 0 };

	if (request->n_events == SIM_MOST_EVENTS)
		return fail(STATUS_USAGE, "--event: %d of them at most",
			    SIM_MOST_EVENTS);
	if (!parse_event(value, &event))
		return fail(STATUS_USAGE,
			    "--event '%s', expected MS:slow:NODE:PERCENT, "
			    "MS:cpu:NODE:PERCENT, MS:remove:NODE:PAGES or "
			    "MS:add:NODE:PAGES",
			    value);
	request->events[request->n_events++] = event;
	return STATUS_DONE;
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
				    "--event: node %" PRId32
				    " of this machine has no memory",
				    id);
	}
	return STATUS_DONE;
}

int sim_schedule(const struct sim_request *request, struct tiermm_sim *sim,
		 struct tiermm_sim_error *error)
{
	int err = 0;

	for (uint32_t i = 0; i < request->n_events && !err; i++)
		err = tiermm_sim_schedule(sim, &request->events[i], error);
	return err;
}
