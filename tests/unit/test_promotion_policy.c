/* SPDX-License-Identifier: MIT */
/* A policy of one's own: the table, and slots that fail (P6). */
#include "promotion_fixture.h"

#include <setjmp.h>

/* Fails, or leaves for good, at one of its calls. */
struct own {
	uint64_t calls;
	uint64_t fail_at;
	int answer;
	jmp_buf *out;
	uint64_t of_slot[5];
};

static int called(struct own *own, int slot)
{
	own->of_slot[slot]++;
	if (own->calls++ != own->fail_at)
		return 0;
	if (own->out)
		longjmp(*own->out, 1);
	return -TIERMM_EIO;
}

static int sample(void *self, struct tiermm_promotion_access *a)
{
	struct own *own = self;
	int err = called(own, 0);

	a->heat += a->weight;
	a->score = a->heat;
	return err ? err : own->answer;
}

static int judge(void *self, struct tiermm_promotion_access *a)
{
	struct own *own = self;
	int err = called(own, 1);

	a->value = a->heat;
	return err ? err : own->answer;
}

static int moved(void *self, struct tiermm_promotion_access *a)
{
	a->heat /= 2;
	return called(self, 2);
}

static int tick(void *self, uint64_t now_ms, uint64_t capacity)
{
	(void)now_ms;
	(void)capacity;
	return called(self, 3);
}

static int gate(void *self, const struct tiermm_promotion_room *from,
		const struct tiermm_promotion_room *to)
{
	int err = called(self, 4);

	(void)from;
	(void)to;
	return err ? err : 1;
}

static struct tiermm_promotion_policy table(struct own *own)
{
	return (struct tiermm_promotion_policy){
		.size = sizeof(struct tiermm_promotion_policy),
		.flags = TIERMM_PROMOTION_SEES_TOP,
		.name = "own",
		.self = own,
		.sample = sample,
		.judge = judge,
		.moved = moved,
		.tick = tick,
		.gate = gate,
	};
}

static struct tiermm_promotion *promotion_by(struct own *own)
{
	struct tiermm_promotion_policy policy = table(own);

	return PROMOTION(.policy = TIERMM_PROMOTION_OWN, .own = &policy);
}

static int adopt(struct tiermm_promotion_policy policy)
{
	struct tiermm_demotion_graph *g =
		graph_by(&five_nodes, TIERMM_STRATEGY_NEAREST);
	struct tiermm_promotion_options o = { .size = sizeof(o),
					      .pages = 1,
					      .policy = TIERMM_PROMOTION_OWN,
					      .own = &policy };
	struct tiermm_promotion *p;
	int err = tiermm_promotion_create(&p, g, &o, NULL);

	tiermm_promotion_destroy(p);
	tiermm_demotion_graph_unref(g);
	return err;
}

static void p6_a_table_is_taken_over_by_its_size(void **state)
{
	struct own own = { .fail_at = UINT64_MAX };
	struct tiermm_promotion_policy good = table(&own), bad = good;

	(void)state;
	assert_int_equal(adopt(good), 0);
	bad.size = offsetof(struct tiermm_promotion_policy, moved);
	assert_int_equal(adopt(bad), 0);
	bad.size = offsetof(struct tiermm_promotion_policy, judge);
	assert_int_equal(adopt(bad), -TIERMM_EINVAL);
	bad.size = sizeof(bad) - 4;
	assert_int_equal(adopt(bad), -TIERMM_EINVAL);
	bad = good;
	bad.sample = NULL;
	assert_int_equal(adopt(bad), -TIERMM_EINVAL);
	bad = good;
	bad.judge = NULL;
	assert_int_equal(adopt(bad), -TIERMM_EINVAL);
	bad = good;
	bad.name = NULL;
	assert_int_equal(adopt(bad), -TIERMM_EINVAL);
	bad = good;
	bad.flags = 2;
	assert_int_equal(adopt(bad), -TIERMM_E2BIG);
}

static void p6_its_answer_and_its_byte_count(void **state)
{
	struct own own = { .fail_at = UINT64_MAX,
			   .answer = TIERMM_PROMOTION_COLD };
	struct tiermm_promotion *p = promotion_by(&own);

	(void)state;
	access_at(p, 0, 1);
	access_at(p, 1, 1);
	assert_int_equal(page_at(p, 1, 1).heat, 2);
	assert_int_equal(reason(p, TIERMM_PROMOTION_COLD), 2);
	own.answer = TIERMM_PROMOTION_HOT;
	assert_int_equal(why_at(p, 1, 1).reason, TIERMM_PROMOTION_HOT);
	assert_int_equal(why_at(p, 1, 1).value, 2);
	access_at(p, 2, 1);
	assert_int_equal(page_at(p, 2, 1).queued, 1);
	own.answer = TIERMM_PROMOTION_STALE; /* not one of its answers */
	access_at(p, 3, 2);
	assert_int_equal(reason(p, TIERMM_PROMOTION_REFUSED), 1);
	assert_int_equal(counter(p, TIERMM_PROMOTION_ERRORS), 0);
	sample_as(p, (struct tiermm_sample){ .page = 1, .weight = 4000 });
	assert_int_equal(page_at(p, 3, 1).heat, 255);
	assert_int_equal(tiermm_promotion_set_pages(p, 3, 1, 0), 0);
	access_at(p, 3, 3); /* it sees what is on top */
	assert_int_equal(page_at(p, 3, 3).heat, 1);
	assert_int_equal(reason(p, TIERMM_PROMOTION_TOP_TIER), 1);
	done_with(p);
}

