/* SPDX-License-Identifier: MIT */
/* The line that describes a workload: KIND:KEY=VALUE,KEY=VALUE. */
#include "workload.h"

#include <inttypes.h>
#include <string.h>

struct key {
	const char *name;
	uint32_t form;
	uint64_t low;
	uint64_t high;
	uint64_t otherwise; /* where neither line nor kind says anything */
	const char *expected;
};

#define MOST_PAGES (UINT64_C(1) << 48)

static const struct key keys[SPEC_KEYS] = {
	[SPEC_PAGES] = { "pages", FORM_COUNT, 1, MOST_PAGES, 65536,
			 "1 to 2^48 pages, like 1M" },
	[SPEC_COUNT] = { "count", FORM_COUNT, 1, UINT64_C(1) << 60, 1000000,
			 "1 to 2^60 records, like 10M" },
	[SPEC_SEED] = { "seed", FORM_COUNT, 0, UINT64_MAX, 1,
			"a whole number" },
	[SPEC_THREADS] = { "threads", FORM_COUNT, 1, TIERMM_SIM_THREAD_LIMIT, 1,
			   "1 to 65536" },
	[SPEC_WRITE] = { "write", FORM_SHARE, 0, 10000, 0, "0% to 100%" },
	[SPEC_GAP] = { "gap", FORM_COUNT, 0, TIERMM_SIM_GAP_LIMIT - 1, 0,
		       "nanoseconds below 2^48" },
	[SPEC_THETA] = { "theta", FORM_DECIMAL, 0, 7999999999, 990000000,
			 "0 to 7.999999999" },
	[SPEC_STRIDE] = { "stride", FORM_COUNT, 1, MOST_PAGES, 1,
			  "1 to 2^48 pages" },
	[SPEC_HOT] = { "hot", FORM_SHARE, 1, 10000, 1000, "0.01% to 100%" },
	[SPEC_SHARE] = { "share", FORM_SHARE, 0, 10000, 9000, "0% to 100%" },
	[SPEC_DRIFT] = { "drift", FORM_COUNT, 0, UINT64_C(1) << 60, 0,
			 "records until the window moves a page; 0: never" },
	[SPEC_PHASES] = { "phases", FORM_COUNT, 1, 65536, 4, "1 to 65536" },
	[SPEC_LENGTH] = { "length", FORM_COUNT, 1, UINT64_C(1) << 60, 100000,
			  "1 to 2^60 records" },
	[SPEC_RECORDS] = { "records", FORM_COUNT, 1, UINT64_C(1) << 44, 1000000,
			   "1 to 2^44 records" },
	[SPEC_RECORD] = { "record", FORM_COUNT, 1, 16384, 1000,
			  "1 to 16384 bytes" },
	[SPEC_GRID] = { "grid", FORM_SHARE, 1, 9900, 500, "0.01% to 99%" },
	[SPEC_SKIP] = { "skip", FORM_COUNT, 0, UINT64_MAX, 0,
			"a whole number" },
	[SPEC_LIMIT] = { "limit", FORM_COUNT, 0, UINT64_MAX, 0,
			 "a whole number" },
	[SPEC_INIT] = { "init", FORM_COUNT, 0, 1, 0,
			"0, or 1: first each page is written once, in order" },
};

/* The line, and the place in it. */
struct reading {
	const char *line;
	uint64_t at;
	struct tiermm_sim_error *error;
};

static int complain(const struct reading *r, uint64_t at, uint64_t n,
		    const char *expected)
{
	if (!n)
		return tiermm__sim_report(r->error, -TIERMM_EPROTO, 0, at + 1,
					  "column %" PRIu64
					  ": nothing, expected %s",
					  at + 1, expected);
	return tiermm__sim_report(r->error, -TIERMM_EPROTO, 0, at + 1,
				  "column %" PRIu64 ": \"%.*s\", expected %s",
				  at + 1, n < 40 ? (int)n : 40, r->line + at,
				  expected);
}

static int is_word(const char *line, uint64_t at, uint64_t n, const char *word)
{
	return strlen(word) == n && !memcmp(line + at, word, (size_t)n);
}

/* Up to one of the characters in `until`, or the end of the part. */
static uint64_t span(const struct reading *r, const char *until)
{
	uint64_t n = strcspn(r->line + r->at, until);
	uint64_t i;

	/* A '+' ends a part where it stands alone, so paths may have some. */
	for (i = 0; i < n; i++)
		if (r->line[r->at + i] == ' ' && r->line[r->at + i + 1] == '+')
			return i;
	return n;
}

