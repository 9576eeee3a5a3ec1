/* SPDX-License-Identifier: MIT */
/* Choosing one of several equal targets, and what falls back (D8, D9). */
#include "demotion/choose.h"
#include "support/cmocka.h"

/*
 * Node 0 prefers 1, 2, 3 and falls back on 4, 5 too; node 1 prefers 4, node 2
 * prefers 5, and that prefers 6. Ids are the rows; node 5 has CPUs.
 */
#define N 7
/* near.h's word 0 of such a row: both sets fill word 0. */
#define WORD_0 (1 << 16 | 1)
static const uint64_t ids[N] = { 0, 1, 2, 3, 4, 5, 6 };
static const uint64_t preferred[N] = { 0x0e, 0x10, 0x20, 0, 0, 0x40, 0 };
static const uint64_t fallback[N] = { 0x7e, 0x10, 0x60, 0, 0, 0x40, 0 };
static const uint64_t cpus[1] = { 0x20 };
static uint64_t load[N];
static struct tiermm__demotion_view view(uint32_t strategy)
{
	/* From node 0: 10 20 20 20 41 40 40; nothing else is asked for. */
	static const uint64_t rows[N] = { 0x2828291414140a };
	/* All nodes stand in word 0; no short list. */
	static const uint64_t near[N * TIERMM__NEAR_WORDS] = {
		WORD_0, 0,      WORD_0, 0,      WORD_0, 0,      WORD_0,
		0,      WORD_0, 0,      WORD_0, 0,      WORD_0, 0,
	};

	memset(load, 0, sizeof(load));
	return (struct tiermm__demotion_view){
		.n = N,
		.words = 1,
		.stride = 1,
		.strategy = strategy,
		.cpu_penalty = 1,
		.set_stride = 1,
		.near_stride = TIERMM__NEAR_WORDS,
		.ids = ids,
		.preferred = preferred,
		.fallback = fallback,
		.cpus = cpus,
		.load = load,
		.distance = rows,
		.near = near,
	};
}

static int32_t choose(uint32_t strategy, uint64_t allowed, uint64_t blocked)
{
	struct tiermm__demotion_view v = view(strategy);
	struct tiermm_nodeset allow = { { allowed } };
	uint64_t block[TIERMM_NODESET_WORDS] = { blocked };
	struct tiermm_demotion_query q = { .size = sizeof(q),
					   .allowed = &allow };

	return tiermm__view_choose(&v, 0, &q, block);
}

static void the_lowest_usable_preferred_node_is_first(void **state)
{
	(void)state;
	assert_int_equal(choose(TIERMM_STRATEGY_NEAREST, 0x7f, 0), 1);
	assert_int_equal(choose(TIERMM_STRATEGY_NEAREST, 0x7c, 0), 2);
	assert_int_equal(choose(TIERMM_STRATEGY_NEAREST, 0x7f, 0x06), 3);
	assert_int_equal(choose(TIERMM_STRATEGY_NEAREST, 0x7f, 0x7e), -1);
	assert_int_equal(choose(TIERMM_STRATEGY_NEAREST, 0, 0), -1);
}

static void nearest_falls_back_by_distance_then_id(void **state)
{
	(void)state;
	assert_int_equal(choose(TIERMM_STRATEGY_NEAREST, 0x70, 0), 5);
	assert_int_equal(choose(TIERMM_STRATEGY_NEAREST, 0x70, 0x20), 6);
	assert_int_equal(choose(TIERMM_STRATEGY_NEAREST, 0x10, 0), 4);
}

/* Node 5 at 40 with CPUs costs as much as node 4 at 41: the load decides. */
static void linux_falls_back_by_score(void **state)
{
	struct tiermm__demotion_view v = view(TIERMM_STRATEGY_LINUX_6_12);
	struct tiermm_nodeset allow = { { 0x30 } };
	struct tiermm_demotion_query q = { .allowed = &allow };

	(void)state;
	assert_int_equal(tiermm__view_choose(&v, 0, &q, NULL), 4);
	load[4] = 1;
	assert_int_equal(tiermm__view_choose(&v, 0, &q, NULL), 5);
	v.cpu_penalty = 0;
	load[5] = 1023;
	assert_int_equal(tiermm__view_choose(&v, 0, &q, NULL), 5);
	assert_int_equal(choose(TIERMM_STRATEGY_LINUX_6_12, 0x70, 0), 6);
}

