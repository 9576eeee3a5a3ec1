/* SPDX-License-Identifier: MIT */
/*
 * Settings of the kernel that will fight with whoever moves pages from user
 * space. They are read, never written; the remedy says what a person can do.
 */
#define _GNU_SOURCE
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define BLOCKS "devices/system/memory"
#define KDAMONDS "kernel/mm/damon/admin/kdamonds"

/* Whether the text read last begins with a word. */
static int reads(const struct tree *t, const char *word)
{
	struct cursor c = tiermm__linux_cursor(t->text, t->length);

	return tiermm__linux_word(&c, word);
}

/* The text read last, up to its first line end, for a person. */
static const char *line(struct tree *t, char *out, size_t size)
{
	struct cursor c = tiermm__linux_cursor(t->text, t->length);
	const char *end = memchr(c.at, '\n', (size_t)(c.end - c.at));

	if (!end)
		end = c.end;
	snprintf(out, size, "%.*s", (int)(end - c.at), c.at);
	return out;
}

static void say_unreadable(const struct tree *t, struct tiermm_linux_finding *f)
{
	tiermm__linux_say(f, TIERMM_FINDING_UNKNOWN, "run it with privilege",
			  "%.160s", t->problem);
}

/* A missing file says something of a running kernel, nothing of a copy. */
static void say_missing(const struct probe *p, struct tiermm_linux_finding *f,
			const char *reason)
{
	if (p->this_machine)
		tiermm__linux_say(f, TIERMM_FINDING_WORKS, "", "%s", reason);
	else
		tiermm__linux_say(f, TIERMM_FINDING_UNKNOWN, "",
				  "the tree that was read does not tell");
}

void tiermm__linux_probe_numa_balancing(struct probe *p,
					struct tiermm_linux_finding *f)
{
	const char *path = "/proc/sys/kernel/numa_balancing";
	int got = tiermm__linux_tree_load(p->tree, path);

	if (got < 0)
		say_unreadable(p->tree, f);
	else if (got == 0)
		say_missing(p, f, "this kernel has no NUMA balancing");
	else if (reads(p->tree, "0"))
		tiermm__linux_say(f, TIERMM_FINDING_WORKS, "",
				  "NUMA balancing is off");
	else
		tiermm__linux_say(f, TIERMM_FINDING_CONFLICT,
				  "echo 0 > /proc/sys/kernel/numa_balancing",
				  "NUMA balancing moves pages by itself");
}

void tiermm__linux_probe_demotion(struct probe *p,
				  struct tiermm_linux_finding *f)
{
	int got = tiermm__linux_tree_load(p->tree,
					  "kernel/mm/numa/demotion_enabled");

	if (got < 0)
		say_unreadable(p->tree, f);
	else if (got == 0)
		say_missing(p, f, "this kernel does not demote");
	else if (reads(p->tree, "false") || reads(p->tree, "0"))
		tiermm__linux_say(f, TIERMM_FINDING_WORKS, "",
				  "the kernel's own demotion is off");
	else
		tiermm__linux_say(
			f, TIERMM_FINDING_CONFLICT,
			"echo false > /sys/kernel/mm/numa/demotion_enabled",
			"the kernel demotes pages when it reclaims");
}

void tiermm__linux_probe_auto_online(struct probe *p,
				     struct tiermm_linux_finding *f)
{
	char mode[32];
	int got =
		tiermm__linux_tree_load(p->tree, BLOCKS "/auto_online_blocks");

	if (got < 0)
		say_unreadable(p->tree, f);
	else if (got == 0)
		say_missing(p, f, "this kernel has no memory hot-plug");
	else if (reads(p->tree, "offline"))
		tiermm__linux_say(f, TIERMM_FINDING_WORKS, "",
				  "new blocks stay offline until told");
	else
		tiermm__linux_say(f, TIERMM_FINDING_CONFLICT,
				  "echo offline > " BLOCKS
				  "/auto_online_blocks in /sys",
				  "new blocks go online by themselves (%s)",
				  line(p->tree, mode, sizeof(mode)));
}

/* How many kernel threads of DAMON are on: or an error. */
static int count_kdamonds(struct tree *t)
{
	int err = tiermm__linux_tree_names(t, KDAMONDS, "", UINT32_MAX);
	int on = 0;

	for (uint32_t i = 0; err > 0 && i < t->n_names; i++) {
		char path[TREE_PATH];

		snprintf(path, sizeof(path), KDAMONDS "/%u/state", t->name[i]);
		err = tiermm__linux_tree_load(t, path);
		if (err > 0 && reads(t, "on"))
			on++;
	}
	return err < 0 ? err : on;
}

/* Modules that run DAMON schemes by themselves: 1, 0 or an error. */
static int has_damon_module(struct tree *t)
{
	static const char *const paths[] = {
		"module/damon_reclaim/parameters/enabled",
		"module/damon_lru_sort/parameters/enabled"
	};

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		int got = tiermm__linux_tree_load(t, paths[i]);

		if (got < 0 || (got > 0 && reads(t, "Y")))
			return got;
	}
	return 0;
}

