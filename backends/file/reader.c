/* SPDX-License-Identifier: MIT */
/* Typed values out of a JSON document, and complaints about them. */
#include "reader.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MEBIBYTE 1048576.0
/* 2^64 bytes, in MiB. */
#define MEBIBYTES_LIMIT 17592186044416.0

void tiermm__file_enter(struct tiermm__file_reader *r, const char *key)
{
	r->place[r->depth++] = (struct tiermm__file_place){ key, 0 };
}

void tiermm__file_enter_at(struct tiermm__file_reader *r, uint64_t index)
{
	r->place[r->depth++] = (struct tiermm__file_place){ NULL, index };
}

void tiermm__file_leave(struct tiermm__file_reader *r)
{
	r->depth--;
}

/* "nodes[3].mem_mb"; "the document" at the top. */
static void path_text(const struct tiermm__file_reader *r, char *out,
		      uint64_t cap)
{
	uint64_t used = 0;

	snprintf(out, (size_t)cap, "the document");
	for (uint32_t i = 0; i < r->depth && used < cap; i++) {
		const struct tiermm__file_place *p = &r->place[i];
		int n;

		if (p->key)
			n = snprintf(out + used, (size_t)(cap - used), "%s%s",
				     i ? "." : "", p->key);
		else
			n = snprintf(out + used, (size_t)(cap - used),
				     "[%" PRIu64 "]", p->index);
		used += n > 0 ? (uint64_t)n : 0;
	}
}

int tiermm__file_fail(const struct tiermm__file_reader *r, int err,
		      const char *format, ...)
{
	struct tiermm__file_position at;
	char path[128], what[256];
	va_list arguments;

	at = tiermm__file_locate(r->text, r->bytes, r->place, r->depth);
	path_text(r, path, sizeof(path));
	va_start(arguments, format);
	vsnprintf(what, sizeof(what), format, arguments);
	va_end(arguments);
	return tiermm__file_report(r->error, err, at.line, at.column,
				   "%.96s:%" PRIu32 ": %s %s", r->name, at.line,
				   path, what);
}

static void describe(const json_t *value, char *out, size_t cap)
{
	switch (json_typeof(value)) {
	case JSON_INTEGER:
		snprintf(out, cap, "%" JSON_INTEGER_FORMAT,
			 json_integer_value(value));
		break;
	case JSON_REAL:
		snprintf(out, cap, "%g", json_real_value(value));
		break;
	case JSON_STRING:
		snprintf(out, cap, "\"%.40s\"", json_string_value(value));
		break;
	case JSON_OBJECT:
		snprintf(out, cap, "an object");
		break;
	case JSON_ARRAY:
		snprintf(out, cap, "a list of %zu", json_array_size(value));
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		snprintf(out, cap, "%s",
			 json_is_true(value) ? "true" : "false");
		break;
	default:
		snprintf(out, cap, "null");
	}
}

int tiermm__file_unexpected(const struct tiermm__file_reader *r,
			    const json_t *value, const char *expected)
{
	char is[64] = "missing";

	if (value)
		describe(value, is, sizeof(is));
	return tiermm__file_fail(r, -TIERMM_EPROTO, "is %s, expected %s", is,
				 expected);
}

int tiermm__file_number(const struct tiermm__file_reader *r,
			const json_t *value, int64_t low, int64_t high,
			int64_t *out)
{
	char expected[80];
	json_int_t number = value ? json_integer_value(value) : 0;

	if (json_is_integer(value) && number >= low && number <= high) {
		*out = number;
		return 0;
	}
	snprintf(expected, sizeof(expected),
		 "a whole number from %" PRId64 " to %" PRId64, low, high);
	return tiermm__file_unexpected(r, value, expected);
}

int tiermm__file_optional(struct tiermm__file_reader *r, const json_t *object,
			  const char *key, int64_t low, int64_t high,
			  int64_t *out)
{
	const json_t *value = json_object_get(object, key);

	if (!value || json_is_null(value))
		return 0;
	return tiermm__file_required(r, object, key, low, high, out);
}

int tiermm__file_optional_flag(struct tiermm__file_reader *r,
			       const json_t *object, const char *key, int *out)
{
	const json_t *value = json_object_get(object, key);
	int err = 0;

	if (!value || json_is_null(value))
		return 0;
	tiermm__file_enter(r, key);
	if (!json_is_boolean(value))
		err = tiermm__file_unexpected(r, value, "true or false");
	else
		*out = json_is_true(value);
	tiermm__file_leave(r);
	return err;
}

int tiermm__file_required(struct tiermm__file_reader *r, const json_t *object,
			  const char *key, int64_t low, int64_t high,
			  int64_t *out)
{
	int err;

	tiermm__file_enter(r, key);
	err = tiermm__file_number(r, json_object_get(object, key), low, high,
				  out);
	tiermm__file_leave(r);
	return err;
}

/* Exact: 2^44 MiB of at least 256 pages each need 52 bits of a double. */
static int to_pages(const json_t *value, uint64_t page_bytes, uint64_t *pages)
{
	double mebibytes = json_number_value(value);
	double exact = mebibytes * (MEBIBYTE / (double)page_bytes);

	if (!json_is_number(value) || !(mebibytes >= 0) ||
	    mebibytes >= MEBIBYTES_LIMIT)
		return 0;
	*pages = (uint64_t)exact;
	return (double)*pages == exact;
}

int tiermm__file_mebibytes(struct tiermm__file_reader *r, const json_t *object,
			   const char *key, uint64_t page_bytes,
			   uint64_t *pages)
{
	const json_t *value = json_object_get(object, key);
	char expected[80];
	int err = 0;

	tiermm__file_enter(r, key);
	if (!to_pages(value, page_bytes, pages)) {
		snprintf(expected, sizeof(expected),
			 "0 to 17592186044415 MiB, in pages of %" PRIu64
			 " bytes",
			 page_bytes);
		err = tiermm__file_unexpected(r, value, expected);
	}
	tiermm__file_leave(r);
	return err;
}

int tiermm__file_list(struct tiermm__file_reader *r, const json_t *object,
		      const char *key, uint64_t most, json_t **out)
{
	json_t *value = json_object_get(object, key);
	char expected[64];
	int err = 0;

	*out = NULL;
	if (!value || json_is_null(value))
		return 0;
	tiermm__file_enter(r, key);
	if (!json_is_array(value) || json_array_size(value) > most) {
		snprintf(expected, sizeof(expected),
			 "a list of at most %" PRIu64, most);
		err = tiermm__file_unexpected(r, value, expected);
	} else {
		*out = value;
	}
	tiermm__file_leave(r);
	return err;
}

int tiermm__file_object(const struct tiermm__file_reader *r,
			const json_t *value)
{
	if (json_is_object(value))
		return 0;
	return tiermm__file_unexpected(r, value, "an object");
}

int tiermm__file_next(struct tiermm__file_reader *r, const json_t *list,
		      uint64_t index, json_t **item)
{
	*item = json_array_get(list, (size_t)index);
	if (!*item)
		return 0;
	tiermm__file_enter_at(r, index);
	return 1;
}
