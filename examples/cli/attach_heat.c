/* SPDX-License-Identifier: MIT */
/* Which pages were used since the last look, as samples for promotion. */
#include "attach.h"

enum {
	RUNS = 256
};

int heat_watch(struct tiering *t)
{
	return tiermm_linux_heat_watch(t->heat, t->known.ranges,
				       t->known.n_ranges, NULL);
}

static int take_pages(struct tiering *t, const uint64_t *keys, uint64_t n)
{
	struct tiermm_sample samples[CHUNK];
	uint64_t indices[CHUNK], known = 0;
	int err = pages_find(t, keys, n, indices);

	for (uint64_t i = 0; i < n && !err; i++) {
		if (indices[i] == TIERMM_PROMOTION_NO_INDEX)
			continue;
		samples[known++] = (struct tiermm_sample){
			.page = indices[i],
			.time_ns = t->now_ns,
			.accessor = TIERMM_NO_NODE,
			.kind = TIERMM_SAMPLE_SCAN,
		};
	}
	t->now.used += known;
	if (!err)
		err = tiermm_engine_samples(t->engine, samples, known);
	return err ? err : decisions_take(&t->log, t->engine);
}

/*
 * REFERENCED says how many pages of a mapping were used, and not which: all
 * of them count where half were.
 */
static int is_used(const struct tiering *t,
		   const struct tiermm_linux_heat_run *run)
{
	const struct known *k = &t->known;

	if (t->options->source != TIERMM_LINUX_HEAT_REFERENCED)
		return 1;
	for (uint64_t i = 0; i < k->n_ranges; i++)
		if (k->ranges[i].start <= run->page &&
		    run->page < k->ranges[i].end)
			return run->used * 2 >= k->ranges[i].rss_pages &&
			       k->ranges[i].rss_pages >= run->pages / CHUNK;
	return 0;
}

static int take_run(struct tiering *t, const struct tiermm_linux_heat_run *run)
{
	uint64_t keys[CHUNK], n = 0;
	int err = 0;

	if (!is_used(t, run))
		return 0;
	for (uint64_t i = 0; i < run->pages && !err; i++) {
		keys[n] = run->page + (i << PAGE_SHIFT);
		if (++n < CHUNK && i + 1 < run->pages)
			continue;
		err = take_pages(t, keys, n);
		n = 0;
	}
	return err;
}

int heat_read(struct tiering *t)
{
	struct tiermm_linux_heat_run runs[RUNS];
	uint32_t more = 1;
	int err = 0;

	while (more && !err) {
		uint64_t n = 0;

		err = tiermm_linux_heat_read(t->heat, runs, RUNS, &n, &more);
		for (uint64_t i = 0; i < n && !err; i++)
			err = take_run(t, &runs[i]);
	}
	return err;
}
