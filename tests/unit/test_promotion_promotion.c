/* SPDX-License-Identifier: MIT */
/* Promotion as an object: options, memory, one owner at a time. */
#include "promotion_fixture.h"
#include "support/failing.h"

#define OPTIONS(...)                                             \
	((struct tiermm_promotion_options){                      \
		.size = sizeof(struct tiermm_promotion_options), \
		__VA_ARGS__ })

static struct tiermm_demotion_graph *graph(void)
{
	return graph_by(&five_nodes, TIERMM_STRATEGY_NEAREST);
}

static int create(struct tiermm_promotion_options o)
{
	struct tiermm_demotion_graph *g = graph();
	struct tiermm_promotion *p = (void *)&o;
	uint64_t bytes = 0;
	int err = tiermm_promotion_create(&p, g, &o, NULL);

	assert_true(err ? !p : !!p);
	assert_int_equal(tiermm_promotion_footprint(g, &o, &bytes), err);
	assert_true(err ? !bytes : !!bytes);
	tiermm_promotion_destroy(p);
	tiermm_demotion_graph_unref(g);
	return err;
}

static int answer(void *self, struct tiermm_promotion_access *access)
{
	(void)self;
	(void)access;
	return TIERMM_PROMOTION_COLD;
}

static void options_reach_to_their_limits(void **state)
{
	struct tiermm_promotion_policy own = { .size = sizeof(own),
					       .name = "own",
					       .sample = answer,
					       .judge = answer };
	struct tiermm_promotion_options old = OPTIONS(.pages = 1);

	(void)state;
	assert_int_equal(create(OPTIONS(.pages = 1)), 0);
	assert_int_equal(create(OPTIONS(.pages = 0)), -TIERMM_EINVAL);
	assert_int_equal(create(OPTIONS(.pages = UINT64_MAX)), -TIERMM_EINVAL);
	assert_int_equal(create(OPTIONS(.pages = 1, .flags = 4)),
			 -TIERMM_E2BIG);
	assert_int_equal(create(OPTIONS(.pages = 1, .policy = 4)),
			 -TIERMM_EINVAL);
	assert_int_equal(create(OPTIONS(.pages = 1, .policy = 3)),
			 -TIERMM_EINVAL);
	assert_int_equal(create(OPTIONS(.pages = 1, .own = &own)),
			 -TIERMM_EINVAL);
	assert_int_equal(create(OPTIONS(.pages = 1, .policy = 3, .own = &own)),
			 0);
	assert_int_equal(create(OPTIONS(.pages = 1, .max_nodes = 4)),
			 -TIERMM_ENOSPC);
	assert_int_equal(create(OPTIONS(.pages = 1, .max_nodes = 5)), 0);
	assert_int_equal(create(OPTIONS(.pages = 1, .max_nodes = 1025)),
			 -TIERMM_EINVAL);
	assert_int_equal(create(OPTIONS(.pages = 1, .max_candidates = 1)), 0);
	assert_int_equal(create(OPTIONS(.pages = 1,
					.max_candidates = (1 << 24) + 1)),
			 -TIERMM_EINVAL);
	assert_int_equal(create(OPTIONS(.pages = 1, .hot_threshold_ms = 7)),
			 -TIERMM_EINVAL);
	assert_int_equal(create(OPTIONS(.pages = 1, .cool_ms = 86400001)),
			 -TIERMM_EINVAL);
	old.size = 8;
	assert_int_equal(create(old), -TIERMM_EINVAL);
}

