/* SPDX-License-Identifier: MIT */
/* What has to hold of every machine, whoever read it. */
#include "fuzz.h"

#include <tiermm/backends/file.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Passes look at each pair of nodes for each target: small machines only. */
#define PASSES_NODES 64

static char text[1 << 20];

void fuzz_expect(int holds, const char *promise)
{
	if (holds)
		return;
	fprintf(stderr, "broken: %s\n", promise);
	abort();
}

static void expect_round_trip(const struct tiermm_topology *t)
{
	struct tiermm_file_error error = { .size = sizeof(error) };
	struct tiermm_file_machine *m;
	uint64_t n = 0;

	if (tiermm_file_topology_write(t, TIERMM_FILE_MACHINE, text,
				       sizeof(text), &n, &error))
		fuzz_expect(0, error.text);
	if (n >= sizeof(text))
		return;
	if (tiermm_file_machine_parse(&m, "written", text, n, 0, &error, NULL))
		fuzz_expect(0, error.text);
	fuzz_expect(tiermm_topology_equal(t, tiermm_file_machine_topology(m)),
		    "what is written reads back equal");
	tiermm_file_machine_destroy(m);
}

static void expect_graph(struct tiermm_topology *t, uint32_t strategy)
{
	const struct tiermm_demotion_options options = { .size = sizeof(
								 options),
							 .strategy = strategy };
	struct tiermm_demotion_graph *g;
	uint64_t n;

	fuzz_expect(!tiermm_demotion_graph_create(&g, t, &options, NULL, NULL),
		    "every machine has a graph");
	fuzz_expect(tiermm_demotion_graph_is_valid(g), "a graph is valid");
	for (uint32_t f = TIERMM_FILE_TEXT; f <= TIERMM_FILE_DOT; f++)
		fuzz_expect(!tiermm_file_graph_write(g, f, text, sizeof(text),
						     &n),
			    "a graph can be printed");
	tiermm_demotion_graph_unref(g);
}

void fuzz_expect_machine(struct tiermm_topology *t)
{
	uint32_t small = tiermm_topology_node_count(t) <= PASSES_NODES;

	fuzz_expect(tiermm_topology_is_valid(t), "a machine is whole");
	expect_round_trip(t);
	for (uint32_t s = 0; s < TIERMM_STRATEGIES; s++)
		if (small || s == TIERMM_STRATEGY_NEAREST)
			expect_graph(t, s);
}

int fuzz_keep(void *self, const void *data, uint64_t n)
{
	struct fuzz_text *t = self;

	if (t->n + n > t->room) {
		t->room = 2 * (t->n + n);
		t->data = realloc(t->data, t->room);
		fuzz_expect(t->data != NULL, "there is memory");
	}
	memcpy(t->data + t->n, data, n);
	t->n += n;
	return 0;
}
