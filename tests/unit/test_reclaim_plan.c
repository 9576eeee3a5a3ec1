/* SPDX-License-Identifier: MIT */
/* The first decision about each folio (R1, R2, R6, I9). */
#include "reclaim_fixture.h"

#include "demotion/handle.h"

static struct tiermm_decision plan_flags(const struct scene *s, uint32_t flags)
{
	struct tiermm_folio folio = cold_on(0);

	folio.flags = flags;
	return plan_one(s, &folio);
}

static void r1_a_cold_folio_goes_to_the_target_of_its_node(void **state)
{
	struct scene s = scene_of();
	struct tiermm_folio folio = cold_on(0);
	struct tiermm_decision d = plan_one(&s, &folio);

	(void)state;
	assert_open(d, TIERMM_VERDICT_DEMOTE, TIERMM_RECLAIM_COLD);
	assert_int_equal(d.to, 2);
	assert_int_equal(d.attempt, 1);
	assert_int_equal(d.pages, 0);
	folio.node = 3;
	assert_int_equal(plan_one(&s, &folio).to, 5);
	leave(&s);
}

/* I9 */
static void r2_i9_hot_and_stuck_folios_are_never_demoted(void **state)
{
	static const struct {
		uint32_t flag, verdict, reason;
	} rows[] = {
		{ TIERMM_FOLIO_ACTIVE, TIERMM_VERDICT_ACTIVATE,
		  TIERMM_RECLAIM_ACTIVE },
		{ TIERMM_FOLIO_REFERENCED, TIERMM_VERDICT_KEEP,
		  TIERMM_RECLAIM_REFERENCED },
		{ TIERMM_FOLIO_UNEVICTABLE, TIERMM_VERDICT_ACTIVATE,
		  TIERMM_RECLAIM_UNEVICTABLE },
		{ TIERMM_FOLIO_WRITEBACK, TIERMM_VERDICT_ACTIVATE,
		  TIERMM_RECLAIM_WRITEBACK },
		{ TIERMM_FOLIO_LOCKED, TIERMM_VERDICT_KEEP,
		  TIERMM_RECLAIM_LOCKED },
		{ TIERMM_FOLIO_HUGETLB, TIERMM_VERDICT_KEEP,
		  TIERMM_RECLAIM_HUGETLB },
	};
	struct scene s = scene_of();

	(void)state;
	for (uint32_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct tiermm_decision d = plan_flags(&s, rows[i].flag);

		assert_final(d, rows[i].verdict, rows[i].reason);
		assert_int_equal(d.to, TIERMM_NO_NODE);
		assert_int_equal(d.pages, 1);
		assert_int_equal(d.attempt, 0);
		/* Nor by a flag that would be no hindrance by itself. */
		d = plan_flags(&s, rows[i].flag | TIERMM_FOLIO_DIRTY |
					   TIERMM_FOLIO_ANON);
		assert_final(d, rows[i].verdict, rows[i].reason);
	}
	leave(&s);
}

static void r2_dirty_folios_and_anonymous_ones_without_swap_may_go(void **state)
{
	struct scene s = scene_of();

	(void)state;
	s.context.flags = TIERMM_RECLAIM_NO_SWAP | TIERMM_RECLAIM_NO_WRITE;
	assert_int_equal(plan_flags(&s, TIERMM_FOLIO_DIRTY).to, 2);
	assert_int_equal(plan_flags(&s, TIERMM_FOLIO_ANON).to, 2);
	assert_int_equal(plan_flags(&s, TIERMM_FOLIO_ANON | TIERMM_FOLIO_DIRTY |
						TIERMM_FOLIO_WRITABLE |
						TIERMM_FOLIO_MAPPED)
				 .to,
			 2);
	leave(&s);
}

static void what_is_mapped_stays_where_it_may_not_be_unmapped(void **state)
{
	struct scene s = scene_of();

	(void)state;
	s.context.flags = TIERMM_RECLAIM_NO_UNMAP;
	assert_final(plan_flags(&s, TIERMM_FOLIO_MAPPED), TIERMM_VERDICT_KEEP,
		     TIERMM_RECLAIM_MAPPED);
	assert_int_equal(plan_flags(&s, 0).to, 2);
	leave(&s);
}

