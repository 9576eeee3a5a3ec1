/* SPDX-License-Identifier: MIT */
/*
 * The slots of the table. Each call is begun in one place, where faults
 * strike and strict mocks refuse; then it goes item by item, and each item
 * is logged as it was answered.
 */
#include <stddef.h>

#include "internal.h"

/* Whether a strict mock was told of fewer items than there are. */
static int is_unexpected(const struct tiermm_mock *m, uint32_t verb, uint64_t n)
{
	if (!(m->flags & TIERMM_MOCK_STRICT) || verb == TIERMM_MOCK_LOCATE ||
	    verb == TIERMM_MOCK_HEADROOM)
		return 0;
	return n > m->script.waiting[verb];
}

static int32_t begin(struct tiermm_mock *m, uint32_t verb, uint64_t n)
{
	int32_t error;

	m->calls++;
	error = tiermm__mock_script_fault(&m->script, verb);
	if (error)
		return error;
	if (!is_unexpected(m, verb, n))
		return 0;
	m->refused++;
	return -TIERMM_EPERM;
}

/* Time stands still at the end of what 64 bits can hold. */
static void pass_time(struct tiermm_mock *m, uint32_t verb, uint64_t n)
{
	uint64_t ns = m->delay_ns[verb];

	if (ns && n > (UINT64_MAX - m->now_ns) / ns)
		m->now_ns = UINT64_MAX;
	else
		m->now_ns += n * ns;
}

/* What is alike in all items of the call that has begun. */
static struct tiermm_mock_call call_of(const struct tiermm_mock *m,
				       uint32_t verb, int32_t error)
{
	return (struct tiermm_mock_call){
		.number = m->calls,
		.verb = verb,
		.error = error,
		.from = TIERMM_NO_NODE,
		.to = TIERMM_NO_NODE,
		.outcome = TIERMM_OUTCOME_UNKNOWN,
		.time_ns = m->now_ns,
	};
}

static void answer(struct tiermm_result *result, uint32_t outcome,
		   uint64_t pages)
{
	*result = (struct tiermm_result){ .outcome = outcome, .pages = pages };
}

/* What the script says of an item; 1 where the mock is to do it by itself. */
static int is_left_to_us(struct tiermm_mock *m, uint32_t verb, int32_t error,
			 struct tiermm_result *result)
{
	uint32_t outcome = TIERMM_OUTCOME_UNKNOWN;

	if (!error)
		outcome = tiermm__mock_script_take(&m->script, verb);
	answer(result, outcome, 0);
	return outcome == TIERMM_OUTCOME_DONE;
}

/* Move one page as a machine would. */
static void move_page(struct tiermm_mock *m, const struct tiermm_move *move,
		      struct tiermm_result *result)
{
	struct mock_page *page = tiermm__mock_find(&m->pages, move->page);

	if (!page) {
		answer(result, TIERMM_OUTCOME_ABSENT, 0);
	} else if (!tiermm__mock_node_there(m, move->to)) {
		answer(result, TIERMM_OUTCOME_TARGET_GONE, 0);
	} else if (page->node == move->to) {
		answer(result, TIERMM_OUTCOME_ALREADY, 0);
	} else if (tiermm__mock_node_free(&m->node[move->to]) < page->pages) {
		answer(result, TIERMM_OUTCOME_TARGET_FULL, 0);
	} else {
		m->node[page->node].used -= page->pages;
		m->node[move->to].used += page->pages;
		page->node = move->to;
		answer(result, TIERMM_OUTCOME_DONE, page->pages);
	}
}

/* Take one page out of memory. */
static void drop_page(struct tiermm_mock *m, uint64_t key,
		      struct tiermm_result *result)
{
	struct mock_page *page = tiermm__mock_find(&m->pages, key);

	if (!page) {
		answer(result, TIERMM_OUTCOME_ABSENT, 0);
		return;
	}
	m->node[page->node].used -= page->pages;
	answer(result, TIERMM_OUTCOME_DONE, page->pages);
	tiermm__mock_erase(&m->pages, page);
}

static int move_all(struct tiermm_mock *m, const struct tiermm_move *moves,
		    uint64_t n, struct tiermm_result *results)
{
	int32_t error = begin(m, TIERMM_MOCK_MOVE, n);
	struct tiermm_mock_call call = call_of(m, TIERMM_MOCK_MOVE, error);

	for (uint64_t i = 0; i < n; i++) {
		if (is_left_to_us(m, TIERMM_MOCK_MOVE, error, &results[i]))
			move_page(m, &moves[i], &results[i]);
		call.page = moves[i].page;
		call.from = moves[i].from;
		call.to = moves[i].to;
		call.outcome = results[i].outcome;
		tiermm__mock_log_add(&m->log, &call);
	}
	if (!error)
		pass_time(m, TIERMM_MOCK_MOVE, n);
	return error;
}

