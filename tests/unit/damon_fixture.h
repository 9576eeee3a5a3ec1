/* SPDX-License-Identifier: MIT */
/* A fake DAMON, and who watches through it. */
#ifndef TIERMM_DAMON_FIXTURE_H
#define TIERMM_DAMON_FIXTURE_H

#include <support/cmocka.h>
#include <support/failing.h>

#include "../../backends/linux/heat.h"
#include "fake_damon.h"

#include <errno.h>
#include <string.h>

#define PAGE UINT64_C(4096)
#define BASE UINT64_C(0x7f0000000000)
#define CONTEXT "0/contexts/0/"
#define ATTRIBUTES CONTEXT "monitoring_attrs/"

static struct fake_damon damon;

static inline int create_with(struct tiermm_linux_heat **h,
			      const struct tiermm_linux_heat_options *options,
			      const struct tiermm_alloc *mem)
{
	struct tiermm_linux_heat_options o = *options;

	o.size = sizeof(o);
	o.sys = "/fake";
	return tiermm__linux_heat_create(h, &o, &fake_damon_calls, &damon, mem);
}

/* Twenty looks an aggregation. */
static inline int create(struct tiermm_linux_heat **h)
{
	const struct tiermm_linux_heat_options o = {
		.source = TIERMM_LINUX_HEAT_DAMON,
		.pid = FAKE_DAMON_PID,
	};

	return create_with(h, &o, NULL);
}

static inline void must_be_empty(void)
{
	assert_string_equal(fake_damon_value(&damon, "nr_kdamonds"), "0");
	assert_int_equal(damon.is_on, 0);
	assert_int_equal(damon.open_files, 0);
}

static inline void must_hold(const char *name, const char *text)
{
	assert_string_equal(fake_damon_value(&damon, name), text);
}

#endif
