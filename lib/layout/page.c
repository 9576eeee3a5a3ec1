/* SPDX-License-Identifier: MIT */
/*
 * A page is freed, or a free one is moved: where does it belong (L5, L7)?
 * Invariants 2 to 4 of relayout.h say why a mark is enough.
 */
#include "layout/relayout.h"

/* Aligned blocks of one node each, put out one after the other. */
struct pieces {
	struct tiermm_layout_page *out;
	uint64_t cap;
	uint64_t n;
};

static uint64_t frames_of(const struct tiermm_layout_page *page)
{
	return UINT64_C(1) << page->order;
}

/* The greatest aligned block at first that ends at last or before. */
static uint32_t order_at(uint64_t first, uint64_t last)
{
	uint32_t most =
		first ? tiermm__lowest_bit(first) : TIERMM_LAYOUT_ORDER_MAX;
	uint32_t order = 0;

	while (order < most && (UINT64_C(2) << order) - 1 <= last - first)
		order++;
	return order;
}

static void put(struct pieces *p, uint64_t first, uint64_t last, int32_t node)
{
	while (first <= last) {
		struct tiermm_layout_page piece = {
			.frame = first,
			.order = order_at(first, last),
			.node = node,
		};

		if (p->n < p->cap)
			p->out[p->n] = piece;
		p->n++;
		first += frames_of(&piece);
	}
}

/* Cut a block where its node changes; each piece by its own range (I17). */
static uint64_t cut(const struct tiermm__layout_map *m,
		    const struct tiermm_layout_page *page,
		    struct tiermm_layout_page *out, uint64_t cap)
{
	uint64_t last = page->frame + frames_of(page) - 1;
	uint64_t index = tiermm__layout_index(m, page->frame);
	struct pieces p = { .out = out, .cap = cap };
	uint64_t first = page->frame, end;

	for (;; index++) {
		int32_t node = tiermm__layout_word_node(m->words[index]);

		end = tiermm__layout_end(m, index);
		if (end >= last)
			break;
		if (tiermm__layout_word_node(m->words[index + 1]) == node)
			continue;
		put(&p, first, end, node);
		first = end + 1;
	}
	put(&p, first, last, tiermm__layout_word_node(m->words[index]));
	return p.n;
}

static int check(const struct tiermm_relayout *r,
		 const struct tiermm_layout_page *page, uint32_t *zone)
{
	if (!r || !page || page->order > TIERMM_LAYOUT_ORDER_MAX ||
	    page->frame & (frames_of(page) - 1) || page->frame > r->last ||
	    frames_of(page) - 1 > r->last - page->frame)
		return -TIERMM_EINVAL;
	if (!tiermm__layout_has_node(r, page->node))
		return -TIERMM_ENODEV;
	*zone = tiermm__layout_zone(r, page->frame,
				    page->frame + frames_of(page) - 1);
	return *zone == TIERMM_LAYOUT_ZONES ? -TIERMM_EINVAL : 0;
}

static void count(struct tiermm_relayout *r, uint64_t pages, int moves,
		  uint32_t how)
{
	uint32_t index = how == TIERMM__LAYOUT_CLAIMS
				 ? TIERMM_LAYOUT_MOVED_CLAIMED
				 : TIERMM_LAYOUT_MOVED_ON_FREE;

	tiermm__layout_add(r, moves ? index : TIERMM_LAYOUT_STAYED, pages);
}

static void settle(struct tiermm_relayout *r,
		   const struct tiermm_layout_page *page, uint32_t zone,
		   const struct tiermm_layout_page *pieces, uint64_t n,
		   uint32_t how)
{
	for (uint64_t i = 0; i < n; i++) {
		uint64_t pages = frames_of(&pieces[i]);

		tiermm__layout_transfer(r, zone, page->node, pieces[i].node,
					pages, how);
		count(r, pages, pieces[i].node != page->node, how);
	}
	if (n == 1)
		return;
	tiermm__layout_add(r, TIERMM_LAYOUT_SPLIT, 1);
	tiermm__layout_add(r, TIERMM_LAYOUT_PIECES, n);
}

