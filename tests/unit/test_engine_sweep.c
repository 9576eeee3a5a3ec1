/* SPDX-License-Identifier: MIT */
/*
 * Free frames follow a layout through a table (L6), whatever the table says:
 * what is accounted for is where the table's frames are.
 */
#include "sweep_fixture.h"

static void free_frames_go_where_the_layout_says(void **state)
{
	struct sweep_fixture s;

	(void)state;
	sweep_begin(&s, halves(512));
	for (uint64_t i = 0; i <= LAST; i += 8)
		use(&s, i);
	commit_to(s.r, halves(256));
	assert_int_equal(sweep(&s), 0);
	assert_int_equal(s.swept.over, 1);
	assert_int_equal(s.swept.moved, 256 - 32);
	assert_int_equal(s.swept.error, 0);
	assert_int_equal(s.swept.again, 0);
	assert_int_equal(s.swept.calls, s.frames.calls);
	assert_int_equal(s.swept.items, s.frames.items);
	must_be_at_home(&s);
	assert_int_equal(s.frames.node[256], 0);
	for (uint64_t i = 0; i <= LAST; i += 8)
		release(&s, i);
	assert_int_equal(s.frames.node[256], 1);
	must_be_at_home(&s);
	sweep_end(&s);
}

static void a_step_looks_at_no_more_than_its_budget(void **state)
{
	uint64_t frames = 0, moved = 0, steps = 0;
	struct sweep_fixture s;

	(void)state;
	sweep_begin(&s, all_on(0));
	commit_to(s.r, all_on(1));
	s.how.max_frames = 100;
	s.how.max_pages = 16;
	do {
		assert_int_equal(sweep(&s), 0);
		assert_true(s.swept.frames <= 100);
		assert_true(s.swept.moved <= 100);
		frames += s.swept.frames;
		moved += s.swept.moved;
		steps++;
	} while (!s.swept.over);
	assert_int_equal(frames, FRAMES);
	assert_int_equal(moved, FRAMES);
	assert_true(steps >= 11);
	must_be_at_home(&s);
	sweep_end(&s);
}

/* Whatever call goes wrong in whatever way: no frame is lost or made up. */
static void every_fault_at_every_call_leaves_a_true_account(void **state)
{
	(void)state;
	for (int fault = FAILS_FIRST; fault < FAULTS; fault++)
		for (uint64_t at = 1; at <= 5; at++) {
			struct sweep_fixture s;

			sweep_begin(&s, all_on(0));
			for (uint64_t i = 5; i <= LAST; i += 37)
				use(&s, i);
			commit_to(s.r, all_on(1));
			s.how.max_pages = 64;
			s.frames.fault = (enum fault)fault;
			s.frames.fault_at = at;
			assert_int_equal(sweep(&s), 0);
			must_agree(&s);
			assert_int_equal(s.swept.error,
					 s.frames.calls >= at &&
							 fault <= FAILS_LATER
						 ? -TIERMM_EIO
						 : 0);
			sweep_to_the_end(&s);
			must_be_at_home(&s);
			sweep_end(&s);
		}
}

/* Neither told nor to be found out: it stays marked, and is tried again. */
static void what_nobody_can_say_is_not_claimed(void **state)
{
	struct sweep_fixture s;

	(void)state;
	sweep_begin(&s, all_on(0));
	commit_to(s.r, all_on(1));
	s.frames.fault = FAILS_FIRST;
	s.frames.fault_at = 1;
	s.frames.blind = 1;
	assert_int_equal(sweep(&s), 0);
	assert_int_equal(s.swept.moved, 0);
	assert_int_equal(s.swept.again, s.swept.items);
	assert_int_equal(s.swept.error, -TIERMM_EIO);
	s.frames.blind = 0;
	sweep_to_the_end(&s);
	must_be_at_home(&s);
	sweep_end(&s);
}

