/* SPDX-License-Identifier: MIT */
/*
 * Logs made by hand, decided again (S10): actions that were not tried beside
 * such as were, rooms to the page, records that contradict each other. Keys
 * are indices: the engine of now has no base, and no map.
 */
#include "replay_fixture.h"

#define ROOMY 1000

struct made {
	struct tiermm_record log[128];
	uint64_t n;
};

static void add(struct made *m, struct tiermm_record record)
{
	record.number = m->n;
	m->log[m->n++] = record;
}

static void add_step(struct made *m, uint16_t step, uint64_t items)
{
	add(m, (struct tiermm_record){ .kind = TIERMM_RECORD_STEP,
				       .from = TIERMM_NO_NODE,
				       .detail = step,
				       .value = { items } });
}

static void add_room(struct made *m, int32_t node, uint64_t free_pages)
{
	add(m, (struct tiermm_record){ .kind = TIERMM_RECORD_ROOM,
				       .from = node,
				       .page = ROOMY,
				       .value = { free_pages } });
}

static void add_folio(struct made *m, uint64_t index, int32_t node,
		      uint16_t order, uint32_t flags)
{
	add(m, (struct tiermm_record){ .kind = TIERMM_RECORD_FOLIO,
				       .page = index,
				       .value = { 0, index + 1 },
				       .from = node,
				       .to = node,
				       .flags = flags,
				       .detail = order });
}

static void add_try(struct made *m, uint64_t index, int32_t from, int32_t to,
		    uint16_t verdict, uint16_t outcome)
{
	add(m, (struct tiermm_record){ .kind = TIERMM_RECORD_TRY,
				       .page = index,
				       .flags = (uint32_t)index + 1,
				       .from = from,
				       .to = to,
				       .verdict = verdict,
				       .detail = outcome });
}

static void add_final(struct made *m, uint64_t index, uint16_t verdict,
		      int32_t to)
{
	add(m, (struct tiermm_record){ .kind = TIERMM_RECORD_FINAL,
				       .page = index,
				       .to = to,
				       .verdict = verdict });
}

static void add_sample(struct made *m, uint64_t index, int32_t node)
{
	add_step(m, TIERMM_STEP_SAMPLES, 1);
	add(m, (struct tiermm_record){ .kind = TIERMM_RECORD_SAMPLE,
				       .page = index,
				       .value = { 0, 1 },
				       .to = node });
}

static int32_t place_of(const struct now *now, uint64_t index)
{
	struct tiermm_promotion_page page;

	assert_int_equal(tiermm_promotion_get_page(tiermm_engine_promotion(
							   now->e),
						   0, index, &page),
			 0);
	return page.node;
}

/* --- folios -------------------------------------------------------------- */

/* Two went to node 2 though one would fit; the others have to go on. */
static void demote_four(struct made *m)
{
	*m = (struct made){ .n = 0 };
	add_room(m, 2, 1);
	add_room(m, 3, ROOMY);
	add_step(m, TIERMM_STEP_DEMOTE, 4);
	for (uint64_t i = 0; i < 4; i++)
		add_folio(m, i, 0, 0, TIERMM_FOLIO_ANON);
	for (uint64_t i = 0; i < 2; i++)
		add_try(m, i, 0, 2, TIERMM_VERDICT_DEMOTE, TIERMM_OUTCOME_DONE);
	for (uint64_t i = 0; i < 3; i++)
		add_final(m, i, TIERMM_VERDICT_DEMOTE, 2);
	/* No verdict that there is. */
	add_final(m, 3, TIERMM_VERDICTS, 2);
}

static void pages_stand_where_they_went_otherwise(void **state)
{
	static struct made m;
	static struct now now;

	(void)state;
	demote_four(&m);
	now_begin(&now, 0, 0);
	assert_int_equal(decide(&now, m.log, m.n), 0);
	for (uint32_t i = 0; i < 4; i++)
		assert_int_equal(now.out[i].now_to, i < 2 ? 2 : 3);
	assert_int_equal(now.out[3].then_action, TIERMM_VERDICT_NONE);
	assert_int_equal(now.sums.same, 2);
	assert_int_equal(now.sums.elsewhere, 1);
	assert_int_equal(now.sums.other, 1);
	/* Somebody took page 0 back; page 2 never was where the log has it. */
	add_sample(&m, 0, 0);
	add_sample(&m, 2, 2);
	assert_int_equal(decide(&now, &m.log[m.n - 4], 4), 0);
	assert_int_equal(place_of(&now, 0), 0);
	assert_int_equal(place_of(&now, 1), 2);
	assert_int_equal(place_of(&now, 2), 3);
	now_end(&now);
}

