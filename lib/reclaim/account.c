/* SPDX-License-Identifier: MIT */
/* Counting items in and out, whatever happens to them in between (R7, I8). */
#include "reclaim/account.h"

/* Pages of all that are alike. */
static uint64_t pages_of(const struct tiermm__item *it)
{
	return tiermm__folio_pages(it->folio) * it->alike;
}

static void add(const struct tiermm__item *it, uint32_t counter)
{
	tiermm__reclaim_count(&it->r->counter[counter], pages_of(it));
}

uint64_t tiermm__item_begin(const struct tiermm__item *it)
{
	uint64_t before = it->d->reserved;

	if (before & TIERMM__STATE_IN)
		return before;
	it->d->reserved |= TIERMM__STATE_IN;
	it->r->open_pages += pages_of(it);
	add(it, TIERMM_RECLAIM_PAGES_IN);
	if (!(it->folio->flags & TIERMM_FOLIO_PIECE))
		add(it, TIERMM_RECLAIM_PGSCAN + it->call->context.reclaimer);
	return 0; /* what plan said of it is news, too */
}

void tiermm__item_end(const struct tiermm__item *it, uint64_t before)
{
	uint64_t now = it->d->reserved;
	uint64_t pages = pages_of(it);

	if (tiermm__state_why(now) && !tiermm__state_why(before))
		tiermm__reclaim_count(
			&it->r->not_demoted[tiermm__state_why(now)], pages);
	if ((now & TIERMM__STATE_FALLEN) && !(before & TIERMM__STATE_FALLEN))
		add(it, TIERMM_RECLAIM_FALLBACKS);
	if (!it->d->final || (now & TIERMM__STATE_OUT))
		return;
	it->d->reserved |= TIERMM__STATE_OUT;
	it->r->open_pages -= pages;
	add(it, TIERMM_RECLAIM_PAGES_OUT + it->d->verdict);
	tiermm__reclaim_count(&it->r->reason[it->d->reason], pages);
}
