/* SPDX-License-Identifier: MIT */
/* Bytes of a file, a pipe or memory, one block after the other. */
#define _POSIX_C_SOURCE 200809L
#include "input.h"

#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* The error code that is nearest to errno's. */
static int code_of(int number)
{
	switch (number) {
	case ENOENT:
	case ENOTDIR:
		return -TIERMM_ENOENT;
	case EACCES:
	case EPERM:
		return -TIERMM_EACCES;
	default:
		return -TIERMM_EIO;
	}
}

static int complain(const struct tiermm__sim_bytes *b, int number,
		    struct tiermm_sim_error *error)
{
	return tiermm__sim_report(error, code_of(number), 0, b->offset,
				  "%s: %s", b->name, strerror(number));
}

/* Length of a file from where it stands; a pipe has none. */
static void measure(struct tiermm__sim_bytes *b)
{
	off_t here = lseek(b->file, 0, SEEK_CUR);
	off_t end = here < 0 ? here : lseek(b->file, 0, SEEK_END);

	if (here < 0 || end < here || lseek(b->file, here, SEEK_SET) != here)
		return;
	b->start = (uint64_t)here;
	b->size = (uint64_t)(end - here);
	b->seekable = 1;
}

static int open_file(struct tiermm__sim_bytes *b, const char *path,
		     struct tiermm_sim_error *error)
{
	if (strcmp(path, "-") == 0) {
		b->file = STDIN_FILENO;
	} else {
		do
			b->file = open(path, O_RDONLY | O_CLOEXEC);
		while (b->file < 0 && errno == EINTR);
		if (b->file < 0)
			return complain(b, errno, error);
		b->opened = 1;
	}
	b->block = tiermm__sim_alloc(&b->mem, TIERMM__SIM_BLOCK);
	if (!b->block) {
		tiermm__sim_bytes_close(b);
		return -TIERMM_ENOMEM;
	}
	b->data = b->block;
	measure(b);
	return 0;
}

int tiermm__sim_bytes_open(struct tiermm__sim_bytes *b,
			   const struct tiermm_sim_input *input,
			   struct tiermm_sim_error *error,
			   const struct tiermm_alloc *mem)
{
	struct tiermm_sim_input i;
	const char *name;
	int err = tiermm__sim_copy(&i, sizeof(i), input, 0);

	if (err)
		return err;
	memset(b, 0, sizeof(*b));
	b->mem = *mem;
	b->file = -1;
	name = i.name ? i.name : i.path ? i.path : "memory";
	tiermm__sim_name(b->name, sizeof(b->name),
			 strcmp(name, "-") ? name : "standard input");
	if (i.path)
		return open_file(b, i.path, error);
	if (!i.data && i.bytes)
		return -TIERMM_EINVAL;
	b->data = i.data;
	b->have = i.bytes;
	b->size = i.bytes;
	b->seekable = 1;
	return 0;
}

void tiermm__sim_bytes_close(struct tiermm__sim_bytes *b)
{
	tiermm__sim_free(&b->mem, b->block, TIERMM__SIM_BLOCK);
	if (b->opened)
		(void)close(b->file);
	b->block = NULL;
	b->opened = 0;
}

int tiermm__sim_bytes_fill(struct tiermm__sim_bytes *b, int *more,
			   struct tiermm_sim_error *error)
{
	ssize_t n;

	*more = b->at < b->have;
	if (*more || !b->block)
		return 0;
	do
		n = read(b->file, b->block, TIERMM__SIM_BLOCK);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return complain(b, errno, error);
	b->at = 0;
	b->have = (uint64_t)n;
	*more = n > 0;
	return 0;
}

int tiermm__sim_bytes_take(struct tiermm__sim_bytes *b, void *out, uint64_t n,
			   uint64_t *taken, struct tiermm_sim_error *error)
{
	*taken = 0;
	while (*taken < n) {
		uint64_t part;
		int more;
		int err = tiermm__sim_bytes_fill(b, &more, error);

		if (err || !more)
			return err;
		part = b->have - b->at;
		part = part < n - *taken ? part : n - *taken;
		memcpy((char *)out + *taken, b->data + b->at, (size_t)part);
		b->at += part;
		b->offset += part;
		*taken += part;
	}
	return 0;
}

int tiermm__sim_bytes_seek(struct tiermm__sim_bytes *b, uint64_t offset)
{
	if (!b->seekable)
		return -TIERMM_ENOTSUP;
	b->offset = offset;
	b->at = offset;
	if (!b->block)
		return 0;
	b->at = 0;
	b->have = 0;
	if (lseek(b->file, (off_t)(b->start + offset), SEEK_SET) < 0)
		return -TIERMM_EIO;
	return 0;
}
