/* SPDX-License-Identifier: MIT */
/*
 * The pages of a request: a link in each names the request, a place in the
 * request names the link. Parking a page costs one look at its link, one store
 * there and one here; neither the page nor a list of pages is touched.
 */
#include "flush/request.h"

#include "base/memory.h"

#include <stddef.h>

/* Pages without copies, up to the first that is parked already. */
static uint32_t park(struct tiermm_flush_request *r,
		     struct tiermm_flush_page *const *pages, uint32_t n,
		     uint64_t link)
{
	struct tiermm_flush_page **place = &r->place[r->n_places];
	uint32_t i;

	/* A loop of five instructions: half of them would count it. */
#pragma GCC unroll 4
	for (i = 0; i < n; i++) {
		struct tiermm_flush_page *page = pages[i];

		if (__builtin_expect(tiermm__link(page) != 0, 0))
			break;
		tiermm__set_link(page, link);
		place[i] = page;
	}
	r->n_places += i;
	return i;
}

/* A page and its copy: both, or neither; 1 where they are parked. */
static int park_pair(struct tiermm_flush_request *r,
		     struct tiermm_flush_page *page,
		     struct tiermm_flush_page *copy, uint64_t link)
{
	uint32_t room = r->tracker->places - r->n_places;

	if (room < (copy ? 2u : 1u) || copy == page || tiermm__link(page) ||
	    (copy && tiermm__link(copy)))
		return 0;
	tiermm__set_link(page, link);
	r->place[r->n_places++] = page;
	if (!copy)
		return 1;
	tiermm__set_link(copy, link | TIERMM__LINK_COPY);
	r->place[r->n_places++] = copy;
	r->has_copies = 1;
	return 1;
}

static uint64_t park_all(struct tiermm_flush_request *r,
			 struct tiermm_flush_page *const *pages,
			 struct tiermm_flush_page *const *copies, uint64_t n,
			 uint64_t link)
{
	uint32_t room = r->tracker->places - r->n_places;
	uint64_t i = 0;

	if (!copies)
		return park(r, pages, n < room ? (uint32_t)n : room, link);
	while (i < n && park_pair(r, pages[i], copies[i], link))
		i++;
	return i;
}

/* Take back what was parked from a place on. */
static void park_no_more(struct tiermm_flush_request *r, uint32_t from)
{
	while (r->n_places > from)
		tiermm__set_link(r->place[--r->n_places], 0);
}

/* Count pages as parked on a node, if there is room for them. */
static int reserve(struct tiermm_flush *f, int32_t node, uint64_t pages)
{
	uint64_t before;

	if (!f->max_pages)
		return 0;
	/* Relaxed: a number by itself, bounded in one step. */
	before = atomic_fetch_add_explicit(&f->lanes[node].reserved, pages,
					   memory_order_relaxed);
	if (before <= f->max_pages && pages <= f->max_pages - before)
		return 0;
	tiermm__unreserve(f, node, pages);
	return -TIERMM_ENOSPC;
}

void tiermm__unreserve(struct tiermm_flush *f, int32_t node, uint64_t pages)
{
	/* Relaxed: as in reserve(). */
	if (f->max_pages)
		atomic_fetch_sub_explicit(&f->lanes[node].reserved, pages,
					  memory_order_relaxed);
}

static int add(struct tiermm_flush_request *r,
	       struct tiermm_flush_page *const *pages,
	       struct tiermm_flush_page *const *copies, uint64_t n,
	       uint32_t order, uint64_t *n_out)
{
	struct tiermm_flush *f = r->tracker;
	uint32_t from = r->n_places;
	uint64_t done;
	int err;

	/* Relaxed: a hint; queue looks again, and in order. */
	if (atomic_load_explicit(&f->stopped, memory_order_relaxed)) {
		tiermm__flush_count(f, TIERMM_FLUSH_REFUSED, n << order);
		return -TIERMM_EBUSY;
	}
	done = park_all(r, pages, copies, n, (uintptr_t)r | order);
	err = reserve(f, r->node, done << order);
	if (err) {
		park_no_more(r, from);
		tiermm__flush_count(f, TIERMM_FLUSH_REFUSED, done << order);
		return err;
	}
	r->n_pages += done << order;
	*n_out = done;
	return 0;
}

int tiermm_flush_add(struct tiermm_flush_request *r,
		     struct tiermm_flush_page *const *pages,
		     struct tiermm_flush_page *const *copies, uint64_t n,
		     uint32_t order, uint64_t *n_out)
{
	int err = -TIERMM_EINVAL;

	if (pages && n_out && order <= TIERMM_FLUSH_MAX_ORDER)
		err = tiermm__request_enter(r, TIERMM__REQUEST_OPEN);
	if (err)
		return err;
	err = add(r, pages, copies, n, order, n_out);
	tiermm__owner_leave(&r->owner);
	return err;
}

/* Empty the places from @at on to behind a page and its copy. */
static void take_out(struct tiermm_flush_request *r, uint32_t at)
{
	uint64_t pages = (uint64_t)1
			 << (tiermm__link(r->place[at]) & TIERMM__LINK_ORDER);
	uint32_t behind = at + 1;

	if (behind < r->n_places &&
	    (tiermm__link(r->place[behind]) & TIERMM__LINK_COPY))
		behind++;
	for (uint32_t i = at; i < behind; i++)
		tiermm__set_link(r->place[i], 0);
	memmove(&r->place[at], &r->place[behind],
		(r->n_places - behind) * sizeof(r->place[0]));
	r->n_places -= behind - at;
	r->n_pages -= pages;
	tiermm__unreserve(r->tracker, r->node, pages);
}

int tiermm_flush_remove(struct tiermm_flush_request *r,
			struct tiermm_flush_page *page)
{
	int err = page ? tiermm__request_enter(r, TIERMM__REQUEST_STAMPED)
		       : -TIERMM_EINVAL;
	uint32_t i;

	if (err)
		return err;
	i = r->n_places;
	while (i && r->place[i - 1] != page)
		i--;
	if (!i || (tiermm__link(page) & TIERMM__LINK_COPY))
		err = -TIERMM_ENOENT;
	else
		take_out(r, i - 1);
	tiermm__owner_leave(&r->owner);
	return err;
}

void tiermm__unpark_pairs(struct tiermm_flush_request *r)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < r->n_places; i++) {
		struct tiermm_flush_page *page = r->place[i];

		if (!(tiermm__link(page) & TIERMM__LINK_COPY))
			r->place[n++] = page;
		tiermm__set_link(page, 0);
	}
	r->n_places = n;
}
