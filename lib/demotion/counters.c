/* SPDX-License-Identifier: MIT */
/* Numbers that the owner writes and anybody reads. */
#include "demotion/handle.h"

int tiermm_demotion_counters(const struct tiermm_demotion *d, uint64_t *out,
			     uint64_t cap, uint64_t *n_out)
{
	if (!d || (!out && cap) || !n_out)
		return -TIERMM_EINVAL;
	/* Relaxed: each by itself. Partner: tiermm__count(). */
	for (uint64_t i = 0; i < cap && i < TIERMM_DEMOTION_COUNTERS; i++)
		out[i] = atomic_load_explicit(&d->counter[i],
					      memory_order_relaxed);
	*n_out = TIERMM_DEMOTION_COUNTERS;
	return 0;
}

int tiermm_demotion_blocked(const struct tiermm_demotion *d,
			    struct tiermm_nodeset *out)
{
	if (!d || !out)
		return -TIERMM_EINVAL;
	for (uint32_t i = 0; i < TIERMM_NODESET_WORDS; i++)
		out->word[i] = tiermm__view_word(d->blocked + i);
	return 0;
}
