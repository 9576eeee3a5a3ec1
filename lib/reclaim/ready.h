/* SPDX-License-Identifier: MIT */
/*
 * Finished decisions of one plan: what becomes of each cold folio of a node
 * and an order. Inline, since each folio of a batch looks here first.
 *
 *     folio ─> (node, order) ─> place ─> key equal? no flag that matters?
 *                                              └─ yes: its decision, copied
 *
 * Two fields of a folio that stand side by side are compared as one number.
 * Which batch has how many nodes and orders makes no difference in time, but
 * for keys that want the same place: they take it from each other.
 */
#ifndef TIERMM_RECLAIM_READY_H
#define TIERMM_RECLAIM_READY_H

#include "reclaim/internal.h"

#define TIERMM__READY_BITS 4
#define TIERMM__READY (1 << TIERMM__READY_BITS)

/* A cache line each. */
struct tiermm__ready {
	_Alignas(TIERMM_ALIGN) uint64_t key; /* node and order */
	int64_t pages;                       /* of such a folio */
	struct tiermm_decision decision;
};

struct tiermm__ready_table {
	uint64_t not_flags; /* flags that matter, and reserved */
	struct tiermm__ready entries[TIERMM__READY];
};

/* Two fields of 32 bits as one number, whatever the order of its bytes. */
static inline uint64_t tiermm__two_fields(const struct tiermm_folio *folio,
					  uint64_t offset)
{
	uint64_t two;

	memcpy(&two, (const unsigned char *)folio + offset, sizeof(two));
	return two;
}

static inline uint64_t tiermm__ready_key(const struct tiermm_folio *folio)
{
	return tiermm__two_fields(folio, offsetof(struct tiermm_folio, node));
}

/*
 * The factor was found by trial: sixteen nodes with base pages, and four with
 * base pages and folios of order 2, 3, 4 or 9, have a place each.
 */
static inline uint32_t tiermm__ready_place(uint64_t key)
{
	return (uint32_t)(key * UINT64_C(0x90f8addf22293c9b) >>
			  (64 - TIERMM__READY_BITS));
}

/* Nothing is known; a folio with one of these flags will need a look. */
static inline void tiermm__ready_start(struct tiermm__ready_table *table,
				       uint32_t not_flags)
{
	struct tiermm_folio mask = { .flags = not_flags,
				     .reserved = UINT32_MAX };

	table->not_flags =
		tiermm__two_fields(&mask, offsetof(struct tiermm_folio, flags));
	/* No key is where it belongs, so that none is found. */
	for (uint32_t i = 0; i < TIERMM__READY; i++)
		table->entries[i].key = 0;
	table->entries[0].key = UINT64_MAX;
}

static inline void tiermm__ready_set(struct tiermm__ready_table *table,
				     const struct tiermm_folio *folio,
				     const struct tiermm_decision *decision)
{
	uint64_t key = tiermm__ready_key(folio);
	struct tiermm__ready *own = &table->entries[tiermm__ready_place(key)];

	own->key = key;
	own->pages = (int64_t)tiermm__folio_pages(folio);
	own->decision = *decision;
}

/* NULL where none of a table's entries is ready for such a folio. */
static inline const struct tiermm__ready *
tiermm__ready_find(const struct tiermm__ready *entries,
		   const struct tiermm_folio *folio)
{
	uint64_t key = tiermm__ready_key(folio);
	const struct tiermm__ready *own = &entries[tiermm__ready_place(key)];

	return own->key == key ? own : NULL;
}

/* The folio is sound, and none of a table's flags that matter is set. */
static inline int tiermm__ready_is_plain(const struct tiermm_folio *folio,
					 uint64_t not_flags)
{
	return !(tiermm__two_fields(folio,
				    offsetof(struct tiermm_folio, flags)) &
		 not_flags);
}

#endif
