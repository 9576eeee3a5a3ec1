/* SPDX-License-Identifier: MIT */
/*
 * A device like virtio-mem: it plans, grows, shrinks without an imbalance.
 *
 *     cc -std=c11 10_virtio_mem_device.c $(pkg-config --cflags --libs tiermm)
 */
#include <stdio.h>

#include <tiermm/tiermm.h>

#define BLOCK UINT64_C(32768) /* pages: 128 MiB */
#define FIRST 32
#define BLOCKS 24

/* 512 MiB of boot memory, a limit of 300 %. */
static int make_machine(struct tiermm_zones **z)
{
	struct tiermm_zone_parameters p = {
		.size = sizeof(p),
		.flags = TIERMM_ZONE_NODE_AWARE,
		.policy = TIERMM_ZONE_POLICY_AUTO_MOVABLE,
		.ratio = 300,
	};
	struct tiermm_zone_boot boot = { .zone = TIERMM_ZONE_NORMAL,
					 .spanned = 4 * BLOCK,
					 .present = 4 * BLOCK };
	int err = tiermm_zones_create(z, NULL, &p, NULL);
	return err ? err : tiermm_zones_add_boot(*z, &boot);
}

static int look_ahead(struct tiermm_zones *z, int32_t group)
{
	struct tiermm_zone_device device = { .size = sizeof(device),
					     .kind = TIERMM_ZONE_GROUP_DYNAMIC,
					     .group = group,
					     .pages = BLOCKS * BLOCK };
	struct tiermm_zone_plan plan = { .size = sizeof(plan) };
	struct tiermm_zone_cost cost = { .size = sizeof(cost) };
	struct tiermm_zone_run runs[BLOCKS];
	char line[256];
	uint64_t n;
	int err = tiermm_zones_plan(z, &device, &plan, runs, BLOCKS, &n);
	if (!err)
		err = tiermm_zone_runs_text(runs, n, line, sizeof(line), NULL);
	if (!err)
		err = tiermm_zone_plug_cost(NULL, device.pages, &cost);
	if (err)
		return err;
	printf("planned: %s\n", line);
	printf("can be given back: %d of %d blocks; first it takes %d MiB\n",
	       (int)(plan.movable_pages / BLOCK), BLOCKS,
	       (int)(cost.before_bytes >> 20));
	return 0;
}

/* What a driver would tell: each block whole, and the zone it went to. */
static int grow(struct tiermm_zones *z, int32_t group,
		struct tiermm_zone_part *parts)
{
	int err = 0;

	for (uint64_t i = 0; i < BLOCKS && !err; i++) {
		struct tiermm_zone_event e[2] = {
			{ TIERMM_ZONE_PLUG, 0, FIRST + i, 0, group, 0, 0 },
			{ TIERMM_ZONE_DECIDE, 0, FIRST + i, 0, 0, 0, 0 },
		};

		err = tiermm_zones_apply(z, e, 2, NULL);
		err = err ? err : e[1].result;
		parts[i] = (struct tiermm_zone_part){
			FIRST + i, 64, 64,
			e[1].zone == TIERMM_ZONE_MOVABLE
				? TIERMM_ZONE_PART_MOVABLE
				: TIERMM_ZONE_PART_KERNEL,
			0
		};
	}
	return err;
}

/* Give back all that is movable; no imbalance may come of it. */
static int shrink(struct tiermm_zones *z, const struct tiermm_zone_part *parts,
		  uint64_t blocks)
{
	struct tiermm_zone_move moves[BLOCKS];
	uint64_t n, wrong = 0;
	int err = tiermm_zone_unplug_order(parts, BLOCKS, 0, blocks * 64, moves,
					   BLOCKS, &n, NULL);

	for (uint64_t i = 0; i < n && !err; i++) {
		err = tiermm_zones_offline(z, moves[i].block);
		if (!err)
			err = tiermm_zones_unplug(z, moves[i].block);
		if (!err && !wrong)
			err = tiermm_zones_imbalances(z, NULL, 0, &wrong);
	}
	printf("%d blocks given back, %d imbalances\n", (int)n, (int)wrong);
	return err || wrong ? -1 : 0;
}

int main(void)
{
	struct tiermm_zone_part parts[BLOCKS];
	struct tiermm_zones *z = NULL;
	int32_t group = TIERMM_ZONE_NO_GROUP;
	int err = make_machine(&z);
	if (!err)
		err = tiermm_zones_add_group(z, TIERMM_ZONE_GROUP_DYNAMIC, 0,
					     BLOCK, &group);
	if (!err)
		err = look_ahead(z, group);
	if (!err)
		err = grow(z, group, parts);
	if (!err)
		err = shrink(z, parts, 21);
	if (err)
		fprintf(stderr, "failed: %s\n", tiermm_strerror(err));
	tiermm_zones_destroy(z);
	return err ? 1 : 0;
}
