/* SPDX-License-Identifier: MIT */
/*
 * Stack distances by the book (Mattson et al., 1970), as an oracle: a list of
 * pages with the last one in front, in which each page is looked for. Slow,
 * and too plain to be wrong in the way a faster one could be.
 *
 *     struct stack_distance *s = stack_distance_create(pages);
 *     uint64_t d = stack_distance_next(s, page);
 *     hits_of_a_memory_of_c_pages += d < c;
 */
#ifndef TESTS_SUPPORT_STACK_DISTANCE_H
#define TESTS_SUPPORT_STACK_DISTANCE_H

#include <stdint.h>

/* The distance of a page that was not there before. */
#define STACK_DISTANCE_FIRST UINT64_MAX

struct stack_distance;

/* Room for so many different pages; aborts where there is no memory. */
struct stack_distance *stack_distance_create(uint64_t pages);
void stack_distance_destroy(struct stack_distance *s);

/* Other pages since this one was last there; then it is the last. */
uint64_t stack_distance_next(struct stack_distance *s, uint64_t page);

#endif
