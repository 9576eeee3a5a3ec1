/* SPDX-License-Identifier: MIT */
/* Reading the one-line form: what types are, and a line to a machine. */
#include "machine.h"
#include "memory.h"
#include "synthetic.h"

#include <stddef.h>

/*
 * Orders of magnitude from published measurements: DDR5 on its own socket;
 * HBM2e in flat mode (a little slower to answer, several times as wide); a CXL
 * expander with one x8 link; Optane persistent memory, reads and writes taken
 * together; memory of another host over 100 Gbit/s.
 */
static const struct tiermm__file_group defaults[] = {
	{ .type = TIERMM_MEMORY_DRAM,
	  .latency_ns = 100,
	  .bandwidth_mbps = 100000,
	  .cpus = 1 },
	{ .type = TIERMM_MEMORY_HBM,
	  .latency_ns = 120,
	  .bandwidth_mbps = 400000 },
	{ .type = TIERMM_MEMORY_CXL,
	  .latency_ns = 250,
	  .bandwidth_mbps = 30000 },
	{ .type = TIERMM_MEMORY_PMEM,
	  .latency_ns = 300,
	  .bandwidth_mbps = 20000 },
	{ .type = TIERMM_MEMORY_REMOTE,
	  .latency_ns = 2000,
	  .bandwidth_mbps = 12500 },
};

#define DEFAULTS (sizeof(defaults) / sizeof(defaults[0]))

const struct tiermm__file_group *tiermm__file_group_default(uint32_t type)
{
	for (uint32_t i = 0; i < DEFAULTS; i++)
		if (defaults[i].type == type)
			return &defaults[i];
	return NULL;
}

static int read_line(struct tiermm_file_machine *m, const char *text,
		     struct tiermm_file_error *error)
{
	struct tiermm__file_groups *groups;
	int err;

	groups = tiermm__file_alloc(&m->mem, sizeof(*groups));
	if (!groups)
		return -TIERMM_ENOMEM;
	err = tiermm__file_groups_parse(groups, text, error);
	if (!err)
		err = tiermm__file_groups_build(groups, &m->topology, &m->mem);
	tiermm__file_free(&m->mem, groups, sizeof(*groups));
	return err;
}

int tiermm_file_machine_synthetic(struct tiermm_file_machine **out,
				  const char *text,
				  struct tiermm_file_error *error,
				  const struct tiermm_alloc *mem)
{
	struct tiermm_file_machine *m;
	int err;

	*out = NULL;
	tiermm__file_report_none(error);
	err = tiermm__file_machine_new(&m, mem);
	if (err)
		return err;
	err = read_line(m, text, error);
	if (err)
		tiermm_file_machine_destroy(m);
	else
		*out = m;
	return err;
}
