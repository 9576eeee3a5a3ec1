/* SPDX-License-Identifier: MIT */
/*
 * Pages come to be, on the nearest node that has room, and come back from
 * swap; and the lists that they stand on.
 */
#include "machine.h"

#include <tiermm/engine_parts.h>

/*
 * Rounds of direct reclaim before an allocation gives up: so many, and enough
 * to look four times at each page, since all may have been used meanwhile.
 */
#define DIRECT_ROUNDS 64
#define DIRECT_LOOKS 8 /* a round looks at 32 */
/* Old copies that make a drain worth its while. */
#define DRAIN_LEAST 32

static uint32_t list_of(uint32_t word)
{
	return (word & PAGE_ACTIVE) != 0;
}

/* A compaction of one list, for keep(). */
struct sieve {
	const struct tiermm_sim *s;
	uint32_t node;
	uint32_t active;
};

int tiermm__sim_entry_valid(const struct tiermm_sim *s, uint32_t node,
			    uint32_t active, uint32_t entry)
{
	uint32_t word = sim_word(s, entry & SIM_ENTRY_PAGE);

	return word & PAGE_RESIDENT && !(word & PAGE_ISOLATED) &&
	       (word & PAGE_NODE) == node && list_of(word) == active &&
	       (word & PAGE_TAG) >> PAGE_TAG_SHIFT ==
		       entry >> SIM_ENTRY_TAG_SHIFT;
}

static int keep(void *self, uint32_t entry)
{
	const struct sieve *sieve = self;

	return tiermm__sim_entry_valid(sieve->s, sieve->node, sieve->active,
				       entry);
}

/* Stale entries go; one chunk has to be left to work with. */
static void clear_lists(struct tiermm_sim *s)
{
	for (uint32_t n = 0; n < s->n_nodes; n++)
		for (uint32_t active = 0; active < 2; active++) {
			struct sieve sieve = { s, n, active };

			tiermm__sim_list_compact(&s->pool,
						 &s->node[n].list[active], keep,
						 &sieve);
		}
}

/* Put a resident page on the list that its word says, as its newest. */
void tiermm__sim_link_page(struct tiermm_sim *s, uint64_t page)
{
	uint32_t word = sim_word(s, page) & ~PAGE_ISOLATED;
	struct sim_node *node = &s->node[word & PAGE_NODE];
	uint32_t tag = (word + (1u << PAGE_TAG_SHIFT)) & PAGE_TAG;

	if (s->pool.n_free < 2)
		clear_lists(s);
	sim_set_word(s, page, (word & ~PAGE_TAG) | tag);
	tiermm__sim_list_push(&s->pool, &node->list[list_of(word)],
			      (uint32_t)page |
				      tag >> PAGE_TAG_SHIFT
						      << SIM_ENTRY_TAG_SHIFT);
	node->n[list_of(word)]++;
}

/* Its entry becomes stale, if it has one. */
void tiermm__sim_unlink_page(struct tiermm_sim *s, uint64_t page)
{
	uint32_t word = sim_word(s, page);

	if (!(word & PAGE_ISOLATED))
		s->node[word & PAGE_NODE].n[list_of(word)]--;
	sim_set_word(s, page, word | PAGE_ISOLATED);
}

/* Make a page resident on a node; its flags stay. */
void tiermm__sim_place(struct tiermm_sim *s, uint64_t page, uint32_t node)
{
	sim_set_word(s, page,
		     (sim_word(s, page) & ~PAGE_NODE) | PAGE_RESIDENT | node);
	s->node[node].used++;
	if (s->layout)
		tiermm__sim_frame_take(s, page, node);
	tiermm__sim_link_page(s, page);
}

/*
 * Above low, or brought there by a drain of old copies: as long as there are
 * enough of them to be worth the interrupts.
 */
static int has_room(struct tiermm_sim *s, struct sim_node *node, int *err)
{
	uint64_t low = node->min + node->min / 4 + 1;

	if (sim_free(node) > low)
		return 1;
	s->kicked = 1;
	if (node->parked < DRAIN_LEAST)
		return 0;
	*err = tiermm__sim_drain(s, node->id);
	return !*err && sim_free(node) > low;
}

/* Nearest first: above low, then above min. */
static uint32_t find_node(struct tiermm_sim *s, uint32_t cpu, int *err)
{
	const uint8_t *list = s->zonelist + s->cpu[cpu].group * s->n_nodes;
	int moves = s->options.policy != TIERMM_SIM_STATIC &&
		    s->options.policy != TIERMM_SIM_IDEAL;

	*err = 0;
	for (uint32_t i = 0; moves && !*err && i < s->n_nodes; i++)
		if (has_room(s, &s->node[list[i]], err))
			return list[i];
	for (uint32_t i = 0; i < s->n_nodes; i++)
		if (sim_free(&s->node[list[i]]) > s->node[list[i]].min)
			return list[i];
	return s->n_nodes;
}

static uint32_t allocate(struct tiermm_sim *s, uint32_t cpu, int *err)
{
	uint64_t rounds = DIRECT_ROUNDS + s->options.pages / DIRECT_LOOKS;
	uint32_t node = find_node(s, cpu, err);
	uint64_t looked = 1;
	uint64_t i;

	for (i = 0; !*err && node == s->n_nodes && looked && i < rounds; i++) {
		*err = tiermm__sim_direct(s, cpu, &looked);
		if (!*err)
			node = find_node(s, cpu, err);
	}
	if (!*err && node == s->n_nodes)
		*err = tiermm__sim_report(
			s->error, -TIERMM_ENOMEM, 0, 0,
			"the simulated machine is out of memory: direct "
			"reclaim found nothing in %llu rounds",
			(unsigned long long)i);
	return node;
}

/* First touch, or back from swap. */
int tiermm__sim_fault(struct tiermm_sim *s, uint32_t cpu, uint64_t page,
		      uint32_t write)
{
	struct tiermm_promotion *promotion;
	uint32_t word = sim_word(s, page);
	uint64_t cost = s->costs.fault_ns;
	uint32_t node;
	int err;

	node = allocate(s, cpu, &err);
	if (err)
		return err;
	if (word & PAGE_SWAPPED) {
		s->sum.swapped_in++;
		cost += s->costs.swap_in_ns;
	} else {
		s->sum.pages++;
		s->sum.faults++;
	}
	tiermm__sim_note(s, word & PAGE_SWAPPED ? SIM_CAME_BACK : SIM_FAULTED,
			 page, node, node);
	word &= PAGE_TAG | PAGE_ANON;
	sim_set_word(s, page, write ? word | PAGE_DIRTY | PAGE_ANON : word);
	tiermm__sim_place(s, page, node);
	tiermm__sim_pay(s, cpu, cost);
	promotion = tiermm_engine_promotion(s->engine);
	return promotion ? tiermm_promotion_set_pages(promotion, page, 1,
						      s->node[node].id)
			 : 0;
}
