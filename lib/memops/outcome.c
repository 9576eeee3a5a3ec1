/* SPDX-License-Identifier: MIT */
/* What can become of an item: names, and how those of its parts add up. */
#include <tiermm/memops.h>

#include <stddef.h>

#include <tiermm/error.h>

#include "base/arithmetic.h"

static const char *const names[TIERMM_OUTCOMES] = {
	[TIERMM_OUTCOME_UNKNOWN] = "unknown",
	[TIERMM_OUTCOME_DONE] = "done",
	[TIERMM_OUTCOME_ALREADY] = "already",
	[TIERMM_OUTCOME_BUSY] = "busy",
	[TIERMM_OUTCOME_SHARED] = "shared",
	[TIERMM_OUTCOME_ABSENT] = "absent",
	[TIERMM_OUTCOME_TARGET_FULL] = "target_full",
	[TIERMM_OUTCOME_TARGET_GONE] = "target_gone",
	[TIERMM_OUTCOME_DENIED] = "denied",
	[TIERMM_OUTCOME_UNSUPPORTED] = "unsupported",
};

/* How much an outcome asks of who planned the item; see memops.h. */
static const uint8_t ranks[TIERMM_OUTCOMES] = {
	[TIERMM_OUTCOME_ABSENT] = 0,      [TIERMM_OUTCOME_ALREADY] = 1,
	[TIERMM_OUTCOME_DONE] = 2,        [TIERMM_OUTCOME_UNSUPPORTED] = 3,
	[TIERMM_OUTCOME_SHARED] = 4,      [TIERMM_OUTCOME_BUSY] = 5,
	[TIERMM_OUTCOME_DENIED] = 6,      [TIERMM_OUTCOME_TARGET_GONE] = 7,
	[TIERMM_OUTCOME_TARGET_FULL] = 8, [TIERMM_OUTCOME_UNKNOWN] = 9,
};

const char *tiermm_outcome_name(uint32_t outcome)
{
	return outcome < TIERMM_OUTCOMES ? names[outcome] : NULL;
}

int tiermm_result_add(struct tiermm_result *sum,
		      const struct tiermm_result *part)
{
	uint64_t pages;

	if (!sum || !part || sum->outcome >= TIERMM_OUTCOMES ||
	    part->outcome >= TIERMM_OUTCOMES)
		return -TIERMM_EINVAL;
	if (tiermm__add_overflow(sum->pages, part->pages, &pages))
		return -TIERMM_ERANGE;
	sum->pages = pages;
	if (ranks[part->outcome] > ranks[sum->outcome]) {
		sum->outcome = part->outcome;
		sum->error = part->error;
	}
	return 0;
}
