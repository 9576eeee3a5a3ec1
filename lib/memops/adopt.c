/* SPDX-License-Identifier: MIT */
/*
 * Taking over a table of operations that was compiled against another
 * release. Its size decides, not a version: slots that it lacks are NULL, and
 * slots that we do not know are never called.
 */
#include <tiermm/memops.h>

#include <stddef.h>

#include <tiermm/error.h>

#include "base/memory.h"

/* Up to the last slot that every table must have; frozen. */
#define REQUIRED_SIZE                           \
	(offsetof(struct tiermm_memops, move) + \
	 sizeof(((struct tiermm_memops *)0)->move))

static int is_name_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

static int is_name(const char *name)
{
	if (!name || !*name)
		return 0;
	while (is_name_character(*name))
		name++;
	return !*name;
}

static void drop_what_may_not_be_called(struct tiermm_memops *ops,
					uint64_t capabilities)
{
	if (!(capabilities & TIERMM_CAN_LOCATE))
		ops->locate = NULL;
	if (!(capabilities & TIERMM_CAN_HEADROOM))
		ops->headroom = NULL;
	if (!(capabilities & TIERMM_CAN_PAGE_OUT))
		ops->page_out = NULL;
	if (!(capabilities & TIERMM_CAN_DISCARD))
		ops->discard = NULL;
}

int tiermm_memops_adopt(struct tiermm_memops *dst,
			const struct tiermm_memops *src, uint64_t capabilities,
			uint32_t *known)
{
	struct tiermm_memops taken = { .size = 0 };
	uint32_t common = sizeof(taken);

	if (!dst || !src || src->size < REQUIRED_SIZE ||
	    src->size % sizeof(src->move))
		return -TIERMM_EINVAL;
	if (src->size < common)
		common = src->size;
	/* Only what the caller has: an older table ends in the middle. */
	memcpy(&taken, src, common);
	if (taken.flags)
		return -TIERMM_E2BIG;
	if (!taken.move || !is_name(taken.name))
		return -TIERMM_EINVAL;
	if (!(capabilities & TIERMM_CAN_MOVE))
		return -TIERMM_ENOTSUP;
	drop_what_may_not_be_called(&taken, capabilities);
	taken.size = sizeof(taken);
	*dst = taken;
	if (known)
		*known = common;
	return 0;
}

uint64_t tiermm_memops_capabilities(const struct tiermm_memops *ops)
{
	uint64_t can = 0;

	if (ops->move)
		can |= TIERMM_CAN_MOVE;
	if (ops->locate)
		can |= TIERMM_CAN_LOCATE;
	if (ops->headroom)
		can |= TIERMM_CAN_HEADROOM;
	if (ops->page_out)
		can |= TIERMM_CAN_PAGE_OUT;
	if (ops->discard)
		can |= TIERMM_CAN_DISCARD;
	return can;
}
