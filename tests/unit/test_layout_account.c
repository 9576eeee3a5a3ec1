/* SPDX-License-Identifier: MIT */
/* Pages are counted where they are, at every moment (L8, L9, L11, I18). */
#include "layout_fixture.h"

#include "base/nodeset.h"

/* Frames of 4 KiB; the machine has 64 MiB. */
#define MIB UINT64_C(256)
#define TOP (64 * MIB - 1)

static struct tiermm_layout *border_at(uint64_t frame)
{
	struct tiermm_layout_range r[2] = {
		{ .first = 0, .last = frame - 1, .node = 1 },
		{ .first = frame, .last = TOP, .node = 0 },
	};
	struct tiermm_layout *l;

	assert_int_equal(tiermm_layout_create(&l, r, 2, NULL, NULL, NULL), 0);
	return l;
}

static void expect_account(struct tiermm_relayout *r, int32_t node,
			   uint64_t present, uint64_t free, uint64_t goal,
			   uint64_t in, uint64_t out)
{
	struct tiermm_layout_account a = account(r, node);

	assert_int_equal(a.present, present * MIB);
	assert_int_equal(a.managed, present * MIB);
	assert_int_equal(a.free, free * MIB);
	assert_int_equal(a.goal, goal * MIB);
	assert_int_equal(a.pending_in, in * MIB);
	assert_int_equal(a.pending_out, out * MIB);
}

/*
 * The published series shows a node of "5 MB" with 34 MB free: what was
 * present was not counted where the pages were.
 */
static void l8_the_node_of_5_mib_has_42(void **state)
{
	struct tiermm_relayout *r = force(border_at(5 * MIB), NULL);

	(void)state;
	/* Free: all of node 0 but 3 MiB. Node 1 is in use. */
	free_span(r, 8 * MIB, TOP);
	expect_account(r, 1, 5, 0, 5, 0, 0);
	commit_to(r, border_at(42 * MIB));
	expect_account(r, 1, 5, 0, 42, 37, 0);
	expect_account(r, 0, 59, 56, 22, 0, 37);
	for (uint64_t f = 8 * MIB; f < 42 * MIB; f += 1024) {
		struct tiermm_move m = { f, 1024, 0, 1, 0 };
		struct tiermm_result res = { TIERMM_OUTCOME_DONE, 0, 1024 };

		if (f + 1024 > 42 * MIB)
			m.pages = res.pages = 42 * MIB - f;
		assert_int_equal(tiermm_relayout_report(r, NULL, &m, &res, 1),
				 0);
	}
	expect_account(r, 1, 39, 34, 42, 3, 0);
	for (uint64_t f = 5 * MIB; f < 8 * MIB; f++)
		assert_int_equal(free_block(r, f, 0, 0), 1);
	expect_account(r, 1, 42, 37, 42, 0, 0);
	expect_account(r, 0, 22, 22, 22, 0, 0);
	done_with(r);
}

static void i18_a_commit_back_restores_all_counts(void **state)
{
	struct tiermm_layout_account before[2], after;
	struct tiermm_relayout *r = force(border_at(5 * MIB), NULL);

	(void)state;
	free_span(r, 0, TOP);
	for (int32_t n = 0; n < 2; n++)
		before[n] = account(r, n);
	commit_to(r, border_at(42 * MIB));
	assert_int_equal(sweep_from(r, 0), 37 * MIB);
	commit_to(r, border_at(5 * MIB));
	assert_int_equal(sweep_from(r, 1), 37 * MIB);
	for (int32_t n = 0; n < 2; n++) {
		after = account(r, n);
		assert_memory_equal(&after, &before[n], sizeof(after));
	}
	assert_int_equal(counter(r, TIERMM_LAYOUT_MOVED_REPORTED), 74 * MIB);
	done_with(r);
}

