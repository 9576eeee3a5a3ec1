/* SPDX-License-Identifier: MIT */
/* From the text of a scenario to what it says. */
#include "scenario.h"

#include "contents.h"
#include "memory.h"

#include <string.h>

/* The machine's own complaint begins with its place in the line. */
static int read_line(struct tiermm_file_scenario *s,
		     struct tiermm__file_reader *r, const char *line)
{
	struct tiermm_file_error inner = { .size = sizeof(inner) };
	int err = tiermm_file_machine_synthetic(&s->machine, line, &inner,
						&s->mem);

	if (!err || err == -TIERMM_ENOMEM)
		return err;
	tiermm__file_enter(r, "machine");
	err = tiermm__file_fail(r, err, "is no machine: %.200s", inner.text);
	tiermm__file_leave(r);
	return err;
}

static int read_document(struct tiermm_file_scenario *s,
			 struct tiermm__file_reader *r)
{
	const char *line;
	int err = 0;

	s->root = tiermm__file_load(r, &err);
	if (!err)
		err = tiermm__file_scenario_check(r, s->root);
	if (err)
		return err;
	line = json_string_value(json_object_get(s->root, "machine"));
	if (line)
		return read_line(s, r, line);
	/* A machine file may be inside: the same text, with its lines. */
	return tiermm_file_machine_parse(&s->machine, r->name, r->text,
					 r->bytes, 0, r->error, &s->mem);
}

int tiermm_file_scenario_parse(struct tiermm_file_scenario **out,
			       const char *name, const char *text,
			       uint64_t bytes, struct tiermm_file_error *error,
			       const struct tiermm_alloc *mem)
{
	struct tiermm__file_reader r = { .name = name,
					 .text = text,
					 .bytes = bytes,
					 .error = error };
	struct tiermm_file_scenario *s;
	struct tiermm_alloc ours;
	int err;

	*out = NULL;
	err = tiermm__file_report_length(error, name, bytes,
					 TIERMM__FILE_DOCUMENT_BYTES,
					 "scenario");
	if (!err)
		err = tiermm__file_memory(&ours, mem);
	if (err)
		return err;
	s = tiermm__file_alloc(&ours, sizeof(*s));
	if (!s)
		return -TIERMM_ENOMEM;
	s->mem = ours;
	err = read_document(s, &r);
	if (err)
		tiermm_file_scenario_destroy(s);
	else
		*out = s;
	return err;
}

int tiermm_file_scenario_read(struct tiermm_file_scenario **out,
			      const char *path, struct tiermm_file_error *error,
			      const struct tiermm_alloc *mem)
{
	struct tiermm__file_contents c;
	int err;

	*out = NULL;
	err = tiermm__file_contents_read(&c, path, TIERMM__FILE_DOCUMENT_BYTES,
					 error, mem);
	if (err)
		return err;
	err = tiermm_file_scenario_parse(out, c.name, c.text, c.bytes, error,
					 mem);
	tiermm__file_contents_drop(&c);
	return err;
}

void tiermm_file_scenario_destroy(struct tiermm_file_scenario *s)
{
	struct tiermm_alloc mem;

	if (!s)
		return;
	mem = s->mem;
	tiermm_file_machine_destroy(s->machine);
	json_decref(s->root);
	tiermm__file_free(&mem, s, sizeof(*s));
}

const char *tiermm_file_scenario_text(const struct tiermm_file_scenario *s,
				      uint32_t which)
{
	static const char *const keys[] = {
		[TIERMM_FILE_SCENARIO_NAME] = "name",
		[TIERMM_FILE_SCENARIO_SOURCE] = "source",
		[TIERMM_FILE_SCENARIO_MACHINE] = "machine",
		[TIERMM_FILE_SCENARIO_WORKLOAD] = "workload",
		[TIERMM_FILE_SCENARIO_DIFFERS] = "differs",
	};

	if (!s || which >= sizeof(keys) / sizeof(keys[0]))
		return NULL;
	return json_string_value(json_object_get(s->root, keys[which]));
}

struct tiermm_topology *
tiermm_file_scenario_topology(const struct tiermm_file_scenario *s)
{
	return s ? tiermm_file_machine_topology(s->machine) : NULL;
}

const char *tiermm_file_scenario_policy(const struct tiermm_file_scenario *s,
					uint64_t index)
{
	if (!s)
		return NULL;
	return json_string_value(
		json_array_get(json_object_get(s->root, "policies"),
			       (size_t)index));
}

const char *tiermm_file_scenario_option(const struct tiermm_file_scenario *s,
					uint64_t index, uint64_t *value)
{
	json_t *options = s ? json_object_get(s->root, "options") : NULL;
	void *at = json_object_iter(options);

	while (at && index-- > 0)
		at = json_object_iter_next(options, at);
	if (!at)
		return NULL;
	*value = (uint64_t)json_integer_value(json_object_iter_value(at));
	return json_object_iter_key(at);
}

static int64_t integer_of(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

/* There is one such member at most: it was checked. */
static void set_amount(struct tiermm_file_event *out, json_t *item)
{
	const char *key;
	json_t *value;

	json_object_foreach(item, key, value)
	{
		if (!tiermm__file_event_unit(key))
			continue;
		out->unit = key;
		out->text = json_string_value(value);
		out->value = (uint64_t)json_integer_value(value);
	}
}

int tiermm_file_scenario_event(const struct tiermm_file_scenario *s,
			       uint64_t index, struct tiermm_file_event *out)
{
	json_t *item;

	if (!s || !out || out->size < sizeof(*out))
		return -TIERMM_EINVAL;
	item = json_array_get(json_object_get(s->root, "events"),
			      (size_t)index);
	if (!item)
		return -TIERMM_ENOENT;
	*out = (struct tiermm_file_event){
		.size = out->size,
		.ms = (uint64_t)integer_of(item, "ms"),
		.what = json_string_value(json_object_get(item, "what")),
		.node = json_object_get(item, "node")
				? (int32_t)integer_of(item, "node")
				: TIERMM_NO_NODE,
	};
	set_amount(out, item);
	return 0;
}

/* Rounded to the nearest, away from zero. */
static int64_t basis_points(double percent)
{
	double points = percent * 100.0;

	return (int64_t)(points < 0.0 ? points - 0.5 : points + 0.5);
}

int tiermm_file_scenario_published(const struct tiermm_file_scenario *s,
				   uint64_t index,
				   struct tiermm_file_published *out)
{
	const json_t *item;

	if (!s || !out || out->size < sizeof(*out))
		return -TIERMM_EINVAL;
	item = json_array_get(json_object_get(s->root, "published"),
			      (size_t)index);
	if (!item)
		return -TIERMM_ENOENT;
	out->what = json_string_value(json_object_get(item, "what"));
	out->measure = json_string_value(json_object_get(item, "measure"));
	out->policy = json_string_value(json_object_get(item, "policy"));
	out->against = json_string_value(json_object_get(item, "against"));
	out->change_bp = basis_points(
		json_number_value(json_object_get(item, "percent")));
	return 0;
}
