/* SPDX-License-Identifier: MIT */
/*
 * Samples under a histogram that change no candidate, which are nearly all of
 * them: of pages that are cold, or on top, or hot while every place is taken
 * by a hotter one. Whatever else a sample may be is left to the long way, and
 * nothing has changed then.
 *
 * What holds for all samples of one time, and while the candidates stay as
 * they are, is reckoned once; so most of what is compared here is at hand. A
 * choice that is as good as random, such as how often a page's heat was halved
 * since, is no branch.
 */
#ifndef TIERMM_PROMOTION_QUICK_H
#define TIERMM_PROMOTION_QUICK_H

#include "base/bits.h"
#include "promotion/histogram.h"
#include "promotion/look.h"

struct tiermm__quick {
	uint64_t stops;     /* bits of a word that is not for here */
	uint64_t time;      /* now, where it stands in a word */
	uint64_t now_ms;    /* the same as such */
	uint64_t young;     /* a word's time of this period, and */
	uint64_t old;       /* of the one before, is that or more */
	uint32_t threshold; /* hot from here on */
	uint32_t bar;       /* below it, no candidate gives way */
	/* Counted, and not told yet. */
	uint64_t candidates;
	uint64_t displaced;
};

/* The time, a candidate or the threshold may have changed. */
static inline void tiermm__quick_renew(struct tiermm__quick *q,
				       const struct tiermm_promotion *p)
{
	const struct tiermm__histogram *h = &p->histogram;

	/* A new period begins with the first access of it, not before. */
	q->stops = p->now_ms - h->epoch_ms < h->cool_ms
			   ? TIERMM__WORD_STAMPED | TIERMM__WORD_QUEUED
			   : UINT64_MAX;
	q->time = tiermm__word_set_time(0, p->now_ms);
	q->now_ms = p->now_ms;
	q->young = h->epoch_ms + 1;
	q->old = h->epoch_ms ? q->young - h->cool_ms : 0;
	q->threshold = h->threshold;
	q->bar = p->queue.n < p->queue.max
			 ? 0
			 : tiermm__histogram_heat(
				   tiermm__lowest_bit(p->queue.scores) + 1);
}

/* How often the heat was halved; 2: that or more, 8 and more: it is gone. */
static inline uint32_t tiermm__quick_halvings(const struct tiermm__quick *q,
					      uint64_t word)
{
	uint64_t time = word >> TIERMM__WORD_TIME_SHIFT;

	return (uint32_t)(time < q->young) + (uint32_t)(time < q->old) +
	       ((uint32_t)(time == 0) << 3);
}

/*
 * A hot page whose target's rate limit lets it through, but for which no
 * candidate gives way: counted. Or nothing was done.
 */
static inline int tiermm__quick_turns_away(const struct tiermm_promotion *p,
					   struct tiermm__quick *q,
					   struct tiermm__promotion_node *to,
					   uint32_t heat, uint64_t pages)
{
	uint64_t candidates = to->candidates + pages;

	if (heat >= q->bar || tiermm__window_is_over(to, q->now_ms) ||
	    candidates - to->window_base >= p->limit_pages)
		return 0;
	to->candidates = candidates;
	q->candidates += pages;
	q->displaced++;
	return 1;
}

/* Its reason; or NONE: nothing was done. */
static inline uint32_t tiermm__quick_take(struct tiermm_promotion *p,
					  struct tiermm__quick *q,
					  const struct tiermm_sample *s)
{
	uint64_t pages = UINT64_C(1) << s->order, word;
	uint32_t before, after, halvings;
	int32_t node, target;
	int hot;

	if (!tiermm__has_pages(p, s->page, pages) ||
	    s->kind == TIERMM_SAMPLE_MARK)
		return TIERMM_PROMOTION_NONE;
	word = p->words[s->page];
	node = tiermm__word_node(word);
	if ((word & q->stops) || node == TIERMM_NO_NODE)
		return TIERMM_PROMOTION_NONE;
	target = tiermm__look_target(p, s, node);
	halvings = tiermm__quick_halvings(q, word);
	if (target == TIERMM_NO_NODE || halvings == 2)
		return TIERMM_PROMOTION_NONE;
	before = tiermm__word_heat(word) >> halvings;
	after = tiermm__histogram_warmed(before, tiermm__look_weight(s));
	hot = !p->nodes[node].top && after >= q->threshold;
	if (hot &&
	    !tiermm__quick_turns_away(p, q, &p->nodes[target], after, pages))
		return TIERMM_PROMOTION_NONE;
	tiermm__histogram_count(&p->histogram, before, after);
	p->words[s->page] = tiermm__word_use(word, after, q->time);
	if (hot)
		return TIERMM_PROMOTION_HOT;
	return p->nodes[node].top ? TIERMM_PROMOTION_TOP_TIER
				  : TIERMM_PROMOTION_COLD;
}

#endif
