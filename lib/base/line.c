/* SPDX-License-Identifier: MIT */
/* The integer-only line formatter. */
#include "base/line.h"

#include <tiermm/error.h>

/* Digits of the greatest 64-bit number, in base 10. */
#define DIGITS 20

int tiermm__line_start(struct tiermm__line *line, char *out, uint64_t cap)
{
	if (!out && cap)
		return -TIERMM_EINVAL;
	*line = (struct tiermm__line){ .out = out, .cap = cap };
	return 0;
}

int tiermm__line_finish(struct tiermm__line *line, uint64_t *n_out)
{
	uint64_t end = line->length;

	if (line->cap)
		line->out[end < line->cap ? end : line->cap - 1] = '\0';
	if (n_out)
		*n_out = end;
	return 0;
}

void tiermm__line_char(struct tiermm__line *line, char c)
{
	if (line->length < line->cap)
		line->out[line->length] = c;
	line->length++;
}

void tiermm__line_text(struct tiermm__line *line, const char *text)
{
	while (*text)
		tiermm__line_char(line, *text++);
}

static void digits(struct tiermm__line *line, uint64_t number, uint32_t base)
{
	char text[DIGITS];
	uint32_t n = 0;

	do {
		text[n++] = "0123456789abcdef"[number % base];
		number /= base;
	} while (number);
	while (n)
		tiermm__line_char(line, text[--n]);
}

void tiermm__line_u64(struct tiermm__line *line, uint64_t number)
{
	digits(line, number, 10);
}

void tiermm__line_i64(struct tiermm__line *line, int64_t number)
{
	if (number < 0)
		tiermm__line_char(line, '-');
	digits(line, number < 0 ? 0 - (uint64_t)number : (uint64_t)number, 10);
}

void tiermm__line_hex(struct tiermm__line *line, uint64_t number)
{
	tiermm__line_text(line, "0x");
	digits(line, number, 16);
}

void tiermm__line_nodes(struct tiermm__line *line,
			const struct tiermm_nodeset *set)
{
	int32_t first = tiermm_nodeset_next(set, TIERMM_NO_NODE);
	int32_t last, next;

	while (first != TIERMM_NO_NODE) {
		last = first;
		next = tiermm_nodeset_next(set, last);
		while (next == last + 1) {
			last = next;
			next = tiermm_nodeset_next(set, last);
		}
		tiermm__line_i64(line, first);
		if (last != first) {
			tiermm__line_char(line, '-');
			tiermm__line_i64(line, last);
		}
		if (next != TIERMM_NO_NODE)
			tiermm__line_char(line, ',');
		first = next;
	}
}

void tiermm__line_sentence(struct tiermm__line *line, const char *text,
			   void (*put)(struct tiermm__line *line,
				       const void *self, char field),
			   const void *self)
{
	for (; *text; text++) {
		if (*text == '%')
			put(line, self, *++text);
		else
			tiermm__line_char(line, *text);
	}
}
