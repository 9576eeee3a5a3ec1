/* SPDX-License-Identifier: MIT */
/* Room a node, and which nodes are due (R8). */
#include "reclaim_fixture.h"

/*
 * 1000 pages, min 8: low 10, high 12; with the default headroom of 2 % it
 * starts at 20 and stops at 22.
 */
static void tell(struct scene *s, int32_t node, uint64_t free_pages,
		 uint64_t parked)
{
	struct tiermm_reclaim_node figures = { .node = node,
					       .managed = 1000,
					       .min = 8,
					       .free_pages = free_pages,
					       .parked_pages = parked };

	assert_int_equal(tiermm_reclaim_set_nodes(s->r, &figures, 1), 0);
}

static struct tiermm_reclaim_room room_of(struct scene *s, int32_t node)
{
	struct tiermm_reclaim_room room = { .size = sizeof(room) };

	assert_int_equal(tiermm_reclaim_get_room(s->r, node, &room), 0);
	return room;
}

static uint64_t due(struct scene *s)
{
	struct tiermm_nodeset set;

	assert_int_equal(tiermm_reclaim_due_nodes(s->r, &set), 0);
	return set.word[0];
}

static void r8_balancing_starts_below_and_stops_above(void **state)
{
	struct scene s = scene_of();
	uint64_t wanted = 7;

	(void)state;
	tell(&s, 0, 20, 0);
	assert_int_equal(tiermm_reclaim_due(s.r, 0, &wanted), 0);
	assert_int_equal(wanted, 0);
	assert_int_equal(tiermm_reclaim_add_free(s.r, 0, -1), 0);
	assert_int_equal(tiermm_reclaim_due(s.r, 0, &wanted), 1);
	assert_int_equal(wanted, 4); /* 19 -> 23, above 22 */
	assert_int_equal(tiermm_reclaim_add_free(s.r, 0, 3), 0);
	assert_int_equal(tiermm_reclaim_due(s.r, 0, &wanted), 1);
	assert_int_equal(wanted, 1);
	assert_int_equal(tiermm_reclaim_add_free(s.r, 0, 1), 0);
	assert_int_equal(tiermm_reclaim_due(s.r, 0, &wanted), 0);
	leave(&s);
}

static void r8_only_a_node_that_can_demote_has_headroom(void **state)
{
	struct scene s = scene_of();
	struct tiermm_reclaim_room room;

	(void)state;
	tell(&s, 4, 15, 0); /* nothing is lower */
	room = room_of(&s, 4);
	assert_int_equal(room.due, 0);
	assert_int_equal(room.marks.start, 10);
	assert_int_equal(room.marks.stop, 12);
	assert_int_equal(room.marks.promo, 14);
	tell(&s, 4, 9, 0);
	assert_int_equal(room_of(&s, 4).due, 1);
	assert_int_equal(room_of(&s, 4).wanted_pages, 4);
	tell(&s, 2, 15, 0);
	room = room_of(&s, 2);
	assert_int_equal(room.due, 1);
	assert_int_equal(room.marks.start, 20);
	assert_int_equal(room.marks.stop, 22);
	assert_int_equal(room.room_pages, 7);
	assert_int_equal(due(&s), 0x14);
	tell(&s, 2, 9, 0); /* one above its min */
	assert_int_equal(room_of(&s, 2).room_pages, 1);
	tell(&s, 2, 8, 0);
	assert_int_equal(room_of(&s, 2).room_pages, 0);
	leave(&s);
}

static void r8_without_headroom_the_marks_are_low_and_high(void **state)
{
	struct tiermm_reclaim_options o = {
		.size = sizeof(o),
		.headroom_bp = TIERMM_WATERMARK_HEADROOM_NONE
	};
	struct scene s = scene_of();

	(void)state;
	tell(&s, 0, 15, 0);
	assert_int_equal(due(&s), 1);
	/* Options that change are felt at once; this one goes on to 12. */
	assert_int_equal(tiermm_reclaim_set_options(s.r, &o), 0);
	assert_int_equal(room_of(&s, 0).marks.start, 10);
	assert_int_equal(room_of(&s, 0).marks.stop, 12);
	assert_int_equal(due(&s), 0);
	leave(&s);
}

