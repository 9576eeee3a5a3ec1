/* SPDX-License-Identifier: MIT */
/* What a machine was set to when its recording began, and its devices. */
#include "zones.h"

#include <string.h>

#define BLOCK_PAGES_MAX (INT64_C(1) << 40)
#define UNIT_BLOCKS_MAX (INT64_C(1) << 16)

static const struct word {
	const char *text;
	uint32_t value;
} words[] = {
	{ "offline", TIERMM_ONLINE_BY_POLICY },
	{ "online", TIERMM_ONLINE_BY_POLICY },
	{ "online_kernel", TIERMM_ONLINE_KERNEL },
	{ "online_movable", TIERMM_ONLINE_MOVABLE },
}, policies[] = {
	{ "auto-movable", TIERMM_ZONE_POLICY_AUTO_MOVABLE },
	{ "contig-zones", TIERMM_ZONE_POLICY_CONTIG_ZONES },
}, flags[] = {
	{ "0", 0 }, { "1", 1 }, { "N", 0 }, { "Y", 1 },
	{ "n", 0 }, { "y", 1 },
};

static int find_word(const json_t *value, const struct word *list, size_t n,
		     uint64_t *out)
{
	const char *text = json_string_value(value);

	for (size_t i = 0; text && i < n; i++) {
		if (!strcmp(text, list[i].text)) {
			*out = list[i].value;
			return 1;
		}
	}
	return 0;
}

#define FIND(value, list, out) \
	find_word(value, list, sizeof(list) / sizeof((list)[0]), out)

int tiermm__file_zones_word(const json_t *value, uint64_t *out)
{
	return FIND(value, words, out);
}

int tiermm__file_zones_policy(const json_t *value, uint64_t *out)
{
	return FIND(value, policies, out);
}

int tiermm__file_zones_flag(const json_t *value, uint64_t *out)
{
	if (json_is_boolean(value)) {
		*out = json_is_true(value);
		return 1;
	}
	return FIND(value, flags, out);
}

/* A number, or one in a string, as module parameters are recorded. */
int tiermm__file_zones_count(const json_t *value, uint64_t most, uint64_t *out)
{
	const char *text = json_string_value(value);
	uint64_t number = 0;

	if (json_is_integer(value)) {
		*out = (uint64_t)json_integer_value(value);
		return json_integer_value(value) >= 0 && *out <= most;
	}
	if (!text || !*text)
		return 0;
	for (; *text; text++) {
		if (*text < '0' || *text > '9' || number > most / 10)
			return 0;
		number = number * 10 + (uint64_t)(*text - '0');
	}
	*out = number;
	return number <= most;
}

/* A member that one of the functions above reads; 0: absent is fine. */
static int member(struct tiermm_file_zones *s, const json_t *config,
		  const char *key, int (*read)(const json_t *, uint64_t *),
		  const char *expected, uint64_t *out)
{
	const json_t *value = json_object_get(config, key);
	int err = 0;

	if (!value || json_is_null(value))
		return 0;
	tiermm__file_enter(&s->reader, key);
	if (!read(value, out))
		err = tiermm__file_unexpected(&s->reader, value, expected);
	else
		tiermm__file_leave(&s->reader);
	return err;
}

static int read_ratio(const json_t *value, uint64_t *out)
{
	return tiermm__file_zones_count(value, TIERMM_ZONE_RATIO_MAX, out);
}

/* Whether the kernel's command line has the word movable_node. */
static int has_movable_node(const json_t *config)
{
	static const char word[] = "movable_node";
	const char *line =
		json_string_value(json_object_get(config, "extra_cmdline"));
	const char *at = line;

	while (at && (at = strstr(at, word)) != NULL) {
		char behind = at[sizeof(word) - 1];

		if ((at == line || at[-1] == ' ') &&
		    (behind == ' ' || behind == '\0'))
			return 1;
		at += sizeof(word) - 1;
	}
	return 0;
}

