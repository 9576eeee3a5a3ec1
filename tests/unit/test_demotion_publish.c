/* SPDX-License-Identifier: MIT */
/* What a change leaves in the words and in the blocked set (D6, D11). */
#include "demotion/handle.h"
#include "demotion_fixture.h"

static uint64_t word_of(const struct tiermm_demotion *d, int32_t node)
{
	return atomic_load_explicit(&d->words[node], memory_order_relaxed);
}

static void all_words_are_of_one_generation(void **state)
{
	struct tiermm_demotion *d = demotion_of(&five_nodes, NULL);

	(void)state;
	for (uint64_t generation = 1; generation < 5; generation++) {
		assert_int_equal(demotion_counter(d,
						  TIERMM_DEMOTION_GENERATION),
				 generation);
		for (int32_t node = 0; node <= 9; node++)
			assert_int_equal(word_of(d, node) >>
						 TIERMM__WORD_GENERATION_SHIFT,
					 generation);
		assert_int_equal(word_of(d, 10), UINT32_MAX);
		assert_int_equal(tiermm_demotion_enable(d, generation & 1), 0);
	}
	tiermm_demotion_destroy(d);
}

static void graphs_take_turns_in_the_images(void **state)
{
	struct tiermm_demotion *d = demotion_of(&five_nodes, NULL);
	struct tiermm_topology *t = machine_topology(&five_nodes);

	(void)state;
	for (int i = 0; i < 4; i++) {
		uint32_t slot = tiermm__word_slot(word_of(d, 0));

		assert_int_equal(tiermm_demotion_enable(d, 1), 0);
		assert_int_equal(tiermm__word_slot(word_of(d, 0)), slot);
		assert_int_equal(tiermm_demotion_prepare(d, t, NULL, NULL), 0);
		assert_int_equal(tiermm_demotion_publish(d), 0);
		assert_int_equal(tiermm__word_slot(word_of(d, 0)), slot ^ 1);
		assert_int_equal(tiermm__word_slot(word_of(d, 9)), slot ^ 1);
	}
	tiermm_topology_unref(t);
	tiermm_demotion_destroy(d);
}

static void words_tell_of_one_target_or_many(void **state)
{
	static const struct machine three = {
		.n = 3,
		.nodes = { { .id = 0, .cpus = 1 },
			   { .id = 1, .tier = 22 },
			   { .id = 2, .tier = 22 } },
	};
	struct tiermm_demotion *d = demotion_of(&three, NULL);

	(void)state;
	assert_true(word_of(d, 0) & TIERMM__WORD_MANY);
	assert_false(word_of(d, 1) & TIERMM__WORD_MANY);
	assert_true(demotion_event(d, TIERMM_EVENT_MEMORY_GOING, 1, 0) > 0);
	assert_false(word_of(d, 0) & TIERMM__WORD_MANY);
	assert_int_equal(tiermm__word_target(word_of(d, 0)), 2);
	tiermm_demotion_destroy(d);
}

static void off_answers_nothing_and_forgets_nothing(void **state)
{
	struct tiermm_demotion *d = demotion_of(&five_nodes, NULL);
	struct tiermm_nodeset all = { { ~(uint64_t)0 } };
	struct tiermm_topology *t = machine_topology(&five_nodes);
	int32_t out = -7;

	(void)state;
	assert_int_equal(tiermm_demotion_enable(d, 0), 0);
	assert_int_equal(tiermm_demotion_next(d, 0), TIERMM_NO_NODE);
	assert_int_equal(tiermm_demotion_next_allowed(d, 0, &all, &out), 0);
	assert_int_equal(out, TIERMM_NO_NODE);
	out = -7;
	assert_int_equal(tiermm_demotion_choose(d, 0, NULL, &out), 0);
	assert_int_equal(out, TIERMM_NO_NODE);
	assert_int_equal(tiermm_demotion_choose(d, 5, NULL, &out),
			 -TIERMM_ENODEV);
	/* A graph that is published meanwhile is off too. */
	assert_int_equal(tiermm_demotion_prepare(d, t, NULL, NULL), 0);
	assert_int_equal(tiermm_demotion_publish(d), 0);
	assert_int_equal(tiermm_demotion_next(d, 0), TIERMM_NO_NODE);
	assert_int_equal(tiermm_demotion_enable(d, 7), 0);
	assert_int_equal(tiermm_demotion_next(d, 0), 2);
	tiermm_topology_unref(t);
	tiermm_demotion_destroy(d);
}

