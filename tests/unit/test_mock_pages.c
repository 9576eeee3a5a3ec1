/* SPDX-License-Identifier: MIT */
/*
 * The page table: every page is found while others come and go, in a table
 * that is as full as it gets, and with keys that collide.
 */
#include "mock_fixture.h"

#define PAGES 64

static struct tiermm_mock *make_small(uint64_t pages)
{
	return make_mock((struct tiermm_mock_options){ .max_pages = pages,
						       .max_calls = 1 });
}

static int discard_one(struct tiermm_mock *m, uint64_t page)
{
	const struct tiermm_memops *ops = tiermm_mock_memops(m);
	struct tiermm_result result;

	assert_int_equal(ops->discard(ops->self, &page, 1, &result), 0);
	return (int)result.outcome;
}

static void a_full_mock_takes_no_new_page(void **state)
{
	struct tiermm_mock *m = make_small(1);

	(void)state;
	put(m, 1, 0);
	assert_int_equal(tiermm_mock_put(m, 2, 0), -TIERMM_ENOSPC);
	put(m, 1, 1);
	assert_int_equal(tiermm_mock_where(m, 1), 1);
	tiermm_mock_destroy(m);
}

static void room_for_a_page_comes_back_with_each_that_goes(void **state)
{
	struct tiermm_mock *m = make_small(1);

	(void)state;
	for (uint64_t page = 0; page < 100; page++) {
		put(m, page, 0);
		assert_int_equal(discard_one(m, page), TIERMM_OUTCOME_DONE);
		assert_int_equal(tiermm_mock_where(m, page), TIERMM_NO_NODE);
	}
	tiermm_mock_destroy(m);
}

/* Whatever order pages go in, those that stay are found. */
static void pages_are_found_while_others_go(void **state)
{
	(void)state;
	for (uint64_t step = 1; step < PAGES; step += 2) {
		struct tiermm_mock *m = make_small(PAGES);

		for (uint64_t i = 0; i < PAGES; i++)
			put(m, i << 12, (int32_t)i);
		for (uint64_t gone = 0; gone < PAGES; gone++) {
			uint64_t page = gone * step % PAGES;

			assert_int_equal(discard_one(m, page << 12),
					 TIERMM_OUTCOME_DONE);
			for (uint64_t i = gone + 1; i < PAGES; i++) {
				page = i * step % PAGES;
				assert_int_equal(tiermm_mock_where(m,
								   page << 12),
						 page);
			}
		}
		tiermm_mock_destroy(m);
	}
}

static void keys_of_every_kind_are_told_apart(void **state)
{
	struct tiermm_mock *m = make_small(PAGES);

	(void)state;
	for (int32_t bit = 0; bit < 64; bit++)
		put(m, UINT64_C(1) << bit, bit);
	for (int32_t bit = 0; bit < 64; bit++)
		assert_int_equal(tiermm_mock_where(m, UINT64_C(1) << bit), bit);
	assert_int_equal(tiermm_mock_where(m, 0), TIERMM_NO_NODE);
	assert_int_equal(tiermm_mock_where(m, 3), TIERMM_NO_NODE);
	tiermm_mock_destroy(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_full_mock_takes_no_new_page),
		cmocka_unit_test(
			room_for_a_page_comes_back_with_each_that_goes),
		cmocka_unit_test(pages_are_found_while_others_go),
		cmocka_unit_test(keys_of_every_kind_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
