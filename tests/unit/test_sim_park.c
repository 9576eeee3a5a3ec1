/* SPDX-License-Identifier: MIT */
/*
 * Old copies on a simulated machine (S4, S6, F7, F8): of pages on their way up
 * as of those on their way down, under the eyes of the oracle.
 */
#include "sim_machines.h"

#include "../../backends/sim/machine.h"

#include <tiermm/engine_parts.h>
#include <tiermm/random.h>

#define PAGES 4000
#define FAST 1000
#define HOT 3600
#define N_HOT 300

/* Nothing flushes by itself, and no translation pushes another one out. */
static struct tiermm_sim *quiet_machine(uint32_t policy, uint32_t flags)
{
	struct tiermm_sim_costs costs = { .size = sizeof(costs),
					  .tlb_entries = 4096,
					  .flush_period_ns = UINT64_MAX / 4 };
	struct tiermm_sim_options o =
		options_of(policy, flags | TIERMM_SIM_CHECK, PAGES);

	o.costs = &costs;
	o.repeat = 100;
	o.sample_period = 97;
	o.scan_ns = UINT64_C(200000000);
	return sim_made(FAST, 8000, &o);
}

/* Rarely used pages first; then some of the slow node's become hot. */
static void heat(struct tiermm_sim *s, uint32_t flags)
{
	scan(s, PAGES, 1, flags);
	hammer(s, HOT, N_HOT, 400000);
}

static const uint32_t up[] = { TIERMM_SIM_KERNEL, TIERMM_SIM_HISTOGRAM,
			       TIERMM_SIM_LATENCY };

static void what_goes_up_leaves_an_old_copy(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 3; i++) {
		struct tiermm_sim *s = quiet_machine(up[i], TIERMM_SIM_DEFER);
		struct tiermm_sim *plain = quiet_machine(up[i], 0);
		struct tiermm_sim_result r, without;

		heat(s, 0);
		heat(plain, 0);
		r = result_of(s);
		without = result_of(plain);
		assert_true(r.promoted >= 200);
		assert_int_equal(r.deferred, r.demoted + r.promoted);
		assert_true(r.flushes_avoided > 0);
		assert_true(r.interrupts <= without.interrupts);
		assert_int_equal(without.deferred, 0);
		assert_true(tiermm_sim_is_valid(s));
		tiermm_sim_destroy(s);
		tiermm_sim_destroy(plain);
	}
}

/* One that was written to may be written again: its batch does not wait. */
static void what_was_written_to_leaves_none(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 3; i++) {
		struct tiermm_sim *s = quiet_machine(up[i], TIERMM_SIM_DEFER);

		heat(s, TIERMM_SIM_WRITE);
		assert_true(result_of(s).promoted >= 200);
		assert_int_equal(result_of(s).deferred, 0);
		assert_int_equal(result_of(s).flushes_avoided, 0);
		tiermm_sim_destroy(s);
	}
}

/* A page on the fast node whose old copy on the slow one waits. */
static uint64_t promoted_page(const struct tiermm_sim *s)
{
	for (uint64_t p = 0; p < PAGES; p++) {
		const struct sim_link *link = tiermm__sim_parked(s, p);

		if (link && link->flush.parked && link->from == 1 &&
		    sim_word(s, p) & PAGE_PARKED)
			return p;
	}
	fail_msg("no page that went up was deferred");
	return 0;
}

/* F7: on the fast node as on the slow one. */
static void a_write_to_what_went_up_settles_first(void **state)
{
	struct tiermm_sim *s =
		quiet_machine(TIERMM_SIM_HISTOGRAM, TIERMM_SIM_DEFER);
	struct tiermm_sim_access a = { .flags = TIERMM_SIM_WRITE, .count = 1 };
	uint64_t before;

	(void)state;
	heat(s, 0);
	a.page = promoted_page(s);
	before = result_of(s).settled;
	feed_all(s, &a, 1);
	assert_int_equal(result_of(s).settled, before + 1);
	assert_false(sim_word(s, a.page) & PAGE_PARKED);
	assert_true(tiermm_sim_is_valid(s));
	tiermm_sim_destroy(s);
}

static struct tiermm_flush_page *link_of(struct tiermm_sim *s, uint64_t page)
{
	struct tiermm_parking parking = tiermm__sim_park(s);
	struct tiermm_move move = { .page = page, .pages = 1 };
	struct tiermm_flush_page *copy = NULL, *link;

	link = parking.link(parking.self, &move, &copy);
	assert_null(copy);
	return link;
}

/* I28: moved on while its old copy waits, a page is flushed for. */
static void i28_a_page_has_one_old_copy_at_most(void **state)
{
	struct tiermm_sim *s =
		quiet_machine(TIERMM_SIM_HISTOGRAM, TIERMM_SIM_DEFER);
	struct tiermm_parking parking;
	struct tiermm_flush_page *link;
	struct tiermm_move move;
	uint32_t left;

	(void)state;
	heat(s, 0);
	parking = tiermm__sim_park(s);
	left = s->parking.n_free;
	move = (struct tiermm_move){ .page = promoted_page(s), .pages = 1 };
	assert_null(link_of(s, move.page));
	assert_int_equal(s->parking.n_free, left);
	for (move.page = 0; tiermm__sim_parked(s, move.page); move.page++)
		;
	link = link_of(s, move.page);
	assert_non_null(link);
	assert_null(link_of(s, move.page));
	parking.unused(parking.self, &move, link);
	assert_int_equal(s->parking.n_free, left);
	assert_null(tiermm__sim_parked(s, move.page));
	tiermm_sim_destroy(s);
}

