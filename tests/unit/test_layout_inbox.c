/* SPDX-License-Identifier: MIT */
/* Proposals are taken in order; events are read by who cannot be called. */
#include "layout_fixture.h"

static void l12_proposals_are_committed_in_order(void **state)
{
	struct tiermm_relayout *r = force(all_on(0), NULL);
	struct tiermm_layout *l[3] = { all_on(1), all_on(2), all_on(3) };
	uint64_t ticket = 0;

	(void)state;
	assert_int_equal(tiermm_relayout_take(r, NULL, 0, NULL, &ticket),
			 -TIERMM_ENOENT);
	for (uint64_t i = 0; i < 3; i++) {
		assert_int_equal(tiermm_relayout_propose(r, l[i], &ticket), 0);
		assert_int_equal(ticket, i + 1);
		tiermm_layout_unref(l[i]);
	}
	assert_int_equal(tiermm_relayout_node(r, 0), 0);
	for (int32_t i = 1; i <= 3; i++) {
		assert_int_equal(tiermm_relayout_take(r, NULL, 0, NULL,
						      &ticket),
				 0);
		assert_int_equal(ticket, i);
		assert_int_equal(tiermm_relayout_node(r, 0), i);
	}
	assert_int_equal(tiermm_relayout_take(r, NULL, 0, NULL, NULL),
			 -TIERMM_ENOENT);
	done_with(r);
}

static void a_refused_proposal_is_dropped(void **state)
{
	struct tiermm_relayout_options o = { .size = sizeof(o),
					     .max_nodes = 2 };
	struct tiermm_layout_problem p = { .size = sizeof(p) };
	struct tiermm_relayout *r = force(all_on(0), &o);
	struct tiermm_layout *bad = all_on(2), *good = all_on(1);

	(void)state;
	assert_int_equal(tiermm_relayout_propose(r, bad, NULL), 0);
	assert_int_equal(tiermm_relayout_propose(r, good, NULL), 0);
	assert_int_equal(tiermm_relayout_take(r, NULL, 0, &p, NULL),
			 -TIERMM_ENODEV);
	assert_int_equal(p.what, TIERMM_LAYOUT_PROBLEM_NODE);
	assert_int_equal(counter(r, TIERMM_LAYOUT_PROPOSALS_REFUSED), 1);
	assert_int_equal(tiermm_relayout_take(r, NULL, 0, &p, NULL), 0);
	assert_int_equal(tiermm_relayout_node(r, 0), 1);
	tiermm_layout_unref(bad);
	tiermm_layout_unref(good);
	done_with(r);
}

static void a_full_inbox_says_so(void **state)
{
	struct tiermm_relayout_options o = { .size = sizeof(o),
					     .max_proposals = 2 };
	struct tiermm_relayout *r = force(all_on(0), &o);
	struct tiermm_layout *l = all_on(1);

	(void)state;
	for (int round = 0; round < 3; round++) {
		assert_int_equal(tiermm_relayout_propose(r, l, NULL), 0);
		assert_int_equal(tiermm_relayout_propose(r, l, NULL), 0);
		assert_int_equal(tiermm_relayout_propose(r, l, NULL),
				 -TIERMM_ENOSPC);
		assert_int_equal(tiermm_relayout_take(r, NULL, 0, NULL, NULL),
				 0);
		assert_int_equal(tiermm_relayout_take(r, NULL, 0, NULL, NULL),
				 0);
	}
	/* Proposals that nobody took are given back. */
	assert_int_equal(tiermm_relayout_propose(r, l, NULL), 0);
	tiermm_layout_unref(l);
	done_with(r);
}

static void late_readers_miss_the_oldest_events(void **state)
{
	struct tiermm_relayout_options o = { .size = sizeof(o),
					     .max_events = 4 };
	struct tiermm_relayout *r = force(all_on(0), &o);
	struct tiermm_layout_event e[4];
	uint64_t place = 0, n = 9;

	(void)state;
	assert_int_equal(tiermm_relayout_events(r, &place, e, 4, &n), 0);
	assert_int_equal(n, 0);
	for (int32_t i = 1; i <= 6; i++)
		commit_to(r, all_on(i));
	assert_int_equal(tiermm_relayout_events(r, &place, e, 3, &n), 0);
	assert_int_equal(n, 3);
	assert_int_equal(place, 5);
	assert_int_equal(e[0].generation, 4);
	assert_int_equal(tiermm_relayout_events(r, &place, e, 4, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(e[0].generation, 7);
	assert_int_equal(tiermm_relayout_events(r, NULL, e, 4, &n),
			 -TIERMM_EINVAL);
	done_with(r);
}

static void every_event_has_a_name(void **state)
{
	(void)state;
	for (uint32_t k = TIERMM_LAYOUT_COMMITTED; k <= TIERMM_LAYOUT_COMPLETE;
	     k++)
		assert_non_null(tiermm_layout_event_name(k));
	assert_string_equal(tiermm_layout_event_name(
				    TIERMM_LAYOUT_NODE_EMPTIED),
			    "node_emptied");
	assert_null(tiermm_layout_event_name(0));
	assert_null(tiermm_layout_event_name(TIERMM_LAYOUT_COMPLETE + 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(l12_proposals_are_committed_in_order),
		cmocka_unit_test(a_refused_proposal_is_dropped),
		cmocka_unit_test(a_full_inbox_says_so),
		cmocka_unit_test(late_readers_miss_the_oldest_events),
		cmocka_unit_test(every_event_has_a_name),
	};

	return cmocka_run_group_tests_name("layout/inbox", tests, NULL, NULL);
}
