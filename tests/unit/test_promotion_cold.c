/* SPDX-License-Identifier: MIT */
/* The coldest pages, by a hand that goes round. */
#include "promotion_fixture.h"

static uint64_t cold(struct tiermm_promotion *p, uint64_t ms, uint64_t look,
		     struct tiermm_folio *out, uint64_t cap)
{
	uint64_t n = 77;

	assert_int_equal(tiermm_promotion_cold(p, ms * MS, 0, look, out, cap,
					       &n),
			 0);
	return n;
}

/* Even pages on node 0, used at 100 - page ms, in the order of time. */
static struct tiermm_promotion *half_on_top(void)
{
	struct tiermm_promotion *p = PROMOTION(.pages = 100);

	for (uint64_t page = 0; page < 100; page += 2)
		assert_int_equal(tiermm_promotion_set_pages(p, page, 1, 0), 0);
	for (uint64_t page = 98; page > 0; page -= 2)
		access_at(p, 100 - page, page);
	return p;
}

static void the_coldest_come_first(void **state)
{
	struct tiermm_promotion *p = half_on_top();
	struct tiermm_folio out[10];

	(void)state;
	assert_int_equal(cold(p, 100, 100, out, 10), 10);
	assert_int_equal(out[0].page, 0); /* never used */
	assert_true(out[0].age_ns == UINT64_MAX);
	for (uint64_t i = 1; i < 10; i++) {
		assert_int_equal(out[i].page, 100 - 2 * i);
		assert_int_equal(out[i].age_ns, (100 - 2 * i) * MS);
		assert_int_equal(out[i].node, 0);
		assert_int_equal(out[i].order, 0);
	}
	done_with(p);
}

static void the_hand_goes_on_from_where_it_was(void **state)
{
	struct tiermm_promotion *p = half_on_top();
	struct tiermm_folio out[100];
	uint8_t seen[100] = { 0 };

	(void)state;
	for (int i = 0; i < 10; i++) {
		uint64_t n = cold(p, 100, 10, out, 100);

		assert_int_equal(n, 5);
		while (n)
			seen[out[--n].page]++;
	}
	for (uint64_t page = 0; page < 100; page++)
		assert_int_equal(seen[page], page % 2 == 0);
	/* Never more than one round. */
	assert_int_equal(cold(p, 100, UINT64_MAX, out, 100), 50);
	done_with(p);
}

static void equal_ages_are_taken_by_page(void **state)
{
	struct tiermm_promotion *p = PROMOTION(.pages = 50);
	struct tiermm_folio out[7];

	(void)state;
	assert_int_equal(tiermm_promotion_set_pages(p, 0, 50, 0), 0);
	assert_int_equal(cold(p, 0, 50, out, 7), 7);
	for (uint64_t i = 0; i < 7; i++)
		assert_int_equal(out[i].page, i);
	done_with(p);
}

static void wrong_questions_are_refused(void **state)
{
	struct tiermm_promotion *p = PROMOTION(0);
	struct tiermm_folio out;
	uint64_t n;

	(void)state;
	assert_int_equal(tiermm_promotion_cold(p, 0, 5, 1, &out, 1, &n),
			 -TIERMM_ENODEV);
	assert_int_equal(tiermm_promotion_cold(p, 0, 0, 1, NULL, 1, &n),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_promotion_cold(p, 0, 0, 1, &out, 1, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_promotion_cold(NULL, 0, 0, 1, &out, 1, &n),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_promotion_cold(p, 0, 0, 1, NULL, 0, &n), 0);
	assert_int_equal(n, 0);
	done_with(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_coldest_come_first),
		cmocka_unit_test(the_hand_goes_on_from_where_it_was),
		cmocka_unit_test(equal_ages_are_taken_by_page),
		cmocka_unit_test(wrong_questions_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
