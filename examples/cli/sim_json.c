/* SPDX-License-Identifier: MIT */
/* What runs came to, for programs: one JSON document, or lines of CSV. */
#include "sim.h"

#include <inttypes.h>

static void print_node(const struct tiermm_sim_node *node)
{
	printf("{\"node\":%" PRId32 ",\"tier\":%" PRId32
	       ",\"capacity_pages\":%" PRIu64 ",\"used_pages\":%" PRIu64
	       ",\"accesses\":%" PRIu64 ",\"moved_in\":%" PRIu64
	       ",\"moved_out\":%" PRIu64 ",\"swapped_out\":%" PRIu64
	       ",\"latency_ns\":%" PRIu32 ",\"loaded_ns\":%" PRIu32 "}",
	       node->node, node->tier, node->capacity_pages, node->used_pages,
	       node->accesses, node->moved_in, node->moved_out,
	       node->swapped_out, node->latency_ns, node->loaded_ns);
}

static void print_point(const struct tiermm_sim_point *p)
{
	printf("[%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64
	       ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 "]",
	       p->time_ns, p->accesses, p->access_ns, p->top, p->demoted,
	       p->promoted, p->swapped, p->interrupts);
}

static void print_series(const struct sim_outcome *o)
{
	printf(",\"series\":{\"columns\":[\"time_ns\",\"accesses\","
	       "\"access_ns\",\"top\",\"demoted\",\"promoted\",\"swapped\","
	       "\"interrupts\"],\"points\":[");
	for (uint64_t i = 0; i < o->n_points; i++) {
		printf("%s", i ? "," : "");
		print_point(&o->points[i]);
	}
	printf("]}");
}

/* Beside the name, so that a label hides nothing. */
static void print_options(const struct sim_job *job)
{
	struct policy_options options;
	const char *name, *comma = "";
	uint32_t index = 0;
	char value[32];

	sim_variant_options(job->request, job->variant, &options);
	printf(",\"options\":{");
	while (policy_options_next(&options, &index, &name, value,
				   sizeof(value))) {
		printf("%s\"%s\":\"%s\"", comma, name, value);
		comma = ",";
	}
	putchar('}');
}

static void print_run(const struct sim_job *job)
{
	const struct sim_outcome *o = job->outcome;

	printf("{\"policy\":\"%s\",\"records\":%" PRIu64 ",\"top_bp\":%" PRIu64,
	       job->variant->name, o->records, sim_top_bp(job));
	print_options(job);
	for (uint64_t i = 0; i < sim_sum_count(); i++)
		printf(",\"%s\":%" PRIu64, sim_sum_name(i),
		       sim_sum_value(&o->sum, i));
	printf(",\"nodes\":[");
	for (uint32_t i = 0; i < o->n_nodes; i++) {
		printf("%s", i ? "," : "");
		print_node(&o->nodes[i]);
	}
	putchar(']');
	sim_print_strays_json(job);
	if (job->request->options.series_ns)
		print_series(o);
	putchar('}');
}

static void print_best(const struct sim_job *jobs, uint64_t n)
{
	const struct sim_job *best = sim_best(jobs, n);
	const char *comma = "";

	if (!best)
		return;
	printf(",\n\"best\":\"%s\",\"equal\":[", best->variant->name);
	for (uint64_t i = 0; i < n; i++) {
		if (&jobs[i] == best || !sim_is_equal(&jobs[i], best))
			continue;
		printf("%s\"%s\"", comma, jobs[i].variant->name);
		comma = ",";
	}
	putchar(']');
}

void sim_print_json(const struct sim_job *jobs, uint64_t n,
		    const struct tiermm_file_scenario *scenario)
{
	const struct sim_request *request = jobs[0].request;

	printf("{\"machine\":");
	print_json_string(sim_machine_text(request));
	printf(",\"workload\":");
	print_json_string(request->workload);
	printf(",\"repeat\":%" PRIu64 ",\"seed\":%" PRIu64 ",\"runs\":[",
	       request->options.repeat, request->options.seed);
	for (uint64_t i = 0; i < n; i++) {
		printf("%s\n", i ? "," : "");
		print_run(&jobs[i]);
	}
	printf("]");
	print_best(jobs, n);
	if (scenario)
		sim_scenario_print_json(scenario, jobs, n);
	printf("}\n");
}

static void print_csv_points(const struct sim_job *job)
{
	const struct sim_outcome *o = job->outcome;

	for (uint64_t i = 0; i < o->n_points; i++) {
		const struct tiermm_sim_point *p = &o->points[i];

		printf("%s,%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64
		       ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 "\n",
		       job->variant->name, p->time_ns, p->accesses,
		       p->access_ns, p->top, p->demoted, p->promoted,
		       p->swapped, p->interrupts);
	}
}

void sim_print_csv(const struct sim_job *jobs, uint64_t n)
{
	if (jobs[0].request->options.series_ns) {
		puts("policy,time_ns,accesses,access_ns,top,demoted,promoted,"
		     "swapped,interrupts");
		for (uint64_t i = 0; i < n; i++)
			print_csv_points(&jobs[i]);
		return;
	}
	printf("policy,top_bp");
	for (uint64_t i = 0; i < sim_sum_count(); i++)
		printf(",%s", sim_sum_name(i));
	putchar('\n');
	for (uint64_t i = 0; i < n; i++) {
		printf("%s,%" PRIu64, jobs[i].variant->name,
		       sim_top_bp(&jobs[i]));
		for (uint64_t k = 0; k < sim_sum_count(); k++)
			printf(",%" PRIu64,
			       sim_sum_value(&jobs[i].outcome->sum, k));
		putchar('\n');
	}
}
