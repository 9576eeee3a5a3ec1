/* SPDX-License-Identifier: MIT */
/*
 * Old copies that a step defers (F3, F4, F8, F10), and those that it does not:
 * of what did not move, of what may not wait, and of steps that are cut short.
 */
#include "engine_drain_fixture.h"

/* F10: what did not move is not parked, whatever the outcome. */
static void a_failed_move_parks_nothing(void **state)
{
	struct drain_fixture d;

	(void)state;
	for (uint32_t outcome = 0; outcome < TIERMM_OUTCOMES; outcome++) {
		drain_begin(&d, REQUESTS, 1);
		for (uint32_t i = 0; i < 16; i++)
			assert_int_equal(tiermm_mock_script(d.x.mock,
							    TIERMM_MOCK_MOVE,
							    outcome),
					 0);
		assert_int_equal(demote_parked(&d, 0, 3), 0);
		assert_int_equal(pending(&d, 0), d.x.step.demoted);
		assert_int_equal(d.x.step.parked, d.x.step.demoted);
		/* An empty request is not one that a stop has stranded. */
		assert_int_equal(engine_counter(&d.x, TIERMM_ENGINE_STRANDED),
				 0);
		assert_int_equal(d.x.step.flush_due & TIERMM_DUE_STOPPED, 0);
		for (uint32_t i = 0; i < 3; i++) {
			const struct tiermm_decision *of = &d.x.decision[i];
			int moved = of->verdict == TIERMM_VERDICT_DEMOTE &&
				    of->reason != TIERMM_RECLAIM_ALREADY;

			assert_int_equal(d.page[i].parked != 0, moved);
		}
		assert_int_equal(tiermm_engine_drain(d.x.e, NULL, &d.drain,
						     &d.freed),
				 0);
		assert_int_equal(take_freed(&d), d.x.step.parked);
		drain_end(&d);
	}
}

static void some_of_a_batch_may_fail(void **state)
{
	struct drain_fixture d;

	(void)state;
	drain_begin(&d, REQUESTS, 1);
	assert_int_equal(tiermm_mock_script(d.x.mock, TIERMM_MOCK_MOVE,
					    TIERMM_OUTCOME_BUSY),
			 0);
	d.x.context.flags = TIERMM_RECLAIM_NO_SWAP;
	assert_int_equal(demote_parked(&d, 0, 8), 0);
	assert_int_equal(d.x.step.parked, 7);
	assert_true(d.page[0].parked == 0);
	assert_int_equal(pending(&d, 0), 7);
	drain_end(&d);
}

/* F3: out of requests means not deferred, and is no failure. */
static void out_of_requests_pages_move_all_the_same(void **state)
{
	struct drain_fixture d;

	(void)state;
	drain_begin(&d, 2, 1);
	assert_int_equal(demote_parked(&d, 0, 24), 0);
	assert_int_equal(d.x.step.demoted, 24);
	assert_int_equal(d.x.step.parked, 16);
	assert_int_equal(engine_counter(&d.x, TIERMM_ENGINE_NOT_PARKED), 8);
	assert_int_equal(tiermm_engine_drain(d.x.e, NULL, &d.drain, &d.freed),
			 0);
	assert_int_equal(take_freed(&d), 16);
	assert_int_equal(demote_parked(&d, 24, 8), 0);
	assert_int_equal(d.x.step.parked, 8);
	drain_end(&d);
}

/* F4: writable, dirty or unmapped pages are not deferred. */
static void facts_of_the_folio_decide(void **state)
{
	static const uint32_t flags[] = {
		0, TIERMM_FOLIO_MAPPED | TIERMM_FOLIO_WRITABLE,
		TIERMM_FOLIO_MAPPED | TIERMM_FOLIO_DIRTY
	};
	struct drain_fixture d;

	(void)state;
	drain_begin(&d, REQUESTS, 1);
	engine_put(&d.x, 0, 3, 0);
	for (uint32_t i = 0; i < 3; i++)
		d.x.folio[i].flags |= flags[i];
	assert_int_equal(tiermm_engine_demote(d.x.e, &d.x.context, &d.parking,
					      d.x.folio, 3, d.x.decision,
					      &d.x.step),
			 0);
	assert_int_equal(d.x.step.demoted, 3);
	assert_int_equal(d.x.step.parked, 0);
	drain_end(&d);
}

static void without_a_tracker_nothing_is_parked(void **state)
{
	struct tiermm_flush_freed freed = { .size = sizeof(freed) };
	struct engine_fixture x;
	uint64_t bits;
	struct tiermm_flush_drain drain = { .size = sizeof(drain),
					    .agents = &bits,
					    .n_words = 1 };

	(void)state;
	engine_begin(&x, NULL, NULL);
	assert_null(tiermm_engine_flush(x.e));
	assert_int_equal(tiermm_engine_drain(x.e, NULL, &drain, &freed),
			 -TIERMM_ENOTSUP);
	assert_int_equal(tiermm_engine_reap(x.e, NULL, 0, 0, &freed),
			 -TIERMM_ENOTSUP);
	assert_int_equal(tiermm_engine_take_back(x.e, &freed), -TIERMM_ENOTSUP);
	assert_int_equal(tiermm_engine_alloc_failed(x.e, 0, &drain, &freed),
			 -TIERMM_ENOMEM);
	engine_end(&x);
}

