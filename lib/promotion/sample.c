/* SPDX-License-Identifier: MIT */
/*
 * Accesses come in (P1). This is the hot path: one load and one store of the
 * page's word, whose cache line is asked for some samples ahead.
 */
#include "promotion/look.h"
#include "promotion/quick.h"

#include <tiermm/folio.h>

/*
 * Words are asked for in groups, some samples ahead: side by side their page
 * walks overlap, which between the steps of single samples they would not. A
 * group that is too large keeps the samples before it waiting.
 */
#define GROUP 16
#define AHEAD 32

/* No branch a sample: a wrong one is rare. */
static int check(const struct tiermm_promotion *p,
		 const struct tiermm_sample *samples, uint64_t n)
{
	uint32_t wrong = 0;

	for (uint64_t i = 0; i < n; i++) {
		const struct tiermm_sample *s = &samples[i];

		/* "None" is -1: one more than it, and it is the least. */
		wrong |= (s->kind >= TIERMM_SAMPLES) |
			 (s->order > TIERMM_FOLIO_MAX_ORDER) | s->reserved |
			 ((uint32_t)s->accessor + 1 > p->options.max_nodes);
	}
	return wrong ? -TIERMM_EINVAL : 0;
}

/* No policy was asked; the time may count all the same. */
static void note_time(struct tiermm_promotion *p, uint64_t page, uint64_t word,
		      uint32_t reason)
{
	int is_use = reason == TIERMM_PROMOTION_TOP_TIER ||
		     reason == TIERMM_PROMOTION_MARKED;

	if (is_use && !(word & TIERMM__WORD_STAMPED))
		word = tiermm__word_set_time(word, p->now_ms);
	p->words[page] = word;
}

/*
 * Most accesses are cold ones to slow pages. What the kernel policy said of
 * the last such one holds for this one, too, where nothing changed since.
 */
static inline int is_cold_again(const struct tiermm_promotion *p,
				const struct tiermm_sample *s, uint64_t word)
{
	const struct tiermm__promotion_node *to;
	int32_t node = tiermm__word_node(word);

	if (s->kind == TIERMM_SAMPLE_MARK || s->accessor == TIERMM_NO_NODE ||
	    (word & TIERMM__WORD_STAMPED) || node == TIERMM_NO_NODE ||
	    p->nodes[node].top || p->nodes[s->accessor].home != s->accessor)
		return 0;
	to = &p->nodes[s->accessor];
	return p->now_ms < to->cold_end_ms &&
	       tiermm__word_age(word, p->now_ms) >= to->cold_ms;
}

static void remember_cold(struct tiermm_promotion *p, int32_t target)
{
	struct tiermm__promotion_node *to = &p->nodes[target];

	if (p->options.policy == TIERMM_PROMOTION_KERNEL)
		tiermm__kernel_cutoff(&p->kernel, target, &to->cold_end_ms,
				      &to->cold_ms);
}

static uint32_t cold_again(struct tiermm_promotion *p, uint64_t page,
			   uint64_t word)
{
	p->words[page] = tiermm__word_set_time(word, p->now_ms);
	return word >> TIERMM__WORD_TIME_SHIFT ? TIERMM_PROMOTION_COLD
					       : TIERMM_PROMOTION_FIRST_SEEN;
}

/* Any sample, any policy. */
static uint32_t ask(struct tiermm_promotion *p, const struct tiermm_sample *s)
{
	struct tiermm__question q = { .sample = s,
				      .now_ms = p->now_ms,
				      .word = p->words[s->page] };
	struct tiermm_promotion_access a;
	uint32_t reason;
	int said;

	if (q.word & TIERMM__WORD_STAMPED)
		q.word = tiermm__guard_current(p, q.word, p->now_ms);
	reason = tiermm__promotion_look(p, &q, &a);
	if (reason) {
		note_time(p, s->page, q.word, reason);
		return reason;
	}
	said = p->policy.sample(p->policy.self, &a);
	q.word = tiermm__word_set_heat(q.word, a.heat);
	p->words[s->page] = tiermm__word_set_time(q.word, p->now_ms);
	if (s->kind == TIERMM_SAMPLE_MARK)
		return TIERMM_PROMOTION_MARKED;
	if (a.top)
		return TIERMM_PROMOTION_TOP_TIER;
	if (said == TIERMM_PROMOTION_COLD) {
		remember_cold(p, a.target);
		return TIERMM_PROMOTION_COLD;
	}
	return tiermm__promotion_admit(p, s, a.target, a.score, said);
}

