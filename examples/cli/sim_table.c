/* SPDX-License-Identifier: MIT */
/* What runs came to, for people: a table that fits in 100 columns. */
#include "sim.h"

#include <inttypes.h>
#include <string.h>

enum {
	NAME_COLUMNS = 15
};

/* Seven characters at most: large counts in thousands, millions, ... */
static void count_text(uint64_t count, char *out, size_t cap)
{
	static const char units[] = "KMGTP";
	uint64_t scale = 1;
	size_t unit = 0;

	while (count / scale >= 10000000 && unit < sizeof(units) - 1) {
		scale *= 1000;
		unit++;
	}
	if (unit)
		snprintf(out, cap, "%" PRIu64 "%c", count / scale,
			 units[unit - 1]);
	else
		snprintf(out, cap, "%" PRIu64, count);
}

static void print_count(uint64_t count)
{
	char text[32];

	count_text(count, text, sizeof(text));
	printf(" %8s", text);
}

void sim_print_head(const struct sim_job *jobs)
{
	const struct sim_request *request = jobs[0].request;
	const struct tiermm_sim_result *r = &jobs[0].outcome->sum;

	printf("machine   %s\nworkload  %s\n", sim_machine_text(request),
	       request->workload);
	printf("          %" PRIu64 " accesses to %" PRIu64
	       " pages; each record stands for %" PRIu64 "\n\n",
	       r->accesses, r->pages, request->options.repeat);
}

/* A long name has a line of its own. */
void sim_print_name(const char *name, int is_best)
{
	printf("%s%-*s%s", look(is_best ? LOOK_GOOD : LOOK_PLAIN), NAME_COLUMNS,
	       name, look(LOOK_PLAIN));
	if (strlen(name) > NAME_COLUMNS)
		printf("\n%*s", NAME_COLUMNS, "");
}

static void print_row(const struct sim_job *job, const struct sim_job *ideal,
		      int is_best)
{
	const struct tiermm_sim_result *r = &job->outcome->sum;
	char slow[32] = "-";

	if (ideal && ideal->outcome->sum.mean_ps)
		snprintf(slow, sizeof(slow), "%.3f", sim_ratio(job, ideal));
	sim_print_name(job->variant->name, is_best);
	printf(" %9.2f %6" PRIu64 " %6" PRIu64 " %8s %6.2f",
	       (double)r->mean_ps / 1000.0, r->p50_ns, r->p99_ns, slow,
	       (double)sim_top_bp(job) / 100.0);
	print_count(r->demoted);
	print_count(r->promoted);
	print_count(r->swapped_out + r->discarded);
	print_count(r->swapped_in);
	print_count(r->interrupts);
	putchar('\n');
}

void sim_print_table(const struct sim_job *jobs, uint64_t n)
{
	const struct sim_job *ideal = sim_find(jobs, n, TIERMM_SIM_IDEAL, 0);
	const struct sim_job *best = sim_best(jobs, n);

	printf("%-15s %9s %6s %6s %8s %6s %8s %8s %8s %8s %8s\n", "policy",
	       "mean ns", "p50", "p99", "to ideal", "top %", "demoted",
	       "promoted", "dropped", "back in", "IPIs");
	for (uint64_t i = 0; i < n; i++)
		print_row(&jobs[i], ideal, &jobs[i] == best);
}

static void print_counts(const struct tiermm_sim_result *r)
{
	char size[32];

	printf("\n%.3f s of the machine's time\n", (double)r->time_ns / 1e9);
	size_text(r->moved_bytes, size, sizeof(size));
	printf("moved %s; refused for lack of room: %" PRIu64 "\n", size,
	       r->move_failures);
	printf("shoot-downs %" PRIu64 ", avoided %" PRIu64
	       "; old copies deferred %" PRIu64 ", settled early %" PRIu64 "\n",
	       r->shootdowns, r->flushes_avoided, r->deferred, r->settled);
	printf("hint faults %" PRIu64 ", TLB misses %" PRIu64
	       ", direct reclaim %" PRIu64 " times for %.3f ms\n",
	       r->hint_faults, r->tlb_misses, r->direct,
	       (double)r->direct_ns / 1e6);
}

void sim_print_nodes(const struct sim_job *job)
{
	const struct sim_outcome *o = job->outcome;
	uint64_t all = o->sum.accesses ? o->sum.accesses : 1;

	print_counts(&o->sum);
	printf("\n%5s %5s %10s %10s %7s %10s %10s %9s\n", "node", "tier",
	       "frames", "used", "hits %", "moved in", "moved out", "ns");
	for (uint32_t i = 0; i < o->n_nodes; i++) {
		const struct tiermm_sim_node *node = &o->nodes[i];

		printf("%5" PRId32 " %5" PRId32 " %10" PRIu64 " %10" PRIu64
		       " %7.2f %10" PRIu64 " %10" PRIu64 " %4u/%4u\n",
		       node->node, node->tier, node->capacity_pages,
		       node->used_pages,
		       (double)node->accesses * 100.0 / (double)all,
		       node->moved_in, node->moved_out, node->latency_ns,
		       node->loaded_ns);
	}
}
