/* SPDX-License-Identifier: MIT */
/* Options of a caller that may be older or newer than the library. */
#include "base/options.h"

#include "base/memory.h"

#include <tiermm/error.h>

/* No structure comes near it: a greater size was never set. */
#define SIZE_LIMIT 4096

/* How every structure of a caller begins. */
struct prefix {
	uint32_t size;
	uint32_t flags;
};

static int all_zero(const unsigned char *bytes, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (bytes[i])
			return 0;
	return 1;
}

int tiermm__options_copy(void *dst, uint32_t dst_size, const void *src,
			 uint32_t min_size, uint32_t known_flags)
{
	struct prefix head = { dst_size, 0 };
	uint32_t common;

	if (src)
		memcpy(&head, src, sizeof(head));
	if (src && head.size == dst_size && !(head.flags & ~known_flags)) {
		/* Neither older nor newer than we are, as most often. */
		memcpy(dst, src, dst_size);
		return 0;
	}
	memset(dst, 0, dst_size);
	if (head.size < min_size)
		return -TIERMM_EINVAL;
	if (head.size > SIZE_LIMIT || (head.flags & ~known_flags))
		return -TIERMM_E2BIG;
	common = head.size < dst_size ? head.size : dst_size;
	if (src) {
		if (!all_zero((const unsigned char *)src + common,
			      head.size - common))
			return -TIERMM_E2BIG;
		memcpy(dst, src, common);
	}
	head.size = dst_size;
	memcpy(dst, &head, sizeof(head));
	return 0;
}
