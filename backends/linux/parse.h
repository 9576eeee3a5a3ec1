/* SPDX-License-Identifier: MIT */
/*
 * Numbers and lists as the kernel writes them in sysfs: "42", "0-2,5".
 * Nothing is skipped but white space at the end: a sign, a stray letter or a
 * number that is too great is garbled text, never a guess.
 */
#ifndef TIERMM_LINUX_PARSE_H
#define TIERMM_LINUX_PARSE_H

#include <stddef.h>
#include <stdint.h>

#include <tiermm/nodeset.h>

/* What is left of a text. */
struct cursor {
	const char *at;
	const char *end;
};

/* The text without the white space at its end. */
struct cursor tiermm__linux_cursor(const char *text, size_t length);

/* A decimal number of at most max: 0, or -1 and the cursor stands still. */
int tiermm__linux_number(struct cursor *c, uint64_t max, uint64_t *out);

/* A text that is one number: 0 or -1. */
int tiermm__linux_only_number(struct cursor c, uint64_t max, uint64_t *out);

/* The next range of a list: 1, 0 at the end, -1 where it is garbled. */
int tiermm__linux_range(struct cursor *c, uint64_t max, uint64_t *first,
			uint64_t *last);

/* A whole list of nodes: 0 or -1. */
int tiermm__linux_nodes(struct cursor c, struct tiermm_nodeset *out);

/* Step over a character: 1 if it stood there, else 0. */
int tiermm__linux_take(struct cursor *c, char expected);

/* Step over blanks (not line ends): how many there were. */
size_t tiermm__linux_blanks(struct cursor *c);

/* Step over a word if it stands there: 1 or 0. */
int tiermm__linux_word(struct cursor *c, const char *word);

#endif
