/* SPDX-License-Identifier: MIT */
/*
 * What happens after boot: the steps of a machine file as events.
 *
 * A step says what was done to the machine (a DIMM plugged in), an event what
 * that means for nodes (pages came). Each event is tried on the description
 * while it is read, so that a replay of what was read cannot fail.
 *
 * A step that the machine refused (completed: false) did not happen. What
 * follows it may not fit the machine any more; it is read, not judged.
 */
#include "steps.h"

#include "memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define STEPS_MAX 65536

struct operation {
	const char *name;
	int (*read)(struct tiermm__file_replay *p);
};

int tiermm__file_step_impossible(struct tiermm__file_replay *p, const char *key,
				 const char *format, ...)
{
	char what[200];
	va_list arguments;

	p->step->event = (struct tiermm_event){ 0 };
	if (p->loose)
		return 0;
	va_start(arguments, format);
	vsnprintf(what, sizeof(what), format, arguments);
	va_end(arguments);
	tiermm__file_enter(&p->d->reader, key);
	return tiermm__file_fail(&p->d->reader, -TIERMM_EINVAL, "%s", what);
}

void tiermm__file_step_say(struct tiermm__file_replay *p, const char *format,
			   ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(p->step->text, sizeof(p->step->text), format, arguments);
	va_end(arguments);
}

int tiermm__file_step_happen(struct tiermm__file_replay *p, const char *key,
			     const char *otherwise)
{
	const struct tiermm_event *event = &p->step->event;
	int err;

	if (!p->step->completed || !event->kind)
		return 0;
	err = tiermm_topology_builder_apply(p->d->builder, event, NULL);
	if (!err)
		return 0;
	return tiermm__file_step_impossible(p, key, "%s", otherwise);
}

static int read_cpu(struct tiermm__file_replay *p, uint32_t kind)
{
	int64_t cpu = 0;
	int32_t home;
	int err;

	err = tiermm__file_required(&p->d->reader, p->action, "cpu", 0,
				    TIERMM_MAX_CPUS - 1, &cpu);
	if (err)
		return err;
	home = (int32_t)p->d->home[cpu] - 1;
	tiermm__file_step_say(p, "%s %" PRId64 ": node %d",
			      kind == TIERMM_EVENT_CPU_ON ? "cpu_on"
							  : "cpu_off",
			      cpu, home);
	if (home < 0)
		return tiermm__file_step_impossible(
			p, "cpu",
			"is %" PRId64 ", which is on no node, expected a CPU "
			"of this machine",
			cpu);
	p->step->event = (struct tiermm_event){ .kind = kind,
						.node = home,
						.cpu = (uint32_t)cpu };
	return tiermm__file_step_happen(
		p, "cpu",
		kind == TIERMM_EVENT_CPU_ON
			? "is on already, expected a CPU that is off"
			: "is off already, expected a CPU that is on");
}

static int read_cpu_on(struct tiermm__file_replay *p)
{
	return read_cpu(p, TIERMM_EVENT_CPU_ON);
}

static int read_cpu_off(struct tiermm__file_replay *p)
{
	return read_cpu(p, TIERMM_EVENT_CPU_OFF);
}

static const struct operation operations[] = {
	{ "cpu_off", read_cpu_off },
	{ "cpu_on", read_cpu_on },
	{ "dimm_add", tiermm__file_dimm_add },
	{ "dimm_del", tiermm__file_dimm_del },
	{ "kmem", tiermm__file_kmem },
	{ "node_off", tiermm__file_node_off },
};

#define OPERATIONS (sizeof(operations) / sizeof(operations[0]))

static int read_action(struct tiermm__file_replay *p)
{
	struct tiermm__file_reader *r = &p->d->reader;
	const json_t *op = json_object_get(p->action, "op");
	const char *name = json_string_value(op);

	for (uint64_t i = 0; name && i < OPERATIONS; i++)
		if (!strcmp(operations[i].name, name))
			return operations[i].read(p);
	tiermm__file_enter(r, "op");
	return tiermm__file_unexpected(r, op,
				       "\"cpu_off\", \"cpu_on\", \"dimm_add\", "
				       "\"dimm_del\", \"kmem\" or "
				       "\"node_off\"");
}

static int read_step(struct tiermm__file_replay *p, const json_t *step)
{
	struct tiermm__file_reader *r = &p->d->reader;
	int completed = 1, err;

	err = tiermm__file_object(r, step);
	if (!err)
		err = tiermm__file_optional_flag(r, step, "completed",
						 &completed);
	if (err)
		return err;
	p->step = &p->m->steps[p->index];
	p->step->size = sizeof(*p->step);
	p->step->completed = completed != 0;
	p->loose |= !completed;
	p->action = json_object_get(step, "action");
	tiermm__file_enter(r, "action");
	if (!json_is_object(p->action))
		return tiermm__file_unexpected(r, p->action, "an object");
	err = read_action(p);
	if (!err)
		tiermm__file_leave(r);
	return err;
}

static int read_each(struct tiermm__file_replay *p, const json_t *steps)
{
	struct tiermm__file_reader *r = &p->d->reader;
	json_t *step;

	tiermm__file_enter(r, "steps");
	for (p->index = 0; tiermm__file_next(r, steps, p->index, &step);
	     p->index++) {
		int err = read_step(p, step);

		if (err)
			return err;
		tiermm__file_leave(r);
	}
	tiermm__file_leave(r);
	return 0;
}

/* With the memory that the bookkeeping needs. */
static int replay(struct tiermm__file_draft *d, struct tiermm_file_machine *m,
		  const json_t *steps)
{
	uint64_t dimm_bytes = m->n_steps * sizeof(struct tiermm__file_dimm);
	struct tiermm__file_replay *p;
	int err = -TIERMM_ENOMEM;

	p = tiermm__file_alloc(&m->mem, sizeof(*p));
	if (!p)
		return err;
	p->d = d;
	p->m = m;
	p->names = json_object();
	p->dimm = tiermm__file_alloc(&m->mem, dimm_bytes);
	if (p->names && p->dimm)
		err = read_each(p, steps);
	json_decref(p->names);
	tiermm__file_free(&m->mem, p->dimm, dimm_bytes);
	tiermm__file_free(&m->mem, p, sizeof(*p));
	return err;
}

int tiermm__file_read_steps(struct tiermm__file_draft *d, const json_t *root,
			    struct tiermm_file_machine *m)
{
	json_t *steps;
	int err;

	err = tiermm__file_list(&d->reader, root, "steps", STEPS_MAX, &steps);
	if (err || !json_array_size(steps))
		return err;
	m->n_steps = json_array_size(steps);
	m->steps = tiermm__file_alloc(&m->mem, m->n_steps * sizeof(*m->steps));
	if (!m->steps)
		return -TIERMM_ENOMEM;
	return replay(d, m, steps);
}
