/* SPDX-License-Identifier: MIT */
/* The distances of a machine file: a square over the nodes as listed. */
#include "machine.h"

#include <inttypes.h>
#include <stdio.h>

static int expect_square(struct tiermm__file_draft *d, const json_t *value)
{
	char expected[64];

	if (json_is_array(value) && json_array_size(value) == d->n_nodes)
		return 0;
	snprintf(expected, sizeof(expected),
		 "a list of %" PRIu32 ", one for each node", d->n_nodes);
	if (!json_is_array(value))
		return tiermm__file_unexpected(&d->reader, value, expected);
	return tiermm__file_fail(&d->reader, -TIERMM_EINVAL,
				 "is a list of %zu, expected %s",
				 json_array_size(value), expected);
}

/*
 * Any number that the core can hold: whether the table is one is judged as a
 * whole, and a caller may ask for a bad one to be replaced.
 */
static int read_entry(struct tiermm__file_draft *d, const json_t *value,
		      uint32_t from, uint32_t to)
{
	int64_t distance = 0;
	int err;

	if (json_is_null(value))
		return 0; /* not known */
	err = tiermm__file_number(&d->reader, value, 0, UINT32_MAX, &distance);
	if (err)
		return err;
	return tiermm_topology_builder_set_distance(d->builder, d->id[from],
						    d->id[to],
						    (uint32_t)distance,
						    TIERMM_SOURCE_SLIT);
}

static int read_row(struct tiermm__file_draft *d, const json_t *row,
		    uint32_t from)
{
	struct tiermm__file_reader *r = &d->reader;
	json_t *value;
	int err;

	err = expect_square(d, row);
	if (err)
		return err;
	for (uint32_t to = 0; tiermm__file_next(r, row, to, &value); to++) {
		err = read_entry(d, value, from, to);
		if (err)
			return err;
		tiermm__file_leave(r);
	}
	return 0;
}

int tiermm__file_read_distance(struct tiermm__file_draft *d,
			       const json_t *machine)
{
	struct tiermm__file_reader *r = &d->reader;
	const json_t *table = json_object_get(machine, "distance");
	json_t *row;
	int err;

	if (!table || json_is_null(table))
		return 0;
	tiermm__file_enter(r, "distance");
	err = expect_square(d, table);
	if (err)
		return err;
	for (uint32_t i = 0; tiermm__file_next(r, table, i, &row); i++) {
		err = read_row(d, row, i);
		if (err)
			return err;
		tiermm__file_leave(r);
	}
	tiermm__file_leave(r);
	return 0;
}
