/* SPDX-License-Identifier: MIT */
/* The sentence that says what was wrong with a text. */
#ifndef TIERMM_FILE_REPORT_H
#define TIERMM_FILE_REPORT_H

#include <tiermm/backends/file.h>

#include <stdarg.h>

#if defined(__GNUC__) || defined(__clang__)
#define TIERMM__FILE_FORMAT(n) __attribute__((format(printf, n, n + 1)))
#define TIERMM__FILE_FORMAT_LIST(n) __attribute__((format(printf, n, 0)))
#else
#define TIERMM__FILE_FORMAT(n)
#define TIERMM__FILE_FORMAT_LIST(n)
#endif

/* Nothing was wrong so far: an error of the caller is made empty. */
void tiermm__file_report_none(struct tiermm_file_error *error);

/* Fill the caller's error, if there is one, and return err. */
TIERMM__FILE_FORMAT(5)
int tiermm__file_report(struct tiermm_file_error *error, int err, uint32_t line,
			uint32_t column, const char *format, ...);

/*
 * How each parser begins: nothing was wrong so far, but that the text may be
 * longer than `what` may be. 0; -TIERMM_EPROTO: it is.
 */
int tiermm__file_report_length(struct tiermm_file_error *error,
			       const char *name, uint64_t bytes, uint64_t most,
			       const char *what);

#endif
