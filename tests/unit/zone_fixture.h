/* SPDX-License-Identifier: MIT */
/* Small machines with zones, for the tests of that module. */
#ifndef TESTS_UNIT_ZONE_FIXTURE_H
#define TESTS_UNIT_ZONE_FIXTURE_H

#include "support/cmocka.h"

#include <tiermm/zone.h>
#include <tiermm/zone_decide.h>
#include <tiermm/zone_event.h>
#include <tiermm/zone_order.h>
#include <tiermm/zone_plan.h>

/* A block is 128 MiB of 4 KiB pages, as on most machines. */
#define BLOCK UINT64_C(32768)

/* An account with auto-movable and one node's boot memory, in blocks. */
static inline struct tiermm_zones *machine_of(uint32_t ratio, uint32_t flags,
					      uint64_t boot_blocks)
{
	struct tiermm_zone_parameters p = {
		.size = sizeof(p),
		.policy = TIERMM_ZONE_POLICY_AUTO_MOVABLE,
		.ratio = ratio,
		.flags = flags,
	};
	struct tiermm_zones_options o = { .size = sizeof(o),
					  .max_nodes = 4,
					  .max_groups = 8,
					  .max_blocks = 4096 };
	struct tiermm_zone_boot boot = { .zone = TIERMM_ZONE_NORMAL,
					 .spanned = boot_blocks * BLOCK,
					 .present = boot_blocks * BLOCK };
	struct tiermm_zones *z;

	assert_int_equal(tiermm_zones_create(&z, &o, &p, NULL), 0);
	if (boot_blocks)
		assert_int_equal(tiermm_zones_add_boot(z, &boot), 0);
	return z;
}

static inline int32_t group_of(struct tiermm_zones *z, uint32_t kind,
			       int32_t node, uint64_t blocks)
{
	int32_t group = -7;

	assert_int_equal(tiermm_zones_add_group(z, kind, node, blocks * BLOCK,
						&group),
			 0);
	return group;
}

/* Plug a block in and let the policy bring it online. */
static inline uint32_t plug_in(struct tiermm_zones *z, uint64_t block,
			       int32_t node, int32_t group)
{
	struct tiermm_zone_event e[2] = {
		{ .kind = TIERMM_ZONE_PLUG,
		  .block = block,
		  .node = node,
		  .group = group },
		{ .kind = TIERMM_ZONE_DECIDE, .block = block },
	};
	uint64_t failed = 1;

	assert_int_equal(tiermm_zones_apply(z, e, 2, &failed), 0);
	assert_int_equal(failed, 0);
	return e[1].zone;
}

/* Plug it in and report that it is in a zone, whoever decided so. */
static inline void put_in(struct tiermm_zones *z, uint64_t block, int32_t node,
			  int32_t group, uint32_t zone)
{
	assert_int_equal(tiermm_zones_plug(z, block, node, group), 0);
	assert_int_equal(tiermm_zones_online(z, block, zone), 0);
}

/* Take a block away again. */
static inline void take_out(struct tiermm_zones *z, uint64_t block)
{
	assert_int_equal(tiermm_zones_offline(z, block), 0);
	assert_int_equal(tiermm_zones_unplug(z, block), 0);
}

static inline uint64_t present(struct tiermm_zones *z, int32_t node,
			       uint32_t zone)
{
	struct tiermm_zone_state state;

	assert_int_equal(tiermm_zones_zone(z, node, zone, &state), 0);
	return state.present;
}

static inline uint64_t imbalances(struct tiermm_zones *z)
{
	uint64_t n = 99;

	assert_int_equal(tiermm_zones_imbalances(z, NULL, 0, &n), 0);
	return n;
}

static inline void done_with(struct tiermm_zones *z)
{
	assert_int_equal(tiermm_zones_is_valid(z), 1);
	tiermm_zones_destroy(z);
}

#endif
