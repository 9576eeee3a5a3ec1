/* SPDX-License-Identifier: MIT */
/* Runs of the simulator from one description. */
#include "sim_runs.h"

#include <tiermm/backends/sim_workload.h>
#include <tiermm/topology_create.h>

#include <string.h>

struct tiermm_topology *sim_machine_topology(const struct sim_machine *m)
{
	struct tiermm_topology_builder_options o = { .size = sizeof(o),
						     .max_nodes = m->nodes,
						     .max_cpus = m->cpus };
	struct tiermm_topology_builder *b;
	struct tiermm_topology *t;

	CHECK(!tiermm_topology_builder_create(&b, &o, NULL));
	for (uint32_t i = 0; i < m->nodes; i++)
		CHECK(!tiermm_topology_builder_add_node(b, (int32_t)i,
							TIERMM_NODE_ONLINE,
							m->pages[i]));
	for (uint32_t i = 0; i < m->cpus; i++)
		CHECK(!tiermm_topology_builder_set_cpu(
			b, i, (int32_t)(i % m->cpu_nodes)));
	for (uint32_t from = 0; from < m->cpu_nodes; from++)
		for (uint32_t to = 0; to < m->nodes; to++) {
			uint32_t far = from != to && to < m->cpu_nodes;
			struct tiermm_access a = { m->latency_ns[to] + 60 * far,
						   m->latency_ns[to] + 60 * far,
						   m->bandwidth_mbps[to],
						   m->bandwidth_mbps[to] };

			CHECK(!tiermm_topology_builder_set_access(b,
								  (int32_t)from,
								  (int32_t)to,
								  &a));
		}
	CHECK(!tiermm_topology_create(&t, b, NULL, NULL));
	tiermm_topology_builder_destroy(b);
	return t;
}

static struct tiermm_sim_source *source_of(const char *line)
{
	struct tiermm_sim_error error = { .size = sizeof(error) };
	struct tiermm_sim_source *s;

	if (tiermm_sim_workload_create(&s, line, &error, NULL)) {
		fprintf(stderr, "%s: %s\n", line, error.text);
		exit(1);
	}
	return s;
}

uint64_t sim_line_pages(const char *line)
{
	struct tiermm_sim_source_info info = { .size = sizeof(info) };
	struct tiermm_sim_source *s = source_of(line);

	CHECK(!tiermm_sim_source_get_info(s, &info));
	tiermm_sim_source_destroy(s);
	return info.pages;
}

int sim_expect_row(FILE *recorded, const char *path, const char *row)
{
	char line[512] = "nothing\n";

	if (!recorded) {
		fputs(row, stdout);
		return 0;
	}
	if (fgets(line, sizeof(line), recorded) && !strcmp(line, row))
		return 0;
	fprintf(stderr, "%s: recorded %s          here %s", path, line, row);
	return 1;
}

static void die(const char *line, const struct tiermm_sim_options *o,
		const char *text)
{
	fprintf(stderr, "%s, policy %s, flags %u: %s\n", line,
		tiermm_sim_policy_name(o->policy), o->flags, text);
	exit(1);
}

void sim_run(const struct sim_machine *m,
	     const struct tiermm_sim_options *options,
	     const struct tiermm_sim_event *events, uint32_t n_events,
	     const char *line, struct sim_outcome *out)
{
	struct tiermm_sim_error error = { .size = sizeof(error) };
	struct tiermm_topology *t = sim_machine_topology(m);
	struct tiermm_sim_source *source = source_of(line);
	struct tiermm_sim *s;
	uint64_t n;

	memset(out, 0, sizeof(*out));
	out->sum.size = sizeof(out->sum);
	if (tiermm_sim_create(&s, t, options, &error, NULL))
		die(line, options, error.text);
	for (uint32_t i = 0; i < n_events; i++)
		CHECK(!tiermm_sim_schedule(s, &events[i], NULL));
	if (tiermm_sim_run(s, source, NULL, NULL, &error))
		die(line, options, error.text);
	if (!tiermm_sim_is_valid(s))
		die(line, options, "it does not add up");
	CHECK(!tiermm_sim_get_result(s, &out->sum));
	CHECK(!tiermm_sim_nodes(s, out->node, SIM_RUN_NODES, &n));
	CHECK(n == m->nodes);
	tiermm_sim_destroy(s);
	tiermm_sim_source_destroy(source);
	tiermm_topology_unref(t);
}
