/* SPDX-License-Identifier: MIT */
/* A fake kernel, pages of it to move, and what came of them. */
#ifndef TIERMM_LINUX_PAGES_FIXTURE_H
#define TIERMM_LINUX_PAGES_FIXTURE_H

#include <support/cmocka.h>

#include "../../backends/linux/pages.h"
#include "fake_kernel.h"

#include <errno.h>
#include <string.h>

static struct fake_kernel kernel;

static inline struct tiermm_linux_pages *
make(const struct tiermm_linux_pages_options *options)
{
	struct tiermm_linux_pages *p;

	assert_int_equal(tiermm__linux_pages_create(&p, options,
						    &fake_kernel_calls, &kernel,
						    NULL),
			 0);
	return p;
}

static inline struct tiermm_linux_pages *make_with(uint32_t flags,
						   uint32_t batch)
{
	struct tiermm_linux_pages_options o = { .size = sizeof(o),
						.flags = flags,
						.batch = batch };

	fake_kernel_init(&kernel);
	return make(&o);
}

static inline int move(struct tiermm_linux_pages *p,
		       const struct tiermm_move *moves, uint64_t n,
		       struct tiermm_result *results)
{
	struct tiermm_memops ops;

	assert_int_equal(tiermm_linux_pages_memops(p, &ops), 0);
	return ops.move(ops.self, moves, n, results);
}

static inline struct tiermm_move to_node(uint64_t page, int32_t to)
{
	return (struct tiermm_move){ .page = fake_page(page),
				     .pages = 1,
				     .from = 0,
				     .to = to };
}

static inline uint64_t counter(const struct tiermm_linux_pages *p,
			       uint32_t which)
{
	uint64_t out[TIERMM_LINUX_PAGES_COUNTERS];

	assert_int_equal(tiermm_linux_pages_counters(p, out,
						     TIERMM_LINUX_PAGES_COUNTERS,
						     NULL),
			 0);
	return out[which];
}

static inline void must_be(const struct tiermm_result *r, uint32_t outcome,
			   int error, uint64_t pages)
{
	assert_int_equal(r->outcome, outcome);
	assert_int_equal(r->error, error);
	assert_int_equal(r->pages, pages);
}

#endif
