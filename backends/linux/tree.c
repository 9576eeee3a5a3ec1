/* SPDX-License-Identifier: MIT */
/* Files below one root: bounded, tolerant, never believed at once. */
#define _GNU_SOURCE
#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* How much of a garbled text an error shows. */
#define EXCERPT 40
/* The kernel's directory entry: inode, offset, length, type, name. */
#define ENTRY_LENGTH 16
#define ENTRY_NAME 19

/* Never wait: a pipe in a captured tree must not hang the caller. */
#define OPEN_FLAGS (O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)

int tiermm__linux_tree_open(struct tree *t, const char *root)
{
	t->nodes = -1;
	t->root = open(root, OPEN_FLAGS | O_DIRECTORY);
	tiermm__linux_tree_rewind(t);
	if (t->root >= 0) {
		t->nodes =
			openat(t->root, TREE_NODES, OPEN_FLAGS | O_DIRECTORY);
		return 0;
	}
	snprintf(t->problem, sizeof(t->problem), "%s: cannot be opened: %s",
		 root, strerror(errno));
	if (errno == EACCES || errno == EPERM)
		return -TIERMM_EACCES;
	return errno == ENOENT || errno == ENOTDIR ? -TIERMM_ENOENT
						   : -TIERMM_EIO;
}

void tiermm__linux_tree_close(struct tree *t)
{
	if (t->nodes >= 0)
		close(t->nodes);
	if (t->root >= 0)
		close(t->root);
	t->nodes = t->root = -1;
}

void tiermm__linux_tree_rewind(struct tree *t)
{
	t->digest = 0;
	t->length = 0;
	t->problem[0] = 0;
}