/* Words that a smaller machine leaves behind say "no such node". */
static void a_node_that_is_no_longer_listed_is_no_target(void **state)
{
	struct tiermm_demotion *d = demotion_of(&five_nodes, NULL);
	struct tiermm_topology *t = machine_topology(&machine_two_tiers);
	struct tiermm_demotion_graph *g;
	struct tiermm_nodeset set;
	int32_t out = -7;

	(void)state;
	assert_int_equal(tiermm_demotion_snapshot(d, &g), 0);
	assert_int_equal(tiermm_demotion_prepare(d, t, NULL, NULL), 0);
	assert_int_equal(tiermm_demotion_publish(d), 0);
	assert_int_equal(tiermm_demotion_next(d, 3), TIERMM_NO_NODE);
	assert_int_equal(tiermm_demotion_blocked(d, &set), 0);
	assert_int_equal(set.word[0], 0x218);
	assert_int_equal(tiermm_demotion_choose_from(d, g, 1, NULL, &out), 0);
	assert_int_equal(out, 2);
	tiermm_demotion_graph_unref(g);
	tiermm_topology_unref(t);
	tiermm_demotion_destroy(d);
}

static void generations_wrap_in_the_words_alone(void **state)
{
	struct tiermm_demotion *d = demotion_of(&five_nodes, NULL);
	uint64_t last = UINT64_MAX >> TIERMM__WORD_GENERATION_SHIFT;

	(void)state;
	d->generation = last - 1;
	assert_int_equal(tiermm_demotion_enable(d, 1), 0);
	assert_int_equal(word_of(d, 0) >> TIERMM__WORD_GENERATION_SHIFT, last);
	assert_int_equal(tiermm_demotion_enable(d, 1), 0);
	assert_int_equal(word_of(d, 0) >> TIERMM__WORD_GENERATION_SHIFT, 0);
	assert_int_equal(demotion_counter(d, TIERMM_DEMOTION_GENERATION),
			 last + 1);
	assert_int_equal(tiermm_demotion_next(d, 0), 2);
	tiermm_demotion_destroy(d);
}

static void counters_come_as_many_as_asked_for(void **state)
{
	struct tiermm_demotion *d = demotion_of(&five_nodes, NULL);
	uint64_t c[TIERMM_DEMOTION_COUNTERS + 1] = { 7, 7, 7, 7, 7, 7 };
	uint64_t n = 0;

	(void)state;
	assert_int_equal(tiermm_demotion_counters(d, NULL, 0, &n), 0);
	assert_int_equal(n, TIERMM_DEMOTION_COUNTERS);
	assert_int_equal(tiermm_demotion_counters(d, c, 1, &n), 0);
	assert_int_equal(c[0], 0);
	assert_int_equal(c[1], 7);
	assert_int_equal(tiermm_demotion_counters(d, c,
						  TIERMM_DEMOTION_COUNTERS + 1,
						  &n),
			 0);
	assert_int_equal(c[TIERMM_DEMOTION_BLOCKED], 1);
	assert_int_equal(c[TIERMM_DEMOTION_COUNTERS], 7);
	assert_int_equal(tiermm_demotion_counters(NULL, c, 1, &n),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_demotion_counters(d, NULL, 1, &n),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_demotion_counters(d, c, 1, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_demotion_blocked(NULL,
						 (struct tiermm_nodeset *)c),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_demotion_blocked(d, NULL), -TIERMM_EINVAL);
	tiermm_demotion_destroy(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_words_are_of_one_generation),
		cmocka_unit_test(graphs_take_turns_in_the_images),
		cmocka_unit_test(words_tell_of_one_target_or_many),
		cmocka_unit_test(off_answers_nothing_and_forgets_nothing),
		cmocka_unit_test(a_node_that_is_no_longer_listed_is_no_target),
		cmocka_unit_test(generations_wrap_in_the_words_alone),
		cmocka_unit_test(counters_come_as_many_as_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
