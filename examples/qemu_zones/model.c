/* SPDX-License-Identifier: MIT */
/* The guest as libtiermm sees it: predicted block by block, then compared. */
#include "qemu_zones.h"

#include <inttypes.h>

static int add_boot(struct model *m, const struct state *s)
{
	for (int n = 0; n < NODES; n++)
		for (uint32_t i = 0; i < TIERMM_ZONES; i++)
			if (s->zone[n][i].present &&
			    tiermm_zones_add_boot(m->zones, &s->zone[n][i]))
				return -1;
	for (uint64_t b = 0; b < ALL_BLOCKS; b++)
		if (s->block[b].known &&
		    tiermm_zones_add_boot_block(m->zones, b, s->block[b].node,
						s->block[b].zone))
			return -1;
	return 0;
}

int model_begin(struct model *m, const struct state *s, const struct options *o)
{
	struct tiermm_zone_parameters p = {
		.size = sizeof(p),
		.policy = TIERMM_ZONE_POLICY_AUTO_MOVABLE,
		.ratio = o->ratio,
		.flags = o->aware ? TIERMM_ZONE_NODE_AWARE : 0,
	};
	int err = tiermm_zones_create(&m->zones, NULL, &p, NULL);

	if (err || add_boot(m, s))
		return -1;
	m->show = o->show;
	m->forget_groups = o->forget_groups;
	for (uint32_t i = 0; i < DEVICES; i++)
		if (tiermm_zones_add_group(m->zones, TIERMM_ZONE_GROUP_DYNAMIC,
					   (int32_t)i,
					   i ? BIG_UNIT * BLOCK_PAGES
					     : BLOCK_PAGES,
					   &m->device[i]))
			return -1;
	return 0;
}

int model_add_dimm(struct model *m, uint32_t dimm, uint64_t blocks, int node)
{
	return tiermm_zones_add_group(m->zones, TIERMM_ZONE_GROUP_STATIC, node,
				      blocks * BLOCK_PAGES, &m->dimm[dimm]);
}

int model_remove_dimm(struct model *m, uint32_t dimm)
{
	return tiermm_zones_remove_group(m->zones, m->dimm[dimm]);
}

static int32_t group_of(const struct model *m, uint64_t block)
{
	uint64_t at = block - FIRST_BLOCK;

	if (block < FIRST_BLOCK)
		return TIERMM_ZONE_NO_GROUP;
	if (block >= DIMM_BLOCK)
		return m->dimm[(block - DIMM_BLOCK) / DIMM_ROOM];
	if (m->forget_groups)
		return TIERMM_ZONE_NO_GROUP;
	return m->device[at / DEVICE_BLOCKS];
}

static int leave(struct model *m, uint64_t block, int is_gone)
{
	int err = 0;
	struct tiermm_zone_block now;

	if (tiermm_zones_block(m->zones, block, &now))
		return -1;
	if (now.zone != TIERMM_ZONE_NONE)
		err = tiermm_zones_offline(m->zones, block);
	if (!err && is_gone)
		err = tiermm_zones_unplug(m->zones, block);
	return err;
}

static void compare(struct model *m, uint64_t block,
		    const struct tiermm_zone_decision *why, uint32_t zone)
{
	char text[512];

	m->blocks++;
	m->wrong += why->zone != zone;
	if (!m->show && why->zone == zone)
		return;
	tiermm_zone_decision_text(why, text, sizeof(text), NULL);
	printf("%s%s; the guest: %s (block %" PRIu64 ")\n",
	       why->zone == zone ? "" : "WRONG: ", text, tiermm_zone_name(zone),
	       block);
}

/* Predict first; then go on from what the guest did. */
static int enter(struct model *m, uint64_t block, int node, uint32_t zone)
{
	struct tiermm_zone_decision why = { .size = sizeof(why) };
	struct tiermm_zone_block now;
	uint32_t said;
	int err = 0;

	if (tiermm_zones_block(m->zones, block, &now))
		err = tiermm_zones_plug(m->zones, block, node,
					group_of(m, block));
	if (err || zone == TIERMM_ZONE_NONE)
		return err;
	err = tiermm_zones_decide(m->zones, block, TIERMM_ONLINE_BY_POLICY,
				  &said, &why);
	if (err)
		return err;
	compare(m, block, &why, zone);
	return tiermm_zones_online(m->zones, block, zone);
}

static int is_online(const struct state *s, uint64_t block)
{
	return s->block[block].known &&
	       s->block[block].zone != TIERMM_ZONE_NONE;
}

/* It went, and may be back: a guest that cannot empty a DIMM brings those of
 * its blocks that had gone online again, each where it is decided then. */
static int has_left(const struct state *before, const struct state *after,
		    uint64_t block)
{
	return is_online(before, block) &&
	       (!is_online(after, block) ||
		before->block[block].zone != after->block[block].zone);
}

static int leave_all(struct model *m, const struct state *before,
		     const struct state *after)
{
	int err = 0;

	for (uint64_t b = 0; !err && b < ALL_BLOCKS; b++) {
		int is_gone = before->block[b].known && !after->block[b].known;

		if (is_gone || has_left(before, after, b))
			err = leave(m, b, is_gone);
	}
	return err;
}

static int enter_all(struct model *m, const struct state *before,
		     const struct state *after)
{
	int err = 0;

	for (uint64_t b = 0; !err && b < ALL_BLOCKS; b++) {
		int is_new = after->block[b].known && !before->block[b].known;
		int came = is_online(after, b) && (!is_online(before, b) ||
						   has_left(before, after, b));

		if (is_new || came)
			err = enter(m, b, after->block[b].node,
				    after->block[b].zone);
	}
	return err;
}

/* What the account holds is what the guest's zones hold. */
static int agrees(const struct model *m, const struct state *s)
{
	for (int n = 0; n < NODES; n++) {
		for (uint32_t i = 0; i < TIERMM_ZONES; i++) {
			const struct tiermm_zone_boot *guest = &s->zone[n][i];
			struct tiermm_zone_state own;

			if (tiermm_zones_zone(m->zones, n, i, &own))
				return 0;
			if (own.present == guest->present &&
			    (!own.present || (own.start == guest->start &&
					      own.spanned == guest->spanned)))
				continue;
			fprintf(stderr,
				"node %d, %s: %" PRIu64 " pages present, "
				"the guest has %" PRIu64 "\n",
				n, tiermm_zone_name(i), own.present,
				guest->present);
			return 0;
		}
	}
	return 1;
}

int model_follow(struct model *m, const struct state *before,
		 const struct state *after)
{
	int err = leave_all(m, before, after);

	if (!err)
		err = enter_all(m, before, after);
	if (!err && !agrees(m, after))
		err = -1;
	return err;
}
