/* SPDX-License-Identifier: MIT */
/* Candidates by score: intrusive lists over one array, and a hash table. */
#include "promotion/queue.h"

#include "base/bits.h"
#include "base/memory.h"

/* At most half full, so that a search for what is not there is short. */
static uint32_t places_for(uint32_t max)
{
	uint32_t places = 4;

	while (places < 2 * max)
		places *= 2;
	return places;
}

void tiermm__queue_carve(struct tiermm__queue *q, struct tiermm__carver *c,
			 uint32_t max)
{
	q->max = max;
	q->mask = places_for(max) - 1;
	q->entries = tiermm__carve(c, max, sizeof(*q->entries));
	q->table = tiermm__carve(c, (uint64_t)q->mask + 1, sizeof(*q->table));
}

void tiermm__queue_clear(struct tiermm__queue *q)
{
	memset(q->table, 0, ((size_t)q->mask + 1) * sizeof(*q->table));
	memset(q->entries, 0, q->max * sizeof(*q->entries));
	for (uint32_t i = 0; i < q->max; i++)
		q->entries[i].next =
			i + 1 < q->max ? i + 1 : TIERMM__NO_CANDIDATE;
	q->free = 0;
	q->n = 0;
	q->scores = 0;
}

/* Fibonacci hashing: neighbours spread over the table. */
static uint32_t place_of(const struct tiermm__queue *q, uint64_t page)
{
	return (uint32_t)((page * UINT64_C(0x9e3779b97f4a7c15)) >> 32) &
	       q->mask;
}

static uint32_t find_place(const struct tiermm__queue *q, uint64_t page)
{
	uint32_t at = place_of(q, page);

	while (q->table[at] && q->entries[q->table[at] - 1].page != page)
		at = (at + 1) & q->mask;
	return at;
}

uint32_t tiermm__queue_find(const struct tiermm__queue *q, uint64_t page)
{
	uint32_t taken = q->table[find_place(q, page)];

	return taken ? taken - 1 : TIERMM__NO_CANDIDATE;
}

/* Close the gap, so that every other one is still found from its place. */
static void forget_place(struct tiermm__queue *q, uint32_t gap)
{
	uint32_t at = gap;

	for (;;) {
		uint32_t home;

		at = (at + 1) & q->mask;
		if (!q->table[at])
			break;
		home = place_of(q, q->entries[q->table[at] - 1].page);
		if (((at - home) & q->mask) < ((at - gap) & q->mask))
			continue;
		q->table[gap] = q->table[at];
		gap = at;
	}
	q->table[gap] = 0;
}

static void link_last(struct tiermm__queue *q, uint32_t entry)
{
	struct tiermm__candidate *c = &q->entries[entry];
	uint64_t bit = UINT64_C(1) << c->score;

	c->next = TIERMM__NO_CANDIDATE;
	c->previous = TIERMM__NO_CANDIDATE;
	if (q->scores & bit) {
		c->previous = q->tail[c->score];
		q->entries[c->previous].next = entry;
	} else {
		q->head[c->score] = entry;
		q->scores |= bit;
	}
	q->tail[c->score] = entry;
}

static void unlink_entry(struct tiermm__queue *q, uint32_t entry)
{
	struct tiermm__candidate *c = &q->entries[entry];

	if (c->previous != TIERMM__NO_CANDIDATE)
		q->entries[c->previous].next = c->next;
	else
		q->head[c->score] = c->next;
	if (c->next != TIERMM__NO_CANDIDATE)
		q->entries[c->next].previous = c->previous;
	else
		q->tail[c->score] = c->previous;
	if (q->head[c->score] == TIERMM__NO_CANDIDATE)
		q->scores &= ~(UINT64_C(1) << c->score);
}

void tiermm__queue_add(struct tiermm__queue *q,
		       const struct tiermm__candidate *candidate)
{
	uint32_t entry = q->free;
	uint32_t at = find_place(q, candidate->page);

	q->free = q->entries[entry].next;
	q->entries[entry] = *candidate;
	q->entries[entry].used = 1;
	link_last(q, entry);
	q->table[at] = entry + 1;
	q->n++;
}

void tiermm__queue_remove(struct tiermm__queue *q, uint32_t entry)
{
	struct tiermm__candidate *c = &q->entries[entry];

	unlink_entry(q, entry);
	forget_place(q, find_place(q, c->page));
	c->used = 0;
	c->next = q->free;
	q->free = entry;
	q->n--;
}

void tiermm__queue_set_score(struct tiermm__queue *q, uint32_t entry,
			     uint8_t score)
{
	if (q->entries[entry].score == score)
		return;
	unlink_entry(q, entry);
	q->entries[entry].score = score;
	link_last(q, entry);
}

uint32_t tiermm__queue_coldest(const struct tiermm__queue *q)
{
	if (!q->scores)
		return TIERMM__NO_CANDIDATE;
	return q->head[tiermm__lowest_bit(q->scores)];
}

/* The highest score that has entries, below a limit. */
static uint32_t first_below(const struct tiermm__queue *q, uint32_t limit)
{
	while (limit--)
		if (q->scores >> limit & 1)
			return q->head[limit];
	return TIERMM__NO_CANDIDATE;
}

uint32_t tiermm__queue_first(const struct tiermm__queue *q)
{
	return first_below(q, TIERMM__SCORES);
}

uint32_t tiermm__queue_after(const struct tiermm__queue *q, uint32_t entry)
{
	const struct tiermm__candidate *c = &q->entries[entry];

	if (c->next != TIERMM__NO_CANDIDATE)
		return c->next;
	return first_below(q, c->score);
}

int tiermm__queue_is_valid(const struct tiermm__queue *q)
{
	uint32_t n = 0, in_table = 0, before = TIERMM__SCORES;
	uint32_t entry;

	for (entry = tiermm__queue_first(q); entry != TIERMM__NO_CANDIDATE;
	     entry = tiermm__queue_after(q, entry)) {
		const struct tiermm__candidate *c = &q->entries[entry];

		if (!c->used || c->score > before || n++ > q->n ||
		    tiermm__queue_find(q, c->page) != entry)
			return 0;
		before = c->score;
	}
	for (uint32_t at = 0; at <= q->mask; at++)
		in_table += q->table[at] != 0;
	return n == q->n && in_table == n;
}
