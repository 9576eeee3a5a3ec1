/* SPDX-License-Identifier: MIT */
/*
 * Pages are counted where they are (L8): a page that changes its node takes
 * its place in present and managed along. What comes is added before what goes
 * is taken off, from present to free and back, so that no reader meets a node
 * with more free pages than it has.
 */
#include "layout/relayout.h"

#include "base/nodeset.h"

/* Relaxed throughout: numbers of a moment, nothing hangs on them. */
static void add(_Atomic uint64_t *number, uint64_t pages)
{
	atomic_fetch_add_explicit(number, pages, memory_order_relaxed);
}

static void take_off(_Atomic uint64_t *number, uint64_t pages)
{
	atomic_fetch_sub_explicit(number, pages, memory_order_relaxed);
}

static uint64_t load(const _Atomic uint64_t *number)
{
	return atomic_load_explicit(number, memory_order_relaxed);
}

void tiermm__layout_transfer(struct tiermm_relayout *r, uint32_t zone,
			     int32_t from, int32_t to, uint64_t pages,
			     uint32_t how)
{
	struct tiermm__layout_count *old = tiermm__layout_count(r, from, zone);
	struct tiermm__layout_count *now = tiermm__layout_count(r, to, zone);

	if (from != to) {
		add(&now->present, pages);
		add(&now->managed, pages);
	} else if (how == TIERMM__LAYOUT_RELEASES) {
		add(&now->managed, pages);
	}
	if (from != to || how != TIERMM__LAYOUT_CLAIMS)
		add(&now->free, pages);
	if (from == to)
		return;
	if (how == TIERMM__LAYOUT_CLAIMS)
		take_off(&old->free, pages);
	if (how != TIERMM__LAYOUT_RELEASES)
		take_off(&old->managed, pages);
	take_off(&old->present, pages);
}

static void sum(const struct tiermm_relayout *r, int32_t node, uint32_t zone,
		struct tiermm_layout_account *out)
{
	*out = (struct tiermm_layout_account){ 0 };
	for (uint32_t z = 0; z < TIERMM_LAYOUT_ZONES; z++) {
		const struct tiermm__layout_count *c =
			tiermm__layout_count(r, node, z);

		if (zone != z && zone != TIERMM_LAYOUT_ALL_ZONES)
			continue;
		out->free += load(&c->free);
		out->managed += load(&c->managed);
		out->present += load(&c->present);
		out->goal += load(&c->goal);
	}
	/* Others may be in the middle of a transfer. */
	if (out->managed > out->present)
		out->managed = out->present;
	if (out->free > out->managed)
		out->free = out->managed;
}

int tiermm_relayout_account(const struct tiermm_relayout *r, int32_t node,
			    uint32_t zone, struct tiermm_layout_account *out)
{
	if (!r || !out || zone > TIERMM_LAYOUT_ALL_ZONES)
		return -TIERMM_EINVAL;
	if (!tiermm__layout_has_node(r, node))
		return -TIERMM_ENODEV;
	sum(r, node, zone, out);
	return 0;
}

/* Marked frames, each counted for the node that it belongs to. */
static void add_pending(const struct tiermm_relayout *r, uint32_t zone,
			struct tiermm_layout_account *out, uint64_t cap)
{
	const struct tiermm__layout_map *m = &tiermm__layout_view(r)->map;
	struct tiermm__layout_walk walk;
	struct tiermm__layout_run run;

	for (uint64_t i = 0; i < r->n_memory; i++) {
		if (zone != r->memory[i].zone &&
		    zone != TIERMM_LAYOUT_ALL_ZONES)
			continue;
		tiermm__layout_walk_begin(&walk, m, m, r->memory[i].first,
					  r->memory[i].last);
		while (tiermm__layout_walk_next(&walk, &run))
			if ((uint64_t)run.to < cap)
				out[run.to].pending_in +=
					tiermm__marks_count(r, run.first,
							    run.last);
	}
}

int tiermm_relayout_accounts(const struct tiermm_relayout *r, uint32_t zone,
			     struct tiermm_layout_account *out, uint64_t cap,
			     uint64_t *n_out)
{
	uint64_t n;

	if (!r || !n_out || (!out && cap) || zone > TIERMM_LAYOUT_ALL_ZONES)
		return -TIERMM_EINVAL;
	n = cap < r->max_nodes ? cap : r->max_nodes;
	for (uint64_t i = 0; i < n; i++)
		sum(r, (int32_t)i, zone, &out[i]);
	add_pending(r, zone, out, n);
	for (uint64_t i = 0; i < n; i++) {
		uint64_t have = out[i].present + out[i].pending_in;

		/* Less only while others are inside. */
		out[i].pending_out =
			have > out[i].goal ? have - out[i].goal : 0;
	}
	*n_out = r->max_nodes;
	return 0;
}

struct tiermm_nodeset tiermm__layout_nodes_now(const struct tiermm_relayout *r)
{
	struct tiermm_nodeset set = { { 0 } };
	struct tiermm_layout_account account;

	for (uint32_t n = 0; n < r->max_nodes; n++) {
		sum(r, (int32_t)n, TIERMM_LAYOUT_ALL_ZONES, &account);
		if (account.present)
			tiermm__nodeset_add(&set, (int32_t)n);
	}
	return set;
}

int tiermm_relayout_nodes(const struct tiermm_relayout *r, uint32_t which,
			  struct tiermm_nodeset *out)
{
	struct tiermm_layout_account account;

	if (!r || !out || which > TIERMM_LAYOUT_NODES_GOAL)
		return -TIERMM_EINVAL;
	if (which == TIERMM_LAYOUT_NODES_NOW) {
		*out = tiermm__layout_nodes_now(r);
		return 0;
	}
	*out = (struct tiermm_nodeset){ { 0 } };
	for (uint32_t n = 0; n < r->max_nodes; n++) {
		sum(r, (int32_t)n, TIERMM_LAYOUT_ALL_ZONES, &account);
		if (account.goal)
			tiermm__nodeset_add(out, (int32_t)n);
	}
	return 0;
}

int tiermm_relayout_counters(const struct tiermm_relayout *r, uint64_t *out,
			     uint64_t cap, uint64_t *n_out)
{
	if (!r || !n_out || (!out && cap))
		return -TIERMM_EINVAL;
	for (uint64_t i = 0; i < cap && i < TIERMM_LAYOUT_COUNTERS; i++)
		out[i] = load(&r->counter[i]);
	*n_out = TIERMM_LAYOUT_COUNTERS;
	return 0;
}
