/* SPDX-License-Identifier: MIT */
/* Candidates by score, against a list that is searched in full. */
#include "promotion/queue.h"

#include "support/cmocka.h"

#include <tiermm/random.h>

#define MAX 50

static void start(struct tiermm__queue *q, void *memory)
{
	struct tiermm__carver c = { .base = memory };

	tiermm__queue_carve(q, &c, MAX);
	tiermm__queue_clear(q);
}

static void add(struct tiermm__queue *q, uint64_t page, uint8_t score)
{
	tiermm__queue_add(q, &(struct tiermm__candidate){ .page = page,
							  .score = score });
}

static void hotter_first_then_older_first(void **state)
{
	static uint64_t memory[1024];
	static const uint64_t expected[] = { 5, 2, 4, 1, 3 };
	struct tiermm__queue q;
	uint32_t entry;
	int i = 0;

	(void)state;
	start(&q, memory);
	add(&q, 1, 7);
	add(&q, 2, 40);
	add(&q, 3, 7);
	add(&q, 4, 40);
	add(&q, 5, 63);
	for (entry = tiermm__queue_first(&q); entry != TIERMM__NO_CANDIDATE;
	     entry = tiermm__queue_after(&q, entry))
		assert_int_equal(q.entries[entry].page, expected[i++]);
	assert_int_equal(i, 5);
	assert_int_equal(q.entries[tiermm__queue_coldest(&q)].page, 1);
}

static void an_empty_queue_has_nobody(void **state)
{
	static uint64_t memory[1024];
	struct tiermm__queue q;

	(void)state;
	start(&q, memory);
	assert_int_equal(tiermm__queue_first(&q), TIERMM__NO_CANDIDATE);
	assert_int_equal(tiermm__queue_coldest(&q), TIERMM__NO_CANDIDATE);
	assert_int_equal(tiermm__queue_find(&q, 0), TIERMM__NO_CANDIDATE);
	assert_int_equal(tiermm__queue_is_valid(&q), 1);
}

/* Score by page, or -1. */
static int scores[200];
static uint32_t count;

static void step(struct tiermm__queue *q, struct tiermm_random *random)
{
	uint64_t page = tiermm_random_below(random, 200);
	uint8_t score = (uint8_t)tiermm_random_below(random, TIERMM__SCORES);
	uint32_t entry = tiermm__queue_find(q, page);

	assert_int_equal(entry == TIERMM__NO_CANDIDATE, scores[page] < 0);
	if (entry == TIERMM__NO_CANDIDATE) {
		if (count == MAX)
			return;
		add(q, page, score);
		scores[page] = score;
		count++;
		return;
	}
	assert_int_equal(q->entries[entry].score, scores[page]);
	if (tiermm_random_below(random, 2)) {
		tiermm__queue_set_score(q, entry, score);
		scores[page] = score;
	} else {
		tiermm__queue_remove(q, entry);
		scores[page] = -1;
		count--;
	}
}

static void it_agrees_with_a_plain_list(void **state)
{
	static uint64_t memory[1024];
	struct tiermm__queue q;
	struct tiermm_random random;

	(void)state;
	start(&q, memory);
	memset(scores, 0xff, sizeof(scores));
	tiermm_random_seed(&random, 3);
	for (int i = 0; i < 50000; i++) {
		step(&q, &random);
		assert_int_equal(q.n, count);
		if (i % 50 == 0)
			assert_int_equal(tiermm__queue_is_valid(&q), 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hotter_first_then_older_first),
		cmocka_unit_test(an_empty_queue_has_nobody),
		cmocka_unit_test(it_agrees_with_a_plain_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