static void what_is_out_now_comes_back_where_the_log_says(void **state)
{
	static struct made m;
	static struct now now;

	(void)state;
	demote_four(&m);
	add_sample(&m, 0, 2);
	now_begin(&now, TIERMM_RECLAIM_DEMOTION_OFF, 0);
	assert_int_equal(decide(&now, m.log, m.n), 0);
	assert_int_equal(place_of(&now, 0), 2);
	assert_int_equal(place_of(&now, 1), TIERMM_NO_NODE);
	now_end(&now);
}

/* Two more pages fit since they are parked, that is: free before long. */
static void parked_pages_are_room(void **state)
{
	static struct made m;
	static struct now now;

	(void)state;
	demote_four(&m);
	m.log[0].reason = 2;
	now_begin(&now, 0, 0);
	assert_int_equal(decide(&now, m.log, m.n), 0);
	assert_int_equal(now.out[2].now_to, 2);
	assert_int_equal(now.out[3].now_to, 3);
	now_end(&now);
}

/* In one call two pages leave node 2, and three are to come. */
static void what_leaves_makes_room_for_what_comes(void **state)
{
	static const uint16_t order[] = { 1, 0, 1, 0 };
	static struct made m;
	static struct now now;

	(void)state;
	m.n = 0;
	add_room(&m, 2, 0);
	add_room(&m, 3, ROOMY);
	add_step(&m, TIERMM_STEP_DEMOTE, 4);
	for (uint64_t i = 0; i < 4; i++)
		add_folio(&m, 4 * i, i ? 0 : 2, order[i], TIERMM_FOLIO_ANON);
	now_begin(&now, 0, 0);
	assert_int_equal(decide(&now, m.log, m.n), 0);
	assert_int_equal(now.n, 4);
	assert_int_equal(now.out[0].now_to, 3);
	assert_int_equal(now.out[1].now_to, 2);
	assert_int_not_equal(now.out[2].now_to, 2);
	assert_int_equal(now.out[3].now_to, 2);
	now_end(&now);
}

/* What went in one call is reckoned once in the next. */
static void room_lasts_from_step_to_step(void **state)
{
	static struct made m;
	static struct now now;

	(void)state;
	m.n = 0;
	add_room(&m, 2, 4);
	for (uint64_t i = 0; i < 6; i += 2) {
		add_step(&m, TIERMM_STEP_DEMOTE, 2);
		add_folio(&m, i, 0, 0, TIERMM_FOLIO_ANON);
		add_folio(&m, i + 1, 0, 0, TIERMM_FOLIO_ANON);
	}
	now_begin(&now, 0, 0);
	assert_int_equal(decide(&now, m.log, m.n - 3), 0);
	assert_int_equal(now.out[0].now_to, 2);
	assert_int_equal(now.out[1].now_to, 2);
	assert_int_equal(decide(&now, &m.log[m.n - 3], 3), 0);
	assert_int_not_equal(now.out[0].now_to, 2);
	now_end(&now);
}

static void who_was_not_reached_is_no_decision(void **state)
{
	static struct made m;
	static struct now now;

	(void)state;
	m.n = 0;
	add_step(&m, TIERMM_STEP_DEMOTE, 3);
	m.log[0].value[1] = 1;
	for (uint64_t i = 0; i < 3; i++)
		add_folio(&m, i, 0, 0, TIERMM_FOLIO_ANON);
	add_try(&m, 0, 0, 2, TIERMM_VERDICT_DEMOTE, TIERMM_OUTCOME_DONE);
	add_final(&m, 0, TIERMM_VERDICT_DEMOTE, 2);
	now_begin(&now, 0, 0);
	assert_int_equal(decide(&now, m.log, m.n), 0);
	assert_int_equal(now.sums.decisions, 1);
	assert_int_equal(now.sums.same, 1);
	now_end(&now);
}

/* Keys without order and without an index: some share a place in a table. */
static uint64_t key_of(uint64_t i)
{
	return i * i * i * UINT64_C(0x3c6ef372fe94f82b) + 1;
}

