/* SPDX-License-Identifier: MIT */
/*
 * Broken invariants stop the program at once, in builds with
 * TIERMM_DEBUG_CHECKS only. Wrong input never gets here: it is an error code.
 */
#ifndef TIERMM_BASE_ASSERT_H
#define TIERMM_BASE_ASSERT_H

#ifdef TIERMM_DEBUG_CHECKS
#define TIERMM_ASSERT(condition)          \
	do {                              \
		if (!(condition))         \
			__builtin_trap(); \
	} while (0)
#else
#define TIERMM_ASSERT(condition) ((void)sizeof(condition))
#endif

#endif
