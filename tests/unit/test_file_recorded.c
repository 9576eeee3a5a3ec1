/* SPDX-License-Identifier: MIT */
/*
 * Machines that ran under Linux 6.12: what their files say about tiers and
 * targets at boot and after each step is what `linux-6.12` answers here.
 */
#define _GNU_SOURCE
#include "support/cmocka.h"

#include <tiermm/backends/file.h>

#include <dirent.h>
#include <jansson.h>
#include <stdio.h>

/* One recorded machine under replay. */
struct replay {
	const char *name;
	json_t *recorded;
	struct tiermm_file_machine *machine;
	struct tiermm_demotion *demotion;
};

static const char *directory = TIERMM_TEST_DATA "/demotion";

static struct tiermm_file_machine *read_machine(const char *path)
{
	struct tiermm_file_error error = { .size = sizeof(error) };
	struct tiermm_file_machine *m;

	if (tiermm_file_machine_read(&m, path, 0, &error, NULL))
		fail_msg("%s", error.text);
	return m;
}

static int is_set(const json_t *list, const struct tiermm_nodeset *set)
{
	struct tiermm_nodeset expected = { { 0 } };

	for (size_t i = 0; i < json_array_size(list); i++)
		tiermm_nodeset_add(&expected, (int32_t)json_integer_value(
						      json_array_get(list, i)));
	return tiermm_nodeset_equal(&expected, set);
}

static int same_tiers(const struct tiermm_topology *t, const json_t *kernel)
{
	const json_t *tiers = json_object_get(kernel, "tiers"), *expected;
	uint32_t n = tiermm_topology_tier_count(t);
	struct tiermm_nodeset nodes;
	struct tiermm_tier tier;

	if (n != json_array_size(tiers))
		return 0;
	for (uint32_t i = 0; i < n; i++) {
		expected = json_array_get(tiers, i);
		tiermm_topology_tier_at(t, i, &tier, &nodes);
		if (tier.id != json_integer_value(
				       json_object_get(expected, "tier_id")) ||
		    !is_set(json_object_get(expected, "nodelist"), &nodes))
			return 0;
	}
	return 1;
}

static int same_targets(const struct tiermm_demotion_graph *g,
			const json_t *kernel)
{
	json_t *demotion = json_object_get(kernel, "demotion"), *sets;
	struct tiermm_nodeset preferred, fallback, memory;
	const char *key;

	tiermm_topology_nodes(tiermm_demotion_graph_topology(g),
			      TIERMM_NODES_MEMORY, &memory);
	if (json_object_size(demotion) != tiermm_nodeset_count(&memory))
		return 0;
	json_object_foreach(demotion, key, sets)
	{
		if (tiermm_demotion_graph_targets(g, atoi(key), &preferred,
						  &fallback) ||
		    !is_set(json_object_get(sets, "preferred"), &preferred) ||
		    !is_set(json_object_get(sets, "fallback"), &fallback))
			return 0;
	}
	return 1;
}

static void expect_kernel(const struct replay *r, size_t step,
			  const json_t *kernel)
{
	struct tiermm_demotion_graph *g;

	assert_int_equal(tiermm_demotion_snapshot(r->demotion, &g), 0);
	if (!same_tiers(tiermm_demotion_graph_topology(g), kernel))
		fail_msg("%s: tiers differ at state %zu", r->name, step);
	if (!same_targets(g, kernel))
		fail_msg("%s: targets differ at state %zu", r->name, step);
	tiermm_demotion_graph_unref(g);
}

/* `nearest` has no recorded answer, but promises of its own. */
static void expect_valid(const struct replay *r, size_t step,
			 const json_t *kernel)
{
	struct tiermm_demotion_graph *g;

	(void)kernel;
	assert_int_equal(tiermm_demotion_snapshot(r->demotion, &g), 0);
	if (!tiermm_demotion_graph_is_valid(g))
		fail_msg("%s: not valid at state %zu", r->name, step);
	tiermm_demotion_graph_unref(g);
}

