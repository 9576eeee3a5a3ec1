/* SPDX-License-Identifier: MIT */
/* A layout while it is read: its ranges, and what to keep to. */
#ifndef TIERMM_FILE_LAYOUT_INTERNAL_H
#define TIERMM_FILE_LAYOUT_INTERNAL_H

#include "reader.h"

#include <tiermm/backends/file_layout.h>

struct tiermm__file_layout {
	struct tiermm__file_reader reader;
	struct tiermm_alloc mem;
	struct tiermm_layout_options options;
	struct tiermm_layout_range *ranges;
	uint64_t n;
	uint64_t room;
};

/* Room for so many ranges in all: 0 or -TIERMM_ENOMEM. */
int tiermm__file_layout_reserve(struct tiermm__file_layout *f, uint64_t n);

/* layout_text.c, layout_json.c: fill ranges and the last frame. */
int tiermm__file_layout_text(struct tiermm__file_layout *f);
int tiermm__file_layout_json(struct tiermm__file_layout *f);

#endif
