/* SPDX-License-Identifier: MIT */
/*
 * Resize devices and plug DIMMs of a QEMU guest at random; predict the zone of
 * each block that comes, and compare it with what the guest's kernel did.
 *
 *     qemu_zones --kernel VMLINUZ --initrd CPIO [--ratio 301] [--unaware]
 *                [--steps 12] [--seed 1] [--forget-groups] [--show]
 *
 * The initrd holds guest.c as /test and the module virtio_mem.ko. Exits with 0
 * where every block was predicted, 1 where one was not, 2 on a failure.
 */
#define _GNU_SOURCE
#include "qemu_zones.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <tiermm/random.h>

/* Half a second each. */
#define PATIENCE 60

struct session {
	struct qemu qemu;
	struct model model;
	struct state now;
	struct tiermm_random random;
	uint32_t n_dimms;
	uint64_t size[DEVICES]; /* requested, in blocks */
};

/* The guest works on: wait until two looks agree and the device is done. */
static int settle(struct session *s, struct state *after, int device)
{
	struct state last;

	if (state_read(&s->qemu, &last))
		return -1;
	for (int i = 0; i < PATIENCE; i++) {
		int done =
			device < 0 || qemu_size(&s->qemu, (uint32_t)device) ==
					      (int64_t)s->size[device];

		usleep(500000);
		if (state_read(&s->qemu, after))
			return -1;
		/* A guest that cannot empty a block keeps it: a result too. */
		if (state_same(&last, after) && (done || i > PATIENCE / 3) &&
		    i > 0)
			return 0;
		last = *after;
	}
	return -1;
}

static int resize(struct session *s, int *device)
{
	uint64_t unit, blocks;

	*device = (int)tiermm_random_below(&s->random, DEVICES);
	unit = *device ? BIG_UNIT : 1;
	blocks = tiermm_random_below(&s->random, DEVICE_BLOCKS / unit + 1) *
		 unit;
	printf("device %d to %" PRIu64 " MiB\n", *device, blocks * 128);
	s->size[*device] = blocks;
	return qemu_resize(&s->qemu, (uint32_t)*device, blocks);
}

static int plug_dimm(struct session *s)
{
	uint64_t blocks = 1 + tiermm_random_below(&s->random, DIMM_ROOM);
	int node = (int)tiermm_random_below(&s->random, NODES);

	printf("DIMM of %" PRIu64 " MiB on node %d\n", blocks * 128, node);
	if (model_add_dimm(&s->model, s->n_dimms, blocks, node))
		return -1;
	return qemu_plug_dimm(&s->qemu, s->n_dimms++, blocks, node);
}

static int step(struct session *s)
{
	struct state after;
	int device = -1, err;

	if (s->n_dimms < DIMMS && !tiermm_random_below(&s->random, 4))
		err = plug_dimm(s);
	else
		err = resize(s, &device);
	if (!err)
		err = settle(s, &after, device);
	if (!err)
		err = model_follow(&s->model, &s->now, &after);
	if (!err)
		s->now = after;
	return err;
}

static int run(struct session *s, const struct options *o)
{
	int err = qemu_start(&s->qemu, o);

	if (!err)
		err = state_read(&s->qemu, &s->now);
	if (!err)
		err = model_begin(&s->model, &s->now, o);
	for (uint32_t i = 0; !err && i < o->steps; i++)
		err = step(s);
	qemu_stop(&s->qemu);
	if (err)
		fprintf(stderr, "failed: %d\n", err);
	else if (!tiermm_zones_is_valid(s->model.zones))
		err = -1;
	return err;
}

static int parse(struct options *o, int argc, char **argv)
{
	static const struct option table[] = {
		{ "kernel", required_argument, NULL, 'k' },
		{ "initrd", required_argument, NULL, 'i' },
		{ "ratio", required_argument, NULL, 'r' },
		{ "unaware", no_argument, NULL, 'u' },
		{ "steps", required_argument, NULL, 'n' },
		{ "seed", required_argument, NULL, 's' },
		{ "forget-groups", no_argument, NULL, 'f' },
		{ "show", no_argument, NULL, 'v' },
		{ NULL, 0, NULL, 0 },
	};
	int code;

	while ((code = getopt_long(argc, argv, "", table, NULL)) != -1) {
		if (code == 'k')
			o->kernel = optarg;
		else if (code == 'i')
			o->initrd = optarg;
		else if (code == 'r')
			o->ratio = (uint32_t)strtoul(optarg, NULL, 10);
		else if (code == 'u')
			o->aware = 0;
		else if (code == 'n')
			o->steps = (uint32_t)strtoul(optarg, NULL, 10);
		else if (code == 's')
			o->seed = strtoull(optarg, NULL, 10);
		else if (code == 'f')
			o->forget_groups = 1;
		else if (code == 'v')
			o->show = 1;
		else
			return -1;
	}
	return o->kernel && o->initrd ? 0 : -1;
}

int main(int argc, char **argv)
{
	struct options o = { .ratio = 301, .aware = 1, .steps = 12, .seed = 1 };
	static struct session session;
	int err;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (parse(&o, argc, argv)) {
		fprintf(stderr, "expected --kernel FILE --initrd FILE\n");
		return 2;
	}
	tiermm_random_seed(&session.random, o.seed);
	err = run(&session, &o);
	printf("ratio %u, %s: %" PRIu64 " blocks predicted, %" PRIu64
	       " wrong\n",
	       (unsigned int)o.ratio, o.aware ? "node-aware" : "not node-aware",
	       session.model.blocks, session.model.wrong);
	tiermm_zones_destroy(session.model.zones);
	if (err)
		return 2;
	return session.model.wrong ? 1 : 0;
}
