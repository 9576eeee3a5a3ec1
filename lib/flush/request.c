/* SPDX-License-Identifier: MIT */
/* A request while it is its mover's: opened, filled, given back (F3, F10). */
#include "flush/tracker.h"

#include "base/arithmetic.h"

#include <stddef.h>

uint64_t tiermm_flush_request_bytes(const struct tiermm_flush *f)
{
	uint64_t words;

	if (!f)
		return 0;
	words = f->check.breach ? 2 * (uint64_t)f->words : f->words;
	return tiermm__round_up(sizeof(struct tiermm_flush_request) +
					words * sizeof(uint64_t),
				TIERMM_ALIGN);
}

static int is_stopped(const struct tiermm_flush *f)
{
	/* Relaxed: a hint; queue looks again, and in order. */
	return atomic_load_explicit(&f->stopped, memory_order_relaxed) != 0;
}

static int check_agents(const struct tiermm_flush *f, const uint64_t *agents,
			uint64_t n_words)
{
	if (!agents)
		return 0;
	for (uint64_t i = 0; i < n_words; i++) {
		uint64_t room =
			i * 64 >= f->max_agents ? 0 : f->max_agents - i * 64;

		if (room < 64 && agents[i] >> room)
			return -TIERMM_ERANGE;
	}
	return 0;
}

/* Release stores throughout: partner is tiermm__request_word(). */
static void add_agents(struct tiermm_flush_request *r, const uint64_t *agents,
		       uint64_t n_words)
{
	uint32_t words = r->tracker->words;

	if (!agents)
		atomic_store_explicit(&r->all, 1, memory_order_release);
	for (uint32_t i = 0; agents && i < words && i < n_words; i++)
		atomic_fetch_or_explicit(&r->set[i], agents[i],
					 memory_order_release);
}

int tiermm_flush_open(struct tiermm_flush *f, void *memory, int32_t node,
		      const uint64_t *agents, uint64_t n_words,
		      struct tiermm_flush_request **out)
{
	struct tiermm_flush_request *r = memory;

	if (!out)
		return -TIERMM_EINVAL;
	*out = NULL;
	if (!f || !memory || (uintptr_t)memory % TIERMM_ALIGN)
		return -TIERMM_EINVAL;
	if (node < 0 || (uint32_t)node >= f->max_nodes)
		return -TIERMM_ENODEV;
	if (check_agents(f, agents, n_words))
		return -TIERMM_ERANGE;
	if (is_stopped(f))
		return -TIERMM_EBUSY;
	r->next = NULL;
	r->below = NULL;
	r->last = NULL;
	r->tracker = f;
	r->pages = NULL;
	r->n_pages = 0;
	r->queued_ns = 0;
	r->state = TIERMM__REQUEST_OPEN;
	r->node = node;
	tiermm__owner_init(&r->owner);
	/* Release, all: settle may still look at the request that was here. */
	atomic_store_explicit(&r->generation, 0, memory_order_release);
	atomic_store_explicit(&r->all, 0, memory_order_release);
	for (uint32_t i = 0; i < f->words; i++)
		atomic_store_explicit(&r->set[i], 0, memory_order_release);
	add_agents(r, agents, n_words);
	*out = r;
	return 0;
}

/* Enter a request that is not queued, in a state up to @last. */
static int enter(struct tiermm_flush_request *r, uint32_t last)
{
	int err = r ? tiermm__owner_enter(&r->owner) : -TIERMM_EINVAL;

	if (err)
		return err;
	if (r->state <= last)
		return 0;
	tiermm__owner_leave(&r->owner);
	return -TIERMM_EINVAL;
}

int tiermm_flush_add_agents(struct tiermm_flush_request *r,
			    const uint64_t *agents, uint64_t n_words)
{
	int err = enter(r, TIERMM__REQUEST_OPEN);

	if (err)
		return err;
	err = check_agents(r->tracker, agents, n_words);
	if (!err)
		add_agents(r, agents, n_words);
	tiermm__owner_leave(&r->owner);
	return err;
}

/* A page's link names its request, or none. */
static void set_request(struct tiermm_flush_page *page,
			struct tiermm_flush_request *r)
{
	/*
	 * Release: the request is open, or all that was done with it is done.
	 * Partner: the acquire in settle.
	 */
	__atomic_store_n(&page->request, r, __ATOMIC_RELEASE);
}

/* Not 0: parked. */
static uintptr_t parked_by(const struct tiermm_flush_page *page)
{
	/* Relaxed: only whether; the caller keeps others from parking it. */
	return (uintptr_t)__atomic_load_n(&page->request, __ATOMIC_RELAXED);
}

/* A page that needs a closer look: 0 where it must not be parked. */
static int park_pair(struct tiermm_flush_page *page,
		     struct tiermm_flush_request *r)
{
	struct tiermm_flush_page *copy = page->copy;

	if (parked_by(page) || copy == page || parked_by(copy))
		return 0;
	set_request(copy, r);
	return 1;
}

