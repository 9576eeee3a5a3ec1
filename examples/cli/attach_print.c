/* SPDX-License-Identifier: MIT */
/* What tiermm attach says: a line of figures a second, and the sum of all. */
#include "attach.h"

#include <inttypes.h>

static double seconds(const struct tiering *t)
{
	return (double)(t->now_ns - t->begun_ns) / 1e9;
}

static uint64_t refused(const struct figures *f)
{
	uint64_t pages = 0;

	for (uint32_t i = 0; i < TIERMM_OUTCOMES; i++)
		pages += f->refused[i];
	return pages;
}

static uint64_t pages_on(const struct tiering *t,
			 const struct tiermm_nodeset *nodes)
{
	int32_t node = TIERMM_NO_NODE;
	uint64_t pages = 0;

	while ((node = tiermm_nodeset_next(nodes, node)) != TIERMM_NO_NODE)
		pages += t->known.on[node];
	return pages;
}

static void write_nodes(FILE *out, const struct tiermm_nodeset *nodes)
{
	const char *comma = "";
	int32_t node = TIERMM_NO_NODE;

	while ((node = tiermm_nodeset_next(nodes, node)) != TIERMM_NO_NODE) {
		fprintf(out, "%s%" PRId32, comma, node);
		comma = ",";
	}
}

static void print_tiers(const struct tiering *t)
{
	struct tiermm_nodeset nodes;

	for (uint32_t rank = 0;
	     !tiermm_topology_tier_at(t->machine.topology, rank, NULL, &nodes);
	     rank++) {
		fprintf(t->out, "nodes ");
		write_nodes(t->out, &nodes);
		fprintf(t->out, ": %" PRIu64 "  ", pages_on(t, &nodes));
	}
}

static void print_refusals(const struct tiering *t, const struct figures *f)
{
	const char *before = " (";

	fprintf(t->out, "%" PRIu64 " refused", refused(f));
	for (uint32_t i = 0; i < TIERMM_OUTCOMES; i++) {
		if (!f->refused[i])
			continue;
		fprintf(t->out, "%s%" PRIu64 " %s", before, f->refused[i],
			tiermm_outcome_name(i));
		before = ", ";
	}
	fputs(refused(f) ? ")" : "", t->out);
	if (f->untracked)
		fprintf(t->out, ", %" PRIu64 " untracked (see --track)",
			f->untracked);
}

static void print_text(const struct tiering *t, const struct figures *f,
		       const char *end)
{
	fprintf(t->out, "%6.1f s  ", seconds(t));
	print_tiers(t);
	fprintf(t->out,
		"%" PRIu64 " used  %" PRIu64 " demoted  %" PRIu64 " promoted  ",
		f->used, f->demoted, f->promoted);
	print_refusals(t, f);
	if (end)
		fprintf(t->out, "  in all: %s", end);
	fputs(t->options->dry_run ? "  (nothing was moved)\n" : "\n", t->out);
}

static void print_json_tiers(const struct tiering *t)
{
	struct tiermm_nodeset nodes;

	for (uint32_t rank = 0;
	     !tiermm_topology_tier_at(t->machine.topology, rank, NULL, &nodes);
	     rank++) {
		fprintf(t->out, "%s{\"nodes\":[", rank ? "," : "");
		write_nodes(t->out, &nodes);
		fprintf(t->out, "],\"pages\":%" PRIu64 "}",
			pages_on(t, &nodes));
	}
}

static void print_json(const struct tiering *t, const struct figures *f,
		       const char *end)
{
	const char *comma = "";

	fprintf(t->out,
		"{\"seconds\":%.3f,\"pid\":%" PRId32
		",\"dry_run\":%s,\"tiers\":[",
		seconds(t), t->pid, t->options->dry_run ? "true" : "false");
	print_json_tiers(t);
	fprintf(t->out,
		"],\"used\":%" PRIu64 ",\"demoted\":%" PRIu64
		",\"promoted\":%" PRIu64 ",\"untracked\":%" PRIu64
		",\"refused\":{",
		f->used, f->demoted, f->promoted, f->untracked);
	for (uint32_t i = 0; i < TIERMM_OUTCOMES; i++) {
		if (!f->refused[i])
			continue;
		fprintf(t->out, "%s\"%s\":%" PRIu64, comma,
			tiermm_outcome_name(i), f->refused[i]);
		comma = ",";
	}
	fputc('}', t->out);
	if (end) {
		fputs(",\"end\":", t->out);
		write_json_string(t->out, end);
	}
	fputs("}\n", t->out);
}

static void add_up(struct tiering *t)
{
	t->total.used += t->now.used;
	t->total.promoted += t->now.promoted;
	t->total.demoted += t->now.demoted;
	t->total.untracked += t->now.untracked;
	for (uint32_t i = 0; i < TIERMM_OUTCOMES; i++)
		t->total.refused[i] += t->now.refused[i];
}

void print_figures(struct tiering *t)
{
	if (t->options->json)
		print_json(t, &t->now, NULL);
	else
		print_text(t, &t->now, NULL);
	fflush(t->out);
	add_up(t);
	t->now = (struct figures){ .used = 0 };
}

void print_end(struct tiering *t, const char *why)
{
	t->now_ns = clock_ns();
	add_up(t);
	if (t->options->json)
		print_json(t, &t->total, why);
	else
		print_text(t, &t->total, why);
	fflush(t->out);
}
