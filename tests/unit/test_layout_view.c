/* SPDX-License-Identifier: MIT */
/* Views are held by readers, and reports come late (relayout.h, 4 and 7). */
#include "layout_fixture.h"

static void claim_all(struct tiermm_relayout *r, int32_t from)
{
	for (uint64_t f = 0; f <= LAST; f++) {
		struct tiermm_layout_page page = { f, 0, from };
		uint64_t n = 0;

		assert_int_equal(tiermm_relayout_claim(r, &page, &page, 1, &n),
				 0);
	}
}

/*
 * A move of two layouts ago put a page where no layout looks for it: no plan
 * pretends to know where it is. The report comes before or behind a commit.
 */
static void l6_a_late_report_leaves_no_plan_that_guesses(void **state)
{
	(void)state;
	for (int behind = 0; behind < 2; behind++) {
		struct tiermm_layout_step s = { .size = sizeof(s),
						.max_pages = 1 };
		struct tiermm_result res = { TIERMM_OUTCOME_DONE, 0, 1 };
		struct tiermm_relayout *r = force(all_on(0), NULL);
		struct tiermm_layout *last = all_on(2);
		struct tiermm_layout_where where;
		struct tiermm_move m;
		uint64_t n = 0;

		free_span(r, 0, LAST);
		commit_to(r, all_on(1));
		assert_int_equal(tiermm_relayout_plan(r, &s, &m, 1, &n), 0);
		commit_to(r, all_on(0));
		claim_all(r, 0); /* no mark is left, all are at home */
		assert_int_equal(tiermm_relayout_prepare(r, last, NULL, 0,
							 NULL),
				 0);
		if (!behind)
			assert_int_equal(tiermm_relayout_report(r, NULL, &m,
								&res, 1),
					 0);
		assert_int_equal(tiermm_relayout_commit(r), 0);
		if (behind)
			assert_int_equal(tiermm_relayout_report(r, NULL, &m,
								&res, 1),
					 0);
		assert_int_equal(tiermm_relayout_plan(r, &s, &m, 1, &n), 0);
		assert_int_equal(m.page, 0);
		assert_int_equal(m.from, TIERMM_NO_NODE);
		assert_int_equal(tiermm_relayout_allocate_on(r, 0, 0, &where, 1,
							     &n),
				 0);
		assert_int_equal(where.several, 1);
		tiermm_layout_unref(last);
		done_with(r);
	}
}

/* One retire table for tests: it holds until it is told. */
struct holder {
	struct tiermm_retired *held[16];
	uint64_t n;
	int may_go;
};

static void hold(void *self, struct tiermm_retired *retired)
{
	struct holder *h = self;

	h->held[h->n++] = retired;
}

static uint64_t holds(void *self)
{
	return ((struct holder *)self)->n;
}

static void let_all_go(struct holder *h)
{
	while (h->n) {
		struct tiermm_retired *retired = h->held[--h->n];

		retired->release(retired);
	}
}

/*
 * All was swept, drained and told when a report comes for a layout before:
 * the sweep goes back to that page, behind whoever may be inside (7).
 */
static void l6_a_late_report_takes_the_sweep_back(void **state)
{
	struct holder h = { .n = 0 };
	struct tiermm_retire table = { sizeof(table), 0, &h, hold, holds };
	struct tiermm_relayout_options o = { .size = sizeof(o),
					     .max_caches = 1,
					     .retire = &table };
	struct tiermm_relayout *r = force(all_on(0), &o);
	struct tiermm_layout_progress p = { .size = sizeof(p) };
	struct tiermm_layout_step s = { .size = sizeof(s) };
	struct tiermm_result res = { TIERMM_OUTCOME_DONE, 0, 1 };
	struct tiermm_move late = { 5, 1, 0, 1, 0 }, m;
	struct tiermm_layout_event e[16];
	uint64_t n = 0, place = 0;

	(void)state;
	free_span(r, 0, LAST);
	commit_to(r, all_on(1));
	commit_to(r, all_on(0));
	let_all_go(&h);
	claim_all(r, 0);
	(void)sweep_from(r, 0);
	assert_int_equal(tiermm_relayout_cache_join(r, 0), 0);
	assert_int_equal(tiermm_relayout_poll(r, NULL), 0);
	assert_int_equal(tiermm_relayout_progress(r, &p), 0);
	assert_int_equal(p.complete, 1);
	assert_int_equal(tiermm_relayout_events(r, &place, e, 16, &n), 0);
	assert_int_equal(tiermm_relayout_report(r, NULL, &late, &res, 1), 0);
	assert_int_equal(tiermm_relayout_progress(r, &p), 0);
	assert_int_equal(p.complete, 0);
	assert_int_equal(p.pending, 1);
	assert_int_equal(p.swept, 5);
	assert_int_equal(p.caches, 1);
	assert_int_equal(p.readers, 1);
	assert_int_equal(tiermm_relayout_plan(r, &s, &m, 1, &n),
			 -TIERMM_EAGAIN);
	assert_int_equal(h.n, 1); /* the probe */
	let_all_go(&h);
	assert_int_equal(tiermm_relayout_plan(r, &s, &m, 1, &n), 0);
	assert_int_equal(m.page, 5);
	assert_int_equal(m.to, 0);
	assert_int_equal(sweep_from(r, 1), 1);
	assert_int_equal(tiermm_relayout_drained(r, 0,
						 tiermm_relayout_drain_wanted(
							 r)),
			 0);
	assert_int_equal(tiermm_relayout_poll(r, NULL), 0);
	assert_int_equal(tiermm_relayout_events(r, &place, e, 16, &n), 0);
	assert_true(n > 0);
	assert_int_equal(e[n - 1].kind, TIERMM_LAYOUT_COMPLETE); /* again */
	assert_int_equal(account(r, 0).free, LAST + 1);
	done_with(r);
	let_all_go(&h);
}

