/* SPDX-License-Identifier: MIT */
/* tiermm zones: kernel or movable; finds the subcommand. */
#include "zones.h"

#include <string.h>

static const struct command *const commands[] = {
	&zones_show_command,
	&zones_plan_command,
	&zones_replay_command,
	&zones_apply_command,
};
enum {
	COMMANDS = sizeof(commands) / sizeof(commands[0])
};

const char *zone_text(uint32_t zone)
{
	const char *name = tiermm_zone_name(zone);

	return name ? name : "?";
}

/* How often 1024 is multiplied in; -1: no such unit. */
static int unit_power(char unit)
{
	static const char units[] = "KMGTP";
	const char *at = unit ? strchr(units, unit) : NULL;

	if (!unit)
		return 0;
	return at ? (int)(at - units) + 1 : -1;
}

int parse_size(const char *text, uint64_t *bytes)
{
	char digits[24];
	size_t length = strspn(text, "0123456789");
	uint64_t number;
	int power = unit_power(text[length]);

	if (!length || length >= sizeof(digits) || power < 0 ||
	    (text[length] && text[length + 1]))
		return 0;
	memcpy(digits, text, length);
	digits[length] = '\0';
	if (!parse_number(digits, UINT64_MAX / 10, &number))
		return 0;
	for (; power > 0; power--) {
		if (number >= UINT64_MAX / 1024)
			return 0;
		number *= 1024;
	}
	*bytes = number;
	return 1;
}

static int run(int argc, char **argv)
{
	return run_family(&zones_command, commands, COMMANDS, argc, argv);
}

const struct command zones_command = {
	.name = "zones",
	.summary = "Kernel or movable: which zone hot-plugged memory gets.",
	.lines = NULL,
	.run = run,
};