static void r8_parked_pages_count_as_free(void **state)
{
	struct scene s = scene_of();

	(void)state;
	tell(&s, 0, 3, 17);
	assert_int_equal(due(&s), 0);
	tell(&s, 0, 3, 16);
	assert_int_equal(due(&s), 1);
	assert_int_equal(room_of(&s, 0).room_pages, 11);
	tell(&s, 0, UINT64_MAX, 5);
	assert_int_equal(due(&s), 0);
	leave(&s);
}

static void r8_a_slower_node_that_fills_up_is_due_in_turn(void **state)
{
	struct scene s = scene_of();
	struct tiermm_folio folio = cold_on(0);

	(void)state;
	folio.order = 3;
	tell(&s, 0, 10, 0);
	tell(&s, 2, 25, 0);
	tell(&s, 4, 100, 0);
	assert_int_equal(due(&s), 0x01);
	(void)run_one(&s, &folio, TIERMM_OUTCOME_DONE); /* 18, 17 */
	assert_int_equal(room_of(&s, 0).free_pages, 18);
	assert_int_equal(room_of(&s, 2).free_pages, 17);
	assert_int_equal(due(&s), 0x05);
	(void)run_one(&s, &folio, TIERMM_OUTCOME_DONE); /* 26, 9 */
	assert_int_equal(due(&s), 0x04);
	folio.node = 2;
	(void)run_one(&s, &folio, TIERMM_OUTCOME_DONE);
	(void)run_one(&s, &folio, TIERMM_OUTCOME_DONE);
	assert_int_equal(due(&s), 0);
	assert_int_equal(room_of(&s, 4).free_pages, 84);
	leave(&s);
}

static void what_leaves_memory_is_free_on_its_node(void **state)
{
	struct scene s = scene_of();
	struct tiermm_folio folio = cold_on(4);

	(void)state;
	tell(&s, 4, 9, 0);
	(void)run_one(&s, &folio, TIERMM_OUTCOME_DONE);
	assert_int_equal(room_of(&s, 4).free_pages, 10);
	(void)run_one(&s, &folio, TIERMM_OUTCOME_BUSY);
	(void)run_one(&s, &folio, TIERMM_OUTCOME_ALREADY);
	assert_int_equal(room_of(&s, 4).free_pages, 10);
	leave(&s);
}

static void figures_never_go_below_nothing_or_beyond_all(void **state)
{
	struct scene s = scene_of();

	(void)state;
	tell(&s, 0, 5, 0);
	assert_int_equal(tiermm_reclaim_add_free(s.r, 0, -9), 0);
	assert_int_equal(room_of(&s, 0).free_pages, 0);
	assert_int_equal(tiermm_reclaim_add_free(s.r, 0, INT64_MIN), 0);
	assert_int_equal(room_of(&s, 0).free_pages, 0);
	tell(&s, 0, UINT64_MAX - 1, 0);
	assert_int_equal(tiermm_reclaim_add_free(s.r, 0, 9), 0);
	assert_int_equal(room_of(&s, 0).free_pages, UINT64_MAX);
	leave(&s);
}

static void a_node_without_figures_is_not_due(void **state)
{
	struct scene s = scene_of();
	struct tiermm_folio folio = cold_on(0);
	struct tiermm_reclaim_room room;

	(void)state;
	(void)run_one(&s, &folio, TIERMM_OUTCOME_DONE);
	assert_int_equal(tiermm_reclaim_add_free(s.r, 0, -9), 0);
	assert_int_equal(due(&s), 0);
	room = room_of(&s, 0);
	assert_int_equal(room.managed, 0);
	assert_int_equal(room.free_pages, 0);
	/* One that is gone: figures of nothing. */
	tell(&s, 0, 1, 0);
	assert_int_equal(due(&s), 1);
	assert_int_equal(tiermm_reclaim_set_nodes(s.r,
						  &(struct tiermm_reclaim_node){
							  .node = 0 },
						  1),
			 0);
	assert_int_equal(due(&s), 0);
	leave(&s);
}

