/* SPDX-License-Identifier: MIT */
/* The life of a replay, and its sums (S10). */
#include "engine/replay.h"

#include "base/alloc.h"
#include "base/carve.h"
#include "base/memory.h"
#include "base/options.h"

static int resolve(const struct tiermm_engine *e,
		   const struct tiermm_replay_options *options,
		   uint64_t *max_records)
{
	struct tiermm_replay_options o;
	int err = e ? tiermm__options_copy(&o, sizeof(o), options, sizeof(o), 0)
		    : -TIERMM_EINVAL;

	if (err)
		return err;
	if (e->has_ops || o.max_records > TIERMM_REPLAY_RECORDS_MAX)
		return -TIERMM_EINVAL;
	*max_records =
		o.max_records ? o.max_records : TIERMM_REPLAY_RECORDS_DEFAULT;
	return 0;
}

/* Lay the arrays of *r out behind it; with NULL only measure. */
static uint64_t lay_out(struct tiermm_replay *r, void *memory,
			uint64_t max_records, const struct tiermm_engine *e)
{
	struct tiermm__carver c = { .base = memory };

	_Static_assert(sizeof(struct tiermm_sample) ==
			       sizeof(struct tiermm_folio),
		       "they share an array");
	/* At most half full, so that a look-up ends. */
	r->n_table = 2;
	while (r->n_table < 2 * max_records)
		r->n_table *= 2;
	r->n_words = (e->promotion_pages + 63) / 64;
	tiermm__carve(&c, 1, sizeof(*r));
	r->table = tiermm__carve(&c, r->n_table, sizeof(*r->table));
	r->folios = tiermm__carve(&c, max_records, sizeof(*r->folios));
	r->decisions = tiermm__carve(&c, max_records, sizeof(*r->decisions));
	r->astray = tiermm__carve(&c, r->n_words, sizeof(*r->astray));
	return tiermm__carved(&c);
}

static void begin(struct tiermm_replay **out, void *memory,
		  const struct tiermm_alloc *source, struct tiermm_engine *e,
		  uint64_t max_records)
{
	struct tiermm_replay *r = memory;

	memset(r, 0, sizeof(*r));
	r->bytes = lay_out(r, memory, max_records, e);
	memset(r->table, 0, (size_t)r->n_table * sizeof(*r->table));
	if (r->n_words)
		memset(r->astray, 0, (size_t)r->n_words * sizeof(*r->astray));
	tiermm__owner_init(&r->owner);
	r->e = e;
	r->batch_room = e->batch_size;
	r->max_records = max_records;
	r->mem = *source;
	tiermm__replay_fill_ops(r, &e->ops);
	e->has_ops = 1;
	e->replayed = 1;
	*out = r;
}

int tiermm_replay_footprint(const struct tiermm_engine *engine,
			    const struct tiermm_replay_options *options,
			    uint64_t *bytes)
{
	struct tiermm_replay scratch;
	uint64_t max_records;
	int err =
		bytes ? resolve(engine, options, &max_records) : -TIERMM_EINVAL;

	if (!err)
		*bytes = lay_out(&scratch, NULL, max_records, engine);
	return err;
}

int tiermm_replay_create(struct tiermm_replay **out,
			 struct tiermm_engine *engine,
			 const struct tiermm_replay_options *options,
			 const struct tiermm_alloc *mem)
{
	struct tiermm_replay scratch;
	struct tiermm_alloc source;
	uint64_t max_records;
	void *memory;
	int err;

	if (!out)
		return -TIERMM_EINVAL;
	*out = NULL;
	err = resolve(engine, options, &max_records);
	if (!err)
		err = tiermm__place_alloc(&source, mem,
					  lay_out(&scratch, NULL, max_records,
						  engine),
					  &memory);
	if (!err)
		begin(out, memory, &source, engine, max_records);
	return err;
}

int tiermm_replay_init(struct tiermm_replay **out, void *memory, uint64_t bytes,
		       struct tiermm_engine *engine,
		       const struct tiermm_replay_options *options)
{
	struct tiermm_replay scratch;
	struct tiermm_alloc source;
	uint64_t max_records;
	int err;

	if (!out)
		return -TIERMM_EINVAL;
	*out = NULL;
	err = resolve(engine, options, &max_records);
	if (!err)
		err = tiermm__place_given(&source, memory, bytes,
					  lay_out(&scratch, NULL, max_records,
						  engine));
	if (!err)
		begin(out, memory, &source, engine, max_records);
	return err;
}

void tiermm_replay_destroy(struct tiermm_replay *r)
{
	struct tiermm_alloc mem;

	if (!r)
		return;
	mem = r->mem;
	memset(&r->e->ops, 0, sizeof(r->e->ops));
	r->e->batch_size = r->batch_room;
	r->e->has_ops = 0;
	r->e->replayed = 0;
	tiermm__free(&mem, r, r->bytes);
}

int tiermm_replay_get_sums(struct tiermm_replay *r,
			   struct tiermm_replay_sums *out)
{
	int err;

	if (!r || !out || out->size < sizeof(*out))
		return -TIERMM_EINVAL;
	err = tiermm__owner_enter(&r->owner);
	if (err)
		return err;
	tiermm__give_out(out, &r->sums, sizeof(*out));
	tiermm__owner_leave(&r->owner);
	return 0;
}
