/* SPDX-License-Identifier: MIT */
/*
 * Taking over tables of older and newer callers: the size decides, nothing
 * unknown is called, and nothing is touched where the table is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <tiermm/error.h>
#include <tiermm/memops.h>

#define OFFSET(slot) ((uint32_t)offsetof(struct tiermm_memops, slot))

static int move(void *self, const struct tiermm_move *moves, uint64_t n,
		struct tiermm_result *results)
{
	(void)self;
	(void)moves;
	(void)n;
	(void)results;
	return 1;
}

static int locate(void *self, const uint64_t *pages, uint64_t n, int32_t *nodes)
{
	(void)self;
	(void)pages;
	(void)n;
	(void)nodes;
	return 2;
}

static int headroom(void *self, const int32_t *nodes, uint64_t n,
		    uint64_t *free_pages)
{
	(void)self;
	(void)nodes;
	(void)n;
	(void)free_pages;
	return 3;
}

static int drop(void *self, const uint64_t *pages, uint64_t n,
		struct tiermm_result *results)
{
	(void)self;
	(void)pages;
	(void)n;
	(void)results;
	return 4;
}

static const struct tiermm_memops whole = {
	.size = sizeof(whole),
	.name = "whole_1",
	.self = (void *)(uintptr_t)0x51,
	.move = move,
	.locate = locate,
	.headroom = headroom,
	.page_out = drop,
	.discard = drop,
};

/* Adopt a table that must be refused, and see that nothing was written. */
static void assert_refused(const struct tiermm_memops *src,
			   uint64_t capabilities, int error)
{
	struct tiermm_memops dst, before;
	uint32_t known = 77;

	memset(&dst, 0xa5, sizeof(dst));
	before = dst;
	assert_int_equal(tiermm_memops_adopt(&dst, src, capabilities, &known),
			 error);
	assert_memory_equal(&dst, &before, sizeof(dst));
	assert_int_equal(known, 77);
}

static void a_whole_table_is_taken_over_as_it_is(void **state)
{
	struct tiermm_memops dst;
	uint32_t known;

	(void)state;
	memset(&dst, 0xa5, sizeof(dst));
	assert_int_equal(tiermm_memops_adopt(&dst, &whole, TIERMM_CAN_ALL,
					     &known),
			 0);
	assert_memory_equal(&dst, &whole, sizeof(dst));
	assert_int_equal(known, sizeof(whole));
	assert_int_equal(tiermm_memops_capabilities(&dst), TIERMM_CAN_ALL);
}

static void known_may_be_null(void **state)
{
	struct tiermm_memops dst;

	(void)state;
	assert_int_equal(tiermm_memops_adopt(&dst, &whole, TIERMM_CAN_ALL,
					     NULL),
			 0);
	assert_ptr_equal(dst.self, whole.self);
}

static void a_table_may_be_adopted_in_place(void **state)
{
	struct tiermm_memops ops = whole;

	(void)state;
	assert_int_equal(tiermm_memops_adopt(&ops, &ops, TIERMM_CAN_MOVE, NULL),
			 0);
	assert_ptr_equal(ops.move, move);
	assert_int_equal(tiermm_memops_capabilities(&ops), TIERMM_CAN_MOVE);
}

/* What an older caller compiled ends anywhere behind move. */
static void a_shorter_table_lacks_the_slots_behind_its_end(void **state)
{
	static const struct {
		uint32_t size;
		uint64_t can;
	} cut[] = {
		{ OFFSET(locate), 1 },   { OFFSET(headroom), 3 },
		{ OFFSET(page_out), 7 }, { OFFSET(discard), 15 },
		{ sizeof(whole), 31 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cut) / sizeof(cut[0]); i++) {
		struct tiermm_memops src = whole, dst;
		uint32_t known;

		src.size = cut[i].size;
		assert_int_equal(tiermm_memops_adopt(&dst, &src, TIERMM_CAN_ALL,
						     &known),
				 0);
		assert_int_equal(tiermm_memops_capabilities(&dst), cut[i].can);
		assert_int_equal(known, cut[i].size);
		assert_int_equal(dst.size, sizeof(dst));
	}
}

/* Memory behind the end of a shorter table is not the caller's. */
static void nothing_behind_the_end_of_a_table_is_read(void **state)
{
	struct tiermm_memops *src = test_malloc(OFFSET(locate));
	struct tiermm_memops dst;

	(void)state;
	memcpy(src, &whole, OFFSET(locate));
	src->size = OFFSET(locate);
	assert_int_equal(tiermm_memops_adopt(&dst, src, TIERMM_CAN_ALL, NULL),
			 0);
	assert_int_equal(tiermm_memops_capabilities(&dst), TIERMM_CAN_MOVE);
	test_free(src);
}

static void a_newer_table_keeps_its_tail_to_itself(void **state)
{
	struct {
		struct tiermm_memops ops;
		void *later[3];
	} newer = { whole, { &newer, &newer, &newer } };
	struct tiermm_memops dst;
	uint32_t known;

	(void)state;
	newer.ops.size = sizeof(newer);
	assert_int_equal(tiermm_memops_adopt(&dst, &newer.ops, TIERMM_CAN_ALL,
					     &known),
			 0);
	assert_int_equal(dst.size, sizeof(dst));
	assert_int_equal(known, sizeof(dst));
	assert_ptr_equal(dst.discard, drop);
}

