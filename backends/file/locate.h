/* SPDX-License-Identifier: MIT */
/*
 * Where in a JSON text a value stands. The parser keeps no positions, so the
 * text is scanned again, and only when there is something to complain about.
 */
#ifndef TIERMM_FILE_LOCATE_H
#define TIERMM_FILE_LOCATE_H

#include <stdint.h>

/* One step down into a document: a key of an object, or a place in a list. */
struct tiermm__file_place {
	const char *key; /* NULL: a place in a list */
	uint64_t index;
};

struct tiermm__file_position {
	uint32_t line; /* both from 1 */
	uint32_t column;
};

/*
 * Position of the value that a path leads to, in a text that is known to be
 * JSON; where a key is missing, the position of the object that lacks it.
 */
struct tiermm__file_position
tiermm__file_locate(const char *text, uint64_t bytes,
		    const struct tiermm__file_place *path, uint32_t depth);

#endif