static void a_woken_node_is_due_until_new_figures_come(void **state)
{
	struct scene s = scene_of();
	struct tiermm_folio folio = cold_on(0);
	struct tiermm_decision d = plan_one(&s, &folio);
	uint64_t wanted = 7;

	(void)state;
	tell(&s, 2, 500, 0);
	report_one(&s, &folio, &d, TIERMM_OUTCOME_TARGET_FULL);
	report_one(&s, &folio, &d, TIERMM_OUTCOME_DONE);
	assert_int_equal(tiermm_reclaim_due(s.r, 2, &wanted), 1);
	assert_int_equal(wanted, 0);
	assert_int_equal(room_of(&s, 2).woken, 1);
	tell(&s, 2, 500, 0);
	assert_int_equal(due(&s), 0);
	leave(&s);
}

static void what_is_out_of_range_is_refused(void **state)
{
	struct tiermm_reclaim_options o = { .size = sizeof(o), .max_nodes = 4 };
	struct scene s = scene_on(&three_tiers, &o);
	struct tiermm_reclaim_node two[2] = { { .node = 0, .managed = 9 },
					      { .node = 4, .managed = 9 } };
	struct tiermm_reclaim_room room = { .size = 8 };

	(void)state;
	assert_int_equal(tiermm_reclaim_set_nodes(s.r, two, 2), -TIERMM_ENODEV);
	assert_int_equal(room_of(&s, 0).managed, 0); /* none was taken */
	two[1].node = 3;
	two[1].reserved = 1;
	assert_int_equal(tiermm_reclaim_set_nodes(s.r, two, 2), -TIERMM_EINVAL);
	two[1].reserved = 0;
	two[1].reserved_pages = 1;
	assert_int_equal(tiermm_reclaim_set_nodes(s.r, two, 2), -TIERMM_EINVAL);
	assert_int_equal(tiermm_reclaim_set_nodes(s.r, NULL, 1),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_reclaim_set_nodes(s.r, NULL, 0), 0);
	assert_int_equal(tiermm_reclaim_get_room(s.r, 0, &room),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_reclaim_get_room(s.r, 0, NULL), -TIERMM_EINVAL);
	room.size = sizeof(room);
	assert_int_equal(tiermm_reclaim_get_room(s.r, 4, &room),
			 -TIERMM_ENODEV);
	assert_int_equal(tiermm_reclaim_due(s.r, -1, NULL), -TIERMM_ENODEV);
	assert_int_equal(tiermm_reclaim_due(NULL, 0, NULL), -TIERMM_EINVAL);
	assert_int_equal(tiermm_reclaim_add_free(s.r, 4, 1), -TIERMM_ENODEV);
	assert_int_equal(tiermm_reclaim_due_nodes(s.r, NULL), -TIERMM_EINVAL);
	leave(&s);
}

/* Nodes beyond the room have no marks and no pauses, but move all the same. */
static void nodes_beyond_the_room_are_demoted_without_figures(void **state)
{
	struct tiermm_reclaim_options o = { .size = sizeof(o), .max_nodes = 1 };
	struct scene s = scene_on(&three_tiers, &o);
	struct tiermm_folio folio = cold_on(0);

	(void)state;
	s.context.now_ns = 5;
	assert_int_equal(run_one(&s, &folio, TIERMM_OUTCOME_DONE).to, 2);
	(void)run_one(&s, &folio, TIERMM_OUTCOME_TARGET_FULL);
	assert_int_equal(plan_one(&s, &folio).to, 2);
	assert_int_equal(counter(&s, TIERMM_RECLAIM_PAUSES), 0);
	leave(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(r8_balancing_starts_below_and_stops_above),
		cmocka_unit_test(r8_only_a_node_that_can_demote_has_headroom),
		cmocka_unit_test(
			r8_without_headroom_the_marks_are_low_and_high),
		cmocka_unit_test(r8_parked_pages_count_as_free),
		cmocka_unit_test(r8_a_slower_node_that_fills_up_is_due_in_turn),
		cmocka_unit_test(what_leaves_memory_is_free_on_its_node),
		cmocka_unit_test(figures_never_go_below_nothing_or_beyond_all),
		cmocka_unit_test(a_node_without_figures_is_not_due),
		cmocka_unit_test(a_woken_node_is_due_until_new_figures_come),
		cmocka_unit_test(what_is_out_of_range_is_refused),
		cmocka_unit_test(
			nodes_beyond_the_room_are_demoted_without_figures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
