/* SPDX-License-Identifier: MIT */
/*
 * The slots themselves (F3, F10): those that have no link, that drain, that
 * never return; and callers that have arrays, or nothing.
 */
#include "engine_park_fixture.h"

/* The slot has none at its nth call: that page moves, and is not parked. */
static void the_slot_may_have_none_at_every_call(void **state)
{
	struct park_fixture p;

	(void)state;
	for (uint32_t nth = 1; nth <= 6; nth++)
		for (int up = 0; up < 2; up++) {
			park_begin(&p, REQUESTS);
			p.none_at = nth;
			if (up)
				put_hot(&p, 6);
			else
				put(&p, 6);
			assert_int_equal(up ? promote(&p) : demote(&p, 6), 0);
			assert_int_equal(up ? p.x.step.promoted
					    : p.x.step.demoted,
					 6);
			assert_int_equal(p.x.step.parked, 5);
			assert_true(!p.holder[nth - 1].link.parked);
			check_links(&p);
			park_end(&p);
		}
}

/* Without a slot for what comes back, `parked` says it. */
static void without_unused_the_caller_looks(void **state)
{
	struct park_fixture p;

	(void)state;
	park_begin(&p, REQUESTS);
	p.parking.unused = NULL;
	put(&p, 4);
	p.x.folio[1].flags |= TIERMM_FOLIO_WRITABLE;
	assert_int_equal(demote(&p, 4), 0);
	assert_int_equal(p.out, 4);
	assert_int_equal(count_parked(&p), 3);
	assert_true(p.holder[1].link.parked == 0);
	park_end(&p);
}

static void without_a_tracker_nobody_is_asked(void **state)
{
	struct tiermm_parking parking = { .size = sizeof(parking),
					  .link = hand_out,
					  .unused = take_in };
	struct engine_fixture x;

	(void)state;
	engine_begin(&x, NULL, NULL);
	engine_put(&x, 0, 4, 0);
	/* Slots would fall over their NULL. */
	assert_int_equal(tiermm_engine_demote(x.e, &x.context, &parking,
					      x.folio, 4, x.decision, &x.step),
			 0);
	assert_int_equal(x.step.demoted, 4);
	assert_int_equal(x.step.parked, 0);
	engine_end(&x);
}

/* Requirement 3: told busy, and nothing is disturbed; drains are for all. */
static void slots_may_drain_and_nothing_else(void **state)
{
	struct park_fixture p;

	(void)state;
	park_begin(&p, REQUESTS);
	p.reenters = 1;
	p.drains = 1;
	put(&p, 12);
	p.x.folio[5].flags |= TIERMM_FOLIO_WRITABLE;
	assert_int_equal(demote(&p, 8), 0);
	assert_int_equal(p.x.step.parked, 7);
	assert_int_equal(p.back, 1);
	/* What the batch had queued was drained as its link came back. */
	assert_int_equal(p.drained, 7);
	assert_int_equal(count_parked(&p), 0);
	p.drains = 0;
	put_hot(&p, 4);
	assert_int_equal(promote(&p), 0);
	assert_int_equal(p.x.step.parked, 4);
	assert_int_equal(drain(&p), 4);
	park_end(&p);
}

/* One step that a slot leaves; then all links are accounted for. */
static void leave_once(struct park_fixture *p, int up)
{
	struct tiermm_flush_freed freed = { .size = sizeof(freed) };
	jmp_buf leave;

	p->leave = &leave;
	if (!setjmp(leave)) {
		(void)(up ? promote(p) : demote(p, 6));
		fail();
	}
	p->leave = NULL;
	assert_int_equal(up ? promote(p) : demote(p, 6), -TIERMM_EBUSY);
	assert_int_equal(tiermm_engine_recover(p->x.e, &freed), 0);
	take_freed(p, &freed);
	drain(p);
	assert_int_equal(count_parked(p), 0);
	for (uint32_t i = 0; i < PAGES; i++)
		p->holder[i].state = AT_HOME;
}

/* The same engine is fit for its work again, and every link for another. */
static void work_again(struct park_fixture *p)
{
	p->asked = p->out = p->back = 0;
	put(p, 6);
	assert_int_equal(demote(p, 6), 0);
	assert_int_equal(p->x.step.demoted, 6);
	check_links(p);
	assert_int_equal(drain(p), p->x.step.parked);
}

static void a_slot_may_never_return_at_any_call(void **state)
{
	static struct park_fixture p;

	(void)state;
	for (uint32_t nth = 1; nth <= 12; nth++) {
		int up = nth > 6;

		park_begin(&p, REQUESTS);
		p.leave_at = up ? nth - 6 : nth;
		if (up)
			put_hot(&p, 6);
		else
			put(&p, 6);
		leave_once(&p, up);
		work_again(&p);
		park_end(&p);
	}
	for (uint32_t nth = 1; nth <= 3; nth++) {
		park_begin(&p, REQUESTS);
		p.forget_at = nth;
		put(&p, 6);
		for (uint32_t i = 0; i < 6; i += 2)
			p.x.folio[i].flags |= TIERMM_FOLIO_DIRTY;
		leave_once(&p, 0);
		work_again(&p);
		park_end(&p);
	}
}

static void arrays_and_slots_are_not_mixed(void **state)
{
	struct tiermm_flush_page *links[1] = { NULL };
	struct park_fixture p;

	(void)state;
	park_begin(&p, REQUESTS);
	put(&p, 1);
	p.parking.links = links;
	assert_int_equal(demote(&p, 1), -TIERMM_EINVAL);
	p.parking.links = NULL;
	p.parking.copies = links;
	assert_int_equal(demote(&p, 1), -TIERMM_EINVAL);
	p.parking.copies = NULL;
	p.parking.link = NULL;
	assert_int_equal(demote(&p, 1), -TIERMM_EINVAL);
	assert_int_equal(promote(&p), -TIERMM_EINVAL);
	p.parking.links = links;
	assert_int_equal(demote(&p, 1), -TIERMM_EINVAL);
	p.parking.unused = NULL;
	assert_int_equal(demote(&p, 1), 0);
	p.parking.flags = 2;
	assert_int_equal(demote(&p, 1), -TIERMM_E2BIG);
	assert_int_equal(p.asked, 0);
	park_end(&p);
}

/* A caller from before there were slots: what stands behind is not read. */
static void a_caller_without_slots_has_arrays(void **state)
{
	struct tiermm_flush_page link = { 0 }, *links[1] = { &link };
	struct park_fixture p;

	(void)state;
	park_begin(&p, REQUESTS);
	put(&p, 1);
	p.parking.size = offsetof(struct tiermm_parking, self);
	p.parking.links = links;
	assert_int_equal(demote(&p, 1), 0);
	assert_int_equal(p.x.step.parked, 1);
	assert_true(link.parked != 0);
	assert_int_equal(p.asked, 0);
	p.parking.size -= 8;
	assert_int_equal(demote(&p, 1), -TIERMM_EINVAL);
	park_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_slot_may_have_none_at_every_call),
		cmocka_unit_test(without_unused_the_caller_looks),
		cmocka_unit_test(without_a_tracker_nobody_is_asked),
		cmocka_unit_test(slots_may_drain_and_nothing_else),
		cmocka_unit_test(a_slot_may_never_return_at_any_call),
		cmocka_unit_test(arrays_and_slots_are_not_mixed),
		cmocka_unit_test(a_caller_without_slots_has_arrays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
