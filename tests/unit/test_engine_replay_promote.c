/* SPDX-License-Identifier: MIT */
/*
 * Promotion on record, decided again (S10): where its pages stand, where they
 * go, what makes room for them, and why they stay.
 */
#include "replay_fixture.h"

/* Pages 0 to n - 1 on node 2, used, and promoted. */
static void promote_then(struct then *t, uint32_t n)
{
	struct tiermm_promotion *p = tiermm_engine_promotion(t->x.e);
	struct tiermm_engine_room room = { .node = 0,
					   .managed_pages = 1000,
					   .min_pages = 4,
					   .free_pages = 500 };
	struct tiermm_promotion_query q = { .size = sizeof(q),
					    .now_ns = 12000000 };
	struct tiermm_sample sample[2 * FOLIOS] = { { .page = 0 } };

	assert_int_equal(tiermm_engine_set_rooms(t->x.e, &room, 1), 0);
	engine_put(&t->x, 0, n, 2);
	assert_int_equal(tiermm_promotion_set_pages(p, 0, n, 2), 0);
	for (uint32_t i = 0; i < 2 * n; i++) {
		sample[i].page = i % n;
		sample[i].time_ns = i < n ? 10000000 : 11000000;
		sample[i].kind =
			i < n ? TIERMM_SAMPLE_MARK : TIERMM_SAMPLE_HINT_FAULT;
	}
	assert_int_equal(tiermm_engine_samples(t->x.e, sample, 2 * n), 0);
	assert_int_equal(tiermm_engine_promote(t->x.e, &q, NULL, &t->x.step),
			 0);
	assert_int_equal(t->x.step.promoted, n - 1);
	then_take(t);
}

/* One more access on record, to a page that was there by then. */
static int32_t place_after_sample(struct now *now, uint64_t number,
				  uint64_t page, int32_t node)
{
	struct tiermm_record sample[] = {
		{ .number = number,
		  .time_ns = 13000000,
		  .kind = TIERMM_RECORD_STEP,
		  .detail = TIERMM_STEP_SAMPLES,
		  .value = { 1 } },
		{ .number = number + 1,
		  .kind = TIERMM_RECORD_SAMPLE,
		  .page = page,
		  .value = { 13000000, 1 },
		  .to = node },
	};
	struct tiermm_promotion_page found;

	assert_int_equal(decide(now, sample, 2), 0);
	assert_int_equal(tiermm_promotion_get_page(tiermm_engine_promotion(
							   now->e),
						   13000000, page, &found),
			 0);
	return found.node;
}

static void promotion_finds_its_pages_by_the_log(void **state)
{
	static struct then t;
	static struct now now;

	(void)state;
	then_begin(&t, 0);
	assert_int_equal(tiermm_mock_script(t.x.mock, TIERMM_MOCK_MOVE,
					    TIERMM_OUTCOME_BUSY),
			 0);
	promote_then(&t, 5);
	now_begin(&now, 0, 0);
	assert_int_equal(decide(&now, t.log, t.n), 0);
	assert_int_equal(now.sums.samples, 10);
	assert_int_equal(now.sums.same, now.sums.decisions);
	assert_int_equal(now.sums.pages[TIERMM_REPLAY_PROMOTE]
				       [TIERMM_REPLAY_PROMOTE],
			 4);
	assert_int_equal(now.sums.pages[TIERMM_VERDICT_FAILED]
				       [TIERMM_VERDICT_FAILED],
			 1);
	assert_int_equal(now.out[0].now_outcome, TIERMM_OUTCOME_BUSY);
	/* It went as it did then; so it goes on as it did then. */
	assert_int_equal(place_after_sample(&now, t.n, 2, 2), 2);
	now_end(&now);
	engine_end(&t.x);
}

static void a_page_may_go_to_another_node(void **state)
{
	static struct then t;
	static struct now now;

	(void)state;
	then_begin(&t, 0);
	assert_int_equal(tiermm_mock_script(t.x.mock, TIERMM_MOCK_MOVE,
					    TIERMM_OUTCOME_BUSY),
			 0);
	promote_then(&t, 3);
	/* As if the room had been that of the other node on top. */
	now_begin(&now, 0, 0);
	t.log[0].from = 1;
	assert_int_equal(decide(&now, t.log, t.n), 0);
	assert_int_equal(now.n, 3);
	assert_int_equal(now.sums.elsewhere, 2);
	assert_int_equal(now.sums.other, 1);
	assert_int_equal(now.out[1].then_to, 0);
	assert_int_equal(now.out[1].now_to, 1);
	assert_int_equal(now.out[0].then_outcome, TIERMM_OUTCOME_BUSY);
	assert_int_equal(now.out[0].now_outcome, TIERMM_OUTCOME_DONE);
	/* It went otherwise, and is not where the log has it. */
	assert_int_equal(place_after_sample(&now, t.n, 2, 0), 1);
	now_end(&now);
	engine_end(&t.x);
}

