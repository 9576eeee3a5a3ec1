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
		struct tiermm__pile a = { NULL, NULL, NULL };
		struct tiermm__pile b = { NULL, NULL, NULL };

		memset(&all, 0, sizeof(all));
		tiermm__pile_append(&a, stack(&all, 0, cut));
		tiermm__pile_append(&b, stack(&all, cut, MANY - cut));
		tiermm__pile_join(&a, b);
		assert_int_equal(pop_all(&a, &all), (1u << MANY) - 1);
	}
}

static void half_walked_piles_are_put_back_whole(void **state)
{
	struct row all;

	(void)state;
	for (uint32_t walked = 0; walked < MANY; walked++) {
		struct tiermm__lane lane = { .queued = 0 };
		struct tiermm__pile pile;
		struct tiermm__pile rest = { NULL, NULL, NULL };
		struct tiermm__pile other = { NULL, NULL, NULL };

		memset(&all, 0, sizeof(all));
		lane.inbox = stack(&all, 0, MANY - 2);
		pile = tiermm__lane_take(&lane);
		assert_null(lane.inbox);
		for (uint32_t i = 0; i < walked && i < MANY - 2; i++)
			tiermm__pile_append(&rest, tiermm__pile_pop(&pile));
		tiermm__pile_join(&pile, rest);
		/* Meanwhile another had a pile of his own. */
		tiermm__pile_append(&other, at(&all, MANY - 2));
		tiermm__lane_put_back(&lane, other);
		tiermm__lane_put_back(&lane, pile);
		lane.inbox = stack(&all, MANY - 1, 1);
		pile = tiermm__lane_take(&lane);
		assert_int_equal(pop_all(&pile, &all), (1u << MANY) - 1);
		tiermm__lane_put_back(&lane, pile);
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

/* Invariant 6: a bit in busy for each node that may have something. */
static void only_nodes_that_have_something_are_visited(void **state)
{
	struct tiermm_flush_options o = { .size = sizeof(o), .max_nodes = 200 };
	struct tiermm_nodeset nodes = { { 0 } };
	struct tiermm_flush_request *r = NULL;
	struct tiermm__pile pile;
	struct tiermm_flush *f;
	struct row all;

	(void)state;
	memset(&all, 0, sizeof(all));
	assert_int_equal(tiermm_flush_create(&f, &o, NULL), 0);
	assert_int_equal(tiermm__next_busy(f, NULL, 0), 200);
	pile = (struct tiermm__pile){ NULL, NULL, NULL };
	tiermm__node_put_back(f, 5, pile); /* nothing: stays clear */
	assert_int_equal(tiermm__next_busy(f, NULL, 0), 200);
	for (uint32_t i = 0; i < 3; i++) {
		r = at(&all, i);
		tiermm__pile_append(&pile, r);
		tiermm__node_put_back(f, 63 + 64 * i, pile);
		pile = (struct tiermm__pile){ NULL, NULL, NULL };
	}
	assert_int_equal(tiermm__next_busy(f, NULL, 0), 63);
	assert_int_equal(tiermm__next_busy(f, NULL, 64), 127);
	assert_int_equal(tiermm__next_busy(f, NULL, 128), 191);
	assert_int_equal(tiermm__next_busy(f, NULL, 192), 200);
	assert_int_equal(tiermm_nodeset_add(&nodes, 191), 0);
	assert_int_equal(tiermm__next_busy(f, &nodes, 0), 191);
	pile = tiermm__node_take(f, 127);
	assert_ptr_equal(tiermm__pile_pop(&pile), at(&all, 1));
	assert_int_equal(tiermm__next_busy(f, NULL, 64), 191);
	tiermm_flush_destroy(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pile_gives_everything_once_stacks_too),
		cmocka_unit_test(half_walked_piles_are_put_back_whole),
		cmocka_unit_test(a_mover_that_meets_a_stop_is_told),
		cmocka_unit_test(only_nodes_that_have_something_are_visited),
	};

	return cmocka_run_group_tests_name("flush/queue", tests, NULL, NULL);
}