/* Whether each of these pages, and none of the others, has a link. */
static void expect_linked(const struct tiermm_sim *s, const uint8_t *linked,
			  uint64_t pages)
{
	for (uint64_t p = 0; p < pages; p++) {
		const struct sim_link *link = tiermm__sim_parked(s, p);

		if ((link != NULL) != linked[p] || (link && link->page != p))
			fail_msg("page %llu", (unsigned long long)p);
	}
}

static void give_up(struct tiermm_sim *s, uint64_t page)
{
	struct tiermm_parking parking = tiermm__sim_park(s);
	struct tiermm_move move = { .page = page, .pages = 1 };

	parking.unused(parking.self, &move,
		       &tiermm__sim_parked(s, page)->flush);
}

/* As many as there is room for: the rest has to go without, none is lost. */
static void links_are_found_among_as_many_as_there_can_be(void **state)
{
	static uint8_t linked[4 * SIM_LINKS];
	const uint64_t pages = sizeof(linked);
	struct tiermm_sim *s =
		sim_of(TIERMM_SIM_DEMOTION, TIERMM_SIM_DEFER, 64, 64, pages);
	struct tiermm_random r;

	(void)state;
	assert_int_equal(tiermm_random_seed(&r, 11), 0);
	for (uint32_t n = 0; n < SIM_LINKS;) {
		uint64_t page = tiermm_random_below(&r, pages);

		n += !linked[page];
		if (!linked[page])
			assert_non_null(link_of(s, page));
		linked[page] = 1;
	}
	for (uint64_t p = 0; p < pages; p++)
		if (!linked[p] && link_of(s, p))
			fail_msg("page %llu", (unsigned long long)p);
	expect_linked(s, linked, pages);
	for (uint32_t part = 3; part > 0; part--) {
		for (uint64_t p = 0; p < pages; p++)
			if (linked[p] && tiermm_random_below(&r, part) == 0) {
				give_up(s, p);
				linked[p] = 0;
			}
		expect_linked(s, linked, pages);
	}
	assert_int_equal(s->parking.n_free, SIM_LINKS);
	tiermm_sim_destroy(s);
}

/* All is read for long, then all is written: each copy before its write. */
static void everything_may_be_written_after_it_went_up(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 3; i++) {
		struct tiermm_sim *s = quiet_machine(up[i], TIERMM_SIM_DEFER);
		uint64_t waiting;

		heat(s, 0);
		waiting = s->node[0].parked + s->node[1].parked;
		assert_true(waiting > 0);
		scan(s, PAGES, 1, TIERMM_SIM_WRITE);
		scan(s, PAGES, 1, 0);
		assert_true(result_of(s).settled > 0);
		assert_true(tiermm_sim_is_valid(s));
		tiermm_sim_destroy(s);
	}
}

static uint64_t room_on(struct tiermm_sim *s, int32_t node)
{
	uint64_t pages = 0;

	assert_int_equal(tiermm__sim_memops.headroom(s, &node, 1, &pages), 0);
	return pages;
}

/* Move pages of the slow node to the fast one until there is no room. */
static uint64_t fill_fast_node(struct tiermm_sim *s)
{
	uint64_t n = 0;

	for (uint64_t p = 0; p < PAGES; p++) {
		struct tiermm_move move = { .page = p,
					    .pages = 1,
					    .from = 1,
					    .to = 0 };
		struct tiermm_result result = { 0 };
		uint32_t word = sim_word(s, p);

		if (!(word & PAGE_RESIDENT) || (word & PAGE_NODE) != 1)
			continue;
		assert_int_equal(tiermm__sim_memops.move(s, &move, 1, &result),
				 0);
		if (result.outcome == TIERMM_OUTCOME_TARGET_FULL)
			return n;
		assert_int_equal(result.outcome, TIERMM_OUTCOME_DONE);
		n++;
	}
	fail_msg("the fast node never was full");
	return n;
}

/* F8: they count as free, and go before a move is refused for lack of room. */
static void old_copies_make_room_for_what_comes(void **state)
{
	struct tiermm_sim *s =
		quiet_machine(TIERMM_SIM_DEMOTION, TIERMM_SIM_DEFER);
	uint64_t room, interrupts;

	(void)state;
	scan(s, 2000, 1, 0);
	assert_true(s->node[0].parked > 0);
	room = room_on(s, 0);
	assert_int_equal(room, sim_free(&s->node[0]) + s->node[0].parked -
				       s->node[0].min);
	interrupts = s->sum.shootdowns;
	assert_int_equal(fill_fast_node(s), room);
	assert_int_equal(s->node[0].parked, 0);
	/* One a page that moved, and one for all that had waited. */
	assert_int_equal(s->sum.shootdowns, interrupts + room + 1);
	assert_int_equal(room_on(s, 0), 0);
	assert_true(tiermm_sim_is_valid(s));
	tiermm_sim_destroy(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_goes_up_leaves_an_old_copy),
		cmocka_unit_test(what_was_written_to_leaves_none),
		cmocka_unit_test(a_write_to_what_went_up_settles_first),
		cmocka_unit_test(i28_a_page_has_one_old_copy_at_most),
		cmocka_unit_test(links_are_found_among_as_many_as_there_can_be),
		cmocka_unit_test(everything_may_be_written_after_it_went_up),
		cmocka_unit_test(old_copies_make_room_for_what_comes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
