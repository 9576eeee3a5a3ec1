/* SPDX-License-Identifier: MIT */
/*
 * The look-up among allowed nodes in its steps (rules D9, D10): whichever step
 * answers, the answer is that of a choice from the snapshot, on machines whose
 * sets are one word and several, ids with gaps and without, nodes blocked.
 */
#include "demotion/quick.h"
#include "demotion_fixture.h"
#include "near_fixture.h"

#define MACHINES 60
#define QUESTIONS 250

/* How often each kind of answer was met. */
struct tally {
	uint64_t near; /* by the row's word: one word of candidates */
	uint64_t wide; /* several */
	uint64_t rest; /* gaps, no candidates */
	uint64_t none;
	uint64_t preferred; /* another preferred node than the word's */
	uint64_t listed;
	uint64_t searched;
};

static void tell(struct tally *tally, const struct tiermm_demotion *d,
		 const struct tiermm_demotion_graph *g, uint32_t row,
		 int32_t target)
{
	uint64_t word = d->words[g->ids[row]];
	uint64_t list = tiermm__view_near(&g->view, row)[1];
	int is_listed = 0;

	tally->near += (word & TIERMM__WORD_NEAR) != 0;
	tally->wide += (word & TIERMM__WORD_WIDE) != 0;
	tally->rest += !(word & (TIERMM__WORD_NEAR | TIERMM__WORD_WIDE));
	for (; tiermm__near_has(list); list = tiermm__near_rest(list))
		is_listed |= (int32_t)tiermm__near_id(list) == target;
	if (target == TIERMM_NO_NODE)
		tally->none++;
	else if (tiermm__set_has(tiermm__view_preferred(&g->view, row), target))
		tally->preferred += target != tiermm__word_target(word);
	else
		tally->listed += (uint64_t)is_listed;
	tally->searched += target != TIERMM_NO_NODE && !is_listed;
}

/* The one of its members that comes behind @skip others. */
static struct tiermm_nodeset one_of(const struct tiermm_nodeset *set,
				    uint64_t skip)
{
	struct tiermm_nodeset one = { { 0 } };
	int32_t node = tiermm_nodeset_next(set, -1);

	while (skip-- && tiermm_nodeset_next(set, node) != TIERMM_NO_NODE)
		node = tiermm_nodeset_next(set, node);
	if (node != TIERMM_NO_NODE)
		assert_int_equal(tiermm_nodeset_add(&one, node), 0);
	return one;
}

static void ask(const struct tiermm_demotion *d,
		const struct tiermm_demotion_graph *g,
		struct tiermm_random *random, struct tally *tally)
{
	uint32_t row = (uint32_t)tiermm_random_below(random, g->view.n);
	int32_t node = (int32_t)g->ids[row], quick = -7, full = -7;
	struct tiermm_nodeset allowed = near_set(random, 10);
	struct tiermm_demotion_query q = { .size = sizeof(q),
					   .allowed = &allowed };

	if (tiermm_random_below(random, 3) == 0)
		allowed = one_of(&allowed, tiermm_random_below(random, 20));
	assert_int_equal(tiermm_demotion_next_allowed(d, node, &allowed,
						      &quick),
			 0);
	assert_int_equal(tiermm_demotion_choose_from(d, g, node, &q, &full), 0);
	assert_int_equal(quick, full);
	tell(tally, d, g, row, quick);
}

/* Another machine, and now and then a node of it blocked. */
static struct tiermm_demotion_graph *change(struct tiermm_demotion *d,
					    struct tiermm_random *random,
					    uint32_t strategy)
{
	struct tiermm_demotion_options o = { .size = sizeof(o),
					     .strategy = strategy };
	struct tiermm_topology *t = near_machine(random);
	struct tiermm_demotion_graph *g;

	assert_int_equal(tiermm_demotion_prepare(d, t, &o, NULL), 0);
	assert_int_equal(tiermm_demotion_publish(d), 0);
	tiermm_topology_unref(t);
	assert_int_equal(tiermm_demotion_snapshot(d, &g), 0);
	for (uint64_t i = tiermm_random_below(random, 12); i > 0; i--)
		(void)demotion_event(
			d, TIERMM_EVENT_MEMORY_GOING,
			(int32_t)g->ids[tiermm_random_below(random, g->view.n)],
			0);
	return g;
}