/* The whole block stays. */
static int stay(struct tiermm_relayout *r,
		const struct tiermm_layout_page *page, uint32_t zone,
		struct tiermm_layout_page *out, uint64_t *n_out, uint32_t how)
{
	tiermm__layout_transfer(r, zone, page->node, page->node,
				frames_of(page), how);
	out[0] = *page;
	*n_out = 1;
	return 0;
}

/*
 * Pieces are counted before the marks are taken, since a caller without room
 * has to come again and find them. A commit in between may cut otherwise: then
 * the marks are put back where there is no room for that.
 */
static int decide(struct tiermm_relayout *r,
		  const struct tiermm_layout_page *page, uint32_t zone,
		  struct tiermm_layout_page *out, uint64_t cap, uint64_t *n_out,
		  uint32_t how)
{
	const struct tiermm__layout_view *v = tiermm__layout_view(r), *now;
	uint64_t last = page->frame + frames_of(page) - 1;
	uint64_t n = cut(&v->map, page, out, cap);

	if (n <= cap) {
		if (!tiermm__marks_take(r, page->frame, last))
			return stay(r, page, zone, out, n_out, how);
		now = tiermm__layout_view(r);
		if (now != v)
			n = cut(&now->map, page, out, cap);
		if (n > cap)
			tiermm__marks_set(r, page->frame, last);
	}
	*n_out = n;
	if (n > cap)
		return -TIERMM_ENOSPC;
	settle(r, page, zone, out, n, how);
	return 0;
}

static int ask(struct tiermm_relayout *r, const struct tiermm_layout_page *page,
	       struct tiermm_layout_page *out, uint64_t cap, uint64_t *n_out,
	       uint32_t how)
{
	struct tiermm_layout_page asked;
	uint32_t zone = 0;
	int err = check(r, page, &zone);

	if (err)
		return err;
	if (!out || !cap || !n_out)
		return -TIERMM_EINVAL;
	asked = *page; /* the answer may stand where the question stood */
	if (!tiermm__marks_any(r, asked.frame,
			       asked.frame + frames_of(&asked) - 1))
		return stay(r, &asked, zone, out, n_out, how);
	err = decide(r, &asked, zone, out, cap, n_out, how);
	if (err)
		out[0] = asked; /* so that it can be asked again */
	return err;
}

int tiermm_relayout_on_free(struct tiermm_relayout *r,
			    const struct tiermm_layout_page *page,
			    struct tiermm_layout_page *out, uint64_t cap,
			    uint64_t *n_out)
{
	return ask(r, page, out, cap, n_out, TIERMM__LAYOUT_FREES);
}

int tiermm_relayout_on_release(struct tiermm_relayout *r,
			       const struct tiermm_layout_page *page,
			       struct tiermm_layout_page *out, uint64_t cap,
			       uint64_t *n_out)
{
	return ask(r, page, out, cap, n_out, TIERMM__LAYOUT_RELEASES);
}

int tiermm_relayout_claim(struct tiermm_relayout *r,
			  const struct tiermm_layout_page *page,
			  struct tiermm_layout_page *out, uint64_t cap,
			  uint64_t *n_out)
{
	return ask(r, page, out, cap, n_out, TIERMM__LAYOUT_CLAIMS);
}

int tiermm_relayout_on_alloc(struct tiermm_relayout *r,
			     const struct tiermm_layout_page *page)
{
	uint32_t zone = 0;
	int err = check(r, page, &zone);

	if (err)
		return err;
	/* Relaxed: a number by itself. Partner: tiermm_relayout_account(). */
	atomic_fetch_sub_explicit(&tiermm__layout_count(r, page->node, zone)
					   ->free,
				  frames_of(page), memory_order_relaxed);
	return 0;
}
