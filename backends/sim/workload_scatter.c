/* SPDX-License-Identifier: MIT */
/* A fixed shuffle without a table: how it is set up. */
#include "workload_scatter.h"

#include "pages.h"

void tiermm__sim_scatter_init(struct tiermm__sim_scatter *s, uint64_t n,
			      uint64_t seed)
{
	unsigned int bits = 1;

	while (bits < 63 && (UINT64_C(1) << bits) < n)
		bits++;
	s->n = n;
	s->mask = (UINT64_C(1) << bits) - 1;
	s->add = tiermm__sim_hash(seed ^ 0x5ca77e12u) & s->mask;
	s->shift = (bits + 1) / 2;
}