static int find_kind(struct reading *r, struct tiermm__sim_spec *spec)
{
	const struct tiermm__sim_workload *w;
	uint64_t n = span(r, ":, ");

	for (uint32_t i = 0; (w = tiermm__sim_workload_at(i)); i++)
		if (is_word(r->line, r->at, n, w->name)) {
			spec->workload = w;
			r->at += n;
			return 0;
		}
	return complain(r, r->at, n,
			"a kind of workload, like zipf, scan, ycsb-a or trace");
}

static void set_defaults(struct tiermm__sim_spec *spec)
{
	const struct tiermm__sim_workload *w = spec->workload;
	const uint32_t most = sizeof(w->defaults) / sizeof(w->defaults[0]);

	for (uint32_t k = 0; k < SPEC_KEYS; k++)
		spec->number[k] = keys[k].otherwise;
	for (uint32_t i = 0; i < most; i++)
		if (w->defaults[i].value)
			spec->number[w->defaults[i].key] = w->defaults[i].value;
}

/* "pages, count, seed": what the kind would take. */
static void list_keys(const struct tiermm__sim_spec *spec, char *out,
		      uint64_t cap)
{
	uint64_t n = 0;

	for (uint32_t k = 0; k < SPEC_KEYS; k++) {
		uint64_t length = strlen(keys[k].name);

		if (!(spec->workload->keys >> k & 1) || n + length + 3 > cap)
			continue;
		if (n) {
			memcpy(out + n, ", ", 2);
			n += 2;
		}
		memcpy(out + n, keys[k].name, (size_t)length);
		n += length;
	}
	out[n] = '\0';
}

static int find_key(struct reading *r, const struct tiermm__sim_spec *spec,
		    uint32_t *out)
{
	uint64_t n = span(r, "=, ");
	char expected[256] = "one of ";

	for (uint32_t k = 0; k < SPEC_KEYS; k++)
		if (spec->workload->keys >> k & 1 &&
		    is_word(r->line, r->at, n, keys[k].name)) {
			*out = k;
			r->at += n;
			return 0;
		}
	list_keys(spec, expected + 7, sizeof(expected) - 7);
	return complain(r, r->at, n, expected);
}

static int take_pair(struct reading *r, struct tiermm__sim_spec *spec)
{
	uint64_t n, value;
	uint32_t k;
	int err = find_key(r, spec, &k);

	if (err)
		return err;
	if (r->line[r->at] != '=')
		return complain(r, r->at, 0, "= and a value");
	r->at++;
	n = span(r, ", ");
	if (!tiermm__sim_number(r->line + r->at, n, keys[k].form, &value) ||
	    value < keys[k].low || value > keys[k].high)
		return complain(r, r->at, n, keys[k].expected);
	spec->number[k] = value;
	r->at += n;
	return 0;
}

static int take_path(struct reading *r, struct tiermm__sim_spec *spec)
{
	uint64_t n = span(r, ",");

	while (n && r->line[r->at + n - 1] == ' ')
		n--;
	if (!n || n >= sizeof(spec->path))
		return complain(r, r->at, n, "a file of at most 511 bytes");
	memcpy(spec->path, r->line + r->at, (size_t)n);
	spec->path[n] = '\0';
	r->at += n;
	return 0;
}

static void skip_spaces(struct reading *r)
{
	while (r->line[r->at] == ' ')
		r->at++;
}

static int take_pairs(struct reading *r, struct tiermm__sim_spec *spec)
{
	int err = 0;

	if (!spec->workload->draw && !spec->workload->operate) {
		if (r->line[r->at] != ':')
			return complain(r, r->at, 0, ": and a file");
		r->at++;
		err = take_path(r, spec);
	} else if (r->line[r->at] == ':') {
		r->at++;
		err = take_pair(r, spec);
	}
	while (!err && r->line[r->at] == ',') {
		r->at++;
		err = take_pair(r, spec);
	}
	return err;
}

int tiermm__sim_workload_parse(struct tiermm__sim_spec *spec, const char *line,
			       uint64_t *at, struct tiermm_sim_error *error)
{
	struct reading r = { line, *at, error };
	int err;

	memset(spec, 0, sizeof(*spec));
	skip_spaces(&r);
	err = find_kind(&r, spec);
	if (err)
		return err;
	set_defaults(spec);
	err = take_pairs(&r, spec);
	if (err)
		return err;
	skip_spaces(&r);
	if (line[r.at] && line[r.at] != '+')
		return complain(&r, r.at, strlen(line + r.at),
				"a comma, a + or the end");
	*at = r.at;
	return 0;
}
