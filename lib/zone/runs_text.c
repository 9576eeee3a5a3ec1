/* SPDX-License-Identifier: MIT */
/* A sequence of blocks as one line: M×24 N MMM N. */
#include "base/line.h"

#include <tiermm/error.h>
#include <tiermm/zone_plan.h>

/* Longer runs are counted. */
#define SPELLED 4

static void put_run(struct tiermm__line *line,
		    const struct tiermm_zone_run *run)
{
	char letter = run->movable ? 'M' : 'N';

	if (run->blocks > SPELLED) {
		tiermm__line_char(line, letter);
		tiermm__line_text(line, "\303\227"); /* U+00D7, as UTF-8 */
		tiermm__line_u64(line, run->blocks);
		return;
	}
	for (uint64_t i = 0; i < run->blocks; i++)
		tiermm__line_char(line, letter);
}

int tiermm_zone_runs_text(const struct tiermm_zone_run *runs, uint64_t n,
			  char *out, uint64_t cap, uint64_t *n_out)
{
	struct tiermm__line line;

	if ((!runs && n) || tiermm__line_start(&line, out, cap))
		return -TIERMM_EINVAL;
	for (uint64_t i = 0; i < n; i++) {
		if (i)
			tiermm__line_char(&line, ' ');
		put_run(&line, &runs[i]);
	}
	return tiermm__line_finish(&line, n_out);
}
