/* SPDX-License-Identifier: MIT */
/* The sentence that says what was wrong with a text or a file. */
#include "report.h"

#include <stdarg.h>
#include <stdio.h>

/* What a file says may hold line ends and worse; a message is one line. */
static void make_printable(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 127)
			*text = '?';
}

static int is_usable(const struct tiermm_sim_error *error)
{
	return error && error->size >= sizeof(*error);
}

void tiermm__sim_report_none(struct tiermm_sim_error *error)
{
	if (!is_usable(error))
		return;
	error->line = 0;
	error->offset = 0;
	error->text[0] = '\0';
}

int tiermm__sim_report(struct tiermm_sim_error *error, int err, uint64_t line,
		       uint64_t offset, const char *format, ...)
{
	va_list arguments;

	if (!is_usable(error))
		return err;
	error->line = line;
	error->offset = offset;
	va_start(arguments, format);
	vsnprintf(error->text, sizeof(error->text), format, arguments);
	va_end(arguments);
	make_printable(error->text);
	return err;
}
