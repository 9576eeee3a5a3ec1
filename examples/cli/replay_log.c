/* SPDX-License-Identifier: MIT */
/*
 * A log step by step: as much of it in memory as the step has. What is damaged
 * ends it, and what stands before that is good; but a step that it ends in may
 * have lost its end, and is none.
 */
#include "replay.h"

#include <stdlib.h>
#include <string.h>

enum {
	FIRST_ROOM = 8192
};

int replay_log_open(struct replay_log *log, const char *path)
{
	struct tiermm_file_log_input input = { .size = sizeof(input),
					       .path = path };
	struct tiermm_file_error error = { .size = sizeof(error) };
	int err;

	*log = (struct replay_log){ .room = FIRST_ROOM };
	log->records = calloc(log->room, sizeof(*log->records));
	if (!log->records)
		return fail(STATUS_UNREADABLE, "out of memory");
	err = tiermm_file_log_open(&log->file, &input, &error, NULL);
	if (!err)
		return STATUS_DONE;
	return fail(STATUS_UNREADABLE, "%s",
		    error.text[0] ? error.text : tiermm_strerror(err));
}

void replay_log_close(struct replay_log *log)
{
	tiermm_file_log_destroy(log->file);
	free(log->records);
	log->file = NULL;
	log->records = NULL;
}

static int grow(struct replay_log *log)
{
	void *more = reallocarray(log->records, log->room * 2,
				  sizeof(*log->records));

	if (!more)
		return fail(STATUS_UNREADABLE, "out of memory");
	log->records = more;
	log->room *= 2;
	return STATUS_DONE;
}

/* As much as there is room for: what was seen is looked at again. */
static void fill(struct replay_log *log)
{
	struct tiermm_file_error error = { .size = sizeof(error) };
	uint64_t n = 0;
	int err;

	while (!log->ended && log->n < log->room) {
		err = tiermm_file_log_next(log->file, &log->records[log->n],
					   log->room - log->n, &n, &error);
		log->n += n;
		log->read += n;
		log->ended = err || !n;
		if (err)
			snprintf(log->damage, sizeof(log->damage), "%s",
				 error.text[0] ? error.text
					       : tiermm_strerror(err));
	}
}

static int read_on(struct replay_log *log)
{
	int status = STATUS_DONE;

	if (log->at) {
		memmove(log->records, &log->records[log->at],
			(log->n - log->at) * sizeof(*log->records));
		log->n -= log->at;
		log->at = 0;
	}
	if (log->n == log->room)
		status = grow(log);
	if (!status)
		fill(log);
	return status;
}

/* How many records are fit to be used: to the end of a step, or without one. */
static uint64_t fit(const struct replay_log *log)
{
	struct tiermm_logged_step step = { .size = sizeof(step) };
	uint64_t left = log->n - log->at;

	/* No step, and no end of it in sight: they need not stay in memory. */
	if (tiermm_log_step(&log->records[log->at], left, 0, &step))
		return log->ended || left == log->room ? left : 0;
	if (step.end < left)
		return step.end;
	return log->ended && !log->damage[0] ? left : 0;
}

uint64_t replay_log_step(struct replay_log *log, int *status)
{
	uint64_t n = 0;

	*status = STATUS_DONE;
	while (!*status) {
		n = fit(log);
		if (n || log->ended)
			return n;
		*status = read_on(log);
	}
	return 0;
}
