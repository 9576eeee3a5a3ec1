/* SPDX-License-Identifier: MIT */
/* A change is a transaction: all of it, or nothing that anybody sees (L3). */
#include "layout_fixture.h"

#define CALLS 32

/* What was called, in order; the call of a number fails. */
struct witness {
	char log[CALLS + 1];
	int n;
	int fail_at; /* -1: none */
	int answer;
};

static int called(struct witness *w, char what)
{
	assert_true(w->n < CALLS);
	w->log[w->n] = what;
	return w->n++ == w->fail_at ? w->answer : 0;
}

static int populate(void *self, const struct tiermm_layout_change *change,
		    const struct tiermm_layout_shift *shift)
{
	assert_true(change->size >= sizeof(*change));
	assert_int_equal(change->generation, 2);
	assert_true(shift->gains > 0);
	return called(self, 'p');
}

static void cancel(void *self, const struct tiermm_layout_change *change,
		   const struct tiermm_layout_shift *shift)
{
	(void)change;
	(void)shift;
	called(self, 'c');
}

static void populated(void *self, const struct tiermm_layout_change *change,
		      const struct tiermm_layout_shift *shift)
{
	(void)change;
	assert_true(shift->gains > 0);
	called(self, 'P');
}

static void discarded(void *self, const struct tiermm_layout_change *change,
		      const struct tiermm_layout_shift *shift)
{
	(void)change;
	assert_true(shift->loses > 0);
	called(self, 'D');
}

static int part_prepare(void *self, const struct tiermm_layout_change *change)
{
	assert_ptr_not_equal(change->from, change->to);
	return called(self, 'r');
}

static void part_commit(void *self, const struct tiermm_layout_change *change)
{
	(void)change;
	called(self, 'C');
}

static void part_abort(void *self, const struct tiermm_layout_change *change)
{
	(void)change;
	called(self, 'a');
}

static struct tiermm_layout_listener listener(struct witness *w)
{
	return (struct tiermm_layout_listener){
		sizeof(struct tiermm_layout_listener),
		0,
		w,
		populate,
		cancel,
		populated,
		discarded
	};
}

static struct tiermm_layout_part part(struct witness *w)
{
	return (struct tiermm_layout_part){ sizeof(struct tiermm_layout_part),
					    0,
					    w,
					    part_prepare,
					    part_commit,
					    part_abort };
}

/* Two listeners, two parts; nodes 0 and 1 to 2 and 3. */
static struct tiermm_relayout *scene(struct witness *w,
				     struct tiermm_layout_part *parts)
{
	struct tiermm_relayout *r = force(halves(512), NULL);
	struct tiermm_layout_listener l = listener(w);
	uint32_t id;

	parts[0] = part(w);
	parts[1] = part(w);
	assert_int_equal(tiermm_relayout_listen(r, &l, &id), 0);
	assert_int_equal(tiermm_relayout_listen(r, &l, &id), 0);
	assert_int_equal(id, 1);
	return r;
}

static struct tiermm_layout *to_2_and_3(void)
{
	struct tiermm_layout_range range[2] = {
		{ .first = 0, .last = 511, .node = 2 },
		{ .first = 512, .last = LAST, .node = 3 },
	};

	return layout_of(range, 2);
}

static void all_are_asked_and_then_told(void **state)
{
	struct witness w = { .fail_at = -1 };
	struct tiermm_layout_part p[2];
	const struct tiermm_layout_part *parts[2] = { &p[0], &p[1] };
	struct tiermm_relayout *r = scene(&w, p);
	struct tiermm_layout *l = to_2_and_3();

	(void)state;
	assert_int_equal(tiermm_relayout_prepare(r, l, parts, 2, NULL), 0);
	assert_string_equal(w.log, "pppprr");
	assert_int_equal(tiermm_relayout_node(r, 0), 0); /* not seen yet */
	assert_int_equal(tiermm_relayout_commit(r), 0);
	/* Parts, then each listener: discarded 0, 1, populated 2, 3. */
	assert_string_equal(w.log, "pppprrCCDDPPDDPP");
	assert_int_equal(tiermm_relayout_node(r, 0), 2);
	assert_int_equal(tiermm_relayout_commit(r), -TIERMM_ENOENT);
	tiermm_layout_unref(l);
	done_with(r);
}

