/* SPDX-License-Identifier: MIT */
/*
 * Trees of files where a kernel's /sys is expected. An input is a text:
 *
 *     == node0/cpulist
 *     0-3
 *     == memory_tier4/nodelist
 *     0
 *
 * Each "== " names a file, below the directory of nodes unless its name
 * begins as another place's; what follows is what stands in it.
 */
#define _GNU_SOURCE
#include "fuzz.h"

#include <tiermm/backends/linux.h>

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_BYTES 256
#define FILES_MAX 512

/* Where the trees stand, one after the other; in memory where possible. */
static char root[64];

static void make_root(void)
{
	if (root[0])
		return;
	strcpy(root, "/dev/shm/tiermm-fuzz-XXXXXX");
	if (mkdtemp(root))
		return;
	strcpy(root, "/tmp/tiermm-fuzz-XXXXXX");
	fuzz_expect(mkdtemp(root) != NULL, "there is room for a tree");
}

static int remove_entry(const char *path, const struct stat *status, int kind,
			struct FTW *where)
{
	(void)status;
	(void)kind;
	return where->level ? remove(path) : 0;
}

static void clear_root(void)
{
	nftw(root, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

static void remove_root(void)
{
	clear_root();
	rmdir(root);
}

static const char *place_of(const char *name)
{
	if (!strncmp(name, "memory_tier", 11))
		return "devices/virtual/memory_tiering/";
	if (!strncmp(name, "cpu/", 4))
		return "devices/system/";
	return "devices/system/node/";
}

/* Names lead downwards, by letters, digits, '_' and '/'. */
static int is_safe(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz_/"
				      "0123456789";

	return name[0] && strspn(name, letters) == strlen(name);
}

static void write_file(const char *name, const char *text, size_t length)
{
	char path[PATH_BYTES];
	char *slash;
	int fd, n;

	n = snprintf(path, sizeof(path), "%s/%s%s", root, place_of(name), name);
	if (!is_safe(name) || n < 0 || (size_t)n >= sizeof(path))
		return;
	slash = path + strlen(root);
	while ((slash = strchr(slash + 1, '/'))) {
		*slash = '\0';
		mkdir(path, 0700);
		*slash = '/';
	}
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return; /* a directory of this name is there */
	while (length) {
		ssize_t written = write(fd, text, length);

		fuzz_expect(written > 0, "a file can be written");
		text += written;
		length -= (size_t)written;
	}
	close(fd);
}

/* One "== name" line, and the text up to the next one. */
static const char *take_file(const char *at, const char *end)
{
	const char *line = memchr(at, '\n', (size_t)(end - at));
	const char *next;
	char name[PATH_BYTES] = "";

	if (!line)
		return end;
	if (line - at > 3 && line - at - 3 < PATH_BYTES)
		memcpy(name, at + 3, (size_t)(line - at - 3));
	line++;
	next = line;
	while (next < end && strncmp(next, "== ", 3) != 0) {
		const char *more = memchr(next, '\n', (size_t)(end - next));

		next = more ? more + 1 : end;
	}
	write_file(name, line, (size_t)(next - line));
	return next;
}

static void make_tree(const char *text, size_t size)
{
	const char *at = text, *end = text + size;

	make_root();
	clear_root();
	for (int i = 0; i < FILES_MAX && at < end; i++)
		at = take_file(at, end);
}

static void read_tree(uint32_t flags)
{
	const struct tiermm_linux_options options = { .size = sizeof(options),
						      .flags = flags,
						      .root = root };
	struct tiermm_linux_error error = { .size = sizeof(error) };
	struct tiermm_topology *t;
	int err;

	err = tiermm_linux_topology(&t, &options, &error, NULL);
	if (err) {
		fuzz_expect(t == NULL, "an error gives no topology");
		fuzz_expect(error.text[0] != '\0', "an error has a message");
		return;
	}
	fuzz_expect_machine(t);
	tiermm_topology_unref(t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int registered;
	char *text;

	if (!registered)
		atexit(remove_root);
	registered = 1;
	/* With a zero byte behind it, where comparisons may look. */
	text = malloc(size + 1);
	fuzz_expect(text != NULL, "there is memory");
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	make_tree(text, size);
	free(text);
	read_tree(0);
	read_tree(TIERMM_LINUX_IGNORE_KERNEL_TIERS |
		  TIERMM_LINUX_REPLACE_DISTANCES);
	return 0;
}
