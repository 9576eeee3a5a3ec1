/* SPDX-License-Identifier: MIT */
/* A scenario of zones, as it is kept between its steps. */
#ifndef TIERMM_FILE_ZONES_INTERNAL_H
#define TIERMM_FILE_ZONES_INTERNAL_H

#include "reader.h"

#include <tiermm/backends/file_zones.h>

/* A block as a state of the scenario shows it. */
struct tiermm__file_zones_state {
	uint64_t block;
	int32_t node;
	uint32_t online;
	uint32_t zone;   /* a zone, _SEVERAL, or _NONE: offline or not said */
	uint32_t device; /* number plus one, 0: boot memory */
};

/* A group-to-be: a DIMM, or a virtio-mem device. */
struct tiermm__file_zones_device {
	const char *name;
	uint32_t kind; /* TIERMM_ZONE_GROUP_... */
	int32_t node;
	uint64_t pages;
	int32_t group; /* while it is registered */
	uint32_t reserved;
};

/* What a step does besides blocks. */
enum {
	TIERMM__FILE_ZONES_OTHER = 0,
	TIERMM__FILE_ZONES_RATIO,      /* `value` percent */
	TIERMM__FILE_ZONES_NODE_AWARE, /* `value` 0 or 1 */
	TIERMM__FILE_ZONES_POLICY,     /* `value` TIERMM_ZONE_POLICY_... */
	TIERMM__FILE_ZONES_DEFAULT,    /* `value` TIERMM_ONLINE_... */
	TIERMM__FILE_ZONES_WORD,       /* the same, for this step alone */
	TIERMM__FILE_ZONES_REMOVE,     /* device `value` (number plus one) */
	TIERMM__FILE_ZONES_THRESHOLDS
};

struct tiermm__file_zones_step {
	uint32_t what; /* TIERMM__FILE_ZONES_... */
	uint32_t completed;
	uint64_t value;
	uint64_t first; /* in states */
	uint64_t n;
	char text[64];
};

struct tiermm_file_zones {
	struct tiermm_alloc mem;
	struct tiermm__file_reader reader; /* while it is read */
	json_t *root;
	struct tiermm_zones *account;
	uint64_t block_pages;
	struct tiermm_zone_parameters parameters;
	uint32_t how; /* TIERMM_ONLINE_... of blocks that come by themselves */
	uint32_t reserved;
	/* The state shown last; the beginning is the first one. */
	uint64_t first;
	uint64_t n;
	uint64_t next; /* step */
	struct tiermm__file_zones_state *states;
	struct tiermm__file_zones_device *devices;
	struct tiermm__file_zones_step *steps;
	struct tiermm_file_zones_block *blocks; /* of the step just taken */
	struct tiermm_file_zones_ratio *ratios;
	uint64_t n_states;
	uint64_t n_devices;
	uint64_t n_steps;
	uint64_t most_blocks; /* in any one state */
	uint64_t room_states;
	uint64_t room_devices;
};

/* zones_states.c */
int tiermm__file_zones_read_state(struct tiermm_file_zones *s,
				  const json_t *object, uint64_t *first,
				  uint64_t *n);
/* Number plus one of the last device of a name, or 0. */
uint32_t tiermm__file_zones_device(const struct tiermm_file_zones *s,
				   const char *name);
uint32_t
tiermm__file_zones_add_device(struct tiermm_file_zones *s,
			      const struct tiermm__file_zones_device *device);
/* A zone by the kernel's name; TIERMM_ZONES where there is none. */
uint32_t tiermm__file_zones_zone(const char *name);

/* zones_config.c */
int tiermm__file_zones_read_config(struct tiermm_file_zones *s);
int tiermm__file_zones_read_devices(struct tiermm_file_zones *s);
int tiermm__file_zones_policy(const json_t *value, uint64_t *out);
int tiermm__file_zones_flag(const json_t *value, uint64_t *out);
int tiermm__file_zones_count(const json_t *value, uint64_t most, uint64_t *out);
/* "online", "online_kernel" ...; "offline" is _BY_POLICY: nothing comes. */
int tiermm__file_zones_word(const json_t *value, uint64_t *out);

/* zones_steps.c */
int tiermm__file_zones_read_steps(struct tiermm_file_zones *s,
				  const json_t *steps);

/* zones_boot.c: boot memory of each zone. */
int tiermm__file_zones_boot(struct tiermm_file_zones *s);

/* zones_begin.c: the account as it is before the first step. */
int tiermm__file_zones_begin(struct tiermm_file_zones *s);

/* zones_next.c: a device is a group of the account from its first block on. */
int tiermm__file_zones_register(struct tiermm_file_zones *s, uint32_t device);

#endif
