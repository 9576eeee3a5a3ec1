/* SPDX-License-Identifier: MIT */
/* The decision log that a command writes, and the settings in its head. */
#include "decisions.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
	RING = 1 << 18
};

static const char strategy[] = "strategy";

/* Words stand as their numbers. */
static uint64_t gather(const struct policy_options *o,
		       struct tiermm_file_setting *out)
{
	uint32_t index = 0;
	const char *name;
	char text[32];
	uint64_t n = 0;

	while (policy_options_next(o, &index, &name, text, sizeof(text)))
		out[n++] = (struct tiermm_file_setting){ name,
							 o->value[index - 1] };
	return n;
}

int decisions_settings(struct policy_options *out,
		       const struct tiermm_file_log_about *about)
{
	int status = STATUS_DONE;

	for (uint64_t i = 0; i < about->n_settings && !status; i++) {
		const struct tiermm_file_setting *s = &about->settings[i];
		const char *word = NULL;
		char text[96];

		if (strcmp(s->name, strategy) != 0) {
			status = policy_option_set(out, s->name, s->value);
			continue;
		}
		if (s->value < TIERMM_STRATEGIES)
			word = tiermm_strategy_name((uint32_t)s->value);
		snprintf(text, sizeof(text), "%s=%s", strategy,
			 word ? word : "unknown");
		status = policy_option_take(out, "setting", text, strlen(text));
	}
	return status;
}

int decisions_take_path(const char **out, const char *value)
{
	*out = value;
	if (strcmp(value, "-") != 0)
		return STATUS_DONE;
	return fail(STATUS_USAGE,
		    "--log '-', expected a file: standard output has the "
		    "table");
}

int decisions_open(struct decisions *d, const char *path,
		   struct tiermm_file_log_about *about,
		   const struct policy_options *settings,
		   struct tiermm_file_error *error)
{
	struct tiermm_file_setting named[POLICY_OPTIONS];
	struct tiermm_file_log_output output = { .size = sizeof(output),
						 .path = path };

	d->path = path;
	d->log = (struct tiermm_log){ .size = sizeof(d->log),
				      .capacity = RING,
				      .kinds = TIERMM_LOG_ALL };
	d->log.records = calloc(RING, sizeof(*d->log.records));
	if (!d->log.records)
		return -TIERMM_ENOMEM;
	about->settings = named;
	about->n_settings = gather(settings, named);
	return tiermm_file_log_writer_create(&d->writer, &output, about, error,
					     NULL);
}

int decisions_take(struct decisions *d, struct tiermm_engine *e)
{
	uint64_t lost = 0;

	if (!d->writer)
		return 0;
	if (!d->err)
		d->err = tiermm_file_log_writer_take(d->writer, e, &lost);
	d->lost += lost;
	return d->err;
}

int decisions_close(struct decisions *d)
{
	int err = d->writer ? tiermm_file_log_writer_finish(d->writer) : 0;

	tiermm_file_log_writer_destroy(d->writer);
	free(d->log.records);
	d->writer = NULL;
	d->log.records = NULL;
	if (d->lost)
		fprintf(stderr,
			"tiermm: %s: %" PRIu64 " records gave way before they "
			"were written\n",
			d->path, d->lost);
	d->lost = 0;
	return err;
}
