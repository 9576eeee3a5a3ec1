/* SPDX-License-Identifier: MIT */
/* May a page be deferred, and why not (F4, F9). */
#include "flush/request.h"

#include "base/options.h"

#define KNOWN_FACTS \
	(TIERMM_FACT_READABLE | TIERMM_FACT_WRITABLE | TIERMM_FACT_DIRTY)

static int is_parked(const struct tiermm_flush_page *page)
{
	return page && tiermm__link(page);
}

static uint32_t judge_page(const struct tiermm_flush_facts *facts)
{
	if (facts->flags & TIERMM_FACT_WRITABLE)
		return TIERMM_DEFER_WRITABLE;
	if (facts->flags & TIERMM_FACT_DIRTY)
		return TIERMM_DEFER_DIRTY;
	if (!(facts->flags & TIERMM_FACT_READABLE))
		return TIERMM_DEFER_UNMAPPED;
	if (is_parked(facts->page) || is_parked(facts->copy))
		return TIERMM_DEFER_PARKED;
	return TIERMM_DEFER_YES;
}

/* Relaxed throughout: add and queue hold the bounds, this only foretells. */
static uint32_t judge_node(struct tiermm_flush *f,
			   const struct tiermm_flush_facts *facts)
{
	struct tiermm__lane *lane = &f->lanes[facts->node];
	uint64_t parked =
		atomic_load_explicit(&lane->reserved, memory_order_relaxed);
	uint64_t oldest =
		atomic_load_explicit(&lane->oldest_ns, memory_order_relaxed);

	if (f->max_pages &&
	    (parked > f->max_pages ||
	     (uint64_t)1 << facts->order > f->max_pages - parked))
		return TIERMM_DEFER_FULL;
	if (oldest == TIERMM__NEVER || !f->max_age_ns)
		return TIERMM_DEFER_YES;
	if (facts->now_ns < oldest) {
		/* A clock that went back counts as no time passed. */
		tiermm__flush_count(f, TIERMM_FLUSH_CLOCK_BACK, 1);
		return TIERMM_DEFER_YES;
	}
	return facts->now_ns - oldest > f->max_age_ns ? TIERMM_DEFER_OLD
						      : TIERMM_DEFER_YES;
}

static uint32_t judge(struct tiermm_flush *f,
		      const struct tiermm_flush_facts *facts)
{
	uint32_t why;

	if (atomic_load_explicit(&f->stopped, memory_order_relaxed))
		return TIERMM_DEFER_STOPPED;
	if (!facts->reason || (facts->reason & ~f->reasons))
		return TIERMM_DEFER_NOT_ALLOWED;
	why = judge_page(facts);
	return why ? why : judge_node(f, facts);
}

int tiermm_flush_may_defer(struct tiermm_flush *f,
			   const struct tiermm_flush_facts *facts,
			   uint32_t *why)
{
	struct tiermm_flush_facts known;
	uint32_t answer;
	int err;

	if (!f || !facts)
		return -TIERMM_EINVAL;
	err = tiermm__options_copy(&known, sizeof(known), facts, sizeof(known),
				   KNOWN_FACTS);
	if (err)
		return err;
	if (known.reserved)
		return -TIERMM_E2BIG;
	if (!known.page || known.order > TIERMM_FLUSH_MAX_ORDER)
		return -TIERMM_EINVAL;
	if (known.node < 0 || (uint32_t)known.node >= f->max_nodes)
		return -TIERMM_ENODEV;
	answer = judge(f, &known);
	if (why)
		*why = answer;
	return answer == TIERMM_DEFER_YES;
}

const char *tiermm_flush_defer_name(uint32_t why)
{
	static const char *const names[] = {
		"may be deferred",
		"is mapped writable",
		"has a dirty mapping",
		"is not mapped",
		"is parked already",
		"deferral is stopped",
		"is not moved for a reason that allows it",
		"the node holds as many parked pages as it may",
		"the node holds parked pages for too long",
	};

	if (why >= sizeof(names) / sizeof(names[0]))
		return "unknown reason";
	return names[why];
}
