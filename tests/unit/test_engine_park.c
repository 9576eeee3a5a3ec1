/* SPDX-License-Identifier: MIT */
/*
 * Links handed out by a slot (F3, F4, F10): each is parked, or comes back
 * before the step returns, whatever becomes of its page.
 */
#include "engine_park_fixture.h"

static void what_goes_down_gets_its_link_then(void **state)
{
	struct park_fixture p;

	(void)state;
	park_begin(&p, REQUESTS);
	put(&p, 10);
	p.x.folio[3].flags |= TIERMM_FOLIO_ACTIVE;
	assert_int_equal(demote(&p, 10), 0);
	assert_int_equal(p.x.step.demoted, 9);
	assert_int_equal(p.asked, 9);
	assert_int_equal(p.x.step.parked, 9);
	assert_int_equal(p.back, 0);
	check_links(&p);
	assert_int_equal(drain(&p), 9);
	park_end(&p);
}

static void what_goes_up_gets_its_link_then(void **state)
{
	struct park_fixture p;

	(void)state;
	park_begin(&p, REQUESTS);
	put_hot(&p, 6);
	assert_int_equal(promote(&p), 0);
	assert_int_equal(p.x.step.promoted, 6);
	assert_int_equal(p.asked, 6);
	assert_int_equal(p.x.step.parked, 6);
	check_links(&p);
	assert_int_equal(drain(&p), 6);
	park_end(&p);
}

/* P3: hot and cold ones change places, and both leave an old copy. */
static void an_exchange_parks_both(void **state)
{
	struct tiermm_folio cold = { .page = 20 };
	struct tiermm_promotion_query q = { .size = sizeof(q),
					    .now_ns = 12 * MS,
					    .cold = &cold,
					    .n_cold = 1 };
	struct tiermm_engine_room full = { .managed_pages = 1000,
					   .min_pages = 4 };
	struct park_fixture p;

	(void)state;
	park_begin(&p, REQUESTS);
	put_hot(&p, 1);
	engine_put(&p.x, 20, 1, 0);
	assert_int_equal(tiermm_promotion_set_pages(tiermm_engine_promotion(
							    p.x.e),
						    20, 1, 0),
			 0);
	assert_int_equal(tiermm_engine_set_rooms(p.x.e, &full, 1), 0);
	assert_int_equal(tiermm_mock_set_node(p.x.mock, 0, 1, 0), 0);
	assert_int_equal(tiermm_mock_set_node(p.x.mock, 1, 0, 0), 0);
	assert_int_equal(tiermm_engine_promote(p.x.e, &q, &p.parking,
					       &p.x.step),
			 0);
	assert_int_equal(p.x.step.promoted, 1);
	assert_int_equal(p.x.step.demoted, 1);
	assert_int_equal(p.asked, 2);
	assert_true(p.holder[0].link.parked && p.holder[20].link.parked);
	check_links(&p);
	park_end(&p);
}

/* Whatever becomes of a move, its link is parked or has come back. */
static void f10_every_outcome_leaves_no_link_behind(void **state)
{
	struct park_fixture p;

	(void)state;
	for (uint32_t outcome = 0; outcome < TIERMM_OUTCOMES; outcome++)
		for (int up = 0; up < 2; up++) {
			park_begin(&p, REQUESTS);
			for (uint32_t i = 0; i < 16; i++)
				assert_int_equal(
					tiermm_mock_script(p.x.mock,
							   TIERMM_MOCK_MOVE,
							   outcome),
					0);
			if (up)
				put_hot(&p, 3);
			else
				put(&p, 3);
			assert_int_equal(up ? promote(&p) : demote(&p, 3), 0);
			assert_true(p.asked >= 3);
			check_links(&p);
			assert_int_equal(drain(&p), p.x.step.parked);
			park_end(&p);
		}
}

/* F3, F4: no request, or facts against it: the link comes back. */
static void what_may_not_wait_gives_its_link_back(void **state)
{
	struct park_fixture p;

	(void)state;
	park_begin(&p, 1);
	put(&p, 6);
	p.x.folio[2].flags |= TIERMM_FOLIO_WRITABLE;
	assert_int_equal(demote(&p, 6), 0);
	assert_int_equal(p.x.step.demoted, 6);
	assert_int_equal(p.x.step.parked, 4);
	assert_int_equal(p.back, 2);
	assert_true(!p.holder[2].link.parked && !p.holder[5].link.parked);
	check_links(&p);
	park_end(&p);
}

/* One mapped page that may not wait has the whole batch flushed for. */
static void a_batch_may_wait_as_a_whole_or_not_at_all(void **state)
{
	struct park_fixture p;

	(void)state;
	park_begin(&p, REQUESTS);
	p.parking.flags = TIERMM_PARKING_WHOLE;
	put(&p, 6);
	assert_int_equal(demote(&p, 6), 0);
	assert_int_equal(p.x.step.parked, 6);
	check_links(&p);
	assert_int_equal(drain(&p), 6);
	p.asked = p.out = p.back = 0;
	put(&p, 6);
	p.x.folio[4].flags |= TIERMM_FOLIO_WRITABLE;
	assert_int_equal(demote(&p, 6), 0);
	assert_int_equal(p.x.step.demoted, 6);
	assert_int_equal(p.x.step.parked, 0);
	assert_int_equal(p.back, 6);
	assert_int_equal(engine_counter(&p.x, TIERMM_ENGINE_NOT_PARKED), 6);
	check_links(&p);
	assert_int_equal(drain(&p), 0);
	park_end(&p);
}

