/* SPDX-License-Identifier: MIT */
/* Options and allocators of a caller, checked where they are handed in. */
#include "support.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define THIS_MACHINE "/sys"
#define DEFAULT_PASSES 8
/* No structure comes near it: a greater size was never set. */
#define SIZE_LIMIT 4096

static int all_zero(const void *bytes, size_t n)
{
	const unsigned char *at = bytes;

	while (n--)
		if (*at++)
			return 0;
	return 1;
}

/* The size-prefix rule for a structure of the first release. */
int tiermm__linux_copy(void *dst, uint32_t known, const void *src,
		       uint32_t flags)
{
	uint32_t size, set;

	memcpy(&size, src, sizeof(size));
	memcpy(&set, (const char *)src + sizeof(size), sizeof(set));
	if (size < known)
		return -TIERMM_EINVAL;
	if (size > SIZE_LIMIT || (set & ~flags) ||
	    !all_zero((const char *)src + known, size - known))
		return -TIERMM_E2BIG;
	memcpy(dst, src, known);
	return 0;
}

int tiermm__linux_options(struct tiermm_linux_options *dst,
			  const struct tiermm_linux_options *src)
{
	const uint32_t flags = TIERMM_LINUX_IGNORE_KERNEL_TIERS |
			       TIERMM_LINUX_REPLACE_DISTANCES;
	int err = 0;

	memset(dst, 0, sizeof(*dst));
	if (src)
		err = tiermm__linux_copy(dst, sizeof(*dst), src, flags);
	if (err)
		return err;
	if (dst->reserved)
		return -TIERMM_E2BIG;
	dst->size = sizeof(*dst);
	if (!dst->root)
		dst->root = THIS_MACHINE;
	if (!dst->max_passes)
		dst->max_passes = DEFAULT_PASSES;
	return dst->max_passes < 2 ? -TIERMM_EINVAL : 0;
}

int tiermm__linux_is_this_machine(const struct tiermm_linux_options *options)
{
	return strcmp(options->root, THIS_MACHINE) == 0;
}

static void *libc_alloc(void *self, uint64_t bytes, uint64_t align)
{
	(void)self;
	return align <= _Alignof(max_align_t) ? malloc((size_t)bytes) : NULL;
}

static void libc_free(void *self, void *memory, uint64_t bytes)
{
	(void)self;
	(void)bytes;
	free(memory);
}

int tiermm__linux_alloc(struct tiermm_alloc *dst,
			const struct tiermm_alloc *src)
{
	int err;

	if (!src) {
		*dst = (struct tiermm_alloc){ .size = sizeof(*dst),
					      .alloc = libc_alloc,
					      .free = libc_free };
		return 0;
	}
	err = tiermm__linux_copy(dst, sizeof(*dst), src, 0);
	if (err)
		return err;
	return dst->alloc && dst->free ? 0 : -TIERMM_EINVAL;
}
