/* SPDX-License-Identifier: MIT */
/* The machine that a command is about: this one, a captured one, a text. */
#include "cli.h"

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

/* Files are named from the root on, but for the root itself. */
static int linux_failed(const char *root, int err, const char *text)
{
	if (text[0] == '\0')
		text = tiermm_strerror(err);
	if (strncmp(text, root, strlen(root)) == 0)
		return fail(STATUS_UNREADABLE, "%s", text);
	return fail(STATUS_UNREADABLE, "%s: %s", root, text);
}

static int open_linux(struct machine *machine, const struct input *input)
{
	struct tiermm_linux_options options = { .size = sizeof(options) };
	struct tiermm_linux_error error = { .size = sizeof(error) };
	char place[4096];
	int err;

	options.root = machine_sysfs(input, place, sizeof(place));
	if (input->ignore_kernel_tiers)
		options.flags = TIERMM_LINUX_IGNORE_KERNEL_TIERS;
	err = tiermm_linux_topology(&machine->topology, &options, &error, NULL);
	if (!err)
		return STATUS_DONE;
	return linux_failed(options.root ? options.root : "/sys", err,
			    error.text);
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
		return fail(STATUS_UNREADABLE, "%s",
			    error.text[0] ? error.text : tiermm_strerror(err));
	machine->topology = tiermm_topology_ref(
		tiermm_file_machine_topology(machine->file));
	return STATUS_DONE;
}

int machine_open(struct machine *machine, const struct input *input)
{
	memset(machine, 0, sizeof(*machine));
	if (input->machine || input->synthetic)
		return open_text(machine, input);
	return open_linux(machine, input);
}

void machine_close(struct machine *machine)
{
	tiermm_topology_unref(machine->topology);
	tiermm_file_machine_destroy(machine->file);
}
