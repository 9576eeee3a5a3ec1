/* SPDX-License-Identifier: MIT */
/*
 * A device that might come (Z7): the same judge as for real blocks, over
 * copies of the few numbers that the device would change.
 */
#include "zone/internal.h"

#include "base/options.h"

/* The copies, and what came out so far. */
struct trial {
	struct tiermm__zone_view view;
	struct tiermm__zone_totals whole;
	struct tiermm__zone_node node;
	struct tiermm_zone_group group;
	uint64_t blocks;
	uint64_t movable; /* blocks */
	struct tiermm_zone_run *runs;
	uint64_t cap;
	uint64_t n_runs;
	struct tiermm_zone_run run; /* the one that grows */
};

static int check_unit(const struct tiermm_zones *z,
		      struct tiermm_zone_device *d)
{
	if (d->kind != TIERMM_ZONE_GROUP_DYNAMIC || d->group >= 0)
		return d->unit_pages ? -TIERMM_EINVAL : 0;
	if (!d->unit_pages)
		d->unit_pages = z->room.block_pages;
	if ((d->unit_pages & (d->unit_pages - 1)) ||
	    d->unit_pages < z->room.block_pages ||
	    d->unit_pages / z->room.block_pages > z->room.max_blocks)
		return -TIERMM_EINVAL;
	return 0;
}

static int check_group(const struct tiermm_zones *z,
		       const struct tiermm_zone_device *d)
{
	const struct tiermm_zone_group *group =
		tiermm__zone_group_of(z, d->group);

	if (d->group == TIERMM_ZONE_NO_GROUP)
		return 0;
	if (!group || group->kind != TIERMM_ZONE_GROUP_DYNAMIC ||
	    d->kind != TIERMM_ZONE_GROUP_DYNAMIC || group->node != d->node)
		return -TIERMM_EINVAL;
	return 0;
}

static int check_device(const struct tiermm_zones *z,
			struct tiermm_zone_device *d)
{
	uint64_t blocks = d->pages / z->room.block_pages;
	int err;

	if (d->reserved)
		return -TIERMM_E2BIG;
	if (!tiermm__zones_has_node(z, d->node))
		return -TIERMM_ENODEV;
	if (!d->pages || d->pages % z->room.block_pages ||
	    d->pages > TIERMM_ZONE_PAGES_MAX ||
	    d->kind > TIERMM_ZONE_GROUP_DYNAMIC)
		return -TIERMM_EINVAL;
	if (!tiermm__zone_id_fits(z, d->first_block) ||
	    !tiermm__zone_id_fits(z, d->first_block + blocks - 1))
		return -TIERMM_EINVAL;
	err = check_group(z, d);
	if (!err)
		err = check_unit(z, d);
	if (!err && blocks > z->room.max_blocks)
		err = -TIERMM_ENOSPC;
	return err;
}

static void begin(struct trial *t, const struct tiermm_zones *z,
		  const struct tiermm_zone_device *d)
{
	const struct tiermm_zone_group *group =
		tiermm__zone_group_of(z, d->group);

	t->whole = z->whole;
	t->node = z->nodes[d->node];
	t->group = (struct tiermm_zone_group){
		.kind = d->kind,
		.node = d->node,
		.pages = d->kind == TIERMM_ZONE_GROUP_STATIC ? d->pages
							     : d->unit_pages,
	};
	if (group)
		t->group = *group;
	t->blocks = d->pages / z->room.block_pages;
	t->view = (struct tiermm__zone_view){
		.parameters = &z->parameters,
		.whole = &t->whole,
		.node = &t->node,
		.group = d->kind == TIERMM_ZONE_GROUP_NONE ? NULL : &t->group,
		.node_id = d->node,
		.start = d->first_block * z->room.block_pages,
		.pages = z->room.block_pages,
	};
}

static void end_run(struct trial *t)
{
	if (t->run.blocks && t->n_runs < t->cap)
		t->runs[t->n_runs] = t->run;
	t->n_runs += t->run.blocks != 0;
	t->run = (struct tiermm_zone_run){ 0 };
}

static void count_run(struct trial *t, uint32_t movable)
{
	if (t->run.movable != movable)
		end_run(t);
	t->run.movable = movable;
	t->run.blocks++;
	t->movable += movable;
}

/* The group's own numbers, and its shares in the totals. */
static void count_group(struct trial *t, int movable)
{
	struct tiermm_zone_group *group = &t->group;
	uint64_t pages = t->view.pages, more;

	if (movable)
		group->movable_pages += pages;
	else
		group->kernel_pages += pages;
	if (group->kind != TIERMM_ZONE_GROUP_DYNAMIC)
		return;
	more = tiermm__zone_reserved(group, t->view.parameters->ratio) -
	       group->reserved_pages;
	group->reserved_pages += more;
	t->whole.reserved += more;
	t->node.totals.reserved += more;
	if (movable) {
		t->whole.grouped += pages;
		t->node.totals.grouped += pages;
	}
}

static void count_unit(struct trial *t, int movable)
{
	struct tiermm__zone_view *view = &t->view;

	if (movable) {
		view->unit_online += view->pages;
	} else if (!view->unit_has_kernel) {
		view->unit_has_kernel = 1;
		view->unit_kernel = view->start;
	}
}

