/* SPDX-License-Identifier: MIT */
/*
 * tiermm layout show: this machine's memory blocks, or a captured tree's, as a
 * layout; of a machine without blocks, its nodes one behind the other.
 */
#include "layout.h"

#include <inttypes.h>
#include <stdlib.h>

#include <tiermm/backends/linux_zones.h>

enum {
	OPTION_JSON = OPTION_OWN
};

struct request {
	int json;
};

static const struct option_line lines[] = {
	{ OPTION_JSON, "json", NULL, "one JSON document" },
};

static int take(void *self, int code, const char *value)
{
	(void)code;
	(void)value;
	((struct request *)self)->json = 1;
	return STATUS_DONE;
}

static int by_block(const void *a, const void *b)
{
	const struct tiermm_zone_block *x = a, *y = b;

	return (x->block > y->block) - (x->block < y->block);
}

/* Pages of a memory block, as the tree says; 0: it has none. */
static uint64_t block_pages(const char *root, uint64_t page_bytes)
{
	char path[4400], text[32] = "";
	FILE *file;

	snprintf(path, sizeof(path), "%s/devices/system/memory/%s",
		 root ? root : "/sys", "block_size_bytes");
	file = fopen(path, "r");
	if (!file)
		return 0;
	if (!fgets(text, sizeof(text), file))
		text[0] = '\0';
	fclose(file);
	return strtoull(text, NULL, 16) / page_bytes;
}

/* Blocks in a row on one node are one range. */
static uint64_t join(const struct tiermm_zone_block *blocks, uint64_t n,
		     uint64_t pages, struct tiermm_layout_range *out)
{
	uint64_t joined = 0, i;

	for (i = 0; i < n; i++) {
		uint64_t first = blocks[i].block * pages;

		if (joined && out[joined - 1].node == blocks[i].node &&
		    out[joined - 1].last + 1 == first)
			out[joined - 1].last += pages;
		else
			out[joined++] = (struct tiermm_layout_range){
				.first = first,
				.last = first + pages - 1,
				.node = blocks[i].node,
			};
	}
	return joined;
}

static int print_blocks(struct tiermm_zone_block *blocks, uint64_t n,
			uint64_t pages, int json)
{
	struct tiermm_layout_range *ranges =
		calloc((size_t)n + 1, sizeof(*ranges));
	struct tiermm_layout *layout = NULL;
	int status = STATUS_UNREADABLE;

	qsort(blocks, (size_t)n, sizeof(*blocks), by_block);
	if (ranges)
		n = join(blocks, n, pages, ranges);
	if (!ranges ||
	    tiermm_layout_create(&layout, ranges, n, NULL, NULL, NULL))
		fail(status, "the memory blocks are no layout");
	else
		status = layout_print(layout, json);
	tiermm_layout_unref(layout);
	free(ranges);
	return status;
}

/* OPTIONS_HELPED where there are no blocks to be read. */
static int show_blocks(const char *root, uint64_t page_bytes, int json)
{
	struct tiermm_linux_zones_options o = { .size = sizeof(o),
						.root = root };
	uint64_t pages = block_pages(root, page_bytes), n = 0;
	struct tiermm_zone_block *blocks;
	struct tiermm_zones *zones;
	int status = STATUS_UNREADABLE;

	if (!pages || tiermm_linux_zones(&zones, &o, NULL, NULL))
		return OPTIONS_HELPED;
	(void)tiermm_zones_blocks(zones, NULL, 0, &n);
	blocks = calloc((size_t)n + 1, sizeof(*blocks));
	if (!blocks || tiermm_zones_blocks(zones, blocks, n, &n))
		fail(status, "out of memory");
	else
		status = n ? print_blocks(blocks, n, pages, json)
			   : OPTIONS_HELPED;
	free(blocks);
	tiermm_zones_destroy(zones);
	return status;
}

static int show(const struct request *request, const struct input *input)
{
	struct tiermm_layout *layout = NULL;
	char place[4096];
	uint64_t page_bytes = 4096;
	int status = OPTIONS_HELPED;

	if (!input->machine && !input->synthetic)
		status = show_blocks(machine_sysfs(input, place, sizeof(place)),
				     page_bytes, request->json);
	if (status != OPTIONS_HELPED)
		return status;
	status = layout_of_machine(input, &layout, &page_bytes);
	if (!status)
		status = layout_print(layout, request->json);
	tiermm_layout_unref(layout);
	return status;
}

static int run(int argc, char **argv)
{
	struct request request = { 0 };
	struct input input = { 0 };
	int status = options_parse(&layout_show_command, &input, &request, argc,
				   argv);

	if (status == OPTIONS_HELPED)
		return STATUS_DONE;
	return status ? status : show(&request, &input);
}

const struct command layout_show_command = {
	.name = "layout show",
	.summary = "The layout of a machine's memory.",
	.lines = lines,
	.n_lines = sizeof(lines) / sizeof(lines[0]),
	.take = take,
	.run = run,
};