/* A poll that releases, from the moment that it is told to. */
static uint64_t lets_go_when_told(void *self)
{
	struct holder *h = self;

	if (h->may_go)
		let_all_go(h);
	return h->n;
}

static void a_proposal_lets_go_of_what_readers_passed(void **state)
{
	struct holder h = { .n = 0 };
	struct tiermm_retire table = { sizeof(table), 0, &h, hold,
				       lets_go_when_told };
	struct tiermm_relayout_options o = { .size = sizeof(o),
					     .retire = &table };
	struct tiermm_relayout *r = force(all_on(0), &o);
	struct tiermm_layout *l = all_on(1);

	(void)state;
	for (int i = 0; i < 7; i++)
		commit_to(r, all_on(i));
	assert_int_equal(tiermm_relayout_propose(r, l, NULL), 0);
	assert_int_equal(tiermm_relayout_take(r, NULL, 0, NULL, NULL),
			 -TIERMM_EAGAIN);
	h.may_go = 1;
	assert_int_equal(tiermm_relayout_take(r, NULL, 0, NULL, NULL), 0);
	tiermm_layout_unref(l);
	done_with(r);
}

static void a_sweep_waits_for_readers_of_the_layout_before(void **state)
{
	struct holder h = { .n = 0 };
	struct tiermm_retire table = { sizeof(table), 0, &h, hold, holds };
	struct tiermm_relayout_options o = { .size = sizeof(o),
					     .retire = &table };
	struct tiermm_layout_progress p = { .size = sizeof(p) };
	struct tiermm_layout_step s = { .size = sizeof(s) };
	struct tiermm_relayout *r = force(all_on(0), &o);
	struct tiermm_move m;
	uint64_t n = 0, held = 0;

	(void)state;
	commit_to(r, all_on(1));
	assert_int_equal(tiermm_relayout_plan(r, &s, &m, 1, &n),
			 -TIERMM_EAGAIN);
	assert_int_equal(tiermm_relayout_poll(r, &held), 0);
	assert_int_equal(held, 1);
	assert_int_equal(tiermm_relayout_progress(r, &p), 0);
	assert_int_equal(p.readers, 1);
	let_all_go(&h);
	assert_int_equal(tiermm_relayout_plan(r, &s, &m, 1, &n), 0);
	assert_int_equal(n, 1);
	done_with(r);
	let_all_go(&h);
}

static void without_passing_readers_views_run_out(void **state)
{
	struct holder h = { .n = 0 };
	struct tiermm_retire table = { sizeof(table), 0, &h, hold, holds };
	struct tiermm_relayout_options o = { .size = sizeof(o),
					     .retire = &table };
	struct tiermm_relayout *r = force(all_on(0), &o);
	struct tiermm_layout *l = all_on(1);
	int err = 0, commits = 0;

	(void)state;
	while (!(err = tiermm_relayout_prepare(r, l, NULL, 0, NULL))) {
		assert_int_equal(tiermm_relayout_commit(r), 0);
		assert_true(++commits < 100);
	}
	assert_int_equal(err, -TIERMM_EAGAIN);
	assert_int_equal(commits, 7);
	assert_int_equal(tiermm_relayout_propose(r, l, NULL), 0);
	assert_int_equal(tiermm_relayout_take(r, NULL, 0, NULL, NULL),
			 -TIERMM_EAGAIN);
	let_all_go(&h);
	assert_int_equal(tiermm_relayout_take(r, NULL, 0, NULL, NULL), 0);
	tiermm_layout_unref(l);
	/* What is held outlives the object. */
	tiermm_relayout_destroy(r);
	let_all_go(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(l6_a_late_report_leaves_no_plan_that_guesses),
		cmocka_unit_test(l6_a_late_report_takes_the_sweep_back),
		cmocka_unit_test(a_proposal_lets_go_of_what_readers_passed),
		cmocka_unit_test(
			a_sweep_waits_for_readers_of_the_layout_before),
		cmocka_unit_test(without_passing_readers_views_run_out),
	};

	return cmocka_run_group_tests_name("layout/view", tests, NULL, NULL);
}
