/* SPDX-License-Identifier: MIT */
/* Part of a stream: skip, sample, merge, bound counts, limit, deal. */
#include "pages.h"
#include "source.h"

#include <stddef.h>

#define BATCH 1024
#define MOST_WINDOW 1048576

struct filter {
	struct tiermm_alloc mem;
	struct tiermm_sim_filter_options o;
	struct tiermm_sim_source *inner;
	uint64_t passed;  /* records given out */
	uint64_t skipped; /* records left out at the beginning */
	int ended;        /* the inner source has */
	struct tiermm__sim_dense sampled; /* pages that are kept */
	/* The window that is merged: records, and where each one's key is. */
	struct tiermm_sim_access *merged;
	uint64_t room; /* of merged */
	uint64_t n_merged;
	uint64_t at; /* those before it were given out */
	uint64_t in_window;
	uint32_t *slot; /* open addressing: index in merged + 1; 0: free */
	uint64_t slots;
	/* What was read of the inner source. */
	uint64_t have;
	uint64_t next;
	struct tiermm_sim_access batch[BATCH];
};

/* The next record of the inner source that is neither skipped nor sampled
 * away; *found is 0 at its end. */
static int pull(struct filter *f, struct tiermm_sim_access *out, int *found,
		struct tiermm_sim_error *error)
{
	int err;

	*found = 0;
	while (!f->ended) {
		if (f->next == f->have) {
			f->next = 0;
			f->have = 0;
			err = tiermm_sim_source_next(f->inner, f->batch, BATCH,
						     &f->have, error);
			if (err)
				return err;
			f->ended = !f->have;
			continue;
		}
		*out = f->batch[f->next++];
		if (f->skipped < f->o.skip) {
			f->skipped++;
			continue;
		}
		if (f->o.sample_pages <= 1) {
			*found = 1;
			return 0;
		}
		if (tiermm__sim_hash(out->page) % f->o.sample_pages)
			continue;
		*found = 1;
		return tiermm__sim_dense_of(&f->sampled, out->page, &out->page);
	}
	return 0;
}

static int is_same(const struct tiermm_sim_access *a,
		   const struct tiermm_sim_access *b)
{
	return a->page == b->page && a->thread == b->thread &&
	       a->process == b->process && a->flags == b->flags;
}

/* The record in the window that this one joins, or its free slot. */
static uint32_t *place_of(struct filter *f, const struct tiermm_sim_access *a)
{
	uint64_t key = a->page << 20 ^ (uint64_t)a->thread << 4 ^ a->flags;
	uint64_t at = tiermm__sim_hash(key) & (f->slots - 1);

	while (f->slot[at] && !is_same(&f->merged[f->slot[at] - 1], a))
		at = (at + 1) & (f->slots - 1);
	return &f->slot[at];
}

/* 1 where a joins b: no access and no time may be lost by it. */
static int join(struct tiermm_sim_access *b, const struct tiermm_sim_access *a)
{
	if (a->count > UINT32_MAX - b->count ||
	    a->gap_ns >= TIERMM_SIM_GAP_LIMIT - b->gap_ns)
		return 0;
	b->count += a->count;
	b->gap_ns += a->gap_ns;
	return 1;
}

static void clear_window(struct filter *f)
{
	for (uint64_t i = 0; i < f->slots; i++)
		f->slot[i] = 0;
	f->n_merged = 0;
	f->at = 0;
	f->in_window = 0;
}

/* Fill the window with merged records. */
static int fill_window(struct filter *f, struct tiermm_sim_error *error)
{
	clear_window(f);
	while (f->in_window < f->o.merge_window) {
		struct tiermm_sim_access a;
		uint32_t *place;
		int found;
		int err = pull(f, &a, &found, error);

		if (err || !found)
			return err;
		f->in_window++;
		place = place_of(f, &a);
		if (*place && join(&f->merged[*place - 1], &a))
			continue;
		f->merged[f->n_merged++] = a;
		*place = (uint32_t)f->n_merged;
	}
	return 0;
}

static int pull_merged(struct filter *f, struct tiermm_sim_access *out,
		       int *found, struct tiermm_sim_error *error)
{
	if (f->at == f->n_merged) {
		int err = fill_window(f, error);

		if (err)
			return err;
	}
	*found = f->at < f->n_merged;
	if (*found)
		*out = f->merged[f->at++];
	return 0;
}

/* Neighbours only: merged[0] waits for the first record unlike it. */
static int pull_run(struct filter *f, struct tiermm_sim_access *out, int *found,
		    struct tiermm_sim_error *error)
{
	struct tiermm_sim_access a;
	int more;

	for (;;) {
		int err = pull(f, &a, &more, error);

		if (err)
			return err;
		*found = f->n_merged > 0;
		if (!more) {
			*out = f->merged[0];
			f->n_merged = 0;
			return 0;
		}
		if (*found && is_same(&f->merged[0], &a) &&
		    join(&f->merged[0], &a))
			continue;
		*out = f->merged[0];
		f->merged[0] = a;
		f->n_merged = 1;
		if (*found)
			return 0;
	}
}

