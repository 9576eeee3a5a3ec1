/* SPDX-License-Identifier: MIT */
/* tiermm zones: its subcommands, and what they share. */
#ifndef TIERMM_CLI_ZONES_H
#define TIERMM_CLI_ZONES_H

#include "cli.h"

#include <tiermm/backends/file_zones.h>

extern const struct command zones_apply_command;
extern const struct command zones_plan_command;
extern const struct command zones_replay_command;
extern const struct command zones_show_command;

/* "online_kernel", "DMA32": what a zone is called, "?" for an unknown one. */
const char *zone_text(uint32_t zone);

/* 4G, 128M, 65536: bytes by powers of 1024; 0: it is no size. */
int parse_size(const char *text, uint64_t *bytes);

/* --- zones_plan_print.c --------------------------------------------------- */

enum {
	ZONES_PAGE_BYTES = 4096,
	ZONES_MOST_RUNS = 4096
};

/* A plan, and as much of its sequence as is shown. */
struct zones_answer {
	struct tiermm_zone_plan plan;
	struct tiermm_zone_cost cost;
	struct tiermm_zone_run runs[ZONES_MOST_RUNS];
	uint64_t n_runs;
	uint64_t n_shown;
	char sequence[ZONES_MOST_RUNS * 8];
};

void zones_plan_text(const struct zones_answer *answer);
void zones_plan_json(const struct zones_answer *answer);

#endif
