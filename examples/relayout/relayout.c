/* SPDX-License-Identifier: MIT */
/*
 * A hypervisor in miniature. Guest memory is re-laid over two nodes, again and
 * again, while guest threads allocate, write, read and free pages. Contents
 * never change under a page in use, no page changes its node meanwhile, and the
 * account adds up throughout.
 *
 *     hypervisor ── propose(layout) ──> owner: take ── the graph goes along
 *                                        │ publish, mark
 *     guest threads ── on_free ──> lists[0], lists[1] <── claim ── mover
 *
 * The demotion graph is a part of each change: when the layout says that the
 * memory is elsewhere, the targets are those of that machine.
 *
 * cc -o relayout relayout.c $(pkg-config --cflags --libs tiermm)
 */
#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../worked_machine.h"

#define FRAMES 1024
#define WORDS 64 /* of a guest page, enough for this */
#define NODES 2
#define GUESTS 2
#define HELD 100
#define CHANGES 60

/* A node's free pages, a stack through next_free[]; -1 ends it. */
struct list {
	pthread_mutex_t lock;
	int32_t top;
};

struct guest {
	struct tiermm_flush_agent *agent;
	struct tiermm_random random;
	int32_t held[HELD];
	uint32_t n;
	uint64_t uses;
};

static uint64_t memory[FRAMES][WORDS];
static int32_t node_of[FRAMES]; /* who accounts for a page; its holder's */
static int32_t next_free[FRAMES];
static struct list lists[NODES];
static struct tiermm_flush *flush;
static struct tiermm_relayout *relayout;
static struct tiermm_demotion *demotion;
static struct tiermm_topology *machine;
static _Atomic int stop, wrong;

static void put(int32_t frame, int32_t node)
{
	pthread_mutex_lock(&lists[node].lock);
	node_of[frame] = node;
	next_free[frame] = lists[node].top;
	lists[node].top = frame;
	pthread_mutex_unlock(&lists[node].lock);
}

static int32_t take(int32_t node)
{
	int32_t frame;

	pthread_mutex_lock(&lists[node].lock);
	frame = lists[node].top;
	if (frame >= 0)
		lists[node].top = next_free[frame];
	pthread_mutex_unlock(&lists[node].lock);
	return frame;
}

static void write_page(struct guest *g, int32_t frame)
{
	for (uint64_t i = 0; i < WORDS; i++)
		memory[frame][i] = (uint64_t)frame << 32 | i;
	g->held[g->n++] = frame;
	g->uses++;
}

static void allocate(struct guest *g, int32_t node)
{
	struct tiermm_layout_page page = { 0, 0, node };
	int32_t frame = take(node);

	if (frame < 0)
		return;
	page.frame = (uint64_t)frame;
	if (tiermm_relayout_on_alloc(relayout, &page))
		atomic_fetch_add(&wrong, 1);
	write_page(g, frame);
}

/* The answer and the list belong into one read section. */
static void release(struct guest *g, uint32_t i)
{
	int32_t frame = g->held[i];
	struct tiermm_layout_page page = { (uint64_t)frame, 0, node_of[frame] };
	uint64_t n = 0;

	for (uint64_t k = 0; k < WORDS; k++)
		if (memory[frame][k] != ((uint64_t)frame << 32 | k))
			atomic_fetch_add(&wrong, 1);
	g->held[i] = g->held[--g->n];
	(void)tiermm_flush_enter(g->agent);
	if (tiermm_relayout_on_free(relayout, &page, &page, 1, &n))
		atomic_fetch_add(&wrong, 1);
	put(frame, page.node);
	(void)tiermm_flush_exit(g->agent);
}

static void *run_guest(void *argument)
{
	struct guest *g = argument;

	while (!atomic_load(&stop)) {
		if (g->n < HELD && tiermm_random_below(&g->random, 2))
			allocate(g, (int32_t)tiermm_random_below(&g->random,
								 NODES));
		else if (g->n)
			release(g, (uint32_t)tiermm_random_below(&g->random,
								 g->n));
	}
	while (g->n)
		release(g, 0);
	return NULL;
}

/* --- the demotion graph as a part of a change ---------------------------- */

static int graph_prepare(void *self, const struct tiermm_layout_change *change)
{
	(void)self;
	(void)change;
	return tiermm_demotion_prepare(demotion, machine, NULL, NULL);
}

static void graph_commit(void *self, const struct tiermm_layout_change *change)
{
	(void)self;
	(void)change;
	if (tiermm_demotion_publish(demotion))
		atomic_fetch_add(&wrong, 1);
}

static void graph_abort(void *self, const struct tiermm_layout_change *change)
{
	(void)self;
	(void)change;
	(void)tiermm_demotion_abandon(demotion);
}

static const struct tiermm_layout_part graph_part = {
	sizeof(graph_part), 0, NULL, graph_prepare, graph_commit, graph_abort
};

/* --- the hypervisor ------------------------------------------------------ */

/* All free pages of both nodes are asked about, and put where they belong. */
static void move_free_pages(void)
{
	for (int32_t node = 0; node < NODES; node++) {
		int32_t mine = -1, frame;

		while ((frame = take(node)) >= 0) {
			next_free[frame] = mine;
			mine = frame;
		}
		while (mine >= 0) {
			struct tiermm_layout_page page = { (uint64_t)mine, 0,
							   node };
			uint64_t n = 0;

			frame = mine;
			mine = next_free[frame];
			if (tiermm_relayout_claim(relayout, &page, &page, 1,
						  &n))
				atomic_fetch_add(&wrong, 1);
			put(frame, page.node);
		}
	}
}

