/* SPDX-License-Identifier: MIT */
/* The speeds of a machine file: a row for an initiator and a target. */
#include "machine.h"

static int read_numbers(struct tiermm__file_draft *d, const json_t *row,
			struct tiermm_access *access)
{
	static const char *const keys[] = { "read_latency", "write_latency",
					    "read_bandwidth",
					    "write_bandwidth" };
	int64_t number[4] = { 0 };

	for (int i = 0; i < 4; i++) {
		int err = tiermm__file_optional(&d->reader, row, keys[i], 0,
						UINT32_MAX, &number[i]);

		if (err)
			return err;
	}
	*access = (struct tiermm_access){
		.read_latency_ns = (uint32_t)number[0],
		.write_latency_ns = (uint32_t)number[1],
		.read_bandwidth_mbps = (uint32_t)number[2],
		.write_bandwidth_mbps = (uint32_t)number[3],
	};
	return 0;
}

static int expect_new(struct tiermm__file_draft *d, int32_t initiator,
		      int32_t target)
{
	uint32_t pair =
		(uint32_t)initiator * TIERMM_MAX_NODES + (uint32_t)target;
	uint64_t bit = UINT64_C(1) << (pair % 64);

	if (d->seen[pair / 64] & bit)
		return tiermm__file_fail(&d->reader, -TIERMM_EINVAL,
					 "is a second row from node %d to node "
					 "%d, expected one",
					 initiator, target);
	d->seen[pair / 64] |= bit;
	return 0;
}

static int read_row(struct tiermm__file_draft *d, const json_t *row)
{
	struct tiermm_access access = { 0 };
	int32_t initiator = 0, target = 0;
	int err;

	err = tiermm__file_object(&d->reader, row);
	if (!err)
		err = tiermm__file_node_id(d, row, "initiator", &initiator);
	if (!err)
		err = tiermm__file_node_id(d, row, "target", &target);
	if (!err)
		err = expect_new(d, initiator, target);
	if (!err)
		err = read_numbers(d, row, &access);
	if (err)
		return err;
	return tiermm_topology_builder_set_access(d->builder, initiator, target,
						  &access);
}

int tiermm__file_read_speeds(struct tiermm__file_draft *d,
			     const json_t *machine)
{
	struct tiermm__file_reader *r = &d->reader;
	json_t *rows, *row;
	int err;

	err = tiermm__file_list(r, machine, "hmat", TIERMM__FILE_PAIRS, &rows);
	if (err)
		return err;
	tiermm__file_enter(r, "hmat");
	for (uint64_t i = 0; tiermm__file_next(r, rows, i, &row); i++) {
		err = read_row(d, row);
		if (err)
			return err;
		tiermm__file_leave(r);
	}
	tiermm__file_leave(r);
	return 0;
}
