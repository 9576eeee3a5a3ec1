/* SPDX-License-Identifier: MIT */
/*
 * The oracle bites where frames are wrong (S6, L5 to L8): what a broken
 * allocator or a broken free path would do is done by hand inside the machine,
 * and found by the next look at everything.
 */
#include "sim_layouts.h"

#include "../../backends/sim/machine_layout.h"

#define PAGES 1500

/* Pages on both nodes, and half of all frames about to change sides. */
static struct tiermm_sim *machine_in_change(void)
{
	struct tiermm_sim *s =
		sim_of(TIERMM_SIM_DEMOTION,
		       TIERMM_SIM_CHECK | TIERMM_SIM_LAYOUT, 1000, 1000, PAGES);

	scan(s, PAGES, 1, TIERMM_SIM_WRITE);
	commit_halves(s, 1, 0, 0);
	settle(s);
	assert_true(state_of(s).strays > 0);
	return s;
}

/* The run ends, and says why. */
static void expect_breach(struct tiermm_sim *s)
{
	struct tiermm_sim_access a = { .page = 1,
				       .count = PAGES,
				       .gap_ns = 10000000 };
	struct tiermm_sim_error error = SIM_ERROR;

	assert_false(tiermm_sim_is_valid(s));
	assert_int_equal(tiermm_sim_feed(s, &a, 1, &error), -TIERMM_EPROTO);
	if (!strstr(error.text, "frames and their layout do not add up"))
		fail_msg("'%s'", error.text);
	tiermm_sim_destroy(s);
}

static uint32_t a_stray(const struct tiermm_sim *s)
{
	const struct sim_layout *l = s->layout;

	for (uint32_t f = 0; f < l->frames; f++)
		if (l->before[f] == SIM_IN_USE &&
		    tiermm__sim_stands(s, f) != l->owner[f])
			return f;
	fail_msg("no page is a stray");
	return 0;
}

static uint32_t a_free_frame(const struct tiermm_sim *s, uint32_t node)
{
	uint32_t frame = s->layout->next[s->layout->frames + node];

	assert_true(frame < s->layout->frames);
	return frame;
}

/* L7: somebody "mends" the node of a page that is in use. */
static void a_node_that_changes_in_use_is_caught(void **state)
{
	struct tiermm_sim *s = machine_in_change();

	(void)state;
	s->layout->owner[a_stray(s)] ^= 1;
	expect_breach(s);
}

/* L5: freed to the node that had it, and nobody asked. */
static void a_free_that_does_not_ask_is_caught(void **state)
{
	struct tiermm_sim *s = machine_in_change();
	struct sim_layout *l = s->layout;
	uint32_t frame = a_stray(s);
	uint32_t page = l->next[frame];
	uint32_t node = l->owner[frame];

	(void)state;
	tiermm__sim_unlink_page(s, page);
	s->node[node].used--;
	sim_set_word(s, page, PAGE_SWAPPED);
	tiermm__sim_moved(s, page);
	l->strays--;
	l->frame[page] = SIM_NO_FRAME;
	l->before[frame] = l->frames + node;
	l->next[frame] = l->next[l->frames + node];
	l->before[l->next[frame]] = frame;
	l->next[l->frames + node] = frame;
	expect_breach(s);
}

/* L4: its mark is gone, and it is not where it belongs. */
static void a_mark_that_is_lost_is_caught(void **state)
{
	struct tiermm_sim *s = machine_in_change();
	struct tiermm_layout_page page = { .frame = a_stray(s), .node = 0 };
	uint64_t n;

	(void)state;
	page.node = s->node[s->layout->owner[page.frame]].id;
	assert_int_equal(tiermm_relayout_on_free(s->layout->relayout, &page,
						 &page, 1, &n),
			 0);
	expect_breach(s);
}

