/* SPDX-License-Identifier: MIT */
/*
 * One kernel uevent. The bytes come from outside, so nothing is taken for
 * ended by a zero byte that is not within the length.
 */
#include "uevent.h"

#include "parse.h"

#include <string.h>

/* What an action on a path means. */
struct meaning {
	const char *action;
	const char *path; /* up to the number */
	uint32_t kind;
};

#define NODE "/devices/system/node/node"
#define BLOCK "/devices/system/memory/memory"
#define CPU "/devices/system/cpu/cpu"

static const struct meaning meanings[] = {
	{ "add", NODE, TIERMM_LINUX_NODE_ADDED },
	{ "remove", NODE, TIERMM_LINUX_NODE_REMOVED },
	{ "add", BLOCK, TIERMM_LINUX_BLOCK_ADDED },
	{ "remove", BLOCK, TIERMM_LINUX_BLOCK_REMOVED },
	{ "online", BLOCK, TIERMM_LINUX_BLOCK_ONLINE },
	{ "offline", BLOCK, TIERMM_LINUX_BLOCK_OFFLINE },
	{ "online", CPU, TIERMM_LINUX_CPU_ONLINE },
	{ "offline", CPU, TIERMM_LINUX_CPU_OFFLINE },
};

/* The next string of a message, without its zero byte: 1 or 0 at the end. */
static int next_string(struct cursor *c, struct cursor *string)
{
	const char *end;

	if (c->at == c->end)
		return 0;
	end = memchr(c->at, 0, (size_t)(c->end - c->at));
	if (!end)
		end = c->end;
	*string = (struct cursor){ c->at, end };
	c->at = end == c->end ? end : end + 1;
	return 1;
}

/* The first string, "action@path": its meaning and number, or 0. */
static int match_meaning(struct cursor head, struct tiermm_linux_event *out)
{
	for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++) {
		struct cursor c = head;
		uint64_t id;

		if (!tiermm__linux_word(&c, meanings[i].action) ||
		    !tiermm__linux_take(&c, '@') ||
		    !tiermm__linux_word(&c, meanings[i].path) ||
		    tiermm__linux_only_number(c, UINT32_MAX, &id))
			continue;
		out->kind = meanings[i].kind;
		out->id = (uint32_t)id;
		return 1;
	}
	return 0;
}

int tiermm__linux_uevent(const char *message, size_t length,
			 struct tiermm_linux_event *out)
{
	struct cursor c = { message, message + length };
	struct cursor string;
	uint64_t sequence;

	if (!next_string(&c, &string) || !match_meaning(string, out))
		return 0;
	out->sequence = 0;
	while (next_string(&c, &string))
		if (tiermm__linux_word(&string, "SEQNUM=") &&
		    !tiermm__linux_only_number(string, UINT64_MAX, &sequence))
			out->sequence = sequence;
	return 1;
}
