/* SPDX-License-Identifier: MIT */
/* Whether a document is a scenario; afterwards nothing in it can surprise. */
#include "scenario.h"

#include <string.h>

#define POLICIES_MOST 64
#define OPTIONS_MOST 64
#define PUBLISHED_MOST 64
#define OPTION_MOST INT64_C(1000000000000)
#define EVENTS_MOST 64
#define MS_MOST INT64_C(1000000000)
#define AMOUNT_MOST INT64_C(1000000000000)
#define PERCENT_MOST 1000000.0

static const char *const texts[] = { "name", "workload" };
static const char *const optional_texts[] = { "source", "differs", "machine" };
static const char *const published_texts[] = { "what", "measure", "policy",
					       "against" };

static int check_text(struct tiermm__file_reader *r, const json_t *object,
		      const char *key)
{
	const json_t *value = json_object_get(object, key);
	const char *text = json_string_value(value);
	int err = 0;

	tiermm__file_enter(r, key);
	if (!text || !*text)
		err = tiermm__file_unexpected(r, value, "a text");
	tiermm__file_leave(r);
	return err;
}

static int check_texts(struct tiermm__file_reader *r, const json_t *root)
{
	int err = 0;

	for (size_t i = 0; !err && i < sizeof(texts) / sizeof(texts[0]); i++)
		err = check_text(r, root, texts[i]);
	for (size_t i = 0;
	     !err && i < sizeof(optional_texts) / sizeof(optional_texts[0]);
	     i++)
		if (json_object_get(root, optional_texts[i]))
			err = check_text(r, root, optional_texts[i]);
	return err;
}

static int check_policies(struct tiermm__file_reader *r, const json_t *root)
{
	json_t *list, *item;
	int err;

	err = tiermm__file_list(r, root, "policies", POLICIES_MOST, &list);
	if (err || !list)
		return err;
	tiermm__file_enter(r, "policies");
	for (uint64_t i = 0; !err && tiermm__file_next(r, list, i, &item);
	     i++) {
		if (!json_is_string(item))
			err = tiermm__file_unexpected(r, item,
						      "a policy's name");
		tiermm__file_leave(r);
	}
	tiermm__file_leave(r);
	return err;
}

/* Names are followed by a zero byte in jansson, and hold none before it. */
static int check_options(struct tiermm__file_reader *r, json_t *root)
{
	json_t *options = json_object_get(root, "options");
	json_t *value;
	const char *key;
	int64_t number;
	int err = 0;

	if (!options)
		return 0;
	tiermm__file_enter(r, "options");
	err = tiermm__file_object(r, options);
	if (!err && json_object_size(options) > OPTIONS_MOST)
		err = tiermm__file_unexpected(r, options, "64 at most");
	if (!err)
		json_object_foreach(options, key, value)
		{
			err = tiermm__file_required(r, options, key, 0,
						    OPTION_MOST, &number);
			if (err)
				break;
		}
	tiermm__file_leave(r);
	return err;
}

int tiermm__file_event_unit(const char *key)
{
	return strcmp(key, "ms") != 0 && strcmp(key, "what") != 0 &&
	       strcmp(key, "node") != 0;
}

/* How much: one more member at most, a number or a text. */
static int check_amount(struct tiermm__file_reader *r, json_t *item)
{
	const char *key, *unit = NULL;
	json_t *value;
	int64_t number;
	int err = 0;

	json_object_foreach(item, key, value)
	{
		if (!tiermm__file_event_unit(key))
			continue;
		if (unit)
			return tiermm__file_fail(r, -TIERMM_EPROTO,
						 "has %.32s and %.32s, "
						 "expected one of them",
						 unit, key);
		unit = key;
		if (json_is_string(value))
			err = check_text(r, item, key);
		else
			err = tiermm__file_required(r, item, key, 0,
						    AMOUNT_MOST, &number);
		if (err)
			return err;
	}
	return 0;
}

static int check_event(struct tiermm__file_reader *r, json_t *item)
{
	int64_t number;
	int err = tiermm__file_object(r, item);

	if (!err)
		err = tiermm__file_required(r, item, "ms", 0, MS_MOST, &number);
	if (!err)
		err = check_text(r, item, "what");
	if (!err && json_object_get(item, "node"))
		err = tiermm__file_required(r, item, "node", 0,
					    TIERMM_MAX_NODES - 1, &number);
	return err ? err : check_amount(r, item);
}

static int check_events(struct tiermm__file_reader *r, const json_t *root)
{
	json_t *list, *item;
	int err;

	err = tiermm__file_list(r, root, "events", EVENTS_MOST, &list);
	if (err || !list)
		return err;
	tiermm__file_enter(r, "events");
	for (uint64_t i = 0; !err && tiermm__file_next(r, list, i, &item);
	     i++) {
		err = check_event(r, item);
		tiermm__file_leave(r);
	}
	tiermm__file_leave(r);
	return err;
}

static int check_percent(struct tiermm__file_reader *r, const json_t *object)
{
	const json_t *value = json_object_get(object, "percent");
	double percent = json_number_value(value);
	int err = 0;

	tiermm__file_enter(r, "percent");
	if (!json_is_number(value) || !(percent >= -PERCENT_MOST) ||
	    !(percent <= PERCENT_MOST))
		err = tiermm__file_unexpected(r, value, "a number of percent");
	tiermm__file_leave(r);
	return err;
}

static int check_number(struct tiermm__file_reader *r, const json_t *item)
{
	const size_t n = sizeof(published_texts) / sizeof(published_texts[0]);
	int err = tiermm__file_object(r, item);

	for (size_t i = 0; !err && i < n; i++)
		err = check_text(r, item, published_texts[i]);
	return err ? err : check_percent(r, item);
}

static int check_published(struct tiermm__file_reader *r, const json_t *root)
{
	json_t *list, *item;
	int err;

	err = tiermm__file_list(r, root, "published", PUBLISHED_MOST, &list);
	if (err || !list)
		return err;
	tiermm__file_enter(r, "published");
	for (uint64_t i = 0; !err && tiermm__file_next(r, list, i, &item);
	     i++) {
		err = check_number(r, item);
		tiermm__file_leave(r);
	}
	tiermm__file_leave(r);
	return err;
}

/* One machine: in a line, or as a machine file. */
static int check_machine(struct tiermm__file_reader *r, const json_t *root)
{
	const json_t *line = json_object_get(root, "machine");
	const json_t *file = json_object_get(root, "topology");

	if (!line == !file)
		return tiermm__file_fail(r, -TIERMM_EPROTO,
					 "has %s, expected \"machine\" (one "
					 "line) or \"topology\"",
					 line ? "two machines" : "no machine");
	return 0;
}

int tiermm__file_scenario_check(struct tiermm__file_reader *r, json_t *root)
{
	int err = tiermm__file_object(r, root);

	if (!err)
		err = check_texts(r, root);
	if (!err)
		err = check_machine(r, root);
	if (!err)
		err = check_policies(r, root);
	if (!err)
		err = check_options(r, root);
	if (!err)
		err = check_events(r, root);
	return err ? err : check_published(r, root);
}
