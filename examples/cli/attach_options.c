/* SPDX-License-Identifier: MIT */
/* Options of tiermm attach and tiermm run: the same for both. */
#include "attach.h"
#include "zones.h"

#include <string.h>

enum {
	OPTION_DRY_RUN = OPTION_OWN,
	OPTION_POLICY,
	OPTION_HEAT,
	OPTION_INCLUDE,
	OPTION_INTERVAL,
	OPTION_FOR,
	OPTION_RATE,
	OPTION_TOP_LIMIT,
	OPTION_TRACK,
	OPTION_OUTPUT,
	OPTION_LOG,
	OPTION_JSON
};

const struct option_line tiering_lines[TIERING_LINES] = {
	{ OPTION_DRY_RUN, "dry-run", NULL,
	  "decide and print, and move nothing; figures are those that\n"
	  "moves would have led to" },
	{ OPTION_POLICY, "policy", "NAME",
	  "what is hot: kernel, histogram or latency" },
	{ OPTION_HEAT, "heat", "SOURCE",
	  "writes: pages that were written, exactly (unless said);\n"
	  "uses: mappings half of which were read or written" },
	{ OPTION_INCLUDE, "include", "KIND",
	  "besides anonymous memory: files, shared or all" },
	{ OPTION_INTERVAL, "interval", "MS",
	  "look and move once in this time; 1000 unless said" },
	{ OPTION_FOR, "for", "SECONDS", "end after this time" },
	{ OPTION_RATE, "rate", "SIZE",
	  "move at most so much a second; 64M unless said" },
	{ OPTION_TOP_LIMIT, "top-limit", "SIZE",
	  "as if each fast node had only so much for the process" },
	{ OPTION_TRACK, "track", "SIZE",
	  "know at most so much of its memory; fitted unless said" },
	{ OPTION_OUTPUT, "output", "FILE", "where the figures go" },
	{ OPTION_LOG, "log", "FILE",
	  "its decisions on record, for tiermm replay" },
	{ OPTION_JSON, "json", NULL, "one JSON document a line" },
};

/* A word of a list that ends with NULL; -1: none of them. */
static int word_of(const char *const *words, const char *value)
{
	for (int i = 0; words[i]; i++)
		if (strcmp(words[i], value) == 0)
			return i;
	return -1;
}

static int take_word(struct tiering_options *o, int code, const char *value)
{
	static const char *const policies[] = { "kernel", "histogram",
						"latency", NULL };
	static const char *const sources[] = { "writes", "uses", NULL };
	static const char *const kinds[] = { "files", "shared", "all", NULL };
	int word;

	if (code == OPTION_POLICY) {
		word = word_of(policies, value);
		if (word < 0)
			return fail(STATUS_USAGE,
				    "--policy '%s', expected kernel, "
				    "histogram or latency",
				    value);
		o->policy = TIERMM_PROMOTION_KERNEL + (uint32_t)word;
		return STATUS_DONE;
	}
	if (code == OPTION_HEAT) {
		word = word_of(sources, value);
		if (word < 0)
			return fail(STATUS_USAGE,
				    "--heat '%s', expected writes or uses",
				    value);
		o->source = word ? TIERMM_LINUX_HEAT_REFERENCED
				 : TIERMM_LINUX_HEAT_SOFT_DIRTY;
		return STATUS_DONE;
	}
	word = word_of(kinds, value);
	if (word < 0)
		return fail(STATUS_USAGE,
			    "--include '%s', expected files, shared or all",
			    value);
	if (word != 1)
		o->ranges |= TIERMM_LINUX_RANGES_FILES;
	if (word != 0)
		o->ranges |= TIERMM_LINUX_RANGES_SHARED;
	return STATUS_DONE;
}

static int take_number(const char *name, const char *value, uint64_t least,
		       uint64_t most, uint64_t *out)
{
	if (parse_number(value, most, out) && *out >= least)
		return STATUS_DONE;
	return fail(STATUS_USAGE, "--%s '%s', expected a number from %u to %u",
		    name, value, (unsigned int)least, (unsigned int)most);
}

static int take_size(const char *name, const char *value, uint64_t *out)
{
	if (parse_size(value, out) && *out >= PAGE_BYTES)
		return STATUS_DONE;
	return fail(STATUS_USAGE, "--%s '%s', expected a size: 64M, 2G", name,
		    value);
}

int tiering_take(void *self, int code, const char *value)
{
	struct tiering_options *o = self;

	switch (code) {
	case OPTION_DRY_RUN:
		o->dry_run = 1;
		return STATUS_DONE;
	case OPTION_JSON:
		o->json = 1;
		return STATUS_DONE;
	case OPTION_OUTPUT:
		o->output = value;
		return STATUS_DONE;
	case OPTION_LOG:
		return decisions_take_path(&o->log, value);
	case OPTION_INTERVAL:
		return take_number("interval", value, 10, 3600000,
				   &o->interval_ms);
	case OPTION_FOR:
		return take_number("for", value, 1, 1000000000, &o->seconds);
	case OPTION_RATE:
		return take_size("rate", value, &o->rate_bytes);
	case OPTION_TOP_LIMIT:
		return take_size("top-limit", value, &o->top_bytes);
	case OPTION_TRACK:
		return take_size("track", value, &o->track_bytes);
	default:
		return take_word(o, code, value);
	}
}

int tiering_check_options(const struct tiering_options *o)
{
	if (o->dry_run)
		return STATUS_DONE;
	if (o->input.sysfs || o->input.machine || o->input.synthetic)
		return fail(STATUS_USAGE,
			    "a described machine has no memory to move "
			    "pages to: add --dry-run");
	return STATUS_DONE;
}
