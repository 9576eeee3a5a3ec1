/* SPDX-License-Identifier: MIT */
/* The slow reference for zones: each question is a walk over all blocks. */
#include "zone_reference.h"

#include <string.h>

/* What one walk over all blocks finds in a scope. */
struct walk {
	int64_t kernel; /* early, contiguous areas left out */
	int64_t movable;
	int64_t in_kernel[GROUPS]; /* pages of each group */
	int64_t in_movable[GROUPS];
};

static int counts(int node, int of)
{
	return node == TIERMM_NO_NODE || node == of;
}

static void walk_block(const struct block *b, struct walk *w)
{
	int is_movable = b->zone == TIERMM_ZONE_MOVABLE;

	if (!b->known || b->zone == TIERMM_ZONE_NONE)
		return;
	if (is_movable)
		w->movable += PAGES;
	else if (b->early)
		w->kernel += PAGES;
	if (b->group < 0)
		return;
	if (is_movable)
		w->in_movable[b->group] += PAGES;
	else
		w->in_kernel[b->group] += PAGES;
}

static struct walk walk(const struct machine *m, int node)
{
	struct walk w = { .kernel = counts(node, LOW_NODE) ? LOW_PAGES : 0 };

	for (int i = 0; i < BLOCKS; i++)
		if (counts(node, m->blocks[i].node))
			walk_block(&m->blocks[i], &w);
	for (int n = 0; n < NODES; n++) {
		if (!counts(node, n))
			continue;
		w.kernel -= (int64_t)m->cma[n];
		w.movable += (int64_t)m->cma[n];
	}
	return w;
}

/* The check, with all its numbers. */
static struct tiermm_zone_check check(const struct machine *m, int node,
				      int own, uint64_t need)
{
	struct tiermm_zone_check c = { .node = node, .need_pages = need };
	struct walk w = walk(m, node);

	for (int g = 0; g < GROUPS; g++) {
		int64_t part;

		if (m->groups[g].kind != TIERMM_ZONE_GROUP_DYNAMIC || g == own)
			continue;
		part = w.in_movable[g] * 100 / m->parameters.ratio -
		       w.in_kernel[g];
		c.reserved_pages += part > 0 ? (uint64_t)part : 0;
		c.group_pages += (uint64_t)w.in_movable[g];
	}
	if (own >= 0 && m->groups[own].kind == TIERMM_ZONE_GROUP_DYNAMIC)
		c.own_pages = (uint64_t)w.in_kernel[own];
	c.kernel_pages = (uint64_t)w.kernel;
	c.movable_pages = (uint64_t)w.movable - c.group_pages;
	if (c.kernel_pages > c.reserved_pages)
		c.limit_pages =
			(c.kernel_pages - c.reserved_pages + c.own_pages) *
			m->parameters.ratio / 100;
	c.holds = c.kernel_pages > c.reserved_pages &&
		  c.movable_pages + need <= c.limit_pages;
	if (c.movable_pages + need > c.limit_pages)
		c.excess_pages = c.movable_pages + need - c.limit_pages;
	return c;
}

/* Where a kernel zone is looked for, and how much is wanted at once. */
struct place {
	uint64_t start;
	uint64_t pages;
	uint64_t need; /* 0: kernel memory stands in the way */
};

static uint64_t in_group(const struct machine *m, int group, int is_movable)
{
	struct walk w = walk(m, TIERMM_NO_NODE);

	return (uint64_t)(is_movable ? w.in_movable[group]
				     : w.in_kernel[group]);
}

static struct place look_at_dimm(const struct machine *m, int id,
				 struct place p)
{
	int group = m->blocks[id].group;

	p.need = 0;
	if (in_group(m, group, 0))
		return p;
	p.need = m->groups[group].pages - in_group(m, group, 1);
	p.pages = p.need;
	return p;
}

/* Unit by unit: the walk stops at the first kernel block, or behind. */
static struct place look_at_unit(const struct machine *m, int id,
				 struct place p)
{
	uint64_t unit = m->groups[m->blocks[id].group].pages / PAGES;
	uint64_t i = (uint64_t)id / unit * unit, end = i + unit;