/* I9: contexts that forbid demotion never demote. */
static void r2_i9_page_out_means_out(void **state)
{
	struct scene s = scene_of();

	(void)state;
	s.context.flags = TIERMM_RECLAIM_NO_DEMOTION;
	assert_open(plan_flags(&s, TIERMM_FOLIO_ANON), TIERMM_VERDICT_PAGE_OUT,
		    TIERMM_RECLAIM_SWITCHED_OFF);
	assert_open(plan_flags(&s, TIERMM_FOLIO_DIRTY), TIERMM_VERDICT_PAGE_OUT,
		    TIERMM_RECLAIM_SWITCHED_OFF);
	assert_open(plan_flags(&s, 0), TIERMM_VERDICT_DISCARD,
		    TIERMM_RECLAIM_SWITCHED_OFF);
	assert_final(plan_flags(&s, TIERMM_FOLIO_ACTIVE),
		     TIERMM_VERDICT_ACTIVATE, TIERMM_RECLAIM_ACTIVE);
	s.context.flags |= TIERMM_RECLAIM_NO_REFERENCES;
	assert_open(plan_flags(&s, TIERMM_FOLIO_ACTIVE), TIERMM_VERDICT_DISCARD,
		    TIERMM_RECLAIM_SWITCHED_OFF);
	leave(&s);
}

/* I9 */
static void who_does_not_ask_for_references_may_not_demote(void **state)
{
	struct scene s = scene_of();
	struct tiermm_folio folio = cold_on(0);
	struct tiermm_decision d = { .verdict = 77 };

	(void)state;
	s.context.flags = TIERMM_RECLAIM_NO_REFERENCES;
	assert_int_equal(tiermm_reclaim_plan(s.r, &s.context, &folio, 1, &d),
			 -TIERMM_EINVAL);
	assert_int_equal(d.verdict, 77);
	leave(&s);
}

static void without_a_target_reclaim_is_normal(void **state)
{
	struct scene s = scene_of();
	struct tiermm_folio folio = cold_on(4);

	(void)state;
	assert_open(plan_one(&s, &folio), TIERMM_VERDICT_DISCARD,
		    TIERMM_RECLAIM_NO_TARGET);
	/* A proactive one, too: nothing is lower than this. */
	s.context.reclaimer = TIERMM_RECLAIMER_PROACTIVE;
	folio.flags = TIERMM_FOLIO_ANON;
	assert_open(plan_one(&s, &folio), TIERMM_VERDICT_PAGE_OUT,
		    TIERMM_RECLAIM_NO_TARGET);
	folio.node = 77; /* in range, and not there */
	assert_open(plan_one(&s, &folio), TIERMM_VERDICT_PAGE_OUT,
		    TIERMM_RECLAIM_NO_TARGET);
	leave(&s);
}

static void the_master_switch_is_in_the_options(void **state)
{
	struct tiermm_reclaim_options o = {
		.size = sizeof(o),
		.flags = TIERMM_RECLAIM_DEMOTION_OFF
	};
	struct scene s = scene_on(&three_tiers, &o);

	(void)state;
	assert_open(plan_flags(&s, 0), TIERMM_VERDICT_DISCARD,
		    TIERMM_RECLAIM_SWITCHED_OFF);
	o.flags = 0;
	assert_int_equal(tiermm_reclaim_set_options(s.r, &o), 0);
	assert_int_equal(plan_flags(&s, 0).to, 2);
	leave(&s);
}

static void an_anonymous_folio_is_never_discarded(void **state)
{
	struct scene s = scene_of();

	(void)state;
	s.context.flags = TIERMM_RECLAIM_NO_DEMOTION | TIERMM_RECLAIM_NO_SWAP;
	assert_final(plan_flags(&s, TIERMM_FOLIO_ANON), TIERMM_VERDICT_KEEP,
		     TIERMM_RECLAIM_WITHOUT_SWAP);
	s.context.flags = TIERMM_RECLAIM_NO_DEMOTION | TIERMM_RECLAIM_NO_WRITE;
	assert_final(plan_flags(&s, TIERMM_FOLIO_ANON), TIERMM_VERDICT_KEEP,
		     TIERMM_RECLAIM_UNWRITTEN);
	assert_final(plan_flags(&s, TIERMM_FOLIO_DIRTY), TIERMM_VERDICT_KEEP,
		     TIERMM_RECLAIM_UNWRITTEN);
	assert_open(plan_flags(&s, 0), TIERMM_VERDICT_DISCARD,
		    TIERMM_RECLAIM_SWITCHED_OFF);
	leave(&s);
}

