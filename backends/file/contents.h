/* SPDX-License-Identifier: MIT */
/* What stands in a file, as one text. */
#ifndef TIERMM_FILE_CONTENTS_H
#define TIERMM_FILE_CONTENTS_H

#include "report.h"

/* Set `mem` first; `text`, `room` bytes of it, is given back to it. */
struct tiermm__file_contents {
	struct tiermm_alloc mem;
	char *text;
	uint64_t bytes;
	uint64_t room;
};

/* Read a file; "-" is standard input. On error, too, text is to be freed. */
int tiermm__file_read_all(struct tiermm__file_contents *c, const char *path,
			  struct tiermm_file_error *error);

#endif
