/* SPDX-License-Identifier: MIT */
/*
 * A policy of one's own (own_policy.h) in the simulator, beside bundled ones:
 * the same accesses, the same machine, another table.
 *
 *     workload ──> machine <──> engine <──> none of ours, or own_policy.h
 *                     └──> mean access time, share of the fast node
 *
 * cc -o 40_own_policy 40_own_policy.c \
 *     $(pkg-config --cflags --libs tiermm-sim tiermm-file)
 */
#include <inttypes.h>
#include <stdio.h>

#include <tiermm/backends/file.h>
#include <tiermm/backends/sim_result.h>
#include <tiermm/backends/sim_workload.h>

#include "own_policy.h"

static const char workload[] =
	"hotset:pages=8000,hot=20%,share=90%,drift=500,threads=4,count=400K";
static const char machine_line[] = "dram:1x8M cxl:1x64M";

static int run(struct tiermm_sim *sim, struct tiermm_sim_source *source,
	       struct tiermm_sim_result *result)
{
	int err = tiermm_sim_run(sim, source, NULL, NULL, NULL);

	return err ? err : tiermm_sim_get_result(sim, result);
}

/* One run of the workload; each one begins with an empty machine. */
static int simulate(struct tiermm_topology *machine, uint32_t policy,
		    const struct tiermm_promotion_policy *own,
		    struct tiermm_sim_result *result)
{
	struct tiermm_sim_source_info info = { .size = sizeof(info) };
	struct tiermm_sim_options o = { .size = sizeof(o),
					.policy = policy,
					.repeat = 100,
					.own = own };
	struct tiermm_sim_source *source;
	struct tiermm_sim *sim = NULL;
	int err = tiermm_sim_workload_create(&source, workload, NULL, NULL);

	if (err)
		return err;
	err = tiermm_sim_source_get_info(source, &info);
	o.pages = info.pages;
	if (!err)
		err = tiermm_sim_create(&sim, machine, &o, NULL, NULL);
	if (!err)
		err = run(sim, source, result);
	tiermm_sim_destroy(sim);
	tiermm_sim_source_destroy(source);
	return err;
}

/* The policies side by side; ours has to be worth its while. */
static int compare(struct tiermm_topology *machine)
{
	static const uint32_t policies[] = { TIERMM_SIM_STATIC,
					     TIERMM_SIM_KERNEL,
					     TIERMM_SIM_HISTOGRAM,
					     TIERMM_SIM_OWN };
	struct own_policy ours = { .pause_ms = 1000, .in_a_row = 3 };
	struct tiermm_promotion_policy table = own_policy_table(&ours);
	struct tiermm_sim_result r = { .size = sizeof(r) };
	uint64_t first = 0;

	printf("%-10s %8s %9s %9s\n", "policy", "mean ns", "demoted",
	       "promoted");
	for (size_t i = 0; i < sizeof(policies) / sizeof(policies[0]); i++) {
		uint32_t policy = policies[i];

		if (simulate(machine, policy,
			     policy == TIERMM_SIM_OWN ? &table : NULL, &r))
			return 1;
		printf("%-10s %8.2f %9" PRIu64 " %9" PRIu64 "\n",
		       tiermm_sim_policy_name(policy),
		       (double)r.mean_ps / 1000.0, r.demoted, r.promoted);
		if (policy == TIERMM_SIM_STATIC)
			first = r.mean_ps;
	}
	return r.mean_ps >= first;
}

int main(void)
{
	struct tiermm_file_machine *machine;
	int status;

	if (tiermm_file_machine_synthetic(&machine, machine_line, NULL, NULL))
		return 1;
	status = compare(tiermm_file_machine_topology(machine));
	tiermm_file_machine_destroy(machine);
	return status;
}
