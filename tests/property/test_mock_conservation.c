/* SPDX-License-Identifier: MIT */
/*
 * Pages are conserved: whatever is asked of a mock, in any order and with
 * faults in between, each page is where the answers say, no node holds more
 * than its room lets in, and base pages neither appear nor vanish.
 *
 * The model is an array that believes the answers; the mock is asked only
 * through its public functions.
 */
#include "support/check.h"

#include <inttypes.h>
#include <stdio.h>

#include <tiermm/backends/mock.h>

#define PAGES 48
#define NODES 6
#define BATCH 12
#define STEPS 20000
#define SEEDS 8

struct model {
	struct tiermm_mock *mock;
	const struct tiermm_memops *ops;
	struct tiermm_random random;
	int32_t where[PAGES];
	uint64_t pages[PAGES];
	uint64_t room[NODES];
	uint32_t gone[NODES];
	uint64_t outcomes[TIERMM_OUTCOMES];
	uint64_t failed_calls;
};

static uint64_t below(struct model *m, uint64_t bound)
{
	return tiermm_random_below(&m->random, bound);
}

static uint64_t key_of(uint64_t page)
{
	return page * 4096;
}

static uint64_t used(const struct model *m, int32_t node)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < PAGES; i++)
		if (m->where[i] == node)
			sum += m->pages[i];
	return sum;
}

static uint64_t free_on(const struct model *m, int32_t node)
{
	uint64_t n = used(m, node);

	return m->room[node] > n ? m->room[node] - n : 0;
}

static void put_some(struct model *m)
{
	uint64_t page = below(m, PAGES);
	uint64_t pages = below(m, 4) ? 1 : 1 + below(m, 8);
	int32_t node = (int32_t)below(m, NODES);
	uint64_t own = m->where[page] == node ? m->pages[page] : 0;
	uint64_t others = used(m, node) - own;
	int fits = others <= m->room[node] && pages <= m->room[node] - others;
	int err = tiermm_mock_put_run(m->mock, key_of(page), pages, node);

	if (m->gone[node]) {
		CHECK(err == -TIERMM_ENODEV);
		return;
	}
	CHECK(err == (fits ? 0 : -TIERMM_ENOSPC));
	if (err)
		return;
	m->where[page] = node;
	m->pages[page] = pages;
}

static void change_node(struct model *m)
{
	int32_t node = (int32_t)below(m, NODES);

	m->room[node] = below(m, 40);
	m->gone[node] = below(m, 4) == 0;
	CHECK(!tiermm_mock_set_node(m->mock, node, m->room[node],
				    m->gone[node]));
}

/* Faults and outcomes that are to come; a full script takes no more. */
static void script_some(struct model *m)
{
	static const uint32_t verbs[] = { TIERMM_MOCK_MOVE,
					  TIERMM_MOCK_PAGE_OUT,
					  TIERMM_MOCK_DISCARD };

	uint32_t verb = verbs[below(m, 3)];
	uint64_t nth = 1 + below(m, 5);

	if (below(m, 2))
		tiermm_mock_script(m->mock, verb,
				   (uint32_t)below(m, TIERMM_OUTCOMES));
	else if (below(m, 2))
		tiermm_mock_fail(m->mock, verb, nth, -TIERMM_EIO);
	else
		tiermm_mock_fail(m->mock, TIERMM_MOCK_ANY, nth, -TIERMM_EIO);
}

/* What must be true of an answer before it is believed. */
static void believe_move(struct model *m, const struct tiermm_move *move,
			 const struct tiermm_result *result)
{
	uint64_t page = move->page / 4096;

	CHECK(result->outcome < TIERMM_OUTCOMES);
	m->outcomes[result->outcome]++;
	if (result->outcome != TIERMM_OUTCOME_DONE) {
		CHECK(result->pages == 0);
		return;
	}
	CHECK(m->where[page] != TIERMM_NO_NODE);
	CHECK(m->where[page] != move->to && !m->gone[move->to]);
	CHECK(result->pages == m->pages[page]);
	CHECK(result->pages <= free_on(m, move->to));
	m->where[page] = move->to;
}

