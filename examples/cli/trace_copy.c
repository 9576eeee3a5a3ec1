/* SPDX-License-Identifier: MIT */
/* A stream into a trace: filtered on its way, with the addresses it had. */
#include "trace.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
	BATCH = 4096,
	REGION_PAGES = 512
};

const struct option_line copy_lines[COPY_LINES] = {
	{ OPTION_FORMAT, "format", "NAME",
	  "lackey, perf, damon, csv or oracle" },
	{ OPTION_OUTPUT, "output", "FILE", "the trace that is written" },
	{ OPTION_NAME, "name", "TEXT", "what the trace calls itself" },
	{ OPTION_SKIP, "skip", "N", "leave out records at the beginning" },
	{ OPTION_LIMIT, "limit", "N", "end after so many records" },
	{ OPTION_SAMPLE, "sample", "N", "keep one page in N, chosen by hash" },
	{ OPTION_MERGE, "merge", "N",
	  "make accesses to one page one record, among N in a\n"
	  "row; 1: neighbours only, 0: none" },
	{ OPTION_AT_MOST, "at-most", "N",
	  "count at most so many accesses in a record; 64 is\n"
	  "what a CPU cache leaves of a page in a merged window" },
	{ OPTION_THREADS, "threads", "N",
	  "deal the records to so many threads" },
	{ OPTION_PAGE_SIZE, "page-size", "BYTES",
	  "512 to 2^30; 4096 unless said" },
	{ OPTION_NO_FETCHES, "no-fetches", NULL,
	  "leave out instruction fetches" },
	{ OPTION_INSTRUCTION, "instruction", "PS",
	  "lackey: picoseconds an instruction takes; 250 unless\n"
	  "said" },
	{ OPTION_COPY_JSON, "json", NULL,
	  "what was written, as one JSON document in a line" },
};

/* A stream that is being written. */
struct copying {
	struct tiermm_sim_source *source; /* as it was opened */
	struct tiermm_sim_source *stream; /* the same, filtered */
	struct tiermm_sim_writer *writer;
	uint64_t regions; /* those below it have their addresses written */
	int has_addresses;
	struct tiermm_sim_access batch[BATCH];
};

static int take_count(const char *name, const char *value, uint64_t least,
		      uint64_t most, uint64_t *out)
{
	if (parse_number(value, most, out) && *out >= least)
		return STATUS_DONE;
	return fail(STATUS_USAGE, "--%s '%s', expected %" PRIu64 " to %" PRIu64,
		    name, value, least, most);
}

static int take_page_size(struct copy *copy, const char *value)
{
	uint64_t bytes;

	if (!parse_number(value, 1u << 30, &bytes) || bytes < 512 ||
	    (bytes & (bytes - 1)))
		return fail(STATUS_USAGE,
			    "--page-size '%s', expected a power of two from "
			    "512 to 1073741824",
			    value);
	copy->page_bytes = bytes;
	return STATUS_DONE;
}

int copy_take(struct copy *copy, int code, const char *value)
{
	const uint64_t most = (uint64_t)1 << 60;

	switch (code) {
	case OPTION_OUTPUT:
		copy->output = value;
		return STATUS_DONE;
	case OPTION_NAME:
		copy->name = value;
		return STATUS_DONE;
	case OPTION_SKIP:
		return take_count("skip", value, 0, most, &copy->filter.skip);
	case OPTION_LIMIT:
		return take_count("limit", value, 1, most, &copy->filter.limit);
	case OPTION_SAMPLE:
		return take_count("sample", value, 1, most,
				  &copy->filter.sample_pages);
	case OPTION_MERGE:
		copy->is_merged = 1;
		return take_count("merge", value, 0, 1048576,
				  &copy->filter.merge_window);
	case OPTION_AT_MOST:
		return take_count("at-most", value, 1, UINT32_MAX,
				  &copy->filter.most_count);
	case OPTION_THREADS:
		return take_count("threads", value, 1, TIERMM_SIM_THREAD_LIMIT,
				  &copy->filter.threads);
	case OPTION_PAGE_SIZE:
		return take_page_size(copy, value);
	case OPTION_NO_FETCHES:
		copy->import_flags |= TIERMM_SIM_NO_FETCHES;
		return STATUS_DONE;
	case OPTION_COPY_JSON:
		copy->json = 1;
		return STATUS_DONE;
	default:
		return take_count("instruction", value, 1, 1000000000,
				  &copy->instruction_ps);
	}
}

int copy_check(const struct copy *copy)
{
	if (!copy->json || strcmp(copy->output, "-") != 0)
		return STATUS_DONE;
	return fail(STATUS_USAGE,
		    "--output '-' with --json, expected a file: both would be "
		    "standard output");
}

