/* SPDX-License-Identifier: MIT */
/*
 * Files below one root, read one at a time into one bounded buffer.
 *
 * All that a pass over the tree learns goes into one 64-bit digest, "missing"
 * and "garbled" too: two passes agree where their digests do. An error is
 * kept, not believed at once: a machine that changes while it is read may look
 * garbled for a moment.
 */
#ifndef TIERMM_LINUX_TREE_H
#define TIERMM_LINUX_TREE_H

#include "parse.h"

#include <tiermm/backends/linux.h>

/* The longest list there can be, every second one of 16 384 CPUs, and more. */
#define TREE_BUFFER 65536
#define TREE_PATH 192
/* Initiators of a node, or tiers: as many as nodes. */
#define TREE_NAMES TIERMM_MAX_NODES

/* Where the nodes stand. */
#define TREE_NODES "devices/system/node"

struct tree {
	int root;      /* file descriptor of the top */
	int nodes;     /* of TREE_NODES below it, or -1 */
	size_t length; /* of what was read last */
	uint64_t digest;
	uint32_t n_names;
	uint32_t name[TREE_NAMES]; /* what tree_names() found */
	char path[TREE_PATH];      /* below the root: what was read last */
	char problem[sizeof(((struct tiermm_linux_error *)0)->text)];
	char text[TREE_BUFFER];
};

/* Open the top: 0, -TIERMM_ENOENT, -TIERMM_EACCES or -TIERMM_EIO. */
int tiermm__linux_tree_open(struct tree *t, const char *root);
void tiermm__linux_tree_close(struct tree *t);

/* Forget the last pass. */
void tiermm__linux_tree_rewind(struct tree *t);

/* Fold a number or bytes into the digest. */
void tiermm__linux_tree_note(struct tree *t, const void *bytes, size_t n);

/*
 * Read a whole file: 1 and text and length are filled, 0 where it is missing,
 * or an error, which is described in problem. Nothing is noted.
 */
int tiermm__linux_tree_load(struct tree *t, const char *path);

/* The same, and what was found is noted. */
int tiermm__linux_tree_read(struct tree *t, const char *path);

/* A file that holds one number, at most max: 1, 0 (missing) or an error. */
int tiermm__linux_tree_number(struct tree *t, const char *path, uint64_t max,
			      uint64_t *out);

/* A file that holds a list of nodes: 1, 0 (missing: empty) or an error. */
int tiermm__linux_tree_nodes(struct tree *t, const char *path,
			     struct tiermm_nodeset *out);

/*
 * The numbers behind a prefix among a directory's names ("node7"), noted: 1
 * and name and n_names are filled, 0 (missing: none) or an error. Other names
 * do not count.
 */
int tiermm__linux_tree_names(struct tree *t, const char *path,
			     const char *prefix, uint64_t max);

/* What was read last is garbled: describe it, return -TIERMM_EPROTO. */
int tiermm__linux_tree_garbled(struct tree *t, const char *expected);

#endif
