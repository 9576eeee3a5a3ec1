/* SPDX-License-Identifier: MIT */
/*
 * Choosing one of several equal targets (D8): the lowest, an even draw, in
 * turn, or by weight. The state is the reader's; none is kept here, and
 * nothing is drawn or counted where there is no choice.
 */
#include "base/memory.h"
#include "demotion/choose.h"

/* Bits of headroom that a sum of 1024 weights needs. */
#define SUM_BITS 10

static const struct tiermm_nodeset all_nodes = { {
	UINT64_MAX,
	UINT64_MAX,
	UINT64_MAX,
	UINT64_MAX,
	UINT64_MAX,
	UINT64_MAX,
	UINT64_MAX,
	UINT64_MAX,
	UINT64_MAX,
	UINT64_MAX,
	UINT64_MAX,
	UINT64_MAX,
	UINT64_MAX,
	UINT64_MAX,
	UINT64_MAX,
	UINT64_MAX,
} };
static const struct tiermm_nodeset no_nodes;

struct tiermm__filter tiermm__filter(const struct tiermm_nodeset *allowed,
				     const uint64_t *blocked)
{
	return (struct tiermm__filter){
		.allowed = allowed ? allowed->word : all_nodes.word,
		.blocked = blocked ? blocked : no_nodes.word,
	};
}

/*
 * Ids ascend and differ, so that ids[i] >= i: without gaps below it a node
 * stands in its own place, and with gaps before it.
 */
uint32_t tiermm__row_search(const uint64_t *ids, uint32_t n, uint32_t id)
{
	uint32_t low = 0;
	uint32_t high = id < n ? id + 1 : n;

	while (low < high) {
		uint32_t middle = (low + high) / 2;
		uint64_t there = tiermm__view_word(ids + middle);

		if (there == id)
			return middle;
		if (there < id)
			low = middle + 1;
		else
			high = middle;
	}
	return n;
}

/* Gather the usable nodes of a set once: the owner may be blocking others. */
static uint32_t gather(const struct tiermm__filter *filter, const uint64_t *set,
		       uint32_t words, struct tiermm_nodeset *out)
{
	uint32_t count = 0;

	memset(out, 0, sizeof(*out));
	for (uint32_t i = 0; i < words; i++) {
		out->word[i] = tiermm__usable_word(filter, set, i);
		count += tiermm__popcount(out->word[i]);
	}
	return count;
}

/* The member that @k members stand before. */
static int32_t member_at(const struct tiermm_nodeset *set, uint64_t k)
{
	for (uint32_t i = 0; i < TIERMM_NODESET_WORDS; i++) {
		uint64_t word = set->word[i];
		uint32_t here = tiermm__popcount(word);

		if (k >= here) {
			k -= here;
			continue;
		}
		for (; k; k--)
			word &= word - 1;
		return (int32_t)(i * 64 + tiermm__lowest_bit(word));
	}
	return TIERMM_NO_NODE;
}

static uint64_t weight(const struct tiermm_demotion_query *query, int32_t node)
{
	return (uint32_t)node < query->n_weights ? query->weights[node] : 0;
}

/*
 * A draw by weight, or TIERMM_NO_NODE where all weights are 0. Weights so
 * great that their sum might not fit are all cut by the same ten bits.
 */
static int32_t draw_weighted(const struct tiermm_nodeset *set,
			     const struct tiermm_demotion_query *query)
{
	uint64_t any = 0;
	uint64_t sum = 0;
	uint32_t shift;
	int32_t node;

	for (node = tiermm_nodeset_next(set, -1); node >= 0;
	     node = tiermm_nodeset_next(set, node))
		any |= weight(query, node);
	shift = any >> (64 - SUM_BITS) ? SUM_BITS : 0;
	for (node = tiermm_nodeset_next(set, -1); node >= 0;
	     node = tiermm_nodeset_next(set, node))
		sum += weight(query, node) >> shift;
	if (sum == 0)
		return TIERMM_NO_NODE;
	sum = tiermm_random_below(query->random, sum);
	node = tiermm_nodeset_next(set, -1);
	while (sum >= weight(query, node) >> shift) {
		sum -= weight(query, node) >> shift;
		node = tiermm_nodeset_next(set, node);
	}
	return node;
}

static int32_t choose_of(const struct tiermm_nodeset *set, uint32_t count,
			 const struct tiermm_demotion_query *query)
{
	int32_t drawn = TIERMM_NO_NODE;

	if (query->choice == TIERMM_CHOICE_ROUND_ROBIN)
		return member_at(set, (*query->cursor)++ % count);
	if (query->choice == TIERMM_CHOICE_WEIGHTED)
		drawn = draw_weighted(set, query);
	if (drawn != TIERMM_NO_NODE)
		return drawn;
	return member_at(set, tiermm_random_below(query->random, count));
}

int32_t tiermm__view_choose(const struct tiermm__demotion_view *v, uint32_t row,
			    const struct tiermm_demotion_query *query,
			    const uint64_t *blocked)
{
	struct tiermm__filter filter = tiermm__filter(query->allowed, blocked);
	struct tiermm_nodeset usable;
	uint32_t count;

	if (query->choice == TIERMM_CHOICE_FIRST)
		return tiermm__view_first(v, row, &filter);
	count = gather(&filter, tiermm__view_preferred(v, row), v->words,
		       &usable);
	if (count == 0)
		return tiermm__view_first(v, row, &filter);
	if (count == 1)
		return member_at(&usable, 0);
	return choose_of(&usable, count, query);
}
