/* SPDX-License-Identifier: MIT */
/* The same truth through libnuma. */
#include "guest_pages.h"

#include <tiermm/backends/numa.h>

static void libnuma_moves_what_it_says(void)
{
	struct pages set = pages_make(1024);
	struct tiermm_numa_pages *p;
	struct tiermm_memops ops;

	if (tiermm_numa_pages_create(&p, NULL, NULL)) {
		fail("create");
		return;
	}
	tiermm_numa_pages_memops(p, &ops);
	for (int round = 0; round < 3; round++) {
		for (uint64_t i = 0; i < set.n; i++)
			set.to[i] = (int32_t)(i * 7 + (uint64_t)round) % 4;
		set.to[9] = 700;
		pages_move_by(&set, &ops);
		pages_verify(&set, 0);
		if (set.results[9].outcome != TIERMM_OUTCOME_TARGET_GONE)
			fail("node 700: outcome %u", set.results[9].outcome);
	}
	pages_check_contents(&set);
	tiermm_numa_pages_destroy(p);
	pages_free(&set);
}

void numa_checks(void)
{
	CHECK(libnuma_moves_what_it_says);
}