static void move_some(struct model *m)
{
	struct tiermm_move moves[BATCH];
	struct tiermm_result results[BATCH];
	uint64_t n = below(m, BATCH + 1);
	int err;

	for (uint64_t i = 0; i < n; i++) {
		moves[i] = (struct tiermm_move){ .pages = 1,
						 .from = TIERMM_NO_NODE };
		moves[i].page = key_of(below(m, PAGES));
		moves[i].to = (int32_t)below(m, NODES);
	}
	err = m->ops->move(m->ops->self, moves, n, results);
	m->failed_calls += err != 0;
	for (uint64_t i = 0; i < n; i++) {
		CHECK(!err || results[i].outcome == TIERMM_OUTCOME_UNKNOWN);
		believe_move(m, &moves[i], &results[i]);
	}
}

static void drop_some(struct model *m)
{
	uint64_t keys[BATCH];
	struct tiermm_result results[BATCH];
	uint64_t n = below(m, 3);
	int err;

	for (uint64_t i = 0; i < n; i++)
		keys[i] = key_of(below(m, PAGES));
	if (below(m, 2))
		err = m->ops->discard(m->ops->self, keys, n, results);
	else
		err = m->ops->page_out(m->ops->self, keys, n, results);
	m->failed_calls += err != 0;
	for (uint64_t i = 0; i < n; i++) {
		uint64_t page = keys[i] / 4096;

		CHECK(!err || results[i].outcome == TIERMM_OUTCOME_UNKNOWN);
		if (results[i].outcome != TIERMM_OUTCOME_DONE)
			continue;
		CHECK(m->where[page] != TIERMM_NO_NODE);
		CHECK(results[i].pages == m->pages[page]);
		m->where[page] = TIERMM_NO_NODE;
	}
}

/* A question that fails by a fault tells nothing of what there is. */
static void compare_places(struct model *m)
{
	uint64_t keys[PAGES];
	int32_t nodes[PAGES];
	int err;

	for (uint64_t i = 0; i < PAGES; i++)
		keys[i] = key_of(i);
	err = m->ops->locate(m->ops->self, keys, PAGES, nodes);
	for (uint64_t i = 0; i < PAGES; i++) {
		CHECK(nodes[i] == (err ? TIERMM_NO_NODE : m->where[i]));
		CHECK(tiermm_mock_where(m->mock, keys[i]) == m->where[i]);
	}
}

static void compare_room(struct model *m)
{
	int32_t nodes[NODES];
	uint64_t pages[NODES];
	int err;

	for (int32_t i = 0; i < NODES; i++)
		nodes[i] = i;
	err = m->ops->headroom(m->ops->self, nodes, NODES, pages);
	for (int32_t i = 0; i < NODES; i++)
		CHECK(pages[i] == (err || m->gone[i] ? 0 : free_on(m, i)));
}

static void step(struct model *m)
{
	switch (below(m, 10)) {
	case 0:
	case 1:
		put_some(m);
		break;
	case 2:
		change_node(m);
		break;
	case 3:
		script_some(m);
		break;
	case 4:
		drop_some(m);
		break;
	default:
		move_some(m);
	}
}

static void start(struct model *m, uint64_t seed)
{
	struct tiermm_mock_options o = { .size = sizeof(o),
					 .max_pages = PAGES,
					 .max_calls = 16,
					 .max_script = 8,
					 .node_pages = 20 };

	*m = (struct model){ .failed_calls = 0 };
	CHECK(!tiermm_random_seed(&m->random, seed));
	CHECK(!tiermm_mock_create(&m->mock, &o, NULL));
	m->ops = tiermm_mock_memops(m->mock);
	for (uint32_t i = 0; i < PAGES; i++)
		m->where[i] = TIERMM_NO_NODE;
	for (uint32_t i = 0; i < NODES; i++)
		m->room[i] = 20;
}

int main(void)
{
	struct model m;

	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		start(&m, seed);
		for (uint32_t i = 0; i < STEPS; i++) {
			step(&m);
			compare_places(&m);
			compare_room(&m);
		}
		/* A run that never met an outcome has shown nothing of it. */
		for (uint32_t o = 0; o < TIERMM_OUTCOMES; o++)
			CHECK(m.outcomes[o]);
		CHECK(m.failed_calls);
		tiermm_mock_destroy(m.mock);
	}
	printf("%d runs of %d steps; in the last one %" PRIu64
	       " pages moved, %" PRIu64 " calls failed\n",
	       SEEDS, STEPS, m.outcomes[TIERMM_OUTCOME_DONE], m.failed_calls);
	return 0;
}
