/* SPDX-License-Identifier: MIT */
/* What stands in a file, as one text. */
#ifndef TIERMM_FILE_CONTENTS_H
#define TIERMM_FILE_CONTENTS_H

#include "report.h"

struct tiermm__file_contents {
	struct tiermm_alloc mem;
	const char *name; /* what to call it in messages */
	char *text;
	uint64_t bytes;
	uint64_t room;
};

/* Read a file; "-" is standard input. On error there is nothing to drop. */
int tiermm__file_contents_read(struct tiermm__file_contents *c,
			       const char *path,
			       struct tiermm_file_error *error,
			       const struct tiermm_alloc *mem);
void tiermm__file_contents_drop(struct tiermm__file_contents *c);

#endif
