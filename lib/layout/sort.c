/* SPDX-License-Identifier: MIT */
/*
 * Words in ascending order: a heap sort, since it needs no memory and no
 * recursion, and no order of the input makes it slow.
 */
#include "layout/map.h"

/* Let the word at one place of a heap of n sink to where it belongs. */
static void sink(uint64_t *words, uint64_t at, uint64_t n)
{
	uint64_t word = words[at], child;

	while ((child = 2 * at + 1) < n) {
		if (child + 1 < n && words[child + 1] > words[child])
			child++;
		if (words[child] <= word)
			break;
		words[at] = words[child];
		at = child;
	}
	words[at] = word;
}

void tiermm__layout_sort(uint64_t *words, uint64_t n)
{
	uint64_t i;

	for (i = 1; i < n && words[i - 1] <= words[i]; i++)
		;
	if (i >= n)
		return;
	for (i = n / 2; i > 0; i--)
		sink(words, i - 1, n);
	for (i = n - 1; i > 0; i--) {
		uint64_t word = words[0];

		words[0] = words[i];
		words[i] = word;
		sink(words, 0, i);
	}
}
