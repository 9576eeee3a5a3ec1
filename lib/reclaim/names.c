/* SPDX-License-Identifier: MIT */
/* What tools call counters, reasons and verdicts. */
#include "reclaim/internal.h"

#define OUT(verdict) (TIERMM_RECLAIM_PAGES_OUT + TIERMM_VERDICT_##verdict)

static const char *const counters[TIERMM_RECLAIM_COUNTERS] = {
	[TIERMM_RECLAIM_PGDEMOTE + TIERMM_RECLAIMER_KSWAPD] = "pgdemote_kswapd",
	[TIERMM_RECLAIM_PGDEMOTE + TIERMM_RECLAIMER_DIRECT] = "pgdemote_direct",
	[TIERMM_RECLAIM_PGDEMOTE + TIERMM_RECLAIMER_KHUGEPAGED] =
		"pgdemote_khugepaged",
	[TIERMM_RECLAIM_PGDEMOTE + TIERMM_RECLAIMER_PROACTIVE] =
		"pgdemote_proactive",
	[TIERMM_RECLAIM_PGSCAN + TIERMM_RECLAIMER_KSWAPD] = "pgscan_kswapd",
	[TIERMM_RECLAIM_PGSCAN + TIERMM_RECLAIMER_DIRECT] = "pgscan_direct",
	[TIERMM_RECLAIM_PGSCAN + TIERMM_RECLAIMER_KHUGEPAGED] =
		"pgscan_khugepaged",
	[TIERMM_RECLAIM_PGSCAN + TIERMM_RECLAIMER_PROACTIVE] =
		"pgscan_proactive",
	[TIERMM_RECLAIM_PGSTEAL + TIERMM_RECLAIMER_KSWAPD] = "pgsteal_kswapd",
	[TIERMM_RECLAIM_PGSTEAL + TIERMM_RECLAIMER_DIRECT] = "pgsteal_direct",
	[TIERMM_RECLAIM_PGSTEAL + TIERMM_RECLAIMER_KHUGEPAGED] =
		"pgsteal_khugepaged",
	[TIERMM_RECLAIM_PGSTEAL + TIERMM_RECLAIMER_PROACTIVE] =
		"pgsteal_proactive",
	[TIERMM_RECLAIM_PAGES_IN] = "pages_in",
	[OUT(NONE)] = "pages_out_none",
	[OUT(DEMOTE)] = "pages_out_demote",
	[OUT(SPLIT)] = "pages_out_split",
	[OUT(PAGE_OUT)] = "pages_out_page_out",
	[OUT(DISCARD)] = "pages_out_discard",
	[OUT(KEEP)] = "pages_out_keep",
	[OUT(ACTIVATE)] = "pages_out_activate",
	[OUT(FAILED)] = "pages_out_failed",
	[TIERMM_RECLAIM_ATTEMPTS] = "attempts",
	[TIERMM_RECLAIM_SECOND] = "second_attempts",
	[TIERMM_RECLAIM_FALLBACKS] = "fallbacks",
	[TIERMM_RECLAIM_GRANULE] = "granule",
	[TIERMM_RECLAIM_SHORT] = "short",
	[TIERMM_RECLAIM_PAUSES] = "pauses",
	[TIERMM_RECLAIM_WAKEUPS] = "wakeups",
	[TIERMM_RECLAIM_CLOCK_BACK] = "clock_back",
};

static const char *const reasons[TIERMM_RECLAIM_REASONS] = {
	[TIERMM_RECLAIM_REASON_NONE] = "none",
	[TIERMM_RECLAIM_COLD] = "cold",
	[TIERMM_RECLAIM_INVALID] = "invalid",
	[TIERMM_RECLAIM_HUGETLB] = "hugetlb",
	[TIERMM_RECLAIM_LOCKED] = "locked",
	[TIERMM_RECLAIM_UNEVICTABLE] = "unevictable",
	[TIERMM_RECLAIM_MAPPED] = "mapped",
	[TIERMM_RECLAIM_WRITEBACK] = "writeback",
	[TIERMM_RECLAIM_ACTIVE] = "active",
	[TIERMM_RECLAIM_REFERENCED] = "referenced",
	[TIERMM_RECLAIM_SWITCHED_OFF] = "switched_off",
	[TIERMM_RECLAIM_NO_TARGET] = "no_target",
	[TIERMM_RECLAIM_NOT_ALLOWED] = "not_allowed",
	[TIERMM_RECLAIM_BACKOFF] = "backoff",
	[TIERMM_RECLAIM_RATE] = "rate",
	[TIERMM_RECLAIM_LARGE] = "large",
	[TIERMM_RECLAIM_BUSY] = "busy",
	[TIERMM_RECLAIM_SHARED] = "shared",
	[TIERMM_RECLAIM_ABSENT] = "absent",
	[TIERMM_RECLAIM_FULL] = "full",
	[TIERMM_RECLAIM_GONE] = "gone",
	[TIERMM_RECLAIM_DENIED] = "denied",
	[TIERMM_RECLAIM_UNSUPPORTED] = "unsupported",
	[TIERMM_RECLAIM_UNKNOWN] = "unknown",
	[TIERMM_RECLAIM_ALREADY] = "already",
	[TIERMM_RECLAIM_WITHOUT_SWAP] = "without_swap",
	[TIERMM_RECLAIM_UNWRITTEN] = "unwritten",
	[TIERMM_RECLAIM_BUDGET] = "budget",
	[TIERMM_RECLAIM_CHANGING] = "changing",
	[TIERMM_RECLAIM_CANCELLED] = "cancelled",
};

static const char *const verdicts[TIERMM_VERDICTS] = {
	[TIERMM_VERDICT_NONE] = "none",
	[TIERMM_VERDICT_DEMOTE] = "demote",
	[TIERMM_VERDICT_SPLIT] = "split",
	[TIERMM_VERDICT_PAGE_OUT] = "page_out",
	[TIERMM_VERDICT_DISCARD] = "discard",
	[TIERMM_VERDICT_KEEP] = "keep",
	[TIERMM_VERDICT_ACTIVATE] = "activate",
	[TIERMM_VERDICT_FAILED] = "failed",
};

const char *tiermm_reclaim_counter_name(uint32_t index)
{
	return index < TIERMM_RECLAIM_COUNTERS ? counters[index] : NULL;
}

const char *tiermm_reclaim_reason_name(uint32_t reason)
{
	return reason < TIERMM_RECLAIM_REASONS ? reasons[reason] : NULL;
}

const char *tiermm_verdict_name(uint32_t verdict)
{
	return verdict < TIERMM_VERDICTS ? verdicts[verdict] : NULL;
}
