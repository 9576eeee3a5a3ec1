/* SPDX-License-Identifier: MIT */
/* The words that texts use for the core's numbers. */
#ifndef TIERMM_FILE_NAMES_H
#define TIERMM_FILE_NAMES_H

#include <stdint.h>

/* Static text; "?" for a number that this library does not know. */
const char *tiermm__file_type_name(uint32_t type);
const char *tiermm__file_state_name(uint32_t state);
const char *tiermm__file_source_name(uint32_t source);

/* The memory type of this name, `length` characters long; 0 if none. */
uint32_t tiermm__file_type_of(const char *name, uint64_t length);

#endif
