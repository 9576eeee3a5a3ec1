/* SPDX-License-Identifier: MIT */
/* Sets of nodes. */
#include "base/nodeset.h"

#include "base/bits.h"
#include "base/line.h"

#include <tiermm/error.h>

int tiermm_nodeset_add(struct tiermm_nodeset *set, int32_t node)
{
	if (!set || !tiermm__node_in_range(node))
		return -TIERMM_EINVAL;
	tiermm__nodeset_add(set, node);
	return 0;
}

int tiermm_nodeset_remove(struct tiermm_nodeset *set, int32_t node)
{
	if (!set || !tiermm__node_in_range(node))
		return -TIERMM_EINVAL;
	tiermm__nodeset_remove(set, node);
	return 0;
}

int tiermm_nodeset_has(const struct tiermm_nodeset *set, int32_t node)
{
	return tiermm__node_in_range(node) && tiermm__nodeset_has(set, node);
}

uint32_t tiermm_nodeset_count(const struct tiermm_nodeset *set)
{
	uint32_t count = 0;

	for (int i = 0; i < TIERMM_NODESET_WORDS; i++)
		count += tiermm__popcount(set->word[i]);
	return count;
}

int32_t tiermm_nodeset_next(const struct tiermm_nodeset *set, int32_t after)
{
	uint32_t from = after < 0 ? 0 : (uint32_t)after + 1;
	uint32_t i = from / 64;
	uint64_t word;

	if (from >= TIERMM_MAX_NODES)
		return TIERMM_NO_NODE;
	word = set->word[i] & ~(uint64_t)0 << from % 64;
	while (!word) {
		if (++i == TIERMM_NODESET_WORDS)
			return TIERMM_NO_NODE;
		word = set->word[i];
	}
	return (int32_t)(i * 64 + tiermm__lowest_bit(word));
}

int tiermm_nodeset_equal(const struct tiermm_nodeset *a,
			 const struct tiermm_nodeset *b)
{
	uint64_t differ = 0;

	for (int i = 0; i < TIERMM_NODESET_WORDS; i++)
		differ |= a->word[i] ^ b->word[i];
	return differ == 0;
}

int tiermm_nodeset_text(const struct tiermm_nodeset *set, char *out,
			uint64_t cap, uint64_t *n_out)
{
	struct tiermm__line line;

	if (!set || tiermm__line_start(&line, out, cap))
		return -TIERMM_EINVAL;
	tiermm__line_nodes(&line, set);
	return tiermm__line_finish(&line, n_out);
}
