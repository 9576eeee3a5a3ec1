/* SPDX-License-Identifier: MIT */
/* An allocator that fails where it is told to, and counts. */
#include "support/failing.h"

#include <stdlib.h>
#include <string.h>

static void *failing_get(void *self, uint64_t bytes, uint64_t align)
{
	struct failing *f = self;
	char *block;

	if (!bytes || align > TIERMM_ALIGN)
		f->mistakes++;
	if (f->calls++ == f->fail_at)
		return NULL;
	/* One unit in front, for the size that free has to bring. */
	block = aligned_alloc(TIERMM_ALIGN,
			      (bytes / TIERMM_ALIGN + 2) * TIERMM_ALIGN);
	if (!block)
		abort();
	memcpy(block, &bytes, sizeof(bytes));
	/* What is not written is not zero. */
	memset(block + TIERMM_ALIGN, 0xa5, bytes);
	f->live++;
	f->live_bytes += bytes;
	return block + TIERMM_ALIGN;
}

static void failing_free(void *self, void *memory, uint64_t bytes)
{
	struct failing *f = self;
	char *block = (char *)memory - TIERMM_ALIGN;
	uint64_t asked;

	memcpy(&asked, block, sizeof(asked));
	if (asked != bytes)
		f->mistakes++;
	f->live--;
	f->live_bytes -= asked;
	free(block);
}

struct tiermm_alloc failing_alloc(struct failing *f)
{
	return (struct tiermm_alloc){ .size = sizeof(struct tiermm_alloc),
				      .alloc = failing_get,
				      .free = failing_free,
				      .self = f };
}

int failing_is_clean(const struct failing *f)
{
	return !f->live && !f->live_bytes && !f->mistakes;
}