static void a_damaged_folio_stops_nobody(void **state)
{
	struct scene s = scene_of();
	struct tiermm_folio folios[6];
	struct tiermm_decision d[6];

	(void)state;
	for (uint32_t i = 0; i < 6; i++)
		folios[i] = cold_on(0);
	folios[1].node = 1024;
	folios[2].order = 31;
	folios[3].flags = 2048;
	folios[4].reserved = 1;
	assert_int_equal(tiermm_reclaim_plan(s.r, &s.context, folios, 6, d), 0);
	for (uint32_t i = 1; i < 5; i++)
		assert_final(d[i], TIERMM_VERDICT_FAILED,
			     TIERMM_RECLAIM_INVALID);
	assert_int_equal(d[2].pages, 0);
	assert_int_equal(d[0].to, 2);
	assert_int_equal(d[5].to, 2);
	leave(&s);
}

/* Found by fuzzing: no node is what nothing decided yet stands for, too. */
static void a_folio_on_no_node_is_damaged_wherever_it_stands(void **state)
{
	struct scene s = scene_of();
	struct tiermm_folio folios[3] = { cold_on(TIERMM_NO_NODE), cold_on(0),
					  cold_on(TIERMM_NO_NODE) };
	struct tiermm_decision d[3];

	(void)state;
	assert_int_equal(tiermm_reclaim_plan(s.r, &s.context, folios, 3, d), 0);
	assert_final(d[0], TIERMM_VERDICT_FAILED, TIERMM_RECLAIM_INVALID);
	assert_int_equal(d[1].to, 2);
	assert_final(d[2], TIERMM_VERDICT_FAILED, TIERMM_RECLAIM_INVALID);
	leave(&s);
}

static void a_budget_bounds_what_is_in_hand(void **state)
{
	struct scene s = scene_of();
	struct tiermm_folio folios[6];
	struct tiermm_decision d[6];

	(void)state;
	for (uint32_t i = 0; i < 6; i++)
		folios[i] = cold_on(0);
	folios[0].flags = TIERMM_FOLIO_ACTIVE; /* costs nothing */
	folios[2].order = 3;
	s.context.budget_pages = 3;
	assert_int_equal(tiermm_reclaim_plan(s.r, &s.context, folios, 6, d), 0);
	assert_int_equal(d[1].to, 2); /* 1 */
	assert_int_equal(d[2].to, 2); /* 9: the last may end above */
	for (uint32_t i = 3; i < 6; i++)
		assert_final(d[i], TIERMM_VERDICT_KEEP, TIERMM_RECLAIM_BUDGET);
	/* Normal reclaim is in hand, too. */
	s.context.flags = TIERMM_RECLAIM_NO_DEMOTION;
	assert_int_equal(tiermm_reclaim_plan(s.r, &s.context, folios, 6, d), 0);
	assert_open(d[2], TIERMM_VERDICT_DISCARD, TIERMM_RECLAIM_SWITCHED_OFF);
	assert_final(d[3], TIERMM_VERDICT_KEEP, TIERMM_RECLAIM_BUDGET);
	leave(&s);
}

/* The quick way and the long way give the same answers. */
static void sources_may_come_in_any_order(void **state)
{
	static const int32_t targets[] = { 2, 3, 4, 5 };
	struct scene s = scene_of();
	struct tiermm_folio folios[64];
	struct tiermm_decision d[64];

	(void)state;
	for (uint32_t i = 0; i < 64; i++)
		folios[i] = cold_on((int32_t)(i * 7 % 11 % 4));
	assert_int_equal(tiermm_reclaim_plan(s.r, &s.context, folios, 64, d),
			 0);
	for (uint32_t i = 0; i < 64; i++) {
		assert_int_equal(d[i].to, targets[folios[i].node]);
		assert_int_equal(d[i].attempt, 1);
	}
	leave(&s);
}

static void contexts_out_of_range_are_refused(void **state)
{
	struct scene s = scene_of();
	const struct tiermm_reclaim_context good = s.context;
	struct tiermm_folio folio = cold_on(0);
	struct tiermm_decision d = { .verdict = 77 };

	(void)state;
	s.context.reclaimer = TIERMM_RECLAIMERS;
	assert_int_equal(tiermm_reclaim_plan(s.r, &s.context, &folio, 1, &d),
			 -TIERMM_EINVAL);
	s.context = good;
	for (uint32_t choice = TIERMM_CHOICE_RANDOM; choice < 5; choice++) {
		s.context.choice = choice; /* without what it needs */
		assert_int_equal(tiermm_reclaim_plan(s.r, &s.context, &folio, 1,
						     &d),
				 -TIERMM_EINVAL);
	}
	s.context = good;
	s.context.flags = 128;
	assert_int_equal(tiermm_reclaim_plan(s.r, &s.context, &folio, 1, &d),
			 -TIERMM_E2BIG);
	s.context = good;
	s.context.size = 16;
	assert_int_equal(tiermm_reclaim_plan(s.r, &s.context, &folio, 1, &d),
			 -TIERMM_EINVAL);
	assert_int_equal(d.verdict, 77);
	s.context = good;
	leave(&s);
}

