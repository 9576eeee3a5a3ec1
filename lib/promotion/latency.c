/* SPDX-License-Identifier: MIT */
/*
 * Latency balancing (P5): a fast node under load can be the slower one. Then
 * what is hot stays where it is, and the busy node should shed. Colloid (2024)
 * is the published relative.
 */
#include "promotion/policies.h"

int tiermm__latency_gate(void *self, const struct tiermm_promotion_room *from,
			 const struct tiermm_promotion_room *to)
{
	(void)self;
	if (!from->loaded_latency_ns || !to->loaded_latency_ns)
		return 1;
	return to->loaded_latency_ns <= from->loaded_latency_ns;
}

void tiermm__latency_table(struct tiermm_promotion_policy *out,
			   struct tiermm__histogram *state)
{
	tiermm__histogram_table(out, state);
	out->name = "latency";
	out->gate = tiermm__latency_gate;
}