static void an_abort_goes_back_in_reverse(void **state)
{
	struct witness w = { .fail_at = -1 };
	struct tiermm_layout_part p[2];
	const struct tiermm_layout_part *parts[2] = { &p[0], &p[1] };
	struct tiermm_relayout *r = scene(&w, p);
	struct tiermm_layout *l = to_2_and_3();

	(void)state;
	assert_int_equal(tiermm_relayout_prepare(r, l, parts, 2, NULL), 0);
	assert_int_equal(tiermm_relayout_abort(r), 0);
	assert_string_equal(w.log, "pppprraacccc");
	assert_int_equal(tiermm_relayout_commit(r), -TIERMM_ENOENT);
	assert_int_equal(tiermm_relayout_abort(r), 0);
	assert_int_equal(tiermm_relayout_generation(r), 1);
	tiermm_layout_unref(l);
	done_with(r);
}

static void a_second_prepare_gives_up_the_first(void **state)
{
	struct witness w = { .fail_at = -1 };
	struct tiermm_layout_part p[2];
	const struct tiermm_layout_part *parts[2] = { &p[0], &p[1] };
	struct tiermm_relayout *r = scene(&w, p);
	struct tiermm_layout *l = to_2_and_3(), *other = all_on(2);
	uint64_t held = 9;

	(void)state;
	assert_int_equal(tiermm_relayout_prepare(r, l, parts, 2, NULL), 0);
	assert_int_equal(tiermm_relayout_prepare(r, other, NULL, 0, NULL), 0);
	assert_string_equal(w.log, "pppprraaccccpp");
	assert_int_equal(tiermm_relayout_poll(r, &held), 0);
	assert_int_equal(held, 0);
	assert_int_equal(tiermm_relayout_commit(r), 0);
	assert_int_equal(tiermm_relayout_node(r, LAST), 2);
	tiermm_layout_unref(l);
	tiermm_layout_unref(other);
	done_with(r);
}

/* Each call fails once: who agreed before is told, and nothing has changed. */
static void i19_whoever_refuses_nothing_has_changed(void **state)
{
	static const char *const logs[] = {
		"p", "ppc", "pppcc", "ppppccc", "pppprcccc", "pppprracccc",
	};
	struct tiermm_layout *l = to_2_and_3();

	(void)state;
	for (int k = 0; k < 6; k++) {
		struct witness w = { .fail_at = k, .answer = -TIERMM_EPERM };
		struct tiermm_layout_problem problem = { .size = sizeof(
								 problem) };
		struct tiermm_layout_part p[2];
		const struct tiermm_layout_part *parts[2] = { &p[0], &p[1] };
		struct tiermm_relayout *r = scene(&w, p);
		char line[64];

		assert_int_equal(tiermm_relayout_prepare(r, l, parts, 2,
							 &problem),
				 -TIERMM_EPERM);
		assert_string_equal(w.log, logs[k]);
		if (k < 4) {
			assert_int_equal(problem.what,
					 TIERMM_LAYOUT_PROBLEM_VETO);
			assert_int_equal(problem.node, 2 + k / 2);
		} else {
			assert_int_equal(problem.what,
					 TIERMM_LAYOUT_PROBLEM_PART);
			assert_int_equal(problem.range, k - 4);
			assert_int_equal(problem.node, TIERMM_NO_NODE);
			assert_int_equal(tiermm_layout_problem_text(&problem,
								    line, 64,
								    NULL),
					 0);
			assert_string_equal(
				line, k == 4 ? "part 0 of the change refused, "
					       "expected consent"
					     : "part 1 of the change refused, "
					       "expected consent");
		}
		assert_int_equal(problem.error, -TIERMM_EPERM);
		assert_int_equal(tiermm_relayout_generation(r), 1);
		assert_int_equal(tiermm_relayout_node(r, 0), 0);
		assert_int_equal(account(r, 2).goal, 0);
		assert_int_equal(account(r, 0).pending_out, 0);
		assert_int_equal(tiermm_relayout_commit(r), -TIERMM_ENOENT);
		assert_int_equal(counter(r, TIERMM_LAYOUT_REFUSALS), 1);
		done_with(r);
	}
	tiermm_layout_unref(l);
}