/* A page that changes its node keeps its zone (L13). */
static void i18_zones_add_up_to_their_node(void **state)
{
	const struct tiermm_layout_memory m[] = {
		{ .first = 0, .last = 99, .zone = 1 },
		{ .first = 200, .last = LAST, .zone = 3 },
	};
	struct tiermm_relayout_options o = { .size = sizeof(o),
					     .memory = m,
					     .n_memory = 2 };
	struct tiermm_relayout *r = force(all_on(0), &o);
	struct tiermm_layout_account a[TIERMM_LAYOUT_ZONES + 1];
	uint64_t n = 0;

	(void)state;
	commit_to(r, halves(50));
	assert_int_equal(free_block(r, 60, 2, 0), 1);
	assert_int_equal(free_block(r, 256, 8, 0), 1);
	assert_int_equal(free_block(r, 8, 3, 0), 0);
	for (uint32_t z = 0; z <= TIERMM_LAYOUT_ALL_ZONES; z++)
		assert_int_equal(tiermm_relayout_account(r, 1, z, &a[z]), 0);
	assert_int_equal(a[0].present + a[2].present, 0);
	assert_int_equal(a[1].present, 4);
	assert_int_equal(a[1].goal, 50);
	assert_int_equal(a[3].free, 256);
	assert_int_equal(a[3].goal, LAST + 1 - 200);
	assert_int_equal(a[4].present, 260);
	assert_int_equal(tiermm_relayout_accounts(r, 1, a, 2, &n), 0);
	assert_int_equal(n, TIERMM_MAX_NODES);
	assert_int_equal(a[1].pending_in, 46);
	assert_int_equal(a[0].pending_out, 46);
	/* A short array is not written past its end. */
	memset(a, 0xff, sizeof(a));
	assert_int_equal(tiermm_relayout_accounts(r, 1, a, 1, &n), 0);
	assert_int_equal(a[1].pending_in, UINT64_MAX);
	assert_int_equal(tiermm_relayout_account(r, 1, 5, &a[0]),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_relayout_account(r, 1024, 0, &a[0]),
			 -TIERMM_ENODEV);
	done_with(r);
}

static void l11_a_node_is_one_while_it_has_pages(void **state)
{
	struct tiermm_relayout *r = force(all_on(0), NULL);
	struct tiermm_layout_event e[16];
	struct tiermm_nodeset now, goal;
	uint64_t place = 0, n = 0;

	(void)state;
	/* At first there is nothing to tell. */
	assert_int_equal(tiermm_relayout_poll(r, NULL), 0);
	assert_int_equal(tiermm_relayout_events(r, &place, e, 16, &n), 0);
	assert_int_equal(n, 0);
	commit_to(r, all_on(9));
	assert_int_equal(tiermm_relayout_nodes(r, TIERMM_LAYOUT_NODES_NOW,
					       &now),
			 0);
	assert_int_equal(tiermm_relayout_nodes(r, TIERMM_LAYOUT_NODES_GOAL,
					       &goal),
			 0);
	assert_int_equal(now.word[0], 1);
	assert_int_equal(goal.word[0], 1 << 9);
	(void)free_block(r, 0, 0, 0);
	assert_int_equal(tiermm_relayout_poll(r, NULL), 0);
	for (uint64_t f = 1; f <= LAST; f++)
		(void)free_block(r, f, 0, 0);
	assert_int_equal(tiermm_relayout_poll(r, NULL), 0);
	assert_int_equal(tiermm_relayout_nodes(r, TIERMM_LAYOUT_NODES_NOW,
					       &now),
			 0);
	assert_int_equal(now.word[0], 1 << 9);
	assert_int_equal(tiermm_relayout_events(r, &place, e, 16, &n), 0);
	assert_int_equal(n, 4);
	assert_int_equal(e[0].kind, TIERMM_LAYOUT_COMMITTED);
	assert_int_equal(e[0].pages, LAST + 1);
	assert_int_equal(e[0].generation, 2);
	assert_int_equal(e[1].kind, TIERMM_LAYOUT_NODE_GAINED);
	assert_int_equal(e[1].node, 9);
	assert_int_equal(e[2].kind, TIERMM_LAYOUT_DRAINED);
	assert_int_equal(e[3].kind, TIERMM_LAYOUT_NODE_EMPTIED);
	assert_int_equal(e[3].node, 0);
	assert_int_equal(tiermm_relayout_nodes(r, 2, &now), -TIERMM_EINVAL);
	done_with(r);
}

static void i18_damage_is_found(void **state)
{
	struct tiermm_relayout *r = force(all_on(0), NULL);
	struct tiermm_layout_page page = { 0, 0, 1 };

	(void)state;
	assert_int_equal(tiermm_relayout_is_valid(r), 1);
	/* Allocated from a node that has nothing. */
	assert_int_equal(tiermm_relayout_on_alloc(r, &page), 0);
	assert_int_equal(tiermm_relayout_is_valid(r), 0);
	tiermm_relayout_destroy(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(l8_the_node_of_5_mib_has_42),
		cmocka_unit_test(i18_a_commit_back_restores_all_counts),
		cmocka_unit_test(i18_zones_add_up_to_their_node),
		cmocka_unit_test(l11_a_node_is_one_while_it_has_pages),
		cmocka_unit_test(i18_damage_is_found),
	};

	return cmocka_run_group_tests_name("layout/account", tests, NULL, NULL);
}