/* Busy were pages that are not asked for now, and one that went otherwise. */
static void outcomes_belong_to_their_page_and_action(void **state)
{
	enum {
		PAGES = 40
	};
	static struct made m;
	static struct now now;

	(void)state;
	m.n = 0;
	add_step(&m, TIERMM_STEP_DEMOTE, PAGES);
	for (uint64_t i = 0; i < PAGES; i++) {
		add_folio(&m, key_of(i), 0, 0,
			  TIERMM_FOLIO_ANON |
				  (i % 2 ? 0 : TIERMM_FOLIO_ACTIVE));
		m.log[m.n - 1].value[1] = 0;
	}
	for (uint64_t i = 0; i < PAGES; i += 2) {
		add_try(&m, key_of(i), 0, 2, TIERMM_VERDICT_DEMOTE,
			TIERMM_OUTCOME_BUSY);
		m.log[m.n - 1].flags = 0;
	}
	now_begin(&now, 0, m.n);
	assert_int_equal(decide(&now, m.log, m.n), 0);
	for (uint32_t i = 1; i < PAGES; i += 2)
		assert_int_equal(now.out[i].now_action, TIERMM_VERDICT_DEMOTE);
	now_end(&now);

	m.n = 0;
	add_step(&m, TIERMM_STEP_DEMOTE, 1);
	add_folio(&m, 0, 0, 0, 0);
	add_try(&m, 0, 0, TIERMM_NO_NODE, TIERMM_VERDICT_PAGE_OUT,
		TIERMM_OUTCOME_BUSY);
	now_begin(&now, TIERMM_RECLAIM_DEMOTION_OFF, 0);
	assert_int_equal(decide(&now, m.log, m.n), 0);
	assert_int_equal(now.out[0].now_action, TIERMM_VERDICT_DISCARD);
	now_end(&now);
}

/* Pages of a node that was not due, up to the last page that there is. */
static void folios_tell_where_their_pages_are(void **state)
{
	static struct made m;
	static struct now now;

	(void)state;
	m.n = 0;
	add_step(&m, TIERMM_STEP_BALANCE, 2);
	add_folio(&m, 5, 2, 0, TIERMM_FOLIO_ANON);
	add_folio(&m, 63, 3, 2, TIERMM_FOLIO_ANON);
	now_begin(&now, 0, 0);
	assert_int_equal(decide(&now, m.log, m.n), 0);
	assert_int_equal(place_of(&now, 5), 2);
	assert_int_equal(place_of(&now, 63), 3);
	assert_int_equal(now.sums.refused, 0);
	assert_int_equal(now.sums.decisions, 0);
	now_end(&now);
}

/* As many items a call as the engine has room for, whatever is on record. */
static void calls_are_no_larger_than_there_is_room_for(void **state)
{
	struct tiermm_engine_options o = { .size = sizeof(o), .batch = 2 };
	uint64_t counter[TIERMM_ENGINE_COUNTERS], n;
	static struct made m;
	static struct now now;

	(void)state;
	m.n = 0;
	add_step(&m, TIERMM_STEP_DEMOTE, 6);
	m.log[0].verdict = 512;
	for (uint64_t i = 0; i < 6; i++)
		add_folio(&m, i, 0, 0, TIERMM_FOLIO_ANON);
	now = (struct now){ .sums = { .size = sizeof(now.sums) } };
	now.topology = machine_topology(&machine_three_tiers);
	assert_int_equal(tiermm_engine_create(&now.e, now.topology, &o, NULL, 0,
					      NULL, NULL),
			 0);
	assert_int_equal(tiermm_replay_create(&now.r, now.e, NULL, NULL), 0);
	assert_int_equal(decide(&now, m.log, m.n), 0);
	assert_int_equal(tiermm_engine_counters(now.e, counter,
						TIERMM_ENGINE_COUNTERS, &n),
			 0);
	assert_int_equal(counter[TIERMM_ENGINE_CALLS], 3);
	assert_int_equal(now.sums.decisions, 6);
	now_end(&now);
}

/* --- promotion ----------------------------------------------------------- */

/* Page 0 is on node 2, where this engine leaves it. */
static void went_up(struct made *m, struct now *now, uint16_t outcome,
		    uint64_t max_records)
{
	now_begin(now, 0, max_records);
	assert_int_equal(tiermm_promotion_set_pages(tiermm_engine_promotion(
							    now->e),
						    0, 8, 2),
			 0);
	*m = (struct made){ .n = 0 };
	add_step(m, TIERMM_STEP_PROMOTE, 0);
	add_try(m, 0, 2, 0, TIERMM_VERDICT_NONE, outcome);
}

