/* SPDX-License-Identifier: MIT */
/* What callers fill, checked and copied. */
#include "engine/engine.h"

#include "base/memory.h"
#include "base/options.h"

#include <stddef.h>

#define GREATEST_SHIFT 63
/* struct tiermm_parking as it was with arrays only. */
#define PARKING_WITHOUT_SLOTS offsetof(struct tiermm_parking, self)

static int is_consistent(const struct tiermm_engine_options *o)
{
	int has_tracker = o->flush || o->flush_options;

	if (o->flush && o->flush_options)
		return 0;
	if (!has_tracker && (o->max_requests || o->flusher))
		return 0;
	return o->batch <= TIERMM_ENGINE_BATCH_MAX &&
	       o->key_shift <= GREATEST_SHIFT && !o->reserved;
}

int tiermm__engine_options(struct tiermm_engine_options *o,
			   const struct tiermm_engine_options *options)
{
	int err = tiermm__options_copy(o, sizeof(*o), options, sizeof(*o), 0);

	if (err)
		return err;
	if (!is_consistent(o))
		return -TIERMM_EINVAL;
	if (!o->batch)
		o->batch = TIERMM_ENGINE_BATCH_DEFAULT;
	return 0;
}

int tiermm__flusher_adopt(struct tiermm_flusher *dst,
			  const struct tiermm_flusher *src)
{
	memset(dst, 0, sizeof(*dst));
	if (!src)
		return 0;
	/* A table of operations: a tail that we do not know is not called. */
	if (src->size < sizeof(*dst) || src->size % sizeof(void *))
		return -TIERMM_EINVAL;
	if (src->flags)
		return -TIERMM_E2BIG;
	if (!src->flush)
		return -TIERMM_EINVAL;
	memcpy(dst, src, sizeof(*dst));
	return 0;
}

int tiermm__parking_copy(struct tiermm_parking *dst,
			 const struct tiermm_parking *src)
{
	int err = tiermm__options_copy(dst, sizeof(*dst), src,
				       PARKING_WITHOUT_SLOTS,
				       TIERMM_PARKING_WHOLE);

	if (err || !src)
		return err;
	/* Arrays or slots, each with what belongs to it. */
	if (dst->link)
		return dst->links || dst->copies ? -TIERMM_EINVAL : 0;
	return !dst->links || dst->unused ? -TIERMM_EINVAL : 0;
}
