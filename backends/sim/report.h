/* SPDX-License-Identifier: MIT */
/* The sentence that says what was wrong with a text or a file. */
#ifndef TIERMM_SIM_REPORT_H
#define TIERMM_SIM_REPORT_H

#include <tiermm/backends/sim_source.h>

#if defined(__GNUC__) || defined(__clang__)
#define TIERMM__SIM_FORMAT(n) __attribute__((format(printf, n, n + 1)))
#define TIERMM__SIM_FORMAT_LIST(n) __attribute__((format(printf, n, 0)))
#else
#define TIERMM__SIM_FORMAT(n)
#define TIERMM__SIM_FORMAT_LIST(n)
#endif

/* Nothing was wrong so far: an error of the caller is made empty. */
void tiermm__sim_report_none(struct tiermm_sim_error *error);

/* Fill the caller's error, if there is one, and return err. */
TIERMM__SIM_FORMAT(5)
int tiermm__sim_report(struct tiermm_sim_error *error, int err, uint64_t line,
		       uint64_t offset, const char *format, ...);

#endif