static int filter_next(void *self, struct tiermm_sim_access *out, uint64_t cap,
		       uint64_t *n_out, struct tiermm_sim_error *error)
{
	struct filter *f = self;
	uint64_t n = 0;

	while (n < cap && (!f->o.limit || f->passed < f->o.limit)) {
		int found, err;

		if (!f->o.merge_window)
			err = pull(f, &out[n], &found, error);
		else if (f->o.merge_window == 1)
			err = pull_run(f, &out[n], &found, error);
		else
			err = pull_merged(f, &out[n], &found, error);
		if (err)
			return err;
		if (!found)
			break;
		if (out[n].count > f->o.most_count && f->o.most_count)
			out[n].count = (uint32_t)f->o.most_count;
		if (f->o.threads)
			out[n].thread = (uint32_t)(f->passed / f->o.deal %
						   f->o.threads);
		f->passed++;
		n++;
	}
	*n_out = n;
	return 0;
}

static int filter_rewind(void *self)
{
	struct filter *f = self;
	int err = tiermm_sim_source_rewind(f->inner);

	if (err)
		return err;
	f->passed = 0;
	f->skipped = 0;
	f->ended = 0;
	f->have = 0;
	f->next = 0;
	tiermm__sim_dense_clear(&f->sampled);
	clear_window(f);
	return 0;
}

static void release(struct filter *f)
{
	struct tiermm_alloc mem = f->mem;

	tiermm__sim_dense_drop(&f->sampled);
	tiermm__sim_free(&mem, f->merged, f->room * sizeof(*f->merged));
	tiermm__sim_free(&mem, f->slot, f->slots * sizeof(*f->slot));
	tiermm__sim_free(&mem, f, sizeof(*f));
}

static void filter_destroy(void *self)
{
	struct filter *f = self;

	tiermm_sim_source_destroy(f->inner);
	release(f);
}

/* How many records there will be, where nothing depends on their contents. */
static uint64_t records_of(const struct filter *f, uint64_t inner)
{
	uint64_t n;

	if (inner == TIERMM_SIM_UNKNOWN || f->o.merge_window ||
	    f->o.sample_pages > 1)
		return TIERMM_SIM_UNKNOWN;
	n = inner > f->o.skip ? inner - f->o.skip : 0;
	return f->o.limit && f->o.limit < n ? f->o.limit : n;
}

static void filter_learn(void *self, struct tiermm_sim_source_info *info)
{
	struct filter *f = self;
	struct tiermm_sim_source_info inner = { .size = sizeof(inner) };

	/* The filter owns the inner source: nobody else can be inside. */
	if (tiermm_sim_source_get_info(f->inner, &inner))
		return;
	info->pages = inner.pages;
	info->threads = f->o.threads ? (uint32_t)f->o.threads : inner.threads;
	info->processes = inner.processes;
	if (info->records == TIERMM_SIM_UNKNOWN)
		info->records = records_of(f, inner.records);
	if (f->ended && f->o.sample_pages > 1)
		info->pages = f->sampled.n ? f->sampled.n : 1;
}

static const struct tiermm__sim_kind filter_kind = { .next = filter_next,
						     .rewind = filter_rewind,
						     .destroy = filter_destroy,
						     .learn = filter_learn };

static int make_window(struct filter *f)
{
	uint64_t slots = 2;

	if (!f->o.merge_window)
		return 0;
	while (slots < 2 * f->o.merge_window)
		slots *= 2;
	f->room = f->o.merge_window;
	f->merged = tiermm__sim_alloc(&f->mem, f->room * sizeof(*f->merged));
	f->slot = tiermm__sim_alloc(&f->mem, slots * sizeof(*f->slot));
	f->slots = f->slot ? slots : 0;
	return f->merged && f->slot ? 0 : -TIERMM_ENOMEM;
}

static int make(struct tiermm_sim_source **out, struct filter *f)
{
	struct tiermm_sim_source_info info = { .size = sizeof(info) };
	int err = make_window(f);

	if (!err)
		err = tiermm_sim_source_get_info(f->inner, &info);
	if (err)
		return err;
	if (f->o.skip || f->o.limit || f->o.sample_pages > 1 || f->o.most_count)
		info.accesses = TIERMM_SIM_UNKNOWN;
	info.records = TIERMM_SIM_UNKNOWN;
	filter_learn(f, &info);
	return tiermm__sim_source_make(out, &filter_kind, f, &info, &f->mem);
}

int tiermm_sim_filter_create(struct tiermm_sim_source **out,
			     struct tiermm_sim_source *inner,
			     const struct tiermm_sim_filter_options *options,
			     const struct tiermm_alloc *mem)
{
	struct tiermm_sim_filter_options o;
	struct tiermm_alloc source;
	struct filter *f;
	int err;

	if (!out)
		return -TIERMM_EINVAL;
	*out = NULL;
	err = tiermm__sim_copy(&o, sizeof(o), options, 0);
	if (!err)
		err = tiermm__sim_memory(&source, mem);
	if (err)
		return err;
	if (!inner || o.merge_window > MOST_WINDOW ||
	    o.threads > TIERMM_SIM_THREAD_LIMIT)
		return -TIERMM_EINVAL;
	f = tiermm__sim_alloc(&source, sizeof(*f));
	if (!f)
		return -TIERMM_ENOMEM;
	f->mem = source;
	f->sampled.mem = source;
	f->inner = inner;
	f->o = o;
	f->o.deal = o.deal ? o.deal : 1;
	err = make(out, f);
	if (err)
		release(f);
	return err;
}
