/* SPDX-License-Identifier: MIT */
/* Who gives published objects back, taken over from the caller. */
#include "base/retire.h"

#include <stddef.h>

#include <tiermm/error.h>

int tiermm__retire_adopt(struct tiermm_retire *dst,
			 const struct tiermm_retire *src)
{
	*dst = (struct tiermm_retire){ .size = sizeof(*dst) };
	if (!src)
		return 0;
	if (src->size < sizeof(*dst) || src->size % sizeof(void *))
		return -TIERMM_EINVAL;
	if (src->flags)
		return -TIERMM_E2BIG;
	*dst = *src;
	dst->size = sizeof(*dst);
	return dst->retire && dst->poll ? 0 : -TIERMM_EINVAL;
}