static int drop_all(struct tiermm_mock *m, uint32_t verb, const uint64_t *pages,
		    uint64_t n, struct tiermm_result *results)
{
	int32_t error = begin(m, verb, n);
	struct tiermm_mock_call call = call_of(m, verb, error);

	for (uint64_t i = 0; i < n; i++) {
		if (is_left_to_us(m, verb, error, &results[i]))
			drop_page(m, pages[i], &results[i]);
		call.page = pages[i];
		call.outcome = results[i].outcome;
		tiermm__mock_log_add(&m->log, &call);
	}
	if (!error)
		pass_time(m, verb, n);
	return error;
}

static int locate_all(struct tiermm_mock *m, const uint64_t *pages, uint64_t n,
		      int32_t *nodes)
{
	int32_t error = begin(m, TIERMM_MOCK_LOCATE, n);
	struct tiermm_mock_call call = call_of(m, TIERMM_MOCK_LOCATE, error);

	for (uint64_t i = 0; i < n; i++) {
		nodes[i] = TIERMM_NO_NODE;
		if (!error) {
			nodes[i] = tiermm_mock_where(m, pages[i]);
			call.outcome = nodes[i] == TIERMM_NO_NODE
					       ? TIERMM_OUTCOME_ABSENT
					       : TIERMM_OUTCOME_DONE;
		}
		call.page = pages[i];
		call.to = nodes[i];
		tiermm__mock_log_add(&m->log, &call);
	}
	if (!error)
		pass_time(m, TIERMM_MOCK_LOCATE, n);
	return error;
}

static int headroom_all(struct tiermm_mock *m, const int32_t *nodes, uint64_t n,
			uint64_t *free_pages)
{
	int32_t error = begin(m, TIERMM_MOCK_HEADROOM, n);
	struct tiermm_mock_call call = call_of(m, TIERMM_MOCK_HEADROOM, error);

	for (uint64_t i = 0; i < n; i++) {
		int there = tiermm__mock_node_there(m, nodes[i]);

		free_pages[i] = 0;
		if (!error && there)
			free_pages[i] =
				tiermm__mock_node_free(&m->node[nodes[i]]);
		if (!error)
			call.outcome = there ? TIERMM_OUTCOME_DONE
					     : TIERMM_OUTCOME_TARGET_GONE;
		call.page = (uint64_t)nodes[i];
		tiermm__mock_log_add(&m->log, &call);
	}
	if (!error)
		pass_time(m, TIERMM_MOCK_HEADROOM, n);
	return error;
}

static int move(void *self, const struct tiermm_move *moves, uint64_t n,
		struct tiermm_result *results)
{
	int err = tiermm__mock_enter(self);

	if (err)
		return err;
	err = move_all(self, moves, n, results);
	tiermm__mock_leave(self);
	return err;
}

static int locate(void *self, const uint64_t *pages, uint64_t n, int32_t *nodes)
{
	int err = tiermm__mock_enter(self);

	if (err)
		return err;
	err = locate_all(self, pages, n, nodes);
	tiermm__mock_leave(self);
	return err;
}

static int headroom(void *self, const int32_t *nodes, uint64_t n,
		    uint64_t *free_pages)
{
	int err = tiermm__mock_enter(self);

	if (err)
		return err;
	err = headroom_all(self, nodes, n, free_pages);
	tiermm__mock_leave(self);
	return err;
}

static int drop(struct tiermm_mock *m, uint32_t verb, const uint64_t *pages,
		uint64_t n, struct tiermm_result *results)
{
	int err = tiermm__mock_enter(m);

	if (err)
		return err;
	err = drop_all(m, verb, pages, n, results);
	tiermm__mock_leave(m);
	return err;
}

static int page_out(void *self, const uint64_t *pages, uint64_t n,
		    struct tiermm_result *results)
{
	return drop(self, TIERMM_MOCK_PAGE_OUT, pages, n, results);
}

static int discard(void *self, const uint64_t *pages, uint64_t n,
		   struct tiermm_result *results)
{
	return drop(self, TIERMM_MOCK_DISCARD, pages, n, results);
}

void tiermm__mock_fill_table(struct tiermm_mock *m)
{
	m->ops = (struct tiermm_memops){
		.size = sizeof(m->ops),
		.name = "mock",
		.self = m,
		.move = move,
		.locate = locate,
		.headroom = headroom,
		.page_out = page_out,
		.discard = discard,
	};
}
