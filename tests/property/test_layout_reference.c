/* SPDX-License-Identifier: MIT */
/*
 * Random streams of commands (allocate and free blocks of all orders, commit,
 * step, drain) through the library and through the naive rules: after each one
 * every account agrees, every freed block went where it belongs, and no page
 * in use changed its node (I15, I17, I18).
 *
 *     test_layout_reference [--seeds N]
 */
#include "naive_layout.h"

#include "support/share.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tiermm/layout_move.h>
#include <tiermm/layout_pattern.h>
#include <tiermm/random.h>

#define SEEDS 400
#define COMMANDS 400
#define MAX_ORDER 6
#define ITEMS 16
#define CACHE 3
#define SPLITS TIERMM_LAYOUT_SPLIT

struct world {
	struct tiermm_relayout *r;
	struct naive_layout n;
	struct tiermm_random random;
	struct tiermm_retired *held; /* by readers that have not passed */
	uint64_t seed;
};

static void expect(const struct world *w, int holds, const char *what)
{
	if (holds)
		return;
	printf("seed %" PRIu64 ": %s\n", w->seed, what);
	exit(1);
}

static uint64_t below(struct world *w, uint64_t n)
{
	return tiermm_random_below(&w->random, n);
}

/* Readers that pass when the test says so. */
static void retire(void *self, struct tiermm_retired *retired)
{
	struct world *w = self;

	retired->next = w->held;
	w->held = retired;
}

static uint64_t poll(void *self)
{
	struct world *w = self;

	return w->held != NULL;
}

static void readers_pass(struct world *w)
{
	while (w->held) {
		struct tiermm_retired *retired = w->held;

		w->held = retired->next;
		retired->release(retired);
	}
}

static uint64_t random_ranges(struct world *w, struct tiermm_layout_range *r)
{
	uint64_t n = 1 + below(w, 1 + below(w, 40)), first = below(w, 10);

	memset(r, 0, n * sizeof(*r));
	for (uint64_t i = 0; i < n; i++) {
		uint64_t left = NAIVE_FRAMES - first - (n - i);

		r[i].first = first;
		r[i].node = (int32_t)below(w, NAIVE_NODES);
		r[i].last = first + below(w, 1 + left / (n - i));
		first = r[i].last + 1 + below(w, 2);
		if (first >= NAIVE_FRAMES - (n - i))
			return i + 1;
	}
	return n;
}

static struct tiermm_layout *
make_layout(struct world *w, const struct tiermm_layout_range *r, uint64_t n)
{
	struct tiermm_layout_options o = { .size = sizeof(o),
					   .last_frame = NAIVE_FRAMES - 1 };
	struct tiermm_layout *l;

	expect(w, !tiermm_layout_create(&l, r, n, &o, NULL, NULL),
	       "a sound layout is refused");
	return l;
}

static void commit(struct world *w)
{
	struct tiermm_layout_range r[64];
	uint64_t n = random_ranges(w, r);
	struct tiermm_layout *l = make_layout(w, r, n);
	int err = tiermm_relayout_prepare(w->r, l, NULL, 0, NULL);

	if (err == -TIERMM_EAGAIN) {
		readers_pass(w);
		err = tiermm_relayout_prepare(w->r, l, NULL, 0, NULL);
	}
	expect(w, !err, "a sound layout is not prepared");
	if (below(w, 8)) {
		expect(w, !tiermm_relayout_commit(w->r), "no commit");
		naive_commit(&w->n, r, n);
	} else {
		expect(w, !tiermm_relayout_abort(w->r), "no abort");
	}
	tiermm_layout_unref(l);
}

/* Pieces lie in a row, are aligned, and are where the rules say. */
static void expect_pieces(const struct world *w, uint64_t frame, uint32_t order,
			  const struct tiermm_layout_page *p, uint64_t n)
{
	uint64_t at = frame;

	for (uint64_t i = 0; i < n; i++) {
		uint64_t frames = UINT64_C(1) << p[i].order;

		expect(w, p[i].frame == at && at % frames == 0,
		       "a piece is out of place");
		for (; at < p[i].frame + frames; at++)
			expect(w, w->n.page[at] == p[i].node,
			       "a piece has another node");
	}
	expect(w, at == frame + (UINT64_C(1) << order), "a piece is missing");
}

static int is_block(const struct world *w, uint64_t frame, uint32_t order,
		    uint8_t state)
{
	uint64_t end = frame + (UINT64_C(1) << order);

	for (uint64_t f = frame; f < end; f++)
		if (f >= NAIVE_FRAMES || w->n.state[f] != state ||
		    w->n.page[f] != w->n.page[frame])
			return 0;
	return 1;
}

