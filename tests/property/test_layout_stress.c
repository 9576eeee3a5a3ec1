/* SPDX-License-Identifier: MIT */
/*
 * The patterns all, stripe, block, t1 and t2 committed one after the other
 * while threads allocate, use, cache and free pages (I16, I20). A page in use
 * keeps its node; when a change is complete, every page that is on a list is
 * where the layout says; at the end all of them are.
 *
 *     test_layout_stress [--long]
 */
#include "support/share.h"

#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tiermm/flush_agent.h>
#include <tiermm/flush_drain.h>
#include <tiermm/layout_account.h>
#include <tiermm/layout_inline.h>
#include <tiermm/layout_move.h>
#include <tiermm/layout_page.h>
#include <tiermm/layout_pattern.h>
#include <tiermm/random.h>

#define FRAMES 4096
#define NODES 4
#define WORKERS 2
#define HELD 64
#define CACHED 8
#define COMMITS 100
#define LOOKS 10

enum place {
	IN_USE = 0,
	LISTED,
	IN_CACHE
};

/*
 * A frame's page: its holder, or who has its list's lock, stores to it. The
 * mover looks without: the node is stored first, and looked at last.
 */
struct page {
	_Atomic int32_t node;
	_Atomic int place;
	uint32_t next, before; /* on its list; 0 is the list's own head */
};

struct list {
	pthread_mutex_t lock;
	struct page head;
};

struct worker {
	struct tiermm_flush_agent *agent;
	struct tiermm_random random;
	uint32_t held[HELD], n_held;
	uint32_t cached[CACHED], n_cached;
	uint64_t drained;
	uint32_t index;
	uint64_t operations;
};

static struct page pages[FRAMES + 1]; /* frame + 1 */
static struct list lists[NODES];
static struct tiermm_relayout *relayout;
static struct tiermm_flush *flush;
static _Atomic int stop;

static void die(const char *what)
{
	printf("broken: %s\n", what);
	exit(1);
}

static struct page *link_of(int32_t node, uint32_t at)
{
	return at ? &pages[at] : &lists[node].head;
}

/* Under the list's lock. */
static void push(int32_t node, uint32_t frame)
{
	struct page *head = &lists[node].head, *p = &pages[frame + 1];

	p->node = node;
	p->place = LISTED;
	p->before = 0;
	p->next = head->next;
	link_of(node, head->next)->before = frame + 1;
	head->next = frame + 1;
}

static void take_off(struct page *p)
{
	link_of(p->node, p->next)->before = p->before;
	link_of(p->node, p->before)->next = p->next;
	p->place = IN_USE;
}

static void put_on_list(int32_t node, uint32_t frame)
{
	pthread_mutex_lock(&lists[node].lock);
	push(node, frame);
	pthread_mutex_unlock(&lists[node].lock);
}

static void allocate(struct worker *w)
{
	int32_t node = (int32_t)tiermm_random_below(&w->random, NODES);
	struct tiermm_layout_page page = { 0, 0, node };
	uint32_t at;

	pthread_mutex_lock(&lists[node].lock);
	at = lists[node].head.next;
	if (at)
		take_off(&pages[at]);
	pthread_mutex_unlock(&lists[node].lock);
	if (!at)
		return;
	page.frame = at - 1;
	if (tiermm_relayout_on_alloc(relayout, &page))
		die("an allocation is refused");
	w->held[w->n_held++] = at - 1;
}

/* Ask and put it where it belongs inside one read section. */
static void let_go(struct worker *w, int may_cache)
{
	uint32_t i = (uint32_t)tiermm_random_below(&w->random, w->n_held);
	uint32_t frame = w->held[i];
	struct tiermm_layout_page page = { frame, 0, pages[frame + 1].node };
	struct tiermm_layout_page out;
	uint64_t n = 0;

	w->held[i] = w->held[--w->n_held];
	(void)tiermm_flush_enter(w->agent);
	if (tiermm_relayout_on_free(relayout, &page, &out, 1, &n) || n != 1)
		die("a free is refused");
	if (may_cache && w->n_cached < CACHED) {
		pages[frame + 1].node = out.node;
		pages[frame + 1].place = IN_CACHE;
		w->cached[w->n_cached++] = frame;
	} else {
		put_on_list(out.node, frame);
	}
	(void)tiermm_flush_exit(w->agent);
}

static void drain(struct worker *w, int is_last)
{
	uint64_t wanted = tiermm_relayout_drain_wanted(relayout);

	if (wanted == w->drained && !is_last)
		return;
	(void)tiermm_flush_enter(w->agent);
	while (w->n_cached) {
		uint32_t frame = w->cached[--w->n_cached];
		struct tiermm_layout_page page = { frame, 0,
						   pages[frame + 1].node };
		struct tiermm_layout_page out;
		uint64_t n = 0;

		if (tiermm_relayout_claim(relayout, &page, &out, 1, &n))
			die("a claim is refused");
		put_on_list(out.node, frame);
	}
	(void)tiermm_flush_exit(w->agent);
	if (tiermm_relayout_drained(relayout, w->index, wanted))
		die("a drain is refused");
	w->drained = wanted;
}

