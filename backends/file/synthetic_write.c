/* SPDX-License-Identifier: MIT */
/*
 * Writing the one-line form: equal neighbours become a group. What plainly
 * does not fit is refused with its name; for the rest, the line is read again
 * and has to give the same machine.
 */
#include "names.h"
#include "synthetic.h"
#include "write.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>

static const char form[] = "the one-line form";

static int same_group(const struct tiermm__file_group *a,
		      const struct tiermm__file_group *b)
{
	return a->type == b->type && a->pages == b->pages &&
	       a->latency_ns == b->latency_ns &&
	       a->bandwidth_mbps == b->bandwidth_mbps && a->cpus == b->cpus;
}

TIERMM__FILE_FORMAT(2)
static int unfit(struct tiermm_file_error *error, const char *format, ...)
{
	char what[128];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(what, sizeof(what), format, arguments);
	va_end(arguments);
	return tiermm__file_report(error, -TIERMM_ENOTSUP, 0, 0,
				   "%s does not fit %s", what, form);
}

static int describe_speeds(const struct tiermm_node *node,
			   struct tiermm__file_group *group,
			   struct tiermm_file_error *error)
{
	const struct tiermm_access *a = &node->access;

	if (!group->pages)
		return 0;
	if (!a->read_latency_ns || !a->read_bandwidth_mbps)
		return unfit(error, "node %" PRId32 " without known speeds",
			     node->id);
	if (a->read_latency_ns != a->write_latency_ns ||
	    a->read_bandwidth_mbps != a->write_bandwidth_mbps)
		return unfit(error,
			     "node %" PRId32
			     ", which reads and writes at different speeds,",
			     node->id);
	group->latency_ns = a->read_latency_ns;
	group->bandwidth_mbps = a->read_bandwidth_mbps;
	return 0;
}

/* A node as a group of one. */
static int describe(const struct tiermm_node *node,
		    struct tiermm__file_group *group,
		    struct tiermm_file_error *error)
{
	const struct tiermm__file_group *found;

	if (node->id != node->index)
		return unfit(error, "node id %" PRId32 " in place %" PRId32,
			     node->id, node->index);
	if (node->state != TIERMM_NODE_ONLINE &&
	    node->state != TIERMM_NODE_MEMORYLESS)
		return unfit(error, "state \"%s\" of node %" PRId32,
			     tiermm__file_state_name(node->state), node->id);
	if (node->state == TIERMM_NODE_ONLINE && !node->present_pages)
		return unfit(error,
			     "the unknown amount of memory of node %" PRId32,
			     node->id);
	found = tiermm__file_group_default(node->type);
	if (!found)
		return unfit(error, "type \"%s\" of node %" PRId32,
			     tiermm__file_type_name(node->type), node->id);
	*group = *found;
	group->count = 1;
	group->pages = node->present_pages;
	group->cpus = node->cpus;
	return describe_speeds(node, group, error);
}

static void put_size(struct tiermm__file_buffer *b, uint64_t pages)
{
	static const char letters[] = "KMGTP";
	uint64_t number = pages * (TIERMM__FILE_SYNTHETIC_PAGE / 1024);
	int unit = 0;

	if (!pages) {
		tiermm__file_put(b, "0");
		return;
	}
	for (; number % 1024 == 0 && letters[unit + 1]; unit++)
		number /= 1024;
	tiermm__file_put(b, "%" PRIu64 "%c", number, letters[unit]);
}

static void put_bandwidth(struct tiermm__file_buffer *b, uint32_t mbps)
{
	uint32_t rest = mbps % 1000;
	int digits = 3;

	tiermm__file_put(b, ",%" PRIu32, mbps / 1000);
	if (rest) {
		for (; rest % 10 == 0; rest /= 10)
			digits--;
		tiermm__file_put(b, ".%0*" PRIu32, digits, rest);
	}
	tiermm__file_put(b, "GB/s");
}

/* Speeds and CPUs are said only where they are not the type's own. */
static void put_group(struct tiermm__file_buffer *b,
		      const struct tiermm__file_group *group)
{
	const struct tiermm__file_group *usual =
		tiermm__file_group_default(group->type);
	int narrow = group->bandwidth_mbps != usual->bandwidth_mbps;

	tiermm__file_put(b, "%s%s:%" PRIu32 "x", b->length ? " " : "",
			 tiermm__file_type_name(group->type), group->count);
	put_size(b, group->pages);
	if (narrow || group->latency_ns != usual->latency_ns)
		tiermm__file_put(b, "@%" PRIu32 "ns", group->latency_ns);
	if (narrow)
		put_bandwidth(b, group->bandwidth_mbps);
	if (group->cpus != usual->cpus)
		tiermm__file_put(b, "+%" PRIu32 "c", group->cpus);
}

static int put_groups(struct tiermm__file_buffer *b,
		      const struct tiermm_topology *t,
		      struct tiermm_file_error *error)
{
	uint32_t n = tiermm_topology_node_count(t);
	struct tiermm__file_group group = { .count = 0 }, next;
	struct tiermm_node node;

	for (uint32_t i = 0; i < n; i++) {
		int err;

		tiermm_topology_node_at(t, i, &node);
		err = describe(&node, &next, error);
		if (err)
			return err;
		if (group.count && same_group(&group, &next)) {
			group.count++;
			continue;
		}
		if (group.count)
			put_group(b, &group);
		group = next;
	}
	put_group(b, &group);
	return b->err;
}

int tiermm__file_write_synthetic(struct tiermm__file_buffer *b,
				 const struct tiermm_topology *t,
				 struct tiermm_file_error *error)
{
	struct tiermm_file_machine *m;
	int err;

	if (tiermm_topology_page_bytes(t) != TIERMM__FILE_SYNTHETIC_PAGE)
		return unfit(error, "a page of %" PRIu64 " bytes",
			     tiermm_topology_page_bytes(t));
	err = put_groups(b, t, error);
	if (err)
		return err;
	err = tiermm_file_machine_synthetic(&m, b->text, error, NULL);
	if (err)
		return err;
	err = tiermm__file_expect_same(t, tiermm_file_machine_topology(m), form,
				       error);
	tiermm_file_machine_destroy(m);
	return err;
}
