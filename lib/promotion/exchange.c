/* SPDX-License-Identifier: MIT */
/* One hot up for one cold down, when the fast node is full (P3). */
#include "promotion/exchange.h"

#define WINDOW 64

void tiermm__exchange_start(struct tiermm__exchange *x,
			    const struct tiermm_promotion *p,
			    const struct tiermm_promotion_query *query)
{
	*x = (struct tiermm__exchange){
		.p = p,
		.cold = query->cold,
		.n = query->n_cold,
		.allowed = query->allowed,
	};
}

static int is_allowed(const struct tiermm__exchange *x, int32_t node)
{
	return !x->allowed || tiermm__nodeset_has(x->allowed, node);
}

/* Still where it was said to be, and not just come up (P4). */
static int is_usable(const struct tiermm__exchange *x,
		     const struct tiermm_folio *f, uint64_t now_ms)
{
	uint64_t word;

	if (!tiermm__has_pages(x->p, f->page, UINT64_C(1) << f->order))
		return 0;
	word = x->p->words[f->page];
	return tiermm__word_node(word) == f->node &&
	       !(word & TIERMM__WORD_QUEUED) &&
	       !tiermm__guard_held(x->p, word, now_ms);
}

static int fits(const struct tiermm__exchange *x, const struct tiermm_folio *f,
		const struct tiermm__candidate *c, uint64_t now_ms)
{
	const uint64_t *words = x->p->words;
	int32_t from = tiermm__word_node(words[c->page]);

	return f->order == c->order && is_allowed(x, f->node) &&
	       is_allowed(x, from) && tiermm__is_faster(x->p, f->node, from) &&
	       tiermm__gate_is_open(x->p, from, f->node) &&
	       tiermm__word_age(words[f->page], now_ms) >
		       tiermm__word_age(words[c->page], now_ms);
}

static void advance(struct tiermm__exchange *x)
{
	while (x->taken & 1) {
		x->taken >>= 1;
		x->base++;
	}
}

const struct tiermm_folio *
tiermm__exchange_find(struct tiermm__exchange *x,
		      const struct tiermm__candidate *c, uint64_t now_ms)
{
	for (uint64_t i = 0; i < WINDOW && x->base + i < x->n; i++) {
		const struct tiermm_folio *f = &x->cold[x->base + i];
		uint64_t bit = UINT64_C(1) << i;

		if (x->taken & bit)
			continue;
		if (!is_usable(x, f, now_ms))
			x->taken |= bit;
		else if (fits(x, f, c, now_ms))
			return f;
	}
	advance(x);
	return NULL;
}

void tiermm__exchange_take(struct tiermm__exchange *x,
			   const struct tiermm_folio *folio)
{
	x->taken |= UINT64_C(1) << ((uint64_t)(folio - x->cold) - x->base);
	advance(x);
}