static void look_up(struct worker *w, struct tiermm_layout_cursor *cursor)
{
	uint64_t frame = tiermm_random_below(&w->random, FRAMES - 16);

	(void)tiermm_flush_enter(w->agent);
	for (uint64_t f = frame; f < frame + 16; f++) {
		int32_t node = tiermm_relayout_node_inline(relayout, cursor, f);

		if (node < 0 || node >= NODES)
			die("a look-up answers nonsense");
	}
	(void)tiermm_flush_exit(w->agent);
}

static void *work(void *argument)
{
	struct tiermm_layout_cursor cursor = { 0 };
	struct worker *w = argument;

	for (; !atomic_load(&stop); w->operations++) {
		drain(w, 0);
		look_up(w, &cursor);
		if (w->n_held < HELD && tiermm_random_below(&w->random, 2))
			allocate(w);
		else if (w->n_held)
			let_go(w, tiermm_random_below(&w->random, 4) == 0);
	}
	while (w->n_held)
		let_go(w, 0);
	drain(w, 1);
	return NULL;
}

/* all, block, stripe, and what t1 and t2 do: round, and sliding. */
static struct tiermm_layout *pattern(uint32_t i)
{
	struct tiermm_layout_pattern p = { .size = sizeof(p),
					   .last_node = NODES - 1,
					   .stripe = 37 + i % 100,
					   .last_frame = FRAMES - 1 };
	struct tiermm_layout *l;

	switch (i % 5) {
	case 0:
		p.kind = TIERMM_LAYOUT_ALL;
		p.first_node = (int32_t)(i / 5 % NODES);
		break;
	case 1:
		p.kind = TIERMM_LAYOUT_BLOCK;
		break;
	default:
		p.kind = TIERMM_LAYOUT_STRIPE;
		p.shift = i;
	}
	if (tiermm_layout_pattern_create(&l, &p, NULL))
		die("a pattern is refused");
	return l;
}

static void commit(uint32_t i)
{
	struct tiermm_layout *l = pattern(i);
	int err;

	while ((err = tiermm_relayout_prepare(relayout, l, NULL, 0, NULL)) ==
	       -TIERMM_EAGAIN) {
		(void)tiermm_relayout_poll(relayout, NULL);
		sched_yield();
	}
	if (err || tiermm_relayout_commit(relayout))
		die("a commit is refused");
	tiermm_layout_unref(l);
}

/* Move one frame if it is free, from where it is. */
static void move(uint32_t frame, int32_t to, struct tiermm_move *m,
		 struct tiermm_result *result)
{
	*m = (struct tiermm_move){ frame, 1, TIERMM_NO_NODE, to, 0 };
	*result = (struct tiermm_result){ TIERMM_OUTCOME_BUSY, 0, 0 };
	for (int32_t from = 0; from < NODES; from++) {
		int taken;

		pthread_mutex_lock(&lists[from].lock);
		taken = pages[frame + 1].place == LISTED &&
			pages[frame + 1].node == from;
		if (taken)
			take_off(&pages[frame + 1]);
		pthread_mutex_unlock(&lists[from].lock);
		if (!taken)
			continue;
		put_on_list(to, frame);
		m->from = from;
		*result = (struct tiermm_result){ TIERMM_OUTCOME_DONE, 0, 1 };
		return;
	}
}

static uint64_t step(int late, uint32_t i)
{
	struct tiermm_layout_step s = { .size = sizeof(s), .max_pages = 64 };
	struct tiermm_move planned[8], m;
	struct tiermm_result result;
	uint64_t n = 0;

	(void)tiermm_relayout_poll(relayout, NULL);
	if (tiermm_relayout_plan(relayout, &s, planned, 8, &n))
		return 1; /* readers have not passed */
	if (late)
		commit(i);
	for (uint64_t k = 0; k < n; k++) {
		if (!planned[k].pages)
			die("an item holds no page");
		for (uint64_t f = 0; f < planned[k].pages; f++) {
			move((uint32_t)(planned[k].page + f), planned[k].to, &m,
			     &result);
			if (tiermm_relayout_report(relayout, NULL, &m, &result,
						   1))
				die("a report is refused");
		}
	}
	if (tiermm_relayout_report(relayout, &s, NULL, NULL, 0))
		die("a step is refused");
	return s.frames;
}

/* Frame by frame, while others use marks up: an item never holds nothing. */
static void look_closely(void)
{
	static struct tiermm_move planned[FRAMES];
	struct tiermm_layout_step s = { .size = sizeof(s), .max_pages = 1 };
	uint64_t n = 0;

	if (tiermm_relayout_plan(relayout, &s, planned, FRAMES, &n))
		return; /* readers have not passed */
	for (uint64_t k = 0; k < n; k++)
		if (planned[k].pages != 1)
			die("an item is not of one page");
}

