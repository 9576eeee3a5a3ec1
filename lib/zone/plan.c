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
	/* What comes first may complete a unit. */
	tiermm__zone_look_at_unit(z, &t->view);
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

	if (!tiermm__zone_has_units(view) ||
	    view->start % t->group.pages == 0) {
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

static int plan_device(const struct tiermm_zones *z,
		       struct tiermm_zone_device *d, struct trial *t,
		       struct tiermm_zone_plan *plan)
{
	int err = tiermm__zone_check_device(z, d);

	if (err)
		return err;
	begin(t, z, d);
	tiermm__zone_plan_limits(z, d, &t->view, plan);
	for (uint64_t i = 0; i < t->blocks; i++)
		take_block(t);
	end_run(t);
	plan->movable_pages = t->movable * z->room.block_pages;
	plan->kernel_pages = d->pages - plan->movable_pages;
	plan->stays_pages += plan->kernel_pages;
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