	p.need = unit * PAGES;
	for (; i < end && i < BLOCKS; i++) {
		if (!m->blocks[i].known ||
		    m->blocks[i].zone == TIERMM_ZONE_NONE)
			continue;
		if (m->blocks[i].zone != TIERMM_ZONE_MOVABLE) {
			p.start = i * PAGES;
			p.need = 0;
			return p;
		}
		p.need -= PAGES;
	}
	p.start = end * PAGES;
	p.pages = p.need;
	return p;
}

static struct place look(const struct machine *m, int id)
{
	const struct block *b = &m->blocks[id];
	struct place p = { (uint64_t)id * PAGES, PAGES, PAGES };

	if (b->group < 0)
		return p;
	if (m->groups[b->group].kind == TIERMM_ZONE_GROUP_STATIC)
		return look_at_dimm(m, id, p);
	return m->groups[b->group].pages == PAGES ? p : look_at_unit(m, id, p);
}

/* DMA32 reaches as far as its memory does, holes included. */
static uint32_t kernel_zone(const struct machine *m, int node,
			    const struct place *p)
{
	uint64_t start = UINT64_MAX, end = 0;

	if (node == LOW_NODE) {
		start = (uint64_t)LOW_FIRST * PAGES;
		end = (uint64_t)LOW_END * PAGES;
	}
	for (uint64_t i = 0; i < BLOCKS; i++) {
		if (!m->blocks[i].known || m->blocks[i].node != node ||
		    m->blocks[i].zone != TIERMM_ZONE_DMA32)
			continue;
		start = i * PAGES < start ? i * PAGES : start;
		end = (i + 1) * PAGES > end ? (i + 1) * PAGES : end;
	}
	return p->start < end && p->start + p->pages > start
		       ? TIERMM_ZONE_DMA32
		       : TIERMM_ZONE_NORMAL;
}

uint32_t reference_decide(const struct machine *m, int id, uint32_t how,
			  struct tiermm_zone_decision *why)
{
	struct place p = { (uint64_t)id * PAGES, PAGES, PAGES };
	int node = m->blocks[id].node, group = m->blocks[id].group;

	memset(why, 0, sizeof(*why));
	if (how == TIERMM_ONLINE_MOVABLE)
		return TIERMM_ZONE_MOVABLE;
	if (how == TIERMM_ONLINE_KERNEL || !m->parameters.ratio)
		return kernel_zone(m, node, &p);
	p = look(m, id);
	if (!p.need)
		return kernel_zone(m, node, &p);
	why->checks = 1;
	why->whole = check(m, TIERMM_NO_NODE, group, p.need);
	if (why->whole.holds &&
	    (m->parameters.flags & TIERMM_ZONE_NODE_AWARE)) {
		why->checks = 2;
		why->local = check(m, node, group, p.need);
	}
	if (why->whole.holds && (why->checks == 1 || why->local.holds))
		return TIERMM_ZONE_MOVABLE;
	return kernel_zone(m, node, &p);
}

int reference_plug(const struct machine *m, int id, int node, int group)
{
	int is_low = node == LOW_NODE && id >= LOW_FIRST && id < LOW_END;
	uint64_t members = 0;
	int low = 0;

	if (m->blocks[id].known)
		return -TIERMM_EEXIST;
	for (int i = 0; i < BLOCKS; i++)
		members += m->blocks[i].known && m->blocks[i].group == group;
	if (group >= 0 && m->groups[group].kind == TIERMM_ZONE_GROUP_STATIC &&
	    members * PAGES >= m->groups[group].pages)
		return -TIERMM_ENOSPC;
	/* Boot memory without a name needs the rest of its place. */
	for (int i = LOW_FIRST; i < LOW_END; i++)
		low += m->blocks[i].known && m->blocks[i].node == LOW_NODE;
	return is_low && low == LOW_HOLES ? -TIERMM_EINVAL : 0;
}

int reference_offline(const struct machine *m, int id)
{
	const struct block *b = &m->blocks[id];
	uint64_t early = 0;

	for (int i = 0; i < BLOCKS; i++)
		early += m->blocks[i].known && m->blocks[i].early &&
			 m->blocks[i].node == b->node &&
			 m->blocks[i].zone == b->zone;
	/* Contiguous areas stay: they are in the zone that boot filled. */
	return b->early && b->zone == TIERMM_ZONE_NORMAL &&
			       (early - 1) * PAGES < m->cma[b->node]
		       ? -TIERMM_EBUSY
		       : 0;
}
