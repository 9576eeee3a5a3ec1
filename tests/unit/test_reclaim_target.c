/* SPDX-License-Identifier: MIT */
/*
 * Where folios go: first and second targets, and the nodes that are allowed
 * (R4, R6, I9, I10, I11).
 */
#include "reclaim_fixture.h"

#include "demotion/handle.h"

/* Nodes tried for one folio if all are full, as digits: 2, 4, 3 is 243. */
static uint64_t route(const struct scene *s, const struct tiermm_folio *folio)
{
	struct tiermm_decision d = plan_one(s, folio);
	uint64_t digits = 0;

	while (!d.final && d.verdict == TIERMM_VERDICT_DEMOTE) {
		digits = digits * 10 + (uint64_t)d.to;
		report_one(s, folio, &d, TIERMM_OUTCOME_TARGET_FULL);
	}
	assert_int_equal(tiermm_reclaim_cancel(s->r, &s->context, folio, &d, 1),
			 0);
	return digits;
}

/* I10 */
static void
r4_i10_the_first_attempt_names_the_preferred_target_only(void **state)
{
	struct scene s = scene_of();
	struct tiermm_folio folio = cold_on(1);
	struct tiermm_decision d = plan_one(&s, &folio);

	(void)state;
	assert_int_equal(d.to, 3);
	assert_int_equal(d.attempt, 1);
	report_one(&s, &folio, &d, TIERMM_OUTCOME_DONE);
	assert_final(d, TIERMM_VERDICT_DEMOTE, TIERMM_RECLAIM_COLD);
	assert_int_equal(d.to, 3);
	assert_int_equal(counter(&s, TIERMM_RECLAIM_SECOND), 0);
	leave(&s);
}

static void r4_second_attempts_go_by_the_targets_order(void **state)
{
	struct scene s = scene_of();
	struct tiermm_folio folio = cold_on(0);

	(void)state;
	assert_int_equal(route(&s, &folio), 2435); /* from 0 it were 2345 */
	folio.node = 1;
	assert_int_equal(route(&s, &folio), 3524);
	folio.node = 2; /* its peer 3 and the tier above are no targets */
	assert_int_equal(route(&s, &folio), 45);
	folio.node = 4;
	assert_int_equal(route(&s, &folio), 0);
	assert_int_equal(counter(&s, TIERMM_RECLAIM_SECOND), 3 + 3 + 1);
	leave(&s);
}

static void r4_ties_go_to_the_lower_id(void **state)
{
	static const struct machine even = {
		.n = 5,
		.nodes = { { .id = 0, .cpus = 1 },
			   { .id = 3, .tier = 22 },
			   { .id = 4, .tier = 22 },
			   { .id = 5, .tier = 22 },
			   { .id = 7, .tier = 22 } },
		.distance = { 10, 20, 20, 20, 20, 20, 10, 30, 30,
			      30, 20, 30, 10, 30, 30, 20, 30, 30,
			      10, 30, 20, 30, 30, 30, 10 },
	};
	struct scene s = scene_on(&even, NULL);
	struct tiermm_folio folio = cold_on(0);

	(void)state;
	assert_int_equal(route(&s, &folio), 3457);
	leave(&s);
}

static void r4_a_node_that_is_gone_is_passed_over(void **state)
{
	struct scene s = scene_of();
	struct tiermm_folio folio = cold_on(0);
	struct tiermm_decision d = plan_one(&s, &folio);

	(void)state;
	report_one(&s, &folio, &d, TIERMM_OUTCOME_TARGET_GONE);
	assert_open(d, TIERMM_VERDICT_DEMOTE, TIERMM_RECLAIM_GONE);
	assert_int_equal(d.to, 4);
	report_one(&s, &folio, &d, TIERMM_OUTCOME_TARGET_FULL);
	assert_open(d, TIERMM_VERDICT_DEMOTE, TIERMM_RECLAIM_FULL);
	assert_int_equal(d.to, 3);
	report_one(&s, &folio, &d, TIERMM_OUTCOME_DONE);
	assert_final(d, TIERMM_VERDICT_DEMOTE, TIERMM_RECLAIM_FULL);
	assert_int_equal(d.to, 3);
	leave(&s);
}

/*
 * The kernel's defect: once the first attempt of a folio succeeded, the node
 * mask of its shared control block stayed empty, and the second attempt of
 * every later folio could end anywhere. Here the target fills up after k
 * folios; every later one must stay in its own set.
 */