/* A source above its candidates pays one unit of distance for each. */
static void linux_counts_a_lower_id_as_farther(void **state)
{
	static const uint64_t sets[3] = { 0, 0x05, 0 };
	static const uint64_t none[3];
	static const uint64_t rows[3] = { 0, 20 | 10 << 8 | 21 << 16, 0 };
	struct tiermm__demotion_view v = view(TIERMM_STRATEGY_LINUX_6_12);
	struct tiermm_demotion_query q = { .allowed = NULL };

	(void)state;
	v.n = 3;
	v.preferred = none;
	v.fallback = sets;
	v.distance = rows;
	load[0] = 1;
	assert_int_equal(tiermm__view_choose(&v, 1, &q, NULL), 2);
	load[2] = 1;
	assert_int_equal(tiermm__view_choose(&v, 1, &q, NULL), 0);
}

/* Step by step: {1,2,3}, then {4,5}, then {6}. */
static void chains_are_followed_breadth_first(void **state)
{
	static const uint32_t strategies[] = { TIERMM_STRATEGY_LINUX_5_15,
					       TIERMM_STRATEGY_LINUX_5_18,
					       TIERMM_STRATEGY_MANUAL };

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(choose(strategies[i], 0x7f, 0x0e), 4);
		assert_int_equal(choose(strategies[i], 0x7f, 0x1e), 5);
		assert_int_equal(choose(strategies[i], 0x40, 0), 6);
		assert_int_equal(choose(strategies[i], 0x7f, 0x7e), -1);
	}
}

static void a_chain_passes_through_what_it_may_not_answer(void **state)
{
	static const uint64_t partly[N] = { 0x46 };
	struct tiermm__demotion_view v = view(TIERMM_STRATEGY_MANUAL);
	uint64_t block[TIERMM_NODESET_WORDS] = { 0x0e };
	struct tiermm_demotion_query q = { .allowed = NULL };

	(void)state;
	v.fallback = partly;
	assert_int_equal(tiermm__view_choose(&v, 0, &q, block), 6);
}

/* A half-filled image can hold anything: it must end, within the tables. */
static void torn_images_end_and_stay_in_range(void **state)
{
	static const uint64_t loops[N] = { 0x02, 0x01, ~(uint64_t)0, 0x04,
					   0x80, 0x20, 0x02 };
	/* Heads of some graph each, and any list. */
	static const uint64_t noise[N * TIERMM__NEAR_WORDS] = {
		0, UINT64_MAX >> 1, WORD_0, UINT64_MAX, 0, UINT64_MAX / 3,
	};
	static const uint64_t strange[N] = { 9, 3, 3, 99, 1, 0, 2 };
	uint64_t block[TIERMM_NODESET_WORDS] = { 0x7f };
	struct tiermm_demotion_query q = { .allowed = NULL };

	(void)state;
	for (uint32_t s = 0; s < TIERMM_STRATEGIES; s++) {
		struct tiermm__demotion_view v = view(s);

		v.preferred = loops;
		v.fallback = loops;
		v.near = noise;
		for (uint32_t row = 0; row < N; row++) {
			v.ids = ids;
			(void)tiermm__view_choose(&v, row, &q, block);
			v.ids = strange;
			assert_in_range(tiermm__view_choose(&v, row, &q,
							    block) +
						1,
					0, TIERMM_MAX_NODES);
			assert_in_range(tiermm__view_row(&v, row), 0, N);
		}
	}
}

static void rows_are_found_with_and_without_gaps(void **state)
{
	static const uint64_t gaps[4] = { 0, 3, 4, 9 };
	struct tiermm__demotion_view v = view(TIERMM_STRATEGY_NEAREST);

	(void)state;
	for (uint32_t id = 0; id < N; id++)
		assert_int_equal(tiermm__view_row(&v, id), id);
	assert_int_equal(tiermm__view_row(&v, N), N);
	assert_int_equal(tiermm__view_row(&v, UINT32_MAX), N);
	v.n = 4;
	v.ids = gaps;
	for (uint32_t id = 0; id < 12; id++)
		assert_int_equal(tiermm__view_row(&v, id), id == 0   ? 0
							   : id == 3 ? 1
							   : id == 4 ? 2
							   : id == 9 ? 3
								     : 4);
}

