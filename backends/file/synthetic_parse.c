/* SPDX-License-Identifier: MIT */
/* Parsing the one-line form: a line to groups, or the column of a fault. */
#include "names.h"
#include "synthetic.h"

#include <stddef.h>
#include <string.h>

/* The line, and how far it has been read. */
struct cursor {
	const char *text;
	const char *at;
	struct tiermm_file_error *error;
};

static int fail(const struct cursor *c, const char *expected)
{
	uint32_t column = (uint32_t)(c->at - c->text) + 1;

	if (!*c->at)
		return tiermm__file_report(c->error, -TIERMM_EPROTO, 1, column,
					   "column %u: the line ends, expected "
					   "%s",
					   column, expected);
	return tiermm__file_report(c->error, -TIERMM_EPROTO, 1, column,
				   "column %u: \"%.24s\", expected %s", column,
				   c->at, expected);
}

/* Move behind a text that comes next, or stay. */
static int take(struct cursor *c, const char *text)
{
	size_t length = strlen(text);

	if (strncmp(c->at, text, length) != 0)
		return 0;
	c->at += length;
	return 1;
}

static int is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A whole number from low to high; the cursor stays where there is none. */
static int take_number(struct cursor *c, uint64_t low, uint64_t high,
		       uint64_t *out)
{
	const char *at = c->at;
	uint64_t number = 0, digit;

	for (; is_digit(*at); at++) {
		digit = (uint64_t)(*at - '0');
		if (number > (high - digit) / 10)
			return 0;
		number = number * 10 + digit;
	}
	if (at == c->at || number < low)
		return 0;
	c->at = at;
	*out = number;
	return 1;
}

static int parse_type(struct cursor *c, struct tiermm__file_group *group)
{
	const struct tiermm__file_group *found;
	const char *end = strchr(c->at, ':');

	if (!end)
		end = c->at;
	found = tiermm__file_group_default(
		tiermm__file_type_of(c->at, (uint64_t)(end - c->at)));
	if (!found)
		return fail(c, "dram:, hbm:, cxl:, pmem: or remote:");
	*group = *found;
	c->at = end + 1;
	return 0;
}

static int parse_count(struct cursor *c, struct tiermm__file_group *group)
{
	uint64_t count = 0;

	if (!take_number(c, 1, TIERMM_MAX_NODES, &count))
		return fail(c, "how many nodes, 1 to 1024");
	group->count = (uint32_t)count;
	return take(c, "x") ? 0 : fail(c, "x and a size");
}

/* A power of 1024 and its letter; 0: none. */
static uint32_t take_unit(struct cursor *c)
{
	static const char letters[] = "KMGTP";
	const char *letter = *c->at ? strchr(letters, *c->at) : NULL;

	if (!letter)
		return 0;
	c->at++;
	return 10 * (uint32_t)(letter - letters + 1);
}

static int parse_size(struct cursor *c, struct tiermm__file_group *group)
{
	static const char expected[] = "a size below 16384P in pages of 4096 "
				       "bytes, like 64G or 512M";
	const struct cursor start = *c;
	uint64_t number = 0, bytes;
	uint32_t shift;

	if (!take_number(c, 0, UINT64_MAX, &number))
		return fail(&start, expected);
	shift = take_unit(c);
	bytes = number << shift;
	if (bytes >> shift != number || (number && !shift) ||
	    bytes % TIERMM__FILE_SYNTHETIC_PAGE)
		return fail(&start, expected);
	group->pages = bytes / TIERMM__FILE_SYNTHETIC_PAGE;
	return 0;
}

/* GB/s with up to three digits behind the point: MB/s. */
static int take_bandwidth(struct cursor *c, uint32_t *out)
{
	uint64_t whole = 0, rest = 0, scale = 1000;

	if (!take_number(c, 0, UINT32_MAX / 1000, &whole))
		return 0;
	if (take(c, ".")) {
		if (!is_digit(*c->at))
			return 0;
		for (; is_digit(*c->at) && scale > 1; c->at++) {
			scale /= 10;
			rest += (uint64_t)(*c->at - '0') * scale;
		}
	}
	whole = whole * 1000 + rest;
	*out = (uint32_t)whole;
	return whole > 0 && whole <= UINT32_MAX && take(c, "GB/s");
}

static int parse_speed(struct cursor *c, struct tiermm__file_group *group)
{
	struct cursor start;
	uint64_t latency = 0;

	start = *c;
	if (!take(c, "@"))
		return 0;
	if (!group->pages)
		return fail(&start, "no speed, since there is no memory");
	start = *c;
	if (!take_number(c, 1, UINT32_MAX, &latency) || !take(c, "ns"))
		return fail(&start, "a latency like 250ns");
	group->latency_ns = (uint32_t)latency;
	if (!take(c, ","))
		return 0;
	start = *c;
	if (!take_bandwidth(c, &group->bandwidth_mbps))
		return fail(&start, "a bandwidth like 30GB/s or 12.5GB/s");
	return 0;
}

static int parse_cpus(struct cursor *c, struct tiermm__file_group *group)
{
	const struct cursor start = *c;
	uint64_t cpus = 0;

	if (!take(c, "+"))
		return 0;
	if (!take_number(c, 0, TIERMM_MAX_CPUS, &cpus) || !take(c, "c"))
		return fail(&start, "CPUs of each node like +8c");
	group->cpus = (uint32_t)cpus;
	return 0;
}

static void skip_spaces(struct cursor *c)
{
	while (*c->at == ' ')
		c->at++;
}

static int parse_group(struct cursor *c, struct tiermm__file_group *group)
{
	int err;

	err = parse_type(c, group);
	if (!err)
		err = parse_count(c, group);
	if (!err)
		err = parse_size(c, group);
	if (!err)
		err = parse_speed(c, group);
	if (!err)
		err = parse_cpus(c, group);
	if (!err && *c->at && *c->at != ' ')
		err = fail(c, "a space and the next group, or the end");
	return err;
}

/* The machine that the groups make has to have room. */
static int add_up(const struct cursor *start,
		  struct tiermm__file_groups *groups,
		  const struct tiermm__file_group *group)
{
	uint64_t cpus = groups->n_cpus + (uint64_t)group->count * group->cpus;

	if (groups->n_nodes + group->count > TIERMM_MAX_NODES)
		return fail(start, "at most 1024 nodes in all");
	if (cpus > TIERMM_MAX_CPUS)
		return fail(start, "at most 65536 CPUs in all");
	groups->n_nodes += group->count;
	groups->n_cpus = (uint32_t)cpus;
	groups->n++;
	return 0;
}

int tiermm__file_groups_parse(struct tiermm__file_groups *groups,
			      const char *text, struct tiermm_file_error *error)
{
	struct cursor c = { text, text, error }, start;
	int err = 0;

	/* Each group is a node at least, so that there is room for it. */
	do {
		skip_spaces(&c);
		if (groups->n && !*c.at)
			break;
		start = c;
		if (groups->n == TIERMM_MAX_NODES)
			return fail(&start, "at most 1024 nodes in all");
		err = parse_group(&c, &groups->group[groups->n]);
		if (!err)
			err = add_up(&start, groups, &groups->group[groups->n]);
	} while (!err);
	return err;
}
