/* SPDX-License-Identifier: MIT */
/* Other tools' records as a source. */
#include "import.h"

#include <string.h>

#define DEFAULT_PS 250

static const struct import_format *const formats[TIERMM_SIM_IMPORTS] = {
	[TIERMM_SIM_LACKEY] = &tiermm__sim_lackey,
	[TIERMM_SIM_PERF] = &tiermm__sim_perf,
	[TIERMM_SIM_DAMON] = &tiermm__sim_damon,
	[TIERMM_SIM_CSV] = &tiermm__sim_csv,
	[TIERMM_SIM_ORACLE] = &tiermm__sim_oracle,
};

const char *tiermm_sim_import_name(uint32_t format)
{
	return format < TIERMM_SIM_IMPORTS ? formats[format]->name : NULL;
}

/* Read until something waits to be given out, or to the end. */
static int fill(struct import_reader *r, struct tiermm_sim_error *error)
{
	while (!r->span.pages && !r->ended) {
		int more;
		int err = r->format->line
				  ? tiermm__sim_import_line(r, &more, error)
				  : tiermm__sim_import_record(r, &more, error);

		if (err)
			return err;
		if (!more)
			r->ended = 1;
		else if (r->format->line)
			err = r->format->line(r, error);
		else
			err = r->format->record(r, error);
		if (err)
			return err;
	}
	return 0;
}

static int import_next(void *self, struct tiermm_sim_access *out, uint64_t cap,
		       uint64_t *n_out, struct tiermm_sim_error *error)
{
	struct import_reader *r = self;
	uint64_t n = 0;

	while (n < cap) {
		int err = fill(r, error);

		if (err)
			return err;
		if (!r->span.pages)
			break;
		err = tiermm__sim_import_take(r, &out[n]);
		if (err)
			return err;
		n++;
	}
	*n_out = n;
	return 0;
}

static int import_rewind(void *self)
{
	struct import_reader *r = self;
	int err = tiermm__sim_bytes_seek(&r->bytes, 0);

	if (err)
		return err;
	r->line = 0;
	r->pages = 0;
	r->ended = 0;
	r->picoseconds = 0;
	r->time_ns = 0;
	r->target = 0;
	r->next_page = 0;
	r->span.pages = 0;
	tiermm__sim_dense_clear(&r->region);
	tiermm__sim_dense_clear(&r->thread);
	tiermm__sim_dense_clear(&r->process);
	tiermm__sim_dense_clear(&r->object);
	for (uint64_t i = 0; i < r->last_room; i++)
		r->last_ns[i] = 0;
	return r->format->begin ? r->format->begin(r, NULL) : 0;
}

static void release(struct import_reader *r)
{
	struct tiermm_alloc mem = r->mem;

	tiermm__sim_dense_drop(&r->region);
	tiermm__sim_dense_drop(&r->thread);
	tiermm__sim_dense_drop(&r->process);
	tiermm__sim_dense_drop(&r->object);
	tiermm__sim_free(&mem, r->last_ns, r->last_room * sizeof(*r->last_ns));
	tiermm__sim_free(&mem, r->object_page,
			 r->object_room * sizeof(*r->object_page));
	tiermm__sim_free(&mem, r, sizeof(*r));
}

static void import_destroy(void *self)
{
	struct import_reader *r = self;

	tiermm__sim_bytes_close(&r->bytes);
	release(r);
}

static void import_learn(void *self, struct tiermm_sim_source_info *info)
{
	const struct import_reader *r = self;

	if (!r->ended)
		return;
	info->pages = r->pages ? r->pages : 1;
	info->threads = r->thread.n ? (uint32_t)r->thread.n : 1;
	info->processes = r->process.n ? (uint32_t)r->process.n : 1;
}

static int import_address(void *self, uint64_t page, uint64_t *address)
{
	const struct import_reader *r = self;
	uint64_t region = page / TIERMM__SIM_REGION_PAGES;

	if (r->format->region_pages == 1)
		return -TIERMM_ENOTSUP;
	if (region >= r->region.n)
		return -TIERMM_ENOENT;
	*address = (r->region.key[region] * TIERMM__SIM_REGION_PAGES +
		    page % TIERMM__SIM_REGION_PAGES)
		   << r->page_shift;
	return 0;
}

static const struct tiermm__sim_kind import_kind = {
	.next = import_next,
	.rewind = import_rewind,
	.destroy = import_destroy,
	.learn = import_learn,
	.address = import_address,
};

static int take_options(struct tiermm_sim_import_options *dst,
			const struct tiermm_sim_import_options *src)
{
	int err =
		tiermm__sim_copy(dst, sizeof(*dst), src, TIERMM_SIM_NO_FETCHES);

	if (err)
		return err;
	if (!dst->page_bytes)
		dst->page_bytes = 4096;
	if (!dst->instruction_ps)
		dst->instruction_ps = DEFAULT_PS;
	if (dst->format >= TIERMM_SIM_IMPORTS || dst->page_bytes < 512 ||
	    dst->page_bytes > 1u << 30 ||
	    (dst->page_bytes & (dst->page_bytes - 1)) ||
	    dst->instruction_ps > UINT64_C(1) << 40)
		return -TIERMM_EINVAL;
	return 0;
}

static void set_up(struct import_reader *r,
		   const struct tiermm_sim_import_options *o,
		   const struct tiermm_alloc *mem)
{
	r->mem = *mem;
	r->o = *o;
	r->format = formats[o->format];
	while ((1u << r->page_shift) < o->page_bytes)
		r->page_shift++;
	r->region.mem = *mem;
	r->thread.mem = *mem;
	r->process.mem = *mem;
	r->object.mem = *mem;
}

static int begin(struct tiermm_sim_source **out, struct import_reader *r,
		 const struct tiermm_sim_input *input,
		 struct tiermm_sim_error *error)
{
	struct tiermm_sim_source_info info = { .pages = TIERMM_SIM_UNKNOWN,
					       .records = TIERMM_SIM_UNKNOWN,
					       .accesses = TIERMM_SIM_UNKNOWN };
	int err = tiermm__sim_bytes_open(&r->bytes, input, error, &r->mem);

	if (err)
		return err;
	info.page_bytes = r->o.page_bytes;
	tiermm__sim_name(info.name, sizeof(info.name), r->bytes.name);
	err = r->format->begin ? r->format->begin(r, error) : 0;
	if (!err)
		err = tiermm__sim_source_make(out, &import_kind, r, &info,
					      &r->mem);
	if (err)
		tiermm__sim_bytes_close(&r->bytes);
	return err;
}

int tiermm_sim_import_open(struct tiermm_sim_source **out,
			   const struct tiermm_sim_input *input,
			   const struct tiermm_sim_import_options *options,
			   struct tiermm_sim_error *error,
			   const struct tiermm_alloc *mem)
{
	struct tiermm_sim_import_options o;
	struct tiermm_alloc source;
	struct import_reader *r;
	int err;

	if (!out)
		return -TIERMM_EINVAL;
	*out = NULL;
	tiermm__sim_report_none(error);
	err = take_options(&o, options);
	if (!err)
		err = tiermm__sim_memory(&source, mem);
	if (err)
		return err;
	r = tiermm__sim_alloc(&source, sizeof(*r));
	if (!r)
		return -TIERMM_ENOMEM;
	set_up(r, &o, &source);
	err = begin(out, r, input, error);
	if (err)
		release(r);
	return err;
}