static void turns_go_round_from_any_start(void **state)
{
	struct tiermm__demotion_view v = view(TIERMM_STRATEGY_NEAREST);
	uint64_t cursor = UINT64_MAX - 1;
	struct tiermm_demotion_query q = { .choice = TIERMM_CHOICE_ROUND_ROBIN,
					   .cursor = &cursor };
	int32_t got[6];

	(void)state;
	for (int i = 0; i < 6; i++)
		got[i] = tiermm__view_choose(&v, 0, &q, NULL);
	/* 2^64 is 1 beyond a multiple of 3: node 1 has two turns there. */
	assert_int_equal(got[0], 3);
	assert_int_equal(got[1], 1);
	assert_int_equal(got[2], 1);
	assert_int_equal(got[3], 2);
	assert_int_equal(got[4], 3);
	assert_int_equal(got[5], 1);
	assert_int_equal(cursor, 4);
}

static void nothing_is_drawn_where_there_is_no_choice(void **state)
{
	struct tiermm__demotion_view v = view(TIERMM_STRATEGY_NEAREST);
	struct tiermm_random random = { { 1, 2 } };
	struct tiermm_nodeset one = { { 0x08 } }, lower = { { 0x20 } };
	uint64_t cursor = 5;
	struct tiermm_demotion_query q = { .random = &random,
					   .cursor = &cursor };

	(void)state;
	for (q.choice = 0; q.choice <= TIERMM_CHOICE_WEIGHTED; q.choice++) {
		q.allowed = &one;
		assert_int_equal(tiermm__view_choose(&v, 0, &q, NULL), 3);
		q.allowed = &lower;
		assert_int_equal(tiermm__view_choose(&v, 0, &q, NULL), 5);
	}
	assert_int_equal(random.state[0], 1);
	assert_int_equal(random.state[1], 2);
	assert_int_equal(cursor, 5);
}

static void draws_reach_every_preferred_node_and_no_other(void **state)
{
	struct tiermm__demotion_view v = view(TIERMM_STRATEGY_NEAREST);
	struct tiermm_random random;
	struct tiermm_demotion_query q = { .choice = TIERMM_CHOICE_RANDOM,
					   .random = &random };
	uint32_t seen = 0;

	(void)state;
	assert_int_equal(tiermm_random_seed(&random, 1), 0);
	for (int i = 0; i < 100; i++)
		seen |= 1u << tiermm__view_choose(&v, 0, &q, NULL);
	assert_int_equal(seen, 0x0e);
}

static uint32_t seen_with(const uint64_t *weights, uint32_t n, uint32_t *first)
{
	struct tiermm__demotion_view v = view(TIERMM_STRATEGY_NEAREST);
	struct tiermm_random random;
	struct tiermm_demotion_query q = { .choice = TIERMM_CHOICE_WEIGHTED,
					   .random = &random,
					   .weights = weights,
					   .n_weights = n };
	uint32_t seen = 0;

	*first = 0;
	assert_int_equal(tiermm_random_seed(&random, 1), 0);
	for (int i = 0; i < 3000; i++) {
		int32_t target = tiermm__view_choose(&v, 0, &q, NULL);

		seen |= 1u << target;
		*first += target == 1;
	}
	return seen;
}

static void weights_weigh(void **state)
{
	static const uint64_t some[4] = { 9, 2, 0, 1 };
	static const uint64_t huge[4] = { 0, UINT64_MAX, 0, UINT64_MAX / 2 };
	static const uint64_t none[4];
	uint32_t first;

	(void)state;
	assert_int_equal(seen_with(some, 4, &first), 0x0a);
	assert_in_range(first, 1900, 2100);
	/* Their sum does not fit 64 bits. */
	assert_int_equal(seen_with(huge, 4, &first), 0x0a);
	assert_in_range(first, 1900, 2100);
	/* Those beyond the array weigh nothing. */
	assert_int_equal(seen_with(some, 2, &first), 0x02);
	/* All zero: an even draw. */
	assert_int_equal(seen_with(none, 4, &first), 0x0e);
	assert_in_range(first, 900, 1100);
	assert_int_equal(seen_with(NULL, 0, &first), 0x0e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_lowest_usable_preferred_node_is_first),
		cmocka_unit_test(nearest_falls_back_by_distance_then_id),
		cmocka_unit_test(linux_falls_back_by_score),
		cmocka_unit_test(linux_counts_a_lower_id_as_farther),
		cmocka_unit_test(chains_are_followed_breadth_first),
		cmocka_unit_test(a_chain_passes_through_what_it_may_not_answer),
		cmocka_unit_test(torn_images_end_and_stay_in_range),
		cmocka_unit_test(rows_are_found_with_and_without_gaps),
		cmocka_unit_test(turns_go_round_from_any_start),
		cmocka_unit_test(nothing_is_drawn_where_there_is_no_choice),
		cmocka_unit_test(draws_reach_every_preferred_node_and_no_other),
		cmocka_unit_test(weights_weigh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
