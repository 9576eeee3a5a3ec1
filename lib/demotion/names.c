/* SPDX-License-Identifier: MIT */
/* What tools call the fates of candidates and the reasons for them. */
#include <tiermm/demotion_explain.h>

#include <stddef.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const fates[] = {
	[TIERMM_FATE_NONE] = "none",
	[TIERMM_FATE_PREFERRED] = "preferred",
	[TIERMM_FATE_FALLBACK] = "fallback",
};

static const char *const reasons[] = {
	[TIERMM_REASON_NEAREST] = "nearest",
	[TIERMM_REASON_BEST_SCORE] = "best_score",
	[TIERMM_REASON_EQUAL] = "equal",
	[TIERMM_REASON_NAMED] = "named",
	[TIERMM_REASON_SELF] = "self",
	[TIERMM_REASON_NO_MEMORY] = "no_memory",
	[TIERMM_REASON_SOURCE_NO_MEMORY] = "source_no_memory",
	[TIERMM_REASON_NOT_LOWER] = "not_lower",
	[TIERMM_REASON_NOT_NEXT_TIER] = "not_next_tier",
	[TIERMM_REASON_FARTHER] = "farther",
	[TIERMM_REASON_CUT] = "cut",
	[TIERMM_REASON_OUTSCORED] = "outscored",
	[TIERMM_REASON_UNREACHABLE] = "unreachable",
	[TIERMM_REASON_HAS_CPUS] = "has_cpus",
	[TIERMM_REASON_CLAIMED] = "claimed",
	[TIERMM_REASON_LIMIT] = "limit",
	[TIERMM_REASON_SEEN] = "seen",
	[TIERMM_REASON_NOT_REACHED] = "not_reached",
	[TIERMM_REASON_NOT_NAMED] = "not_named",
	[TIERMM_REASON_CHAIN] = "chain",
	[TIERMM_REASON_GOING] = "going",
};

const char *tiermm_fate_name(uint32_t fate)
{
	return fate < COUNT(fates) ? fates[fate] : NULL;
}

const char *tiermm_reason_name(uint32_t reason)
{
	return reason < COUNT(reasons) ? reasons[reason] : NULL;
}
