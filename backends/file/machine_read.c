/* SPDX-License-Identifier: MIT */
/* A machine file from a disk or from standard input. */
#include "contents.h"

#include <stddef.h>

#include <tiermm/backends/file.h>

int tiermm_file_machine_read(struct tiermm_file_machine **out, const char *path,
			     uint32_t flags, struct tiermm_file_error *error,
			     const struct tiermm_alloc *mem)
{
	struct tiermm__file_contents c;
	int err;

	*out = NULL;
	err = tiermm__file_contents_read(&c, path, TIERMM__FILE_DOCUMENT_BYTES,
					 error, mem);
	if (err)
		return err;
	err = tiermm_file_machine_parse(out, c.name, c.text, c.bytes, flags,
					error, mem);
	tiermm__file_contents_drop(&c);
	return err;
}