static void a_graph_that_never_stands_still_keeps_the_folio(void **state)
{
	struct scene s = scene_of();
	struct tiermm_nodeset far = nodes_of(0x20);
	struct tiermm_folio folio = cold_on(0);
	uint64_t *version =
		&s.d->image[tiermm__word_slot(s.d->words[0])].version;

	(void)state;
	s.context.allowed = &far;
	*version += 1; /* as if its owner stood in the middle of a change */
	assert_final(plan_one(&s, &folio), TIERMM_VERDICT_KEEP,
		     TIERMM_RECLAIM_CHANGING);
	*version += 1;
	assert_int_equal(plan_one(&s, &folio).to, 5);
	leave(&s);
}

static void a_plan_that_is_never_reported_never_was(void **state)
{
	struct scene s = scene_of();

	(void)state;
	(void)plan_flags(&s, 0);
	(void)plan_flags(&s, TIERMM_FOLIO_ACTIVE);
	for (uint32_t i = 0; i < TIERMM_RECLAIM_COUNTERS; i++)
		assert_int_equal(counter(&s, i), 0);
	leave(&s);
}

/* Keys are numbers: no memory need be there, and none is touched (6). */
static void keys_are_numbers_and_nothing_more(void **state)
{
	static const uint64_t keys[] = { 0, 1, UINT64_C(1) << 63, UINT64_MAX };
	struct scene s = scene_of();

	(void)state;
	for (uint32_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		struct tiermm_folio folio = cold_on(0);
		struct tiermm_decision d;

		folio.page = keys[i];
		d = run_one(&s, &folio, TIERMM_OUTCOME_DONE);
		assert_final(d, TIERMM_VERDICT_DEMOTE, TIERMM_RECLAIM_COLD);
		d = run_one(&s, &folio, TIERMM_OUTCOME_BUSY);
		assert_int_equal(d.verdict, TIERMM_VERDICT_FAILED);
	}
	leave(&s);
}

/* What needs no action is not in hand, and uses nothing up. */
static void a_budget_is_of_what_is_to_be_done(void **state)
{
	struct scene s = scene_of();
	struct tiermm_folio folios[2] = { cold_on(4), cold_on(0) };
	struct tiermm_decision d[2];

	(void)state;
	folios[0].flags = TIERMM_FOLIO_ANON; /* nowhere to go */
	s.context.flags = TIERMM_RECLAIM_NO_SWAP;
	s.context.budget_pages = 1;
	assert_int_equal(tiermm_reclaim_plan(s.r, &s.context, folios, 2, d), 0);
	assert_int_equal(d[0].verdict, TIERMM_VERDICT_KEEP);
	assert_int_equal(d[0].final, 1);
	assert_open(d[1], TIERMM_VERDICT_DEMOTE, TIERMM_RECLAIM_COLD);
	leave(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			r1_a_cold_folio_goes_to_the_target_of_its_node),
		cmocka_unit_test(r2_i9_hot_and_stuck_folios_are_never_demoted),
		cmocka_unit_test(
			r2_dirty_folios_and_anonymous_ones_without_swap_may_go),
		cmocka_unit_test(
			what_is_mapped_stays_where_it_may_not_be_unmapped),
		cmocka_unit_test(r2_i9_page_out_means_out),
		cmocka_unit_test(
			who_does_not_ask_for_references_may_not_demote),
		cmocka_unit_test(without_a_target_reclaim_is_normal),
		cmocka_unit_test(the_master_switch_is_in_the_options),
		cmocka_unit_test(an_anonymous_folio_is_never_discarded),
		cmocka_unit_test(a_damaged_folio_stops_nobody),
		cmocka_unit_test(
			a_folio_on_no_node_is_damaged_wherever_it_stands),
		cmocka_unit_test(a_budget_bounds_what_is_in_hand),
		cmocka_unit_test(sources_may_come_in_any_order),
		cmocka_unit_test(contexts_out_of_range_are_refused),
		cmocka_unit_test(
			a_graph_that_never_stands_still_keeps_the_folio),
		cmocka_unit_test(a_plan_that_is_never_reported_never_was),
		cmocka_unit_test(keys_are_numbers_and_nothing_more),
		cmocka_unit_test(a_budget_is_of_what_is_to_be_done),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
