/* SPDX-License-Identifier: MIT */
/*
 * What nodes have, and who needs room (R8): reclaim keeps the figures and
 * carries them on, promotion is told of them before it plans.
 */
#include "engine/engine.h"

#include "base/nodeset.h"

static uint64_t parked_on(const struct tiermm_engine *e, int32_t node)
{
	uint64_t pages = 0;

	if (e->flush)
		(void)tiermm_flush_pending(e->flush, node, &pages);
	return pages;
}

void tiermm__press(struct tiermm_engine *e, int32_t node)
{
	/* Relaxed: a hint by itself. Partner: tiermm__take_press(). */
	atomic_fetch_or_explicit(&e->pressed[node / 64],
				 (uint64_t)1 << (node % 64),
				 memory_order_relaxed);
}

int tiermm__take_press(struct tiermm_engine *e, int32_t node)
{
	uint64_t bit = (uint64_t)1 << (node % 64);

	/* Relaxed: as above. */
	return (atomic_fetch_and_explicit(&e->pressed[node / 64], ~bit,
					  memory_order_relaxed) &
		bit) != 0;
}

int tiermm__engine_due(struct tiermm_engine *e, struct tiermm_nodeset *out)
{
	int err = tiermm_reclaim_due_nodes(e->reclaim, out);

	if (err)
		return err;
	for (uint32_t i = 0; i < TIERMM_NODESET_WORDS; i++)
		/* Relaxed: a hint by itself. */
		out->word[i] |= atomic_load_explicit(&e->pressed[i],
						     memory_order_relaxed);
	return 0;
}

int tiermm_engine_due(struct tiermm_engine *e, struct tiermm_nodeset *out)
{
	int err = e && out ? tiermm__owner_enter(&e->owner) : -TIERMM_EINVAL;

	if (err)
		return err;
	err = tiermm__engine_due(e, out);
	tiermm__owner_leave(&e->owner);
	return err;
}

static void log_room(struct tiermm_engine *e,
		     const struct tiermm_engine_room *room, uint64_t parked)
{
	struct tiermm_record record = {
		.kind = TIERMM_RECORD_ROOM,
		.page = room->managed_pages,
		.value = { room->free_pages, room->min_pages },
		.flags = room->loaded_latency_ns,
		.from = room->node,
		.to = TIERMM_NO_NODE,
		.reason = parked > UINT32_MAX ? UINT32_MAX : (uint32_t)parked,
	};

	tiermm__log_add(&e->ring, &record);
}

static int check_rooms(const struct tiermm_engine *e,
		       const struct tiermm_engine_room *rooms, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++) {
		if (rooms[i].reserved)
			return -TIERMM_EINVAL;
		if (!tiermm__node_in_range(rooms[i].node) ||
		    (uint32_t)rooms[i].node >= e->max_nodes)
			return -TIERMM_ENODEV;
	}
	return 0;
}

static int set_room(struct tiermm_engine *e,
		    const struct tiermm_engine_room *room)
{
	struct tiermm_reclaim_node node = {
		.node = room->node,
		.managed = room->managed_pages,
		.min = room->min_pages,
		.free_pages = room->free_pages,
		.parked_pages = parked_on(e, room->node),
	};
	int err = tiermm_reclaim_set_nodes(e->reclaim, &node, 1);

	if (err)
		return err;
	e->room[room->node] = *room;
	if (e->rooms_end <= (uint32_t)room->node)
		e->rooms_end = (uint32_t)room->node + 1;
	log_room(e, room, node.parked_pages);
	return 0;
}

int tiermm_engine_set_rooms(struct tiermm_engine *e,
			    const struct tiermm_engine_room *rooms, uint64_t n)
{
	int err = e && (rooms || !n) ? tiermm__owner_enter(&e->owner)
				     : -TIERMM_EINVAL;

	if (err)
		return err;
	err = check_rooms(e, rooms, n);
	for (uint64_t i = 0; i < n && !err; i++)
		err = set_room(e, &rooms[i]);
	tiermm__owner_leave(&e->owner);
	return err;
}

/* The figures of one node, as promotion wants them. */
static int tell_promotion(struct tiermm_engine *e, int32_t node)
{
	struct tiermm_reclaim_room now = { .size = sizeof(now) };
	struct tiermm_promotion_room room = { .node = node };
	int err = tiermm_reclaim_get_room(e->reclaim, node, &now);

	if (err)
		return err;
	room.loaded_latency_ns = e->room[node].loaded_latency_ns;
	room.free_pages = now.free_pages + now.parked_pages;
	room.high_pages = now.marks.high;
	room.promo_pages = now.marks.promo;
	room.present_pages = e->room[node].present_pages
				     ? e->room[node].present_pages
				     : now.managed;
	err = tiermm_promotion_set_rooms(e->promotion, &room, 1);
	/* A node with figures that the graph lacks is no target. */
	return err == -TIERMM_ENODEV ? 0 : err;
}

int tiermm__rooms_for_promotion(struct tiermm_engine *e)
{
	struct tiermm_promotion_room none = { .node = TIERMM_NO_NODE };
	struct tiermm_nodeset blocked;
	int err = tiermm_demotion_blocked(e->demotion, &blocked);

	for (uint32_t i = 0; i < e->rooms_end && !err; i++) {
		int32_t node = (int32_t)i;

		if (!e->room[i].managed_pages)
			continue;
		if (!tiermm__nodeset_has(&blocked, node)) {
			err = tell_promotion(e, node);
			continue;
		}
		/* Who is about to go takes nothing. */
		none.node = node;
		err = tiermm_promotion_set_rooms(e->promotion, &none, 1);
		if (err == -TIERMM_ENODEV)
			err = 0;
	}
	return err;
}
