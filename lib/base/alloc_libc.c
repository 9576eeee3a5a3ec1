/* SPDX-License-Identifier: MIT */
/*
 * The one file of the core that knows malloc; a freestanding build leaves it
 * out. malloc aligns to max_align_t only, so each block is taken larger, moved
 * up to the alignment, and its true start kept right below it.
 */
#include "base/alloc.h"

#include "base/arithmetic.h"
#include "base/memory.h"

#include <stdlib.h>

void *tiermm__libc_alloc(void *self, uint64_t bytes, uint64_t align)
{
	uint64_t total;
	char *start, *memory;

	(void)self;
	if (tiermm__add_overflow(bytes, align + sizeof(start), &total) ||
	    total > SIZE_MAX)
		return NULL;
	start = malloc((size_t)total);
	if (!start)
		return NULL;
	memory = start + sizeof(start);
	memory += (align - (uintptr_t)memory % align) % align;
	memcpy(memory - sizeof(start), &start, sizeof(start));
	return memory;
}

void tiermm__libc_free(void *self, void *memory, uint64_t bytes)
{
	char *start;

	(void)self;
	(void)bytes;
	memcpy(&start, (char *)memory - sizeof(start), sizeof(start));
	free(start);
}
