/* SPDX-License-Identifier: MIT */
/*
 * Profiles: sums, and exact reuse distances.
 *
 * Each page's last access has a position in time. A tree of partial sums
 * (Fenwick, 1994) over the positions says how many pages' last accesses lie
 * behind a given one, which is the distance. When the positions are used up,
 * the pages are put together at the beginning in the same order.
 */
#include "pages.h"
#include "source.h"

#include <tiermm/backends/sim_profile.h>

#include <string.h>

#define FIRST_ROOM 1024

struct page {
	uint64_t accesses;
	uint64_t writes;
	uint64_t at; /* position of its last access, from 1; 0: none */
};

struct tiermm_sim_profile {
	struct tiermm_alloc mem;
	struct tiermm_sim_sums sums;
	struct tiermm__sim_dense seen; /* page numbers as they came */
	struct page *page;             /* of seen.key's, in its order */
	uint64_t page_room;
	uint64_t *tree;     /* partial sums; [0] is not used */
	uint64_t *owner;    /* index of the page at a position, plus 1 */
	uint64_t room;      /* positions, a power of two */
	uint64_t now;       /* positions in use */
	_Atomic int inside; /* an owner is at work */
};

static void tree_add(struct tiermm_sim_profile *p, uint64_t at, uint64_t by)
{
	for (; at <= p->room; at += at & (0 - at))
		p->tree[at] += by;
}

/* Pages whose last access is at a position up to this one. */
static uint64_t tree_sum(const struct tiermm_sim_profile *p, uint64_t at)
{
	uint64_t sum = 0;

	for (; at; at -= at & (0 - at))
		sum += p->tree[at];
	return sum;
}

/* Put the pages together at the beginning of owner, in order. */
static void compact(struct tiermm_sim_profile *p, uint64_t *owner)
{
	uint64_t n = 0;

	for (uint64_t at = 1; at <= p->now; at++) {
		uint64_t index = p->owner[at];

		/* Positions that their page has left are passed over. */
		if (!index || p->page[index - 1].at != at)
			continue;
		n++;
		p->page[index - 1].at = n;
		owner[n] = index;
	}
	p->now = n;
}

static void rebuild(struct tiermm_sim_profile *p)
{
	memset(p->tree, 0, (size_t)((p->room + 1) * sizeof(*p->tree)));
	for (uint64_t at = 1; at <= p->now; at++)
		tree_add(p, at, 1);
}

/* Room for one more position; at least half of them become free. */
static int make_room(struct tiermm_sim_profile *p)
{
	uint64_t room = p->room ? p->room : FIRST_ROOM;
	uint64_t *tree, *owner;

	if (p->now < p->room)
		return 0;
	while (room < 2 * (p->seen.n + 1))
		room *= 2;
	if (room == p->room) {
		compact(p, p->owner);
		rebuild(p);
		return 0;
	}
	tree = tiermm__sim_alloc(&p->mem, (room + 1) * sizeof(*tree));
	owner = tiermm__sim_alloc(&p->mem, (room + 1) * sizeof(*owner));
	if (!tree || !owner) {
		tiermm__sim_free(&p->mem, tree, (room + 1) * sizeof(*tree));
		tiermm__sim_free(&p->mem, owner, (room + 1) * sizeof(*owner));
		return -TIERMM_ENOMEM;
	}
	compact(p, owner);
	tiermm__sim_free(&p->mem, p->tree, (p->room + 1) * sizeof(*tree));
	tiermm__sim_free(&p->mem, p->owner, (p->room + 1) * sizeof(*owner));
	p->tree = tree;
	p->owner = owner;
	p->room = room;
	rebuild(p);
	return 0;
}

static int make_page_room(struct tiermm_sim_profile *p)
{
	uint64_t room = p->seen.room;
	struct page *page;

	if (room == p->page_room)
		return 0;
	page = tiermm__sim_alloc(&p->mem, room * sizeof(*page));
	if (!page)
		return -TIERMM_ENOMEM;
	if (p->page_room)
		memcpy(page, p->page, (size_t)(p->page_room * sizeof(*page)));
	tiermm__sim_free(&p->mem, p->page, p->page_room * sizeof(*page));
	p->page = page;
	p->page_room = room;
	return 0;
}

/* 0 is class 0; from 2^k to below 2^(k+1) is class k + 1. */
static uint32_t class_of(uint64_t distance)
{
	uint32_t class = 0;

	for (; distance; distance >>= 1)
		class ++;
	return class;
}

static void count(struct tiermm_sim_sums *s, const struct tiermm_sim_access *a)
{
	s->records++;
	s->accesses += a->count;
	s->gap_ns += a->gap_ns;
	if (a->flags & TIERMM_SIM_WRITE)
		s->writes += a->count;
	if (a->flags & TIERMM_SIM_FETCH)
		s->fetches += a->count;
	if (a->flags & TIERMM_SIM_DEPENDENT)
		s->dependent += a->count;
	if (a->page >= s->page_bound)
		s->page_bound = a->page + 1;
	if (a->thread >= s->threads)
		s->threads = (uint64_t)a->thread + 1;
	if (a->process >= s->processes)
		s->processes = (uint64_t)a->process + 1;
}

