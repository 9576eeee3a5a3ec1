/* SPDX-License-Identifier: MIT */
/* The steps of a recording: what was done, and the blocks after it. */
#include "zones.h"

#include <stdio.h>
#include <string.h>

#define MEBIBYTES_MAX (INT64_C(1) << 40)
#define BLOCKS_MAX (INT64_C(1) << 20)

/* One step while it is read. */
struct draft {
	struct tiermm_file_zones *s;
	struct tiermm__file_zones_step *step;
	const json_t *action;
};

static int wrong(struct draft *d, const char *key, const char *expected)
{
	tiermm__file_enter(&d->s->reader, key);
	return tiermm__file_unexpected(&d->s->reader,
				       json_object_get(d->action, key),
				       expected);
}

static const char *name_of(const struct draft *d)
{
	return json_string_value(json_object_get(d->action, "name"));
}

static void say(struct draft *d, const char *what, const char *which)
{
	snprintf(d->step->text, sizeof(d->step->text), "%s %s", what, which);
}

static int read_dimm_add(struct draft *d)
{
	struct tiermm__file_reader *r = &d->s->reader;
	struct tiermm__file_zones_device device = {
		.name = name_of(d),
		.kind = TIERMM_ZONE_GROUP_STATIC,
		.group = TIERMM_ZONE_NO_GROUP,
	};
	int64_t node = 0;
	json_t *blocks;
	int err;

	if (!device.name)
		return wrong(d, "name", "a text");
	err = tiermm__file_required(r, d->action, "node", 0,
				    TIERMM_MAX_NODES - 1, &node);
	if (!err)
		err = tiermm__file_list(r, d->action, "blocks", BLOCKS_MAX,
					&blocks);
	if (err)
		return err;
	device.node = (int32_t)node;
	device.pages = json_array_size(blocks) * d->s->block_pages;
	say(d, "dimm_add", device.name);
	/* One that did not come up left no blocks, and is no group. */
	if (device.pages)
		tiermm__file_zones_add_device(d->s, &device);
	return 0;
}

static int read_dimm_del(struct draft *d)
{
	const char *name = name_of(d);

	if (!name)
		return wrong(d, "name", "a text");
	say(d, "dimm_del", name);
	d->step->what = TIERMM__FILE_ZONES_REMOVE;
	d->step->value = tiermm__file_zones_device(d->s, name);
	return 0;
}

static int read_vmem(struct draft *d)
{
	struct tiermm__file_reader *r = &d->s->reader;
	const char *name = name_of(d);
	int64_t mb = 0;
	int err;

	if (!name)
		return wrong(d, "name", "a text");
	err = tiermm__file_optional(r, d->action, "mb", 0, MEBIBYTES_MAX, &mb);
	if (!err)
		snprintf(d->step->text, sizeof(d->step->text),
			 "vmem %.32s to %lld MiB", name, (long long)mb);
	return err;
}

static int read_block_word(struct draft *d, const char *what)
{
	const char *word =
		json_string_value(json_object_get(d->action, "word"));
	int64_t block = 0;
	int err;

	err = tiermm__file_required(&d->s->reader, d->action, "block", 0,
				    INT64_MAX, &block);
	if (!err)
		snprintf(d->step->text, sizeof(d->step->text), "%s %lld",
			 word ? word : what, (long long)block);
	return err;
}

static int read_online(struct draft *d)
{
	const json_t *word = json_object_get(d->action, "word");
	int err = read_block_word(d, "online");

	if (err)
		return err;
	d->step->what = TIERMM__FILE_ZONES_WORD;
	if (word && !tiermm__file_zones_word(word, &d->step->value))
		return wrong(d, "word",
			     "\"online\", \"online_kernel\" or "
			     "\"online_movable\"");
	return 0;
}

static int read_offline(struct draft *d)
{
	return read_block_word(d, "offline");
}

static int read_auto_online(struct draft *d)
{
	const json_t *state = json_object_get(d->action, "state");

	d->step->what = TIERMM__FILE_ZONES_DEFAULT;
	if (!tiermm__file_zones_word(state, &d->step->value))
		return wrong(d, "state",
			     "\"offline\", \"online\", \"online_kernel\" or "
			     "\"online_movable\"");
	say(d, "auto_online", json_string_value(state));
	return 0;
}