static void ask(struct world *w, uint64_t frame, uint32_t order, uint8_t state)
{
	struct tiermm_layout_page page = { frame, order, w->n.page[frame] };
	struct tiermm_layout_page out[1 << MAX_ORDER];
	int was_free = w->n.state[frame] != NAIVE_USED;
	uint64_t n = 0;
	int err;

	if (!below(w, 4)) { /* a caller without enough room comes again */
		err = was_free ? tiermm_relayout_claim(w->r, &page, out, 1, &n)
			       : tiermm_relayout_on_free(w->r, &page, out, 1,
							 &n);
		expect(w, !err || (err == -TIERMM_ENOSPC && n > 1),
		       "a short array is refused wrongly");
		if (!err)
			goto done;
	}
	err = was_free ? tiermm_relayout_claim(w->r, &page, out, 1 << MAX_ORDER,
					       &n)
		       : tiermm_relayout_on_free(w->r, &page, out,
						 1 << MAX_ORDER, &n);
	expect(w, !err, "a free is refused");
done:
	naive_ask(&w->n, frame, order, state);
	expect_pieces(w, frame, order, out, n);
}

static void allocate(struct world *w)
{
	uint32_t order = (uint32_t)below(w, MAX_ORDER + 1);
	uint64_t frame = below(w, NAIVE_FRAMES) >> order << order;
	struct tiermm_layout_page page = { frame, order, w->n.page[frame] };
	uint64_t end = frame + (UINT64_C(1) << order);

	if (!is_block(w, frame, order, NAIVE_FREE))
		return;
	expect(w, !tiermm_relayout_on_alloc(w->r, &page), "no allocation");
	memset(w->n.state + frame, NAIVE_USED, (size_t)(end - frame));
	w->n.head[frame] = 1;
	w->n.order[frame] = (uint8_t)order;
}

static void let_go(struct world *w)
{
	uint64_t f = below(w, NAIVE_FRAMES);

	if (w->n.head[f] && w->n.state[f] == NAIVE_USED)
		ask(w, f, w->n.order[f],
		    w->n.order[f] || below(w, 3) ? NAIVE_FREE : NAIVE_CACHED);
}

static void drain(struct world *w)
{
	uint64_t wanted = tiermm_relayout_drain_wanted(w->r);

	for (uint64_t f = 0; f < NAIVE_FRAMES; f++)
		if (w->n.state[f] == NAIVE_CACHED)
			ask(w, f, 0, NAIVE_FREE);
	expect(w, !tiermm_relayout_drained(w->r, CACHE, wanted), "no drain");
}

/* Move the free pages of an item, and report them frame by frame. */
static void move_item(struct world *w, const struct tiermm_move *move)
{
	int fails = !below(w, 5);

	for (uint64_t f = move->page; f < move->page + move->pages; f++) {
		struct tiermm_move one = { f, 1, w->n.page[f], move->to, 0 };
		struct tiermm_result res = { .outcome = TIERMM_OUTCOME_DONE,
					     .pages = 1 };

		if (fails)
			res.outcome = TIERMM_OUTCOME_TARGET_FULL;
		else if (w->n.state[f] != NAIVE_FREE)
			res.outcome = TIERMM_OUTCOME_BUSY;
		else
			w->n.page[f] = move->to;
		if (res.outcome == TIERMM_OUTCOME_DONE)
			w->n.marked[f] = w->n.layout[f] != move->to;
		expect(w, !tiermm_relayout_report(w->r, NULL, &one, &res, 1),
		       "a report is refused");
	}
}

/* An item as a whole: all of its pages, or as many as are free. */
static void move_whole(struct world *w, const struct tiermm_move *move)
{
	struct tiermm_result res = { .outcome = TIERMM_OUTCOME_DONE };

	for (uint64_t f = move->page; f < move->page + move->pages; f++) {
		if (w->n.state[f] != NAIVE_FREE || w->n.page[f] != move->from)
			continue;
		w->n.page[f] = move->to;
		res.pages++;
	}
	for (uint64_t f = move->page; f < move->page + move->pages; f++)
		if (w->n.layout[f] != move->to)
			w->n.marked[f] = 1;
		else if (res.pages == move->pages)
			w->n.marked[f] = 0;
	expect(w, !tiermm_relayout_report(w->r, NULL, move, &res, 1),
	       "a report is refused");
}

static void allocate_and_free(struct world *w)
{
	for (uint64_t i = below(w, 40); i; i--) {
		allocate(w);
		let_go(w);
	}
}

