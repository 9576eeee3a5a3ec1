/* SPDX-License-Identifier: MIT */
/* tiermm trace info: what a trace, or a generated workload, is like. */
#include "trace.h"

#include <inttypes.h>
#include <stdlib.h>

#include <tiermm/backends/sim_profile.h>
#include <tiermm/backends/sim_workload.h>

enum {
	OPTION_JSON = OPTION_OWN,
	OPTION_WORKLOAD,
	OPTION_TOP,
	BATCH = 4096,
	MOST_TOP = 1000
};

struct request {
	int json;
	int is_line;
	uint64_t n_top;
	struct tiermm_sim_source *source;
	struct tiermm_sim_source_info info;
	struct tiermm_sim_sums sums;
	struct tiermm_sim_top top[MOST_TOP];
	struct tiermm_sim_access batch[BATCH];
};

static const struct option_line lines[] = {
	{ OPTION_TOP, "top", "N", "pages that are listed; 10 unless said" },
	{ OPTION_WORKLOAD, "workload", NULL,
	  "FILE is the line of a generated workload: zipf:pages=1M" },
	{ OPTION_JSON, "json", NULL, "one JSON document" },
};

static int take(void *self, int code, const char *value)
{
	struct request *request = self;

	if (code == OPTION_JSON)
		request->json = 1;
	else if (code == OPTION_WORKLOAD)
		request->is_line = 1;
	else if (!parse_number(value, MOST_TOP, &request->n_top))
		return fail(STATUS_USAGE, "--top '%s', expected 0 to 1000",
			    value);
	return STATUS_DONE;
}

static int open_source(struct request *request, const char *operand)
{
	struct tiermm_sim_error error = { .size = sizeof(error) };
	struct tiermm_sim_input input = { .size = sizeof(input),
					  .path = operand };
	int err;

	if (request->is_line)
		err = tiermm_sim_workload_create(&request->source, operand,
						 &error, NULL);
	else
		err = tiermm_sim_trace_open(&request->source, &input, &error,
					    NULL);
	if (err && request->is_line && error.text[0])
		return fail(STATUS_UNREADABLE, "--workload '%s', %s", operand,
			    error.text);
	return err ? fail_source(err, &error) : STATUS_DONE;
}

static int profile(struct request *request, struct tiermm_sim_profile *p)
{
	struct tiermm_sim_error error = { .size = sizeof(error) };
	uint64_t n = 0, pages;
	int err;

	do {
		err = tiermm_sim_source_next(request->source, request->batch,
					     BATCH, &n, &error);
		if (!err)
			err = tiermm_sim_profile_add(p, request->batch, n);
	} while (!err && n);
	if (!err)
		err = tiermm_sim_source_get_info(request->source,
						 &request->info);
	if (!err)
		err = tiermm_sim_profile_sums(p, &request->sums);
	if (!err)
		err = tiermm_sim_profile_top(p, request->top, request->n_top,
					     &pages);
	if (err)
		return fail_source(err, &error);
	if (pages < request->n_top)
		request->n_top = pages;
	return STATUS_DONE;
}

/* Hundredths of a percent, rounded down. */
static uint64_t share_bp(uint64_t part, uint64_t whole)
{
	if (!whole)
		return 0;
	return part <= UINT64_MAX / 10000 ? part * 10000 / whole
					  : part / (whole / 10000);
}

static void print_share(const char *label, uint64_t part, uint64_t whole)
{
	uint64_t bp = share_bp(part, whole);

	printf("%s%" PRIu64 ".%02" PRIu64 " %%", label, bp / 100, bp % 100);
}

static uint64_t address_of(const struct request *request, uint64_t page,
			   int *found)
{
	uint64_t address = 0;

	*found = !tiermm_sim_trace_address(request->source, page, &address);
	return address;
}

/* Hits of a memory of 2^k pages that throws out the oldest. */
static uint64_t hits(const struct tiermm_sim_sums *s, unsigned int k)
{
	uint64_t sum = 0;
	unsigned int i;

	for (i = 0; i <= k; i++)
		sum += s->distance[i];
	return sum;
}

/* The first memory that holds all of the pages. */
static unsigned int last_size(const struct tiermm_sim_sums *s)
{
	unsigned int k = 0;

	while (((uint64_t)1 << k) < s->pages)
		k++;
	return k;
}

static void print_curve(const struct request *request)
{
	const struct tiermm_sim_sums *s = &request->sums;
	unsigned int k, last = last_size(s);
	char size[32];

	puts("\nhits of a memory that throws out what was not used for "
	     "longest");
	for (k = last > 12 ? last - 12 : 0; k <= last; k++) {
		size_text(((uint64_t)1 << k) * request->info.page_bytes, size,
			  sizeof(size));
		printf("  %12" PRIu64 " pages  %10s  ", (uint64_t)1 << k, size);
		print_share("", hits(s, k), s->accesses);
		putchar('\n');
	}
}

