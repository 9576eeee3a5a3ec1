/* SPDX-License-Identifier: MIT */
/*
 * Trees for the tests of the linux backend: a directory of its own for each
 * test, filled by hand or from a captured machine.
 */
#ifndef TESTS_UNIT_LINUX_TREE_H
#define TESTS_UNIT_LINUX_TREE_H

#include <stddef.h>

#include <tiermm/backends/linux.h>

#define LINUX_TREE_PATH 512

/* Make an empty directory of our own; its path goes to out. */
void linux_tree_make(char out[LINUX_TREE_PATH]);

/* Remove it and all that is in it. */
void linux_tree_remove(const char *root);

/* Write a file, with the directories above it. */
void linux_tree_write(const char *root, const char *path, const char *text);

/* The same with bytes that need not be a text. */
void linux_tree_write_bytes(const char *root, const char *path,
			    const void *bytes, size_t n);

/* Two nodes: 0 with CPUs 0-1 and 1 GiB, 1 with 2 GiB; speeds, tiers. */
void linux_tree_write_machine(const char *root);

/* Read a tree with two passes at least; text may be NULL. */
int linux_tree_read(const char *root, uint32_t flags,
		    struct tiermm_topology **out,
		    struct tiermm_linux_error *error);

/* Setup and teardown of a test whose state is the root of such a machine. */
int linux_tree_setup(void **state);
int linux_tree_teardown(void **state);

/* Remove a file, or a directory that is empty. */
void linux_tree_delete(const char *root, const char *path);

/* Read a tree that has to be whole. */
struct tiermm_topology *linux_tree_must_read(const char *root, uint32_t flags);

/* The node with this id, which has to be there. */
struct tiermm_node linux_tree_node(const struct tiermm_topology *t, int32_t id);

/* The tree is refused with this code, and the text has these words. */
void linux_tree_must_refuse(const char *root, int code, const char *file,
			    const char *words);

#endif
