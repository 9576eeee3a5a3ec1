/* SPDX-License-Identifier: MIT */
/* Numbers and lists as the kernel writes them. */
#include "parse.h"

#include <string.h>

static int is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\t';
}

static int at_digit(const struct cursor *c)
{
	return c->at < c->end && *c->at >= '0' && *c->at <= '9';
}

struct cursor tiermm__linux_cursor(const char *text, size_t length)
{
	while (length && is_space(text[length - 1]))
		length--;
	return (struct cursor){ text, text + length };
}

int tiermm__linux_number(struct cursor *c, uint64_t max, uint64_t *out)
{
	struct cursor next = *c;
	uint64_t value = 0;

	if (!at_digit(&next))
		return -1;
	for (; at_digit(&next); next.at++) {
		uint64_t digit = (uint64_t)(*next.at - '0');

		if (digit > max || value > (max - digit) / 10)
			return -1;
		value = value * 10 + digit;
	}
	*c = next;
	*out = value;
	return 0;
}

int tiermm__linux_only_number(struct cursor c, uint64_t max, uint64_t *out)
{
	uint64_t value;

	if (tiermm__linux_number(&c, max, &value) || c.at != c.end)
		return -1;
	*out = value;
	return 0;
}

int tiermm__linux_take(struct cursor *c, char expected)
{
	if (c->at == c->end || *c->at != expected)
		return 0;
	c->at++;
	return 1;
}

size_t tiermm__linux_blanks(struct cursor *c)
{
	size_t n = 0;

	while (tiermm__linux_take(c, ' ') || tiermm__linux_take(c, '\t'))
		n++;
	return n;
}

int tiermm__linux_word(struct cursor *c, const char *word)
{
	size_t length = strlen(word);

	if ((size_t)(c->end - c->at) < length || memcmp(c->at, word, length))
		return 0;
	c->at += length;
	return 1;
}

int tiermm__linux_range(struct cursor *c, uint64_t max, uint64_t *first,
			uint64_t *last)
{
	if (c->at == c->end)
		return 0;
	if (tiermm__linux_number(c, max, first))
		return -1;
	*last = *first;
	if (tiermm__linux_take(c, '-') &&
	    (tiermm__linux_number(c, max, last) || *last < *first))
		return -1;
	if (tiermm__linux_take(c, ','))
		return at_digit(c) ? 1 : -1;
	return c->at == c->end ? 1 : -1;
}

int tiermm__linux_nodes(struct cursor c, struct tiermm_nodeset *out)
{
	uint64_t first, last;
	int got;

	memset(out, 0, sizeof(*out));
	while ((got = tiermm__linux_range(&c, TIERMM_MAX_NODES - 1, &first,
					  &last)) > 0)
		for (; first <= last; first++)
			tiermm_nodeset_add(out, (int32_t)first);
	return got;
}