static void fold(struct tree *t, uint64_t word)
{
	/* A multiplicative hash; the shift lets high bits reach low ones. */
	t->digest = (t->digest ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	t->digest ^= t->digest >> 29;
}

void tiermm__linux_tree_note(struct tree *t, const void *bytes, size_t n)
{
	const char *at = bytes;
	uint64_t word;

	fold(t, n + 1);
	for (; n >= sizeof(word); n -= sizeof(word), at += sizeof(word)) {
		memcpy(&word, at, sizeof(word));
		fold(t, word);
	}
	word = 0;
	memcpy(&word, at, n);
	fold(t, word);
}

/* What errno says about the file at t->path: 0 is "missing". */
static int judge(struct tree *t)
{
	switch (errno) {
	case ENOENT:
	case ENODEV: /* the device went while its file was open */
	case ENXIO:
		return 0;
	case EACCES:
	case EPERM:
		snprintf(t->problem, sizeof(t->problem),
			 "%s: access denied, expected to read it", t->path);
		return -TIERMM_EACCES;
	case ENOTDIR:
		snprintf(t->problem, sizeof(t->problem),
			 "%s: a file where a directory is expected", t->path);
		return -TIERMM_EPROTO;
	case EISDIR:
		snprintf(t->problem, sizeof(t->problem),
			 "%s: a directory, expected a file", t->path);
		return -TIERMM_EPROTO;
	default:
		snprintf(t->problem, sizeof(t->problem),
			 "%s: cannot be read: %s", t->path, strerror(errno));
		return -TIERMM_EIO;
	}
}

/* Whether there can be more: the kernel cuts long files at page ends. */
static int is_whole(const struct tree *t, size_t last)
{
	return last == 0 || (last % 4096 && t->text[t->length - 1] == '\n');
}

/* Fill text from a file: 1 or an error, as load. */
static int fill(struct tree *t, int fd)
{
	ssize_t got;

	t->length = 0;
	do {
		if (t->length == sizeof(t->text)) {
			snprintf(t->problem, sizeof(t->problem),
				 "%s: longer than %d bytes, expected less",
				 t->path, TREE_BUFFER - 1);
			return -TIERMM_EPROTO;
		}
		got = read(fd, t->text + t->length,
			   sizeof(t->text) - t->length);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return judge(t);
		t->length += (size_t)got;
	} while (got < 0 || !is_whole(t, (size_t)got));
	return 1;
}

/* Most files are below the nodes: walk the path to there only once. */
static int open_at(struct tree *t, const char *path, int flags)
{
	const size_t prefix = sizeof(TREE_NODES "/") - 1;

	t->length = 0;
	snprintf(t->path, sizeof(t->path), "%s", path);
	if (t->nodes >= 0 && strncmp(path, TREE_NODES "/", prefix) == 0)
		return openat(t->nodes, t->path + prefix, OPEN_FLAGS | flags);
	return openat(t->root, t->path, OPEN_FLAGS | flags);
}

int tiermm__linux_tree_load(struct tree *t, const char *path)
{
	int fd = open_at(t, path, 0);
	int got;

	if (fd < 0)
		return judge(t);
	got = fill(t, fd);
	close(fd);
	return got;
}

int tiermm__linux_tree_read(struct tree *t, const char *path)
{
	int got = tiermm__linux_tree_load(t, path);

	tiermm__linux_tree_note(t, &got, sizeof(got));
	tiermm__linux_tree_note(t, t->text, t->length);
	return got;
}

int tiermm__linux_tree_number(struct tree *t, const char *path, uint64_t max,
			      uint64_t *out)
{
	char expected[48];
	int got = tiermm__linux_tree_read(t, path);

	if (got <= 0)
		return got;
	if (!tiermm__linux_only_number(tiermm__linux_cursor(t->text, t->length),
				       max, out))
		return 1;
	snprintf(expected, sizeof(expected), "a number, at most %llu",
		 (unsigned long long)max);
	return tiermm__linux_tree_garbled(t, expected);
}

int tiermm__linux_tree_nodes(struct tree *t, const char *path,
			     struct tiermm_nodeset *out)
{
	int got = tiermm__linux_tree_read(t, path);

	memset(out, 0, sizeof(*out));
	if (got <= 0)
		return got;
	if (tiermm__linux_nodes(tiermm__linux_cursor(t->text, t->length), out))
		return tiermm__linux_tree_garbled(
			t, "a list of nodes in 0..1023, such as 0-2,5");
	return 1;
}

/* A directory's name: kept if it is the prefix and a number. */
static int keep_name(struct tree *t, const char *name, const char *prefix,
		     uint64_t max)
{
	struct cursor c = tiermm__linux_cursor(name, strlen(name));
	uint64_t number;

	if (!tiermm__linux_word(&c, prefix) ||
	    tiermm__linux_only_number(c, max, &number))
		return 0;
	if (t->n_names == TREE_NAMES) {
		snprintf(t->problem, sizeof(t->problem),
			 "%s: more than %d names %sN, expected fewer", t->path,
			 TREE_NAMES, prefix);
		return -TIERMM_EPROTO;
	}
	t->name[t->n_names++] = (uint32_t)number;
	return 0;
}

/* Each name in a buffer of directory entries. */
static int keep_names(struct tree *t, size_t bytes, const char *prefix,
		      uint64_t max)
{
	for (size_t at = 0; at < bytes;) {
		uint16_t length;
		int err = keep_name(t, t->text + at + ENTRY_NAME, prefix, max);

		if (err)
			return err;
		memcpy(&length, t->text + at + ENTRY_LENGTH, sizeof(length));
		at += length;
	}
	return 0;
}

static int list(struct tree *t, int fd, const char *prefix, uint64_t max)
{
	for (;;) {
		long got =
			syscall(SYS_getdents64, fd, t->text, sizeof(t->text));
		int err;

		if (got < 0)
			return judge(t);
		if (got == 0)
			return 1;
		err = keep_names(t, (size_t)got, prefix, max);
		if (err)
			return err;
	}
}

int tiermm__linux_tree_names(struct tree *t, const char *path,
			     const char *prefix, uint64_t max)
{
	int fd = open_at(t, path, O_DIRECTORY);
	int got;

	t->n_names = 0;
	if (fd < 0) {
		got = judge(t);
	} else {
		got = list(t, fd, prefix, max);
		close(fd);
	}
	tiermm__linux_tree_note(t, &got, sizeof(got));
	tiermm__linux_tree_note(t, t->name, t->n_names * sizeof(t->name[0]));
	return got;
}

int tiermm__linux_tree_garbled(struct tree *t, const char *expected)
{
	struct cursor c = tiermm__linux_cursor(t->text, t->length);
	size_t length = (size_t)(c.end - c.at);
	char shown[EXCERPT + 1];
	size_t n = 0;

	/* What a terminal could take for an order is shown as a dot. */
	for (; n < length && n < EXCERPT; n++)
		shown[n] = c.at[n] >= ' ' && c.at[n] <= '~' ? c.at[n] : '.';
	shown[n] = 0;
	snprintf(t->problem, sizeof(t->problem), "%s: '%s%s', expected %s",
		 t->path, shown, length > EXCERPT ? "..." : "", expected);
	return -TIERMM_EPROTO;
}
