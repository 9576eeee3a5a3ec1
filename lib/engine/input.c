/* SPDX-License-Identifier: MIT */
/*
 * What comes into a step, on record (S10): nothing where it is not wanted. A
 * page goes by key in one place and by index in another; so that a log can be
 * decided again by itself, its records tell the index beside the key, and
 * where promotion took the page to be.
 */
#include "engine/engine.h"

#include <tiermm/promotion_explain.h>

uint64_t tiermm__log_index(struct tiermm_engine *e, uint64_t key)
{
	/* No index is the greatest number: one more is 0. */
	return e->promotion ? tiermm__index_of(e, key, 1) + 1 : 0;
}

/* Where promotion takes the page to be. */
static int32_t node_of(struct tiermm_engine *e, uint64_t index)
{
	struct tiermm_promotion_page page = { .node = TIERMM_NO_NODE };

	if (e->promotion && index < e->promotion_pages)
		(void)tiermm_promotion_get_page(e->promotion, e->ring.now_ns,
						index, &page);
	return page.node;
}

static void log_folio(struct tiermm_engine *e, const struct tiermm_folio *folio,
		      uint64_t index_and_1)
{
	struct tiermm_record record = {
		.kind = TIERMM_RECORD_FOLIO,
		.page = folio->page,
		.value = { folio->age_ns, index_and_1 },
		.flags = folio->flags,
		.from = folio->node,
		.to = node_of(e, index_and_1 - 1),
		.detail = (uint16_t)folio->order,
	};

	tiermm__log_add(&e->ring, &record);
}

void tiermm__log_folios(struct tiermm_engine *e,
			const struct tiermm_folio *folios, uint64_t n,
			int by_index)
{
	if (!tiermm__log_wants(&e->ring, TIERMM_RECORD_FOLIO))
		return;
	for (uint64_t i = 0; i < n; i++)
		log_folio(e, &folios[i],
			  by_index ? folios[i].page + 1
				   : tiermm__log_index(e, folios[i].page));
}

void tiermm__log_samples(struct tiermm_engine *e,
			 const struct tiermm_sample *samples, uint64_t n)
{
	if (!tiermm__log_wants(&e->ring, TIERMM_RECORD_SAMPLE))
		return;
	for (uint64_t i = 0; i < n; i++) {
		struct tiermm_record record = {
			.kind = TIERMM_RECORD_SAMPLE,
			.page = samples[i].page,
			.value = { samples[i].time_ns, samples[i].weight },
			.flags = samples[i].kind,
			.from = samples[i].accessor,
			.to = node_of(e, samples[i].page),
			.detail = samples[i].order,
		};

		tiermm__log_add(&e->ring, &record);
	}
}
