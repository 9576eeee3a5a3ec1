/* SPDX-License-Identifier: MIT */
/* A machine that was read: what its owner can ask it. */
#include "machine.h"

#include "memory.h"

int tiermm__file_machine_new(struct tiermm_file_machine **out,
			     const struct tiermm_alloc *mem)
{
	struct tiermm_alloc own;
	int err;

	*out = NULL;
	err = tiermm__file_memory(&own, mem);
	if (err)
		return err;
	*out = tiermm__file_alloc(&own, sizeof(**out));
	if (!*out)
		return -TIERMM_ENOMEM;
	(*out)->mem = own;
	return 0;
}

void tiermm_file_machine_destroy(struct tiermm_file_machine *m)
{
	struct tiermm_alloc mem;

	if (!m)
		return;
	mem = m->mem;
	tiermm_topology_unref(m->topology);
	tiermm__file_free(&mem, m->steps, m->n_steps * sizeof(*m->steps));
	tiermm__file_free(&mem, m, sizeof(*m));
}

struct tiermm_topology *
tiermm_file_machine_topology(const struct tiermm_file_machine *m)
{
	return m->topology;
}

uint64_t tiermm_file_machine_step_count(const struct tiermm_file_machine *m)
{
	return m->n_steps;
}

int tiermm_file_machine_step(const struct tiermm_file_machine *m,
			     uint64_t index, struct tiermm_file_step *out)
{
	if (!out || out->size != sizeof(*out))
		return -TIERMM_EINVAL;
	if (index >= m->n_steps)
		return -TIERMM_ENOENT;
	*out = m->steps[index];
	return 0;
}
