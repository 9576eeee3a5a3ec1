/* SPDX-License-Identifier: MIT */
/* Why a folio is decided so, and what a node is to it (R11). */
#include "reclaim_fixture.h"

#include "demotion/handle.h"

static struct tiermm_reclaim_explanation why(const struct scene *s,
					     const struct tiermm_folio *folio,
					     const struct tiermm_decision *d,
					     int32_t node)
{
	struct tiermm_reclaim_explanation e = { .size = sizeof(e) };

	assert_int_equal(tiermm_reclaim_explain(s->r, &s->context, folio, d,
						node, &e),
			 0);
	return e;
}

static const char *line(const struct tiermm_reclaim_explanation *e)
{
	static char text[256];
	uint64_t n;

	assert_int_equal(tiermm_reclaim_explanation_text(e, text, sizeof(text),
							 &n),
			 0);
	assert_int_equal(n, strlen(text));
	return text;
}

static void r11_a_plan_and_its_explanation_agree(void **state)
{
	struct scene s = scene_of();
	struct tiermm_folio folio = cold_on(0);
	struct tiermm_reclaim_explanation e;

	(void)state;
	e = why(&s, &folio, NULL, TIERMM_NO_NODE);
	assert_int_equal(e.verdict, TIERMM_VERDICT_DEMOTE);
	assert_int_equal(e.reason, TIERMM_RECLAIM_COLD);
	assert_int_equal(e.to, 2);
	assert_int_equal(e.target, 2);
	assert_int_equal(e.role, TIERMM_RECLAIM_NODE_NOT_ASKED);
	assert_int_equal(e.lower.word[0], 0x38);
	assert_string_equal(line(&e), "folio 0x1000 on node 0, 1 page: "
				      "demote to 2: cold; then 3-5");
	folio.flags = TIERMM_FOLIO_ACTIVE;
	folio.order = 9;
	e = why(&s, &folio, NULL, TIERMM_NO_NODE);
	assert_int_equal(e.final, 1);
	assert_string_equal(line(&e), "folio 0x1000 on node 0, 512 pages: "
				      "activate: used often");
	leave(&s);
}

static void r11_each_node_has_a_role(void **state)
{
	struct tiermm_nodeset allowed = nodes_of(0x1f);
	struct tiermm_event going = { .kind = TIERMM_EVENT_MEMORY_GOING,
				      .node = 3 };
	struct scene s = scene_of();
	struct tiermm_folio folio = cold_on(0);
	struct tiermm_decision d = plan_one(&s, &folio);
	struct tiermm_reclaim_explanation e;
	uint32_t effect;

	(void)state;
	report_one(&s, &folio, &d, TIERMM_OUTCOME_TARGET_FULL);
	s.context.allowed = &allowed;
	assert_int_equal(why(&s, &folio, &d, 4).role,
			 TIERMM_RECLAIM_NODE_TARGET);
	e = why(&s, &folio, &d, 2);
	assert_int_equal(e.role, TIERMM_RECLAIM_NODE_TRIED);
	assert_string_equal(line(&e), "folio 0x1000 on node 0, 1 page: "
				      "demote to 4, attempt 2: nodes before "
				      "it were full; then 3; node 2: had its "
				      "turn, distance 10 from target 2");
	e = why(&s, &folio, &d, 3);
	assert_int_equal(e.role, TIERMM_RECLAIM_NODE_NEXT);
	assert_int_equal(e.distance, 22);
	assert_int_equal(why(&s, &folio, &d, 5).role,
			 TIERMM_RECLAIM_NODE_NOT_ALLOWED);
	assert_int_equal(why(&s, &folio, &d, 1).role,
			 TIERMM_RECLAIM_NODE_NOT_LOWER);
	assert_int_equal(why(&s, &folio, &d, 0).role,
			 TIERMM_RECLAIM_NODE_NOT_LOWER);
	assert_int_equal(why(&s, &folio, &d, 77).role,
			 TIERMM_RECLAIM_NODE_UNKNOWN);
	assert_int_equal(why(&s, &folio, &d, 4096).role,
			 TIERMM_RECLAIM_NODE_UNKNOWN);
	assert_int_equal(tiermm_demotion_event(s.d, &going, &effect), 0);
	assert_int_equal(why(&s, &folio, &d, 3).role,
			 TIERMM_RECLAIM_NODE_BLOCKED);
	report_one(&s, &folio, &d, TIERMM_OUTCOME_TARGET_FULL);
	e = why(&s, &folio, &d, 4);
	assert_int_equal(e.role, TIERMM_RECLAIM_NODE_TRIED);
	assert_int_equal(e.fallback, 1);
	assert_int_equal(e.lower.word[0], 0);
	report_one(&s, &folio, &d, TIERMM_OUTCOME_DONE);
	leave(&s);
}