/* Parameters that decide nothing, like memmap_on_memory, are passed over. */
static int read_param(struct draft *d)
{
	const json_t *value = json_object_get(d->action, "value");
	const char *name = name_of(d);
	uint64_t *out = &d->step->value;

	if (!name)
		return wrong(d, "name", "a text");
	say(d, "param", name);
	if (!strcmp(name, "auto_movable_ratio")) {
		d->step->what = TIERMM__FILE_ZONES_RATIO;
		return tiermm__file_zones_count(value, TIERMM_ZONE_RATIO_MAX,
						out)
			       ? 0
			       : wrong(d, "value",
				       "a ratio in %, up to 2147483647");
	}
	if (!strcmp(name, "auto_movable_numa_aware")) {
		d->step->what = TIERMM__FILE_ZONES_NODE_AWARE;
		return tiermm__file_zones_flag(value, out)
			       ? 0
			       : wrong(d, "value", "\"Y\" or \"N\"");
	}
	if (!strcmp(name, "online_policy")) {
		d->step->what = TIERMM__FILE_ZONES_POLICY;
		return tiermm__file_zones_policy(value, out)
			       ? 0
			       : wrong(d, "value",
				       "\"auto-movable\" or \"contig-zones\"");
	}
	return 0;
}

static int read_thresholds(struct draft *d)
{
	d->step->what = TIERMM__FILE_ZONES_THRESHOLDS;
	snprintf(d->step->text, sizeof(d->step->text), "thresholds");
	return 0;
}

static const struct operation {
	const char *name;
	int (*read)(struct draft *d);
} operations[] = {
	{ "auto_online", read_auto_online }, { "dimm_add", read_dimm_add },
	{ "dimm_del", read_dimm_del },       { "offline", read_offline },
	{ "online", read_online },           { "param", read_param },
	{ "thresholds", read_thresholds },   { "vmem", read_vmem },
};

#define OPERATIONS (sizeof(operations) / sizeof(operations[0]))

static int read_action(struct draft *d)
{
	const char *op;
	int err;

	tiermm__file_enter(&d->s->reader, "action");
	err = d->action ? tiermm__file_object(&d->s->reader, d->action)
			: tiermm__file_unexpected(&d->s->reader, NULL,
						  "an object");
	if (err)
		return err;
	op = json_string_value(json_object_get(d->action, "op"));
	for (uint64_t i = 0; op && i < OPERATIONS; i++) {
		if (strcmp(operations[i].name, op))
			continue;
		err = operations[i].read(d);
		if (!err)
			tiermm__file_leave(&d->s->reader);
		return err;
	}
	return wrong(d, "op",
		     "\"auto_online\", \"dimm_add\", \"dimm_del\", "
		     "\"offline\", \"online\", \"param\", \"thresholds\" or "
		     "\"vmem\"");
}

/* Where nothing is shown, nothing changed. */
static int read_result(struct draft *d, const json_t *step)
{
	const json_t *result = json_object_get(step, "result");
	int err;

	if (!result || json_is_null(result))
		return 0;
	tiermm__file_enter(&d->s->reader, "result");
	err = tiermm__file_object(&d->s->reader, result);
	if (!err)
		err = tiermm__file_zones_read_state(d->s, result,
						    &d->step->first,
						    &d->step->n);
	if (!err)
		tiermm__file_leave(&d->s->reader);
	return err;
}

static int read_step(struct tiermm_file_zones *s, uint64_t index,
		     const json_t *step)
{
	struct draft d = { .s = s, .step = &s->steps[index] };
	int completed = 1, err;

	d.step->first = index ? s->steps[index - 1].first : s->first;
	d.step->n = index ? s->steps[index - 1].n : s->n;
	err = tiermm__file_object(&s->reader, step);
	if (!err)
		err = tiermm__file_optional_flag(&s->reader, step, "completed",
						 &completed);
	if (err)
		return err;
	d.step->completed = completed != 0;
	d.action = json_object_get(step, "action");
	err = read_action(&d);
	if (!err)
		err = read_result(&d, step);
	return err;
}

int tiermm__file_zones_read_steps(struct tiermm_file_zones *s,
				  const json_t *steps)
{
	json_t *step;
	int err;

	tiermm__file_enter(&s->reader, "steps");
	for (uint64_t i = 0; tiermm__file_next(&s->reader, steps, i, &step);
	     i++) {
		err = read_step(s, i, step);
		if (err)
			return err;
		tiermm__file_leave(&s->reader);
	}
	tiermm__file_leave(&s->reader);
	return 0;
}