/* What goes down in a call makes the room that goes up behind it. */
static void an_exchange_makes_its_own_room(void **state)
{
	static struct then t;
	static struct now now;
	struct tiermm_record step;
	uint64_t n = 0;

	(void)state;
	then_begin(&t, 0);
	assert_int_equal(tiermm_mock_script(t.x.mock, TIERMM_MOCK_MOVE,
					    TIERMM_OUTCOME_BUSY),
			 0);
	promote_then(&t, 3);
	/* Nothing is free; two cold pages are named; nothing was tried. */
	assert_int_equal(t.log[0].kind, TIERMM_RECORD_ROOM);
	t.log[0].value[0] = 0;
	while (t.log[n].kind != TIERMM_RECORD_STEP ||
	       t.log[n].detail != TIERMM_STEP_PROMOTE)
		n++;
	t.log[n++].value[0] = 2;
	step = t.log[n - 1];
	for (uint64_t i = 0; i < 2; i++)
		t.log[n + i] = (struct tiermm_record){
			.number = step.number + 1 + i,
			.time_ns = step.time_ns,
			.kind = TIERMM_RECORD_FOLIO,
			.page = 40 + i,
			.value = { UINT64_C(1) << 40, 41 + i },
			.to = 0,
		};
	now_begin(&now, 0, 0);
	assert_int_equal(decide(&now, t.log, n + 2), 0);
	assert_int_equal(
		now.sums.pages[TIERMM_REPLAY_STAY][TIERMM_VERDICT_DEMOTE], 2);
	assert_int_equal(
		now.sums.pages[TIERMM_REPLAY_STAY][TIERMM_REPLAY_PROMOTE], 2);
	assert_int_equal(now.sums.decisions, 4);
	now_end(&now);
	engine_end(&t.x);
}

/*
 * A folio of four went up then and not now: it stays where it is, until the
 * log has it there as well. From then on its pages follow the log again.
 */
static void a_folio_comes_back_as_a_whole(void **state)
{
	static const struct tiermm_record log[] = {
		{ .kind = TIERMM_RECORD_STEP, .detail = TIERMM_STEP_PROMOTE },
		{ .kind = TIERMM_RECORD_TRY,
		  .flags = 1,
		  .value = { 4 },
		  .from = 2,
		  .to = 0,
		  .detail = TIERMM_OUTCOME_DONE },
		{ .kind = TIERMM_RECORD_STEP,
		  .detail = TIERMM_STEP_SAMPLES,
		  .value = { 1 } },
		{ .kind = TIERMM_RECORD_SAMPLE, .to = 2, .detail = 2 },
		{ .kind = TIERMM_RECORD_STEP,
		  .detail = TIERMM_STEP_SAMPLES,
		  .value = { 2 } },
		{ .kind = TIERMM_RECORD_SAMPLE, .page = 1 },
		{ .kind = TIERMM_RECORD_SAMPLE, .page = 4 },
	};
	static struct now now;
	struct tiermm_record some[7];
	struct tiermm_promotion_page page;
	struct tiermm_promotion *p;

	(void)state;
	for (uint32_t comes_back = 0; comes_back < 2; comes_back++) {
		uint64_t n = 0;

		for (uint64_t i = 0; i < 7; i++) {
			if (!comes_back && (i == 2 || i == 3))
				continue;
			some[n] = log[i];
			some[n].number = n;
			n++;
		}
		now_begin(&now, 0, 0);
		p = tiermm_engine_promotion(now.e);
		assert_int_equal(tiermm_promotion_set_pages(p, 0, 8, 2), 0);
		assert_int_equal(decide(&now, some, n), 0);
		assert_int_equal(now.sums.other, 1);
		assert_int_equal(tiermm_promotion_get_page(p, 0, 1, &page), 0);
		assert_int_equal(page.node, comes_back ? 0 : 2);
		/* It was none of them. */
		assert_int_equal(tiermm_promotion_get_page(p, 0, 4, &page), 0);
		assert_int_equal(page.node, 0);
		now_end(&now);
	}
}

static void what_stays_says_why(void **state)
{
	static struct then t;
	static struct now now;
	char line[160];

	(void)state;
	then_begin(&t, 0);
	assert_int_equal(tiermm_mock_script(t.x.mock, TIERMM_MOCK_MOVE,
					    TIERMM_OUTCOME_BUSY),
			 0);
	promote_then(&t, 3);
	/* Without the room that was told, nothing goes up. */
	now_begin(&now, 0, 0);
	assert_int_equal(t.log[0].kind, TIERMM_RECORD_ROOM);
	t.log[0].value[0] = 0;
	assert_int_equal(decide(&now, t.log, t.n), 0);
	assert_int_equal(now.n, 3);
	assert_int_equal(now.sums.other, 3);
	assert_int_equal(tiermm_replayed_text(&now.out[1], line, sizeof(line),
					      NULL),
			 0);
	assert_string_equal(line, "page 0x2000 on node 2, pages 1: then "
				  "promote to node 0: done; now stay: no_room, "
				  "value 0, limit 7");
	now_end(&now);
	engine_end(&t.x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(promotion_finds_its_pages_by_the_log),
		cmocka_unit_test(a_page_may_go_to_another_node),
		cmocka_unit_test(an_exchange_makes_its_own_room),
		cmocka_unit_test(a_folio_comes_back_as_a_whole),
		cmocka_unit_test(what_stays_says_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
