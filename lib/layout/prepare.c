/* SPDX-License-Identifier: MIT */
/* The half of a change that can fail (L3), and then has changed nothing. */
#include "layout/relayout.h"

#include "base/nodeset.h"

#include <stddef.h>

static int check_span(const struct tiermm_relayout *r,
		      const struct tiermm_layout *layout,
		      struct tiermm_layout_problem *problem)
{
	if (layout->map.last == r->last)
		return 0;
	return tiermm__layout_report(problem,
				     &(struct tiermm_layout_problem){
					     .error = -TIERMM_EINVAL,
					     .what = TIERMM_LAYOUT_PROBLEM_SPAN,
					     .last = layout->map.last,
					     .node = TIERMM_NO_NODE,
					     .other_node = TIERMM_NO_NODE,
					     .limit = r->last });
}

static int may_name(const struct tiermm_relayout *r, int32_t node)
{
	if ((uint32_t)node >= r->max_nodes)
		return 0;
	return !r->has_nodes || tiermm__nodeset_has(&r->nodes, node);
}

int tiermm__relayout_check_nodes(const struct tiermm_relayout *r,
				 const struct tiermm_layout *layout,
				 struct tiermm_layout_problem *problem)
{
	const struct tiermm__layout_map *m = &layout->map;

	for (uint64_t i = 0; i < m->count; i++) {
		int32_t node = tiermm__layout_word_node(m->words[i]);

		if (may_name(r, node))
			continue;
		return tiermm__layout_report(
			problem,
			&(struct tiermm_layout_problem){
				.error = -TIERMM_ENODEV,
				.what = TIERMM_LAYOUT_PROBLEM_NODE,
				.range = i,
				.first = tiermm__layout_first(m->words[i]),
				.last = tiermm__layout_end(m, i),
				.node = node,
				.other_node = TIERMM_NO_NODE });
	}
	return 0;
}

/* Tables of operations: a tail that we do not know is not called. */
static int adopt_parts(struct tiermm_relayout *r,
		       const struct tiermm_layout_part *const *parts,
		       uint32_t n)
{
	if (n > TIERMM_LAYOUT_PARTS || (n && !parts))
		return -TIERMM_EINVAL;
	for (uint32_t i = 0; i < n; i++) {
		const struct tiermm_layout_part *p = parts[i];

		if (!p || p->size < sizeof(*p) || p->size % sizeof(void *) ||
		    p->flags || !p->prepare || !p->commit || !p->abort)
			return -TIERMM_EINVAL;
		r->parts[i] = *p;
	}
	r->n_parts = n;
	return 0;
}

/* Pages that a node has now, in all zones. */
static uint64_t present(const struct tiermm_relayout *r, int32_t node)
{
	uint64_t pages = 0;

	/* Relaxed: a number of the moment. */
	for (uint32_t z = 0; z < TIERMM_LAYOUT_ZONES; z++)
		pages += atomic_load_explicit(&tiermm__layout_count(r, node, z)
						       ->present,
					      memory_order_relaxed);
	return pages;
}

static void set_flags(struct tiermm_relayout *r)
{
	for (uint32_t n = 0; n < r->max_nodes; n++) {
		struct tiermm_layout_shift *shift = &r->shifts[n];

		if (shift->gains && !present(r, (int32_t)n))
			shift->flags |= TIERMM_LAYOUT_FIRST;
		if (shift->loses && !shift->goal)
			shift->flags |= TIERMM_LAYOUT_LAST;
	}
}

/*
 * The layout before is that of the last time at which no mark was set: pages
 * that no commit since has reached are on its nodes.
 */
static void fill(struct tiermm_relayout *r, struct tiermm_layout *layout)
{
	struct tiermm__layout_view *now = tiermm__layout_view(r);
	struct tiermm__layout_view *v = r->prepared;
	int first = !now->before || !tiermm__marks_any(r, 0, r->last);

	tiermm__view_fill(v, tiermm_layout_ref(layout),
			  tiermm_layout_ref(first ? now->layout : now->before));
	v->several = !first;
	v->generation = now->generation + 1;
	r->change = (struct tiermm_layout_change){
		.size = sizeof(r->change),
		.generation = v->generation,
		.from = now->layout,
		.to = layout,
	};
	tiermm__layout_reckon(r, &now->map, &v->map);
	set_flags(r);
}

int tiermm__relayout_prepare(struct tiermm_relayout *r,
			     struct tiermm_layout *layout,
			     const struct tiermm_layout_part *const *parts,
			     uint32_t n_parts,
			     struct tiermm_layout_problem *problem)
{
	int err;

	if (r->prepared)
		tiermm__layout_cancel(r);
	err = check_span(r, layout, problem);
	if (!err)
		err = tiermm__relayout_check_nodes(r, layout, problem);
	if (!err)
		err = adopt_parts(r, parts, n_parts);
	if (err)
		return err;
	r->prepared = tiermm__view_take(r);
	if (!r->prepared)
		return -TIERMM_EAGAIN;
	fill(r, layout);
	err = tiermm__layout_ask(r, problem);
	if (!err)
		return 0;
	tiermm__layout_cancel(r);
	tiermm__layout_add(r, TIERMM_LAYOUT_REFUSALS, 1);
	tiermm__layout_event(r, TIERMM_LAYOUT_REFUSED, TIERMM_NO_NODE, 0);
	return err;
}

int tiermm_relayout_prepare(struct tiermm_relayout *r,
			    struct tiermm_layout *layout,
			    const struct tiermm_layout_part *const *parts,
			    uint32_t n_parts,
			    struct tiermm_layout_problem *problem)
{
	int err = layout ? tiermm__relayout_enter(r) : -TIERMM_EINVAL;

	if (err)
		return err;
	err = tiermm__relayout_prepare(r, layout, parts, n_parts, problem);
	tiermm__relayout_leave(r);
	return err;
}

int tiermm_relayout_abort(struct tiermm_relayout *r)
{
	int err = tiermm__relayout_enter(r);

	if (err)
		return err;
	if (r->prepared)
		tiermm__layout_cancel(r);
	tiermm__relayout_leave(r);
	return 0;
}
