/* SPDX-License-Identifier: MIT */
/* A text that grows while it is written. */
#include "buffer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_BYTES 1024

/* Room for `more` characters and the zero byte. */
static int reserve(struct tiermm__file_buffer *b, uint64_t more)
{
	uint64_t room = b->room ? b->room : FIRST_BYTES;
	char *text;

	while (room < b->length + more + 1)
		room *= 2;
	if (room == b->room)
		return 0;
	text = room > SIZE_MAX ? NULL : realloc(b->text, (size_t)room);
	if (!text)
		return -TIERMM_ENOMEM;
	b->text = text;
	b->room = room;
	return 0;
}

TIERMM__FILE_FORMAT_LIST(2)
static int print(struct tiermm__file_buffer *b, const char *format,
		 va_list arguments)
{
	uint64_t room = b->room - b->length;

	return vsnprintf(b->text + b->length, (size_t)room, format, arguments);
}

void tiermm__file_put(struct tiermm__file_buffer *b, const char *format, ...)
{
	va_list arguments;
	int n;

	if (!b->err)
		b->err = reserve(b, 256);
	if (b->err)
		return;
	va_start(arguments, format);
	n = print(b, format, arguments);
	va_end(arguments);
	if (n >= 0 && (uint64_t)n >= b->room - b->length) {
		b->err = reserve(b, (uint64_t)n);
		if (b->err)
			return;
		va_start(arguments, format);
		n = print(b, format, arguments);
		va_end(arguments);
	}
	b->length += n > 0 ? (uint64_t)n : 0;
}

void tiermm__file_cut(struct tiermm__file_buffer *b, uint64_t length)
{
	if (length >= b->length)
		return;
	b->length = length;
	b->text[length] = '\0';
}

void tiermm__file_drop(struct tiermm__file_buffer *b)
{
	free(b->text);
	*b = (struct tiermm__file_buffer){ .text = NULL };
}

int tiermm__file_deliver(struct tiermm__file_buffer *b, char *out, uint64_t cap,
			 uint64_t *n_out)
{
	uint64_t n = b->length < cap ? b->length : cap - 1;
	int err = b->err;

	if (!err && cap) {
		if (n)
			memcpy(out, b->text, (size_t)n);
		out[n] = '\0';
	}
	if (!err && n_out)
		*n_out = b->length;
	tiermm__file_drop(b);
	return err;
}