static void who_was_not_asked_is_not_told_of_the_end(void **state)
{
	struct witness w = { .fail_at = -1 };
	struct tiermm_relayout *r = force(halves(512), NULL);
	struct tiermm_layout_listener l = listener(&w);
	struct tiermm_layout *next = all_on(1);
	uint32_t id;

	(void)state;
	l.populate = NULL;
	assert_int_equal(tiermm_relayout_listen(r, &l, &id), 0);
	assert_int_equal(tiermm_relayout_prepare(r, next, NULL, 0, NULL), 0);
	assert_int_equal(tiermm_relayout_abort(r), 0);
	assert_int_equal(w.n, 0);
	tiermm_layout_unref(next);
	done_with(r);
}

static void a_positive_answer_is_a_refusal_too(void **state)
{
	struct witness w = { .fail_at = 0, .answer = 1 };
	struct tiermm_layout_part p[2];
	struct tiermm_relayout *r = scene(&w, p);
	struct tiermm_layout *l = to_2_and_3();

	(void)state;
	assert_int_equal(tiermm_relayout_prepare(r, l, NULL, 0, NULL),
			 -TIERMM_EINVAL);
	tiermm_layout_unref(l);
	done_with(r);
}

static int last_flags;

static int note_flags(void *self, const struct tiermm_layout_change *change,
		      const struct tiermm_layout_shift *shift)
{
	(void)self;
	(void)change;
	assert_int_equal(shift->node, 1);
	assert_int_equal(shift->gains, 512);
	assert_int_equal(shift->goal, 512);
	last_flags = (int)shift->flags;
	return 0;
}

static void note_discard(void *self, const struct tiermm_layout_change *change,
			 const struct tiermm_layout_shift *shift)
{
	(void)self;
	(void)change;
	assert_int_equal(shift->loses, 512);
	last_flags |= (int)(shift->flags << 8);
}

static void l11_first_and_last_pages_of_a_node_are_said(void **state)
{
	struct tiermm_layout_listener l = { .size = sizeof(l),
					    .populate = note_flags,
					    .discarded = note_discard };
	struct tiermm_relayout *r = force(all_on(0), NULL);
	struct tiermm_layout *next = halves(512);
	uint32_t id;

	(void)state;
	assert_int_equal(tiermm_relayout_listen(r, &l, &id), 0);
	assert_int_equal(tiermm_relayout_prepare(r, next, NULL, 0, NULL), 0);
	assert_int_equal(last_flags, TIERMM_LAYOUT_FIRST);
	assert_int_equal(tiermm_relayout_unlisten(r, id), -TIERMM_EBUSY);
	assert_int_equal(tiermm_relayout_listen(r, &l, &id), -TIERMM_EBUSY);
	assert_int_equal(tiermm_relayout_commit(r), 0);
	assert_int_equal(tiermm_relayout_unlisten(r, id), 0);
	assert_int_equal(tiermm_relayout_unlisten(r, id), -TIERMM_ENOENT);
	l.populate = NULL;
	assert_int_equal(tiermm_relayout_listen(r, &l, &id), 0);
	last_flags = 0;
	commit_to(r, all_on(1));
	assert_int_equal(last_flags, TIERMM_LAYOUT_LAST << 8);
	tiermm_layout_unref(next);
	done_with(r);
}

