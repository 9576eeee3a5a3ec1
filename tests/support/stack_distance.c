/* SPDX-License-Identifier: MIT */
/* Stack distances by the book. */
#include "support/stack_distance.h"

#include <stdlib.h>
#include <string.h>

struct stack_distance {
	uint64_t room;
	uint64_t n;
	uint64_t *page; /* [0] is the last that was accessed */
};

struct stack_distance *stack_distance_create(uint64_t pages)
{
	struct stack_distance *s = calloc(1, sizeof(*s));

	if (!s)
		abort();
	s->room = pages;
	s->page = calloc(pages + 1, sizeof(*s->page));
	if (!s->page)
		abort();
	return s;
}

void stack_distance_destroy(struct stack_distance *s)
{
	free(s->page);
	free(s);
}

uint64_t stack_distance_next(struct stack_distance *s, uint64_t page)
{
	uint64_t at = 0;
	int found;

	while (at < s->n && s->page[at] != page)
		at++;
	found = at < s->n;
	if (!found) {
		if (s->n == s->room)
			abort();
		s->n++;
	}
	memmove(s->page + 1, s->page, at * sizeof(*s->page));
	s->page[0] = page;
	return found ? at : STACK_DISTANCE_FIRST;
}
