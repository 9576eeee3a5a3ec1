/* SPDX-License-Identifier: MIT */
/* Ranges made by a rule: all on one node, stripes, equal parts. */
#include "layout/map.h"

#include "base/nodeset.h"
#include "base/options.h"

#include <stddef.h>

static int check(struct tiermm_layout_pattern *to,
		 const struct tiermm_layout_pattern *from)
{
	int err = -TIERMM_EINVAL;

	if (from)
		err = tiermm__options_copy(to, sizeof(*to), from, sizeof(*to),
					   0);
	if (err)
		return err;
	if (to->kind == TIERMM_LAYOUT_ALL)
		to->last_node = to->first_node;
	if (to->kind > TIERMM_LAYOUT_BLOCK ||
	    !tiermm__node_in_range(to->first_node) ||
	    !tiermm__node_in_range(to->last_node) ||
	    to->last_node < to->first_node ||
	    to->last_frame >= TIERMM_LAYOUT_FRAMES ||
	    (to->kind == TIERMM_LAYOUT_STRIPE && !to->stripe))
		return -TIERMM_EINVAL;
	return 0;
}

static uint64_t count(const struct tiermm_layout_pattern *p)
{
	uint64_t nodes = (uint64_t)(p->last_node - p->first_node) + 1;

	if (p->kind == TIERMM_LAYOUT_STRIPE)
		return p->last_frame / p->stripe + 1;
	return nodes < p->last_frame + 1 ? nodes : p->last_frame + 1;
}

/* The range of one stripe. */
static struct tiermm_layout_range
stripe_at(const struct tiermm_layout_pattern *p, uint64_t i)
{
	uint64_t nodes = (uint64_t)(p->last_node - p->first_node) + 1;
	uint64_t first = i * p->stripe;
	uint64_t left = p->last_frame - first;

	return (struct tiermm_layout_range){
		.first = first,
		.last = left < p->stripe ? p->last_frame
					 : first + p->stripe - 1,
		.node = p->first_node + (int32_t)((i + p->shift) % nodes),
	};
}

/* Equal parts; what is left over makes the first ones longer by a frame. */
static struct tiermm_layout_range part_at(const struct tiermm_layout_pattern *p,
					  uint64_t i, uint64_t n)
{
	uint64_t each = (p->last_frame + 1) / n;
	uint64_t more = (p->last_frame + 1) % n;
	uint64_t first = i * each + (i < more ? i : more);

	return (struct tiermm_layout_range){
		.first = first,
		.last = first + each - (i < more ? 0 : 1),
		.node = p->first_node + (int32_t)i,
	};
}

static struct tiermm_layout_range
range_at(const struct tiermm_layout_pattern *p, uint64_t i, uint64_t n)
{
	return p->kind == TIERMM_LAYOUT_STRIPE ? stripe_at(p, i)
					       : part_at(p, i, n);
}

int tiermm_layout_pattern_ranges(const struct tiermm_layout_pattern *pattern,
				 struct tiermm_layout_range *out, uint64_t cap,
				 uint64_t *n_out)
{
	struct tiermm_layout_pattern p;
	int err = check(&p, pattern);
	uint64_t n;

	if (err)
		return err;
	n = count(&p);
	if (!n_out || (!out && cap) || n > TIERMM_LAYOUT_RANGES)
		return -TIERMM_EINVAL;
	for (uint64_t i = 0; i < n && i < cap; i++)
		out[i] = range_at(&p, i, n);
	*n_out = n;
	return 0;
}

int tiermm_layout_pattern_create(struct tiermm_layout **out,
				 const struct tiermm_layout_pattern *pattern,
				 const struct tiermm_alloc *mem)
{
	struct tiermm_layout_range *ranges;
	struct tiermm_alloc from;
	uint64_t n = 0;
	int err;

	if (!out)
		return -TIERMM_EINVAL;
	*out = NULL;
	err = tiermm_layout_pattern_ranges(pattern, NULL, 0, &n);
	if (!err)
		err = tiermm__alloc_resolve(&from, mem);
	if (err)
		return err;
	ranges = tiermm__alloc(&from, n * sizeof(*ranges));
	if (!ranges)
		return -TIERMM_ENOMEM;
	(void)tiermm_layout_pattern_ranges(pattern, ranges, n, &n);
	err = tiermm_layout_create(out, ranges, n, NULL, NULL, &from);
	tiermm__free(&from, ranges, n * sizeof(*ranges));
	return err;
}
