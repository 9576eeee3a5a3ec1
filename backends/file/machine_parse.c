/* SPDX-License-Identifier: MIT */
/* From the text of a machine file to a machine. */
#include "contents.h"
#include "machine.h"
#include "memory.h"

#include <inttypes.h>

#define PAGE_BYTES_DEFAULT 4096
#define PAGE_BYTES_LIMIT (INT64_C(1) << 30)

json_t *tiermm__file_load(const struct tiermm__file_reader *r, int *err)
{
	json_error_t at;
	json_t *root;

	*err = 0;
	root = json_loadb(r->text, (size_t)r->bytes, JSON_REJECT_DUPLICATES,
			  &at);
	if (root)
		return root;
	if (json_error_code(&at) == json_error_out_of_memory)
		*err = -TIERMM_ENOMEM;
	else
		*err = tiermm__file_report(r->error, -TIERMM_EPROTO,
					   at.line > 0 ? (uint32_t)at.line : 0,
					   at.column > 0 ? (uint32_t)at.column
							 : 0,
					   "%.96s:%d: %s, expected JSON",
					   r->name, at.line, at.text);
	return NULL;
}

static int read_page_bytes(struct tiermm__file_draft *d, const json_t *machine)
{
	int64_t bytes = PAGE_BYTES_DEFAULT;
	int err;

	err = tiermm__file_optional(&d->reader, machine, "page_bytes",
				    PAGE_BYTES_DEFAULT, PAGE_BYTES_LIMIT,
				    &bytes);
	if (err)
		return err;
	d->page_bytes = (uint64_t)bytes;
	if (!(bytes & (bytes - 1)))
		return 0;
	tiermm__file_enter(&d->reader, "page_bytes");
	return tiermm__file_fail(&d->reader, -TIERMM_EPROTO,
				 "is %" PRId64 ", expected a power of two",
				 bytes);
}

/* As large as the file needs it; wrong lists are found when they are read. */
static int make_builder(struct tiermm__file_draft *d, const json_t *machine)
{
	size_t nodes = json_array_size(json_object_get(machine, "nodes"));
	size_t rows = json_array_size(json_object_get(machine, "hmat"));
	struct tiermm_topology_builder_options options = {
		.size = sizeof(options),
		.flags = d->builder_flags,
		.max_nodes = nodes <= TIERMM_MAX_NODES ? (uint32_t)nodes : 0,
		.max_access = rows <= TIERMM__FILE_PAIRS ? (uint32_t)rows : 0,
		.page_bytes = d->page_bytes,
	};

	return tiermm_topology_builder_create(&d->builder, &options, &d->mem);
}

/* Which entry of the table a problem is about. */
static void enter_distance(struct tiermm__file_draft *d,
			   const struct tiermm_problem *p)
{
	int32_t to =
		p->what == TIERMM_PROBLEM_LOCAL_DISTANCE ? p->node : p->other;

	tiermm__file_enter(&d->reader, "distance");
	tiermm__file_enter_at(&d->reader, (uint64_t)d->place[p->node] - 1);
	tiermm__file_enter_at(&d->reader, (uint64_t)d->place[to] - 1);
}

static int take_snapshot(struct tiermm__file_draft *d,
			 struct tiermm_topology **out)
{
	struct tiermm_problem problem = { .size = sizeof(problem) };
	char text[200];
	int err;

	err = tiermm_topology_create(out, d->builder, &problem, &d->mem);
	if (err != -TIERMM_EINVAL)
		return err;
	if (problem.what == TIERMM_PROBLEM_LOCAL_DISTANCE ||
	    problem.what == TIERMM_PROBLEM_REMOTE_DISTANCE)
		enter_distance(d, &problem);
	tiermm_problem_text(&problem, text, sizeof(text), NULL);
	return tiermm__file_fail(&d->reader, err, "is wrong: %s", text);
}

static int read_machine(struct tiermm__file_draft *d, const json_t *machine,
			struct tiermm_file_machine *m)
{
	int err;

	err = tiermm__file_object(&d->reader, machine);
	if (!err)
		err = read_page_bytes(d, machine);
	if (!err)
		err = make_builder(d, machine);
	if (!err)
		err = tiermm__file_read_nodes(d, machine);
	if (!err)
		err = tiermm__file_read_distance(d, machine);
	if (!err)
		err = tiermm__file_read_speeds(d, machine);
	if (err)
		return err;
	return take_snapshot(d, &m->topology);
}

static int read_document(struct tiermm__file_draft *d,
			 struct tiermm_file_machine *m)
{
	json_t *machine, *root;
	int err;

	root = tiermm__file_load(&d->reader, &err);
	if (err)
		return err;
	machine = json_object_get(root, "topology");
	if (machine)
		tiermm__file_enter(&d->reader, "topology");
	err = read_machine(d, machine ? machine : root, m);
	if (!err && machine)
		tiermm__file_leave(&d->reader);
	if (!err)
		err = tiermm__file_read_steps(d, root, m);
	json_decref(root);
	return err;
}

static int read_text(struct tiermm_file_machine *m,
		     const struct tiermm__file_reader *reader, uint32_t flags)
{
	struct tiermm__file_draft *d;
	int err;

	d = tiermm__file_alloc(&m->mem, sizeof(*d));
	if (!d)
		return -TIERMM_ENOMEM;
	d->reader = *reader;
	d->mem = m->mem;
	d->builder_flags = flags;
	err = read_document(d, m);
	tiermm_topology_builder_destroy(d->builder);
	tiermm__file_free(&m->mem, d, sizeof(*d));
	return err;
}

int tiermm_file_machine_parse(struct tiermm_file_machine **out,
			      const char *name, const char *text,
			      uint64_t bytes, uint32_t flags,
			      struct tiermm_file_error *error,
			      const struct tiermm_alloc *mem)
{
	const struct tiermm__file_reader reader = { .name = name,
						    .text = text,
						    .bytes = bytes,
						    .error = error };
	struct tiermm_file_machine *m;
	int err;

	*out = NULL;
	err = tiermm__file_report_length(error, name, bytes,
					 TIERMM__FILE_DOCUMENT_BYTES,
					 "machine file");
	if (!err)
		err = tiermm__file_machine_new(&m, mem);
	if (err)
		return err;
	err = read_text(m, &reader, flags);
	if (err)
		tiermm_file_machine_destroy(m);
	else
		*out = m;
	return err;
}