static inline uint32_t take(struct tiermm_promotion *p,
			    const struct tiermm_sample *s)
{
	uint64_t word;

	if (!tiermm__has_pages(p, s->page, UINT64_C(1) << s->order))
		return TIERMM_PROMOTION_NO_PAGE;
	word = p->words[s->page];
	return is_cold_again(p, s, word) ? cold_again(p, s->page, word)
					 : ask(p, s);
}

/* In a function without other effects gcc would leave prefetches out. */
static inline __attribute__((always_inline)) void
ask_for(const struct tiermm_promotion *p, const struct tiermm_sample *samples,
	uint64_t n)
{
	for (uint64_t i = 0; i < n; i++)
		if (samples[i].page < p->options.pages)
			__builtin_prefetch(&p->words[samples[i].page], 1);
}

static void count(struct tiermm_promotion *p, const uint64_t *reasons,
		  uint64_t n, uint64_t adjusted)
{
	for (uint32_t i = 0; i < TIERMM_PROMOTION_REASONS; i++)
		if (reasons[i])
			tiermm__count_reason(p, i, reasons[i]);
	tiermm__count(p, TIERMM_PROMOTION_SAMPLES, n);
	tiermm__count(p, TIERMM_PROMOTION_ADJUSTED, adjusted);
}

static void take_some(struct tiermm_promotion *p, const struct tiermm_sample *s,
		      uint64_t n, uint64_t *reasons)
{
	for (const struct tiermm_sample *end = s + n; s != end; s++) {
		if (s->time_ns != p->told_ns)
			tiermm__clock_advance(p, s->time_ns);
		reasons[take(p, s)]++;
	}
}

/* The same under a histogram. */
static void take_quickly(struct tiermm_promotion *p, struct tiermm__quick *q,
			 const struct tiermm_sample *s, uint64_t n,
			 uint64_t *reasons)
{
	for (const struct tiermm_sample *end = s + n; s != end; s++) {
		uint32_t reason;

		if (s->time_ns != p->told_ns) {
			tiermm__clock_advance(p, s->time_ns);
			tiermm__quick_renew(q, p);
		}
		reason = tiermm__quick_take(p, q, s);
		if (reason == TIERMM_PROMOTION_NONE) {
			reason = take(p, s);
			tiermm__quick_renew(q, p);
		}
		reasons[reason]++;
	}
}

static void take_groups(struct tiermm_promotion *p,
			const struct tiermm_sample *samples, uint64_t n,
			uint64_t *reasons)
{
	struct tiermm__quick q = { 0 };
	uint64_t some;

	tiermm__quick_renew(&q, p);
	ask_for(p, samples, n < AHEAD ? n : AHEAD);
	for (uint64_t i = 0; i < n; i += some) {
		some = n - i < GROUP ? n - i : GROUP;
		if (n - i > AHEAD)
			ask_for(p, &samples[i + AHEAD],
				n - i - AHEAD < GROUP ? n - i - AHEAD : GROUP);
		if (tiermm__uses_histogram(p))
			take_quickly(p, &q, &samples[i], some, reasons);
		else
			take_some(p, &samples[i], some, reasons);
	}
	reasons[TIERMM_PROMOTION_DISPLACED] += q.displaced;
	tiermm__count(p, TIERMM_PGPROMOTE_CANDIDATE, q.candidates);
}

static void take_all(struct tiermm_promotion *p,
		     const struct tiermm_sample *samples, uint64_t n)
{
	uint64_t reasons[TIERMM_PROMOTION_REASONS] = { 0 };
	uint64_t adjusted = p->kernel.adjusted;

	if (!n)
		return;
	tiermm__clock_advance(p, samples[0].time_ns);
	tiermm__clock_tick(p);
	take_groups(p, samples, n, reasons);
	count(p, reasons, n, p->kernel.adjusted - adjusted);
}

int tiermm_promotion_samples(struct tiermm_promotion *p,
			     const struct tiermm_sample *samples, uint64_t n)
{
	int err;

	if (!samples && n)
		return -TIERMM_EINVAL;
	err = tiermm__promotion_enter(p);
	if (err)
		return err;
	err = check(p, samples, n);
	if (!err)
		take_all(p, samples, n);
	tiermm__promotion_leave(p);
	return err;
}