static void begin_unit(struct trial *t)
{
	struct tiermm__zone_view *view = &t->view;
	int has_units = t->group.kind == TIERMM_ZONE_GROUP_DYNAMIC &&
			t->group.pages != view->pages;

	if (!has_units || view->start % t->group.pages == 0) {
		view->unit_online = 0;
		view->unit_has_kernel = 0;
	}
}

static void take_block(struct trial *t)
{
	struct tiermm__zone_view *view = &t->view;
	uint32_t zone;
	int movable;

	begin_unit(t);
	zone = tiermm__zone_judge(view, TIERMM_ONLINE_BY_POLICY, NULL);
	movable = zone == TIERMM_ZONE_MOVABLE;
	tiermm__zone_grow(&t->node.zones[zone], view->start, view->pages);
	if (movable) {
		t->whole.movable += view->pages;
		t->node.totals.movable += view->pages;
	}
	if (view->group)
		count_group(t, movable);
	count_unit(t, movable);
	count_run(t, (uint32_t)movable);
	view->start += view->pages;
}

/* Pages more that could be movable in a scope. */
static uint64_t headroom(const struct tiermm_zones *z,
			 const struct tiermm__zone_totals *totals, int32_t node,
			 const struct tiermm_zone_group *group)
{
	struct tiermm_zone_check c;

	tiermm__zone_work_out(&z->parameters, totals, node, group, 0, &c);
	return c.limit_pages > c.movable_pages ? c.limit_pages - c.movable_pages
					       : 0;
}

static int tests_node(const struct tiermm_zones *z, int32_t node)
{
	uint32_t flags = z->parameters.flags;

	return (flags & TIERMM_ZONE_NODE_AWARE) &&
	       !((flags & TIERMM_ZONE_BARE_NODES) &&
		 !z->nodes[node].totals.kernel);
}

static uint64_t all_movable(const struct tiermm_zones *z,
			    const struct tiermm_zone_device *d,
			    const struct tiermm_zone_group *group)
{
	uint64_t unit = d->kind == TIERMM_ZONE_GROUP_DYNAMIC
				? group->pages
				: z->room.block_pages;
	uint64_t most, local;

	if (z->parameters.policy == TIERMM_ZONE_POLICY_MOVABLE)
		return TIERMM_ZONE_PAGES_MAX;
	if (z->parameters.policy != TIERMM_ZONE_POLICY_AUTO_MOVABLE)
		return 0;
	most = headroom(z, &z->whole, TIERMM_NO_NODE, group);
	if (tests_node(z, d->node)) {
		local = headroom(z, &z->nodes[d->node].totals, d->node, group);
		most = local < most ? local : most;
	}
	return most - most % unit;
}

static uint64_t present_pages(const struct tiermm_zones *z)
{
	uint64_t pages = 0;

	for (uint32_t n = 0; n < z->room.max_nodes; n++)
		for (uint32_t i = 0; i < TIERMM_ZONES; i++)
			pages += z->nodes[n].zones[i].present;
	return pages;
}

static void sum_up(const struct tiermm_zones *z,
		   const struct tiermm_zone_device *d, const struct trial *t,
		   const struct tiermm_zone_group *before,
		   struct tiermm_zone_plan *plan)
{
	int aware = (z->parameters.flags & TIERMM_ZONE_NODE_AWARE) != 0;

	plan->movable_pages = t->movable * z->room.block_pages;
	plan->kernel_pages = d->pages - plan->movable_pages;
	plan->stays_pages =
		present_pages(z) - before->movable_pages + plan->kernel_pages;
	plan->all_movable_pages = all_movable(z, d, before);
	plan->ratio_needed =
		tiermm__zone_lowest_ratio(z, d->node, before, d->pages, aware);
}

static int plan_device(const struct tiermm_zones *z,
		       struct tiermm_zone_device *d, struct trial *t,
		       struct tiermm_zone_plan *plan)
{
	struct tiermm_zone_group before;
	int err = check_device(z, d);

	if (err)
		return err;
	begin(t, z, d);
	before = t->group;
	for (uint64_t i = 0; i < t->blocks; i++)
		take_block(t);
	end_run(t);
	sum_up(z, d, t, &before, plan);
	return 0;
}

int tiermm_zones_plan(struct tiermm_zones *z,
		      const struct tiermm_zone_device *device,
		      struct tiermm_zone_plan *plan,
		      struct tiermm_zone_run *runs, uint64_t cap,
		      uint64_t *n_out)
{
	struct trial trial = { .runs = runs, .cap = cap };
	struct tiermm_zone_plan known = { 0 };
	struct tiermm_zone_device d;
	int err;

	if (!device || (!runs && cap) || (plan && plan->size < sizeof(*plan)))
		return -TIERMM_EINVAL;
	err = tiermm__options_copy(&d, sizeof(d), device, sizeof(d), 0);
	if (!err)
		err = tiermm__zones_enter(z);
	if (err)
		return err;
	err = plan_device(z, &d, &trial, &known);
	tiermm__zones_leave(z);
	if (err)
		return err;
	if (plan)
		tiermm__give_out(plan, &known, sizeof(known));
	if (n_out)
		*n_out = trial.n_runs;
	return 0;
}
