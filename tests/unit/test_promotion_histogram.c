/* SPDX-License-Identifier: MIT */
/* How often: a histogram, a threshold that fits, heat that fades (P6). */
#include "promotion/internal.h"
#include "promotion_fixture.h"

static void set_top(struct tiermm_promotion *p, uint64_t pages)
{
	for (int32_t node = 0; node <= 4; node++) {
		struct tiermm_promotion_room room = room_of(node, 0);

		if (node == 2 || node == 3)
			continue;
		room.high_pages = 0;
		room.present_pages = node ? 0 : pages;
		room.free_pages = room.present_pages;
		assert_int_equal(tiermm_promotion_set_rooms(p, &room, 1), 0);
	}
}

static void use(struct tiermm_promotion *p, uint64_t ms, uint64_t page,
		uint32_t times)
{
	sample_as(p, (struct tiermm_sample){ .page = page,
					     .time_ns = ms * MS,
					     .weight = times });
}

/* Pages 0 to 9 have a heat of 1 to 10; 4 fit: those with 7 or more. */
static void p6_the_hottest_that_fit_are_hot(void **state)
{
	struct tiermm_promotion *p =
		PROMOTION(.policy = TIERMM_PROMOTION_HISTOGRAM,
			  .cool_ms = 1000000);

	(void)state;
	set_top(p, 4);
	for (uint32_t page = 0; page < 10; page++)
		use(p, page, page, page + 1);
	use(p, 2000, 100, 1); /* the threshold is worked out at a tick */
	for (uint64_t page = 0; page < 10; page++) {
		struct tiermm_promotion_why why = why_at(p, 2000, page);

		if (page_at(p, 2000, page).queued)
			continue;
		assert_int_equal(why.limit, 7);
		/* It would be used once more by then. */
		assert_int_equal(why.value, page + 2);
		assert_int_equal(why.reason, page + 2 >= 7
						     ? TIERMM_PROMOTION_HOT
						     : TIERMM_PROMOTION_COLD);
	}
	done_with(p);
}

static void nothing_is_known_of_room_eight_is_hot(void **state)
{
	struct tiermm_promotion *p =
		PROMOTION(.policy = TIERMM_PROMOTION_HISTOGRAM);

	(void)state;
	use(p, 0, 1, 7);
	assert_int_equal(page_at(p, 0, 1).queued, 0);
	use(p, 0, 1, 1);
	assert_int_equal(page_at(p, 0, 1).queued, 1);
	done_with(p);
}

static void heat_fades_by_half_a_period(void **state)
{
	struct tiermm_promotion *p =
		PROMOTION(.policy = TIERMM_PROMOTION_HISTOGRAM, .cool_ms = 100);

	(void)state;
	use(p, 0, 1, 200);
	use(p, 0, 2, 3);
	assert_int_equal(page_at(p, 0, 1).heat, 200);
	use(p, 100, 1, 1);
	assert_int_equal(page_at(p, 0, 1).heat, 101);
	use(p, 199, 1, 1); /* the same period */
	assert_int_equal(page_at(p, 0, 1).heat, 102);
	use(p, 500, 1, 1);
	assert_int_equal(page_at(p, 0, 1).heat, 102 / 16 + 1);
	use(p, 100000, 1, 1);
	assert_int_equal(page_at(p, 0, 1).heat, 1);
	use(p, 100001, 1, UINT32_MAX);
	assert_int_equal(page_at(p, 0, 1).heat, 255);
	done_with(p);
}

/* A mark sets the time, so the heat has to fade up to it. */
static void a_mark_does_not_keep_heat_up(void **state)
{
	struct tiermm_promotion *p =
		PROMOTION(.policy = TIERMM_PROMOTION_HISTOGRAM, .cool_ms = 100);

	(void)state;
	use(p, 0, 1, 100);
	mark_at(p, 250, 1);
	assert_int_equal(page_at(p, 250, 1).heat, 25);
	assert_int_equal(reason(p, TIERMM_PROMOTION_MARKED), 1);
	use(p, 260, 1, 1);
	assert_int_equal(page_at(p, 260, 1).heat, 26);
	done_with(p);
}