static int is_complete(void)
{
	struct tiermm_layout_progress p = { .size = sizeof(p) };

	(void)tiermm_relayout_poll(relayout, NULL);
	if (tiermm_relayout_progress(relayout, &p))
		die("no progress");
	return (int)p.complete;
}

/* With all lists locked: each page on a list is where the layout says. */
static void check_lists(void)
{
	for (int32_t node = 0; node < NODES; node++)
		pthread_mutex_lock(&lists[node].lock);
	for (int32_t node = 0; node < NODES; node++)
		for (uint32_t at = lists[node].head.next; at;
		     at = pages[at].next)
			if (pages[at].node != node ||
			    tiermm_relayout_node(relayout, at - 1) != node)
				die("a free page is on the wrong list");
	for (int32_t node = 0; node < NODES; node++)
		pthread_mutex_unlock(&lists[node].lock);
}

static void check_accounts(void)
{
	struct tiermm_layout_account a;

	for (int32_t node = 0; node < NODES; node++)
		if (tiermm_relayout_account(relayout, node,
					    TIERMM_LAYOUT_ALL_ZONES, &a) ||
		    a.free > a.managed || a.managed > a.present)
			die("an account is upside down");
}

/* One change; every third one is overtaken by the next in mid-sweep. */
static uint64_t change(uint32_t i)
{
	commit(i);
	if (i % 3 == 0)
		(void)step(1, i + 1);
	if (i % 7 == 0)
		return 0;
	do {
		check_accounts();
		for (int k = 0; k < LOOKS; k++)
			look_closely();
		while (step(0, 0))
			;
		sched_yield();
	} while (!is_complete());
	check_lists();
	return 1;
}

static void start(void)
{
	struct tiermm_relayout_options o = { .size = sizeof(o),
					     .max_nodes = NODES,
					     .max_caches = WORKERS };
	struct tiermm_layout *l = pattern(1);
	struct tiermm_layout_page out;
	struct tiermm_retire table;
	uint64_t n;

	if (tiermm_flush_create(&flush, NULL, NULL) ||
	    tiermm_flush_retire(flush, &table))
		die("no tracker");
	o.retire = &table;
	if (tiermm_relayout_create(&relayout, l, &o, NULL, NULL))
		die("no object");
	for (int32_t node = 0; node < NODES; node++)
		pthread_mutex_init(&lists[node].lock, NULL);
	for (uint32_t f = 0; f < FRAMES; f++) {
		struct tiermm_layout_page page = { f, 0,
						   tiermm_layout_node(l, f) };

		if (tiermm_relayout_on_free(relayout, &page, &out, 1, &n))
			die("a free is refused");
		push(out.node, f);
	}
	tiermm_layout_unref(l);
}

static void check_end(void)
{
	uint64_t listed[NODES] = { 0 }, all = 0;
	struct tiermm_layout_account a;

	while (!is_complete())
		while (step(0, 0))
			;
	check_lists();
	for (uint32_t f = 0; f < FRAMES; f++) {
		if (pages[f + 1].place != LISTED)
			die("a page was lost");
		listed[pages[f + 1].node]++;
	}
	for (int32_t node = 0; node < NODES; node++) {
		(void)tiermm_relayout_account(relayout, node,
					      TIERMM_LAYOUT_ALL_ZONES, &a);
		if (a.free != listed[node] || a.present != a.goal)
			die("an account is wrong at rest");
		for (uint32_t at = lists[node].head.next; at;
		     at = pages[at].next)
			all++;
	}
	if (all != FRAMES || !tiermm_relayout_is_valid(relayout))
		die("pages are on no list, or on two");
}

int main(int argc, char **argv)
{
	static struct worker workers[WORKERS];
	pthread_t thread[WORKERS];
	uint64_t complete = 0, operations = 0;
	uint32_t commits = (uint32_t)share_of(COMMITS);

	if (argc > 1 && !strcmp(argv[1], "--long"))
		commits = COMMITS * 100;
	start();
	for (uint32_t i = 0; i < WORKERS; i++) {
		workers[i].index = i;
		tiermm_random_seed(&workers[i].random, i + 1);
		if (tiermm_flush_join(flush, i, &workers[i].agent) ||
		    tiermm_relayout_cache_join(relayout, i) ||
		    pthread_create(&thread[i], NULL, work, &workers[i]))
			die("no worker");
	}
	for (uint32_t i = 1; i <= commits; i++)
		complete += change(i);
	atomic_store(&stop, 1);
	for (uint32_t i = 0; i < WORKERS; i++) {
		pthread_join(thread[i], NULL);
		operations += workers[i].operations;
	}
	check_end();
	printf("%" PRIu32 " changes, %" PRIu64 " of them complete, %" PRIu64
	       " operations\n",
	       commits, complete, operations);
	tiermm_relayout_destroy(relayout);
	tiermm_flush_destroy(flush);
	return complete == 0;
}
