/* SPDX-License-Identifier: MIT */
/*
 * Resize devices, plug and unplug DIMMs of a QEMU guest at random; predict the
 * zone of each block that comes, and compare it with what the guest's kernel
 * did.
 *
 *     qemu_zones --kernel VMLINUZ --initrd CPIO [--ratio 301] [--unaware]
 *                [--seed 1] [--sequences 1] [--steps 12] [--forget-groups]
 *                [--show]
 *
 * Each sequence has a seed of its own, from --seed on, and ends with taking
 * away all that it brought, as far as the guest lets go of it. The initrd
 * holds guest.c as /test and the module virtio_mem.ko. Exits with 0 where every
 * block was predicted, 1 where one was not, 2 on a failure.
 */
#define _GNU_SOURCE
#include "qemu_zones.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>

static int parse(struct options *o, int argc, char **argv)
{
	static const struct option table[] = {
		{ "kernel", required_argument, NULL, 'k' },
		{ "initrd", required_argument, NULL, 'i' },
		{ "ratio", required_argument, NULL, 'r' },
		{ "unaware", no_argument, NULL, 'u' },
		{ "steps", required_argument, NULL, 'n' },
		{ "seed", required_argument, NULL, 's' },
		{ "sequences", required_argument, NULL, 'q' },
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
		else if (code == 'q')
			o->sequences = strtoull(optarg, NULL, 10);
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
	struct options o = { .ratio = 301,
			     .aware = 1,
			     .steps = 12,
			     .seed = 1,
			     .sequences = 1 };
	struct model m;
	int err;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (parse(&o, argc, argv)) {
		fprintf(stderr, "expected --kernel FILE --initrd FILE\n");
		return 2;
	}
	err = session_run(&o, &m);
	printf("ratio %u, %s, %" PRIu64 " sequences: %" PRIu64
	       " DIMMs unplugged, %" PRIu64 " steps refused or cut short, "
	       "%" PRIu64 " blocks predicted, %" PRIu64 " wrong\n",
	       (unsigned int)o.ratio, o.aware ? "node-aware" : "not node-aware",
	       o.sequences, m.unplugged, m.refused, m.blocks, m.wrong);
	tiermm_zones_destroy(m.zones);
	if (err)
		return 2;
	return m.wrong ? 1 : 0;
}
