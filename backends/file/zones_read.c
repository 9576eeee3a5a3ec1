/* SPDX-License-Identifier: MIT */
/* From the text of a recording to a scenario. */
#include "zones.h"

#include "contents.h"
#include "memory.h"

#define STEPS_MAX 65536

/* Blocks of the beginning and of each step, before any of them is read. */
static void measure(struct tiermm_file_zones *s, const json_t *steps)
{
	const json_t *initial = json_object_get(s->root, "initial");
	uint64_t n = json_array_size(json_object_get(initial, "blocks"));

	s->n_steps = json_array_size(steps);
	s->most_blocks = n;
	s->room_states = n;
	for (uint64_t i = 0; i < s->n_steps; i++) {
		const json_t *step = json_array_get(steps, (size_t)i);
		const json_t *result = json_object_get(step, "result");

		n = json_array_size(json_object_get(result, "blocks"));
		s->room_states += n;
		if (n > s->most_blocks)
			s->most_blocks = n;
	}
	/* Each step can bring one device, and each block name one. */
	s->room_devices =
		json_object_size(json_object_get(s->root, "virtio_mem")) +
		s->n_steps + s->room_states;
}

static int make_room(struct tiermm_file_zones *s)
{
	uint64_t most = s->most_blocks + 1;

	s->states = tiermm__file_alloc(&s->mem, (s->room_states + 1) *
							sizeof(*s->states));
	s->devices = tiermm__file_alloc(&s->mem, (s->room_devices + 1) *
							 sizeof(*s->devices));
	s->steps = tiermm__file_alloc(&s->mem,
				      (s->n_steps + 1) * sizeof(*s->steps));
	s->blocks = tiermm__file_alloc(&s->mem, most * sizeof(*s->blocks));
	s->ratios = tiermm__file_alloc(&s->mem, most * sizeof(*s->ratios));
	if (!s->states || !s->devices || !s->steps || !s->blocks || !s->ratios)
		return -TIERMM_ENOMEM;
	return 0;
}

static int read_initial(struct tiermm_file_zones *s)
{
	const json_t *initial = json_object_get(s->root, "initial");
	int err;

	tiermm__file_enter(&s->reader, "initial");
	err = initial ? tiermm__file_object(&s->reader, initial)
		      : tiermm__file_unexpected(&s->reader, NULL, "an object");
	if (!err)
		err = tiermm__file_zones_read_state(s, initial, &s->first,
						    &s->n);
	if (!err)
		tiermm__file_leave(&s->reader);
	return err;
}

static int read_document(struct tiermm_file_zones *s)
{
	json_t *steps;
	int err;

	s->root = tiermm__file_load(&s->reader, &err);
	if (err)
		return err;
	err = tiermm__file_object(&s->reader, s->root);
	if (!err)
		err = tiermm__file_list(&s->reader, s->root, "steps", STEPS_MAX,
					&steps);
	if (err)
		return err;
	measure(s, steps);
	err = make_room(s);
	if (!err)
		err = tiermm__file_zones_read_config(s);
	if (!err)
		err = tiermm__file_zones_read_devices(s);
	if (!err)
		err = read_initial(s);
	if (!err)
		err = tiermm__file_zones_read_steps(s, steps);
	if (!err)
		err = tiermm__file_zones_begin(s);
	return err;
}

static void give_back(struct tiermm_file_zones *s)
{
	uint64_t most = s->most_blocks + 1;

	tiermm_zones_destroy(s->account);
	tiermm__file_free(&s->mem, s->ratios, most * sizeof(*s->ratios));
	tiermm__file_free(&s->mem, s->blocks, most * sizeof(*s->blocks));
	tiermm__file_free(&s->mem, s->steps,
			  (s->n_steps + 1) * sizeof(*s->steps));
	tiermm__file_free(&s->mem, s->devices,
			  (s->room_devices + 1) * sizeof(*s->devices));
	tiermm__file_free(&s->mem, s->states,
			  (s->room_states + 1) * sizeof(*s->states));
	json_decref(s->root);
}

void tiermm_file_zones_destroy(struct tiermm_file_zones *s)
{
	struct tiermm_alloc mem;

	if (!s)
		return;
	give_back(s);
	mem = s->mem; /* it stands in what it frees */
	tiermm__file_free(&mem, s, sizeof(*s));
}

int tiermm_file_zones_parse(struct tiermm_file_zones **out, const char *name,
			    const char *text, uint64_t bytes,
			    struct tiermm_file_error *error,
			    const struct tiermm_alloc *mem)
{
	struct tiermm_alloc source;
	struct tiermm_file_zones *s;
	int err;

	*out = NULL;
	err = tiermm__file_report_length(error, name, bytes,
					 TIERMM__FILE_DOCUMENT_BYTES,
					 "scenario");
	if (!err)
		err = tiermm__file_memory(&source, mem);
	if (err)
		return err;
	s = tiermm__file_alloc(&source, sizeof(*s));
	if (!s)
		return -TIERMM_ENOMEM;
	s->mem = source;
	s->reader = (struct tiermm__file_reader){ .name = name,
						  .text = text,
						  .bytes = bytes,
						  .error = error };
	err = read_document(s);
	if (err)
		tiermm_file_zones_destroy(s);
	else
		*out = s;
	return err;
}

int tiermm_file_zones_read(struct tiermm_file_zones **out, const char *path,
			   struct tiermm_file_error *error,
			   const struct tiermm_alloc *mem)
{
	struct tiermm__file_contents c;
	int err;

	*out = NULL;
	err = tiermm__file_contents_read(&c, path, TIERMM__FILE_DOCUMENT_BYTES,
					 error, mem);
	if (err)
		return err;
	err = tiermm_file_zones_parse(out, c.name, c.text, c.bytes, error, mem);
	tiermm__file_contents_drop(&c);
	return err;
}

uint64_t tiermm_file_zones_step_count(const struct tiermm_file_zones *s)
{
	return s->n_steps;
}

struct tiermm_zones *tiermm_file_zones_account(struct tiermm_file_zones *s)
{
	return s->account;
}