/* Nobody has to flush for a page that is not mapped. */
static void an_unmapped_page_keeps_no_batch_from_waiting(void **state)
{
	struct park_fixture p;

	(void)state;
	park_begin(&p, REQUESTS);
	p.parking.flags = TIERMM_PARKING_WHOLE;
	put(&p, 6);
	p.x.folio[0].flags &= ~(uint32_t)TIERMM_FOLIO_MAPPED;
	assert_int_equal(demote(&p, 6), 0);
	assert_int_equal(p.x.step.parked, 5);
	assert_int_equal(p.back, 1);
	check_links(&p);
	park_end(&p);
}

/* At each place of the batch there may be one without a link, going up. */
static void one_without_a_link_keeps_all_from_waiting(void **state)
{
	struct park_fixture p;

	(void)state;
	for (uint32_t nth = 1; nth <= 6; nth++) {
		park_begin(&p, REQUESTS);
		p.parking.flags = TIERMM_PARKING_WHOLE;
		p.none_at = nth;
		put_hot(&p, 6);
		assert_int_equal(promote(&p), 0);
		assert_int_equal(p.x.step.promoted, 6);
		assert_int_equal(p.x.step.parked, 0);
		assert_int_equal(p.back, 5);
		check_links(&p);
		/* The next batch is another one. */
		p.asked = p.out = p.back = p.none_at = 0;
		put(&p, 6);
		assert_int_equal(demote(&p, 6), 0);
		assert_int_equal(p.x.step.parked, 6);
		check_links(&p);
		park_end(&p);
	}
}

/* F8: where deferral is stopped, all of them come back. */
static void a_stop_gives_links_back(void **state)
{
	struct park_fixture p;

	(void)state;
	park_begin(&p, REQUESTS);
	assert_int_equal(tiermm_flush_stop(p.f, NULL), 0);
	put_hot(&p, 3);
	assert_int_equal(promote(&p), 0);
	assert_int_equal(p.x.step.promoted, 3);
	assert_int_equal(p.back, 3);
	check_links(&p);
	park_end(&p);
}

/* A second target is a second try: the link comes back, and goes out again. */
static void each_try_has_its_link(void **state)
{
	struct park_fixture p;

	(void)state;
	park_begin(&p, REQUESTS);
	put(&p, 1);
	assert_int_equal(tiermm_mock_script(p.x.mock, TIERMM_MOCK_MOVE,
					    TIERMM_OUTCOME_TARGET_FULL),
			 0);
	assert_int_equal(demote(&p, 1), 0);
	assert_int_equal(p.x.decision[0].verdict, TIERMM_VERDICT_DEMOTE);
	assert_int_equal(p.x.decision[0].to, 3);
	assert_int_equal(p.asked, 2);
	assert_int_equal(p.back, 1);
	check_links(&p);
	park_end(&p);
}

/* I28: the copy is parked with its page, and neither is parked again. */
static void i28_a_copy_is_parked_along(void **state)
{
	struct park_fixture p;

	(void)state;
	park_begin(&p, REQUESTS);
	p.has_copies = 1;
	put(&p, 2);
	assert_int_equal(demote(&p, 1), 0);
	assert_int_equal(p.x.step.parked, 1);
	assert_true(p.copy[0].parked != 0);
	/* Its frame is the target of another move: not that one. */
	p.copy[1].parked = p.copy[0].parked;
	p.x.folio[0] = p.x.folio[1];
	assert_int_equal(demote(&p, 1), 0);
	assert_int_equal(p.x.step.demoted, 1);
	assert_int_equal(p.x.step.parked, 0);
	assert_int_equal(p.back, 1);
	assert_int_equal(drain(&p), 1);
	assert_true(p.copy[0].parked == 0);
	park_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_goes_down_gets_its_link_then),
		cmocka_unit_test(what_goes_up_gets_its_link_then),
		cmocka_unit_test(an_exchange_parks_both),
		cmocka_unit_test(f10_every_outcome_leaves_no_link_behind),
		cmocka_unit_test(what_may_not_wait_gives_its_link_back),
		cmocka_unit_test(a_batch_may_wait_as_a_whole_or_not_at_all),
		cmocka_unit_test(an_unmapped_page_keeps_no_batch_from_waiting),
		cmocka_unit_test(one_without_a_link_keeps_all_from_waiting),
		cmocka_unit_test(a_stop_gives_links_back),
		cmocka_unit_test(each_try_has_its_link),
		cmocka_unit_test(i28_a_copy_is_parked_along),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
