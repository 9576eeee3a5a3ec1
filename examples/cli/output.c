/* SPDX-License-Identifier: MIT */
/* How the command speaks: errors, colours, JSON pieces, whole documents. */
#include "cli.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int fail(int status, const char *format, ...)
{
	va_list arguments;

	fputs("tiermm: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	return status;
}

/* A full disk must not look like an answer. */
int flush_output(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	return fail(STATUS_UNREADABLE, "standard output: %s", strerror(errno));
}

static int shows_colour(void)
{
	const char *terminal = getenv("TERM");
	const char *refused = getenv("NO_COLOR");

	if (refused && refused[0] != '\0')
		return 0;
	return isatty(STDOUT_FILENO) && terminal &&
	       strcmp(terminal, "dumb") != 0;
}

/* The escape that begins a look; nothing unless a terminal reads it. */
const char *look(unsigned int which)
{
	static const char *const escapes[LOOKS] = {
		[LOOK_PLAIN] = "\033[0m",  [LOOK_STRONG] = "\033[1m",
		[LOOK_FAINT] = "\033[2m",  [LOOK_GOOD] = "\033[32m",
		[LOOK_BAD] = "\033[1;31m",
	};

	return which < LOOKS && shows_colour() ? escapes[which] : "";
}

void write_json_string(FILE *out, const char *text)
{
	const char *c;

	putc('"', out);
	for (c = text; *c != '\0'; c++) {
		if ((unsigned char)*c < 0x20)
			fprintf(out, "\\u%04x",
				(unsigned int)(unsigned char)*c);
		else if (*c == '"' || *c == '\\')
			fprintf(out, "\\%c", *c);
		else
			putc(*c, out);
	}
	putc('"', out);
}

void print_json_string(const char *text)
{
	write_json_string(stdout, text);
}

void print_json_nodes(const struct tiermm_nodeset *set)
{
	const char *comma = "";
	int32_t node;

	putchar('[');
	for (node = tiermm_nodeset_next(set, TIERMM_NO_NODE);
	     node != TIERMM_NO_NODE; node = tiermm_nodeset_next(set, node)) {
		printf("%s%" PRId32, comma, node);
		comma = ",";
	}
	putchar(']');
}

void print_nodes(const struct tiermm_nodeset *set)
{
	char text[6 * TIERMM_MAX_NODES];

	tiermm_nodeset_text(set, text, sizeof(text), NULL);
	fputs(text, stdout);
}

/* "64 GiB", "213.8 MiB": one decimal, and only where there is one. */
void size_text(uint64_t bytes, char *out, size_t cap)
{
	static const char units[] = "KMGTPE";
	uint64_t scale = 1024;
	unsigned int unit = 0;
	uint64_t tenths;

	while (unit + 1 < sizeof(units) - 1 && bytes / scale >= 1024) {
		scale *= 1024;
		unit++;
	}
	tenths = bytes % scale * 10 / scale;
	if (tenths == 0)
		snprintf(out, cap, "%" PRIu64 " %ciB", bytes / scale,
			 units[unit]);
	else
		snprintf(out, cap, "%" PRIu64 ".%" PRIu64 " %ciB",
			 bytes / scale, tenths, units[unit]);
}

/* Every document ends with one line end, whoever wrote it. */
static void print_document(const char *text)
{
	size_t length = strlen(text);

	fputs(text, stdout);
	if (length == 0 || text[length - 1] != '\n')
		putchar('\n');
}

int print_topology(const struct tiermm_topology *topology, uint32_t format)
{
	struct tiermm_file_error error = { .size = sizeof(error) };
	uint64_t length;
	char *text;
	int err;

	err = tiermm_file_topology_write(topology, format, NULL, 0, &length,
					 &error);
	if (err)
		return fail(STATUS_NO, "%s",
			    error.text[0] ? error.text : tiermm_strerror(err));
	text = malloc(length + 1);
	if (!text)
		return fail(STATUS_UNREADABLE, "out of memory");
	tiermm_file_topology_write(topology, format, text, length + 1, NULL,
				   NULL);
	print_document(text);
	free(text);
	return STATUS_DONE;
}

/* A graph as text, to be freed; NULL where there is no memory. */
char *graph_text(const struct tiermm_demotion_graph *graph, uint32_t format)
{
	uint64_t length;
	char *text;

	if (tiermm_file_graph_write(graph, format, NULL, 0, &length))
		return NULL;
	text = malloc(length + 1);
	if (!text)
		return NULL;
	if (tiermm_file_graph_write(graph, format, text, length + 1, NULL)) {
		free(text);
		return NULL;
	}
	while (length > 0 && text[length - 1] == '\n')
		text[--length] = '\0';
	return text;
}
