/* SPDX-License-Identifier: MIT */
/*
 * The coldest pages of a node among the next some: a hand goes round over the
 * words, and a heap keeps the oldest ones that it saw.
 */
#include "promotion/internal.h"

#define MAX_FOLIOS 4096
#define NS_PER_MS 1000000

/* a leaves the heap before b: it is younger; of two, the later page. */
static int is_less(const struct tiermm_folio *a, const struct tiermm_folio *b)
{
	if (a->age_ns != b->age_ns)
		return a->age_ns < b->age_ns;
	return a->page > b->page;
}

static void swap(struct tiermm_folio *a, struct tiermm_folio *b)
{
	struct tiermm_folio kept = *a;

	*a = *b;
	*b = kept;
}

static void sift_down(struct tiermm_folio *heap, uint64_t n, uint64_t at)
{
	for (;;) {
		uint64_t child = 2 * at + 1;

		if (child >= n)
			return;
		if (child + 1 < n && is_less(&heap[child + 1], &heap[child]))
			child++;
		if (!is_less(&heap[child], &heap[at]))
			return;
		swap(&heap[child], &heap[at]);
		at = child;
	}
}

static void sift_up(struct tiermm_folio *heap, uint64_t at)
{
	while (at && is_less(&heap[at], &heap[(at - 1) / 2])) {
		swap(&heap[at], &heap[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
}

static void offer(struct tiermm_folio *heap, uint64_t *n, uint64_t cap,
		  const struct tiermm_folio *folio)
{
	if (*n < cap) {
		heap[*n] = *folio;
		sift_up(heap, (*n)++);
	} else if (is_less(&heap[0], folio)) {
		heap[0] = *folio;
		sift_down(heap, cap, 0);
	}
}

/* The least goes to the end, one after the other: oldest first remain. */
static void sort(struct tiermm_folio *heap, uint64_t n)
{
	while (n > 1) {
		swap(&heap[0], &heap[--n]);
		sift_down(heap, n, 0);
	}
}

static uint64_t age_ns(uint64_t word, uint64_t now_ms)
{
	uint64_t ms = tiermm__word_age(word, now_ms);

	return ms < UINT64_MAX / NS_PER_MS ? ms * NS_PER_MS : UINT64_MAX;
}

static uint64_t look_round(struct tiermm_promotion *p, int32_t node,
			   uint64_t look, struct tiermm_folio *out,
			   uint64_t cap)
{
	uint64_t n = 0;

	for (uint64_t i = 0; i < look; i++) {
		uint64_t word = p->words[p->hand];
		struct tiermm_folio folio = {
			.page = p->hand,
			.age_ns = age_ns(word, p->now_ms),
			.node = node,
		};

		if (++p->hand == p->options.pages)
			p->hand = 0;
		if (tiermm__word_node(word) == node &&
		    !(word & TIERMM__WORD_QUEUED) &&
		    !tiermm__guard_held(p, word, p->now_ms))
			offer(out, &n, cap, &folio);
	}
	return n;
}

int tiermm_promotion_cold(struct tiermm_promotion *p, uint64_t now_ns,
			  int32_t node, uint64_t look, struct tiermm_folio *out,
			  uint64_t cap, uint64_t *n_out)
{
	int err;

	if (!n_out || (!out && cap))
		return -TIERMM_EINVAL;
	err = tiermm__promotion_enter(p);
	if (err)
		return err;
	if (!tiermm__has_node(p, node)) {
		tiermm__promotion_leave(p);
		return -TIERMM_ENODEV;
	}
	tiermm__clock_advance(p, now_ns);
	if (cap > MAX_FOLIOS)
		cap = MAX_FOLIOS;
	if (look > p->options.pages)
		look = p->options.pages;
	*n_out = cap ? look_round(p, node, look, out, cap) : 0;
	sort(out, *n_out);
	tiermm__promotion_leave(p);
	return 0;
}
