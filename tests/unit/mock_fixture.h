/* SPDX-License-Identifier: MIT */
/* What the mock's tests share: a mock a test, and calls that must work. */
#ifndef TIERMM_TESTS_UNIT_MOCK_FIXTURE_H
#define TIERMM_TESTS_UNIT_MOCK_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <tiermm/backends/mock.h>

static inline struct tiermm_mock *make_mock(struct tiermm_mock_options o)
{
	struct tiermm_mock *m;

	o.size = sizeof(o);
	assert_int_equal(tiermm_mock_create(&m, &o, NULL), 0);
	return m;
}

static inline int setup_mock(void **state)
{
	*state = make_mock((struct tiermm_mock_options){ .flags = 0 });
	return 0;
}

static inline int teardown_mock(void **state)
{
	tiermm_mock_destroy(*state);
	return 0;
}

static inline void put(struct tiermm_mock *m, uint64_t page, int32_t node)
{
	assert_int_equal(tiermm_mock_put(m, page, node), 0);
}

/* Move one page; what became of it. The call as a whole must work. */
static inline struct tiermm_result move_one(struct tiermm_mock *m,
					    uint64_t page, int32_t to)
{
	const struct tiermm_memops *ops = tiermm_mock_memops(m);
	struct tiermm_move move = { .page = page,
				    .pages = 1,
				    .from = TIERMM_NO_NODE,
				    .to = to };
	struct tiermm_result result = { .outcome = TIERMM_OUTCOME_UNKNOWN };

	assert_int_equal(ops->move(ops->self, &move, 1, &result), 0);
	return result;
}

static inline uint64_t free_pages(struct tiermm_mock *m, int32_t node)
{
	const struct tiermm_memops *ops = tiermm_mock_memops(m);
	uint64_t pages;

	assert_int_equal(ops->headroom(ops->self, &node, 1, &pages), 0);
	return pages;
}

static inline struct tiermm_mock_call logged(const struct tiermm_mock *m,
					     uint64_t index)
{
	struct tiermm_mock_call call;

	assert_int_equal(tiermm_mock_call_at(m, index, &call), 0);
	return call;
}

#endif
