/* SPDX-License-Identifier: MIT */
/*
 * What works on this machine and what will get in the way (B5). Nothing that
 * outlives the call is changed: trials use pages and descriptors of their own.
 */
#include "probe.h"

#include "support.h"

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

void tiermm__linux_say(struct tiermm_linux_finding *f, uint32_t state,
		       const char *remedy, const char *reason, ...)
{
	va_list arguments;

	f->state = state;
	snprintf(f->remedy, sizeof(f->remedy), "%s", remedy);
	va_start(arguments, reason);
	vsnprintf(f->reason, sizeof(f->reason), reason, arguments);
	va_end(arguments);
}

void tiermm__linux_say_error(struct tiermm_linux_finding *f, const char *call,
			     const char *remedy)
{
	switch (errno) {
	case ENOSYS:
		tiermm__linux_say(f, TIERMM_FINDING_MISSING,
				  "use a kernel that has it",
				  "%s is not in this kernel (ENOSYS)", call);
		break;
	case EPERM:
	case EACCES:
		tiermm__linux_say(f, TIERMM_FINDING_MISSING, remedy,
				  "%s is not permitted (%s)", call,
				  errno == EPERM ? "EPERM" : "EACCES");
		break;
	default:
		tiermm__linux_say(f, TIERMM_FINDING_UNKNOWN, remedy,
				  "%s failed (error %d)", call, errno);
	}
}

static void say_unread(const struct probe *p, struct tiermm_linux_finding *f)
{
	tiermm__linux_say(f, TIERMM_FINDING_UNKNOWN,
			  "describe the machine yourself",
			  "the machine cannot be read: %.120s", p->error.text);
}

static void probe_nodes(struct probe *p, struct tiermm_linux_finding *f)
{
	uint32_t n = tiermm_nodeset_count(&p->memory);

	if (!p->topology)
		say_unread(p, f);
	else if (n > 1)
		tiermm__linux_say(f, TIERMM_FINDING_WORKS, "",
				  "%u nodes with memory", n);
	else
		tiermm__linux_say(f, TIERMM_FINDING_MISSING,
				  "to try things out, boot with numa=fake=2 "
				  "and have distances replaced, or describe "
				  "a machine yourself",
				  "%u node with memory: nowhere to move to", n);
}

static void probe_tiers(struct probe *p, struct tiermm_linux_finding *f)
{
	uint32_t n;

	if (!p->topology) {
		say_unread(p, f);
		return;
	}
	n = tiermm_topology_tier_count(p->topology);
	if (n > 1)
		tiermm__linux_say(f, TIERMM_FINDING_WORKS, "",
				  "%u tiers of memory", n);
	else
		tiermm__linux_say(f, TIERMM_FINDING_MISSING,
				  "if some of it is slower, set that node's "
				  "abstract distance yourself",
				  "all memory is in %u tier", n);
}

static void probe_speeds(struct probe *p, struct tiermm_linux_finding *f)
{
	uint32_t count, known = 0;
	struct tiermm_node node;

	if (!p->topology) {
		say_unread(p, f);
		return;
	}
	count = tiermm_topology_node_count(p->topology);
	for (uint32_t i = 0; i < count; i++)
		if (!tiermm_topology_node_at(p->topology, i, &node) &&
		    node.access.read_latency_ns &&
		    node.access.read_bandwidth_mbps)
			known++;
	if (known)
		tiermm__linux_say(f, TIERMM_FINDING_WORKS, "",
				  "the kernel tells the speeds of %u nodes",
				  known);
	else
		tiermm__linux_say(f, TIERMM_FINDING_MISSING,
				  "measure, and give speeds or tiers yourself",
				  "the kernel tells no speeds: the firmware "
				  "has no HMAT, or not all of it");
}