static void outcomes_of_then_say_what_was_done(void **state)
{
	static const struct {
		uint16_t outcome;
		uint32_t told, action;
		int32_t place; /* after a sample that has it on top */
	} cases[] = {
		{ TIERMM_OUTCOME_DONE, TIERMM_OUTCOME_DONE,
		  TIERMM_REPLAY_PROMOTE, 2 },
		{ TIERMM_OUTCOME_ALREADY, TIERMM_OUTCOME_ALREADY,
		  TIERMM_REPLAY_PROMOTE, 0 },
		{ TIERMM_OUTCOME_BUSY, TIERMM_OUTCOME_BUSY,
		  TIERMM_VERDICT_FAILED, 0 },
		{ 999, TIERMM_OUTCOME_UNKNOWN, TIERMM_VERDICT_FAILED, 0 },
	};
	static struct made m;
	static struct now now;

	(void)state;
	for (uint32_t i = 0; i < 4; i++) {
		went_up(&m, &now, cases[i].outcome, 0);
		add_sample(&m, 0, 0);
		assert_int_equal(decide(&now, m.log, m.n), 0);
		assert_int_equal(now.n, 1);
		assert_int_equal(now.out[0].then_outcome, cases[i].told);
		assert_int_equal(now.out[0].then_action, cases[i].action);
		assert_int_equal(now.out[0].now_action, TIERMM_REPLAY_STAY);
		assert_int_equal(now.out[0].pages, 1);
		assert_int_equal(place_of(&now, 0), cases[i].place);
		now_end(&now);
	}
}

/* Nobody knows what happened meanwhile: from then on the log is right. */
static void missing_records_have_pages_placed_anew(void **state)
{
	static struct made m;
	static struct now now;

	(void)state;
	went_up(&m, &now, TIERMM_OUTCOME_DONE, 0);
	m.n += 5;
	add_sample(&m, 0, 0);
	assert_int_equal(decide(&now, m.log, 2), 0);
	assert_int_equal(decide(&now, &m.log[7], 2), 0);
	assert_int_equal(now.sums.lost, 5);
	assert_int_equal(place_of(&now, 0), 0);
	assert_int_equal(place_of(&now, 1), TIERMM_NO_NODE);
	now_end(&now);

	went_up(&m, &now, TIERMM_OUTCOME_DONE, 4);
	add_step(&m, TIERMM_STEP_DEMOTE, 4);
	for (uint64_t i = 0; i < 4; i++)
		add_folio(&m, i + 20, 0, 0, TIERMM_FOLIO_ANON);
	assert_int_equal(decide(&now, m.log, m.n), -TIERMM_ENOSPC);
	add_sample(&m, 0, 0);
	assert_int_equal(decide(&now, &m.log[m.n - 2], 2), 0);
	assert_int_equal(place_of(&now, 0), 0);
	assert_int_equal(place_of(&now, 1), TIERMM_NO_NODE);
	now_end(&now);
}

static void steps_that_contradict_themselves_are_passed_over(void **state)
{
	static struct made m;
	static struct now now;

	(void)state;
	m.n = 0;
	/* One cold page of two, one sample of two, one that is no kind. */
	add_step(&m, TIERMM_STEP_PROMOTE, 2);
	add_folio(&m, 9, 0, 0, TIERMM_FOLIO_ANON);
	add_sample(&m, 1, 2);
	m.log[2].value[0] = 2;
	add_sample(&m, 2, 2);
	m.log[5].flags = 1234;
	now_begin(&now, 0, 0);
	assert_int_equal(decide(&now, m.log, m.n), 0);
	assert_int_equal(now.sums.cut, 2);
	assert_int_equal(now.sums.refused, 1);
	assert_int_equal(now.sums.samples, 0);
	assert_int_equal(now.sums.steps, 0);
	now_end(&now);

	/* A cold folio that is larger than any. */
	m.n = 0;
	add_step(&m, TIERMM_STEP_PROMOTE, 1);
	add_folio(&m, 9, 0, 200, TIERMM_FOLIO_ANON);
	now_begin(&now, 0, 0);
	assert_int_equal(decide(&now, m.log, m.n), 0);
	assert_int_equal(now.sums.refused, 1);
	now_end(&now);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_stand_where_they_went_otherwise),
		cmocka_unit_test(what_is_out_now_comes_back_where_the_log_says),
		cmocka_unit_test(parked_pages_are_room),
		cmocka_unit_test(what_leaves_makes_room_for_what_comes),
		cmocka_unit_test(room_lasts_from_step_to_step),
		cmocka_unit_test(who_was_not_reached_is_no_decision),
		cmocka_unit_test(outcomes_belong_to_their_page_and_action),
		cmocka_unit_test(folios_tell_where_their_pages_are),
		cmocka_unit_test(calls_are_no_larger_than_there_is_room_for),
		cmocka_unit_test(outcomes_of_then_say_what_was_done),
		cmocka_unit_test(missing_records_have_pages_placed_anew),
		cmocka_unit_test(
			steps_that_contradict_themselves_are_passed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