static void another_span_or_a_broken_part_is_refused(void **state)
{
	struct tiermm_layout_problem problem = { .size = sizeof(problem) };
	struct tiermm_layout_range range = { .last = LAST - 1 };
	struct tiermm_relayout *r = force(halves(512), NULL);
	struct witness w = { .fail_at = -1 };
	struct tiermm_layout_part p = part(&w);
	const struct tiermm_layout_part *many[TIERMM_LAYOUT_PARTS + 1];
	const struct tiermm_layout_part *parts = &p;
	struct tiermm_layout *l, *sound = all_on(1);

	(void)state;
	assert_int_equal(tiermm_layout_create(&l, &range, 1, NULL, NULL, NULL),
			 0);
	assert_int_equal(tiermm_relayout_prepare(r, l, NULL, 0, &problem),
			 -TIERMM_EINVAL);
	assert_int_equal(problem.what, TIERMM_LAYOUT_PROBLEM_SPAN);
	tiermm_layout_unref(l);
	range.last = LAST + 1;
	assert_int_equal(tiermm_layout_create(&l, &range, 1, NULL, NULL, NULL),
			 0);
	assert_int_equal(tiermm_relayout_prepare(r, l, NULL, 0, NULL),
			 -TIERMM_EINVAL);
	for (uint32_t i = 0; i <= TIERMM_LAYOUT_PARTS; i++)
		many[i] = &p;
	assert_int_equal(tiermm_relayout_prepare(r, sound, many,
						 TIERMM_LAYOUT_PARTS + 1, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_relayout_prepare(r, sound, many,
						 TIERMM_LAYOUT_PARTS, NULL),
			 0);
	p.abort = NULL;
	assert_int_equal(tiermm_relayout_prepare(r, sound, &parts, 1, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_relayout_prepare(r, sound, NULL, 1, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_relayout_prepare(r, NULL, NULL, 0, NULL),
			 -TIERMM_EINVAL);
	tiermm_layout_unref(l);
	tiermm_layout_unref(sound);
	done_with(r);
}

static jmp_buf out_of_here;

static int never_returns(void *self, const struct tiermm_layout_change *change)
{
	(void)self;
	(void)change;
	longjmp(out_of_here, 1);
}

static void a_callback_that_never_returned_leaves_readers_unharmed(void **state)
{
	struct tiermm_relayout *r = force(halves(512), NULL);
	struct witness w = { .fail_at = -1 };
	struct tiermm_layout_part p = part(&w);
	const struct tiermm_layout_part *parts = &p;
	struct tiermm_layout *l = all_on(1);

	(void)state;
	p.prepare = never_returns;
	if (!setjmp(out_of_here))
		(void)tiermm_relayout_prepare(r, l, &parts, 1, NULL);
	assert_int_equal(tiermm_relayout_node(r, 0), 0);
	assert_int_equal(tiermm_relayout_commit(r), -TIERMM_EBUSY);
	tiermm_layout_unref(l);
	tiermm_relayout_destroy(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_are_asked_and_then_told),
		cmocka_unit_test(an_abort_goes_back_in_reverse),
		cmocka_unit_test(a_second_prepare_gives_up_the_first),
		cmocka_unit_test(i19_whoever_refuses_nothing_has_changed),
		cmocka_unit_test(who_was_not_asked_is_not_told_of_the_end),
		cmocka_unit_test(a_positive_answer_is_a_refusal_too),
		cmocka_unit_test(l11_first_and_last_pages_of_a_node_are_said),
		cmocka_unit_test(another_span_or_a_broken_part_is_refused),
		cmocka_unit_test(
			a_callback_that_never_returned_leaves_readers_unharmed),
	};

	return cmocka_run_group_tests_name("layout/prepare", tests, NULL, NULL);
}