/* In the order of the findings' numbers. */
static const struct inquiry {
	const char *name;
	void (*probe)(struct probe *p, struct tiermm_linux_finding *f);
	int needs_this_machine;
} inquiries[TIERMM_LINUX_FINDINGS] = {
	{ "nodes", probe_nodes, 0 },
	{ "tiers", probe_tiers, 0 },
	{ "speeds", probe_speeds, 0 },
	{ "move_pages", tiermm__linux_probe_move_pages, 1 },
	{ "move_others", tiermm__linux_probe_move_others, 1 },
	{ "mbind", tiermm__linux_probe_mbind, 1 },
	{ "page_out", tiermm__linux_probe_page_out, 1 },
	{ "membarrier", tiermm__linux_probe_membarrier, 1 },
	{ "pagemap_scan", tiermm__linux_probe_pagemap_scan, 1 },
	{ "uevents", tiermm__linux_probe_uevents, 1 },
	{ "blocks", tiermm__linux_probe_blocks, 0 },
	{ "numa_balancing", tiermm__linux_probe_numa_balancing, 1 },
	{ "demotion", tiermm__linux_probe_demotion, 0 },
	{ "damon", tiermm__linux_probe_damon, 0 },
	{ "auto_online", tiermm__linux_probe_auto_online, 0 },
	{ "cgroup", tiermm__linux_probe_cgroup, 1 },
	{ "soft_dirty", tiermm__linux_probe_soft_dirty, 1 },
	{ "referenced", tiermm__linux_probe_referenced, 1 },
	{ "huge_pages", tiermm__linux_probe_huge_pages, 1 },
	{ "damon_free", tiermm__linux_probe_damon_free, 0 },
};

static void inquire(struct probe *p, uint32_t what,
		    struct tiermm_linux_finding *f)
{
	const struct inquiry *inquiry = &inquiries[what];

	memset(f, 0, sizeof(*f));
	f->what = what;
	snprintf(f->name, sizeof(f->name), "%s", inquiry->name);
	if (inquiry->needs_this_machine && !p->this_machine)
		tiermm__linux_say(f, TIERMM_FINDING_UNKNOWN, "",
				  "another machine's tree was read");
	else
		inquiry->probe(p, f);
}

static int open_probe(struct probe *p,
		      const struct tiermm_linux_options *options)
{
	int err;

	memset(p->error.text, 0, sizeof(p->error.text));
	p->error.size = sizeof(p->error);
	p->this_machine = tiermm__linux_is_this_machine(options);
	memset(&p->memory, 0, sizeof(p->memory));
	err = tiermm_linux_topology(&p->topology, options, &p->error, NULL);
	if (err == -TIERMM_ENOMEM)
		return err;
	if (!err)
		tiermm_topology_nodes(p->topology, TIERMM_NODES_MEMORY,
				      &p->memory);
	/* Without a root every file is missing, and each finding says so. */
	(void)tiermm__linux_tree_open(p->tree, options->root);
	return 0;
}

int tiermm_linux_probe(const struct tiermm_linux_options *options,
		       struct tiermm_linux_finding *out, uint64_t cap,
		       uint64_t *n_out)
{
	struct tiermm_linux_options known;
	struct tiermm_alloc mem;
	struct probe p;
	int err;

	if (!n_out || (cap && !out))
		return -TIERMM_EINVAL;
	err = tiermm__linux_options(&known, options);
	if (!err)
		err = tiermm__linux_alloc(&mem, NULL);
	if (err)
		return err;
	p.tree = mem.alloc(mem.self, sizeof(*p.tree), _Alignof(struct tree));
	if (!p.tree)
		return -TIERMM_ENOMEM;
	err = open_probe(&p, &known);
	if (err)
		goto free_tree;
	for (uint32_t i = 0; i < TIERMM_LINUX_FINDINGS && i < cap; i++)
		inquire(&p, i, &out[i]);
	*n_out = TIERMM_LINUX_FINDINGS;
	tiermm__linux_tree_close(p.tree);
	tiermm_topology_unref(p.topology);
free_tree:
	mem.free(mem.self, p.tree, sizeof(*p.tree));
	return err;
}
