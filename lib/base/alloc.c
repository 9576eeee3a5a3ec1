/* SPDX-License-Identifier: MIT */
/* Allocators: checked where they are handed in, called from here alone. */
#include "base/alloc.h"

#include "base/assert.h"
#include "base/memory.h"
#include "base/options.h"

#include <tiermm/error.h>

static int take_default(struct tiermm_alloc *dst)
{
#ifdef TIERMM_FREESTANDING
	(void)dst;
	return -TIERMM_EINVAL;
#else
	*dst = (struct tiermm_alloc){ .size = sizeof(*dst),
				      .alloc = tiermm__libc_alloc,
				      .free = tiermm__libc_free };
	return 0;
#endif
}

int tiermm__alloc_resolve(struct tiermm_alloc *dst,
			  const struct tiermm_alloc *src)
{
	int err;

	if (!src)
		return take_default(dst);
	err = tiermm__options_copy(dst, sizeof(*dst), src, sizeof(*dst), 0);
	if (err)
		return err;
	return dst->alloc && dst->free ? 0 : -TIERMM_EINVAL;
}

void tiermm__alloc_none(struct tiermm_alloc *dst)
{
	*dst = (struct tiermm_alloc){ .size = sizeof(*dst) };
}

void *tiermm__alloc(const struct tiermm_alloc *mem, uint64_t bytes)
{
	void *memory;

	TIERMM_ASSERT(bytes);
	if (bytes > SIZE_MAX)
		return NULL;
	memory = mem->alloc(mem->self, bytes, TIERMM_ALIGN);
	TIERMM_ASSERT((uintptr_t)memory % TIERMM_ALIGN == 0);
	return memory;
}

void *tiermm__alloc_zeroed(const struct tiermm_alloc *mem, uint64_t bytes)
{
	void *memory = tiermm__alloc(mem, bytes);

	if (memory)
		memset(memory, 0, (size_t)bytes);
	return memory;
}

void tiermm__free(const struct tiermm_alloc *mem, void *memory, uint64_t bytes)
{
	if (memory && mem->free)
		mem->free(mem->self, memory, bytes);
}

int tiermm__memory_check(const void *memory, uint64_t bytes, uint64_t needed)
{
	if (!memory || (uintptr_t)memory % TIERMM_ALIGN)
		return -TIERMM_EINVAL;
	return bytes < needed ? -TIERMM_ENOMEM : 0;
}

int tiermm__place_alloc(struct tiermm_alloc *source,
			const struct tiermm_alloc *mem, uint64_t bytes,
			void **memory)
{
	int err = tiermm__alloc_resolve(source, mem);

	if (err)
		return err;
	*memory = tiermm__alloc(source, bytes);
	return *memory ? 0 : -TIERMM_ENOMEM;
}

int tiermm__place_given(struct tiermm_alloc *source, const void *memory,
			uint64_t bytes, uint64_t needed)
{
	tiermm__alloc_none(source);
	return tiermm__memory_check(memory, bytes, needed);
}