static void r4_i9_a_success_never_widens_the_set_of_the_next_folio(void **state)
{
	struct tiermm_nodeset allowed = nodes_of(0x0d); /* 0, 2, 3 */
	struct tiermm_folio folios[16];
	struct tiermm_decision d[16];
	struct tiermm_result results[16];

	(void)state;
	for (uint32_t k = 0; k <= 16; k++) {
		struct scene s = scene_of();

		s.context.allowed = &allowed;
		for (uint32_t i = 0; i < 16; i++) {
			folios[i] = cold_on(0);
			results[i] = (struct tiermm_result){
				.outcome = i < k ? TIERMM_OUTCOME_DONE
						 : TIERMM_OUTCOME_TARGET_FULL,
			};
		}
		assert_int_equal(tiermm_reclaim_plan(s.r, &s.context, folios,
						     16, d),
				 0);
		assert_int_equal(tiermm_reclaim_report(s.r, &s.context, folios,
						       d, results, 16, NULL),
				 0);
		for (uint32_t i = 0; i < 16; i++) {
			assert_int_equal(d[i].verdict, TIERMM_VERDICT_DEMOTE);
			assert_int_equal(d[i].final, i < k);
			assert_int_equal(d[i].to, i < k ? 2 : 3);
		}
		/* Now 3 is full, too: 4 and 5 are lower, but not allowed. */
		for (uint32_t i = k; i < 16; i++) {
			report_one(&s, &folios[i], &d[i],
				   TIERMM_OUTCOME_TARGET_FULL);
			assert_open(d[i], TIERMM_VERDICT_DISCARD,
				    TIERMM_RECLAIM_FULL);
			report_one(&s, &folios[i], &d[i], TIERMM_OUTCOME_DONE);
		}
		leave(&s);
	}
}

/* Facts 2.2, first vector: 0-1 on top, 2-3 far, 0-2 allowed. */
static void r6_i11_node_3_stays_empty_in_the_first_upstream_vector(void **state)
{
	static const struct machine four = {
		.n = 4,
		.nodes = { { .id = 0, .cpus = 1 },
			   { .id = 1, .cpus = 1 },
			   { .id = 2, .tier = 22 },
			   { .id = 3, .tier = 22 } },
		.distance = { 10, 21, 20, 30, 21, 10, 30, 20, 20, 30, 10, 40,
			      30, 20, 40, 10 },
	};
	struct tiermm_nodeset allowed = nodes_of(0x07);
	struct scene s = scene_on(&four, NULL);
	struct tiermm_folio folio = cold_on(1);

	(void)state;
	assert_int_equal(plan_one(&s, &folio).to, 3); /* no cpuset */
	s.context.allowed = &allowed;
	assert_int_equal(route(&s, &folio), 2);
	folio.node = 0;
	assert_int_equal(route(&s, &folio), 2);
	leave(&s);
}

/* Second vector: 0-2 on top, 3 far, 4-5 farthest, 0-2 and 4-5 allowed. */
static void
r6_i11_pages_go_to_4_and_5_in_the_second_upstream_vector(void **state)
{
	static const struct machine six = {
		.n = 6,
		.nodes = { { .id = 0, .cpus = 1 },
			   { .id = 1, .cpus = 1 },
			   { .id = 2, .cpus = 1 },
			   { .id = 3, .tier = 22 },
			   { .id = 4, .tier = 37 },
			   { .id = 5, .tier = 37 } },
		.distance = { 10, 21, 21, 20, 30, 31, 21, 10, 21, 20, 31, 30,
			      21, 21, 10, 20, 30, 31, 20, 20, 20, 10, 25, 26,
			      30, 31, 30, 25, 10, 40, 31, 30, 31, 26, 40, 10 },
	};
	struct tiermm_nodeset allowed = nodes_of(0x37);
	struct scene s = scene_on(&six, NULL);
	struct tiermm_folio folio = cold_on(0);

	(void)state;
	s.context.allowed = &allowed;
	assert_int_equal(route(&s, &folio), 45);
	folio.node = 1;
	assert_int_equal(route(&s, &folio), 54);
	leave(&s);
}

static void r6_i11_an_empty_mask_is_plain_reclaim(void **state)
{
	struct tiermm_nodeset none = nodes_of(0);
	struct scene s = scene_of();
	struct tiermm_folio folio = cold_on(0);

	(void)state;
	s.context.allowed = &none;
	assert_open(plan_one(&s, &folio), TIERMM_VERDICT_DISCARD,
		    TIERMM_RECLAIM_NOT_ALLOWED);
	/* Its own node, its peer and ids that are no nodes are no help. */
	none = nodes_of(0x03 | UINT64_C(1) << 60);
	assert_open(plan_one(&s, &folio), TIERMM_VERDICT_DISCARD,
		    TIERMM_RECLAIM_NOT_ALLOWED);
	leave(&s);
}

static void r6_i11_allowed_nodes_may_change_between_two_reports(void **state)
{
	struct tiermm_nodeset allowed = nodes_of(0x3c);
	struct scene s = scene_of();
	struct tiermm_folio folio = cold_on(0);
	struct tiermm_decision d = plan_one(&s, &folio);

	(void)state;
	s.context.allowed = &allowed;
	assert_int_equal(d.to, 2);
	report_one(&s, &folio, &d, TIERMM_OUTCOME_TARGET_FULL);
	assert_int_equal(d.to, 4);
	report_one(&s, &folio, &d, TIERMM_OUTCOME_TARGET_FULL);
	assert_int_equal(d.to, 3);
	/* 5 goes. 4 is allowed, but had its turn: no node is tried twice. */
	allowed = nodes_of(0x10);
	report_one(&s, &folio, &d, TIERMM_OUTCOME_TARGET_FULL);
	assert_open(d, TIERMM_VERDICT_DISCARD, TIERMM_RECLAIM_FULL);
	report_one(&s, &folio, &d, TIERMM_OUTCOME_DONE);
	/* It becomes empty in the middle. */
	d = plan_one(&s, &folio);
	assert_int_equal(d.to, 4);
	allowed = nodes_of(0);
	report_one(&s, &folio, &d, TIERMM_OUTCOME_TARGET_FULL);
	assert_open(d, TIERMM_VERDICT_DISCARD, TIERMM_RECLAIM_FULL);
	report_one(&s, &folio, &d, TIERMM_OUTCOME_DONE);
	leave(&s);
}

