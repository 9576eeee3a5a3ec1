/* SPDX-License-Identifier: MIT */
/* The head of a log: what it is about, as JSON with a machine file inside. */
#include "log.h"

#include "reader.h"
#include "write.h"

#include <inttypes.h>
#include <string.h>

#define NAME_MOST 63
#define PAGES_MOST (INT64_C(1) << 48)

static int is_name(const char *text)
{
	size_t n = text ? strspn(text, "abcdefghijklmnopqrstuvwxyz"
				       "0123456789_+.-")
			: 0;

	return n > 0 && n <= NAME_MOST && !text[n];
}

static int is_sound(const struct tiermm_file_log_about *a)
{
	if ((a->policy && !is_name(a->policy)) ||
	    a->n_settings > TIERMM_FILE_SETTINGS_MAX ||
	    (a->n_settings && !a->settings) || a->page_bytes > INT32_MAX ||
	    a->reserved || a->pages > PAGES_MOST)
		return 0;
	for (uint64_t i = 0; i < a->n_settings; i++)
		if (!is_name(a->settings[i].name) ||
		    a->settings[i].value > INT64_MAX)
			return 0;
	return 1;
}

static int put_machine(struct tiermm__file_buffer *b,
		       const struct tiermm_topology *t,
		       struct tiermm_file_error *error)
{
	struct tiermm__file_buffer machine = { .text = NULL };
	int err = tiermm__file_write_machine(&machine, t, error);

	if (!err)
		err = machine.err;
	if (!err)
		tiermm__file_put(b, ",\n\"topology\":%s", machine.text);
	tiermm__file_drop(&machine);
	return err;
}

int tiermm__log_head_write(const struct tiermm_file_log_about *about,
			   char **text, uint64_t *bytes,
			   struct tiermm_file_error *error)
{
	struct tiermm__file_buffer b = { .text = NULL };
	int err = 0;

	if (!is_sound(about))
		return -TIERMM_EINVAL;
	tiermm__file_put(&b, "{\"page_bytes\":%" PRIu32 ",\"pages\":%" PRIu64,
			 about->page_bytes ? about->page_bytes : 4096,
			 about->pages);
	if (about->policy)
		tiermm__file_put(&b, ",\"policy\":\"%s\"", about->policy);
	tiermm__file_put(&b, ",\"settings\":{");
	for (uint64_t i = 0; i < about->n_settings; i++)
		tiermm__file_put(&b, "%s\"%s\":%" PRIu64, i ? "," : "",
				 about->settings[i].name,
				 about->settings[i].value);
	tiermm__file_put(&b, "}");
	if (about->topology)
		err = put_machine(&b, about->topology, error);
	tiermm__file_put(&b, "}\n");
	if (!err)
		err = b.err;
	if (err) {
		tiermm__file_drop(&b);
		return err;
	}
	*text = b.text;
	*bytes = b.length;
	return 0;
}

static int read_policy(struct tiermm__log_head *h,
		       struct tiermm__file_reader *r)
{
	const json_t *value = json_object_get(h->root, "policy");
	int err = 0;

	if (!value)
		return 0;
	h->about.policy = json_string_value(value);
	tiermm__file_enter(r, "policy");
	if (!is_name(h->about.policy))
		err = tiermm__file_unexpected(r, value, "a policy's name");
	tiermm__file_leave(r);
	return err;
}

static int read_setting(struct tiermm__log_head *h,
			struct tiermm__file_reader *r, const char *name,
			const json_t *value)
{
	struct tiermm_file_setting *out = &h->settings[h->about.n_settings];
	int64_t number;
	int err;

	if (!is_name(name) || h->about.n_settings == TIERMM_FILE_SETTINGS_MAX)
		return tiermm__file_fail(r, -TIERMM_EPROTO,
					 "has a malformed name, or more than "
					 "64 entries");
	tiermm__file_enter(r, name);
	err = tiermm__file_number(r, value, 0, INT64_MAX, &number);
	tiermm__file_leave(r);
	if (err)
		return err;
	out->name = name;
	out->value = (uint64_t)number;
	h->about.n_settings++;
	return 0;
}

static int read_settings(struct tiermm__log_head *h,
			 struct tiermm__file_reader *r)
{
	json_t *settings = json_object_get(h->root, "settings");
	const char *name;
	json_t *value;
	int err;

	if (!settings)
		return 0;
	tiermm__file_enter(r, "settings");
	err = tiermm__file_object(r, settings);
	if (!err)
		json_object_foreach(settings, name, value)
		{
			err = read_setting(h, r, name, value);
			if (err)
				break;
		}
	tiermm__file_leave(r);
	h->about.settings = h->settings;
	return err;
}

static int read_numbers(struct tiermm__log_head *h,
			struct tiermm__file_reader *r)
{
	int64_t page_bytes = 4096, pages = 0;
	int err = tiermm__file_optional(r, h->root, "page_bytes", 1, INT32_MAX,
					&page_bytes);

	if (!err)
		err = tiermm__file_optional(r, h->root, "pages", 0, PAGES_MOST,
					    &pages);
	h->about.page_bytes = (uint32_t)page_bytes;
	h->about.pages = (uint64_t)pages;
	return err;
}

static int read_machine(struct tiermm__log_head *h,
			struct tiermm__file_reader *r,
			const struct tiermm_alloc *mem)
{
	int err;

	if (!json_object_get(h->root, "topology"))
		return 0;
	err = tiermm_file_machine_parse(&h->machine, r->name, r->text, r->bytes,
					0, r->error, mem);
	if (!err)
		h->about.topology = tiermm_file_machine_topology(h->machine);
	return err;
}

int tiermm__log_head_read(struct tiermm__log_head *h, const char *name,
			  const char *text, uint64_t bytes,
			  struct tiermm_file_error *error,
			  const struct tiermm_alloc *mem)
{
	struct tiermm__file_reader r = { .name = name,
					 .text = text,
					 .bytes = bytes,
					 .error = error };
	int err = 0;

	h->root = tiermm__file_load(&r, &err);
	if (!err)
		err = tiermm__file_object(&r, h->root);
	if (!err)
		err = read_numbers(h, &r);
	if (!err)
		err = read_policy(h, &r);
	if (!err)
		err = read_settings(h, &r);
	if (!err)
		err = read_machine(h, &r, mem);
	return err;
}

void tiermm__log_head_drop(struct tiermm__log_head *h)
{
	tiermm_file_machine_destroy(h->machine);
	json_decref(h->root);
}
