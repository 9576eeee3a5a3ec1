/* SPDX-License-Identifier: MIT */
/* The sentence that says what was wrong with a text. */
#include "report.h"

#include <inttypes.h>
#include <stdio.h>

/* What a text says may hold line ends and worse; a message is one line. */
static void make_printable(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 127)
			*text = '?';
}

static int is_usable(const struct tiermm_file_error *error)
{
	return error && error->size >= sizeof(*error);
}

void tiermm__file_report_none(struct tiermm_file_error *error)
{
	if (!is_usable(error))
		return;
	error->line = 0;
	error->column = 0;
	error->text[0] = '\0';
}

int tiermm__file_report(struct tiermm_file_error *error, int err, uint32_t line,
			uint32_t column, const char *format, ...)
{
	va_list arguments;

	if (!is_usable(error))
		return err;
	error->line = line;
	error->column = column;
	va_start(arguments, format);
	vsnprintf(error->text, sizeof(error->text), format, arguments);
	va_end(arguments);
	make_printable(error->text);
	return err;
}

int tiermm__file_report_length(struct tiermm_file_error *error,
			       const char *name, uint64_t bytes, uint64_t most,
			       const char *what)
{
	tiermm__file_report_none(error);
	if (bytes <= most)
		return 0;
	return tiermm__file_report(error, -TIERMM_EPROTO, 0, 0,
				   "%.96s: longer than %" PRIu64
				   " MiB, expected a %s",
				   name, most >> 20, what);
}
