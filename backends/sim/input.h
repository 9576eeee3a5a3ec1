/* SPDX-License-Identifier: MIT */
/* Bytes of a file, a pipe or memory, one block after the other. */
#ifndef TIERMM_SIM_INPUT_H
#define TIERMM_SIM_INPUT_H

#include "memory.h"
#include "report.h"

#include <tiermm/backends/sim_trace.h>

#define TIERMM__SIM_BLOCK 65536

struct tiermm__sim_bytes {
	struct tiermm_alloc mem;
	int file;         /* descriptor; -1: memory */
	int opened;       /* it is ours to close */
	int seekable;     /* its end can be looked at, and it can begin again */
	uint64_t start;   /* where it stood when it was opened */
	uint64_t size;    /* of a seekable input, from there on */
	uint64_t offset;  /* bytes taken so far */
	const char *data; /* what is there to be taken: memory, or block */
	uint64_t have;    /* bytes in data */
	uint64_t at;      /* those before it were taken */
	char *block;      /* TIERMM__SIM_BLOCK bytes; NULL: memory */
	char name[256];   /* for messages */
};

/* Open it; *bytes is to be closed where that returns 0 only. */
int tiermm__sim_bytes_open(struct tiermm__sim_bytes *bytes,
			   const struct tiermm_sim_input *input,
			   struct tiermm_sim_error *error,
			   const struct tiermm_alloc *mem);
void tiermm__sim_bytes_close(struct tiermm__sim_bytes *bytes);

/* Make sure that data holds more to be taken; *more is 0 at the end. */
int tiermm__sim_bytes_fill(struct tiermm__sim_bytes *bytes, int *more,
			   struct tiermm_sim_error *error);

/* Take up to n bytes; *taken is less at the end only. */
int tiermm__sim_bytes_take(struct tiermm__sim_bytes *bytes, void *out,
			   uint64_t n, uint64_t *taken,
			   struct tiermm_sim_error *error);

/* Go to a place; seekable inputs only. */
int tiermm__sim_bytes_seek(struct tiermm__sim_bytes *bytes, uint64_t offset);

#endif