/* Three nodes as far from the first target: the id decides (R4). */
static void r11_of_equal_distances_the_lower_id_had_its_turn(void **state)
{
	static const struct machine even = {
		.n = 5,
		.nodes = { { .id = 0, .cpus = 1 },
			   { .id = 1, .tier = 22 },
			   { .id = 2, .tier = 22 },
			   { .id = 3, .tier = 22 },
			   { .id = 4, .tier = 22 } },
		.distance = { 10, 20, 20, 20, 20, 20, 10, 30, 30,
			      30, 20, 30, 10, 30, 30, 20, 30, 30,
			      10, 30, 20, 30, 30, 30, 10 },
	};
	struct scene s = scene_on(&even, NULL);
	struct tiermm_folio folio = cold_on(0);
	struct tiermm_decision d = plan_one(&s, &folio);

	(void)state;
	report_one(&s, &folio, &d, TIERMM_OUTCOME_TARGET_FULL);
	report_one(&s, &folio, &d, TIERMM_OUTCOME_TARGET_FULL);
	assert_int_equal(d.to, 3);
	assert_int_equal(why(&s, &folio, &d, 2).role,
			 TIERMM_RECLAIM_NODE_TRIED);
	assert_int_equal(why(&s, &folio, &d, 4).role, TIERMM_RECLAIM_NODE_NEXT);
	report_one(&s, &folio, &d, TIERMM_OUTCOME_DONE);
	leave(&s);
}

static void r11_the_numbers_of_pause_and_rate_are_told(void **state)
{
	struct tiermm_reclaim_options o = { .size = sizeof(o),
					    .rate_limit_bytes = 4096,
					    .burst_ns = 500 };
	struct scene s = scene_on(&three_tiers, &o);
	struct tiermm_folio folio = cold_on(0);
	struct tiermm_reclaim_explanation e;
	struct tiermm_decision d;

	(void)state;
	s.context.now_ns = 1000;
	d = plan_one(&s, &folio);
	report_one(&s, &folio, &d, TIERMM_OUTCOME_TARGET_FULL);
	e = why(&s, &folio, &d, TIERMM_NO_NODE);
	assert_int_equal(e.pause_until_ns, 10001000);
	report_one(&s, &folio, &d, TIERMM_OUTCOME_DONE);
	e = why(&s, &folio, NULL, TIERMM_NO_NODE);
	assert_int_equal(e.reason, TIERMM_RECLAIM_RATE);
	assert_int_equal(e.rate_free_ns, 1000000500);
	leave(&s);
}

static void explaining_moves_no_state(void **state)
{
	static const struct machine two_equal = {
		.n = 3,
		.nodes = { { .id = 0, .cpus = 1 },
			   { .id = 1, .tier = 22 },
			   { .id = 2, .tier = 22 } },
		.distance = { 10, 20, 20, 20, 10, 30, 20, 30, 10 },
	};
	struct scene s = scene_on(&two_equal, NULL);
	struct tiermm_folio folio = cold_on(0);
	struct tiermm_random random, before;
	uint64_t cursor = 1;

	(void)state;
	(void)tiermm_random_seed(&random, 9);
	before = random;
	s.context.choice = TIERMM_CHOICE_ROUND_ROBIN;
	s.context.cursor = &cursor;
	assert_int_equal(why(&s, &folio, NULL, -1).to, 2);
	assert_int_equal(cursor, 1);
	s.context.choice = TIERMM_CHOICE_RANDOM;
	s.context.random = &random;
	(void)why(&s, &folio, NULL, -1);
	assert_memory_equal(&random, &before, sizeof(random));
	assert_int_equal(counter(&s, TIERMM_RECLAIM_PAGES_IN), 0);
	leave(&s);
}

