/* SPDX-License-Identifier: MIT */
/*
 * Which nodes a process may use. A cgroup without a cpuset of its own obeys
 * the nearest one above it, so the way goes up until a file is there.
 */
#define _GNU_SOURCE
#include "pages.h"
#include "support.h"
#include "tree.h"

#include <stdio.h>
#include <string.h>

/* Where a version of cgroups keeps the effective nodes. */
static const struct hierarchy {
	const char *controllers; /* second field of /proc/PID/cgroup */
	const char *mount;       /* below the root of sysfs */
	const char *file;
	uint32_t source;
} hierarchies[] = {
	{ "", "fs/cgroup", "cpuset.mems.effective",
	  TIERMM_LINUX_ALLOWED_CGROUP2 },
	{ "", "fs/cgroup/unified", "cpuset.mems.effective",
	  TIERMM_LINUX_ALLOWED_CGROUP2 },
	{ "cpuset", "fs/cgroup/cpuset", "cpuset.effective_mems",
	  TIERMM_LINUX_ALLOWED_CGROUP1 },
	{ "cpuset", "fs/cgroup/cpuset", "cpuset.mems",
	  TIERMM_LINUX_ALLOWED_CGROUP1 },
};

/* Whether a comma-separated list names a controller; "" is in "" alone. */
static int names(const char *list, size_t length, const char *controller)
{
	size_t wanted = strlen(controller);

	while (length) {
		const char *comma = memchr(list, ',', length);
		size_t word = comma ? (size_t)(comma - list) : length;

		if (word == wanted && memcmp(list, controller, word) == 0)
			return 1;
		list += word + (comma != NULL);
		length -= word + (comma != NULL);
	}
	return wanted == 0;
}

/* The group's path in a line "4:cpuset,cpu:/a/b": 1, or 0 if it is another. */
static int take_group(const char *line, size_t length, const char *controller,
		      char *out, size_t size)
{
	const char *first = memchr(line, ':', length), *second;
	size_t group;

	if (!first)
		return 0;
	first++;
	second = memchr(first, ':', length - (size_t)(first - line));
	if (!second)
		return 0;
	/* Version 2's line has an empty list, named version 1 ones have not. */
	if ((controller[0] == 0) != (second == first) ||
	    !names(first, (size_t)(second - first), controller))
		return 0;
	second++;
	group = length - (size_t)(second - line);
	if (group >= size || memmem(second, group, "/..", 3))
		return 0;
	memcpy(out, second, group);
	out[group] = 0;
	return 1;
}

/* The process's group below a hierarchy: 1, 0 (none there) or an error. */
static int find_group(struct tree *t, const char *path, const char *controller,
		      char *out, size_t size)
{
	int got = tiermm__linux_tree_load(t, path);
	const char *line = t->text;
	size_t left = t->length;

	while (got > 0 && left) {
		const char *end = memchr(line, '\n', left);
		size_t length = end ? (size_t)(end - line) : left;

		if (take_group(line, length, controller, out, size))
			return 1;
		line += length + (end != NULL);
		left -= length + (end != NULL);
	}
	return got < 0 ? got : 0;
}

/* The nearest file from a group upwards: 1, 0 or an error. */
static int read_upwards(struct tree *t, const struct hierarchy *h, char *group,
			struct tiermm_nodeset *out)
{
	char path[TREE_PATH];
	char *slash = group + strlen(group);

	while (slash) {
		int length, got;

		*slash = 0;
		length = snprintf(path, sizeof(path), "%s%s/%s", h->mount,
				  group, h->file);
		got = length < (int)sizeof(path)
			      ? tiermm__linux_tree_nodes(t, path, out)
			      : 0;
		if (got)
			return got;
		slash = strrchr(group, '/');
	}
	return 0;
}

/* "Mems_allowed_list:\t0-3" of /proc/PID/status: 1, 0 or an error. */
static int read_status(struct tree *t, const char *path,
		       struct tiermm_nodeset *out)
{
	static const char word[] = "\nMems_allowed_list:";
	int got = tiermm__linux_tree_load(t, path);
	const char *at, *end;
	struct cursor c;

	if (got <= 0)
		return got;
	at = memmem(t->text, t->length, word, sizeof(word) - 1);
	if (!at)
		return 0;
	at += sizeof(word) - 1;
	end = memchr(at, '\n', t->length - (size_t)(at - t->text));
	c = tiermm__linux_cursor(at,
				 (size_t)((end ? end : t->text + t->length) -
					  at));
	tiermm__linux_blanks(&c);
	return tiermm__linux_nodes(c, out) ? -TIERMM_EPROTO : 1;
}

static int read_allowed(struct tree *t,
			const struct tiermm_linux_pages_options *options,
			struct tiermm_nodeset *out, uint32_t *source)
{
	char path[PAGES_PATH], group[TREE_PATH];
	int got;

	tiermm__linux_pages_path(path, options->proc, options->pid, "cgroup");
	for (size_t i = 0; i < sizeof(hierarchies) / sizeof(hierarchies[0]);
	     i++) {
		const struct hierarchy *h = &hierarchies[i];

		got = find_group(t, path, h->controllers, group, sizeof(group));
		if (got > 0)
			got = read_upwards(t, h, group, out);
		*source = h->source;
		if (got)
			return got < 0 ? got : 0;
	}
	*source = TIERMM_LINUX_ALLOWED_STATUS;
	tiermm__linux_pages_path(path, options->proc, options->pid, "status");
	got = read_status(t, path, out);
	return got > 0 ? 0 : got < 0 ? got : -TIERMM_ENOENT;
}

int tiermm_linux_allowed(const struct tiermm_linux_pages_options *options,
			 struct tiermm_nodeset *out, uint32_t *source,
			 const struct tiermm_alloc *mem)
{
	struct tiermm_linux_pages_options known;
	struct tiermm_nodeset nodes;
	struct tiermm_alloc alloc;
	uint32_t told = 0;
	struct tree *t;
	int err;

	if (!out)
		return -TIERMM_EINVAL;
	err = tiermm__linux_pages_options(&known, options);
	if (!err)
		err = tiermm__linux_alloc(&alloc, mem);
	if (err)
		return err;
	t = alloc.alloc(alloc.self, sizeof(*t), _Alignof(struct tree));
	if (!t)
		return -TIERMM_ENOMEM;
	err = tiermm__linux_tree_open(t, known.root);
	if (!err)
		err = read_allowed(t, &known, &nodes, &told);
	tiermm__linux_tree_close(t);
	alloc.free(alloc.self, t, sizeof(*t));
	if (err)
		return err;
	*out = nodes;
	if (source)
		*source = told;
	return 0;
}
