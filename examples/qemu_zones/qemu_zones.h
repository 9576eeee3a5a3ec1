/* SPDX-License-Identifier: MIT */
/*
 * A controller for QEMU that knows beforehand which zone each block of
 * hot-plugged memory will get in its guest.
 *
 *     controller ── QMP ───> QEMU        resize a device, plug a DIMM
 *         │  <── serial ──── guest.c     the blocks and zones of its kernel
 *         └── libtiermm: decide, then compare
 */
#ifndef QEMU_ZONES_H
#define QEMU_ZONES_H

#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include <tiermm/zone.h>
#include <tiermm/zone_decide.h>
#include <tiermm/zone_event.h>

#define BLOCK_BYTES (UINT64_C(128) << 20)
#define BLOCK_PAGES UINT64_C(32768)

/* Where devices are, in blocks: each has its own place. */
enum {
	DEVICES = 2,
	DEVICE_BLOCKS = 32,
	FIRST_BLOCK = 32,
	DIMM_BLOCK = FIRST_BLOCK + DEVICES * DEVICE_BLOCKS,
	DIMMS = 4,
	DIMM_ROOM = 8, /* blocks of address space for each */
	ALL_BLOCKS = DIMM_BLOCK + DIMMS * DIMM_ROOM,
	NODES = 2,
	BIG_UNIT = 2 /* blocks a unit of the second device */
};

struct options {
	const char *kernel;
	const char *initrd;
	uint32_t ratio;
	uint32_t aware;
	uint32_t steps;
	uint64_t seed;      /* of the first sequence */
	uint64_t sequences; /* of so many steps each */
	int forget_groups;  /* a wrong model, which must be found out */
	int show;
};

struct qemu;

/* --- command.c ------------------------------------------------------------ */

/* What QEMU is started with; the list and its words are to be freed. */
char **qemu_words(const struct qemu *q, const struct options *o);

/* --- qemu.c --------------------------------------------------------------- */

/* A socket as two streams: one alone cannot turn round without seeking. */
struct talk {
	FILE *in;
	FILE *out;
};

struct qemu {
	pid_t pid;
	struct talk control; /* QMP */
	struct talk serial;  /* with guest.c */
	char directory[64];
	uint64_t refusals; /* DIMMs that the guest would not let go */
};

int qemu_start(struct qemu *q, const struct options *o);
void qemu_stop(struct qemu *q);
/* Change a virtio-mem device's size. */
int qemu_resize(struct qemu *q, uint32_t device, uint64_t bytes);
/* What it has now; -1: no answer. */
int64_t qemu_size(struct qemu *q, uint32_t device);
int qemu_plug_dimm(struct qemu *q, uint32_t dimm, uint64_t blocks, int node);
/* Ask the guest to let it go, and see whether it is still there. */
int qemu_unplug_dimm(struct qemu *q, uint32_t dimm);
int qemu_has_dimm(struct qemu *q, uint32_t dimm);
/* Once it is gone: give its memory back, so that another may come. */
int qemu_forget_dimm(struct qemu *q, uint32_t dimm);

/* --- state.c -------------------------------------------------------------- */

/* What the guest's kernel shows. */
struct state {
	struct {
		int known;
		int node;
		uint32_t zone; /* _NONE: offline, _SEVERAL */
	} block[ALL_BLOCKS];
	struct tiermm_zone_boot zone[NODES][TIERMM_ZONES];
};

int state_read(struct qemu *q, struct state *s);
int state_same(const struct state *a, const struct state *b);

/* --- model.c -------------------------------------------------------------- */

struct model {
	struct tiermm_zones *zones;
	int32_t device[DEVICES]; /* groups */
	int32_t dimm[DIMMS];
	uint64_t blocks; /* predicted */
	uint64_t wrong;
	uint64_t unplugged; /* DIMMs */
	uint64_t refused;   /* steps that the guest cut short */
	int show;
	int forget_groups;
};

int model_begin(struct model *m, const struct state *s,
		const struct options *o);
/* Take the guest from one state to the next, and count what was wrong. */
int model_follow(struct model *m, const struct state *before,
		 const struct state *after);
int model_add_dimm(struct model *m, uint32_t dimm, uint64_t blocks, int node);
int model_remove_dimm(struct model *m, uint32_t dimm);

/* --- session.c ------------------------------------------------------------ */

/* Play all sequences in one guest; *out says what came of it. */
int session_run(const struct options *o, struct model *out);

#endif