static uint64_t step(struct world *w, int commit_between)
{
	struct tiermm_layout_step s = { .size = sizeof(s),
					.max_frames = below(w, 300),
					.max_pages = UINT64_C(1)
						     << below(w, 10) };
	struct tiermm_move moves[ITEMS];
	uint64_t n = 0;
	int err =
		tiermm_relayout_plan(w->r, &s, moves, 1 + below(w, ITEMS), &n);

	if (err == -TIERMM_EAGAIN) {
		expect(w, w->held != NULL, "nobody is waited for");
		readers_pass(w);
		return 1;
	}
	expect(w, !err, "no plan");
	if (commit_between) {
		commit(w);
		allocate_and_free(w);
	}
	for (uint64_t i = 0; i < n; i++) {
		if (moves[i].from == TIERMM_NO_NODE || below(w, 2))
			move_item(w, &moves[i]);
		else
			move_whole(w, &moves[i]);
	}
	expect(w, !tiermm_relayout_report(w->r, &s, NULL, NULL, 0),
	       "no end of a step");
	return s.frames;
}

static void compare(struct world *w)
{
	struct tiermm_layout_account a[NAIVE_NODES], b;
	uint64_t n = 0;

	expect(w,
	       !tiermm_relayout_accounts(w->r, TIERMM_LAYOUT_ALL_ZONES, a,
					 NAIVE_NODES, &n),
	       "no account");
	for (int32_t node = 0; node < NAIVE_NODES; node++) {
		b = naive_account(&w->n, node);
		expect(w, !memcmp(&a[node], &b, sizeof(b)),
		       "an account differs");
		expect(w, b.free <= b.managed && b.managed <= b.present,
		       "an account is upside down");
	}
}

static void command(struct world *w)
{
	switch (below(w, 16)) {
	case 0:
		commit(w);
		break;
	case 1:
		drain(w);
		break;
	case 2:
	case 3:
		(void)step(w, !below(w, 6));
		break;
	case 4:
		readers_pass(w);
		break;
	case 5:
	case 6:
	case 7:
	case 8:
	case 9:
		allocate(w);
		break;
	default:
		let_go(w);
	}
}

/* All pages are freed once, caches drained, sweeps made: all are right. */
static void come_to_rest(struct world *w)
{
	struct tiermm_layout_progress p = { .size = sizeof(p) };

	readers_pass(w);
	for (uint64_t f = 0; f < NAIVE_FRAMES; f++)
		if (w->n.head[f] && w->n.state[f] == NAIVE_USED)
			ask(w, f, w->n.order[f], NAIVE_FREE);
	drain(w);
	do {
		expect(w, !tiermm_relayout_rewind(w->r), "no rewind");
		while (step(w, 0))
			;
		expect(w, !tiermm_relayout_progress(w->r, &p), "no progress");
	} while (!p.complete);
	expect(w, !p.pending, "marks are left");
	for (uint64_t f = 0; f < NAIVE_FRAMES; f++)
		expect(w, w->n.page[f] == tiermm_relayout_node(w->r, f),
		       "a page is not where the layout says (I15)");
	compare(w);
	expect(w, tiermm_relayout_is_valid(w->r), "the object is not valid");
}

/* Returns how many blocks were split. */
static uint64_t run(uint64_t seed)
{
	struct world w = { .seed = seed };
	struct tiermm_retire table = { sizeof(table), 0, &w, retire, poll };
	struct tiermm_relayout_options o = { .size = sizeof(o),
					     .max_nodes = NAIVE_NODES,
					     .max_caches = CACHE + 1 };
	uint64_t counters[SPLITS + 1], n;
	struct tiermm_layout_range r[64];
	struct tiermm_layout *l;

	tiermm_random_seed(&w.random, seed);
	if (seed % 2)
		o.retire = &table;
	n = random_ranges(&w, r);
	l = make_layout(&w, r, n);
	naive_begin(&w.n, r, n);
	expect(&w, !tiermm_relayout_create(&w.r, l, &o, NULL, NULL),
	       "no object");
	tiermm_layout_unref(l);
	expect(&w, !tiermm_relayout_cache_join(w.r, CACHE), "no cache");
	for (uint64_t f = 0; f < NAIVE_FRAMES; f++)
		ask(&w, f, 0, NAIVE_FREE);
	for (int i = 0; i < COMMANDS; i++) {
		command(&w);
		compare(&w);
	}
	expect(&w, tiermm_relayout_is_valid(w.r), "the object is not valid");
	come_to_rest(&w);
	readers_pass(&w);
	expect(&w, !tiermm_relayout_counters(w.r, counters, SPLITS + 1, &n),
	       "no counters");
	tiermm_relayout_destroy(w.r);
	return counters[SPLITS];
}

int main(int argc, char **argv)
{
	uint64_t seeds = share_of(SEEDS), splits = 0;

	if (argc > 2 && !strcmp(argv[1], "--seeds"))
		seeds = strtoull(argv[2], NULL, 10);
	for (uint64_t seed = 1; seed <= seeds; seed++)
		splits += run(seed);
	printf("%" PRIu64 " streams of %d commands agree, %" PRIu64
	       " blocks were split\n",
	       seeds, COMMANDS, splits);
	return splits == 0; /* a run that splits none shows too little */
}
