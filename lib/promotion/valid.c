/* SPDX-License-Identifier: MIT */
/* An object checks its own promises. */
#include "base/memory.h"
#include "promotion/histogram.h"
#include "promotion/internal.h"

static int word_is_valid(const struct tiermm_promotion *p, uint64_t page)
{
	uint64_t word = p->words[page];
	int32_t node = tiermm__word_node(word);
	uint64_t age = tiermm__word_age(word, p->now_ms);
	int queued =
		tiermm__queue_find(&p->queue, page) != TIERMM__NO_CANDIDATE;

	if (node == TIERMM_NO_NODE)
		return word == 0 && !queued;
	if (!tiermm__has_node(p, node) ||
	    queued != ((word & TIERMM__WORD_QUEUED) != 0))
		return 0;
	/* A time is never in the future; a stamp needs one. */
	return age == TIERMM_PROMOTION_UNSET ? !(word & TIERMM__WORD_STAMPED)
					     : age <= p->now_ms;
}

/* As many pages of each heat as the histogram says, at its last halving. */
static int histogram_is_valid(const struct tiermm_promotion *p)
{
	struct tiermm__histogram h = p->histogram;
	uint64_t n[TIERMM_PROMOTION_HEAT_MAX + 1] = { 0 };

	tiermm__histogram_cool(&h, p->now_ms);
	for (uint64_t page = 0; page < p->options.pages; page++) {
		uint64_t word = p->words[page];
		uint64_t age = tiermm__word_age(word, p->now_ms);

		n[tiermm__histogram_decayed(&h, tiermm__word_heat(word),
					    p->now_ms, age)]++;
	}
	/* Heat 0 is not kept. */
	return memcmp(&n[1], &h.pages[1], sizeof(n) - sizeof(n[0])) == 0;
}

static int is_whole(const struct tiermm_promotion *p)
{
	if (!tiermm__queue_is_valid(&p->queue) || p->hand >= p->options.pages)
		return 0;
	for (uint64_t page = 0; page < p->options.pages; page++)
		if (!word_is_valid(p, page))
			return 0;
	return !tiermm__uses_histogram(p) || histogram_is_valid(p);
}

int tiermm_promotion_is_valid(struct tiermm_promotion *p)
{
	int valid;

	if (tiermm__promotion_enter(p))
		return 0;
	valid = is_whole(p);
	tiermm__promotion_leave(p);
	return valid;
}
