/* SPDX-License-Identifier: MIT */
/* Which policy is best here, by how much, and why: in words. */
#include "sim.h"

#include <inttypes.h>

/* ", 12.00 % quicker than static". */
static void print_distance(const struct sim_job *job, const struct sim_job *to)
{
	double percent = (sim_ratio(job, to) - 1.0) * 100.0;

	if (sim_is_near(job, to))
		printf(", as quick as %s", to->variant->name);
	else
		printf(", %.2f %% %s than %s",
		       percent < 0.0 ? -percent : percent,
		       percent < 0.0 ? "quicker" : "slower", to->variant->name);
}

/* The quickest of the others that can be had. */
static const struct sim_job *next_best(const struct sim_job *jobs, uint64_t n,
				       const struct sim_job *best)
{
	const struct sim_job *found = NULL;

	for (uint64_t i = 0; i < n; i++) {
		if (&jobs[i] == best ||
		    jobs[i].variant->policy == TIERMM_SIM_IDEAL)
			continue;
		if (!found ||
		    jobs[i].outcome->sum.mean_ps < found->outcome->sum.mean_ps)
			found = &jobs[i];
	}
	return found;
}

/* Beside what does least; where that did not run, beside the next best. */
static void print_distances(const struct sim_job *jobs, uint64_t n,
			    const struct sim_job *best,
			    const struct sim_job *fixed)
{
	const struct sim_job *none = sim_find(jobs, n, TIERMM_SIM_NONE, 0);
	const struct sim_job *ideal = sim_find(jobs, n, TIERMM_SIM_IDEAL, 0);
	const struct sim_job *next = next_best(jobs, n, best);
	int has_fixed = fixed && fixed != best;
	int has_none = none && none != best;

	if (has_fixed)
		print_distance(best, fixed);
	if (has_none)
		print_distance(best, none);
	if (!has_fixed && !has_none && next)
		print_distance(best, next);
	if (ideal)
		print_distance(best, ideal);
	puts(".");
}

static void print_equals(const struct sim_job *jobs, uint64_t n,
			 const struct sim_job *best)
{
	uint32_t printed = 0;

	for (uint64_t i = 0; i < n; i++) {
		if (&jobs[i] == best || !sim_is_equal(&jobs[i], best))
			continue;
		printf("%s%s",
		       printed++ ? ", " : "Equal to it (within 0.1 %): ",
		       jobs[i].variant->name);
	}
	if (printed)
		puts(best->variant->policy == TIERMM_SIM_STATIC
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

	if (!best || !best->outcome->sum.accesses)
		return;
	printf("\nBest here: %s%s%s", look(LOOK_STRONG), best->variant->name,
	       look(LOOK_PLAIN));
	print_distances(jobs, n, best, fixed);
	print_equals(jobs, n, best);
	print_reason(best, fixed);
}
