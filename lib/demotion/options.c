/* SPDX-License-Identifier: MIT */
/* How a graph is to be built: checked, with defaults put in. */
#include "base/options.h"

#include "base/problem.h"
#include "demotion/graph.h"

#include <stddef.h>

#define CPU_PENALTY_MAX 65535

static const char *const strategy_names[TIERMM_STRATEGIES] = {
	[TIERMM_STRATEGY_NEAREST] = "nearest",
	[TIERMM_STRATEGY_LINUX_6_12] = "linux-6.12",
	[TIERMM_STRATEGY_LINUX_5_18] = "linux-5.18",
	[TIERMM_STRATEGY_LINUX_5_15] = "linux-5.15",
	[TIERMM_STRATEGY_MANUAL] = "manual",
};

const char *tiermm_strategy_name(uint32_t strategy)
{
	return strategy < TIERMM_STRATEGIES ? strategy_names[strategy] : NULL;
}

static int check_range(struct tiermm_problem *problem, uint32_t value,
		       uint32_t high)
{
	if (value <= high)
		return 0;
	return tiermm__problem_report(problem,
				      &(struct tiermm_problem){
					      .error = -TIERMM_EINVAL,
					      .what = TIERMM_PROBLEM_OPTION,
					      .node = TIERMM_NO_NODE,
					      .other = TIERMM_NO_NODE,
					      .value = value,
					      .high = high });
}

static int check(const struct tiermm_demotion_options *o,
		 struct tiermm_problem *problem)
{
	int err = check_range(problem, o->strategy, TIERMM_STRATEGIES - 1);

	if (!err)
		err = check_range(problem, o->load_mode, TIERMM_LOAD_GIVEN);
	if (!err)
		err = check_range(problem, o->max_nodes, TIERMM_MAX_NODES);
	if (!err && o->cpu_penalty != TIERMM_CPU_PENALTY_NONE)
		err = check_range(problem, o->cpu_penalty, CPU_PENALTY_MAX);
	if (err)
		return err;
	if ((o->n_load && !o->load) || (o->n_edges && !o->edges))
		return -TIERMM_EINVAL;
	return 0;
}

static uint32_t penalty(uint32_t asked)
{
	if (asked == TIERMM_CPU_PENALTY_NONE)
		return 0;
	return asked ? asked : TIERMM_CPU_PENALTY_DEFAULT;
}

int tiermm__graph_options(struct tiermm__graph_options *dst,
			  const struct tiermm_demotion_options *src,
			  struct tiermm_problem *problem)
{
	struct tiermm_demotion_options o;
	int err = tiermm__options_copy(&o, sizeof(o), src, sizeof(o), 0);

	if (!err)
		err = check(&o, problem);
	if (err)
		return err;
	*dst = (struct tiermm__graph_options){
		.strategy = o.strategy,
		.cpu_penalty = penalty(o.cpu_penalty),
		.load_mode = o.load_mode,
		.load = o.load,
		.n_load = o.n_load,
		.edges = o.edges,
		.n_edges = o.n_edges,
	};
	return 0;
}
