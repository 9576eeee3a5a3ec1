/* SPDX-License-Identifier: MIT */
/* Records taken out of an engine's ring by its owner. */
#include "engine/engine.h"

static void take(struct tiermm__ring *ring, struct tiermm_record *out,
		 uint64_t cap, uint64_t *n_out, uint64_t *lost)
{
	uint64_t n = ring->written - ring->taken;

	if (n > cap)
		n = cap;
	for (uint64_t i = 0; i < n; i++)
		out[i] = ring->records[(ring->taken + i) % ring->capacity];
	ring->taken += n;
	*n_out = n;
	if (lost) {
		*lost = ring->lost;
		ring->lost = 0;
	}
}

int tiermm_engine_log_take(struct tiermm_engine *e, struct tiermm_record *out,
			   uint64_t cap, uint64_t *n_out, uint64_t *lost)
{
	int err = e && n_out && (out || !cap) ? tiermm__owner_enter(&e->owner)
					      : -TIERMM_EINVAL;

	if (err)
		return err;
	if (e->ring.records)
		take(&e->ring, out, cap, n_out, lost);
	else
		err = -TIERMM_ENOTSUP;
	tiermm__owner_leave(&e->owner);
	return err;
}
