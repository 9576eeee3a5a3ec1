/* SPDX-License-Identifier: MIT */
/* Why a page goes up, or does not (P7), without changing anything. */
#include "promotion/look.h"

int tiermm_promotion_get_page(struct tiermm_promotion *p, uint64_t now_ns,
			      uint64_t page, struct tiermm_promotion_page *out)
{
	uint64_t word, now_ms;
	int err;

	if (!out)
		return -TIERMM_EINVAL;
	err = tiermm__promotion_enter(p);
	if (err)
		return err;
	if (page >= p->options.pages) {
		tiermm__promotion_leave(p);
		return -TIERMM_EINVAL;
	}
	now_ms = tiermm__clock_peek(p, now_ns);
	word = p->words[page];
	*out = (struct tiermm_promotion_page){
		.node = tiermm__word_node(word),
		.heat = tiermm__word_heat(word),
		.level = tiermm__word_level(word),
		.queued = (word & TIERMM__WORD_QUEUED) != 0,
		.age_ms = tiermm__word_age(word, now_ms),
		.held_ms = tiermm__guard_held(p, word, now_ms),
	};
	tiermm__promotion_leave(p);
	return 0;
}

/* A candidate: what would plan say? */
static void explain_candidate(const struct tiermm_promotion *p,
			      const struct tiermm__question *q,
			      struct tiermm_promotion_why *why)
{
	const struct tiermm__candidate *c =
		&p->queue.entries[tiermm__queue_find(&p->queue, why->page)];
	struct tiermm__target t;

	why->score = c->score;
	if (tiermm__is_stale(p, why->page, q->now_ms)) {
		why->reason = TIERMM_PROMOTION_STALE;
		why->value = tiermm__word_age(q->word, q->now_ms);
		why->limit = p->options.stale_ms;
		return;
	}
	tiermm__target_find(p, c, NULL, &t);
	why->reason = t.reason;
	why->target = t.node;
	why->value = t.value;
	why->limit = t.limit;
}

static void explain_limit(const struct tiermm_promotion *p,
			  const struct tiermm_promotion_access *a,
			  struct tiermm_promotion_why *why)
{
	const struct tiermm__promotion_node *node = &p->nodes[a->target];
	uint64_t used = node->candidates + a->pages - node->window_base;

	/* As it would be counted: a new second begins with this one. */
	if (tiermm__window_is_over(node, a->now_ms))
		used = 0;
	if (used < p->limit_pages)
		return;
	why->reason = TIERMM_PROMOTION_RATE_LIMIT;
	why->value = used;
	why->limit = p->limit_pages;
}

static void explain_policy(const struct tiermm_promotion *p,
			   struct tiermm_promotion_access *a,
			   struct tiermm_promotion_why *why)
{
	int said;

	a->value = 0;
	a->limit = 0;
	said = p->policy.judge(p->policy.self, a);
	why->target = a->target;
	why->value = a->value;
	why->limit = a->limit;
	why->score = a->score < TIERMM_PROMOTION_SCORE_MAX
			     ? a->score
			     : TIERMM_PROMOTION_SCORE_MAX;
	why->reason = TIERMM_PROMOTION_REFUSED;
	if (said == TIERMM_PROMOTION_HOT ||
	    said == TIERMM_PROMOTION_FREE_SPACE ||
	    said == TIERMM_PROMOTION_COLD ||
	    said == TIERMM_PROMOTION_FIRST_SEEN)
		why->reason = (uint32_t)said;
	if (said == TIERMM_PROMOTION_HOT)
		explain_limit(p, a, why);
}

static void explain(const struct tiermm_promotion *p,
		    const struct tiermm__question *q,
		    struct tiermm_promotion_why *why)
{
	struct tiermm_promotion_access a;

	if (q->word & TIERMM__WORD_QUEUED) {
		explain_candidate(p, q, why);
		return;
	}
	why->reason = tiermm__promotion_look(p, q, &a);
	if (why->reason == TIERMM_PROMOTION_NONE && a.top)
		why->reason = TIERMM_PROMOTION_TOP_TIER;
	if (why->reason == TIERMM_PROMOTION_HELD_BACK) {
		why->value = tiermm__word_age(q->word, q->now_ms);
		why->limit =
			tiermm__guard_delay(p, tiermm__word_level(q->word));
	}
	if (why->reason == TIERMM_PROMOTION_NONE)
		explain_policy(p, &a, why);
}

int tiermm_promotion_explain(struct tiermm_promotion *p, uint64_t now_ns,
			     uint64_t page, int32_t accessor,
			     struct tiermm_promotion_why *out)
{
	struct tiermm_sample sample = { .page = page, .accessor = accessor };
	struct tiermm__question q = { .sample = &sample };
	struct tiermm_promotion_why why = { .page = page };
	int err;

	if (!out || out->size < sizeof(*out))
		return -TIERMM_EINVAL;
	err = tiermm__promotion_enter(p);
	if (err)
		return err;
	if (accessor != TIERMM_NO_NODE && !tiermm__has_node(p, accessor)) {
		tiermm__promotion_leave(p);
		return -TIERMM_EINVAL;
	}
	why.size = out->size;
	why.node = TIERMM_NO_NODE;
	why.target = TIERMM_NO_NODE;
	why.reason = TIERMM_PROMOTION_NO_PAGE;
	if (page < p->options.pages) {
		q.now_ms = tiermm__clock_peek(p, now_ns);
		q.word = tiermm__guard_current(p, p->words[page], q.now_ms);
		why.node = tiermm__word_node(q.word);
		explain(p, &q, &why);
	}
	*out = why;
	tiermm__promotion_leave(p);
	return 0;
}

int tiermm_promotion_threshold(struct tiermm_promotion *p, int32_t node,
			       uint64_t *ms)
{
	int err;

	if (!ms)
		return -TIERMM_EINVAL;
	err = tiermm__promotion_enter(p);
	if (err)
		return err;
	if (!tiermm__has_node(p, node))
		err = -TIERMM_ENODEV;
	else if (p->options.policy != TIERMM_PROMOTION_KERNEL)
		err = -TIERMM_ENOTSUP;
	else
		*ms = tiermm__kernel_threshold(&p->kernel, node);
	tiermm__promotion_leave(p);
	return err;
}