/* The sweep is only followed: pages are claimed. */
static int sweep(void)
{
	struct tiermm_layout_step step = { .size = sizeof(step) };
	struct tiermm_move moves[64];
	uint64_t n;
	int err;

	while ((err = tiermm_relayout_plan(relayout, &step, moves, 64, &n)) ==
	       -TIERMM_EAGAIN) {
		(void)tiermm_relayout_poll(relayout, NULL);
		sched_yield();
	}
	move_free_pages();
	while (!err && step.frames) {
		err = tiermm_relayout_report(relayout, &step, NULL, NULL, 0);
		if (!err)
			err = tiermm_relayout_plan(relayout, &step, moves, 64,
						   &n);
	}
	return err;
}

/*
 * Of each node by itself, while guests go on. Nodes are read one after the
 * other, and pages change sides meanwhile: their sum is for check_rest().
 */
static int check_account(void)
{
	struct tiermm_layout_account a;

	for (int32_t node = 0; node < NODES; node++)
		if (tiermm_relayout_account(relayout, node,
					    TIERMM_LAYOUT_ALL_ZONES, &a) ||
		    a.free > a.managed || a.managed > a.present)
			return 1;
	return 0;
}

static struct tiermm_layout *layout(uint32_t i)
{
	struct tiermm_layout_pattern p = {
		.size = sizeof(p),
		.kind = i % 3 ? TIERMM_LAYOUT_STRIPE : TIERMM_LAYOUT_BLOCK,
		.shift = i,
		.last_node = NODES - 1,
		.stripe = 1 + i % 50,
		.last_frame = FRAMES - 1,
	};
	struct tiermm_layout *l = NULL;

	return tiermm_layout_pattern_create(&l, &p, NULL) ? NULL : l;
}

static int change(uint32_t i)
{
	const struct tiermm_layout_part *parts[1] = { &graph_part };
	struct tiermm_layout *l = layout(i);
	int err = l ? tiermm_relayout_propose(relayout, l, NULL) : -1;

	tiermm_layout_unref(l);
	while (!err && (err = tiermm_relayout_take(relayout, parts, 1, NULL,
						   NULL)) == -TIERMM_EAGAIN) {
		(void)tiermm_relayout_poll(relayout, NULL);
		sched_yield();
		err = 0;
	}
	if (!err)
		err = sweep();
	return err ? err : check_account();
}

static int start(void)
{
	struct tiermm_relayout_options o = { .size = sizeof(o),
					     .max_nodes = NODES };
	struct tiermm_layout *l = layout(0);
	struct tiermm_retire table;
	int err = l ? tiermm_flush_create(&flush, NULL, NULL) : -1;

	if (!err)
		err = tiermm_flush_retire(flush, &table);
	o.retire = &table;
	if (!err)
		err = tiermm_relayout_create(&relayout, l, &o, NULL, NULL);
	if (!err)
		err = worked_machine(&machine, 1);
	if (!err)
		err = tiermm_demotion_create(&demotion, machine, NULL, &table,
					     NULL, NULL);
	for (int32_t n = 0; n < NODES; n++) {
		pthread_mutex_init(&lists[n].lock, NULL);
		lists[n].top = -1;
	}
	for (int32_t f = 0; f < FRAMES && !err; f++) {
		struct tiermm_layout_page page = { (uint64_t)f, 0, 0 };
		uint64_t n;

		page.node = tiermm_layout_node(l, page.frame);
		err = tiermm_relayout_on_free(relayout, &page, &page, 1, &n);
		put(f, page.node);
	}
	tiermm_layout_unref(l);
	return err;
}

/* At rest every page is free, and where the layout says. */
static int check_rest(void)
{
	struct tiermm_layout_account a[NODES];
	uint64_t n = 0, present = 0;
	int bad = tiermm_relayout_accounts(relayout, TIERMM_LAYOUT_ALL_ZONES, a,
					   NODES, &n);

	for (int32_t f = 0; f < FRAMES; f++)
		bad |= node_of[f] !=
		       tiermm_relayout_node(relayout, (uint64_t)f);
	for (int i = 0; i < NODES; i++) {
		bad |= a[i].free != a[i].goal || a[i].pending_in;
		present += a[i].present;
	}
	return bad || present != FRAMES || !tiermm_relayout_is_valid(relayout);
}

int main(void)
{
	static struct guest guests[GUESTS];
	pthread_t thread[GUESTS];
	uint64_t uses = 0;
	int err = start();

	for (uint32_t i = 0; i < GUESTS && !err; i++) {
		tiermm_random_seed(&guests[i].random, i);
		err = tiermm_flush_join(flush, i, &guests[i].agent);
		if (!err)
			err = pthread_create(&thread[i], NULL, run_guest,
					     &guests[i]);
	}
	if (err)
		return 1;
	for (uint32_t i = 1; i <= CHANGES && !err; i++)
		err = change(i);
	atomic_store(&stop, 1);
	for (uint32_t i = 0; i < GUESTS; i++) {
		pthread_join(thread[i], NULL);
		uses += guests[i].uses;
	}
	printf("memory re-laid %d times, %" PRIu64 " pages used meanwhile, "
	       "%d wrong; at rest %s\n",
	       CHANGES, uses, atomic_load(&wrong),
	       check_rest() ? "something is wrong" : "all is in place");
	err |= check_rest() || atomic_load(&wrong);
	tiermm_relayout_destroy(relayout);
	tiermm_demotion_destroy(demotion);
	tiermm_topology_unref(machine);
	tiermm_flush_destroy(flush);
	return err != 0;
}
