/* SPDX-License-Identifier: MIT */
/*
 * Random sequences in one guest: a device grows or shrinks, a DIMM comes or
 * goes; after each step the guest is followed and compared. What the guest
 * holds on to stays: that is a normal result, and the next step goes on.
 */
#define _GNU_SOURCE
#include "qemu_zones.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <tiermm/random.h>

/*
 * Seconds for a step; and how long no block changes where a device has holes,
 * and where it is stuck.
 */
#define PATIENCE 120
#define PARTLY_AFTER 2
#define STUCK_AFTER 8

enum step_kind {
	STEP_RESIZE,
	STEP_PLUG,
	STEP_UNPLUG
};

struct step {
	enum step_kind kind;
	uint32_t which; /* device or DIMM */
	uint64_t bytes; /* of it, in the end */
	int node;
};

struct session {
	struct qemu qemu;
	struct model model;
	struct state now;
	struct tiermm_random random;
	uint64_t refusals;      /* before the step */
	uint64_t size[DEVICES]; /* requested, in bytes */
	uint64_t dimm[DIMMS];   /* bytes, 0: not there */
};

static uint64_t first_of(const struct step *step)
{
	return step->kind == STEP_RESIZE
		       ? FIRST_BLOCK + (uint64_t)step->which * DEVICE_BLOCKS
		       : DIMM_BLOCK + (uint64_t)step->which * DIMM_ROOM;
}

/* Blocks of what the step is about; *offline: some are not online. */
static uint64_t shown(const struct state *s, const struct step *step,
		      int *offline)
{
	uint64_t first = first_of(step), n = 0;
	uint64_t room = step->kind == STEP_RESIZE ? DEVICE_BLOCKS : DIMM_ROOM;

	*offline = 0;
	for (uint64_t b = first; b < first + room; b++) {
		n += s->block[b].known != 0;
		if (s->block[b].known && s->block[b].zone == TIERMM_ZONE_NONE)
			*offline = 1;
	}
	return n;
}

/*
 * Both sides say so: QEMU that it is there, the guest that it is online. A
 * device may have more blocks than its size needs, where some of them are
 * plugged in part; then it is done once they do not change.
 */
