/* SPDX-License-Identifier: MIT */
/*
 * From "hot" to candidate: the rate limit, which Linux has for its own policy
 * and every policy has here (P2, I12), and the room among the candidates.
 */
#include "base/bits.h"
#include "promotion/internal.h"

#define WINDOW_MS 1000

/* Counted before the test, and where it says no, too. */
static int is_beyond_limit(struct tiermm_promotion *p,
			   struct tiermm__promotion_node *node, uint64_t pages)
{
	node->candidates += pages;
	tiermm__count(p, TIERMM_PGPROMOTE_CANDIDATE, pages);
	if (tiermm__window_is_over(node, p->now_ms)) {
		node->window_over_ms = p->now_ms + WINDOW_MS + 1;
		node->window_base = node->candidates;
	}
	return node->candidates - node->window_base >= p->limit_pages;
}

/* 1 where there is room for a newcomer of this score. */
static int make_room(struct tiermm_promotion *p, uint32_t score)
{
	if (p->queue.n < p->queue.max)
		return 1;
	tiermm__count_reason(p, TIERMM_PROMOTION_DISPLACED, 1);
	/* The least score there is, without a look at who has it. */
	if (tiermm__lowest_bit(p->queue.scores) >= score)
		return 0;
	tiermm__candidate_drop(p, tiermm__queue_coldest(&p->queue));
	return 1;
}

static uint8_t clamp_score(uint32_t score)
{
	return (uint8_t)(score < TIERMM_PROMOTION_SCORE_MAX
				 ? score
				 : TIERMM_PROMOTION_SCORE_MAX);
}

static void add(struct tiermm_promotion *p, const struct tiermm_sample *s,
		int32_t target, uint8_t score)
{
	if (!make_room(p, score))
		return;
	tiermm__queue_add(&p->queue, &(struct tiermm__candidate){
					     .page = s->page,
					     .home = target,
					     .score = score,
					     .order = (uint8_t)s->order,
				     });
	p->words[s->page] |= TIERMM__WORD_QUEUED;
}

static uint32_t again(struct tiermm_promotion *p, uint64_t page, uint8_t score)
{
	uint32_t entry = tiermm__queue_find(&p->queue, page);

	tiermm__queue_set_score(&p->queue, entry, score);
	return TIERMM_PROMOTION_QUEUED;
}

uint32_t tiermm__promotion_admit(struct tiermm_promotion *p,
				 const struct tiermm_sample *s, int32_t target,
				 uint32_t score, int said)
{
	uint64_t pages = UINT64_C(1) << s->order;

	if (said == TIERMM_PROMOTION_FIRST_SEEN)
		return TIERMM_PROMOTION_FIRST_SEEN;
	if (said != TIERMM_PROMOTION_HOT &&
	    said != TIERMM_PROMOTION_FREE_SPACE) {
		tiermm__count(p, TIERMM_PROMOTION_ERRORS, said < 0);
		return TIERMM_PROMOTION_REFUSED;
	}
	if (p->words[s->page] & TIERMM__WORD_QUEUED)
		return again(p, s->page, clamp_score(score));
	if (said == TIERMM_PROMOTION_FREE_SPACE)
		tiermm__count(p, TIERMM_PGPROMOTE_CANDIDATE_NRL, pages);
	else if (is_beyond_limit(p, &p->nodes[target], pages))
		return TIERMM_PROMOTION_RATE_LIMIT;
	add(p, s, target, clamp_score(score));
	return (uint32_t)said;
}