/* Several layouts came one upon the other: no plan knows where frames are. */
static void frames_of_unknown_nodes_are_looked_for(void **state)
{
	struct sweep_fixture s;

	(void)state;
	sweep_begin(&s, all_on(0));
	commit_to(s.r, halves(300));
	s.how.max_frames = 500;
	assert_int_equal(sweep(&s), 0);
	commit_to(s.r, all_on(2));
	s.how.max_frames = 0;
	s.frames.blind = 1;
	assert_int_equal(sweep(&s), 0);
	must_agree(&s);
	s.frames.blind = 0;
	sweep_to_the_end(&s);
	must_be_at_home(&s);
	assert_int_equal(account(s.r, 2).present, FRAMES);
	sweep_end(&s);
}

static struct tiermm_layout *random_layout(struct tiermm_random *random)
{
	switch (tiermm_random_below(random, 3)) {
	case 0:
		return all_on((int32_t)tiermm_random_below(random, 4));
	default:
		return halves(1 + tiermm_random_below(random, LAST));
	}
}

static void random_change(struct sweep_fixture *s, struct tiermm_random *random)
{
	uint64_t frame = tiermm_random_below(random, FRAMES);

	if (s->frames.in_use[frame])
		release(s, frame);
	else
		use(s, frame);
}

static void accounts_agree_through_random_changes(void **state)
{
	struct tiermm_random random;
	struct sweep_fixture s;

	(void)state;
	(void)tiermm_random_seed(&random, 7);
	sweep_begin(&s, halves(512));
	for (int turn = 0; turn < 400; turn++) {
		if (tiermm_random_below(&random, 6) == 0)
			commit_to(s.r, random_layout(&random));
		for (int i = 0; i < 20; i++)
			random_change(&s, &random);
		s.how.max_frames = tiermm_random_below(&random, 700);
		s.how.max_pages = UINT64_C(1)
				  << tiermm_random_below(&random, 9);
		s.frames.fault =
			(enum fault)tiermm_random_below(&random, FAULTS);
		s.frames.fault_at =
			s.frames.calls + tiermm_random_below(&random, 8);
		s.frames.blind = tiermm_random_below(&random, 5) == 0 &&
				 s.frames.fault <= FAILS_LATER;
		assert_int_equal(sweep(&s), 0);
		must_agree(&s);
		assert_int_equal(tiermm_relayout_is_valid(s.r), 1);
	}
	s.frames.blind = 0;
	s.frames.fault = NO_FAULT;
	s.how.max_frames = 0;
	sweep_to_the_end(&s);
	must_be_at_home(&s);
	sweep_end(&s);
}

/* What is inside is the engine's; the layout is somebody else's to report. */
static int comes_back(void *self, const struct tiermm_move *moves, uint64_t n,
		      struct tiermm_result *results)
{
	struct sweep_fixture *s = self;

	assert_int_equal(sweep(s), -TIERMM_EBUSY);
	return frames_move(&s->frames, moves, n, results);
}

static void who_comes_in_second_is_told_busy(void **state)
{
	struct sweep_fixture s;

	(void)state;
	sweep_begin(&s, all_on(0));
	commit_to(s.r, all_on(1));
	s.ops.self = &s;
	s.ops.move = comes_back;
	s.ops.locate = NULL;
	assert_int_equal(sweep(&s), 0);
	must_be_at_home(&s);
	sweep_end(&s);
}

/* Says nothing of what it moved; the program frees meanwhile what was used. */
static int frees_meanwhile(void *self, const struct tiermm_move *moves,
			   uint64_t n, struct tiermm_result *results)
{
	struct sweep_fixture *s = self;

	assert_int_equal(frames_move(&s->frames, moves, n, results), 0);
	for (uint64_t i = 0; i <= LAST; i++)
		if (s->frames.in_use[i])
			release(s, i);
	memset(results, 0, n * sizeof(*results));
	return 0;
}

static int locates_frames(void *self, const uint64_t *pages, uint64_t n,
			  int32_t *nodes)
{
	return frames_locate(&((struct sweep_fixture *)self)->frames, pages, n,
			     nodes);
}

