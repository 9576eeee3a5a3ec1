/* SPDX-License-Identifier: MIT */
/*
 * The account of items: each is counted once when it comes in, and once when
 * it leaves, whoever decides about it (R7, I8).
 */
#ifndef TIERMM_RECLAIM_ACCOUNT_H
#define TIERMM_RECLAIM_ACCOUNT_H

#include "reclaim/state.h"

/* One item while it is being folded, or several that are alike. */
struct tiermm__item {
	struct tiermm_reclaim *r;
	const struct tiermm__reclaim_call *call;
	const struct tiermm_folio *folio;
	struct tiermm_decision *d;
	uint32_t outcome;
	uint32_t alike; /* how many count as this one does */
	uint64_t moved; /* pages of each, if it is done */
};

/* Before an item is changed; hand the answer to tiermm__item_end(). */
uint64_t tiermm__item_begin(const struct tiermm__item *it);
void tiermm__item_end(const struct tiermm__item *it, uint64_t before);

#endif
