/* SPDX-License-Identifier: MIT */
/* From the text of a layout to a layout. */
#include "layout.h"

#include "contents.h"
#include "memory.h"

#include <string.h>

#define FIRST_ROOM 64

int tiermm__file_layout_reserve(struct tiermm__file_layout *f, uint64_t n)
{
	uint64_t room = f->room ? f->room : FIRST_ROOM;
	struct tiermm_layout_range *ranges;

	if (n <= f->room)
		return 0;
	while (room < n)
		room *= 2;
	ranges = tiermm__file_alloc(&f->mem, room * sizeof(*ranges));
	if (!ranges)
		return -TIERMM_ENOMEM;
	if (f->n)
		memcpy(ranges, f->ranges, (size_t)f->n * sizeof(*ranges));
	tiermm__file_free(&f->mem, f->ranges, f->room * sizeof(*ranges));
	f->ranges = ranges;
	f->room = room;
	return 0;
}

static int is_json(const struct tiermm__file_reader *r)
{
	uint64_t at = 0;

	while (at < r->bytes && memchr(" \t\r\n", r->text[at], 4))
		at++;
	return at < r->bytes && r->text[at] == '{';
}

static int build(struct tiermm__file_layout *f, struct tiermm_layout **out)
{
	struct tiermm_layout_problem problem = { .size = sizeof(problem) };
	char text[320];
	int err;

	err = tiermm_layout_create(out, f->ranges, f->n, &f->options, &problem,
				   &f->mem);
	if (!err || !problem.error)
		return err;
	(void)tiermm_layout_problem_text(&problem, text, sizeof(text), NULL);
	return tiermm__file_report(f->reader.error, err, 0, 0, "%.96s: %s",
				   f->reader.name, text);
}

static int parse(struct tiermm__file_layout *f, struct tiermm_layout **out)
{
	int err = is_json(&f->reader) ? tiermm__file_layout_json(f)
				      : tiermm__file_layout_text(f);

	if (!err)
		err = build(f, out);
	tiermm__file_free(&f->mem, f->ranges, f->room * sizeof(*f->ranges));
	return err;
}

/* The options, as far as they may be given on; the core checks the rest. */
static int take_options(struct tiermm__file_layout *f,
			const struct tiermm_layout_options *options)
{
	f->options =
		(struct tiermm_layout_options){ .size = sizeof(f->options) };
	if (!options)
		return 0;
	if (options->size < sizeof(*options))
		return -TIERMM_EINVAL;
	if (options->size > sizeof(*options))
		return -TIERMM_E2BIG;
	f->options = *options;
	return 0;
}

int tiermm_file_layout_parse(struct tiermm_layout **out, const char *name,
			     const char *text, uint64_t bytes,
			     const struct tiermm_layout_options *options,
			     struct tiermm_file_error *error,
			     const struct tiermm_alloc *mem)
{
	struct tiermm__file_layout f = { .reader = { .name = name,
						     .text = text,
						     .bytes = bytes,
						     .error = error } };
	int err;

	*out = NULL;
	err = tiermm__file_report_length(error, name, bytes,
					 TIERMM__FILE_LAYOUT_BYTES, "layout");
	if (!err)
		err = tiermm__file_memory(&f.mem, mem);
	if (!err)
		err = take_options(&f, options);
	return err ? err : parse(&f, out);
}

int tiermm_file_layout_read(struct tiermm_layout **out, const char *path,
			    const struct tiermm_layout_options *options,
			    struct tiermm_file_error *error,
			    const struct tiermm_alloc *mem)
{
	struct tiermm__file_contents c;
	int err;

	*out = NULL;
	err = tiermm__file_contents_read(&c, path, TIERMM__FILE_LAYOUT_BYTES,
					 error, mem);
	if (err)
		return err;
	err = tiermm_file_layout_parse(out, c.name, c.text, c.bytes, options,
				       error, mem);
	tiermm__file_contents_drop(&c);
	return err;
}