static void what_is_freed_meanwhile_is_counted_once(void **state)
{
	struct sweep_fixture s;

	(void)state;
	sweep_begin(&s, all_on(0));
	for (uint64_t i = 1; i <= LAST; i += 3)
		use(&s, i);
	commit_to(s.r, all_on(1));
	s.ops.self = &s;
	s.ops.move = frees_meanwhile;
	s.ops.locate = locates_frames;
	assert_int_equal(sweep(&s), 0);
	must_agree(&s);
	sweep_to_the_end(&s);
	must_be_at_home(&s);
	sweep_end(&s);
}

static void what_makes_no_sense_is_refused(void **state)
{
	struct tiermm_engine *mute;
	struct sweep_fixture s;

	(void)state;
	sweep_begin(&s, all_on(0));
	assert_int_equal(tiermm_engine_sweep(NULL, s.r, &s.how, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_engine_sweep(s.x.e, NULL, &s.how, NULL),
			 -TIERMM_EINVAL);
	s.how.key_shift = 64;
	assert_int_equal(sweep(&s), -TIERMM_EINVAL);
	s.how.key_shift = FRAME_SHIFT;
	s.how.max_pages = 3;
	assert_int_equal(sweep(&s), -TIERMM_EINVAL);
	s.how.max_pages = 0;
	s.how.reserved = 1;
	assert_int_equal(sweep(&s), -TIERMM_EINVAL);
	s.how.reserved = 0;
	s.how.flags = 1;
	assert_int_equal(sweep(&s), -TIERMM_E2BIG);
	s.how.flags = 0;
	s.swept.size = 8;
	assert_int_equal(sweep(&s), -TIERMM_EINVAL);
	s.swept.size = sizeof(s.swept);
	s.ops.move = NULL;
	assert_int_equal(sweep(&s), -TIERMM_EINVAL);
	assert_int_equal(tiermm_engine_create(&mute, s.x.topology, NULL, NULL,
					      0, NULL, NULL),
			 0);
	assert_int_equal(tiermm_engine_sweep(mute, s.r, NULL, NULL),
			 -TIERMM_ENOTSUP);
	tiermm_engine_destroy(mute);
	assert_int_equal(s.frames.calls, 0);
	sweep_end(&s);
}

/*
 * A run of which one frame is in use goes but for that one, and that is told,
 * whether the table says so or nobody does.
 */
static void what_stays_of_a_run_is_told(void **state)
{
	struct sweep_fixture s;

	(void)state;
	for (int silent = 0; silent < 2; silent++) {
		sweep_begin(&s, all_on(0));
		use(&s, 2);
		commit_to(s.r, all_on(1));
		s.frames.fault = silent ? SAYS_NOTHING : NO_FAULT;
		s.frames.fault_at = 1;
		assert_int_equal(sweep(&s), 0);
		assert_int_equal(s.swept.moved, FRAMES - 1);
		assert_int_equal(s.swept.in_use, silent ? 0 : 1);
		assert_int_equal(s.swept.again, silent ? 1 : 0);
		must_agree(&s);
		release(&s, 2);
		sweep_to_the_end(&s);
		must_be_at_home(&s);
		sweep_end(&s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(free_frames_go_where_the_layout_says),
		cmocka_unit_test(a_step_looks_at_no_more_than_its_budget),
		cmocka_unit_test(
			every_fault_at_every_call_leaves_a_true_account),
		cmocka_unit_test(what_nobody_can_say_is_not_claimed),
		cmocka_unit_test(frames_of_unknown_nodes_are_looked_for),
		cmocka_unit_test(accounts_agree_through_random_changes),
		cmocka_unit_test(who_comes_in_second_is_told_busy),
		cmocka_unit_test(what_is_freed_meanwhile_is_counted_once),
		cmocka_unit_test(what_makes_no_sense_is_refused),
		cmocka_unit_test(what_stays_of_a_run_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