static void event(const struct scene *s, uint32_t kind, int32_t node)
{
	struct tiermm_event e = { .kind = kind, .node = node };
	uint32_t effect;

	assert_int_equal(tiermm_demotion_event(s->d, &e, &effect), 0);
}

static void r6_i11_nodes_may_go_offline_in_the_middle(void **state)
{
	struct tiermm_nodeset allowed = nodes_of(0x3f);
	struct scene s = scene_of();
	struct tiermm_folio folio = cold_on(0);
	struct tiermm_decision d = plan_one(&s, &folio);

	(void)state;
	s.context.allowed = &allowed;
	event(&s, TIERMM_EVENT_MEMORY_GOING, 4); /* blocked at once */
	report_one(&s, &folio, &d, TIERMM_OUTCOME_TARGET_FULL);
	assert_int_equal(d.to, 3);
	event(&s, TIERMM_EVENT_MEMORY_REMOVE, 2); /* the first target left */
	report_one(&s, &folio, &d, TIERMM_OUTCOME_TARGET_GONE);
	assert_int_equal(d.to, 5);
	event(&s, TIERMM_EVENT_MEMORY_REMOVE, 0); /* and now its own node */
	report_one(&s, &folio, &d, TIERMM_OUTCOME_TARGET_GONE);
	assert_open(d, TIERMM_VERDICT_DISCARD, TIERMM_RECLAIM_FULL);
	report_one(&s, &folio, &d, TIERMM_OUTCOME_DONE);
	assert_open(plan_one(&s, &folio), TIERMM_VERDICT_DISCARD,
		    TIERMM_RECLAIM_NO_TARGET);
	leave(&s);
}

/* I10: what is woken is written down; nothing is waited for. */
static void i10_a_full_target_is_woken_once(void **state)
{
	struct scene s = scene_of();
	struct tiermm_folio folio = cold_on(0);
	struct tiermm_nodeset due, woken = nodes_of(0x04);
	struct tiermm_decision d = plan_one(&s, &folio);

	(void)state;
	report_one(&s, &folio, &d, TIERMM_OUTCOME_TARGET_FULL);
	report_one(&s, &folio, &d, TIERMM_OUTCOME_DONE);
	d = plan_one(&s, &folio);
	report_one(&s, &folio, &d, TIERMM_OUTCOME_TARGET_FULL);
	report_one(&s, &folio, &d, TIERMM_OUTCOME_DONE);
	assert_int_equal(counter(&s, TIERMM_RECLAIM_WAKEUPS), 1);
	assert_int_equal(tiermm_reclaim_due_nodes(s.r, &due), 0);
	assert_true(tiermm_nodeset_equal(&due, &woken));
	leave(&s);
}

static void a_graph_that_never_stands_still_keeps_the_folio(void **state)
{
	struct scene s = scene_of();
	struct tiermm_folio folio = cold_on(0);
	struct tiermm_decision d = plan_one(&s, &folio);
	uint64_t *version =
		&s.d->image[tiermm__word_slot(s.d->words[0])].version;

	(void)state;
	*version += 1;
	report_one(&s, &folio, &d, TIERMM_OUTCOME_TARGET_FULL);
	*version += 1;
	assert_final(d, TIERMM_VERDICT_KEEP, TIERMM_RECLAIM_CHANGING);
	assert_int_equal(not_demoted(&s, TIERMM_RECLAIM_CHANGING), 1);
	leave(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			r4_i10_the_first_attempt_names_the_preferred_target_only),
		cmocka_unit_test(r4_second_attempts_go_by_the_targets_order),
		cmocka_unit_test(r4_ties_go_to_the_lower_id),
		cmocka_unit_test(r4_a_node_that_is_gone_is_passed_over),
		cmocka_unit_test(
			r4_i9_a_success_never_widens_the_set_of_the_next_folio),
		cmocka_unit_test(
			r6_i11_node_3_stays_empty_in_the_first_upstream_vector),
		cmocka_unit_test(
			r6_i11_pages_go_to_4_and_5_in_the_second_upstream_vector),
		cmocka_unit_test(r6_i11_an_empty_mask_is_plain_reclaim),
		cmocka_unit_test(
			r6_i11_allowed_nodes_may_change_between_two_reports),
		cmocka_unit_test(r6_i11_nodes_may_go_offline_in_the_middle),
		cmocka_unit_test(i10_a_full_target_is_woken_once),
		cmocka_unit_test(
			a_graph_that_never_stands_still_keeps_the_folio),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
