/* SPDX-License-Identifier: MIT */
/* tiermm layout: its subcommands, and what they share. */
#ifndef TIERMM_CLI_LAYOUT_H
#define TIERMM_CLI_LAYOUT_H

#include "cli.h"

#include <tiermm/backends/file_layout.h>

extern const struct command layout_block_command;
extern const struct command layout_check_command;
extern const struct command layout_diff_command;
extern const struct command layout_show_command;
extern const struct command layout_simulate_command;
extern const struct command layout_stripe_command;

/* Read a layout; a status, after saying what is wrong. */
int layout_open(const char *path, const struct tiermm_layout_options *options,
		struct tiermm_layout **out);
/* Print a layout, one range a line or as one document. */
int layout_print(const struct tiermm_layout *layout, int json);
/* All ranges that a machine's memory has, node after node. */
int layout_of_machine(const struct input *input, struct tiermm_layout **out,
		      uint64_t *page_bytes);

#endif