static void count_page(struct tiermm_sim_profile *p, struct page *page,
		       const struct tiermm_sim_access *a)
{
	struct tiermm_sim_sums *s = &p->sums;
	uint64_t writes = a->flags & TIERMM_SIM_WRITE ? a->count : 0;

	if (!page->accesses) {
		s->pages++;
		s->read_only++;
	}
	if (!page->writes && writes)
		s->read_only--;
	page->accesses += a->count;
	page->writes += writes;
}

static int add(struct tiermm_sim_profile *p, const struct tiermm_sim_access *a)
{
	struct page *page;
	uint64_t index;
	int err = tiermm__sim_dense_of(&p->seen, a->page, &index);

	if (!err)
		err = make_page_room(p);
	if (!err)
		err = make_room(p);
	if (err)
		return err;
	page = &p->page[index];
	if (page->at) {
		uint64_t behind = tree_sum(p, p->room) - tree_sum(p, page->at);

		p->sums.distance[class_of(behind)]++;
		tree_add(p, page->at, UINT64_MAX);
	}
	/* The rest of a record's accesses have no other page before them. */
	p->sums.distance[0] += a->count - 1;
	page->at = ++p->now;
	p->owner[page->at] = index + 1;
	tree_add(p, page->at, 1);
	count(&p->sums, a);
	count_page(p, page, a);
	return 0;
}

int tiermm_sim_profile_add(struct tiermm_sim_profile *p,
			   const struct tiermm_sim_access *batch, uint64_t n)
{
	int err;

	if (!p || (n && !batch))
		return -TIERMM_EINVAL;
	err = tiermm__sim_enter(&p->inside);
	if (err)
		return err;
	for (uint64_t i = 0; i < n && !err; i++)
		err = add(p, &batch[i]);
	tiermm__sim_leave(&p->inside);
	return err;
}

int tiermm_sim_profile_sums(struct tiermm_sim_profile *p,
			    struct tiermm_sim_sums *out)
{
	uint32_t size;
	int err;

	if (!p || !out || out->size < sizeof(*out))
		return -TIERMM_EINVAL;
	err = tiermm__sim_enter(&p->inside);
	if (err)
		return err;
	size = out->size;
	*out = p->sums;
	out->size = size;
	tiermm__sim_leave(&p->inside);
	return 0;
}

static int is_hotter(const struct tiermm_sim_top *a,
		     const struct tiermm_sim_top *b)
{
	if (a->accesses != b->accesses)
		return a->accesses > b->accesses;
	return a->page < b->page;
}

/* Put a page where it belongs among the n that are there, of cap. */
static uint64_t insert(struct tiermm_sim_top *out, uint64_t n, uint64_t cap,
		       const struct tiermm_sim_top *page)
{
	uint64_t at = n < cap ? n : cap - 1;

	if (n == cap && !is_hotter(page, &out[at]))
		return n;
	for (; at > 0 && is_hotter(page, &out[at - 1]); at--)
		out[at] = out[at - 1];
	out[at] = *page;
	return n < cap ? n + 1 : n;
}

int tiermm_sim_profile_top(struct tiermm_sim_profile *p,
			   struct tiermm_sim_top *out, uint64_t cap,
			   uint64_t *n_out)
{
	uint64_t n = 0;
	int err;

	if (!p || !n_out || (cap && !out))
		return -TIERMM_EINVAL;
	err = tiermm__sim_enter(&p->inside);
	if (err)
		return err;
	for (uint64_t i = 0; i < p->seen.n && cap; i++) {
		struct tiermm_sim_top page = {
			.page = p->seen.key[i],
			.accesses = p->page[i].accesses,
			.writes = p->page[i].writes,
		};

		n = insert(out, n, cap, &page);
	}
	*n_out = p->seen.n;
	tiermm__sim_leave(&p->inside);
	return 0;
}

int tiermm_sim_profile_create(struct tiermm_sim_profile **out,
			      const struct tiermm_alloc *mem)
{
	struct tiermm_sim_profile *p;
	struct tiermm_alloc source;
	int err;

	if (!out)
		return -TIERMM_EINVAL;
	*out = NULL;
	err = tiermm__sim_memory(&source, mem);
	if (err)
		return err;
	p = tiermm__sim_alloc(&source, sizeof(*p));
	if (!p)
		return -TIERMM_ENOMEM;
	p->mem = source;
	p->seen.mem = source;
	p->sums.size = sizeof(p->sums);
	atomic_init(&p->inside, 0);
	*out = p;
	return 0;
}

void tiermm_sim_profile_destroy(struct tiermm_sim_profile *p)
{
	struct tiermm_alloc mem;

	if (!p)
		return;
	mem = p->mem;
	tiermm__sim_dense_drop(&p->seen);
	tiermm__sim_free(&mem, p->page, p->page_room * sizeof(*p->page));
	/* Neither is there before the first access. */
	if (p->room) {
		tiermm__sim_free(&mem, p->tree,
				 (p->room + 1) * sizeof(*p->tree));
		tiermm__sim_free(&mem, p->owner,
				 (p->room + 1) * sizeof(*p->owner));
	}
	tiermm__sim_free(&mem, p, sizeof(*p));
}
