/* SPDX-License-Identifier: MIT */
/*
 * Items that are alike are folded as one: at the edges where a sum is not the
 * same as one after the other. What holds for all batches is in
 * tests/property/test_reclaim_batches.c.
 */
#include "reclaim_fixture.h"

#define ALIKE 6

struct batch {
	struct tiermm_folio folios[ALIKE];
	struct tiermm_decision decisions[ALIKE];
	struct tiermm_result results[ALIKE];
};

static void plan_alike(const struct scene *s, struct batch *b, int32_t node)
{
	for (int i = 0; i < ALIKE; i++)
		b->folios[i] = cold_on(node);
	assert_int_equal(tiermm_reclaim_plan(s->r, &s->context, b->folios,
					     ALIKE, b->decisions),
			 0);
}

static void report_alike(const struct scene *s, struct batch *b, uint64_t pages)
{
	uint64_t open = 99;

	for (int i = 0; i < ALIKE; i++)
		b->results[i] = (struct tiermm_result){
			.outcome = TIERMM_OUTCOME_DONE,
			.pages = pages,
		};
	assert_int_equal(tiermm_reclaim_report(s->r, &s->context, b->folios,
					       b->decisions, b->results, ALIKE,
					       &open),
			 0);
	assert_int_equal(open, 0);
}

/* 1000 pages, min 8: low 10, start 20, stop 22; see test_reclaim_node.c. */
static void tell(const struct scene *s, int32_t node, uint64_t free_pages)
{
	struct tiermm_reclaim_node figures = { .node = node,
					       .managed = 1000,
					       .min = 8,
					       .free_pages = free_pages };

	assert_int_equal(tiermm_reclaim_set_nodes(s->r, &figures, 1), 0);
}

static void go(const struct scene *s, uint32_t kind)
{
	for (int32_t node = 4; node <= 5; node++) {
		struct tiermm_event e = { .kind = kind, .node = node };

		assert_int_equal(tiermm_demotion_event(s->d, &e, NULL), 0);
	}
}

/*
 * Node 2 has headroom again since it can demote again: 15 free pages are too
 * few by now, which the first page that leaves finds out. The sixth makes 21
 * free pages: enough not to begin, but not enough to end.
 */
static void r8_the_first_of_many_begins_balancing(void **state)
{
	struct scene s = scene_of();
	struct batch b;
	uint64_t wanted = 0;

	(void)state;
	go(&s, TIERMM_EVENT_MEMORY_GOING);
	tell(&s, 2, 15);
	assert_int_equal(tiermm_reclaim_due(s.r, 2, NULL), 0);
	go(&s, TIERMM_EVENT_MEMORY_CANCEL);
	assert_int_equal(tiermm_reclaim_due(s.r, 2, NULL), 0);
	plan_alike(&s, &b, 2);
	report_alike(&s, &b, 1);
	assert_int_equal(tiermm_reclaim_due(s.r, 2, &wanted), 1);
	assert_int_equal(wanted, 2);
	leave(&s);
}

/* The greatest number is where it ends, however many come at once. */
static void r7_room_does_not_come_round(void **state)
{
	struct tiermm_reclaim_room room = { .size = sizeof(room) };
	struct scene s = scene_of();
	struct batch b;

	(void)state;
	tell(&s, 0, 5);
	plan_alike(&s, &b, 0);
	report_alike(&s, &b, UINT64_C(1) << 62);
	assert_int_equal(tiermm_reclaim_get_room(s.r, 0, &room), 0);
	assert_int_equal(room.free_pages, UINT64_MAX);
	leave(&s);
}

/* One that is no decision of ours is found behind any number of sound ones. */
static void r10_all_are_looked_at_before_any_counts(void **state)
{
	struct scene s = scene_of();
	struct batch b;

	(void)state;
	plan_alike(&s, &b, 0);
	memset(b.results, 0, sizeof(b.results));
	b.decisions[ALIKE - 1].reserved = 0;
	assert_int_equal(tiermm_reclaim_report(s.r, &s.context, b.folios,
					       b.decisions, b.results, ALIKE,
					       NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(counter(&s, TIERMM_RECLAIM_PAGES_IN), 0);
	leave(&s);
}

/* Sums of a batch are those of its items, alike or not. */
static void r7_a_summary_tells_items_apart(void **state)
{
	struct tiermm_reclaim_summary sum = { .size = sizeof(sum) };
	struct scene s = scene_of();
	struct batch b;

	(void)state;
	plan_alike(&s, &b, 0);
	report_alike(&s, &b, 1);
	b.folios[3].flags = TIERMM_FOLIO_ACTIVE;
	b.decisions[3] = plan_one(&s, &b.folios[3]);
	assert_int_equal(tiermm_reclaim_summarize(b.folios, b.decisions, ALIKE,
						  &sum),
			 0);
	assert_int_equal(sum.demoted, ALIKE - 1);
	assert_int_equal(sum.activated, 1);
	assert_int_equal(sum.pages, ALIKE);
	leave(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(r8_the_first_of_many_begins_balancing),
		cmocka_unit_test(r7_room_does_not_come_round),
		cmocka_unit_test(r10_all_are_looked_at_before_any_counts),
		cmocka_unit_test(r7_a_summary_tells_items_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
