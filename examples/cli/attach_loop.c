/* SPDX-License-Identifier: MIT */
/*
 * Once an interval: what was used, where it is, what is to move. Ends when
 * the process does, at SIGINT or SIGTERM, or when its time is over.
 */
#include "attach.h"

#include <errno.h>
#include <signal.h>
#include <time.h>

static const uint64_t second_ns = 1000000000;
static volatile sig_atomic_t stopped;

static void stop(int number)
{
	(void)number;
	stopped = 1;
}

uint64_t clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * second_ns + (uint64_t)now.tv_nsec;
}

/* Until that time, or until a signal comes. */
static void sleep_until(uint64_t when)
{
	struct timespec t = { .tv_sec = (time_t)(when / second_ns),
			      .tv_nsec = (long)(when % second_ns) };

	while (!stopped && clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t,
					   NULL) == EINTR)
		;
}

static void read_allowed(struct tiering *t)
{
	struct tiermm_linux_pages_options o = { .size = sizeof(o),
						.pid = t->pid };

	/* On a described machine pages may go anywhere. */
	if (t->described || tiermm_linux_allowed(&o, &t->allowed, NULL, NULL))
		t->allowed = t->memory;
}

static int interval(struct tiering *t)
{
	int err;

	t->now_ns = clock_ns();
	read_allowed(t);
	err = rooms_follow_machine(t);
	if (!err)
		err = heat_read(t);
	if (!err)
		err = pages_survey(t);
	if (!err)
		err = step_move(t);
	if (!err)
		err = decisions_take(&t->log, t->engine);
	t->intervals++;
	return err;
}

static int is_over(const struct tiering *t)
{
	return t->options->seconds &&
	       t->now_ns - t->begun_ns >= t->options->seconds * second_ns;
}

/* Why it ended, as the last line says; NULL: it goes on. */
static const char *reason(const struct tiering *t, int err)
{
	if (err == -TIERMM_ENOENT || tiering_is_gone(t, err ? GONE_TRIES : 1))
		return "process ended";
	if (stopped)
		return "stopped";
	return is_over(t) ? "time is over" : NULL;
}

static int begin(struct tiering *t)
{
	struct sigaction action = { .sa_handler = stop };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	t->begun_ns = t->now_ns = clock_ns();
	return heat_watch(t);
}

int tiering_loop(struct tiering *t)
{
	uint64_t step_ns = t->options->interval_ms * 1000000, line_ns;
	const char *why = NULL;
	int err = begin(t);
	uint64_t next = t->begun_ns;

	line_ns = t->begun_ns + second_ns;
	while (!err && !why) {
		uint64_t now = clock_ns();

		next = next + step_ns > now ? next + step_ns : now;
		sleep_until(next);
		why = reason(t, 0);
		if (!why)
			err = interval(t);
		if (!why && !err && t->now_ns >= line_ns) {
			print_figures(t);
			line_ns = t->now_ns + second_ns - step_ns / 2;
		}
		if (!why)
			why = reason(t, err);
	}
	if (t->log.err)
		return fail(STATUS_UNREADABLE, "%s: %s", t->log.path,
			    tiermm_strerror(t->log.err));
	if (!why && err)
		return tiering_failed(t, err);
	print_end(t, why);
	return STATUS_DONE;
}
