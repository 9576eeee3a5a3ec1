/* SPDX-License-Identifier: MIT */
/* Memory for what this backend makes: the caller's allocator, or malloc. */
#include "memory.h"

#include <tiermm/error.h>

#include <stdlib.h>
#include <string.h>

/* No structure of a caller comes near it: a greater size was never set. */
#define SIZE_LIMIT 4096

/*
 * From calloc, which gives great blocks as pages that nobody has touched: a
 * machine of 1 TiB is made in seconds. Where its block begins stands in front.
 */
static void *libc_alloc(void *self, uint64_t bytes, uint64_t align)
{
	uint64_t more = align + sizeof(void *);
	uintptr_t place;
	void *block;

	(void)self;
	if (bytes > SIZE_MAX - more)
		return NULL;
	block = calloc(1, (size_t)(bytes + more));
	if (!block)
		return NULL;
	place = ((uintptr_t)block + (uintptr_t)more) & ~((uintptr_t)align - 1);
	((void **)place)[-1] = block;
	return (void *)place;
}

static void libc_free(void *self, void *memory, uint64_t bytes)
{
	(void)self;
	(void)bytes;
	free(((void **)memory)[-1]);
}

static int all_zero(const unsigned char *bytes, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (bytes[i])
			return 0;
	return 1;
}

int tiermm__sim_copy(void *dst, uint32_t known, const void *src,
		     uint32_t known_flags)
{
	struct tiermm__sim_prefix head;

	if (!src)
		return -TIERMM_EINVAL;
	memcpy(&head, src, sizeof(head));
	if (head.size < known)
		return -TIERMM_EINVAL;
	if (head.size > SIZE_LIMIT || (head.flags & ~known_flags) ||
	    !all_zero((const unsigned char *)src + known, head.size - known))
		return -TIERMM_E2BIG;
	head.size = known;
	memcpy(dst, src, known);
	memcpy(dst, &head, sizeof(head));
	return 0;
}

int tiermm__sim_memory(struct tiermm_alloc *dst, const struct tiermm_alloc *src)
{
	static const struct tiermm_alloc libc = { .size = sizeof(libc),
						  .alloc = libc_alloc,
						  .free = libc_free };
	int err = tiermm__sim_copy(dst, sizeof(*dst), src ? src : &libc, 0);

	if (err)
		return err;
	return dst->alloc && dst->free ? 0 : -TIERMM_EINVAL;
}

void *tiermm__sim_alloc(const struct tiermm_alloc *mem, uint64_t bytes)
{
	void *memory;

	if (bytes > SIZE_MAX - TIERMM_ALIGN)
		return NULL;
	memory = mem->alloc(mem->self, bytes, TIERMM_ALIGN);
	if (memory && mem->alloc != libc_alloc)
		memset(memory, 0, (size_t)bytes);
	return memory;
}

void tiermm__sim_free(const struct tiermm_alloc *mem, void *memory,
		      uint64_t bytes)
{
	if (memory)
		mem->free(mem->self, memory, bytes);
}
