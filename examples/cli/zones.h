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

#endif
