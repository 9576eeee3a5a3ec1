/* SPDX-License-Identifier: MIT */
/*
 * The marks of a node: Linux's three steps above min, and a headroom of our
 * own (R8, facts 2.3 of promotion).
 */
#include "base/arithmetic.h"

#include <stddef.h>

#include <tiermm/error.h>
#include <tiermm/watermark.h>

#define WHOLE_BP 10000

static uint64_t add(uint64_t a, uint64_t b)
{
	uint64_t sum;

	return tiermm__add_overflow(a, b, &sum) ? UINT64_MAX : sum;
}

static uint64_t greater(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* managed * bp / 10 000, rounded down, without a product that overflows. */
static uint64_t share(uint64_t managed, uint32_t bp)
{
	return managed / WHOLE_BP * bp + managed % WHOLE_BP * bp / WHOLE_BP;
}

int tiermm_watermarks_compute(uint64_t managed, uint64_t min, uint32_t scale_bp,
			      uint32_t headroom_bp,
			      struct tiermm_watermarks *out)
{
	uint64_t step, headroom;

	if (scale_bp == 0)
		scale_bp = TIERMM_WATERMARK_SCALE_DEFAULT;
	if (headroom_bp == 0)
		headroom_bp = TIERMM_WATERMARK_HEADROOM_DEFAULT;
	if (headroom_bp == TIERMM_WATERMARK_HEADROOM_NONE)
		headroom_bp = 0;
	if (!out || scale_bp > TIERMM_WATERMARK_SCALE_MAX ||
	    headroom_bp > WHOLE_BP)
		return -TIERMM_EINVAL;
	step = greater(min / 4, share(managed, scale_bp));
	headroom = share(managed, headroom_bp);
	out->min = min;
	out->low = add(min, step);
	out->high = add(out->low, step);
	out->promo = add(out->high, step);
	out->start = greater(out->low, headroom);
	out->stop = greater(out->high, add(headroom, step));
	return 0;
}
