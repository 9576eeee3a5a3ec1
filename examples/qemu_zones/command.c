/* SPDX-License-Identifier: MIT */
/* The command line of QEMU: the machine, its devices, its lines outside. */
#define _GNU_SOURCE
#include "qemu_zones.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>

/* Each word is allocated. */
struct words {
	char *word[96];
	int n;
};

__attribute__((format(printf, 2, 3))) static void add(struct words *w,
						      const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	if (vasprintf(&w->word[w->n], format, arguments) < 0)
		abort();
	va_end(arguments);
	w->n++;
}

static void add_machine(struct words *w)
{
	add(w, "qemu-system-x86_64");
	add(w, "-nodefaults");
	add(w, "-display");
	add(w, "none");
	add(w, "-no-reboot");
	add(w, "-accel");
	add(w, "tcg");
	add(w, "-cpu");
	add(w, "max,-cx16");
	add(w, "-machine");
	add(w, "q35");
	add(w, "-m");
	add(w, "768M,slots=%d,maxmem=24G", DIMMS + DEVICES);
	add(w, "-object");
	add(w, "memory-backend-ram,id=boot0,size=512M");
	add(w, "-object");
	add(w, "memory-backend-ram,id=boot1,size=256M");
	add(w, "-numa");
	add(w, "node,nodeid=0,memdev=boot0,cpus=0");
	add(w, "-numa");
	add(w, "node,nodeid=1,memdev=boot1");
}

static void add_devices(struct words *w)
{
	for (uint32_t i = 0; i < DEVICES; i++) {
		uint64_t first = FIRST_BLOCK + i * DEVICE_BLOCKS;

		add(w, "-object");
		add(w, "memory-backend-ram,id=m%u,size=4G,reserve=off",
		    (unsigned int)i);
		add(w, "-device");
		add(w,
		    "virtio-mem-pci,id=v%u,memdev=m%u,node=%u,"
		    "requested-size=0,memaddr=%" PRIu64 "%s",
		    (unsigned int)i, (unsigned int)i, (unsigned int)i,
		    first * BLOCK_BYTES, i ? ",block-size=256M" : "");
	}
}

static void add_lines(struct words *w, const struct qemu *q,
		      const struct options *o)
{
	add(w, "-qmp");
	add(w, "unix:%s/control,server=on,wait=off", q->directory);
	add(w, "-serial");
	add(w, "file:%s/console", q->directory);
	add(w, "-serial");
	add(w, "unix:%s/serial,server=on,wait=off", q->directory);
	add(w, "-kernel");
	add(w, "%s", o->kernel);
	add(w, "-initrd");
	add(w, "%s", o->initrd);
	add(w, "-append");
	add(w,
	    "console=ttyS0 panic=-1 quiet loglevel=3 "
	    "memhp_default_state=online "
	    "memory_hotplug.online_policy=auto-movable "
	    "memory_hotplug.auto_movable_ratio=%u "
	    "memory_hotplug.auto_movable_numa_aware=%c",
	    (unsigned int)o->ratio, o->aware ? 'Y' : 'N');
}

char **qemu_words(const struct qemu *q, const struct options *o)
{
	struct words w = { .n = 0 };
	char **list;

	add_machine(&w);
	add_devices(&w);
	add_lines(&w, q, o);
	list = calloc((size_t)w.n + 1, sizeof(*list));
	if (!list)
		abort();
	for (int i = 0; i < w.n; i++)
		list[i] = w.word[i];
	return list;
}
