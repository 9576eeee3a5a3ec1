/* SPDX-License-Identifier: MIT */
/*
 * An allocator that fails where it is told to, and counts.
 *
 *     for (uint64_t k = 0, done = 0; !done; k++) {
 *             struct failing f = { .fail_at = k };
 *             struct tiermm_alloc mem = failing_alloc(&f);
 *             int err = tiermm_X_create(&x, ..., &mem);
 *             done = err == 0;
 *             assert_true(done || err == -TIERMM_ENOMEM);
 *             tiermm_X_destroy(x);
 *             assert_true(failing_is_clean(&f));
 *     }
 */
#ifndef TESTS_SUPPORT_FAILING_H
#define TESTS_SUPPORT_FAILING_H

#include <tiermm/alloc.h>

/* For fail_at: no call fails. */
#define FAILING_NEVER UINT64_MAX

struct failing {
	uint64_t fail_at;    /* number of the call that gets NULL, from 0 */
	uint64_t calls;      /* calls to alloc so far */
	uint64_t live;       /* blocks out now */
	uint64_t live_bytes; /* bytes in them */
	uint64_t mistakes;   /* freed with a wrong size, or 0 bytes asked */
};

struct tiermm_alloc failing_alloc(struct failing *f);

/* 1 where every block came back, with the size that it was asked with. */
int failing_is_clean(const struct failing *f);

#endif
