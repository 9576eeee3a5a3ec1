/* SPDX-License-Identifier: MIT */
/*
 * Writing a machine file.
 *
 * Initiators and abstract distances follow from the rest in most machines.
 * So the file is written without them first and read again; where a node came
 * back different, what is missing is said. What is given out has been read,
 * and was equal.
 */
#include "write.h"

#include <inttypes.h>
#include <string.h>

/* Sizes of a page that a machine file can say. */
#define PAGE_BYTES_LOW 4096
#define PAGE_BYTES_HIGH (UINT64_C(1) << 30)
#define PAGE_BYTES_DEFAULT 4096
/* 2^64 bytes are more than a machine file can say. */
#define LAST_BYTE UINT64_MAX

static void put_distance(struct tiermm__file_buffer *b,
			 const struct tiermm_topology *t, int32_t from,
			 int32_t to)
{
	uint32_t source = tiermm_topology_distance_source(t, from, to);

	if (source == TIERMM_SOURCE_DEFAULT || source == TIERMM_SOURCE_ASSUMED)
		tiermm__file_put(b, "null");
	else
		tiermm__file_put(b, "%" PRIu32,
				 tiermm_topology_distance(t, from, to));
}

static void put_distances(struct tiermm__file_buffer *b,
			  const struct tiermm_topology *t)
{
	uint32_t n = tiermm_topology_node_count(t);
	struct tiermm_node from, to;

	if (tiermm__file_provenance(t).distance == TIERMM_SOURCE_DEFAULT)
		return;
	tiermm__file_put(b, ",\n  \"distance\": [\n");
	for (uint32_t i = 0; i < n; i++) {
		tiermm_topology_node_at(t, i, &from);
		tiermm__file_put(b, "    [");
		for (uint32_t j = 0; j < n; j++) {
			tiermm_topology_node_at(t, j, &to);
			put_distance(b, t, from.id, to.id);
			tiermm__file_put(b, j + 1 < n ? ", " : "]");
		}
		tiermm__file_put(b, i + 1 < n ? ",\n" : "\n");
	}
	tiermm__file_put(b, "  ]");
}

static void put_number(struct tiermm__file_buffer *b, const char *key,
		       uint32_t number)
{
	if (number)
		tiermm__file_put(b, ", \"%s\": %" PRIu32, key, number);
}

static void put_row(struct tiermm__file_buffer *b,
		    const struct tiermm_topology *t, int32_t initiator,
		    int32_t target, int first)
{
	struct tiermm_access access;

	if (tiermm_topology_access(t, initiator, target, &access))
		return;
	tiermm__file_put(b, first ? "\n" : ",\n");
	tiermm__file_put(b,
			 "    {\"initiator\": %" PRId32
			 ", \"target\": %" PRId32,
			 initiator, target);
	put_number(b, "read_latency", access.read_latency_ns);
	put_number(b, "write_latency", access.write_latency_ns);
	put_number(b, "read_bandwidth", access.read_bandwidth_mbps);
	put_number(b, "write_bandwidth", access.write_bandwidth_mbps);
	tiermm__file_put(b, "}");
}

static void put_speeds(struct tiermm__file_buffer *b,
		       const struct tiermm_topology *t)
{
	uint32_t n = tiermm_topology_node_count(t);
	struct tiermm_node initiator, target;
	uint64_t start = b->length, first;

	tiermm__file_put(b, ",\n  \"hmat\": [");
	first = b->length;
	for (uint32_t i = 0; i < n; i++) {
		tiermm_topology_node_at(t, i, &initiator);
		for (uint32_t j = 0; j < n; j++) {
			tiermm_topology_node_at(t, j, &target);
			put_row(b, t, initiator.id, target.id,
				b->length == first);
		}
	}
	if (b->length == first)
		tiermm__file_cut(b, start);
	else
		tiermm__file_put(b, "\n  ]");
}

static void put_machine(struct tiermm__file_buffer *b,
			const struct tiermm_topology *t,
			const struct tiermm__file_said *said)
{
	uint64_t page_bytes = tiermm_topology_page_bytes(t);

	tiermm__file_put(b, "{\n");
	if (page_bytes != PAGE_BYTES_DEFAULT)
		tiermm__file_put(b, "  \"page_bytes\": %" PRIu64 ",\n",
				 page_bytes);
	tiermm__file_put_nodes(b, t, said);
	put_distances(b, t);
	put_speeds(b, t);
	tiermm__file_put(b, "\n}\n");
}

static int expect_sizes(const struct tiermm_topology *t,
			struct tiermm_file_error *error)
{
	uint64_t page_bytes = tiermm_topology_page_bytes(t);
	uint32_t n = tiermm_topology_node_count(t);
	struct tiermm_node node;

	if (page_bytes < PAGE_BYTES_LOW || page_bytes > PAGE_BYTES_HIGH)
		return tiermm__file_report(error, -TIERMM_ENOTSUP, 0, 0,
					   "a page of %" PRIu64
					   " bytes does not fit a machine file",
					   page_bytes);
	for (uint32_t i = 0; i < n; i++) {
		tiermm_topology_node_at(t, i, &node);
		if (node.present_pages > LAST_BYTE / page_bytes)
			return tiermm__file_report(
				error, -TIERMM_ENOTSUP, 0, 0,
				"the memory of node %" PRId32 ", %" PRIu64
				" pages, does not fit a machine file",
				node.id, node.present_pages);
	}
	return 0;
}

/* Note what came back different and can be said. */
static void compare(const struct tiermm_topology *t,
		    const struct tiermm_topology *again,
		    struct tiermm__file_said *said, int round)
{
	uint32_t n = tiermm_topology_node_count(t);
	struct tiermm_node before, after;

	for (uint32_t i = 0; i < n; i++) {
		tiermm_topology_node_at(t, i, &before);
		if (tiermm_topology_node(again, before.id, &after))
			continue;
		if (!round && before.initiator != after.initiator)
			tiermm_nodeset_add(&said->initiator, before.id);
		if (round &&
		    before.abstract_distance != after.abstract_distance)
			tiermm_nodeset_add(&said->distance, before.id);
	}
}

static int read_again(const struct tiermm__file_buffer *b,
		      struct tiermm_file_machine **out,
		      struct tiermm_file_error *error)
{
	if (b->err)
		return b->err;
	return tiermm_file_machine_parse(out, "written", b->text, b->length, 0,
					 error, NULL);
}

/*
 * Three rounds: with nothing said, with the initiators that are not as the
 * rules have them, and with the abstract distances that still differ.
 */
int tiermm__file_write_machine(struct tiermm__file_buffer *b,
			       const struct tiermm_topology *t,
			       struct tiermm_file_error *error)
{
	struct tiermm_file_machine *m = NULL;
	const struct tiermm_topology *again;
	struct tiermm__file_said said;
	int err;

	memset(&said, 0, sizeof(said));
	err = expect_sizes(t, error);
	for (int round = 0; !err && round < 3; round++) {
		tiermm__file_cut(b, 0);
		put_machine(b, t, &said);
		err = read_again(b, &m, error);
		if (err)
			return err;
		again = tiermm_file_machine_topology(m);
		if (round == 2)
			err = tiermm__file_expect_same(t, again,
						       "a machine file", error);
		else if (tiermm_topology_equal(t, again))
			round = 2;
		else
			compare(t, again, &said, round);
		tiermm_file_machine_destroy(m);
	}
	return err;
}
