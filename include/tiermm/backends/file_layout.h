/* SPDX-License-Identifier: MIT */
/**
 * @file file_layout.h
 * Layouts as text: one range a line, or JSON (L1).
 *
 *     # first-last node        {"last_frame": 16383,
 *     0x0-0xfff 0               "ranges": [{"first": 0, "last": 4095,
 *     0x1000-0x3fff 1                       "node": 0}, ...]}
 *
 * Numbers are decimal or, with 0x in front, hexadecimal; in JSON they may
 * stand in a string for that. What is behind a # is a remark. A text that
 * begins with { is JSON. docs/layout.md describes both.
 *
 * Threads: nothing is shared; a layout is `read` once it was read.
 */
#ifndef TIERMM_BACKENDS_FILE_LAYOUT_H
#define TIERMM_BACKENDS_FILE_LAYOUT_H

#include <tiermm/backends/file.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Read a layout from memory.
 *
 * @param out     the layout, with one reference; NULL on error
 * @param name    what to call the text in messages, a file name
 * @param text    @p bytes long, no zero byte needed
 * @param bytes   length of @p text
 * @param options what it has to keep to, or NULL; a last frame of 0 is the
 *                text's own, if it names one
 * @param error   what is wrong, where; may be NULL
 * @param mem     allocator, or NULL (what jansson needs is malloc's)
 * @retval 0              read
 * @retval -TIERMM_EPROTO not the format: see @p error
 * @retval -TIERMM_EINVAL, -TIERMM_ENODEV the format is right, the ranges are
 *                        no layout: see @p error
 * @retval -TIERMM_E2BIG  an option that this library does not know is set
 * @retval -TIERMM_ENOMEM no memory
 * @threads setup
 * @since 0.1
 */
TIERMM_API int tiermm_file_layout_parse(
	struct tiermm_layout **out, const char *name, const char *text,
	uint64_t bytes, const struct tiermm_layout_options *options,
	struct tiermm_file_error *error, const struct tiermm_alloc *mem);

/**
 * Read a layout from a file; "-" is standard input.
 *
 * @param out     the layout, with one reference; NULL on error
 * @param path    file name
 * @param options as for parse
 * @param error   what is wrong, where; may be NULL
 * @param mem     allocator, or NULL
 * @retval 0              read
 * @retval -TIERMM_ENOENT, -TIERMM_EACCES, -TIERMM_EIO the file cannot be read
 * @retval others         as tiermm_file_layout_parse()
 * @threads setup
 * @since 0.1
 */
TIERMM_API int
tiermm_file_layout_read(struct tiermm_layout **out, const char *path,
			const struct tiermm_layout_options *options,
			struct tiermm_file_error *error,
			const struct tiermm_alloc *mem);

/**
 * Write a layout. What is written reads back equal.
 *
 * @param l      layout
 * @param format TIERMM_FILE_TEXT or _JSON
 * @param out    room for @p cap characters, the last of which is a zero byte
 * @param cap    characters in @p out; may be 0
 * @param n_out  length of the whole text without its zero byte; may be NULL
 * @retval 0              written, cut at @p cap - 1 characters if longer
 * @retval -TIERMM_EINVAL another format, or a pointer is NULL
 * @retval -TIERMM_ENOMEM no memory
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_file_layout_write(const struct tiermm_layout *l,
					uint32_t format, char *out,
					uint64_t cap, uint64_t *n_out);

#ifdef __cplusplus
}
#endif
#endif
