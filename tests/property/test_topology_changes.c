/* SPDX-License-Identifier: MIT */
/*
 * Random machines and random changes: whatever is done to a builder, a
 * snapshot is whole, two are equal exactly where nothing differs, a difference
 * is the same from both sides, and the changes told lead from one to the
 * other.
 */
#include "support/cmocka.h"
#include "support/machine.h"

#include <stdio.h>

#define IDS 12
#define MACHINES 60
#define EDITS 40
#define ROOM 4096

static struct tiermm_change list[ROOM];

static uint64_t differences(const struct tiermm_topology *a,
			    const struct tiermm_topology *b)
{
	uint64_t n;

	assert_int_equal(tiermm_topology_diff(a, b, list, ROOM, &n), 0);
	assert_true(n <= ROOM);
	return n;
}

/* What a change says stands in a snapshot; after: in the second one. */
static void check_change(const struct tiermm_topology *t,
			 const struct tiermm_change *c, uint64_t said)
{
	struct tiermm_access access;
	struct tiermm_node node = { .id = TIERMM_NO_NODE };
	uint64_t stands = said;

	tiermm_topology_node(t, c->node, &node);
	if (c->kind == TIERMM_CHANGE_STATE)
		stands = node.state;
	else if (c->kind == TIERMM_CHANGE_PAGES)
		stands = node.present_pages;
	else if (c->kind == TIERMM_CHANGE_TYPE)
		stands = node.type;
	else if (c->kind == TIERMM_CHANGE_TIER)
		stands = (uint64_t)(int64_t)node.tier_id;
	else if (c->kind == TIERMM_CHANGE_ABSTRACT_DISTANCE)
		stands = (uint64_t)(int64_t)node.abstract_distance;
	else if (c->kind == TIERMM_CHANGE_INITIATOR)
		stands = (uint64_t)(int64_t)node.initiator;
	else if (c->kind == TIERMM_CHANGE_DISTANCE)
		stands = tiermm_topology_distance(t, c->node, c->other);
	else if (c->kind == TIERMM_CHANGE_CPU)
		stands = (uint64_t)(int64_t)
			tiermm_topology_cpu_node(t, (uint32_t)c->other);
	else if (c->kind == TIERMM_CHANGE_ACCESS)
		assert_int_equal(tiermm_topology_access(t, c->node, c->other,
							&access) ==
					 -TIERMM_ENOENT,
				 said == UINT64_MAX);
	assert_int_equal(stands, said);
}

static void check_pair(const struct tiermm_topology *a,
		       const struct tiermm_topology *b)
{
	uint64_t n = differences(b, a);

	assert_int_equal(differences(a, b), n);
	assert_int_equal(tiermm_topology_equal(a, b), n == 0);
	assert_int_equal(tiermm_topology_equal(b, a), n == 0);
	for (uint64_t i = 0; i < n; i++) {
		assert_int_not_equal(list[i].before, list[i].after);
		check_change(a, &list[i], list[i].before);
		check_change(b, &list[i], list[i].after);
	}
}

static void random_changes_are_told_and_nothing_else(void **state)
{
	struct tiermm_topology_builder *b;
	struct tiermm_topology *before, *after;
	struct tiermm_random random;
	uint64_t changed = 0;

	(void)state;
	for (uint64_t seed = 0; seed < MACHINES; seed++) {
		tiermm_random_seed(&random, seed);
		b = machine_random(&random, IDS);
		before = machine_snapshot(b);
		for (int edit = 0; edit < EDITS; edit++) {
			machine_random_edit(b, &random, IDS);
			after = machine_snapshot(b);
			assert_int_equal(tiermm_topology_is_valid(after), 1);
			check_pair(before, after);
			changed += !tiermm_topology_equal(before, after);
			tiermm_topology_unref(before);
			before = after;
		}
		tiermm_topology_unref(before);
		tiermm_topology_builder_destroy(b);
	}
	/* The edits were not all refused, nor did all of them show. */
	assert_in_range(changed, MACHINES, MACHINES * EDITS - 1);
}

/* Make one machine of the other by what can be set, change by change. */
static void repeat(struct tiermm_topology_builder *b,
		   const struct tiermm_topology *to,
		   const struct tiermm_change *c)
{
	struct tiermm_access access;
	struct tiermm_node node;

	switch (c->kind) {
	case TIERMM_CHANGE_STATE:
	case TIERMM_CHANGE_PAGES:
		assert_int_equal(tiermm_topology_node(to, c->node, &node), 0);
		tiermm_topology_builder_set_state(b, c->node, node.state,
						  node.present_pages,
						  TIERMM_SOURCE_DEFAULT);
		break;
	case TIERMM_CHANGE_TYPE:
		tiermm_topology_builder_set_type(b, c->node,
						 (uint32_t)c->after);
		break;
	case TIERMM_CHANGE_ABSTRACT_DISTANCE:
		tiermm_topology_builder_set_abstract_distance(
			b, c->node, (int32_t)(uint32_t)c->after,
			TIERMM_SOURCE_CALLER);
		break;
	case TIERMM_CHANGE_DISTANCE:
		tiermm_topology_builder_set_distance(b, c->node, c->other,
						     (uint32_t)c->after,
						     TIERMM_SOURCE_SLIT);
		break;
	case TIERMM_CHANGE_ACCESS:
		assert_int_equal(tiermm_topology_access(to, c->node, c->other,
							&access),
				 0);
		tiermm_topology_builder_set_access(b, c->node, c->other,
						   &access);
		break;
	case TIERMM_CHANGE_CPU:
		tiermm_topology_builder_set_cpu(b, (uint32_t)c->other,
						(int32_t)(uint32_t)c->after);
		break;
	default:
		break; /* a tier or a view follows from the rest */
	}
}

static void the_changes_told_lead_from_one_to_the_other(void **state)
{
	struct tiermm_topology_builder *b;
	struct tiermm_topology *from, *to, *got;
	struct tiermm_random random;
	uint64_t n, added;

	(void)state;
	for (uint64_t seed = 0; seed < MACHINES; seed++) {
		tiermm_random_seed(&random, 1000 + seed);
		b = machine_random(&random, IDS);
		from = machine_snapshot(b);
		for (int edit = 0; edit < 10; edit++)
			machine_random_edit(b, &random, IDS);
		to = machine_snapshot(b);
		tiermm_topology_builder_load(b, from);
		n = differences(from, to);
		added = 0;
		for (uint64_t i = 0; i < n; i++) {
			added += list[i].kind == TIERMM_CHANGE_NODE_ADDED;
			repeat(b, to, &list[i]);
		}
		/*
		 * A node that came brings more than the list tells of it, and
		 * it may be the view that another one's tier came from.
		 */
		got = machine_snapshot(b);
		if (!added)
			assert_int_equal(tiermm_topology_equal(got, to), 1);
		tiermm_topology_unref(got);
		tiermm_topology_unref(from);
		tiermm_topology_unref(to);
		tiermm_topology_builder_destroy(b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_changes_are_told_and_nothing_else),
		cmocka_unit_test(the_changes_told_lead_from_one_to_the_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
