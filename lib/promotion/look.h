/* SPDX-License-Identifier: MIT */
/*
 * What is known of an access before the policy is asked (P3, P4). In a header,
 * since each sample goes through it, and explanations do, too.
 */
#ifndef TIERMM_PROMOTION_LOOK_H
#define TIERMM_PROMOTION_LOOK_H

#include "promotion/internal.h"

struct tiermm__question {
	const struct tiermm_sample *sample;
	uint64_t now_ms;
	uint64_t word; /* current, see guard.c */
};

static inline int32_t tiermm__look_target(const struct tiermm_promotion *p,
					  const struct tiermm_sample *s,
					  int32_t node)
{
	int32_t home = TIERMM_NO_NODE;

	if (s->accessor != TIERMM_NO_NODE)
		home = p->nodes[s->accessor].home;
	return home != TIERMM_NO_NODE ? home : p->nodes[node].home;
}

static inline uint32_t tiermm__look_weight(const struct tiermm_sample *s)
{
	if (s->kind == TIERMM_SAMPLE_MARK)
		return 0;
	return s->weight ? s->weight : 1;
}

/*
 * Field by field: clearing it as a whole first costs more than all else. What
 * is only for explanations is not set.
 */
static inline void tiermm__look_fill(const struct tiermm_promotion *p,
				     const struct tiermm__question *q,
				     int32_t node, int32_t target,
				     struct tiermm_promotion_access *a)
{
	const struct tiermm__promotion_node *to = &p->nodes[target];
	const struct tiermm_sample *s = q->sample;

	a->size = sizeof(*a);
	a->kind = s->kind;
	a->page = s->page;
	a->pages = UINT64_C(1) << s->order;
	a->now_ms = q->now_ms;
	a->latency_ms = tiermm__word_age(q->word, q->now_ms);
	a->candidates = to->candidates;
	a->node = node;
	a->target = target;
	a->room = to->known ? &to->room : NULL;
	a->top = p->nodes[node].top;
	a->weight = tiermm__look_weight(s);
	a->heat = tiermm__word_heat(q->word);
	a->score = 0;
}

/*
 * NONE and *access filled where the policy is to be asked; else the reason why
 * it is not.
 */
static inline uint32_t
tiermm__promotion_look(const struct tiermm_promotion *p,
		       const struct tiermm__question *q,
		       struct tiermm_promotion_access *access)
{
	const struct tiermm_sample *s = q->sample;
	int32_t node = tiermm__word_node(q->word);
	int32_t target;

	if (node == TIERMM_NO_NODE)
		return TIERMM_PROMOTION_NO_PLACE;
	if (s->kind == TIERMM_SAMPLE_MARK && !tiermm__word_heat(q->word))
		return TIERMM_PROMOTION_MARKED;
	if (p->nodes[node].top &&
	    ((q->word & TIERMM__WORD_STAMPED) ||
	     !(p->policy.flags & TIERMM_PROMOTION_SEES_TOP)))
		return TIERMM_PROMOTION_TOP_TIER;
	if (q->word & TIERMM__WORD_STAMPED)
		return TIERMM_PROMOTION_HELD_BACK;
	target = tiermm__look_target(p, s, node);
	if (target == TIERMM_NO_NODE)
		return TIERMM_PROMOTION_NO_TARGET;
	tiermm__look_fill(p, q, node, target, access);
	return TIERMM_PROMOTION_NONE;
}

#endif