static void a_table_that_ends_before_or_within_move_is_refused(void **state)
{
	struct tiermm_memops src = whole;

	(void)state;
	for (src.size = 0; src.size < OFFSET(locate); src.size++)
		assert_refused(&src, TIERMM_CAN_ALL, -TIERMM_EINVAL);
}

static void a_slot_that_is_cut_is_refused(void **state)
{
	struct tiermm_memops src = whole;

	(void)state;
	for (uint32_t part = 1; part < sizeof(src.move); part++) {
		src.size = OFFSET(locate) + part;
		assert_refused(&src, TIERMM_CAN_ALL, -TIERMM_EINVAL);
		src.size = sizeof(src) + part;
		assert_refused(&src, TIERMM_CAN_ALL, -TIERMM_EINVAL);
	}
}

static void a_table_without_move_is_refused(void **state)
{
	struct tiermm_memops src = whole;

	(void)state;
	src.move = NULL;
	assert_refused(&src, TIERMM_CAN_ALL, -TIERMM_EINVAL);
}

static void an_unknown_flag_is_refused(void **state)
{
	struct tiermm_memops src = whole;

	(void)state;
	for (uint32_t bit = 0; bit < 32; bit++) {
		src.flags = UINT32_C(1) << bit;
		assert_refused(&src, TIERMM_CAN_ALL, -TIERMM_E2BIG);
	}
}

static void null_pointers_are_refused(void **state)
{
	(void)state;
	assert_refused(NULL, TIERMM_CAN_ALL, -TIERMM_EINVAL);
	assert_int_equal(tiermm_memops_adopt(NULL, &whole, TIERMM_CAN_ALL,
					     NULL),
			 -TIERMM_EINVAL);
}

static void names_outside_the_rule_are_refused(void **state)
{
	static const char *const bad[] = { NULL,  "",    "Linux",       "a-b",
					   "a b", "a.b", "caf\xc3\xa9", "name ",
					   "@",   "`",   "{",           "/",
					   ":" };
	struct tiermm_memops src = whole;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		src.name = bad[i];
		assert_refused(&src, TIERMM_CAN_ALL, -TIERMM_EINVAL);
	}
}

static void names_at_the_edges_of_the_rule_are_taken(void **state)
{
	static const char *const good[] = { "a", "z", "0", "9", "_", "az_09" };
	struct tiermm_memops src = whole, dst;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		src.name = good[i];
		assert_int_equal(tiermm_memops_adopt(&dst, &src, TIERMM_CAN_ALL,
						     NULL),
				 0);
		assert_ptr_equal(dst.name, good[i]);
	}
}

static void a_mask_without_move_is_not_supported(void **state)
{
	(void)state;
	assert_refused(&whole, 0, -TIERMM_ENOTSUP);
	assert_refused(&whole, TIERMM_CAN_ALL & ~TIERMM_CAN_MOVE,
		       -TIERMM_ENOTSUP);
}

/* Requirement 17: what may be called is said, never tried. */
static void each_mask_leaves_exactly_its_slots(void **state)
{
	(void)state;
	for (uint64_t mask = 0; mask <= TIERMM_CAN_ALL; mask++) {
		uint64_t wanted = mask | TIERMM_CAN_MOVE;
		struct tiermm_memops dst;

		assert_int_equal(tiermm_memops_adopt(&dst, &whole, wanted,
						     NULL),
				 0);
		assert_int_equal(tiermm_memops_capabilities(&dst), wanted);
	}
}

static void bits_that_nobody_knows_allow_nothing(void **state)
{
	struct tiermm_memops dst;

	(void)state;
	assert_int_equal(tiermm_memops_adopt(&dst, &whole, ~TIERMM_CAN_DISCARD,
					     NULL),
			 0);
	assert_int_equal(tiermm_memops_capabilities(&dst),
			 TIERMM_CAN_ALL & ~TIERMM_CAN_DISCARD);
}

static void an_empty_table_can_do_nothing(void **state)
{
	struct tiermm_memops none = { .size = sizeof(none) };

	(void)state;
	assert_int_equal(tiermm_memops_capabilities(&none), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_table_is_taken_over_as_it_is),
		cmocka_unit_test(known_may_be_null),
		cmocka_unit_test(a_table_may_be_adopted_in_place),
		cmocka_unit_test(
			a_shorter_table_lacks_the_slots_behind_its_end),
		cmocka_unit_test(nothing_behind_the_end_of_a_table_is_read),
		cmocka_unit_test(a_newer_table_keeps_its_tail_to_itself),
		cmocka_unit_test(
			a_table_that_ends_before_or_within_move_is_refused),
		cmocka_unit_test(a_slot_that_is_cut_is_refused),
		cmocka_unit_test(a_table_without_move_is_refused),
		cmocka_unit_test(an_unknown_flag_is_refused),
		cmocka_unit_test(null_pointers_are_refused),
		cmocka_unit_test(names_outside_the_rule_are_refused),
		cmocka_unit_test(names_at_the_edges_of_the_rule_are_taken),
		cmocka_unit_test(a_mask_without_move_is_not_supported),
		cmocka_unit_test(each_mask_leaves_exactly_its_slots),
		cmocka_unit_test(bits_that_nobody_knows_allow_nothing),
		cmocka_unit_test(an_empty_table_can_do_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
