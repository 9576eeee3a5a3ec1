/* SPDX-License-Identifier: MIT */
/*
 * Cold pages of a plan's query that may go down for hot ones (P3). A window
 * of 64 of them is looked through for each candidate; each goes once.
 */
#ifndef TIERMM_PROMOTION_EXCHANGE_H
#define TIERMM_PROMOTION_EXCHANGE_H

#include "promotion/internal.h"

struct tiermm__exchange {
	const struct tiermm_promotion *p;
	const struct tiermm_folio *cold;
	uint64_t n;
	const struct tiermm_nodeset *allowed;
	uint64_t base;  /* first of the window */
	uint64_t taken; /* bit a folio of the window: gone, or of no use */
};

void tiermm__exchange_start(struct tiermm__exchange *x,
			    const struct tiermm_promotion *p,
			    const struct tiermm_promotion_query *query);

/* The coldest that fits this candidate and is colder than it; or NULL. */
const struct tiermm_folio *
tiermm__exchange_find(struct tiermm__exchange *x,
		      const struct tiermm__candidate *candidate,
		      uint64_t now_ms);

/* It was planned. */
void tiermm__exchange_take(struct tiermm__exchange *x,
			   const struct tiermm_folio *folio);

#endif
