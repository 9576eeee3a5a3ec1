/* SPDX-License-Identifier: MIT */
/* Names of what can become of an item, for logs and tools. */
#include <tiermm/memops.h>

#include <stddef.h>

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

const char *tiermm_outcome_name(uint32_t outcome)
{
	return outcome < TIERMM_OUTCOMES ? names[outcome] : NULL;
}
