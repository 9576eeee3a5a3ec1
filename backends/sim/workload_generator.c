/* SPDX-License-Identifier: MIT */
/* A generated workload as a source: batches, beginning again, memory. */
#include "workload.h"

static void reset(struct tiermm__sim_generator *g)
{
	const struct tiermm__sim_spec *spec = &g->spec;
	uint64_t threads = spec->number[SPEC_THREADS];

	(void)tiermm_random_seed(&g->random, spec->number[SPEC_SEED]);
	g->done = 0;
	g->filled = 0;
	g->thread = 0;
	g->until = 0;
	g->n_pending = 0;
	g->at = 0;
	g->base = 0;
	g->newest = spec->number[SPEC_RECORDS];
	/* Threads begin at even distances. */
	for (uint64_t t = 0; g->position && t < threads; t++)
		g->position[t] = g->pages / threads * t +
				 g->pages % threads * t / threads;
}

static uint64_t pages_to_fill(const struct tiermm__sim_generator *g)
{
	return g->spec.number[SPEC_INIT] ? g->pages : 0;
}

static uint64_t records_of(const struct tiermm__sim_generator *g)
{
	return g->spec.number[SPEC_COUNT] + pages_to_fill(g);
}

static void next_thread(struct tiermm__sim_generator *g)
{
	if (++g->thread == g->spec.number[SPEC_THREADS])
		g->thread = 0;
}

/* Whether an access writes. */
static uint32_t draw_flags(struct tiermm__sim_generator *g)
{
	if (!g->write_of_2_32)
		return 0;
	return (uint32_t)(tiermm_random_next(&g->random) >> 32) <
			       g->write_of_2_32
		       ? TIERMM_SIM_WRITE
		       : 0;
}

static void fill_drawn(struct tiermm__sim_generator *g,
		       struct tiermm_sim_access *out, uint64_t n)
{
	uint64_t gap = g->spec.number[SPEC_GAP];

	for (uint64_t i = 0; i < n; i++) {
		out[i].page = g->spec.workload->draw(g);
		out[i].gap_ns = gap;
		out[i].thread = g->thread;
		out[i].process = 0;
		out[i].flags = draw_flags(g);
		out[i].count = 1;
		next_thread(g);
	}
}

void tiermm__sim_add(struct tiermm__sim_generator *g, uint64_t page,
		     uint32_t flags, uint32_t count)
{
	struct tiermm_sim_access *last = &g->pending[g->n_pending];

	if (g->n_pending && last[-1].page == page && last[-1].flags == flags) {
		last[-1].count += count;
		return;
	}
	*last = (struct tiermm_sim_access){
		.page = page,
		.gap_ns = g->n_pending ? 0 : g->spec.number[SPEC_GAP],
		.thread = g->thread,
		.flags = flags,
		.count = count,
	};
	g->n_pending++;
}

static void fill_operated(struct tiermm__sim_generator *g,
			  struct tiermm_sim_access *out, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++) {
		if (g->at == g->n_pending) {
			g->at = 0;
			g->n_pending = 0;
			g->spec.workload->operate(g);
			next_thread(g);
		}
		out[i] = g->pending[g->at++];
	}
}

/* What a program does before it begins: one thread fills its memory. */
static uint64_t fill_pages(struct tiermm__sim_generator *g,
			   struct tiermm_sim_access *out, uint64_t n)
{
	uint64_t left = pages_to_fill(g) - g->filled;

	if (n > left)
		n = left;
	for (uint64_t i = 0; i < n; i++)
		out[i] = (struct tiermm_sim_access){
			.page = g->filled++,
			.flags = TIERMM_SIM_WRITE,
			.count = 1,
		};
	return n;
}

static int generator_next(void *self, struct tiermm_sim_access *out,
			  uint64_t cap, uint64_t *n_out,
			  struct tiermm_sim_error *error)
{
	struct tiermm__sim_generator *g = self;
	uint64_t left = records_of(g) - g->done;
	uint64_t n = left < cap ? left : cap;
	uint64_t filled = fill_pages(g, out, n);

	(void)error;
	if (g->spec.workload->draw)
		fill_drawn(g, out + filled, n - filled);
	else
		fill_operated(g, out + filled, n - filled);
	g->done += n;
	*n_out = n;
	return 0;
}

static int generator_rewind(void *self)
{
	reset(self);
	return 0;
}

static void generator_destroy(void *self)
{
	struct tiermm__sim_generator *g = self;
	struct tiermm_alloc mem = g->mem;

	tiermm__sim_zipf_destroy(g->zipf);
	tiermm__sim_free(&mem, g->position,
			 g->spec.number[SPEC_THREADS] * sizeof(*g->position));
	tiermm__sim_free(&mem, g, sizeof(*g));
}

static const struct tiermm__sim_kind generator_kind = {
	.next = generator_next,
	.rewind = generator_rewind,
	.destroy = generator_destroy,
};

static int begin(struct tiermm__sim_generator *g)
{
	uint64_t write = g->spec.number[SPEC_WRITE];
	int err = 0;

	g->pages = g->spec.number[SPEC_PAGES];
	g->write_of_2_32 = (write << 32) / 10000;
	if (g->spec.workload->begin)
		err = g->spec.workload->begin(g);
	if (!err)
		reset(g);
	return err;
}

int tiermm__sim_generator_create(struct tiermm_sim_source **out,
				 const struct tiermm__sim_spec *spec,
				 const struct tiermm_alloc *mem)
{
	struct tiermm_sim_source_info info = { .processes = 1,
					       .page_bytes = 4096 };
	struct tiermm__sim_generator *g = tiermm__sim_alloc(mem, sizeof(*g));
	int err;

	if (!g)
		return -TIERMM_ENOMEM;
	g->mem = *mem;
	g->spec = *spec;
	err = begin(g);
	if (!err) {
		info.pages = g->pages;
		info.threads = (uint32_t)spec->number[SPEC_THREADS];
		info.records = records_of(g);
		info.accesses = spec->workload->draw ? info.records
						     : TIERMM_SIM_UNKNOWN;
		tiermm__sim_name(info.name, sizeof(info.name),
				 spec->workload->name);
		err = tiermm__sim_source_make(out, &generator_kind, g, &info,
					      mem);
	}
	if (err)
		generator_destroy(g);
	return err;
}
