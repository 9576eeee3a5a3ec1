/* SPDX-License-Identifier: MIT */
/* A line becomes a source: one part, or several as processes. */
#include "workload.h"

#include <tiermm/backends/sim_trace.h>
#include <tiermm/backends/sim_workload.h>

#include <stddef.h>

#define MOST_PARTS 64

/* A recorded trace, dealt to threads where the line asks for that. */
static int create_trace(struct tiermm_sim_source **out,
			const struct tiermm__sim_spec *spec,
			struct tiermm_sim_error *error,
			const struct tiermm_alloc *mem)
{
	struct tiermm_sim_input input = { .size = sizeof(input),
					  .path = spec->path };
	struct tiermm_sim_filter_options o = {
		.size = sizeof(o),
		.skip = spec->number[SPEC_SKIP],
		.limit = spec->number[SPEC_LIMIT],
		.threads = spec->number[SPEC_THREADS],
	};
	struct tiermm_sim_source *trace;
	int err = tiermm_sim_trace_open(&trace, &input, error, mem);

	if (err)
		return err;
	if (o.threads == 1)
		o.threads = 0;
	*out = trace;
	if (!o.skip && !o.limit && !o.threads)
		return 0;
	err = tiermm_sim_filter_create(out, trace, &o, mem);
	if (err)
		tiermm_sim_source_destroy(trace);
	return err;
}

static int create_part(struct tiermm_sim_source **out, const char *line,
		       uint64_t *at, struct tiermm_sim_error *error,
		       const struct tiermm_alloc *mem)
{
	struct tiermm__sim_spec spec;
	int err = tiermm__sim_workload_parse(&spec, line, at, error);

	if (err)
		return err;
	if (!spec.workload->draw && !spec.workload->operate)
		return create_trace(out, &spec, error, mem);
	return tiermm__sim_generator_create(out, &spec, mem);
}

/* What went wrong where the parts are put together. */
static int complain(struct tiermm_sim_error *error, int err)
{
	if (err == -TIERMM_EINVAL)
		return tiermm__sim_report(error, -TIERMM_EPROTO, 0, 1,
					  "the parts cannot run beside each "
					  "other: a trace from a pipe, or "
					  "other page sizes");
	if (err == -TIERMM_ERANGE)
		return tiermm__sim_report(error, -TIERMM_EPROTO, 0, 1,
					  "the parts have too many threads or "
					  "pages together");
	return err;
}

static int create_parts(struct tiermm_sim_source **parts, uint64_t *n,
			const char *line, struct tiermm_sim_error *error,
			const struct tiermm_alloc *mem)
{
	uint64_t at = 0;

	for (;;) {
		int err = create_part(&parts[*n], line, &at, error, mem);

		if (err)
			return err;
		(*n)++;
		if (!line[at])
			return 0;
		at++;
		if (*n == MOST_PARTS)
			return tiermm__sim_report(error, -TIERMM_EPROTO, 0,
						  at + 1, "more than 64 parts");
	}
}

int tiermm_sim_workload_create(struct tiermm_sim_source **out, const char *line,
			       struct tiermm_sim_error *error,
			       const struct tiermm_alloc *mem)
{
	struct tiermm_sim_source *parts[MOST_PARTS];
	struct tiermm_alloc source;
	uint64_t n = 0;
	int err;

	if (!out)
		return -TIERMM_EINVAL;
	*out = NULL;
	err = tiermm__sim_memory(&source, mem);
	if (err)
		return err;
	if (!line)
		return -TIERMM_EINVAL;
	tiermm__sim_report_none(error);
	err = create_parts(parts, &n, line, error, &source);
	if (!err && n == 1) {
		*out = parts[0];
		return 0;
	}
	if (!err)
		err = complain(error,
			       tiermm_sim_mix_create(out, parts, n, &source));
	while (err && n)
		tiermm_sim_source_destroy(parts[--n]);
	return err;
}