/* Some of everything; the state of the object is checked all along. */
static void live(struct tiermm_promotion *p)
{
	struct tiermm_move moves[64];
	struct tiermm_promotion_why why = { .size = sizeof(why) };
	uint64_t n;

	for (uint64_t page = 0; page < 6; page++)
		access_at(p, page * 400, page);
	assert_int_equal(tiermm_promotion_explain(p, 0, 9, 0, &why), 0);
	n = plan_all(p, 2400, moves);
	for (uint64_t i = 0; i < n; i++)
		report_one(p, 2400, moves[i],
			   i % 3 ? TIERMM_OUTCOME_DONE : TIERMM_OUTCOME_BUSY);
	move_page(p, 2500, 1, 2);
	assert_int_equal(tiermm_promotion_set_pages(p, 2, 1, 3), 0);
}

static uint64_t balance_of_candidates(struct tiermm_promotion *p)
{
	struct tiermm_promotion_summary s = { .size = sizeof(s) };
	uint64_t n;

	assert_int_equal(tiermm_promotion_plan(p, NULL, NULL, 0, &n, &s), 0);
	return s.candidates + counter(p, TIERMM_PROMOTION_WENT_UP) +
	       counter(p, TIERMM_PROMOTION_WITHDRAWN) +
	       reason(p, TIERMM_PROMOTION_DISPLACED) +
	       reason(p, TIERMM_PROMOTION_STALE) +
	       reason(p, TIERMM_PROMOTION_GAVE_UP);
}

static void p6_every_slot_may_fail_at_every_call(void **state)
{
	uint64_t seen[5] = { 0 }, done = 0;

	(void)state;
	for (uint64_t k = 0; !done; k++) {
		struct own own = { .fail_at = k,
				   .answer = TIERMM_PROMOTION_HOT };
		struct tiermm_promotion *p = promotion_by(&own);

		live(p);
		done = own.calls <= k;
		for (int i = 0; i < 5; i++)
			seen[i] += own.of_slot[i];
		assert_int_equal(counter(p, TIERMM_PROMOTION_SAMPLES), 6);
		assert_int_equal(reason(p, TIERMM_PROMOTION_HOT) +
					 reason(p, TIERMM_PROMOTION_REFUSED),
				 6);
		assert_int_equal(balance_of_candidates(p),
				 reason(p, TIERMM_PROMOTION_HOT));
		done_with(p);
	}
	for (int i = 0; i < 5; i++)
		assert_true(seen[i] > 0);
}

/* Requirement 3: a slot that never returns leaves it fit to be destroyed. */
static void p6_every_slot_may_leave_for_good(void **state)
{
	static volatile uint64_t k;
	static struct own own;
	static struct tiermm_promotion *p;
	static jmp_buf out;
	volatile int left = 1;

	(void)state;
	for (k = 0; left; k++) {
		own = (struct own){ .fail_at = k,
				    .answer = TIERMM_PROMOTION_HOT,
				    .out = &out };
		p = promotion_by(&own);
		left = 0;
		if (setjmp(out)) {
			left = 1;
			assert_int_equal(tiermm_promotion_set_pages(p, 0, 1, 2),
					 -TIERMM_EBUSY);
		} else {
			live(p);
		}
		tiermm_promotion_destroy(p);
	}
	assert_true(k > 10);
}

static void each_policy_and_reason_has_a_name_of_its_own(void **state)
{
	(void)state;
	assert_string_equal(tiermm_promotion_policy_name(
				    TIERMM_PROMOTION_KERNEL),
			    "kernel");
	assert_null(tiermm_promotion_policy_name(TIERMM_PROMOTION_POLICIES));
	assert_null(tiermm_promotion_reason_name(TIERMM_PROMOTION_REASONS));
	for (uint32_t a = 0; a < TIERMM_PROMOTION_REASONS; a++)
		for (uint32_t b = 0; b < a; b++)
			assert_string_not_equal(tiermm_promotion_reason_name(a),
						tiermm_promotion_reason_name(
							b));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(p6_a_table_is_taken_over_by_its_size),
		cmocka_unit_test(p6_its_answer_and_its_byte_count),
		cmocka_unit_test(p6_every_slot_may_fail_at_every_call),
		cmocka_unit_test(p6_every_slot_may_leave_for_good),
		cmocka_unit_test(each_policy_and_reason_has_a_name_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
