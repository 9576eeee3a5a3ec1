/* SPDX-License-Identifier: MIT */
/* A layout in JSON: {"last_frame":..., "ranges":[{"first":..., ...}]}. */
#include "layout.h"

#include <stdlib.h>
#include <string.h>

#define FRAME_MOST ((int64_t)TIERMM_LAYOUT_FRAMES - 1)
/* Room for a frame in hexadecimal. */
#define DIGITS_MOST 16

/* "0x1000": a string that holds a hexadecimal number. */
static int hexadecimal(const json_t *value, int64_t *out)
{
	const char *text = json_string_value(value);
	size_t length;

	if (!text || text[0] != '0' || text[1] != 'x')
		return 0;
	length = strspn(text + 2, "0123456789abcdefABCDEF");
	if (!length || length >= DIGITS_MOST || text[2 + length])
		return 0;
	*out = (int64_t)strtoull(text, NULL, 16);
	return *out <= FRAME_MOST;
}

static int read_frame(struct tiermm__file_reader *r, const json_t *object,
		      const char *key, uint64_t *out)
{
	int64_t value = 0;
	int err = 0;

	tiermm__file_enter(r, key);
	if (!hexadecimal(json_object_get(object, key), &value))
		err = tiermm__file_number(r, json_object_get(object, key), 0,
					  FRAME_MOST, &value);
	if (!err)
		tiermm__file_leave(r);
	*out = (uint64_t)value;
	return err;
}

static int read_range(struct tiermm__file_reader *r, const json_t *object,
		      struct tiermm_layout_range *range)
{
	int64_t node = 0;
	int err;

	err = tiermm__file_object(r, object);
	if (!err)
		err = read_frame(r, object, "first", &range->first);
	if (!err)
		err = read_frame(r, object, "last", &range->last);
	if (!err)
		err = tiermm__file_required(r, object, "node", 0,
					    TIERMM_MAX_NODES - 1, &node);
	range->node = (int32_t)node;
	return err;
}

static int read_ranges(struct tiermm__file_layout *f, const json_t *list)
{
	struct tiermm__file_reader *r = &f->reader;
	json_t *item;
	int err;

	if (!list)
		return 0;
	err = tiermm__file_layout_reserve(f, json_array_size(list));
	if (err)
		return err;
	tiermm__file_enter(r, "ranges");
	while (tiermm__file_next(r, list, f->n, &item)) {
		struct tiermm_layout_range range = { .first = 0 };

		err = read_range(r, item, &range);
		if (err)
			return err;
		f->ranges[f->n++] = range;
		tiermm__file_leave(r);
	}
	tiermm__file_leave(r);
	return 0;
}

static int read_document(struct tiermm__file_layout *f, const json_t *root)
{
	json_t *list = NULL;
	uint64_t last = 0;
	int err;

	err = tiermm__file_object(&f->reader, root);
	if (!err && json_object_get(root, "last_frame"))
		err = read_frame(&f->reader, root, "last_frame", &last);
	if (!err && !f->options.last_frame)
		f->options.last_frame = last;
	if (!err)
		err = tiermm__file_list(&f->reader, root, "ranges",
					TIERMM_LAYOUT_RANGES, &list);
	return err ? err : read_ranges(f, list);
}

int tiermm__file_layout_json(struct tiermm__file_layout *f)
{
	json_t *root;
	int err = 0;

	root = tiermm__file_load(&f->reader, &err);
	if (err)
		return err;
	err = read_document(f, root);
	json_decref(root);
	return err;
}
