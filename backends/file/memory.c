/* SPDX-License-Identifier: MIT */
/* Memory for what this backend makes: the caller's allocator, or malloc. */
#include "memory.h"

#include <tiermm/error.h>

#include <stdlib.h>
#include <string.h>

/* No allocator comes near it: a greater size was never set. */
#define SIZE_LIMIT 4096

static void *libc_alloc(void *self, uint64_t bytes, uint64_t align)
{
	uint64_t whole = (bytes + align - 1) & ~(align - 1);

	(void)self;
	if (whole < bytes || whole > SIZE_MAX)
		return NULL;
	return aligned_alloc((size_t)align, (size_t)whole);
}

static void libc_free(void *self, void *memory, uint64_t bytes)
{
	(void)self;
	(void)bytes;
	free(memory);
}

static int all_zero(const unsigned char *bytes, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++)
		if (bytes[i])
			return 0;
	return 1;
}

int tiermm__file_copy(void *dst, uint32_t known, const void *src)
{
	struct {
		uint32_t size;
		uint32_t flags;
	} head;

	if (!src)
		return -TIERMM_EINVAL;
	memcpy(&head, src, sizeof(head));
	if (head.size < known)
		return -TIERMM_EINVAL;
	if (head.size > SIZE_LIMIT || head.flags ||
	    !all_zero((const unsigned char *)src + known, head.size - known))
		return -TIERMM_E2BIG;
	memcpy(dst, src, known);
	memcpy(dst, &known, sizeof(known));
	return 0;
}

int tiermm__file_memory(struct tiermm_alloc *dst,
			const struct tiermm_alloc *src)
{
	static const struct tiermm_alloc libc = { .size = sizeof(libc),
						  .alloc = libc_alloc,
						  .free = libc_free };
	int err = tiermm__file_copy(dst, sizeof(*dst), src ? src : &libc);

	if (err)
		return err;
	return dst->alloc && dst->free ? 0 : -TIERMM_EINVAL;
}

void *tiermm__file_alloc(const struct tiermm_alloc *mem, uint64_t bytes)
{
	void *memory = mem->alloc(mem->self, bytes, TIERMM_ALIGN);

	if (memory)
		memset(memory, 0, (size_t)bytes);
	return memory;
}

void tiermm__file_free(const struct tiermm_alloc *mem, void *memory,
		       uint64_t bytes)
{
	if (memory)
		mem->free(mem->self, memory, bytes);
}