static int is_done(struct session *s, const struct step *step,
		   const struct state *after, double still)
{
	int offline,
		all = shown(after, step, &offline) * BLOCK_BYTES == step->bytes;

	if (offline)
		return 0;
	switch (step->kind) {
	case STEP_RESIZE:
		return (all || still > PARTLY_AFTER) &&
		       qemu_size(&s->qemu, step->which) == (int64_t)step->bytes;
	case STEP_UNPLUG:
		return all && !qemu_has_dimm(&s->qemu, step->which);
	default:
		return all;
	}
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/*
 * The guest has given up: it said so of a DIMM; a device of which it cannot
 * empty more is silent. What it was given it takes, sooner or later.
 */
static int is_refused(struct session *s, const struct step *step, double still)
{
	switch (step->kind) {
	case STEP_UNPLUG:
		/* What QEMU is asked brings its news along. */
		return qemu_has_dimm(&s->qemu, step->which) &&
		       s->qemu.refusals > s->refusals;
	case STEP_RESIZE:
		return still > STUCK_AFTER;
	default:
		return 0;
	}
}

/* Wait until it is done, or has been refused: 0, 1, or -1 for a failure. */
static int settle(struct session *s, const struct step *step,
		  struct state *after)
{
	struct state last = s->now;
	double begin = seconds(), changed = begin;

	while (seconds() < begin + PATIENCE) {
		int is_still;

		usleep(50000);
		if (state_read(&s->qemu, after))
			return -1;
		is_still = state_same(&last, after);
		if (!is_still)
			changed = seconds();
		if (is_still && is_done(s, step, after, seconds() - changed))
			return 0;
		if (is_still && is_refused(s, step, seconds() - changed))
			return 1;
		last = *after;
	}
	fputs("the guest does not come to rest\n", stderr);
	return -1;
}

static int begin_step(struct session *s, const struct step *step)
{
	switch (step->kind) {
	case STEP_RESIZE:
		s->size[step->which] = step->bytes;
		return qemu_resize(&s->qemu, step->which, step->bytes);
	case STEP_PLUG:
		s->dimm[step->which] = step->bytes;
		if (model_add_dimm(&s->model, step->which,
				   step->bytes / BLOCK_BYTES, step->node))
			return -1;
		return qemu_plug_dimm(&s->qemu, step->which,
				      step->bytes / BLOCK_BYTES, step->node);
	default:
		return qemu_unplug_dimm(&s->qemu, step->which);
	}
}

static int forget_dimm(struct session *s, uint32_t dimm)
{
	s->dimm[dimm] = 0;
	s->model.unplugged++;
	if (model_remove_dimm(&s->model, dimm))
		return -1;
	return qemu_forget_dimm(&s->qemu, dimm);
}

static void tell(const struct session *s, const struct step *step)
{
	if (s->model.show)
		printf("%s %u to %" PRIu64 " MiB\n",
		       step->kind == STEP_RESIZE ? "device" : "DIMM",
		       (unsigned int)step->which, step->bytes >> 20);
}

static int give_in(struct session *s, uint32_t device);

static int take(struct session *s, const struct step *step)
{
	struct state after;
	int err, refused;

	tell(s, step);
	s->refusals = s->qemu.refusals;
	err = begin_step(s, step);
	if (err)
		return err;
	refused = settle(s, step, &after);
	if (refused < 0)
		return refused;
	err = model_follow(&s->model, &s->now, &after);
	s->now = after;
	s->model.refused += (uint64_t)refused;
	if (err || step->kind == STEP_PLUG)
		return err;
	if (step->kind == STEP_UNPLUG)
		return refused ? 0 : forget_dimm(s, step->which);
	return refused ? give_in(s, step->which) : 0;
}

/* What the device has is what it shall have: nothing goes on behind us. */
static int give_in(struct session *s, uint32_t device)
{
	int64_t size = qemu_size(&s->qemu, device);

	if (size < 0)
		return -1;
	return take(s,
		    &(struct step){ .which = device, .bytes = (uint64_t)size });
}

static uint64_t below(struct session *s, uint64_t bound)
{
	return tiermm_random_below(&s->random, bound);
}

/* One of the DIMMs that are there, or of the places that are free. */
static int pick_dimm(struct session *s, int is_there, uint32_t *which)
{
	uint32_t at[DIMMS], n = 0;

	for (uint32_t i = 0; i < DIMMS; i++)
		if ((s->dimm[i] != 0) == is_there)
			at[n++] = i;
	if (n)
		*which = at[below(s, n)];
	return n != 0;
}

static struct step random_step(struct session *s)
{
	struct step step = { .kind = STEP_RESIZE };
	uint64_t unit, dice = below(s, 4);

	if (dice == 0 && pick_dimm(s, 0, &step.which)) {
		step.kind = STEP_PLUG;
		step.bytes = (1 + below(s, DIMM_ROOM)) * BLOCK_BYTES;
		step.node = (int)below(s, NODES);
	} else if (dice == 1 && pick_dimm(s, 1, &step.which)) {
		step.kind = STEP_UNPLUG;
	} else {
		step.which = (uint32_t)below(s, DEVICES);
		unit = step.which ? BIG_UNIT : 1;
		step.bytes =
			below(s, DEVICE_BLOCKS / unit + 1) * unit * BLOCK_BYTES;
	}
	return step;
}

/* As far as the guest lets go of it. */
static int clear(struct session *s)
{
	int err = 0;

	for (uint32_t i = 0; !err && i < DIMMS; i++)
		if (s->dimm[i])
			err = take(s, &(struct step){ .kind = STEP_UNPLUG,
						      .which = i });
	for (uint32_t i = 0; !err && i < DEVICES; i++)
		if (s->size[i])
			err = take(s, &(struct step){ .which = i });
	return err;
}

static int sequence(struct session *s, const struct options *o, uint64_t seed)
{
	int err = 0;

	tiermm_random_seed(&s->random, seed);
	if (s->model.show)
		printf("sequence %" PRIu64 "\n", seed);
	for (uint32_t i = 0; !err && i < o->steps; i++) {
		struct step step = random_step(s);

		err = take(s, &step);
	}
	if (!err)
		err = clear(s);
	if (err)
		fprintf(stderr, "sequence %" PRIu64 " failed\n", seed);
	return err;
}

int session_run(const struct options *o, struct model *out)
{
	static struct session s;
	int err;

	memset(&s, 0, sizeof(s));
	err = qemu_start(&s.qemu, o);
	if (!err)
		err = state_read(&s.qemu, &s.now);
	if (!err)
		err = model_begin(&s.model, &s.now, o);
	for (uint64_t i = 0; !err && i < o->sequences; i++)
		err = sequence(&s, o, o->seed + i);
	qemu_stop(&s.qemu);
	if (!err && !tiermm_zones_is_valid(s.model.zones))
		err = -1;
	*out = s.model;
	return err;
}
