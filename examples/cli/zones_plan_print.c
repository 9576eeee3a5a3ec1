/* SPDX-License-Identifier: MIT */
/* What tiermm zones plan answers, for people and for programs. */
#include "zones.h"

#include <inttypes.h>

static void print_amount(const char *what, uint64_t pages)
{
	char size[32];

	size_text(pages * ZONES_PAGE_BYTES, size, sizeof(size));
	printf("%-34s %s\n", what, size);
}

void zones_plan_text(const struct zones_answer *answer)
{
	const struct tiermm_zone_plan *plan = &answer->plan;
	const struct tiermm_zone_cost *cost = &answer->cost;

	printf("%s%s\n\n", answer->sequence,
	       answer->n_runs > answer->n_shown ? " ..." : "");
	print_amount("movable, can be given back", plan->movable_pages);
	print_amount("kernel, may stay for ever", plan->kernel_pages);
	print_amount("the machine shrinks back to", plan->stays_pages);
	print_amount("largest one that is all movable",
		     plan->all_movable_pages);
	if (plan->ratio_needed)
		printf("%-34s %" PRIu32 " %%\n", "all movable from a ratio of",
		       plan->ratio_needed);
	else
		printf("%-34s %s\n", "all movable from a ratio of", "none");
	print_amount("memory map of the plugged pages",
		     (cost->memmap_bytes + ZONES_PAGE_BYTES - 1) /
			     ZONES_PAGE_BYTES);
	print_amount("page tables", cost->table_bytes / ZONES_PAGE_BYTES);
	if (!cost->fits)
		print_amount("free memory covers at once no more than",
			     cost->step_pages);
}

void zones_plan_json(const struct zones_answer *answer)
{
	const struct tiermm_zone_plan *plan = &answer->plan;
	const struct tiermm_zone_cost *cost = &answer->cost;
	uint64_t i;

	fputs("{\"sequence\":", stdout);
	print_json_string(answer->sequence);
	fputs(",\"runs\":[", stdout);
	for (i = 0; i < answer->n_shown; i++)
		printf("%s{\"zone\":\"%s\",\"blocks\":%" PRIu64 "}",
		       i ? "," : "",
		       answer->runs[i].movable ? "Movable" : "kernel",
		       answer->runs[i].blocks);
	printf("],\"runs_left_out\":%" PRIu64,
	       answer->n_runs - answer->n_shown);
	printf(",\"movable_bytes\":%" PRIu64 ",\"kernel_bytes\":%" PRIu64
	       ",\"stays_bytes\":%" PRIu64 ",\"all_movable_bytes\":%" PRIu64,
	       plan->movable_pages * ZONES_PAGE_BYTES,
	       plan->kernel_pages * ZONES_PAGE_BYTES,
	       plan->stays_pages * ZONES_PAGE_BYTES,
	       plan->all_movable_pages * ZONES_PAGE_BYTES);
	printf(",\"ratio_needed\":%" PRIu32 ",\"memmap_bytes\":%" PRIu64
	       ",\"table_bytes\":%" PRIu64
	       ",\"fits\":%s,\"step_bytes\":%" PRIu64 "}\n",
	       plan->ratio_needed, cost->memmap_bytes, cost->table_bytes,
	       cost->fits ? "true" : "false",
	       cost->step_pages * ZONES_PAGE_BYTES);
}