/* F8: deferral is stopped while the pages move; drains find them still. */
static void a_stop_in_the_middle_strands_nothing_for_good(void **state)
{
	struct drain_fixture d;

	(void)state;
	for (int resumed = 0; resumed < 2; resumed++) {
		drain_begin(&d, REQUESTS, 1);
		d.stop_it = 1;
		assert_int_equal(demote_parked(&d, 0, 8), 0);
		assert_int_equal(d.x.step.demoted, 8);
		assert_int_equal(d.x.step.flush_due, TIERMM_DUE_STOPPED);
		assert_int_equal(engine_counter(&d.x, TIERMM_ENGINE_STRANDED),
				 1);
		assert_int_equal(tiermm_engine_drain(d.x.e, NULL, &d.drain,
						     &d.freed),
				 0);
		/* No agent was named for it, so it waits for them. */
		assert_int_equal(take_freed(&d), 0);
		if (resumed)
			assert_int_equal(tiermm_flush_resume(d.f), 0);
		for (uint32_t i = 0; i < AGENTS; i++)
			tiermm_flush_pass(d.agent[i]);
		assert_int_equal(tiermm_engine_reap(d.x.e, NULL, 0, 0,
						    &d.freed),
				 0);
		assert_int_equal(take_freed(&d), 8);
		assert_int_equal(pending(&d, 0), 0);
		drain_end(&d);
	}
}

/* Each node's stranded requests are that node's. */
static void a_drain_of_another_node_leaves_the_stranded(void **state)
{
	struct tiermm_nodeset other = { { 2 } }, own = { { 1 } };
	struct drain_fixture d;

	(void)state;
	drain_begin(&d, REQUESTS, 1);
	d.stop_it = 1;
	assert_int_equal(demote_parked(&d, 0, 4), 0);
	for (uint32_t i = 0; i < AGENTS; i++)
		tiermm_flush_pass(d.agent[i]);
	assert_int_equal(tiermm_engine_reap(d.x.e, &other, 0, 0, &d.freed), 0);
	assert_int_equal(take_freed(&d), 0);
	assert_int_equal(tiermm_engine_reap(d.x.e, &own, 0, 0, &d.freed), 0);
	assert_int_equal(take_freed(&d), 4);
	drain_end(&d);
}

/* A step that never ended gives its requests and pages back. */
static int never_return(void *self, const struct tiermm_move *moves, uint64_t n,
			struct tiermm_result *results)
{
	(void)moves;
	(void)n;
	(void)results;
	longjmp(*((struct drain_fixture *)self)->leave, 1);
}

static void recovery_gives_back_what_was_parked(void **state)
{
	static struct drain_fixture d;
	struct tiermm_engine *e;
	jmp_buf leave;
	struct tiermm_engine_options o = { .size = sizeof(o),
					   .max_requests = 1 };
	struct tiermm_memops ops = { .size = sizeof(ops),
				     .name = "gone",
				     .self = &d,
				     .move = never_return };

	(void)state;
	drain_begin(&d, 0, 0);
	o.flush = d.f;
	assert_int_equal(tiermm_engine_create(&e, d.x.topology, &o, &ops,
					      TIERMM_CAN_MOVE, NULL, NULL),
			 0);
	d.leave = &leave;
	for (int round = 0; round < 2; round++) {
		engine_put(&d.x, 0, 4, 0);
		for (uint32_t i = 0; i < 4; i++)
			d.x.folio[i].flags |= TIERMM_FOLIO_MAPPED;
		if (!setjmp(leave)) {
			(void)tiermm_engine_demote(e, &d.x.context, &d.parking,
						   d.x.folio, 4, d.x.decision,
						   NULL);
			fail();
		}
		assert_true(d.page[0].parked != 0);
		assert_int_equal(tiermm_engine_recover(e, &d.freed), 0);
		assert_int_equal(d.freed.n_pages, 4);
		assert_true(d.page[0].parked == 0);
		assert_int_equal(tiermm_engine_take_back(e, &d.freed), 0);
		assert_int_equal(pending(&d, 0), 0);
	}
	tiermm_engine_destroy(e);
	drain_end(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_failed_move_parks_nothing),
		cmocka_unit_test(some_of_a_batch_may_fail),
		cmocka_unit_test(out_of_requests_pages_move_all_the_same),
		cmocka_unit_test(facts_of_the_folio_decide),
		cmocka_unit_test(without_a_tracker_nothing_is_parked),
		cmocka_unit_test(a_stop_in_the_middle_strands_nothing_for_good),
		cmocka_unit_test(a_drain_of_another_node_leaves_the_stranded),
		cmocka_unit_test(recovery_gives_back_what_was_parked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
