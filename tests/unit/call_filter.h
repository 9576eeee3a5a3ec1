/* SPDX-License-Identifier: MIT */
/*
 * Operations under a seccomp filter: a child that may make the calls that are
 * named, and dies of SIGSYS for any other. It is given memory, so that the
 * allocator's calls are not seen.
 */
#ifndef TESTS_UNIT_CALL_FILTER_H
#define TESTS_UNIT_CALL_FILTER_H

#include <tiermm/alloc.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CALL_FILTER_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define CALL_FILTER_SANITIZED 1
#endif
#endif
#ifndef CALL_FILTER_SANITIZED
#define CALL_FILTER_SANITIZED 0
#endif

/* Calls that an operation may need; read(2) is number 0 on some machines. */
#define CALLS 6
#define NO_CALL (-1)

/* Memory of the child, taken from one block and never given back. */
extern const struct tiermm_alloc call_filter_mem;

/*
 * Run an operation under the filter: its result, -1 if it was killed, or
 * CALL_FILTER_NONE where no filter can be set.
 */
#define CALL_FILTER_NONE 99
int call_filter_run(const long calls[CALLS], int (*operation)(void *),
		    void *with);

/* Skip the test under sanitizers: they make calls of their own. */
void call_filter_skip(void);

/* The operation must return 0 with these calls; skips where it cannot run. */
void call_filter_allow(const long calls[CALLS], int (*operation)(void *),
		       void *with);

#endif