/* What is on top takes its room in the histogram, too. */
static void pages_on_top_count(void **state)
{
	struct tiermm_promotion *p =
		PROMOTION(.policy = TIERMM_PROMOTION_HISTOGRAM,
			  .cool_ms = 1000000);

	(void)state;
	set_top(p, 4);
	assert_int_equal(tiermm_promotion_set_pages(p, 0, 4, 0), 0);
	for (uint64_t page = 0; page < 4; page++)
		use(p, page, page, 50);
	use(p, 2000, 10, 30);
	use(p, 4000, 11, 30);
	assert_int_equal(page_at(p, 4000, 11).queued, 0);
	assert_int_equal(why_at(p, 4000, 11).limit, 31);
	/* One of them goes, and its heat with it. */
	move_page(p, 20000, 0, 2);
	assert_int_equal(page_at(p, 20000, 0).heat, 0);
	done_with(p);
}

static void heat_goes_up_with_the_page_and_is_lost_below(void **state)
{
	struct tiermm_promotion *p =
		PROMOTION(.policy = TIERMM_PROMOTION_HISTOGRAM,
			  .cool_ms = 1000);
	struct tiermm_move moves[64];

	(void)state;
	use(p, 0, 1, 40);
	assert_int_equal(plan_all(p, 0, moves), 1);
	report_one(p, 1500, moves[0], TIERMM_OUTCOME_DONE);
	assert_int_equal(page_at(p, 1500, 1).heat, 20);
	move_page(p, 20000, 1, 3);
	assert_int_equal(page_at(p, 20000, 1).heat, 0);
	done_with(p);
}

/* Halved lazily, page by page and in the histogram: always the same. */
static void lazy_halving_agrees_with_the_histogram(void **state)
{
	struct tiermm_promotion *p =
		PROMOTION(.policy = TIERMM_PROMOTION_HISTOGRAM, .cool_ms = 50,
			  .guard_ms = 200, .pages = 64);
	struct tiermm_random random;
	uint64_t ms = 0;

	(void)state;
	tiermm_random_seed(&random, 6);
	for (int i = 0; i < 20000; i++) {
		uint64_t page = tiermm_random_below(&random, 64);

		ms += tiermm_random_below(&random, 20);
		switch (tiermm_random_below(&random, 8)) {
		case 0:
			move_page(p, ms, page,
				  (int32_t)tiermm_random_below(&random, 5));
			break;
		case 1:
			mark_at(p, ms, page);
			break;
		default:
			use(p, ms, page,
			    (uint32_t)tiermm_random_below(&random, 60));
		}
		if (i % 100 == 0)
			assert_int_equal(tiermm_promotion_is_valid(p), 1);
	}
	done_with(p);
}

/* A batch of any samples; what of them is worth a look comes often. */
static uint64_t draw_samples(struct tiermm_random *random,
			     struct tiermm_sample *samples, uint64_t *ms)
{
	uint64_t n = tiermm_random_below(random, 200);
	uint64_t step = tiermm_random_below(random, 4) ? 2 : 300;

	for (uint64_t i = 0; i < n; i++) {
		struct tiermm_sample *s = &samples[i];

		if (tiermm_random_below(random, 4) == 0)
			*ms += tiermm_random_below(random, step);
		*s = (struct tiermm_sample){
			.page = tiermm_random_below(random, PAGES + 1),
			.time_ns = *ms * MS,
			.accessor = (int32_t)tiermm_random_below(random, 6) - 1,
			.weight = (uint32_t)tiermm_random_below(random, 40),
		};
		if (tiermm_random_below(random, 2))
			s->page %= 64;
		if (tiermm_random_below(random, 8) == 0)
			s->kind = TIERMM_SAMPLE_MARK;
		if (tiermm_random_below(random, 8) == 0)
			s->order = (uint16_t)tiermm_random_below(random, 4);
		if (tiermm_random_below(random, 99) == 0)
			s->weight = UINT32_MAX;
	}
	return n;
}

