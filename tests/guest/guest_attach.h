/* SPDX-License-Identifier: MIT */
/* What the parts of the guest program around `tiermm attach` share. */
#ifndef TESTS_GUEST_GUEST_ATTACH_H
#define TESTS_GUEST_GUEST_ATTACH_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

enum {
	KEYS = 10000,
	VALUE = 3000, /* bytes */
	HOT = 500,    /* keys that are hot at a time */
	NODES = 4
};

void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* --- guest_attach_load.c --- */

/* Connect, and write every key. */
void load_begin(const char *path);
/* Read and write for a time: nine times in ten HOT keys from `first` on. */
void load_run(uint32_t first, unsigned int ms);
/* Read every key. */
void load_check(void);
/* Values that were not what was written last. */
uint64_t load_wrong(void);
uint64_t load_operations(void);
unsigned int clock_ms(void);

/* --- guest_attach_look.c --- */

/* Note where in the process's memory each key's value begins. */
void look_for_values(pid_t pid);
/* Pages of values of `n` keys from `first` on, by node. */
void look_at_keys(pid_t pid, uint32_t first, uint32_t n, uint64_t *on);
/* Batches of 512 pages through an engine step, and by the bare call. */
void measure_step(void);

#endif
