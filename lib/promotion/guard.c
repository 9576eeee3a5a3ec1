/* SPDX-License-Identifier: MIT */
/*
 * The guard against ping-pong (P4).
 *
 *     up ──stamp──> [guard_ms] ──used──> level - 1, no stamp
 *                      │ down within that time
 *                      v
 *     level + 1, stamp ──> [delay * 2^(level - 1)]: held back ──> no stamp
 */
#include "promotion/internal.h"

uint64_t tiermm__guard_delay(const struct tiermm_promotion *p, uint32_t level)
{
	return (uint64_t)p->options.guard_delay_ms << (level ? level - 1 : 0);
}

uint64_t tiermm__guard_held(const struct tiermm_promotion *p, uint64_t word,
			    uint64_t now_ms)
{
	uint64_t age, delay;

	if (!(word & TIERMM__WORD_STAMPED))
		return 0;
	age = tiermm__word_age(word, now_ms);
	delay = p->nodes[tiermm__word_node(word)].top
			? p->options.guard_ms
			: tiermm__guard_delay(p, tiermm__word_level(word));
	return age < delay ? delay - age : 0;
}

uint64_t tiermm__guard_current(const struct tiermm_promotion *p, uint64_t word,
			       uint64_t now_ms)
{
	uint32_t level = tiermm__word_level(word);

	if (!(word & TIERMM__WORD_STAMPED) ||
	    tiermm__guard_held(p, word, now_ms))
		return word;
	word &= ~TIERMM__WORD_STAMPED;
	if (p->nodes[tiermm__word_node(word)].top)
		return level ? tiermm__word_set_level(word, level - 1) : word;
	/*
	 * Its time says when it went down, not when it was used; but what has
	 * heat never went: its node was on top then (set_graph), and the time
	 * is the heat's.
	 */
	return tiermm__word_heat(word) ? word : tiermm__word_unset_time(word);
}
