/* SPDX-License-Identifier: MIT */
/* A bar for long runs, with an estimate of what is left; for people only. */
#include "sim.h"

#include <time.h>
#include <unistd.h>

static struct {
	int is_off;
	int shown;
	double began;
	double last;
} bar;

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void sim_progress(const char *what, uint64_t done, uint64_t total)
{
	double now;

	if (bar.is_off || !isatty(STDERR_FILENO) ||
	    total == TIERMM_SIM_UNKNOWN || !done)
		return;
	now = seconds();
	if (bar.began == 0.0)
		bar.began = now;
	if (now - bar.began < 1.0 || now - bar.last < 0.2)
		return;
	bar.last = now;
	bar.shown = 1;
	fprintf(stderr, "\r%-16s %3d %%, %.0f s left \033[K", what,
		(int)(done * 100 / total),
		(now - bar.began) * (double)(total - done) / (double)done);
}

void sim_progress_end(void)
{
	if (bar.shown)
		fputs("\r\033[K", stderr);
	bar.shown = 0;
	bar.began = 0.0;
}

void sim_progress_off(void)
{
	bar.is_off = 1;
}
