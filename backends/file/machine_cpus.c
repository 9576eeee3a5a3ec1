/* SPDX-License-Identifier: MIT */
/* The CPUs of a node in a machine file: [0, 1, 8] or "0-1,8". */
#include "machine.h"

#include <inttypes.h>
#include <string.h>

static int add_cpu(struct tiermm__file_draft *d, int64_t cpu, int32_t node)
{
	if (d->home[cpu])
		return tiermm__file_fail(&d->reader, -TIERMM_EINVAL,
					 "puts CPU %" PRId64
					 " on node %d, which is on node %d "
					 "already, expected it once",
					 cpu, node, d->home[cpu] - 1);
	d->home[cpu] = (uint16_t)(node + 1);
	return tiermm_topology_builder_set_cpu(d->builder, (uint32_t)cpu, node);
}

static int add_range(struct tiermm__file_draft *d, int64_t first, int64_t last,
		     int32_t node)
{
	int err = 0;

	for (int64_t cpu = first; !err && cpu <= last; cpu++)
		err = add_cpu(d, cpu, node);
	return err;
}

/* A CPU number at *text, which is moved behind it; -1: none, or too great. */
static int64_t take_cpu(const char **text)
{
	int64_t cpu = 0;
	const char *c = *text;

	for (; *c >= '0' && *c <= '9' && cpu < TIERMM_MAX_CPUS; c++)
		cpu = cpu * 10 + (*c - '0');
	if (c == *text || cpu >= TIERMM_MAX_CPUS)
		return -1;
	*text = c;
	return cpu;
}

/* One number or range, and the comma behind it if another one follows. */
static int take_range(const char **text, int64_t *first, int64_t *last)
{
	*first = take_cpu(text);
	*last = *first;
	if (*first < 0)
		return 0;
	if (**text == '-') {
		++*text;
		*last = take_cpu(text);
	}
	if (*last < *first)
		return 0;
	if (**text != ',')
		return **text == '\0';
	return *++*text != '\0';
}

static int read_text(struct tiermm__file_draft *d, const json_t *value,
		     int32_t node)
{
	const char *text = json_string_value(value);
	int64_t first, last;
	int err = 0;

	while (!err && *text) {
		if (!take_range(&text, &first, &last))
			return tiermm__file_unexpected(
				&d->reader, value,
				"CPU numbers and ranges like \"0-3,8\", up to "
				"65535");
		err = add_range(d, first, last, node);
	}
	return err;
}

static int read_list(struct tiermm__file_draft *d, const json_t *list,
		     int32_t node)
{
	struct tiermm__file_reader *r = &d->reader;
	json_t *item;
	int64_t cpu = 0;

	for (uint64_t i = 0; tiermm__file_next(r, list, i, &item); i++) {
		int err = tiermm__file_number(r, item, 0, TIERMM_MAX_CPUS - 1,
					      &cpu);

		if (!err)
			err = add_cpu(d, cpu, node);
		if (err)
			return err;
		tiermm__file_leave(r);
	}
	return 0;
}

int tiermm__file_read_cpus(struct tiermm__file_draft *d, const json_t *node,
			   int32_t id)
{
	const json_t *value = json_object_get(node, "cpus");
	int err;

	if (!value || json_is_null(value))
		return 0;
	tiermm__file_enter(&d->reader, "cpus");
	if (json_is_string(value))
		err = read_text(d, value, id);
	else if (json_is_array(value))
		err = read_list(d, value, id);
	else
		err = tiermm__file_unexpected(
			&d->reader, value,
			"a list of CPU numbers, or a text like \"0-3,8\"");
	if (!err)
		tiermm__file_leave(&d->reader);
	return err;
}
