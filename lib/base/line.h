/* SPDX-License-Identifier: MIT */
/*
 * The core's one formatter: integers, text and node lists, piece by piece
 * into a buffer of the caller. Whatever does not fit is counted and dropped.
 *
 *     struct tiermm__line line;
 *     err = tiermm__line_start(&line, out, cap);
 *     if (err)
 *             return err;
 *     tiermm__line_text(&line, "node ");
 *     tiermm__line_i64(&line, node);
 *     return tiermm__line_finish(&line, n_out);
 */
#ifndef TIERMM_BASE_LINE_H
#define TIERMM_BASE_LINE_H

#include <tiermm/nodeset.h>

struct tiermm__line {
	char *out;
	uint64_t cap;
	uint64_t length; /* of the whole line, as far as it was made */
};

/* 0, or -TIERMM_EINVAL where out is NULL though cap is not 0. */
int tiermm__line_start(struct tiermm__line *line, char *out, uint64_t cap);

/* End with a zero byte and tell the length, if n_out is not NULL; 0. */
int tiermm__line_finish(struct tiermm__line *line, uint64_t *n_out);

void tiermm__line_char(struct tiermm__line *line, char c);
void tiermm__line_text(struct tiermm__line *line, const char *text);
void tiermm__line_u64(struct tiermm__line *line, uint64_t number);
void tiermm__line_i64(struct tiermm__line *line, int64_t number);
/* With 0x in front. */
void tiermm__line_hex(struct tiermm__line *line, uint64_t number);
/* The way the kernel writes a list: 0-2,5; nothing for the empty set. */
void tiermm__line_nodes(struct tiermm__line *line,
			const struct tiermm_nodeset *set);

/*
 * A sentence in which %x stands for what put writes of self for field x.
 */
void tiermm__line_sentence(struct tiermm__line *line, const char *text,
			   void (*put)(struct tiermm__line *line,
				       const void *self, char field),
			   const void *self);

#endif
