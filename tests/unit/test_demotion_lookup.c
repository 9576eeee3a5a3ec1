/* SPDX-License-Identifier: MIT */
/* Look-ups in the published table, one by one (D7 to D11). */
#include "demotion/handle.h"
#include "demotion_fixture.h"

#include <tiermm/demotion_inline.h>

static void the_next_node_is_one_load_away(void **state)
{
	struct tiermm_demotion *d = demotion_of(&five_nodes, NULL);

	(void)state;
	assert_int_equal(tiermm_demotion_next(d, 0), 2);
	assert_int_equal(tiermm_demotion_next(d, 1), 3);
	assert_int_equal(tiermm_demotion_next(d, 2), 4);
	assert_int_equal(tiermm_demotion_next(d, 3), 4);
	assert_int_equal(tiermm_demotion_next(d, 4), TIERMM_NO_NODE);
	tiermm_demotion_destroy(d);
}

static void any_number_may_be_asked_for(void **state)
{
	static const int32_t odd[] = { -1,   INT32_MIN, INT32_MAX, 1024,
				       1023, 5,         9 };
	struct tiermm_demotion *d = demotion_of(&five_nodes, NULL);

	(void)state;
	for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
		assert_int_equal(tiermm_demotion_next(d, odd[i]), -1);
	}
	/* Inline it has to be a node's number, of this machine or not. */
	assert_int_equal(tiermm_demotion_next_inline(d, 5), -1);
	assert_int_equal(tiermm_demotion_next_inline(d, 1023), -1);
	tiermm_demotion_destroy(d);
}

static void inline_and_array_agree_with_the_call(void **state)
{
	static const int32_t nodes[] = { 4, 0, 1, 9, 2 };
	struct tiermm_demotion *d = demotion_of(&five_nodes, NULL);
	int32_t out[5];

	(void)state;
	assert_int_equal(tiermm_demotion_next_array(d, nodes, 5, out), 0);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(out[i], tiermm_demotion_next(d, nodes[i]));
		assert_int_equal(out[i],
				 tiermm_demotion_next_inline(d, nodes[i]));
	}
	assert_int_equal(tiermm_demotion_next_array(d, NULL, 0, NULL), 0);
	assert_int_equal(tiermm_demotion_next_array(d, NULL, 1, out),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_demotion_next_array(d, nodes, 1, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_demotion_next_array(NULL, nodes, 1, out),
			 -TIERMM_EINVAL);
	tiermm_demotion_destroy(d);
}

static int32_t among(struct tiermm_demotion *d, int32_t node, uint64_t allowed)
{
	struct tiermm_nodeset set = { { allowed } };
	int32_t out = -7;

	assert_int_equal(tiermm_demotion_next_allowed(d, node, &set, &out), 0);
	return out;
}

static void allowed_nodes_come_preferred_then_closest(void **state)
{
	struct tiermm_demotion *d = demotion_of(&five_nodes, NULL);

	(void)state;
	assert_int_equal(among(d, 0, 0x3ff), 2);
	assert_int_equal(among(d, 0, 0x018), 3);
	assert_int_equal(among(d, 0, 0x010), 4);
	assert_int_equal(among(d, 0, 0x003), TIERMM_NO_NODE);
	assert_int_equal(among(d, 4, 0x3ff), TIERMM_NO_NODE);
	assert_int_equal(among(d, 9, 0x3ff), TIERMM_NO_NODE);
	tiermm_demotion_destroy(d);
}

