/* SPDX-License-Identifier: MIT */
/* Giving up: what is open is kept, and counted (R7). */
#include "reclaim/account.h"
#include "reclaim/stop.h"

static void give_up(const struct tiermm__item *it)
{
	uint64_t before = tiermm__item_begin(it);
	int cold = it->d->verdict == TIERMM_VERDICT_DEMOTE ||
		   it->d->verdict == TIERMM_VERDICT_SPLIT;

	if (!it->d->final) {
		if (cold)
			it->d->reserved =
				tiermm__state_with_why(it->d->reserved,
						       TIERMM_RECLAIM_CANCELLED);
		tiermm__reclaim_finish(it->d, it->folio, TIERMM_VERDICT_KEEP,
				       TIERMM_RECLAIM_CANCELLED);
	}
	tiermm__item_end(it, before);
}

int tiermm_reclaim_cancel(struct tiermm_reclaim *r,
			  const struct tiermm_reclaim_context *context,
			  const struct tiermm_folio *folios,
			  struct tiermm_decision *decisions, uint64_t n)
{
	struct tiermm__reclaim_call call;
	int err = tiermm__reclaim_open(r, context, folios, decisions, n, &call);

	if (err)
		return err;
	for (uint64_t i = 0; i < n; i++)
		give_up(&(struct tiermm__item){ .r = r,
						.call = &call,
						.folio = &folios[i],
						.d = &decisions[i],
						.alike = 1 });
	tiermm__reclaim_leave(r);
	return 0;
}