/* Link pages up to the first that must not be; how many, and base pages. */
static uint64_t link_pages(struct tiermm_flush_request *r,
			   struct tiermm_flush_page *const *pages, uint64_t n,
			   uint64_t *base_pages)
{
	struct tiermm_flush_page *newest = r->pages;
	uint64_t i, total = 0;

	for (i = 0; i < n; i++) {
		struct tiermm_flush_page *page = pages[i];
		uint64_t inside = page->pages;
		uintptr_t closer = (uintptr_t)page->copy | parked_by(page);

		/* Straight on where it is neither parked nor has a copy. */
		if (__builtin_expect(!inside, 0) ||
		    (__builtin_expect(closer != 0, 0) && !park_pair(page, r)))
			break;
		set_request(page, r);
		page->next = newest;
		newest = page;
		total += inside;
	}
	r->pages = newest;
	*base_pages = total;
	return i;
}

static void unlink_one(struct tiermm_flush_page *page)
{
	if (page->copy)
		set_request(page->copy, NULL);
	set_request(page, NULL);
}

static void unlink_newest(struct tiermm_flush_request *r, uint64_t n)
{
	for (; n; n--) {
		struct tiermm_flush_page *page = r->pages;

		r->pages = page->next;
		unlink_one(page);
	}
}

/* Count pages as parked on a node, if there is room for them. */
static int reserve(struct tiermm_flush *f, int32_t node, uint64_t pages)
{
	_Atomic uint64_t *reserved = &f->lanes[node].reserved;
	/* Relaxed: a number by itself, bounded in one step. */
	uint64_t before = atomic_fetch_add_explicit(reserved, pages,
						    memory_order_relaxed);

	if (!f->max_pages ||
	    (before <= f->max_pages && pages <= f->max_pages - before))
		return 0;
	tiermm__unreserve(f, node, pages);
	return -TIERMM_ENOSPC;
}

void tiermm__unreserve(struct tiermm_flush *f, int32_t node, uint64_t pages)
{
	/* Relaxed: as in reserve(). */
	atomic_fetch_sub_explicit(&f->lanes[node].reserved, pages,
				  memory_order_relaxed);
}

static int add(struct tiermm_flush_request *r,
	       struct tiermm_flush_page *const *pages, uint64_t n,
	       uint64_t *n_out)
{
	uint64_t base_pages, done;
	int err;

	if (is_stopped(r->tracker)) {
		tiermm__flush_count(r->tracker, TIERMM_FLUSH_REFUSED, n);
		return -TIERMM_EBUSY;
	}
	done = link_pages(r, pages, n, &base_pages);
	err = reserve(r->tracker, r->node, base_pages);
	if (err) {
		unlink_newest(r, done);
		tiermm__flush_count(r->tracker, TIERMM_FLUSH_REFUSED,
				    base_pages);
		return err;
	}
	r->n_pages += base_pages;
	*n_out = done;
	return 0;
}

int tiermm_flush_add(struct tiermm_flush_request *r,
		     struct tiermm_flush_page *const *pages, uint64_t n,
		     uint64_t *n_out)
{
	int err = pages && n_out ? enter(r, TIERMM__REQUEST_OPEN)
				 : -TIERMM_EINVAL;

	if (err)
		return err;
	err = add(r, pages, n, n_out);
	tiermm__owner_leave(&r->owner);
	return err;
}

int tiermm_flush_remove(struct tiermm_flush_request *r,
			struct tiermm_flush_page *page)
{
	struct tiermm_flush_page **at;
	int err = page ? enter(r, TIERMM__REQUEST_STAMPED) : -TIERMM_EINVAL;

	if (err)
		return err;
	at = &r->pages;
	while (*at && *at != page)
		at = &(*at)->next;
	if (*at) {
		*at = page->next;
		unlink_one(page);
		r->n_pages -= page->pages;
		tiermm__unreserve(r->tracker, r->node, page->pages);
	} else {
		err = -TIERMM_ENOENT;
	}
	tiermm__owner_leave(&r->owner);
	return err;
}

struct tiermm_flush_page *tiermm__unpark(struct tiermm_flush_request *r)
{
	struct tiermm_flush_page *last = NULL;

	for (struct tiermm_flush_page *p = r->pages; p; p = p->next) {
		unlink_one(p);
		last = p;
	}
	r->state = TIERMM__REQUEST_CLOSED;
	return last;
}

int tiermm_flush_close(struct tiermm_flush_request *r,
		       struct tiermm_flush_page **pages)
{
	int err = pages ? enter(r, TIERMM__REQUEST_STAMPED) : -TIERMM_EINVAL;

	if (err)
		return err;
	(void)tiermm__unpark(r);
	tiermm__unreserve(r->tracker, r->node, r->n_pages);
	*pages = r->pages;
	tiermm__owner_leave(&r->owner);
	return 0;
}

int tiermm_flush_stamp(struct tiermm_flush_request *r)
{
	int err = enter(r, TIERMM__REQUEST_OPEN);

	if (err)
		return err;
	/* Release: partner is the acquire in settle. */
	atomic_store_explicit(&r->generation,
			      tiermm__next_generation(r->tracker),
			      memory_order_release);
	r->state = TIERMM__REQUEST_STAMPED;
	if (r->tracker->check.breach)
		tiermm__check_stamped(r->tracker, r);
	tiermm__owner_leave(&r->owner);
	return 0;
}
