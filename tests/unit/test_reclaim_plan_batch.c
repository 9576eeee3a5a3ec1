/* SPDX-License-Identifier: MIT */
/*
 * Many folios in one plan: each is decided as if it came by itself, a budget
 * counts them all, and equal targets take their share.
 */
#include "reclaim_fixture.h"

#include "demotion/handle.h"

/* Any folio at all, also a damaged one; most are sound and cold. */
static struct tiermm_folio any_folio(struct tiermm_random *random)
{
	struct tiermm_folio folio =
		cold_on((int32_t)tiermm_random_below(random, 6));

	folio.order = (uint32_t)tiermm_random_below(random, 5);
	if (tiermm_random_below(random, 4) == 0)
		folio.flags = (uint32_t)tiermm_random_below(random, 2048);
	if (tiermm_random_below(random, 16) == 0)
		folio.order = (uint32_t)tiermm_random_below(random, 33);
	if (tiermm_random_below(random, 32) == 0)
		folio.node = (int32_t)tiermm_random_below(random, 4) - 2;
	if (tiermm_random_below(random, 32) == 0)
		folio.flags |= 1u << tiermm_random_below(random, 32);
	if (tiermm_random_below(random, 32) == 0)
		folio.reserved = 1u << tiermm_random_below(random, 32);
	return folio;
}

/* R4: to the last bit, whatever stands ready from those before it. */
static void each_folio_of_a_batch_is_decided_as_by_itself(void **state)
{
	static struct tiermm_folio folios[500];
	static struct tiermm_decision d[500];
	struct scene s = scene_of();
	struct tiermm_random random;
	uint32_t demoted = 0;

	(void)state;
	(void)tiermm_random_seed(&random, 1);
	for (uint32_t flags = 0; flags < TIERMM_RECLAIM_NO_REFERENCES;
	     flags++) {
		s.context.flags = flags;
		for (uint32_t i = 0; i < 500; i++)
			folios[i] = any_folio(&random);
		assert_int_equal(tiermm_reclaim_plan(s.r, &s.context, folios,
						     500, d),
				 0);
		for (uint32_t i = 0; i < 500; i++) {
			struct tiermm_decision one = plan_one(&s, &folios[i]);

			assert_memory_equal(&d[i], &one, sizeof(one));
			demoted += one.verdict == TIERMM_VERDICT_DEMOTE;
		}
	}
	assert_true(demoted > 1000);
	leave(&s);
}

/* Orders of a batch differ, and what is left of its budget with them. */
static void a_budget_counts_each_folio_by_its_order(void **state)
{
	struct scene s = scene_of();
	struct tiermm_folio folios[12];
	struct tiermm_decision d[12];

	(void)state;
	for (uint32_t i = 0; i < 12; i++) {
		folios[i] = cold_on((int32_t)(i % 2));
		folios[i].order = i / 2 % 2 ? 2 : 0;
	}
	s.context.budget_pages = 23; /* 1 1 4 4 1 1 4 4 1 1, 4 */
	assert_int_equal(tiermm_reclaim_plan(s.r, &s.context, folios, 12, d),
			 0);
	for (uint32_t i = 0; i < 11; i++)
		assert_int_equal(d[i].verdict, TIERMM_VERDICT_DEMOTE);
	assert_final(d[11], TIERMM_VERDICT_KEEP, TIERMM_RECLAIM_BUDGET);
	leave(&s);
}

static const struct machine two_equal = {
	.n = 3,
	.nodes = { { .id = 0, .cpus = 1 },
		   { .id = 1, .tier = 22 },
		   { .id = 2, .tier = 22 } },
	.distance = { 10, 20, 20, 20, 10, 30, 20, 30, 10 },
};

static void equal_targets_are_drawn_from_what_the_caller_owns(void **state)
{
	struct scene s = scene_on(&two_equal, NULL);
	struct tiermm_folio folios[100];
	struct tiermm_decision d[100], again[100];
	struct tiermm_random random, copy;
	uint32_t first = 0;

	(void)state;
	for (uint32_t i = 0; i < 100; i++)
		folios[i] = cold_on(0);
	(void)tiermm_random_seed(&random, 1);
	copy = random;
	s.context.choice = TIERMM_CHOICE_RANDOM;
	s.context.random = &random;
	assert_int_equal(tiermm_reclaim_plan(s.r, &s.context, folios, 100, d),
			 0);
	for (uint32_t i = 0; i < 100; i++)
		first += d[i].to == 1;
	assert_in_range(first, 30, 70);
	random = copy;
	assert_int_equal(tiermm_reclaim_plan(s.r, &s.context, folios, 100,
					     again),
			 0);
	assert_memory_equal(d, again, sizeof(d));
	leave(&s);
}

static void equal_targets_are_taken_in_turn_or_by_weight(void **state)
{
	struct scene s = scene_on(&two_equal, NULL);
	struct tiermm_folio folios[3] = { cold_on(0), cold_on(0), cold_on(0) };
	uint64_t cursor = 0, weights[3] = { 0, 0, 9 };
	struct tiermm_decision d[3];
	struct tiermm_random random;

	(void)state;
	s.context.choice = TIERMM_CHOICE_ROUND_ROBIN;
	s.context.cursor = &cursor;
	assert_int_equal(tiermm_reclaim_plan(s.r, &s.context, folios, 3, d), 0);
	assert_int_equal(d[0].to, 1);
	assert_int_equal(d[1].to, 2);
	assert_int_equal(d[2].to, 1);
	assert_int_equal(cursor, 3);
	(void)tiermm_random_seed(&random, 1);
	s.context.choice = TIERMM_CHOICE_WEIGHTED;
	s.context.random = &random;
	s.context.weights = weights;
	s.context.n_weights = 3;
	assert_int_equal(tiermm_reclaim_plan(s.r, &s.context, folios, 3, d), 0);
	for (uint32_t i = 0; i < 3; i++)
		assert_int_equal(d[i].to, 2);
	leave(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_folio_of_a_batch_is_decided_as_by_itself),
		cmocka_unit_test(a_budget_counts_each_folio_by_its_order),
		cmocka_unit_test(
			equal_targets_are_drawn_from_what_the_caller_owns),
		cmocka_unit_test(equal_targets_are_taken_in_turn_or_by_weight),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
