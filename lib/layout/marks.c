/* SPDX-License-Identifier: MIT */
/*
 * A bit a frame: its page may be on another node than the layout says (L4).
 * Words that are filled whole are stored, not read: a mark that is used up in
 * the same moment is set again, which does no harm (relayout.h, 3).
 */
#include "layout/relayout.h"

/* Bits of word w that lie between first and last. */
static uint64_t mask(uint64_t w, uint64_t first, uint64_t last)
{
	uint64_t bits = ~(uint64_t)0;

	if (w == first / 64)
		bits &= ~(uint64_t)0 << first % 64;
	if (w == last / 64)
		bits &= ~(uint64_t)0 >> (63 - last % 64);
	return bits;
}

void tiermm__marks_set(struct tiermm_relayout *r, uint64_t first, uint64_t last)
{
	uint64_t begin = first / 64, end = last / 64;

	/*
	 * Release, both: who takes a mark sees the view that was published
	 * before. Partner: the acquire in tiermm__marks_take().
	 */
	if (mask(begin, first, last) != ~(uint64_t)0) {
		atomic_fetch_or_explicit(&r->marks[begin],
					 mask(begin, first, last),
					 memory_order_release);
		begin++;
	}
	if (begin <= end && mask(end, first, last) != ~(uint64_t)0)
		atomic_fetch_or_explicit(&r->marks[end], mask(end, first, last),
					 memory_order_release);
	else
		end++;
	for (uint64_t w = begin; w < end; w++)
		atomic_store_explicit(&r->marks[w], ~(uint64_t)0,
				      memory_order_release);
}

static uint64_t load(const struct tiermm_relayout *r, uint64_t w)
{
	/*
	 * Relaxed: whoever acts upon a mark takes it, and that acquires; the
	 * others tell a number of the moment.
	 */
	return atomic_load_explicit(&r->marks[w], memory_order_relaxed);
}

uint64_t tiermm__marks_take(struct tiermm_relayout *r, uint64_t first,
			    uint64_t last)
{
	uint64_t taken = 0;

	for (uint64_t w = first / 64; w <= last / 64; w++) {
		uint64_t bits = mask(w, first, last);

		if (!(load(r, w) & bits))
			continue;
		/*
		 * Acquire: partner is the release in tiermm__marks_set().
		 * Release: who marks again sees what was decided before.
		 */
		taken += tiermm__popcount(
			bits & atomic_fetch_and_explicit(&r->marks[w], ~bits,
							 memory_order_acq_rel));
	}
	return taken;
}

uint64_t tiermm__marks_count(const struct tiermm_relayout *r, uint64_t first,
			     uint64_t last)
{
	uint64_t n = 0;

	for (uint64_t w = first / 64; w <= last / 64; w++)
		n += tiermm__popcount(load(r, w) & mask(w, first, last));
	return n;
}

int tiermm__marks_any(const struct tiermm_relayout *r, uint64_t first,
		      uint64_t last)
{
	uint64_t any = 0;

	for (uint64_t w = first / 64; w <= last / 64; w++)
		any |= load(r, w) & mask(w, first, last);
	return any != 0;
}

uint64_t tiermm__marks_find(const struct tiermm_relayout *r, uint64_t first,
			    uint64_t last, int marked)
{
	for (uint64_t w = first / 64; w <= last / 64; w++) {
		uint64_t word = marked ? load(r, w) : ~load(r, w);

		word &= mask(w, first, last);
		if (word)
			return w * 64 + tiermm__lowest_bit(word);
	}
	return last + 1;
}
