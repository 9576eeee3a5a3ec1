/* SPDX-License-Identifier: MIT */
/* Trees for the tests of the linux backend. */
#define _GNU_SOURCE
#include <support/cmocka.h>

#include "linux_tree.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TIERS "devices/virtual/memory_tiering"

static void die(const char *what, const char *path)
{
	fprintf(stderr, "%s %s: %s\n", what, path, strerror(errno));
	abort();
}

/* In memory where that can be had: tests write thousands of files. */
void linux_tree_make(char out[LINUX_TREE_PATH])
{
	snprintf(out, LINUX_TREE_PATH, "/dev/shm/tiermm-test-XXXXXX");
	if (!mkdtemp(out)) {
		snprintf(out, LINUX_TREE_PATH, "/tmp/tiermm-test-XXXXXX");
		if (!mkdtemp(out))
			die("mkdtemp", out);
	}
	if (chmod(out, 0755))
		die("chmod", out);
}

static int remove_one(const char *path, const struct stat *status, int kind,
		      struct FTW *where)
{
	(void)status;
	(void)kind;
	(void)where;
	return remove(path);
}

void linux_tree_remove(const char *root)
{
	if (nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS))
		die("remove", root);
}

static void make_parents(char *path)
{
	for (char *at = path + 1; (at = strchr(at, '/')); at++) {
		*at = 0;
		if (mkdir(path, 0755) && errno != EEXIST)
			die("mkdir", path);
		*at = '/';
	}
}

void linux_tree_write_bytes(const char *root, const char *path,
			    const void *bytes, size_t n)
{
	char whole[2 * LINUX_TREE_PATH];
	FILE *file;

	snprintf(whole, sizeof(whole), "%s/%s", root, path);
	make_parents(whole);
	file = fopen(whole, "w");
	if (!file || fwrite(bytes, 1, n, file) != n || fclose(file))
		die("write", whole);
}

void linux_tree_write(const char *root, const char *path, const char *text)
{
	linux_tree_write_bytes(root, path, text, strlen(text));
}

static void write_speeds(const char *root, const char *node, const char *ns,
			 const char *mbps)
{
	static const char *const names[] = { "read_latency", "write_latency",
					     "read_bandwidth",
					     "write_bandwidth" };
	char path[128];

	for (int i = 0; i < 4; i++) {
		snprintf(path, sizeof(path),
			 "devices/system/node/%s/access1/initiators/%s", node,
			 names[i]);
		linux_tree_write(root, path, i < 2 ? ns : mbps);
	}
	snprintf(path, sizeof(path),
		 "devices/system/node/%s/access1/initiators/node0", node);
	linux_tree_write(root, path, "");
}

void linux_tree_write_machine(const char *root)
{
	static const char *const files[][2] = {
		{ "cpu/possible", "0-3\n" },
		{ "node/possible", "0-1\n" },
		{ "node/online", "0-1\n" },
		{ "node/has_memory", "0-1\n" },
		{ "node/node0/cpulist", "0-1\n" },
		{ "node/node0/distance", "10 25\n" },
		{ "node/node0/meminfo", "Node 0 MemTotal:  1048576 kB\n"
					"Node 0 MemFree:    900000 kB\n" },
		{ "node/node1/cpulist", "\n" },
		{ "node/node1/distance", "26 10\n" },
		{ "node/node1/meminfo", "Node 1 MemTotal:  2097152 kB\n" },
	};
	char path[128];

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, sizeof(path), "devices/system/%s", files[i][0]);
		linux_tree_write(root, path, files[i][1]);
	}
	write_speeds(root, "node0", "100\n", "100000\n");
	write_speeds(root, "node1", "250\n", "30000\n");
	linux_tree_write(root, TIERS "/memory_tier4/nodelist", "0\n");
	linux_tree_write(root, TIERS "/memory_tier22/nodelist", "1\n");
}

int linux_tree_read(const char *root, uint32_t flags,
		    struct tiermm_topology **out,
		    struct tiermm_linux_error *error)
{
	struct tiermm_linux_options options = { .size = sizeof(options),
						.flags = flags,
						.root = root };

	return tiermm_linux_topology(out, &options, error, NULL);
}

int linux_tree_setup(void **state)
{
	char *root = malloc(LINUX_TREE_PATH);

	assert_non_null(root);
	linux_tree_make(root);
	linux_tree_write_machine(root);
	*state = root;
	return 0;
}

int linux_tree_teardown(void **state)
{
	linux_tree_remove(*state);
	free(*state);
	return 0;
}

void linux_tree_delete(const char *root, const char *path)
{
	char whole[2 * LINUX_TREE_PATH];

	snprintf(whole, sizeof(whole), "%s/%s", root, path);
	assert_int_equal(remove(whole), 0);
}

struct tiermm_topology *linux_tree_must_read(const char *root, uint32_t flags)
{
	struct tiermm_linux_error error = { .size = sizeof(error) };
	struct tiermm_topology *t;
	int err = linux_tree_read(root, flags, &t, &error);

	if (err)
		fail_msg("%d: %s", err, error.text);
	assert_true(tiermm_topology_is_valid(t));
	return t;
}

struct tiermm_node linux_tree_node(const struct tiermm_topology *t, int32_t id)
{
	struct tiermm_node node;

	assert_int_equal(tiermm_topology_node(t, id, &node), 0);
	return node;
}

/* The tree is refused with this code, and the text has these words. */
void linux_tree_must_refuse(const char *root, int code, const char *file,
			    const char *words)
{
	struct tiermm_linux_error error = { .size = sizeof(error) };
	struct tiermm_topology *t = (void *)&error;
	int err = linux_tree_read(root, 0, &t, &error);

	if (err != code || !strstr(error.text, file) ||
	    !strstr(error.text, words))
		fail_msg("%d '%s', expected %d, '%s' and '%s'", err,
			 err ? error.text : "", code, file, words);
	assert_null(t);
}
