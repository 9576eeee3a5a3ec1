/* SPDX-License-Identifier: MIT */
/* What stands in a file, as one text. */
#ifndef TIERMM_FILE_CONTENTS_H
#define TIERMM_FILE_CONTENTS_H

#include "report.h"

#include <stdio.h>

/* Open a file to read; "-" is standard input. NULL and *err if it cannot be. */
FILE *tiermm__file_open(const char *path, int *err);

struct tiermm__file_contents {
	struct tiermm_alloc mem;
	const char *name; /* what to call it in messages */
	char *text;
	uint64_t bytes;
	uint64_t room;
	uint64_t most; /* bytes to read, one more than is parsed */
};

/* The longest document, and the longest layout: a line a range. */
#define TIERMM__FILE_DOCUMENT_BYTES (UINT64_C(64) << 20)
#define TIERMM__FILE_LAYOUT_BYTES (UINT64_C(256) << 20)

/*
 * Read a file; "-" is standard input. Of one that is longer than `most` one
 * byte more is read, so that the parser sees the excess. On error there is
 * nothing to drop.
 */
int tiermm__file_contents_read(struct tiermm__file_contents *c,
			       const char *path, uint64_t most,
			       struct tiermm_file_error *error,
			       const struct tiermm_alloc *mem);
void tiermm__file_contents_drop(struct tiermm__file_contents *c);

#endif
