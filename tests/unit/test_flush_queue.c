/* SPDX-License-Identifier: MIT */
/* Inboxes and piles: taken as a whole, nothing lost, nothing twice. */
#include "flush_fixture.h"

#define MANY 12
#define STRIDE 128

/* Requests in a row, without room for sets. */
struct row {
	_Alignas(TIERMM_ALIGN) char bytes[MANY * STRIDE];
};

static struct tiermm_flush_request *at(struct row *row, uint32_t i)
{
	return (void *)(row->bytes + i * STRIDE);
}

static uint32_t pop_all(struct tiermm__pile *pile, const struct row *all)
{
	struct tiermm_flush_request *r;
	uint32_t seen = 0;

	while ((r = tiermm__pile_pop(pile)) != NULL) {
		uint32_t bit = 1u << (((char *)r - all->bytes) / STRIDE);

		assert_false(seen & bit);
		assert_null(r->below);
		seen |= bit;
	}
	assert_null(pile->head);
	return seen;
}

/* A stack of n requests from the first on, as an inbox has it. */
static struct tiermm_flush_request *stack(struct row *row, uint32_t first,
					  uint32_t n)
{
	for (uint32_t i = first; i < first + n; i++)
		at(row, i)->below = i + 1 < first + n ? at(row, i + 1) : NULL;
	return at(row, first);
}

static void a_pile_gives_everything_once_stacks_too(void **state)
{
	struct row all;

	(void)state;
	for (uint32_t cut = 1; cut < MANY; cut++) {
		struct tiermm__pile a = { NULL, NULL }, b = { NULL, NULL };

		memset(&all, 0, sizeof(all));
		tiermm__pile_append(&a, stack(&all, 0, cut));
		tiermm__pile_append(&b, stack(&all, cut, MANY - cut));
		tiermm__pile_join(&a, &b);
		assert_int_equal(pop_all(&a, &all), (1u << MANY) - 1);
	}
}

static void half_walked_piles_are_put_back_whole(void **state)
{
	struct row all;

	(void)state;
	for (uint32_t walked = 0; walked < MANY; walked++) {
		struct tiermm__lane lane = { .pending = 0 };
		struct tiermm__pile pile = { NULL, NULL };
		struct tiermm__pile rest = { NULL, NULL };
		struct tiermm__pile other = { NULL, NULL };

		memset(&all, 0, sizeof(all));
		lane.inbox = stack(&all, 0, MANY - 2);
		tiermm__lane_take(&lane, &pile);
		assert_null(lane.inbox);
		for (uint32_t i = 0; i < walked && i < MANY - 2; i++)
			tiermm__pile_append(&rest, tiermm__pile_pop(&pile));
		tiermm__pile_join(&pile, &rest);
		/* Meanwhile another had a pile of his own. */
		tiermm__pile_append(&other, at(&all, MANY - 2));
		tiermm__lane_put_back(&lane, &other);
		tiermm__lane_put_back(&lane, &pile);
		lane.inbox = stack(&all, MANY - 1, 1);
		pile = (struct tiermm__pile){ NULL, NULL };
		tiermm__lane_take(&lane, &pile);
		assert_int_equal(pop_all(&pile, &all), (1u << MANY) - 1);
		tiermm__lane_put_back(&lane, &pile);
		assert_null(lane.pile);
	}
}

static void a_mover_that_meets_a_stop_is_told(void **state)
{
	struct tiermm_flush_request *r;
	uint32_t due = 0;

	FLUSH_FIXTURE(x, NULL);
	(void)state;
	r = park(&x, 0, 0, 0, 1);
	assert_int_equal(tiermm_flush_stamp(r), 0);
	assert_int_equal(tiermm_flush_stop(x.f, NULL), 0);
	assert_int_equal(tiermm_flush_queue(r, 0, &due), -TIERMM_EBUSY);
	assert_int_equal(due, 0);
	assert_int_equal(tiermm_flush_resume(x.f), 0);
	assert_int_equal(tiermm_flush_queue(r, 0, &due), 0);
	assert_int_equal(due, 0);
	assert_int_equal(flush_count(&x, TIERMM_FLUSH_QUEUED), 1);
	assert_int_equal(flush_count(&x, TIERMM_FLUSH_QUEUED_PAGES), 1);
	assert_int_equal(tiermm_flush_queue(NULL, 0, NULL), -TIERMM_EINVAL);
	flush_fixture_end(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pile_gives_everything_once_stacks_too),
		cmocka_unit_test(half_walked_piles_are_put_back_whole),
		cmocka_unit_test(a_mover_that_meets_a_stop_is_told),
	};

	return cmocka_run_group_tests_name("flush/queue", tests, NULL, NULL);
}
