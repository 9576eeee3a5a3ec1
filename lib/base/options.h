/* SPDX-License-Identifier: MIT */
/*
 * The size-prefix rule, once for every structure that a caller fills.
 */
#ifndef TIERMM_BASE_OPTIONS_H
#define TIERMM_BASE_OPTIONS_H

#include "base/memory.h"

#include <stdint.h>

/* A field that is 0 stands for its default. */
static inline void tiermm__default_u32(uint32_t *field, uint32_t value)
{
	if (!*field)
		*field = value;
}

static inline void tiermm__default_u64(uint64_t *field, uint64_t value)
{
	if (!*field)
		*field = value;
}

/*
 * Copy a structure that begins with uint32_t size and flags. What the caller
 * is too old to know becomes zero; dst then has the size that we know. NULL
 * gives all zeros.
 *
 * dst_size     sizeof of the structure here
 * min_size     its size in the first release that had it
 * known_flags  flags that mean something
 *
 * Returns 0, -TIERMM_EINVAL (smaller than min_size) or -TIERMM_E2BIG (a flag
 * or a field that we do not know is set); on error dst is of no use.
 */
int tiermm__options_copy(void *dst, uint32_t dst_size, const void *src,
			 uint32_t min_size, uint32_t known_flags);

/*
 * The other way: fill a structure that a caller handed in with its size, which
 * is known to be no less than the first release's. A caller who knows less
 * gets less.
 */
static inline void tiermm__give_out(void *out, const void *value,
				    uint32_t known)
{
	uint32_t size;

	memcpy(&size, out, sizeof(size));
	memcpy(out, value, size < known ? size : known);
	memcpy(out, &size, sizeof(size));
}

#endif
