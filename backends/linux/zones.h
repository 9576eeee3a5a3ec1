/* SPDX-License-Identifier: MIT */
/* Reading zones and memory blocks: what the files of this part share. */
#ifndef TIERMM_LINUX_ZONES_INTERNAL_H
#define TIERMM_LINUX_ZONES_INTERNAL_H

#include <stdio.h>

#include <tiermm/backends/linux_zones.h>

#define ZONES_PATH 512
#define ZONES_LINE 1024

/* Where to read, and what was wrong. */
struct place {
	char root[ZONES_PATH / 2];
	char proc[ZONES_PATH / 2];
	char path[ZONES_PATH]; /* what was opened last */
	struct tiermm_linux_error *error;
	uint64_t boot_end;
	uint64_t max_blocks;
};

/* A range of memory that a driver brought, and the device around it. */
struct plugged {
	uint64_t start;
	uint64_t end; /* behind it */
	uint64_t device_start;
	uint64_t device_end;
	uint32_t kind; /* TIERMM_ZONE_GROUP_... */
	int32_t group; /* in the account, once it is registered */
};

/* A memory block. */
struct found {
	uint64_t block;
	int32_t node;
	uint32_t zone;  /* _NONE: offline, _SEVERAL */
	int32_t device; /* place in the list of plugged ranges, or -1 */
	uint32_t early;
};

/* A zone as zoneinfo shows it. */
struct shown {
	int32_t node;
	uint32_t zone;
	uint64_t start, spanned, present, cma;
};

struct harvest {
	struct tiermm_alloc mem;
	uint64_t block_bytes;
	uint64_t page_bytes;
	struct tiermm_zone_parameters parameters;
	struct found *blocks;
	uint64_t n_blocks, room_blocks;
	struct shown *zones;
	uint64_t n_zones, room_zones;
	struct plugged *plugged;
	uint64_t n_plugged, room_plugged;
};

/* zones_place.c */
int tiermm__linux_place(struct place *p,
			const struct tiermm_linux_zones_options *options,
			struct tiermm_linux_error *error);
/* Open a file below the root or, with is_proc, below proc: 0 or an error. */
int tiermm__linux_place_open(struct place *p, int is_proc, const char *path,
			     FILE **out);
/* One word of a file, cut at the line's end. */
int tiermm__linux_place_line(struct place *p, int is_proc, const char *path,
			     char line[ZONES_LINE]);
int tiermm__linux_place_garbled(struct place *p, const char *text,
				const char *expected);
/* An errno as our code, and a sentence. */
int tiermm__linux_place_failed(struct place *p, int error);
uint32_t tiermm__linux_zone_of(const char *name);
/* State and zone of a block: 0 or an error. */
int tiermm__linux_block_read(struct place *p, uint64_t block, uint32_t *zone);

/* zones_proc.c */
int tiermm__linux_zoneinfo(struct place *p, struct harvest *h);
int tiermm__linux_iomem(struct place *p, struct harvest *h);

/* zones_harvest.c: all of it; blocks in ascending order. */
int tiermm__linux_harvest(struct place *p, struct harvest *h);
/* Room for one more item of a list, or -TIERMM_ENOMEM. */
int tiermm__linux_grow(const struct tiermm_alloc *mem, void **list, uint64_t n,
		       uint64_t *room, uint64_t each);

#endif
