/* SPDX-License-Identifier: MIT */
/*
 * What DAMON saw, in one of two forms: the text of `damo report raw`, which is
 * `damo report access --raw_form` now,
 *
 *     monitoring_start:            104.599 ms
 *     target_id: 0
 *     nr_regions: 3
 *     563ebaa00000-563ebc99e000(  31.617 MiB):        1
 *     563ebaa00000-563ebc99e000 (  31.617 MiB)           1     0   (now)
 *
 * or the kernel's trace event, as perf script or trace_pipe print it:
 *
 *     kdamond.0 701 [003] 92.13: damon:damon_aggregated: target_id=0
 *     nr_regions=3 94823043072000-94823076044800: 1 0       (on one line)
 *
 * Each page of a region that was seen n times becomes a record with count n;
 * regions not seen become nothing. A target is a process with one thread.
 */
#include "import.h"

#include <string.h>

/* Bytes of a region: more than that is a mistake. */
#define MOST_BYTES (UINT64_C(1) << 40)

static const struct {
	const char *name;
	uint64_t ns;
} units[] = {
	{ "ns", 1 },         { "us", 1000 },       { "ms", 1000000 },
	{ "s", 1000000000 }, { "m", 60000000000 }, { "h", 3600000000000 }
};

/* "8 m 59.809 s": numbers with units; without a unit it is ns. */
static int read_time(const char *at, uint64_t *ns)
{
	*ns = 0;
	do {
		uint64_t billionths, by = 1;
		size_t i, n;

		tiermm__sim_skip_blanks(&at);
		if (!tiermm__sim_read_seconds(&at, &billionths))
			return 0;
		tiermm__sim_skip_blanks(&at);
		n = strcspn(at, " \t");
		for (i = 0; n && i < sizeof(units) / sizeof(units[0]); i++)
			if (strlen(units[i].name) == n &&
			    !strncmp(units[i].name, at, n))
				break;
		if (n && i == sizeof(units) / sizeof(units[0]))
			return 0;
		by = n ? units[i].ns : 1;
		if (billionths / 1000000000 > UINT64_MAX / 4 / by)
			return 0;
		*ns += billionths / 1000000000 * by +
		       billionths % 1000000000 / 1000 * by / 1000000;
		at += n;
		tiermm__sim_skip_blanks(&at);
	} while (*at && *ns < UINT64_MAX / 4);
	return *ns < UINT64_MAX / 4;
}

static int add_region(struct import_reader *r, uint64_t start, uint64_t end,
		      uint64_t seen, struct tiermm_sim_error *error)
{
	struct import_access a = { .address = start,
				   .bytes = end - start,
				   .thread = r->target,
				   .process = r->target,
				   .time_ns = r->time_ns,
				   .has_time = 1,
				   .count = (uint32_t)seen };

	if (end <= start || end - start > MOST_BYTES)
		return tiermm__sim_import_fail(r, error,
					       "a region of 1 byte to 1 TiB");
	if (seen > UINT32_MAX)
		return tiermm__sim_import_fail(r, error, "a count below 2^32");
	return seen ? tiermm__sim_import_add(r, &a, error) : 0;
}

static int raw_region(struct import_reader *r, const char *at,
		      struct tiermm_sim_error *error)
{
	uint64_t start, end, seen;

	if (!tiermm__sim_read_hex(&at, &start) || *at++ != '-' ||
	    !tiermm__sim_read_hex(&at, &end))
		goto unknown;
	at = strchr(at, ')');
	if (!at)
		goto unknown;
	at += at[1] == ':' ? 2 : 1;
	tiermm__sim_skip_blanks(&at);
	if (!tiermm__sim_read_decimal(&at, &seen) || !strchr(" \t", *at))
		goto unknown;
	return add_region(r, start, end, seen, error);
unknown:
	return tiermm__sim_import_fail(
		r, error,
		"a line of damo report raw, or a damon_aggregated event");
}

/* The time before an event: a word "92.136485:". */
static void event_time(struct import_reader *r, const char *at,
		       const char *event)
{
	while (at < event) {
		const char *word = at;
		uint64_t ns;

		if (tiermm__sim_read_seconds(&word, &ns) && *word == ':')
			r->time_ns = ns;
		at += strcspn(at, " \t");
		tiermm__sim_skip_blanks(&at);
	}
}

static int event_region(struct import_reader *r, const char *event,
			struct tiermm_sim_error *error)
{
	uint64_t start, end, seen, regions;
	const char *at = event;

	event_time(r, r->text, event);
	tiermm__sim_read_word(&at, "damon_aggregated:");
	tiermm__sim_skip_blanks(&at);
	if (tiermm__sim_read_word(&at, "target_id=") &&
	    tiermm__sim_read_decimal(&at, &r->target) &&
	    tiermm__sim_read_word(&at, " nr_regions=") &&
	    tiermm__sim_read_decimal(&at, &regions) && *at++ == ' ' &&
	    tiermm__sim_read_decimal(&at, &start) && *at++ == '-' &&
	    tiermm__sim_read_decimal(&at, &end) &&
	    tiermm__sim_read_word(&at, ": ") &&
	    tiermm__sim_read_decimal(&at, &seen))
		return add_region(r, start, end, seen, error);
	return tiermm__sim_import_fail(
		r, error, "target_id=N nr_regions=N START-END: COUNT AGE");
}

/* Lines that tell nothing that is needed. */
static int is_passed_over(const char *at)
{
	return *at == '\0' || *at == '#' ||
	       tiermm__sim_read_word(&at, "base_time_absolute:") ||
	       tiermm__sim_read_word(&at, "monitoring_end:") ||
	       tiermm__sim_read_word(&at, "monitoring_duration:") ||
	       tiermm__sim_read_word(&at, "nr_regions:");
}

static int damon_line(struct import_reader *r, struct tiermm_sim_error *error)
{
	const char *at = r->text;
	const char *event = strstr(at, "damon_aggregated:");

	tiermm__sim_skip_blanks(&at);
	if (is_passed_over(at))
		return 0;
	if (event)
		return event_region(r, event, error);
	if (tiermm__sim_read_word(&at, "monitoring_start:")) {
		if (read_time(at, &r->time_ns))
			return 0;
		return tiermm__sim_import_fail(r, error,
					       "a time like 104.599 ms");
	}
	if (tiermm__sim_read_word(&at, "target_id:")) {
		tiermm__sim_skip_blanks(&at);
		/* What comes from a running kernel has no number: "None". */
		r->target = 0;
		if (tiermm__sim_read_word(&at, "None") ||
		    tiermm__sim_read_decimal(&at, &r->target))
			return 0;
		return tiermm__sim_import_fail(r, error, "a target's number");
	}
	return raw_region(r, at, error);
}

const struct import_format tiermm__sim_damon = {
	.name = "damon",
	.line = damon_line,
	.region_pages = TIERMM__SIM_REGION_PAGES,
};
