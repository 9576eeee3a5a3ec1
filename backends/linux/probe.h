/* SPDX-License-Identifier: MIT */
/*
 * What the probe's rooms share: the machine as read, and how to say a finding.
 */
#ifndef TIERMM_LINUX_PROBE_H
#define TIERMM_LINUX_PROBE_H

#include "tree.h"

#include <tiermm/backends/linux.h>

struct probe {
	struct tree *tree;
	struct tiermm_topology *topology; /* NULL: could not be read */
	struct tiermm_linux_error error;  /* and why */
	struct tiermm_nodeset memory;     /* nodes with memory */
	int this_machine;                 /* trial calls make sense */
};

/* Fill a finding; an empty remedy says that there is nothing to do. */
void tiermm__linux_say(struct tiermm_linux_finding *f, uint32_t state,
		       const char *remedy, const char *reason, ...)
	__attribute__((format(printf, 4, 5)));

/* A call failed: missing if it is not offered or not permitted, else unknown */
void tiermm__linux_say_error(struct tiermm_linux_finding *f, const char *call,
			     const char *remedy);

/* Trial calls: this machine only. */
void tiermm__linux_probe_move_pages(struct probe *p,
				    struct tiermm_linux_finding *f);
void tiermm__linux_probe_move_others(struct probe *p,
				     struct tiermm_linux_finding *f);
void tiermm__linux_probe_mbind(struct probe *p, struct tiermm_linux_finding *f);
void tiermm__linux_probe_page_out(struct probe *p,
				  struct tiermm_linux_finding *f);
void tiermm__linux_probe_membarrier(struct probe *p,
				    struct tiermm_linux_finding *f);
void tiermm__linux_probe_pagemap_scan(struct probe *p,
				      struct tiermm_linux_finding *f);
void tiermm__linux_probe_uevents(struct probe *p,
				 struct tiermm_linux_finding *f);

/* pages_probe.c */
void tiermm__linux_probe_soft_dirty(struct probe *p,
				    struct tiermm_linux_finding *f);
void tiermm__linux_probe_referenced(struct probe *p,
				    struct tiermm_linux_finding *f);
void tiermm__linux_probe_huge_pages(struct probe *p,
				    struct tiermm_linux_finding *f);
void tiermm__linux_probe_damon_free(struct probe *p,
				    struct tiermm_linux_finding *f);

/* Settings: what can be read below the root, or in /proc. */
void tiermm__linux_probe_blocks(struct probe *p,
				struct tiermm_linux_finding *f);
void tiermm__linux_probe_numa_balancing(struct probe *p,
					struct tiermm_linux_finding *f);
void tiermm__linux_probe_demotion(struct probe *p,
				  struct tiermm_linux_finding *f);
void tiermm__linux_probe_damon(struct probe *p, struct tiermm_linux_finding *f);
void tiermm__linux_probe_auto_online(struct probe *p,
				     struct tiermm_linux_finding *f);
void tiermm__linux_probe_cgroup(struct probe *p,
				struct tiermm_linux_finding *f);

/* Nodes that this thread may take memory from: 0 or -1 with errno set. */
int tiermm__linux_allowed_nodes(struct tiermm_nodeset *out);

#endif