void tiermm__linux_probe_damon(struct probe *p, struct tiermm_linux_finding *f)
{
	int kdamonds = count_kdamonds(p->tree);
	int module = kdamonds < 0 ? kdamonds : has_damon_module(p->tree);

	if (kdamonds < 0 || module < 0)
		say_unreadable(p->tree, f);
	else if (kdamonds || module)
		tiermm__linux_say(f, TIERMM_FINDING_CONFLICT,
				  "echo off > the state below /sys/" KDAMONDS
				  ", or N > damon_*/parameters/enabled",
				  "%d DAMON threads and %d DAMON modules act "
				  "on memory",
				  kdamonds, module);
	else
		say_missing(p, f, "no DAMON scheme is running");
}

/* Whether a block's state could be written, without doing so. */
static int can_write_state(struct tree *t)
{
	char path[TREE_PATH];

	snprintf(path, sizeof(path), BLOCKS "/memory%u/state", t->name[0]);
	return faccessat(t->root, path, W_OK, AT_EACCESS) == 0;
}

void tiermm__linux_probe_blocks(struct probe *p, struct tiermm_linux_finding *f)
{
	struct tree *t = p->tree;
	int got = tiermm__linux_tree_names(t, BLOCKS, "memory", UINT32_MAX);

	/* More names than the table holds: the first ones will do. */
	if (got < 0 && t->n_names == 0)
		say_unreadable(t, f);
	else if (t->n_names == 0)
		tiermm__linux_say(f, TIERMM_FINDING_MISSING,
				  "a kernel with memory hot-plug",
				  "there are no memory blocks");
	else if (!p->this_machine)
		tiermm__linux_say(f, TIERMM_FINDING_UNKNOWN, "",
				  "another machine's tree was read");
	else if (can_write_state(t))
		tiermm__linux_say(f, TIERMM_FINDING_WORKS, "",
				  "the state of memory blocks may be written");
	else
		tiermm__linux_say(f, TIERMM_FINDING_MISSING,
				  "root, and /sys mounted for writing",
				  "the state of memory blocks may not be "
				  "written (error %d)",
				  errno);
}

/* Where a version of cgroups says what memory a group may have. */
static const struct hierarchy {
	const char *mark; /* in a line of /proc/self/cgroup */
	const char *root;
	const char *limit;
} hierarchies[] = {
	{ "0::", "fs/cgroup", "memory.max" },
	{ "0::", "fs/cgroup/unified", "memory.max" },
	{ ":memory:", "fs/cgroup/memory", "memory.limit_in_bytes" },
};

/* The path of our group behind a mark: 1 and a text, or 0. */
static int own_group(struct tree *t, const char *mark, char *out, size_t size)
{
	const char *at, *end;

	if (tiermm__linux_tree_load(t, "/proc/self/cgroup") <= 0)
		return 0;
	at = memmem(t->text, t->length, mark, strlen(mark));
	if (!at)
		return 0;
	at += strlen(mark);
	end = memchr(at, '\n', t->length - (size_t)(at - t->text));
	if (!end)
		end = t->text + t->length;
	snprintf(out, size, "%.*s", (int)(end - at), at);
	return 1;
}

/* Whether the file read last sets a limit: not "max", not near 2^63. */
static int is_limit(const struct tree *t)
{
	uint64_t bytes;

	return !tiermm__linux_only_number(tiermm__linux_cursor(t->text,
							       t->length),
					  UINT64_MAX, &bytes) &&
	       bytes < UINT64_C(1) << 62;
}

/* A limit on memory of our group or of one above it: 1 and its path, or 0. */
static int is_limited(struct tree *t, const struct hierarchy *h, char *path,
		      size_t size)
{
	char group[TREE_PATH];
	char *slash;

	if (!own_group(t, h->mark, group, sizeof(group)))
		return 0;
	for (slash = group + strlen(group); slash;
	     slash = strrchr(group, '/')) {
		*slash = 0;
		snprintf(path, size, "%s%.120s/%s", h->root, group, h->limit);
		if (tiermm__linux_tree_load(t, path) > 0 && is_limit(t))
			return 1;
	}
	return 0;
}

/* Say that a group limits our memory, or that none does. */
static void say_limit(struct tree *t, struct tiermm_linux_finding *f)
{
	for (size_t i = 0; i < sizeof(hierarchies) / sizeof(hierarchies[0]);
	     i++) {
		char path[TREE_PATH];

		if (!is_limited(t, &hierarchies[i], path, sizeof(path)))
			continue;
		tiermm__linux_say(f, TIERMM_FINDING_CONFLICT,
				  "raise the limit, or plan within it",
				  "%.100s limits memory of all tiers together",
				  path);
		return;
	}
	tiermm__linux_say(f, TIERMM_FINDING_WORKS, "",
			  "no limit of a cgroup was found");
}

void tiermm__linux_probe_cgroup(struct probe *p, struct tiermm_linux_finding *f)
{
	struct tiermm_nodeset allowed;
	uint32_t outside = 0;

	if (tiermm__linux_allowed_nodes(&allowed)) {
		tiermm__linux_say_error(f, "get_mempolicy",
					"allow it in the container's filter");
		return;
	}
	for (int32_t node = 0; node < TIERMM_MAX_NODES; node++)
		outside += tiermm_nodeset_has(&p->memory, node) &&
			   !tiermm_nodeset_has(&allowed, node);
	if (outside)
		tiermm__linux_say(f, TIERMM_FINDING_CONFLICT,
				  "widen cpuset.mems, or hand the library the "
				  "allowed nodes",
				  "%u nodes with memory are out of reach "
				  "(cpuset.mems)",
				  outside);
	else
		say_limit(p->tree, f);
}
