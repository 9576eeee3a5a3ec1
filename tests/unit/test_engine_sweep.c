/* SPDX-License-Identifier: MIT */
/*
 * Free frames follow a layout through a table (L6), whatever the table says:
 * what is accounted for is where the table's frames are.
 */
#include "engine_fixture.h"
#include "layout_fixture.h"

#include <tiermm/engine_layout.h>
#include <tiermm/random.h>

#define FRAME_BASE UINT64_C(0x40000000)
#define FRAME_SHIFT 12
#define FRAMES (LAST + 1)

/* What a table does wrong in one of its calls. */
enum fault {
	NO_FAULT,
	FAILS_FIRST,   /* an error, and nothing was done */
	FAILS_LATER,   /* an error, and all was done and told */
	SAYS_NOTHING,  /* done, and not told */
	SAYS_RUBBISH,  /* done, and the outcome is no outcome */
	SAYS_TOO_MUCH, /* done, and more than there was */
	FAULTS
};

/* Frames, where they are, and whether they are free. */
struct frames {
	int32_t node[FRAMES];
	uint8_t in_use[FRAMES];
	uint64_t calls, items;
	uint64_t fault_at; /* call, from 1 */
	enum fault fault;
	int blind; /* locate says nothing */
};

struct sweep_fixture {
	struct engine_fixture x;
	struct tiermm_relayout *r;
	struct frames frames;
	struct tiermm_memops ops;
	struct tiermm_engine_sweep_options how;
	struct tiermm_engine_swept swept;
};

static uint64_t frame_of(uint64_t key)
{
	assert_true(key >= FRAME_BASE);
	assert_int_equal(key & ((1 << FRAME_SHIFT) - 1), 0);
	assert_true((key - FRAME_BASE) >> FRAME_SHIFT <= LAST);
	return (key - FRAME_BASE) >> FRAME_SHIFT;
}

/* Each free frame of the item; what is in use stays. */
static void move_item(struct frames *f, const struct tiermm_move *move,
		      struct tiermm_result *result)
{
	uint64_t first = frame_of(move->page);

	assert_int_equal(result->outcome, TIERMM_OUTCOME_UNKNOWN);
	result->outcome = TIERMM_OUTCOME_BUSY;
	for (uint64_t i = first; i < first + move->pages; i++) {
		if (f->in_use[i])
			continue;
		/* More is asked than needed of a table without locate. */
		assert_true(f->node[i] == move->from ||
			    (f->blind && f->node[i] == move->to));
		if (f->node[i] == move->to)
			continue;
		f->node[i] = move->to;
		result->outcome = TIERMM_OUTCOME_DONE;
		result->pages++;
	}
}

static void spoil(struct frames *f, struct tiermm_result *result)
{
	if (f->fault == SAYS_NOTHING)
		*result = (struct tiermm_result){ .outcome = 0 };
	else if (f->fault == SAYS_RUBBISH)
		result->outcome = TIERMM_OUTCOMES + 7;
	else if (f->fault == SAYS_TOO_MUCH &&
		 result->outcome == TIERMM_OUTCOME_DONE)
		result->pages += 100000;
}

static int frames_move(void *self, const struct tiermm_move *moves, uint64_t n,
		       struct tiermm_result *results)
{
	struct frames *f = self;
	int now = ++f->calls == f->fault_at;

	f->items += n;
	if (now && f->fault == FAILS_FIRST)
		return -TIERMM_EIO;
	for (uint64_t i = 0; i < n; i++) {
		move_item(f, &moves[i], &results[i]);
		if (now)
			spoil(f, &results[i]);
	}
	return now && f->fault == FAILS_LATER ? -TIERMM_EIO : 0;
}

static int frames_locate(void *self, const uint64_t *pages, uint64_t n,
			 int32_t *nodes)
{
	struct frames *f = self;

	for (uint64_t i = 0; i < n && !f->blind; i++)
		nodes[i] = f->node[frame_of(pages[i])];
	return 0;
}

static void sweep_begin(struct sweep_fixture *s, struct tiermm_layout *layout)
{
	struct tiermm_engine_options o = { .size = sizeof(o), .batch = 4 };

	memset(s, 0, sizeof(*s));
	engine_begin(&s->x, &o, NULL);
	s->ops = (struct tiermm_memops){ .size = sizeof(s->ops),
					 .name = "frames",
					 .self = &s->frames,
					 .move = frames_move,
					 .locate = frames_locate };
	s->how = (struct tiermm_engine_sweep_options){ .size = sizeof(s->how),
						       .ops = &s->ops,
						       .key_base = FRAME_BASE,
						       .key_shift =
							       FRAME_SHIFT };
	s->swept.size = sizeof(s->swept);
	s->r = force(layout, NULL);
	free_span(s->r, 0, LAST);
	for (uint64_t i = 0; i <= LAST; i++)
		s->frames.node[i] = tiermm_relayout_node(s->r, i);
}

static void sweep_end(struct sweep_fixture *s)
{
	done_with(s->r);
	engine_end(&s->x);
}

static int sweep(struct sweep_fixture *s)
{
	return tiermm_engine_sweep(s->x.e, s->r, &s->how, &s->swept);
}

static void use(struct sweep_fixture *s, uint64_t frame)
{
	struct tiermm_layout_page page = { frame, 0, s->frames.node[frame] };

	assert_int_equal(tiermm_relayout_on_alloc(s->r, &page), 0);
	s->frames.in_use[frame] = 1;
}

static void release(struct sweep_fixture *s, uint64_t frame)
{
	s->frames.node[frame] =
		free_block(s->r, frame, 0, s->frames.node[frame]);
	s->frames.in_use[frame] = 0;
}

/* The account says of each node what the table has there. */
static void must_agree(struct sweep_fixture *s)
{
	for (int32_t node = 0; node < 4; node++) {
		uint64_t present = 0, free = 0;

		for (uint64_t i = 0; i <= LAST; i++) {
			present += s->frames.node[i] == node;
			free += s->frames.node[i] == node &&
				!s->frames.in_use[i];
		}
		assert_int_equal(account(s->r, node).present, present);
		assert_int_equal(account(s->r, node).free, free);
	}
}

static void must_be_at_home(struct sweep_fixture *s)
{
	for (uint64_t i = 0; i <= LAST; i++)
		assert_true(s->frames.in_use[i] ||
			    s->frames.node[i] == tiermm_relayout_node(s->r, i));
	must_agree(s);
}

/* As often as it takes; what could not be is tried again. */
static void sweep_to_the_end(struct sweep_fixture *s)
{
	for (int turns = 0; turns < 10; turns++) {
		uint64_t again = 0;

		assert_int_equal(tiermm_relayout_rewind(s->r), 0);
		do {
			assert_int_equal(sweep(s), 0);
			again += s->swept.again + (s->swept.error != 0);
		} while (!s->swept.over);
		if (!again)
			return;
	}
	fail_msg("no end");
}

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
