/* SPDX-License-Identifier: MIT */
/* Frames of a layout behind a table that may be wrong, and an engine beside. */
#ifndef TESTS_UNIT_SWEEP_FIXTURE_H
#define TESTS_UNIT_SWEEP_FIXTURE_H

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

static inline uint64_t frame_of(uint64_t key)
{
	assert_true(key >= FRAME_BASE);
	assert_int_equal(key & ((1 << FRAME_SHIFT) - 1), 0);
	assert_true((key - FRAME_BASE) >> FRAME_SHIFT <= LAST);
	return (key - FRAME_BASE) >> FRAME_SHIFT;
}

/* Each free frame of the item; what is in use stays. */
static inline void move_item(struct frames *f, const struct tiermm_move *move,
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

static inline void spoil(struct frames *f, struct tiermm_result *result)
{
	if (f->fault == SAYS_NOTHING)
		*result = (struct tiermm_result){ .outcome = 0 };
	else if (f->fault == SAYS_RUBBISH)
		result->outcome = TIERMM_OUTCOMES + 7;
	else if (f->fault == SAYS_TOO_MUCH &&
		 result->outcome == TIERMM_OUTCOME_DONE)
		result->pages += 100000;
}

static inline int frames_move(void *self, const struct tiermm_move *moves,
			      uint64_t n, struct tiermm_result *results)
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

static inline int frames_locate(void *self, const uint64_t *pages, uint64_t n,
				int32_t *nodes)
{
	struct frames *f = self;

	for (uint64_t i = 0; i < n && !f->blind; i++)
		nodes[i] = f->node[frame_of(pages[i])];
	return 0;
}

static inline void sweep_begin(struct sweep_fixture *s,
			       struct tiermm_layout *layout)
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

static inline void sweep_end(struct sweep_fixture *s)
{
	done_with(s->r);
	engine_end(&s->x);
}

static inline int sweep(struct sweep_fixture *s)
{
	return tiermm_engine_sweep(s->x.e, s->r, &s->how, &s->swept);
}

static inline void use(struct sweep_fixture *s, uint64_t frame)
{
	struct tiermm_layout_page page = { frame, 0, s->frames.node[frame] };

	assert_int_equal(tiermm_relayout_on_alloc(s->r, &page), 0);
	s->frames.in_use[frame] = 1;
}

static inline void release(struct sweep_fixture *s, uint64_t frame)
{
	s->frames.node[frame] =
		free_block(s->r, frame, 0, s->frames.node[frame]);
	s->frames.in_use[frame] = 0;
}

/* The account says of each node what the table has there. */
static inline void must_agree(struct sweep_fixture *s)
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

static inline void must_be_at_home(struct sweep_fixture *s)
{
	for (uint64_t i = 0; i <= LAST; i++)
		assert_true(s->frames.in_use[i] ||
			    s->frames.node[i] == tiermm_relayout_node(s->r, i));
	must_agree(s);
}

/* As often as it takes; what could not be is tried again. */
static inline void sweep_to_the_end(struct sweep_fixture *s)
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

#endif