static void every_step_answers_as_a_snapshot_does(void **state)
{
	struct tiermm_demotion_options o = { .size = sizeof(o),
					     .max_nodes = NEAR_LARGEST };
	struct tiermm_demotion *d = demotion_of(&five_nodes, &o);
	struct tally tally = { 0 };
	struct tiermm_random random;

	(void)state;
	assert_int_equal(tiermm_random_seed(&random, 3), 0);
	for (uint32_t i = 0; i < MACHINES; i++) {
		struct tiermm_demotion_graph *g =
			change(d, &random, i % TIERMM_STRATEGIES);

		for (uint32_t k = 0; k < QUESTIONS; k++)
			ask(d, g, &random, &tally);
		tiermm_demotion_graph_unref(g);
	}
	tiermm_demotion_destroy(d);
	/* Each of them was met, and more than by chance. */
	assert_true(tally.near > 300 && tally.wide > 300 && tally.rest > 300);
	assert_true(tally.none > 300 && tally.preferred > 300);
	assert_true(tally.listed > 300 && tally.searched > 300);
}

/* A node whose word has a bit, or none of those that tell of a row. */
static int32_t node_by(const struct tiermm_demotion *d,
		       const struct tiermm_demotion_graph *g, uint64_t bit)
{
	uint64_t any = TIERMM__WORD_NEAR | TIERMM__WORD_WIDE;

	for (uint32_t row = 0; row < g->view.n; row++)
		if ((d->words[g->ids[row]] & any) == bit)
			return (int32_t)g->ids[row];
	return TIERMM_NO_NODE;
}

/* An image that is being filled for good, whatever step comes to read it. */
static void every_step_finds_out_what_is_torn(void **state)
{
	static const uint64_t bits[] = { TIERMM__WORD_NEAR, TIERMM__WORD_WIDE,
					 0 };
	struct tiermm_demotion_options o = { .size = sizeof(o),
					     .max_nodes = NEAR_LARGEST };
	struct tiermm_demotion *d = demotion_of(&five_nodes, &o);
	uint32_t met = 0;
	struct tiermm_random random;

	(void)state;
	assert_int_equal(tiermm_random_seed(&random, 4), 0);
	for (uint32_t i = 0; i < MACHINES; i++) {
		struct tiermm_demotion_graph *g =
			change(d, &random, i / 3 % TIERMM_STRATEGIES);
		int32_t node = node_by(d, g, bits[i % 3]), out = -7;
		struct tiermm_nodeset allowed = near_set(&random, 10);
		uint64_t *version =
			&d->image[tiermm__word_slot(d->words[0])].version;

		if (node != TIERMM_NO_NODE &&
		    !tiermm__word_answers(d->words[node], &allowed)) {
			*version += 1;
			assert_int_equal(tiermm_demotion_next_allowed(d, node,
								      &allowed,
								      &out),
					 -TIERMM_EAGAIN);
			assert_int_equal(out, -7);
			*version += 1;
			assert_int_equal(tiermm_demotion_next_allowed(d, node,
								      &allowed,
								      &out),
					 0);
			met |= 1u << (i % 3);
		}
		tiermm_demotion_graph_unref(g);
	}
	tiermm_demotion_destroy(d);
	assert_int_equal(met, 7);
}

/* Words tell of a row only where it is that of the node's number. */
static void words_tell_where_the_row_is(void **state)
{
	struct tiermm_demotion *d = demotion_of(&five_nodes, NULL);

	(void)state;
	assert_true(d->words[0] & TIERMM__WORD_NEAR);
	assert_true(d->words[3] & TIERMM__WORD_NEAR);
	assert_false(d->words[4] & TIERMM__WORD_NEAR); /* nothing lower */
	assert_false(d->words[9] & TIERMM__WORD_NEAR); /* row 5 */
	assert_int_equal(tiermm_demotion_enable(d, 0), 0);
	assert_false(d->words[0] & (TIERMM__WORD_NEAR | TIERMM__WORD_WIDE));
	tiermm_demotion_destroy(d);
}

static void wrong_arguments_are_told_and_nothing_is_written(void **state)
{
	struct tiermm_demotion *d = demotion_of(&five_nodes, NULL);
	struct tiermm_nodeset all = { { 0xff } };
	int32_t out = -7;

	(void)state;
	assert_int_equal(tiermm_demotion_next_allowed(NULL, 0, &all, &out),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_demotion_next_allowed(d, 0, NULL, &out),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_demotion_next_allowed(d, 0, &all, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_demotion_next_allowed(d, -1, &all, &out),
			 -TIERMM_ENODEV);
	assert_int_equal(tiermm_demotion_next_allowed(d, 1024, &all, &out),
			 -TIERMM_ENODEV);
	assert_int_equal(out, -7);
	tiermm_demotion_destroy(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_step_answers_as_a_snapshot_does),
		cmocka_unit_test(every_step_finds_out_what_is_torn),
		cmocka_unit_test(words_tell_where_the_row_is),
		cmocka_unit_test(
			wrong_arguments_are_told_and_nothing_is_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
