/* SPDX-License-Identifier: MIT */
/* Which policy is best here, by how much, and why: in words. */
#include "sim.h"

#include <inttypes.h>

/* ", 12.00 % quicker than static". */
static void print_distance(const struct sim_job *job, const struct sim_job *to)
{
	double percent = (sim_ratio(job, to) - 1.0) * 100.0;
	char name[64];

	sim_variant_text(&to->variant, name, sizeof(name));
	if (sim_is_near(job, to))
		printf(", as quick as %s", name);
	else
		printf(", %.2f %% %s than %s",
		       percent < 0.0 ? -percent : percent,
		       percent < 0.0 ? "quicker" : "slower", name);
}

static void print_equals(const struct sim_job *jobs, uint64_t n,
			 const struct sim_job *best)
{
	uint32_t printed = 0;
	char name[64];

	for (uint64_t i = 0; i < n; i++) {
		if (&jobs[i] == best || !sim_is_equal(&jobs[i], best))
			continue;
		sim_variant_text(&jobs[i].variant, name, sizeof(name));
		printf("%s%s",
		       printed++ ? ", " : "Equal to it (within 0.1 %): ", name);
	}
	if (printed)
		puts(best->variant.policy == TIERMM_SIM_STATIC
			     ? "; moving pages brings nothing here."
			     : "; none of them moves less.");
}

static void print_reason(const struct sim_job *best,
			 const struct sim_job *fixed)
{
	const struct tiermm_sim_result *r = &best->outcome->sum;
	char size[32];

	size_text(r->moved_bytes, size, sizeof(size));
	printf("Why: the fastest tier served %.2f %% of its accesses",
	       (double)sim_top_bp(best) / 100.0);
	if (fixed && fixed != best)
		printf(" (static: %.2f %%)", (double)sim_top_bp(fixed) / 100.0);
	printf("; it moved %s,\nbrought back %" PRIu64
	       " pages from swap or file, and interrupted CPUs %" PRIu64
	       " times.\n",
	       size, r->swapped_in, r->interrupts);
}

void sim_print_verdict(const struct sim_job *jobs, uint64_t n)
{
	const struct sim_job *best = sim_best(jobs, n);
	const struct sim_job *fixed = sim_find(jobs, n, TIERMM_SIM_STATIC, 0);
	const struct sim_job *none = sim_find(jobs, n, TIERMM_SIM_NONE, 0);
	const struct sim_job *ideal = sim_find(jobs, n, TIERMM_SIM_IDEAL, 0);
	char name[64];

	if (!best || !best->outcome->sum.accesses)
		return;
	sim_variant_text(&best->variant, name, sizeof(name));
	printf("\nBest here: %s%s%s", look(LOOK_STRONG), name,
	       look(LOOK_PLAIN));
	if (fixed && fixed != best)
		print_distance(best, fixed);
	if (none && none != best)
		print_distance(best, none);
	if (ideal)
		print_distance(best, ideal);
	puts(".");
	print_equals(jobs, n, best);
	print_reason(best, fixed);
}
