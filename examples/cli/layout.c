/* SPDX-License-Identifier: MIT */
/* tiermm layout: which node page frames belong to; finds the subcommand. */
#include "layout.h"

#include <stdlib.h>

static const struct command *const commands[] = {
	&layout_show_command,   &layout_check_command, &layout_diff_command,
	&layout_stripe_command, &layout_block_command, &layout_simulate_command,
};
enum {
	COMMANDS = sizeof(commands) / sizeof(commands[0])
};

/* What is no layout is a "no"; what is no text of one cannot be read. */
int layout_open(const char *path, const struct tiermm_layout_options *options,
		struct tiermm_layout **out)
{
	struct tiermm_file_error error = { .size = sizeof(error) };
	int err = tiermm_file_layout_read(out, path, options, &error, NULL);
	int refused = err == -TIERMM_EINVAL || err == -TIERMM_ENODEV;

	if (!err)
		return STATUS_DONE;
	return fail(refused ? STATUS_NO : STATUS_UNREADABLE, "%s",
		    error.text[0] ? error.text : tiermm_strerror(err));
}

int layout_print(const struct tiermm_layout *layout, int json)
{
	uint32_t format = json ? TIERMM_FILE_JSON : TIERMM_FILE_TEXT;
	uint64_t length = 0;
	char *text;
	int err;

	err = tiermm_file_layout_write(layout, format, NULL, 0, &length);
	text = err ? NULL : malloc((size_t)length + 1);
	if (!text)
		return fail(STATUS_UNREADABLE, "out of memory");
	err = tiermm_file_layout_write(layout, format, text, length + 1, NULL);
	if (!err)
		fputs(text, stdout);
	free(text);
	return err ? fail(STATUS_UNREADABLE, "%s", tiermm_strerror(err))
		   : STATUS_DONE;
}

/* Nodes one behind the other, in the order of their ids. */
static uint64_t ranges_of(const struct tiermm_topology *topology,
			  struct tiermm_layout_range *ranges)
{
	uint64_t n = 0, next = 0;
	struct tiermm_node node;
	uint32_t i;

	for (i = 0; i < tiermm_topology_node_count(topology); i++) {
		if (tiermm_topology_node_at(topology, i, &node) ||
		    !node.present_pages ||
		    next + node.present_pages > TIERMM_LAYOUT_FRAMES)
			continue;
		ranges[n++] = (struct tiermm_layout_range){
			.first = next,
			.last = next + node.present_pages - 1,
			.node = node.id,
		};
		next += node.present_pages;
	}
	return n;
}

int layout_of_machine(const struct input *input, struct tiermm_layout **out,
		      uint64_t *page_bytes)
{
	static struct tiermm_layout_range ranges[TIERMM_MAX_NODES];
	struct machine machine = { 0 };
	int status = machine_open(&machine, input);
	uint64_t n;
	int err;

	if (status)
		return status;
	*page_bytes = tiermm_topology_page_bytes(machine.topology);
	n = ranges_of(machine.topology, ranges);
	err = tiermm_layout_create(out, ranges, n, NULL, NULL, NULL);
	machine_close(&machine);
	if (err)
		return fail(STATUS_NO, "the machine has no memory to lay out");
	return STATUS_DONE;
}

static int run(int argc, char **argv)
{
	return run_family(&layout_command, commands, COMMANDS, argc, argv);
}

const struct command layout_command = {
	.name = "layout",
	.summary = "Which node page frames belong to, and how that changes.",
	.lines = NULL,
	.run = run,
};