static void bad_input_is_refused(void **state)
{
	struct scene s = scene_of();
	struct tiermm_folio folio = cold_on(0);
	struct tiermm_reclaim_explanation e = { .size = sizeof(e), .to = 7 };
	struct tiermm_decision d = { .verdict = 1 };

	(void)state;
	assert_int_equal(tiermm_reclaim_explain(s.r, &s.context, &folio, &d, -1,
						&e),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_reclaim_explain(s.r, &s.context, NULL, NULL, -1,
						&e),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_reclaim_explain(s.r, NULL, &folio, NULL, -1,
						&e),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_reclaim_explain(NULL, &s.context, &folio, NULL,
						-1, &e),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_reclaim_explain(s.r, &s.context, &folio, NULL,
						-1, NULL),
			 -TIERMM_EINVAL);
	s.context.flags = 4096;
	assert_int_equal(tiermm_reclaim_explain(s.r, &s.context, &folio, NULL,
						-1, &e),
			 -TIERMM_E2BIG);
	e.size = 8;
	s.context.flags = 0;
	assert_int_equal(tiermm_reclaim_explain(s.r, &s.context, &folio, NULL,
						-1, &e),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_reclaim_explanation_text(&e, NULL, 0, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_reclaim_explanation_text(NULL, NULL, 0, NULL),
			 -TIERMM_EINVAL);
	e.size = sizeof(e);
	assert_int_equal(tiermm_reclaim_explanation_text(&e, NULL, 1, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(e.to, 7);
	leave(&s);
}

static void a_graph_that_never_stands_still_cannot_be_explained(void **state)
{
	struct scene s = scene_of();
	struct tiermm_folio folio = cold_on(0);
	struct tiermm_reclaim_explanation e = { .size = sizeof(e) };
	uint64_t *version =
		&s.d->image[tiermm__word_slot(s.d->words[0])].version;

	(void)state;
	*version += 1;
	assert_int_equal(tiermm_reclaim_explain(s.r, &s.context, &folio, NULL,
						-1, &e),
			 -TIERMM_EAGAIN);
	*version += 1;
	leave(&s);
}

static void numbers_that_nobody_knows_have_a_text_all_the_same(void **state)
{
	struct tiermm_reclaim_explanation e = { .size = sizeof(e),
						.verdict = 99,
						.reason = 99,
						.role = 99,
						.node = -1,
						.pages = 1 };

	(void)state;
	assert_string_equal(line(&e),
			    "folio 0x0 on node 0, 1 page: ?: ?; node -1: ?");
	for (uint32_t i = 0; i < TIERMM_RECLAIM_REASONS; i++) {
		e.verdict = i % TIERMM_VERDICTS;
		e.reason = i;
		e.role = i % 8;
		assert_null(strchr(line(&e), '?'));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(r11_a_plan_and_its_explanation_agree),
		cmocka_unit_test(r11_each_node_has_a_role),
		cmocka_unit_test(
			r11_of_equal_distances_the_lower_id_had_its_turn),
		cmocka_unit_test(r11_the_numbers_of_pause_and_rate_are_told),
		cmocka_unit_test(explaining_moves_no_state),
		cmocka_unit_test(bad_input_is_refused),
		cmocka_unit_test(
			a_graph_that_never_stands_still_cannot_be_explained),
		cmocka_unit_test(
			numbers_that_nobody_knows_have_a_text_all_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