/* Returns how many states were compared. */
static size_t replay(struct replay *r, uint32_t strategy,
		     void (*expect)(const struct replay *r, size_t step,
				    const json_t *kernel))
{
	const struct tiermm_demotion_options options = { .size = sizeof(
								 options),
							 .strategy = strategy };
	struct tiermm_file_step step = { .size = sizeof(step) };
	const json_t *steps = json_object_get(r->recorded, "steps");
	size_t i;

	assert_int_equal(tiermm_demotion_create(&r->demotion,
						tiermm_file_machine_topology(
							r->machine),
						&options, NULL, NULL, NULL),
			 0);
	expect(r, 0, json_object_get(r->recorded, "kernel"));
	assert_int_equal(tiermm_file_machine_step_count(r->machine),
			 json_array_size(steps));
	for (i = 0; i < json_array_size(steps); i++) {
		tiermm_file_machine_step(r->machine, i, &step);
		if (!step.completed)
			break;
		if (step.event.kind)
			assert_int_equal(tiermm_demotion_event(r->demotion,
							       &step.event,
							       NULL),
					 0);
		expect(r, i + 1,
		       json_object_get(json_array_get(steps, i), "kernel"));
	}
	tiermm_demotion_destroy(r->demotion);
	return i + 1;
}

static void replay_file(const char *path, const char *name, size_t *states)
{
	struct replay r = { .name = name };

	r.recorded = json_load_file(path, 0, NULL);
	assert_non_null(r.recorded);
	r.machine = read_machine(path);
	*states += replay(&r, TIERMM_STRATEGY_LINUX_6_12, expect_kernel);
	replay(&r, TIERMM_STRATEGY_NEAREST, expect_valid);
	tiermm_file_machine_destroy(r.machine);
	json_decref(r.recorded);
}

/* What is written of a recorded machine reads back as the same machine. */
static void write_and_read(const char *path, const char *name, size_t *states)
{
	struct tiermm_file_error error = { .size = sizeof(error) };
	struct tiermm_file_machine *m = read_machine(path), *again;
	struct tiermm_topology *t = tiermm_file_machine_topology(m);
	static char text[1 << 16];
	uint64_t n;

	if (tiermm_file_topology_write(t, TIERMM_FILE_MACHINE, text,
				       sizeof(text), &n, &error))
		fail_msg("%s: %s", name, error.text);
	assert_true(n < sizeof(text));
	if (tiermm_file_machine_parse(&again, name, text, n, 0, &error, NULL))
		fail_msg("%s", error.text);
	assert_true(
		tiermm_topology_equal(t, tiermm_file_machine_topology(again)));
	tiermm_file_machine_destroy(again);
	tiermm_file_machine_destroy(m);
	++*states;
}

static size_t for_each_file(void (*use)(const char *path, const char *name,
					size_t *states))
{
	DIR *files = opendir(directory);
	size_t states = 0, length;
	struct dirent *entry;
	char path[1024];

	assert_non_null(files);
	while ((entry = readdir(files))) {
		length = strlen(entry->d_name);
		if (length < 5 || strcmp(entry->d_name + length - 5, ".json"))
			continue;
		snprintf(path, sizeof(path), "%s/%s", directory, entry->d_name);
		use(path, entry->d_name, &states);
	}
	closedir(files);
	return states;
}

static void agrees_with_every_recorded_kernel_state(void **state)
{
	(void)state;
	/* 125 machines, 60 steps. */
	assert_int_equal(for_each_file(replay_file), 185);
}

static void writes_every_recorded_machine_so_that_it_reads_back(void **state)
{
	(void)state;
	assert_int_equal(for_each_file(write_and_read), 125);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_every_recorded_kernel_state),
		cmocka_unit_test(
			writes_every_recorded_machine_so_that_it_reads_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
