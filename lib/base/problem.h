/* SPDX-License-Identifier: MIT */
/*
 * How the core says what was wrong with a description.
 */
#ifndef TIERMM_BASE_PROBLEM_H
#define TIERMM_BASE_PROBLEM_H

#include <tiermm/error.h>

/*
 * Copy what was found to the caller's structure, if there is one of at least
 * our size; its size and flags stay. Returns found->error, so that
 *
 *     return tiermm__problem_report(problem, &(struct tiermm_problem){
 *             .error = -TIERMM_EINVAL, .what = TIERMM_PROBLEM_EMPTY,
 *             .node = TIERMM_NO_NODE, .other = TIERMM_NO_NODE });
 */
int tiermm__problem_report(struct tiermm_problem *out,
			   const struct tiermm_problem *found);

#endif