int copy_open(const struct copy *copy, const char *path, const char *name,
	      uint32_t format, struct tiermm_sim_source **out)
{
	struct tiermm_sim_error error = { .size = sizeof(error) };
	struct tiermm_sim_input input = { .size = sizeof(input),
					  .path = path,
					  .name = name };
	struct tiermm_sim_import_options o = {
		.size = sizeof(o),
		.flags = copy->import_flags,
		.format = format,
		.page_bytes = (uint32_t)copy->page_bytes,
		.instruction_ps = copy->instruction_ps,
	};
	int err = tiermm_sim_import_open(out, &input, &o, &error, NULL);

	return err ? fail_source(err, &error) : STATUS_DONE;
}

static int begin(struct copying *c, struct copy *copy)
{
	struct tiermm_sim_source_info info = { .size = sizeof(info) };
	struct tiermm_sim_error error = { .size = sizeof(error) };
	struct tiermm_sim_output output = { .size = sizeof(output),
					    .path = copy->output };
	int err;

	copy->filter.size = sizeof(copy->filter);
	err = tiermm_sim_source_get_info(c->source, &info);
	if (!err)
		err = tiermm_sim_filter_create(&c->stream, c->source,
					       &copy->filter, NULL);
	if (err)
		return fail(STATUS_UNREADABLE, "%s", tiermm_strerror(err));
	/* The stream owns it now, and is what is given back. */
	c->has_addresses = copy->filter.sample_pages <= 1;
	err = tiermm_sim_writer_create(&c->writer, &output, info.page_bytes,
				       copy->name ? copy->name : info.name,
				       &error, NULL);
	return err ? fail_source(err, &error) : STATUS_DONE;
}

/* Note the addresses of regions that come up for the first time. */
static int write_regions(struct copying *c, uint64_t page)
{
	for (; page / REGION_PAGES >= c->regions; c->regions++) {
		uint64_t address;
		int err;

		if (!c->has_addresses ||
		    tiermm_sim_trace_address(c->source,
					     c->regions * REGION_PAGES,
					     &address))
			continue;
		err = tiermm_sim_writer_region(c->writer, c->regions, address);
		if (err)
			return err;
	}
	return 0;
}

static int write_batch(struct copying *c, struct copy *copy, uint64_t n)
{
	int err = 0;

	for (uint64_t i = 0; i < n && !err; i++) {
		const struct tiermm_sim_access *a = &c->batch[i];

		copy->accesses += a->count;
		if (a->page >= copy->pages)
			copy->pages = a->page + 1;
		err = write_regions(c, a->page);
	}
	copy->records += n;
	if (!err)
		err = tiermm_sim_writer_add(c->writer, c->batch, n);
	if (!err)
		return STATUS_DONE;
	return fail(STATUS_UNREADABLE, "%s: %s", copy->output,
		    tiermm_strerror(err));
}

static int drain(struct copying *c, struct copy *copy)
{
	struct tiermm_sim_error error = { .size = sizeof(error) };
	uint64_t n;
	int status, err;

	for (;;) {
		err = tiermm_sim_source_next(c->stream, c->batch, BATCH, &n,
					     &error);
		if (err)
			return fail_source(err, &error);
		if (!n)
			break;
		status = write_batch(c, copy, n);
		if (status)
			return status;
	}
	err = tiermm_sim_writer_finish(c->writer);
	if (err)
		return fail(STATUS_UNREADABLE, "%s: %s", copy->output,
			    tiermm_strerror(err));
	return STATUS_DONE;
}

int copy_source(struct copy *copy, struct tiermm_sim_source *source)
{
	struct copying *c = calloc(1, sizeof(*c));
	int status;

	if (!c) {
		tiermm_sim_source_destroy(source);
		return fail(STATUS_UNREADABLE, "out of memory");
	}
	c->source = source;
	status = begin(c, copy);
	if (!status)
		status = drain(c, copy);
	tiermm_sim_writer_destroy(c->writer);
	tiermm_sim_source_destroy(c->stream ? c->stream : source);
	free(c);
	return status;
}

static void say_json(const struct copy *copy)
{
	struct stat found;

	fputs("{\"output\":", stdout);
	print_json_string(copy->output);
	printf(",\"records\":%" PRIu64 ",\"accesses\":%" PRIu64
	       ",\"page_bound\":%" PRIu64 ",\"page_bytes\":%" PRIu64,
	       copy->records, copy->accesses, copy->pages,
	       copy->page_bytes ? copy->page_bytes : 4096);
	/* What is no file has no size. */
	if (!stat(copy->output, &found) && S_ISREG(found.st_mode))
		printf(",\"bytes\":%" PRIu64, (uint64_t)found.st_size);
	puts("}");
}

void copy_say(const struct copy *copy)
{
	if (copy->json) {
		say_json(copy);
		return;
	}
	fprintf(stderr,
		"%s: %" PRIu64 " records of %" PRIu64 " accesses, %" PRIu64
		" page numbers\n",
		copy->output, copy->records, copy->accesses, copy->pages);
}
