/* SPDX-License-Identifier: MIT */
/* A text from a disk or from standard input. */
#include "contents.h"

#include "memory.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define FIRST_BYTES 65536

static int cannot(struct tiermm_file_error *error, int err, const char *path,
		  const char *why)
{
	return tiermm__file_report(error, err, 0, 0,
				   "%.96s: %s, expected a readable file", path,
				   why);
}

static int grow(struct tiermm__file_contents *c)
{
	uint64_t room = c->room ? c->room * 2 : FIRST_BYTES;
	char *text;

	if (room > c->most)
		room = c->most;
	text = tiermm__file_alloc(&c->mem, room);
	if (!text)
		return -TIERMM_ENOMEM;
	if (c->bytes)
		memcpy(text, c->text, (size_t)c->bytes);
	tiermm__file_free(&c->mem, c->text, c->room);
	c->text = text;
	c->room = room;
	return 0;
}

static int fill(struct tiermm__file_contents *c, FILE *file)
{
	while (!feof(file) && !ferror(file) && c->bytes < c->most) {
		int err = c->bytes == c->room ? grow(c) : 0;

		if (err)
			return err;
		c->bytes += fread(c->text + c->bytes, 1,
				  (size_t)(c->room - c->bytes), file);
	}
	return ferror(file) ? -TIERMM_EIO : 0;
}

FILE *tiermm__file_open(const char *path, int *err)
{
	FILE *file;

	*err = 0;
	if (!strcmp(path, "-"))
		return stdin;
	file = fopen(path, "rbe");
	if (file)
		return file;
	*err = errno == ENOENT || errno == ENOTDIR ? -TIERMM_ENOENT
	       : errno == EACCES || errno == EPERM ? -TIERMM_EACCES
						   : -TIERMM_EIO;
	return NULL;
}

static int read_all(struct tiermm__file_contents *c, const char *path,
		    struct tiermm_file_error *error)
{
	FILE *file;
	int err;

	file = tiermm__file_open(path, &err);
	if (err)
		return cannot(error, err, path, strerror(errno));
	err = fill(c, file);
	if (err == -TIERMM_EIO)
		cannot(error, err, path, strerror(errno));
	if (file != stdin)
		fclose(file);
	return err;
}

int tiermm__file_contents_read(struct tiermm__file_contents *c,
			       const char *path, uint64_t most,
			       struct tiermm_file_error *error,
			       const struct tiermm_alloc *mem)
{
	int err;

	*c = (struct tiermm__file_contents){ .name = path, .most = most + 1 };
	if (!strcmp(path, "-"))
		c->name = "standard input";
	tiermm__file_report_none(error);
	err = tiermm__file_memory(&c->mem, mem);
	if (err)
		return err;
	err = read_all(c, path, error);
	if (err)
		tiermm__file_contents_drop(c);
	return err;
}

void tiermm__file_contents_drop(struct tiermm__file_contents *c)
{
	tiermm__file_free(&c->mem, c->text, c->room);
}