static int read_block_pages(struct tiermm_file_zones *s, const json_t *config)
{
	int64_t pages = 0;
	int err;

	err = tiermm__file_required(&s->reader, config, "pages_per_block", 1,
				    BLOCK_PAGES_MAX, &pages);
	if (err)
		return err;
	s->block_pages = (uint64_t)pages;
	if (!(pages & (pages - 1)))
		return 0;
	tiermm__file_enter(&s->reader, "pages_per_block");
	return tiermm__file_fail(&s->reader, -TIERMM_EPROTO,
				 "is no power of two, expected one");
}

static int read_parameters(struct tiermm_file_zones *s, const json_t *config)
{
	uint64_t policy = TIERMM_ZONE_POLICY_CONTIG_ZONES;
	uint64_t ratio = 301, aware = 1, how = TIERMM_ONLINE_BY_POLICY;
	int err;

	err = member(s, config, "online_policy", tiermm__file_zones_policy,
		     "\"auto-movable\" or \"contig-zones\"", &policy);
	if (!err)
		err = member(s, config, "ratio", read_ratio,
			     "a ratio in %, up to 2147483647", &ratio);
	if (!err)
		err = member(s, config, "numa_aware", tiermm__file_zones_flag,
			     "\"Y\" or \"N\"", &aware);
	if (!err)
		err = member(s, config, "default_state",
			     tiermm__file_zones_word,
			     "\"offline\", \"online\", \"online_kernel\" or "
			     "\"online_movable\"",
			     &how);
	s->parameters = (struct tiermm_zone_parameters){
		.size = sizeof(s->parameters),
		.policy = (uint32_t)policy,
		.ratio = (uint32_t)ratio,
		.flags = (aware ? TIERMM_ZONE_NODE_AWARE : 0) |
			 (has_movable_node(config) ? TIERMM_ZONE_MOVABLE_NODE
						   : 0),
	};
	s->how = (uint32_t)how;
	return err;
}

int tiermm__file_zones_read_config(struct tiermm_file_zones *s)
{
	const json_t *config = json_object_get(s->root, "config");
	int err;

	tiermm__file_enter(&s->reader, "config");
	if (!json_is_object(config))
		return tiermm__file_unexpected(&s->reader, config, "an object");
	err = read_block_pages(s, config);
	if (!err)
		err = read_parameters(s, config);
	if (!err)
		tiermm__file_leave(&s->reader);
	return err;
}

static int read_device(struct tiermm_file_zones *s, const char *name,
		       const json_t *value)
{
	struct tiermm__file_zones_device device = {
		.name = name,
		.kind = TIERMM_ZONE_GROUP_DYNAMIC,
		.group = TIERMM_ZONE_NO_GROUP,
	};
	int64_t node = 0, blocks = 1;
	int err;

	err = tiermm__file_object(&s->reader, value);
	if (!err)
		err = tiermm__file_required(&s->reader, value, "node", 0,
					    TIERMM_MAX_NODES - 1, &node);
	if (!err)
		err = tiermm__file_optional(&s->reader, value, "unit_blocks", 1,
					    UNIT_BLOCKS_MAX, &blocks);
	if (!err && (blocks & (blocks - 1)))
		err = tiermm__file_fail(&s->reader, -TIERMM_EPROTO,
					"has a unit of %lld blocks, expected "
					"a power of two",
					(long long)blocks);
	if (err)
		return err;
	device.node = (int32_t)node;
	device.pages = (uint64_t)blocks * s->block_pages;
	tiermm__file_zones_add_device(s, &device);
	return 0;
}

int tiermm__file_zones_read_devices(struct tiermm_file_zones *s)
{
	json_t *devices = json_object_get(s->root, "virtio_mem");
	const char *name;
	json_t *value;
	int err;

	if (!devices || json_is_null(devices))
		return 0;
	tiermm__file_enter(&s->reader, "virtio_mem");
	err = tiermm__file_object(&s->reader, devices);
	if (err)
		return err;
	json_object_foreach(devices, name, value)
	{
		tiermm__file_enter(&s->reader, name);
		err = read_device(s, name, value);
		if (err)
			return err;
		tiermm__file_leave(&s->reader);
	}
	tiermm__file_leave(&s->reader);
	return 0;
}
