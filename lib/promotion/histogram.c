/* SPDX-License-Identifier: MIT */
/*
 * Promotion by how often (P6): the pages that would just fill the top tier.
 *
 *     pages │▇
 *           │▇▇
 *           │▇▇▇▅▃▂▂▁▁▁▁▁  ▁  heat ─>
 *                  └─ threshold: from here on all fit into the top tier
 *
 * Heat is the sum of an accesses' weights, up to 255; it is halved once a
 * period, so that what was hot long ago is not. The halving is lazy: a page's
 * heat is halved when it is next used, as often as periods ended since; the
 * histogram is halved when the first access of a new period comes. Both agree
 * at any time, since halving k times is a shift by k.
 *
 * HeMem (2021) and MEMTIS (2023) are the published relatives: sampling with a
 * cooled count, and a threshold from a histogram and the capacity.
 */
#include "promotion/histogram.h"

#include "base/memory.h"

/* Where nobody said how much the top tier holds. */
#define THRESHOLD_UNKNOWN 8
/* A shift by this leaves nothing of 8 bits. */
#define HALVINGS 8

static void set_threshold(struct tiermm__histogram *h)
{
	uint32_t heat = TIERMM_PROMOTION_HEAT_MAX;
	uint64_t sum = h->pages[heat];

	if (!h->capacity) {
		h->threshold = THRESHOLD_UNKNOWN;
		return;
	}
	/* The greatest heat is hot even where too many pages have it. */
	while (heat > 1 && sum + h->pages[heat - 1] <= h->capacity)
		sum += h->pages[--heat];
	h->threshold = heat;
}

void tiermm__histogram_start(struct tiermm__histogram *h, uint64_t cool_ms)
{
	memset(h, 0, sizeof(*h));
	h->cool_ms = cool_ms;
	set_threshold(h);
}

uint32_t tiermm__histogram_faded(const struct tiermm__histogram *h,
				 uint32_t heat, uint64_t now_ms,
				 uint64_t before_ms)
{
	uint64_t halvings = now_ms / h->cool_ms - before_ms / h->cool_ms;

	return halvings < HALVINGS ? heat >> halvings : 0;
}

void tiermm__histogram_cool(struct tiermm__histogram *h, uint64_t now_ms)
{
	uint64_t shift;

	if (now_ms - h->epoch_ms < h->cool_ms)
		return;
	shift = (now_ms - h->epoch_ms) / h->cool_ms;
	h->epoch_ms += shift * h->cool_ms;
	if (shift > HALVINGS)
		shift = HALVINGS;
	h->pages[0] = 0;
	for (uint32_t heat = 1; heat <= TIERMM_PROMOTION_HEAT_MAX; heat++) {
		uint64_t n = h->pages[heat];

		h->pages[heat] = 0;
		h->pages[heat >> shift] += n;
	}
	h->pages[0] = 0;
	set_threshold(h);
}

static uint32_t heat_now(const struct tiermm__histogram *h,
			 const struct tiermm_promotion_access *a)
{
	return tiermm__histogram_decayed(h, a->heat, a->now_ms, a->latency_ms);
}

static int answer(const struct tiermm__histogram *h,
		  struct tiermm_promotion_access *a, uint32_t heat)
{
	a->heat = heat;
	a->score = tiermm__histogram_score(heat);
	a->value = heat;
	a->limit = h->threshold;
	return heat >= h->threshold ? TIERMM_PROMOTION_HOT
				    : TIERMM_PROMOTION_COLD;
}

static int sample(void *self, struct tiermm_promotion_access *a)
{
	struct tiermm__histogram *h = self;

	return answer(h, a,
		      tiermm__histogram_use(h, a->heat, a->weight, a->now_ms,
					    a->latency_ms));
}

static int judge(void *self, struct tiermm_promotion_access *a)
{
	const struct tiermm__histogram *h = self;

	return answer(h, a,
		      tiermm__histogram_warmed(heat_now(h, a), a->weight));
}

static int moved(void *self, struct tiermm_promotion_access *a)
{
	struct tiermm__histogram *h = self;

	tiermm__histogram_cool(h, a->now_ms);
	a->heat = heat_now(h, a);
	if (!a->top && a->heat)
		h->pages[a->heat]--;
	return 0;
}

static int tick(void *self, uint64_t now_ms, uint64_t capacity)
{
	struct tiermm__histogram *h = self;

	h->capacity = capacity;
	tiermm__histogram_cool(h, now_ms);
	set_threshold(h);
	return 0;
}

void tiermm__histogram_table(struct tiermm_promotion_policy *out,
			     struct tiermm__histogram *state)
{
	*out = (struct tiermm_promotion_policy){
		.size = sizeof(*out),
		.flags = TIERMM_PROMOTION_SEES_TOP,
		.name = "histogram",
		.self = state,
		.sample = sample,
		.judge = judge,
		.moved = moved,
		.tick = tick,
	};
}
