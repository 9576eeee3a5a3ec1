/* SPDX-License-Identifier: MIT */
/* The account of a scenario's beginning: boot memory, then what was plugged. */
#include "zones.h"

static int plug(struct tiermm_file_zones *s,
		const struct tiermm__file_zones_state *state)
{
	int32_t group = TIERMM_ZONE_NO_GROUP;
	int err = 0;

	if (state->device) {
		err = tiermm__file_zones_register(s, state->device);
		group = s->devices[state->device - 1].group;
	}
	if (!err)
		err = tiermm_zones_plug(s->account, state->block, state->node,
					group);
	if (!err && state->zone < TIERMM_ZONES)
		err = tiermm_zones_online(s->account, state->block,
					  state->zone);
	return err;
}

static int begin_block(struct tiermm_file_zones *s,
		       const struct tiermm__file_zones_state *state)
{
	int err = -TIERMM_EINVAL;

	if (!state->device)
		err = tiermm_zones_add_boot_block(s->account, state->block,
						  state->node, state->zone);
	/* Without boot memory there, it was plugged in by hand. */
	if (err == -TIERMM_EINVAL)
		err = plug(s, state);
	if (err)
		return tiermm__file_fail(&s->reader, -TIERMM_EINVAL,
					 "has block %llu, which cannot be: %s",
					 (unsigned long long)state->block,
					 tiermm_strerror(err));
	return 0;
}

/* Room for the fullest moment, and for the largest unit. */
static uint64_t blocks_wanted(const struct tiermm_file_zones *s)
{
	uint64_t most = s->most_blocks + 1;

	for (uint64_t i = 0; i < s->n_devices; i++) {
		uint64_t unit = s->devices[i].pages / s->block_pages;

		if (s->devices[i].kind == TIERMM_ZONE_GROUP_DYNAMIC &&
		    unit > most)
			most = unit;
	}
	return most;
}

int tiermm__file_zones_begin(struct tiermm_file_zones *s)
{
	struct tiermm_zones_options options = {
		.size = sizeof(options),
		.max_groups = (uint32_t)s->n_devices + 1,
		.max_blocks = blocks_wanted(s),
		.block_pages = s->block_pages,
	};
	int err;

	err = tiermm_zones_create(&s->account, &options, &s->parameters,
				  &s->mem);
	if (!err)
		err = tiermm__file_zones_boot(s);
	if (err)
		return err;
	tiermm__file_enter(&s->reader, "initial");
	for (uint64_t i = 0; !err && i < s->n; i++)
		err = begin_block(s, &s->states[s->first + i]);
	if (!err)
		tiermm__file_leave(&s->reader);
	return err;
}
