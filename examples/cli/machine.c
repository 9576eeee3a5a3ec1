/* SPDX-License-Identifier: MIT */
/* The machine that a command is about: this one, a captured one, a text. */
#include "cli.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

static const char node_directory[] = "devices/system/node";

/*
 * The directory that stands for /sys, NULL for this machine's. A capture is
 * often the directory above, with sys/ and proc/ in it: that is fine too.
 */
const char *machine_sysfs(const struct input *input, char *place, size_t bytes)
{
	int length;

	if (!input->sysfs)
		return NULL;
	length = snprintf(place, bytes, "%s/%s", input->sysfs, node_directory);
	if (length < 0 || (size_t)length >= bytes || access(place, F_OK) == 0)
		return input->sysfs;
	length = snprintf(place, bytes, "%s/sys/%s", input->sysfs,
			  node_directory);
	if (length < 0 || (size_t)length >= bytes || access(place, F_OK) != 0)
		return input->sysfs;
	place[(size_t)length - strlen(node_directory) - 1] = '\0';
	return place;
}

/* How this machine, or a captured one, is to be read. */
uint32_t machine_linux_flags(const struct input *input)
{
	uint32_t flags = 0;

	if (input->ignore_kernel_tiers)
		flags |= TIERMM_LINUX_IGNORE_KERNEL_TIERS;
	if (input->replace_distances)
		flags |= TIERMM_LINUX_REPLACE_DISTANCES;
	return flags;
}

/* Files are named from the root on, but for the root itself. */
static int linux_failed(const char *root, int err, const char *text)
{
	/* Only distances can be wrong in a tree that was understood. */
	const char *hint =
		err == -TIERMM_EINVAL ? "; see --replace-distances" : "";

	if (text[0] == '\0')
		text = tiermm_strerror(err);
	if (strncmp(text, root, strlen(root)) == 0)
		return fail(STATUS_UNREADABLE, "%s%s", text, hint);
	return fail(STATUS_UNREADABLE, "%s: %s%s", root, text, hint);
}

static int open_linux(struct machine *machine, const struct input *input)
{
	struct tiermm_linux_options options = { .size = sizeof(options) };
	struct tiermm_linux_error error = { .size = sizeof(error) };
	char place[4096];
	int err;

	options.root = machine_sysfs(input, place, sizeof(place));
	options.flags = machine_linux_flags(input);
	err = tiermm_linux_topology(&machine->topology, &options, &error, NULL);
	if (!err)
		return STATUS_DONE;
	return linux_failed(options.root ? options.root : "/sys", err,
			    error.text);
}

/* A line has no name that the library could call it by, a file has. */
static int text_failed(const struct input *input, int err, const char *text)
{
	if (text[0] == '\0')
		text = tiermm_strerror(err);
	if (input->machine)
		return fail(STATUS_UNREADABLE, "%s", text);
	return fail(STATUS_UNREADABLE, "--synthetic '%s', %s", input->synthetic,
		    text);
}

static int open_text(struct machine *machine, const struct input *input)
{
	uint32_t flags =
		input->replace_distances ? TIERMM_BUILDER_REPLACE_DISTANCES : 0;
	struct tiermm_file_error error = { .size = sizeof(error) };
	int err;

	if (input->machine)
		err = tiermm_file_machine_read(&machine->file, input->machine,
					       flags, &error, NULL);
	else
		err = tiermm_file_machine_synthetic(&machine->file,
						    input->synthetic, &error,
						    NULL);
	if (err)
		return text_failed(input, err, error.text);
	machine->topology = tiermm_topology_ref(
		tiermm_file_machine_topology(machine->file));
	return STATUS_DONE;
}

/* What the user says wins over all else (D3). */
static int set_tiers(struct tiermm_topology_builder *b,
		     const struct input *input)
{
	for (uint32_t i = 0; i < input->n_tiers; i++) {
		const struct named_tier *named = &input->tiers[i];

		if (tiermm_topology_builder_set_abstract_distance(
			    b, named->node, named->tier * TIERMM_TIER_CHUNK,
			    TIERMM_SOURCE_CALLER))
			return fail(STATUS_USAGE,
				    "--tier: the machine has no node %" PRId32,
				    named->node);
	}
	return STATUS_DONE;
}

int machine_name_tiers(struct tiermm_topology **topology,
		       const struct input *input)
{
	uint32_t n = tiermm_topology_node_count(*topology);
	struct tiermm_topology_builder_options options = {
		.size = sizeof(options),
		.max_nodes = n,
		.max_access = n * n,
	};
	struct tiermm_topology *named = NULL;
	struct tiermm_topology_builder *b;
	int status, err;

	if (!input->n_tiers)
		return STATUS_DONE;
	if (tiermm_topology_builder_create(&b, &options, NULL))
		return fail(STATUS_UNREADABLE, "out of memory");
	err = tiermm_topology_builder_load(b, *topology);
	status = err ? STATUS_DONE : set_tiers(b, input);
	if (!err && !status)
		err = tiermm_topology_create(&named, b, NULL, NULL);
	tiermm_topology_builder_destroy(b);
	if (err)
		return fail(STATUS_UNREADABLE, "--tier: %s",
			    tiermm_strerror(err));
	if (status)
		return status;
	tiermm_topology_unref(*topology);
	*topology = named;
	return STATUS_DONE;
}

int machine_open(struct machine *machine, const struct input *input)
{
	int status;

	memset(machine, 0, sizeof(*machine));
	if (input->machine || input->synthetic)
		status = open_text(machine, input);
	else
		status = open_linux(machine, input);
	return status ? status : machine_name_tiers(&machine->topology, input);
}

void machine_close(struct machine *machine)
{
	tiermm_topology_unref(machine->topology);
	tiermm_file_machine_destroy(machine->file);
}
