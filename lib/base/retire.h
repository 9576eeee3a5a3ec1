/* SPDX-License-Identifier: MIT */
/* Who gives published objects back, taken over from the caller. */
#ifndef TIERMM_BASE_RETIRE_H
#define TIERMM_BASE_RETIRE_H

#include <tiermm/retire.h>

/*
 * Copy a table; NULL gives one without functions. What it has beyond what this
 * library knows is not called. 0; -TIERMM_EINVAL: too small, cut, or without
 * one of its functions; -TIERMM_E2BIG: a flag is set.
 */
int tiermm__retire_adopt(struct tiermm_retire *dst,
			 const struct tiermm_retire *src);

#endif
