/* SPDX-License-Identifier: MIT */
/* A scenario: its document is kept, since that owns the texts. */
#ifndef TIERMM_FILE_SCENARIO_H
#define TIERMM_FILE_SCENARIO_H

#include "reader.h"

#include <tiermm/backends/file_scenario.h>

struct tiermm_file_scenario {
	struct tiermm_alloc mem;
	json_t *root;
	struct tiermm_file_machine *machine;
};

/* Whether this key of an event is one that says how much. */
int tiermm__file_event_unit(const char *key);

/* Complain about the first thing in the document that is wrong. */
int tiermm__file_scenario_check(struct tiermm__file_reader *r, json_t *root);

#endif