static void assert_alike(const struct tiermm_promotion *p,
			 const struct tiermm_promotion *q)
{
	assert_memory_equal(p->words, q->words, PAGES * sizeof(*p->words));
	for (uint32_t i = 0; i < TIERMM_PROMOTION_COUNTERS; i++)
		assert_int_equal(counter(p, i), counter(q, i));
}

/* Plan, act, report, and something goes down by itself. */
static void go_on(struct tiermm_promotion *p, struct tiermm_promotion *own,
		  uint64_t ms)
{
	struct tiermm_move moves[64], others[64];
	uint64_t n = plan_all(p, ms, moves);

	assert_int_equal(plan_all(own, ms, others), n);
	assert_memory_equal(moves, others, n * sizeof(*moves));
	for (uint64_t i = 0; i < n; i++) {
		report_one(p, ms, moves[i], TIERMM_OUTCOME_DONE);
		report_one(own, ms, moves[i], TIERMM_OUTCOME_DONE);
	}
	move_page(p, ms, n, 3);
	move_page(own, ms, n, 3);
}

/*
 * The same policy behind the table of a caller's own, sample by sample: to the
 * last bit what the quick way makes of them, candidates and limits included.
 */
static void the_quick_way_ends_where_the_long_one_does(void **state)
{
	static struct tiermm_sample samples[200];
	struct tiermm_promotion_policy table;
	struct tiermm__histogram histogram;
	struct tiermm_promotion *p, *own;
	struct tiermm_random random;
	uint64_t ms = 0;

	(void)state;
	tiermm__histogram_start(&histogram, 500);
	tiermm__histogram_table(&table, &histogram);
	p = PROMOTION(.policy = TIERMM_PROMOTION_HISTOGRAM, .cool_ms = 500,
		      .max_candidates = 24, .rate_limit_mibps = 2);
	own = PROMOTION(.policy = TIERMM_PROMOTION_OWN, .own = &table,
			.max_candidates = 24, .rate_limit_mibps = 2);
	tiermm_random_seed(&random, 11);
	set_top(p, 40);
	set_top(own, 40);
	for (int i = 0; i < 3000; i++) {
		uint64_t n = draw_samples(&random, samples, &ms);

		assert_int_equal(tiermm_promotion_samples(p, samples, n), 0);
		assert_int_equal(tiermm_promotion_samples(own, samples, n), 0);
		assert_alike(p, own);
		if (tiermm_random_below(&random, 16) == 0)
			go_on(p, own, ms);
	}
	assert_true(reason(p, TIERMM_PROMOTION_DISPLACED) > 1000);
	assert_true(reason(p, TIERMM_PROMOTION_COLD) > 1000);
	assert_true(reason(p, TIERMM_PROMOTION_TOP_TIER) > 1000);
	assert_true(reason(p, TIERMM_PROMOTION_RATE_LIMIT) > 1000);
	done_with(p);
	done_with(own);
}

static void a_damaged_histogram_is_found(void **state)
{
	struct tiermm_promotion *p =
		PROMOTION(.policy = TIERMM_PROMOTION_HISTOGRAM);

	(void)state;
	use(p, 0, 1, 5);
	assert_int_equal(tiermm_promotion_is_valid(p), 1);
	p->histogram.pages[5] = 2;
	assert_int_equal(tiermm_promotion_is_valid(p), 0);
	p->histogram.pages[5] = 1;
	done_with(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(p6_the_hottest_that_fit_are_hot),
		cmocka_unit_test(nothing_is_known_of_room_eight_is_hot),
		cmocka_unit_test(heat_fades_by_half_a_period),
		cmocka_unit_test(a_mark_does_not_keep_heat_up),
		cmocka_unit_test(pages_on_top_count),
		cmocka_unit_test(heat_goes_up_with_the_page_and_is_lost_below),
		cmocka_unit_test(lazy_halving_agrees_with_the_histogram),
		cmocka_unit_test(the_quick_way_ends_where_the_long_one_does),
		cmocka_unit_test(a_damaged_histogram_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
