/* SPDX-License-Identifier: MIT */
/*
 * A walk down the chain, all of one generation (D6, I2).
 *
 * Each hop is worked out from the image, under one copy of the blocked set,
 * between two loads of the first node's word. So a walk does not depend on how
 * far the owner has come in storing the words of the nodes on its way.
 */
#include "demotion/choose.h"
#include "demotion/handle.h"

#include <stddef.h>

/* Hops from @node, at most v.n; the first @cap go to out. */
static int attempt(const struct tiermm_demotion *d, int32_t node,
		   const struct tiermm__look *look, int32_t *out, uint64_t cap,
		   uint64_t *hops)
{
	struct tiermm__demotion_view v = tiermm__image_view(look->image);
	uint32_t row = tiermm__view_row(&v, (uint32_t)node);
	struct tiermm_nodeset blocked;
	struct tiermm__filter filter;

	if (row == v.n)
		return -TIERMM_ENODEV;
	*hops = 0;
	if (look->word & TIERMM__WORD_OFF)
		return 0;
	(void)tiermm_demotion_blocked(d, &blocked);
	filter = tiermm__filter(NULL, blocked.word);
	while (*hops < v.n && row < v.n) {
		int32_t next = tiermm__view_first(&v, row, &filter);

		if (next == TIERMM_NO_NODE)
			break;
		if (*hops < cap)
			out[*hops] = next;
		++*hops;
		row = tiermm__view_row(&v, (uint32_t)next);
	}
	return 0;
}

int tiermm_demotion_walk(const struct tiermm_demotion *d, int32_t node,
			 int32_t *out, uint64_t cap, uint64_t *n_out)
{
	if (!d || (!out && cap) || !n_out)
		return -TIERMM_EINVAL;
	if (!tiermm__has_word(node))
		return -TIERMM_ENODEV;
	for (uint32_t i = 0; i < TIERMM__TRIES; i++) {
		struct tiermm__look look = tiermm__look_begin(d, node);
		uint64_t hops;
		int err = attempt(d, node, &look, out, cap, &hops);

		if (!tiermm__look_end(&look))
			continue;
		if (!err)
			*n_out = hops;
		return err;
	}
	return -TIERMM_EAGAIN;
}
