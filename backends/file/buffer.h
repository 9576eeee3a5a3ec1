/* SPDX-License-Identifier: MIT */
/* A text that grows while it is written. */
#ifndef TIERMM_FILE_BUFFER_H
#define TIERMM_FILE_BUFFER_H

#include "report.h"

/* Zero is the empty text. */
struct tiermm__file_buffer {
	char *text; /* NULL while empty; else zero-terminated */
	uint64_t length;
	uint64_t room;
	int err; /* the first failure; nothing is added after it */
};

TIERMM__FILE_FORMAT(2)
void tiermm__file_put(struct tiermm__file_buffer *b, const char *format, ...);

/* Shorten the text again. */
void tiermm__file_cut(struct tiermm__file_buffer *b, uint64_t length);

void tiermm__file_drop(struct tiermm__file_buffer *b);

/* Hand the text to a caller's buffer and free it; the failure, if any. */
int tiermm__file_deliver(struct tiermm__file_buffer *b, char *out, uint64_t cap,
			 uint64_t *n_out);

#endif