static void print_top(const struct request *request)
{
	uint64_t i;

	if (!request->n_top)
		return;
	puts("\ntop pages     address           accesses    share  writes");
	for (i = 0; i < request->n_top; i++) {
		const struct tiermm_sim_top *top = &request->top[i];
		int found;
		uint64_t address = address_of(request, top->page, &found);

		printf("  %10" PRIu64 "  ", top->page);
		if (found)
			printf("%#14" PRIx64, address);
		else
			printf("%14s", "-");
		printf("  %12" PRIu64 "  ", top->accesses);
		print_share("", top->accesses, request->sums.accesses);
		print_share("  ", top->writes, top->accesses);
		putchar('\n');
	}
}

static void print_text(const struct request *request)
{
	const struct tiermm_sim_sums *s = &request->sums;
	char size[32];

	size_text(s->pages * request->info.page_bytes, size, sizeof(size));
	printf("%s%s%s: %" PRIu64 " records of %" PRIu64 " accesses\n",
	       look(LOOK_STRONG), request->info.name, look(LOOK_PLAIN),
	       s->records, s->accesses);
	printf("  footprint  %" PRIu64 " pages, %s", s->pages, size);
	print_share("; ", s->read_only, s->pages);
	printf(" of them only read\n");
	print_share("  writes     ", s->writes, s->accesses);
	print_share(", instruction fetches ", s->fetches, s->accesses);
	print_share(", dependent ", s->dependent, s->accesses);
	printf("\n  threads    %" PRIu64 ", processes %" PRIu64
	       "; work between accesses %" PRIu64 " us\n",
	       s->threads, s->processes, s->gap_ns / 1000);
	print_curve(request);
	print_top(request);
}

static void json_pages(const struct request *request)
{
	uint64_t i;

	for (i = 0; i < request->n_top; i++) {
		const struct tiermm_sim_top *top = &request->top[i];
		int found;
		uint64_t address = address_of(request, top->page, &found);

		printf("%s{\"page\":%" PRIu64 ",\"address\":", i ? "," : "",
		       top->page);
		if (found)
			printf("\"%#" PRIx64 "\"", address);
		else
			printf("null");
		printf(",\"accesses\":%" PRIu64 ",\"writes\":%" PRIu64 "}",
		       top->accesses, top->writes);
	}
}

static void print_json(const struct request *request)
{
	const struct tiermm_sim_sums *s = &request->sums;
	unsigned int k, last = last_size(s);

	fputs("{\"name\":", stdout);
	print_json_string(request->info.name);
	printf(",\"page_bytes\":%" PRIu32 ",\"records\":%" PRIu64
	       ",\"accesses\":%" PRIu64 ",\"writes\":%" PRIu64
	       ",\"fetches\":%" PRIu64 ",\"dependent\":%" PRIu64,
	       request->info.page_bytes, s->records, s->accesses, s->writes,
	       s->fetches, s->dependent);
	printf(",\"pages\":%" PRIu64 ",\"read_only_pages\":%" PRIu64
	       ",\"page_bound\":%" PRIu64 ",\"threads\":%" PRIu64
	       ",\"processes\":%" PRIu64 ",\"gap_ns\":%" PRIu64
	       ",\"lru_hits\":[",
	       s->pages, s->read_only, s->page_bound, s->threads, s->processes,
	       s->gap_ns);
	for (k = 0; k <= last; k++)
		printf("%s{\"pages\":%" PRIu64 ",\"hits\":%" PRIu64 "}",
		       k ? "," : "", (uint64_t)1 << k, hits(s, k));
	fputs("],\"top\":[", stdout);
	json_pages(request);
	puts("]}");
}

static int inform(struct request *request, const char *operand)
{
	struct tiermm_sim_profile *p;
	int status = open_source(request, operand);

	if (status)
		return status;
	if (tiermm_sim_profile_create(&p, NULL)) {
		tiermm_sim_source_destroy(request->source);
		return fail(STATUS_UNREADABLE, "out of memory");
	}
	status = profile(request, p);
	if (!status && request->json)
		print_json(request);
	else if (!status)
		print_text(request);
	tiermm_sim_profile_destroy(p);
	tiermm_sim_source_destroy(request->source);
	return status;
}

static int run(int argc, char **argv)
{
	struct request *request = calloc(1, sizeof(*request));
	struct input input = { 0 };
	int status;

	if (!request)
		return fail(STATUS_UNREADABLE, "out of memory");
	request->n_top = 10;
	request->info.size = sizeof(request->info);
	request->sums.size = sizeof(request->sums);
	status =
		options_parse(&trace_info_command, &input, request, argc, argv);
	if (!status)
		status = inform(request, input.operand);
	free(request);
	return status == OPTIONS_HELPED ? STATUS_DONE : status;
}

const struct command trace_info_command = {
	.name = "trace info",
	.summary = "Counts, footprint, reuse and top pages of a trace.",
	.lines = lines,
	.n_lines = sizeof(lines) / sizeof(lines[0]),
	.operand = "FILE",
	.takes_no_machine = 1,
	.take = take,
	.run = run,
};