/* L6: the sweep says that it is over, and is not. */
static void a_sweep_that_stops_is_caught(void **state)
{
	struct tiermm_sim *s =
		sim_of(TIERMM_SIM_DEMOTION,
		       TIERMM_SIM_CHECK | TIERMM_SIM_LAYOUT, 1000, 1000, PAGES);

	(void)state;
	scan(s, PAGES, 1, TIERMM_SIM_WRITE);
	commit_halves(s, 1, 0, 16);
	touch(s, 1);
	assert_true(tiermm_sim_is_valid(s));
	s->layout->step_frames = 0;
	expect_breach(s);
}

static void a_frame_that_is_lost_is_caught(void **state)
{
	struct tiermm_sim *s = machine_in_change();
	struct sim_layout *l = s->layout;
	uint32_t frame = a_free_frame(s, 1);

	(void)state;
	l->next[l->frames + 1] = l->next[frame];
	l->before[l->next[frame]] = l->frames + 1;
	expect_breach(s);
}

/* Two pages in one frame. */
static void a_frame_that_is_given_twice_is_caught(void **state)
{
	struct tiermm_sim *s = machine_in_change();
	struct sim_layout *l = s->layout;
	uint64_t a = 0, b;

	(void)state;
	while (!(s->page[a] & PAGE_RESIDENT))
		a++;
	for (b = a + 1; !(s->page[b] & PAGE_RESIDENT); b++)
		;
	l->frame[b] = l->frame[a];
	expect_breach(s);
}

/* L8: a page is allocated, and the account is not told. */
static void an_account_that_was_not_told_is_caught(void **state)
{
	struct tiermm_sim *s = machine_in_change();
	struct tiermm_layout_page page = { .frame = a_free_frame(s, 1),
					   .node = 1 };

	(void)state;
	assert_int_equal(tiermm_relayout_on_alloc(s->layout->relayout, &page),
			 0);
	expect_breach(s);
}

/* More frames than the account has, and more than there are. */
static void capacity_out_of_nothing_is_caught(void **state)
{
	struct tiermm_sim *s = machine_in_change();

	(void)state;
	s->node[1].frames++;
	expect_breach(s);
}

/* L7, I15: every page leaves its frame once, under each policy. */
static void frames_freed_once_stand_where_the_layout_says(void **state)
{
	(void)state;
	for (uint32_t policy = 0; policy < TIERMM_SIM_OWN; policy++)
		for (uint32_t flags = 0; flags <= TIERMM_SIM_DEFER; flags++) {
			struct tiermm_sim *s = sim_of(policy,
						      flags | TIERMM_SIM_CHECK |
							      TIERMM_SIM_LAYOUT,
						      600, 600, 3000);

			scan(s, 3000, 1, TIERMM_SIM_WRITE);
			commit_halves(s, 1, 0, 0);
			touch(s, 0);
			settle(s);
			assert_true(state_of(s).strays > 0);
			for (uint32_t n = 0; n < 2; n++)
				assert_int_equal(tiermm__sim_evacuate(s, n, 0),
						 0);
			assert_int_equal(state_of(s).strays, 0);
			assert_int_equal(account_of(s, 0).present, 600);
			assert_int_equal(account_of(s, 1).present, 600);
			assert_int_equal(account_of(s, 0).pending_in, 0);
			assert_int_equal(account_of(s, 1).pending_in, 0);
			assert_true(tiermm_sim_is_valid(s));
			tiermm_sim_destroy(s);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_node_that_changes_in_use_is_caught),
		cmocka_unit_test(a_free_that_does_not_ask_is_caught),
		cmocka_unit_test(a_mark_that_is_lost_is_caught),
		cmocka_unit_test(a_sweep_that_stops_is_caught),
		cmocka_unit_test(a_frame_that_is_lost_is_caught),
		cmocka_unit_test(a_frame_that_is_given_twice_is_caught),
		cmocka_unit_test(an_account_that_was_not_told_is_caught),
		cmocka_unit_test(capacity_out_of_nothing_is_caught),
		cmocka_unit_test(frames_freed_once_stand_where_the_layout_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