static void null_is_refused(void **state)
{
	struct tiermm_promotion_options o = OPTIONS(.pages = 1);
	struct tiermm_promotion *p = (void *)&o;
	uint64_t n;

	(void)state;
	assert_int_equal(tiermm_promotion_create(&p, NULL, &o, NULL),
			 -TIERMM_EINVAL);
	assert_null(p);
	assert_int_equal(tiermm_promotion_create(NULL, NULL, &o, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_promotion_footprint(NULL, &o, &n),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_promotion_samples(NULL, NULL, 0),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_promotion_counters(NULL, NULL, 0, &n),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_promotion_is_valid(NULL), 0);
	tiermm_promotion_destroy(NULL);
}

static void create_survives_every_oom(void **state)
{
	struct tiermm_demotion_graph *g = graph();

	(void)state;
	for (uint64_t k = 0, done = 0; !done; k++) {
		struct failing f = { .fail_at = k };
		struct tiermm_alloc mem = failing_alloc(&f);
		struct tiermm_promotion_options o = OPTIONS(.pages = PAGES);
		struct tiermm_promotion *p = (void *)&o;
		int err = tiermm_promotion_create(&p, g, &o, &mem);

		done = err == 0;
		assert_true(done || (err == -TIERMM_ENOMEM && !p));
		tiermm_promotion_destroy(p);
		assert_true(failing_is_clean(&f));
	}
	tiermm_demotion_graph_unref(g);
}

/* P1: 8 bytes a page, and a constant. */
static void p1_eight_bytes_a_page(void **state)
{
	struct tiermm_demotion_graph *g = graph();
	struct tiermm_promotion_options o = OPTIONS(.pages = 1 << 20);
	uint64_t few, many;

	(void)state;
	assert_int_equal(tiermm_promotion_footprint(g, &o, &few), 0);
	o.pages *= 2;
	assert_int_equal(tiermm_promotion_footprint(g, &o, &many), 0);
	assert_int_equal(many - few, UINT64_C(8) << 20);
	tiermm_demotion_graph_unref(g);
}

static void memory_of_the_caller_will_do(void **state)
{
	struct tiermm_demotion_graph *g = graph();
	struct tiermm_promotion_options o = OPTIONS(.pages = PAGES);
	struct tiermm_promotion *p;
	uint64_t bytes;
	char *memory;

	(void)state;
	assert_int_equal(tiermm_promotion_footprint(g, &o, &bytes), 0);
	memory = aligned_alloc(TIERMM_ALIGN, bytes + TIERMM_ALIGN);
	assert_non_null(memory);
	assert_int_equal(tiermm_promotion_init(&p, memory, bytes - 1, g, &o),
			 -TIERMM_ENOMEM);
	assert_null(p);
	assert_int_equal(tiermm_promotion_init(&p, memory + 8, bytes, g, &o),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_promotion_init(NULL, memory, bytes, g, &o),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_promotion_init(&p, memory, bytes, g, &o), 0);
	assert_int_equal(tiermm_promotion_set_pages(p, 0, PAGES, 2), 0);
	set_room(p, 0, SOME_ROOM);
	heat(p, 0, PAGES - 1, 0);
	assert_int_equal(counter(p, TIERMM_PGPROMOTE_CANDIDATE), 1);
	done_with(p);
	free(memory);
	tiermm_demotion_graph_unref(g);
}

struct intruder {
	struct tiermm_promotion *p;
	uint32_t refused;
};

static int intrude(void *self, struct tiermm_promotion_access *access)
{
	struct intruder *who = self;
	struct tiermm_promotion_room room = room_of(0, 0);
	struct tiermm_sample s = { .page = 0 };
	struct tiermm_promotion_why why = { .size = sizeof(why) };
	struct tiermm_promotion_page page;
	struct tiermm_move move = { .page = 0, .pages = 1 };
	struct tiermm_result result = { .outcome = 0 };
	struct tiermm_folio cold;
	uint64_t n;

	(void)access;
	const int said[] = {
		tiermm_promotion_samples(who->p, &s, 1),
		tiermm_promotion_set_rooms(who->p, &room, 1),
		tiermm_promotion_set_pages(who->p, 0, 1, 0),
		tiermm_promotion_pages_moved(who->p, 0, 0, 1, 0),
		tiermm_promotion_plan(who->p, NULL, NULL, 0, &n, NULL),
		tiermm_promotion_report(who->p, 0, &move, &result, 1),
		tiermm_promotion_cold(who->p, 0, 0, 1, &cold, 1, &n),
		tiermm_promotion_get_page(who->p, 0, 0, &page),
		tiermm_promotion_explain(who->p, 0, 0, 0, &why),
		tiermm_promotion_threshold(who->p, 0, &n),
	};
	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++)
		who->refused += said[i] == -TIERMM_EBUSY;
	who->refused += tiermm_promotion_is_valid(who->p) == 0;
	return TIERMM_PROMOTION_COLD;
}

static void who_comes_second_is_told_so(void **state)
{
	struct intruder who = { .refused = 0 };
	struct tiermm_promotion_policy own = { .size = sizeof(own),
					       .name = "intruder",
					       .self = &who,
					       .sample = intrude,
					       .judge = intrude };

	(void)state;
	who.p = PROMOTION(.policy = TIERMM_PROMOTION_OWN, .own = &own);
	access_at(who.p, 1, 0);
	assert_int_equal(who.refused, 11);
	assert_int_equal(node_of(who.p, 0), 2);
	done_with(who.p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_reach_to_their_limits),
		cmocka_unit_test(null_is_refused),
		cmocka_unit_test(create_survives_every_oom),
		cmocka_unit_test(p1_eight_bytes_a_page),
		cmocka_unit_test(memory_of_the_caller_will_do),
		cmocka_unit_test(who_comes_second_is_told_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
