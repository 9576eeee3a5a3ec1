/* SPDX-License-Identifier: MIT */
/*
 * A scanner that walks JSON text along a path. It relies on the text having
 * been parsed before, but not for staying inside it.
 */
#include "locate.h"

#include <string.h>

struct scan {
	const char *text;
	uint64_t bytes;
};

/* The character at a place; zero, which JSON text never holds, at the end. */
static char look(const struct scan *s, uint64_t at)
{
	return at < s->bytes ? s->text[at] : '\0';
}

static uint64_t skip_space(const struct scan *s, uint64_t at)
{
	while (look(s, at) == ' ' || look(s, at) == '\t' ||
	       look(s, at) == '\n' || look(s, at) == '\r')
		at++;
	return at;
}

/* From an opening quote to behind the closing one. */
static uint64_t skip_string(const struct scan *s, uint64_t at)
{
	for (at++; at < s->bytes && s->text[at] != '"'; at++)
		if (s->text[at] == '\\')
			at++;
	return at + 1;
}

/* To the comma or bracket that ends the value which begins here. */
static uint64_t skip_value(const struct scan *s, uint64_t at)
{
	uint64_t open = 0;

	while (at < s->bytes) {
		char c = s->text[at];

		if (!open && (c == ',' || c == ']' || c == '}'))
			return at;
		if (c == '"') {
			at = skip_string(s, at);
			continue;
		}
		if (c == '[' || c == '{')
			open++;
		else if (c == ']' || c == '}')
			open--;
		at++;
	}
	return s->bytes;
}

/* Keys that are written with escapes are not recognised. */
static int key_is(const struct scan *s, uint64_t at, const char *key)
{
	uint64_t length = strlen(key);

	return at + length + 2 <= s->bytes &&
	       !memcmp(s->text + at + 1, key, (size_t)length) &&
	       s->text[at + 1 + length] == '"';
}

/* From an object's brace to a member's value; to the brace if none is so. */
static uint64_t enter_object(const struct scan *s, uint64_t object,
			     const char *key)
{
	uint64_t at = object;

	do {
		uint64_t name = skip_space(s, at + 1);

		if (look(s, name) != '"')
			break;
		at = skip_space(s, skip_string(s, name));
		at = skip_space(s, at + 1);
		if (key_is(s, name, key))
			return at;
		at = skip_value(s, at);
	} while (look(s, at) == ',');
	return object;
}

/* From a list's bracket to one of its values. */
static uint64_t enter_list(const struct scan *s, uint64_t list, uint64_t index)
{
	uint64_t at = list;

	for (uint64_t i = 0; i < index; i++) {
		at = skip_value(s, at + 1);
		if (look(s, at) != ',')
			return list;
	}
	return skip_space(s, at + 1);
}

static struct tiermm__file_position position_of(const struct scan *s,
						uint64_t at)
{
	struct tiermm__file_position p = { 1, 1 };

	for (uint64_t i = 0; i < at && i < s->bytes; i++) {
		p.column++;
		if (s->text[i] == '\n') {
			p.line++;
			p.column = 1;
		}
	}
	return p;
}

struct tiermm__file_position
tiermm__file_locate(const char *text, uint64_t bytes,
		    const struct tiermm__file_place *path, uint32_t depth)
{
	const struct scan s = { text, bytes };
	uint64_t at = skip_space(&s, 0);

	for (uint32_t i = 0; i < depth; i++) {
		uint64_t next;

		if (path[i].key && look(&s, at) == '{')
			next = enter_object(&s, at, path[i].key);
		else if (!path[i].key && look(&s, at) == '[')
			next = enter_list(&s, at, path[i].index);
		else
			break;
		if (next == at)
			break;
		at = next;
	}
	return position_of(&s, at);
}