static void bad_questions_are_refused_and_write_nothing(void **state)
{
	struct tiermm_demotion *d = demotion_of(&five_nodes, NULL);
	struct tiermm_nodeset all = { { ~(uint64_t)0 } };
	struct tiermm_demotion_query q = { .size = sizeof(q), .choice = 4 };
	int32_t out = -7;

	(void)state;
	assert_int_equal(tiermm_demotion_next_allowed(NULL, 0, &all, &out),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_demotion_next_allowed(d, 0, NULL, &out),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_demotion_next_allowed(d, 0, &all, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_demotion_next_allowed(d, 5, &all, &out),
			 -TIERMM_ENODEV);
	assert_int_equal(tiermm_demotion_next_allowed(d, -1, &all, &out),
			 -TIERMM_ENODEV);
	assert_int_equal(tiermm_demotion_next_allowed(d, 1024, &all, &out),
			 -TIERMM_ENODEV);
	assert_int_equal(tiermm_demotion_choose(NULL, 0, NULL, &out),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_demotion_choose(d, 0, NULL, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_demotion_choose(d, 0, &q, &out),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_demotion_choose(d, 5, NULL, &out),
			 -TIERMM_ENODEV);
	assert_int_equal(tiermm_demotion_choose(d, -5, NULL, &out),
			 -TIERMM_ENODEV);
	q.choice = 0;
	q.flags = 1;
	assert_int_equal(tiermm_demotion_choose(d, 0, &q, &out), -TIERMM_E2BIG);
	assert_int_equal(out, -7);
	tiermm_demotion_destroy(d);
}

/* Two equal targets below node 0; only these are drawn from. */
static const struct machine forked = {
	.n = 4,
	.nodes = { { .id = 0, .cpus = 1 },
		   { .id = 1, .tier = 22 },
		   { .id = 2, .tier = 22 },
		   { .id = 3, .tier = 37 } },
};

static void choices_keep_the_callers_state(void **state)
{
	struct tiermm_demotion *d = demotion_of(&forked, NULL);
	struct tiermm_random random = { { 3, 4 } };
	struct tiermm_nodeset all = { { 0x0f } };
	uint64_t cursor = 0;
	struct tiermm_demotion_query q = { .size = sizeof(q),
					   .random = &random,
					   .cursor = &cursor };
	int32_t out;

	(void)state;
	q.choice = TIERMM_CHOICE_ROUND_ROBIN;
	for (int32_t i = 0; i < 6; i++) {
		q.allowed = i < 3 ? NULL : &all;
		assert_int_equal(tiermm_demotion_choose(d, 0, &q, &out), 0);
		assert_int_equal(out, 1 + i % 2);
		assert_int_equal(cursor, i + 1);
	}
	assert_int_equal(random.state[0], 3);
	q.choice = TIERMM_CHOICE_RANDOM;
	assert_int_equal(tiermm_demotion_choose(d, 0, &q, &out), 0);
	assert_int_not_equal(random.state[1], 4);
	assert_int_equal(cursor, 6);
	tiermm_demotion_destroy(d);
}

/* The word says that there is no choice: nothing is drawn, one load is made. */
static void without_a_choice_nothing_is_drawn(void **state)
{
	struct tiermm_demotion *d = demotion_of(&forked, NULL);
	uint64_t cursor = 0;
	struct tiermm_demotion_query q = { .size = sizeof(q),
					   .choice = TIERMM_CHOICE_ROUND_ROBIN,
					   .cursor = &cursor };
	int32_t out;

	(void)state;
	assert_int_equal(tiermm_demotion_choose(d, 1, &q, &out), 0);
	assert_int_equal(out, 3);
	assert_int_equal(demotion_event(d, TIERMM_EVENT_MEMORY_GOING, 1, 0),
			 TIERMM_EFFECT_BLOCKED);
	assert_int_equal(tiermm_demotion_choose(d, 0, &q, &out), 0);
	assert_int_equal(out, 2);
	assert_int_equal(tiermm_demotion_choose(d, 3, &q, &out), 0);
	assert_int_equal(out, TIERMM_NO_NODE);
	assert_int_equal(cursor, 0);
	tiermm_demotion_destroy(d);
}

static void a_snapshot_answers_under_the_blocked_set_of_now(void **state)
{
	struct tiermm_demotion *d = demotion_of(&five_nodes, NULL);
	struct tiermm_demotion_graph *g;
	int32_t out = -7;

	(void)state;
	assert_int_equal(tiermm_demotion_snapshot(d, &g), 0);
	assert_int_equal(tiermm_demotion_choose_from(d, g, 0, NULL, &out), 0);
	assert_int_equal(out, 2);
	assert_true(demotion_event(d, TIERMM_EVENT_MEMORY_REMOVE, 2, 0) > 0);
	assert_int_equal(tiermm_demotion_choose_from(d, g, 0, NULL, &out), 0);
	assert_int_equal(out, 3);
	assert_int_equal(tiermm_demotion_enable(d, 0), 0);
	assert_int_equal(tiermm_demotion_choose_from(d, g, 0, NULL, &out), 0);
	assert_int_equal(out, TIERMM_NO_NODE);
	tiermm_demotion_graph_unref(g);
	tiermm_demotion_destroy(d);
}

static void bad_questions_to_a_snapshot_are_refused(void **state)
{
	struct tiermm_demotion *d = demotion_of(&five_nodes, NULL);
	struct tiermm_demotion_query q = { .size = sizeof(q), .choice = 9 };
	struct tiermm_demotion_graph *g;
	int32_t out = -7;

	(void)state;
	assert_int_equal(tiermm_demotion_snapshot(d, &g), 0);
	assert_int_equal(tiermm_demotion_choose_from(NULL, g, 0, NULL, &out),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_demotion_choose_from(d, NULL, 0, NULL, &out),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_demotion_choose_from(d, g, 0, NULL, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_demotion_choose_from(d, g, 0, &q, &out),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_demotion_choose_from(d, g, -1, NULL, &out),
			 -TIERMM_ENODEV);
	assert_int_equal(out, -7);
	tiermm_demotion_graph_unref(g);
	tiermm_demotion_destroy(d);
}

/*
 * A real owner would have to be faster than eight looks, again and again; an
 * image whose version is odd for good is the same to a reader, every time.
 */
static void readers_give_up_after_a_bounded_number_of_tries(void **state)
{
	struct tiermm_demotion *d = demotion_of(&forked, NULL);
	struct tiermm_nodeset other = { { 0x04 } };
	uint64_t cursor = 5, n = 99;
	struct tiermm_demotion_query q = { .size = sizeof(q),
					   .choice = TIERMM_CHOICE_ROUND_ROBIN,
					   .cursor = &cursor };
	uint64_t *version = &d->image[tiermm__word_slot(d->words[0])].version;
	int32_t out[4] = { -7 };

	(void)state;
	*version += 1;
	assert_int_equal(tiermm_demotion_choose(d, 0, &q, out), -TIERMM_EAGAIN);
	assert_int_equal(tiermm_demotion_next_allowed(d, 0, &other, out),
			 -TIERMM_EAGAIN);
	assert_int_equal(out[0], -7);
	assert_int_equal(cursor, 5);
	assert_int_equal(tiermm_demotion_walk(d, 0, out, 4, &n),
			 -TIERMM_EAGAIN);
	assert_int_equal(n, 99);
	*version += 1;
	assert_int_equal(tiermm_demotion_choose(d, 0, &q, out), 0);
	assert_int_equal(cursor, 6);
	assert_int_equal(tiermm_demotion_walk(d, 0, out, 4, &n), 0);
	assert_int_equal(n, 2);
	tiermm_demotion_destroy(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_next_node_is_one_load_away),
		cmocka_unit_test(any_number_may_be_asked_for),
		cmocka_unit_test(inline_and_array_agree_with_the_call),
		cmocka_unit_test(allowed_nodes_come_preferred_then_closest),
		cmocka_unit_test(bad_questions_are_refused_and_write_nothing),
		cmocka_unit_test(choices_keep_the_callers_state),
		cmocka_unit_test(without_a_choice_nothing_is_drawn),
		cmocka_unit_test(
			a_snapshot_answers_under_the_blocked_set_of_now),
		cmocka_unit_test(bad_questions_to_a_snapshot_are_refused),
		cmocka_unit_test(
			readers_give_up_after_a_bounded_number_of_tries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
