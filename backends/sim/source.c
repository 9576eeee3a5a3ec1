/* SPDX-License-Identifier: MIT */
/* Sources: what all of them share, and those of the caller's own. */
#include "source.h"

#include <inttypes.h>
#include <string.h>

int tiermm__sim_enter(_Atomic int *inside)
{
	/*
	 * Acquire: what the owner before did is seen. Partner: the release in
	 * tiermm__sim_leave().
	 */
	if (atomic_exchange_explicit(inside, 1, memory_order_acquire))
		return -TIERMM_EBUSY;
	return 0;
}

void tiermm__sim_leave(_Atomic int *inside)
{
	/* Release: partner is the acquire in tiermm__sim_enter(). */
	atomic_store_explicit(inside, 0, memory_order_release);
}

void tiermm__sim_name(char *out, uint64_t cap, const char *name)
{
	uint64_t n = 0;

	while (name && name[n] && n + 1 < cap) {
		out[n] = name[n];
		n++;
	}
	out[n] = '\0';
}

int tiermm__sim_source_make(struct tiermm_sim_source **out,
			    const struct tiermm__sim_kind *kind, void *self,
			    const struct tiermm_sim_source_info *info,
			    const struct tiermm_alloc *mem)
{
	struct tiermm_sim_source *s = tiermm__sim_alloc(mem, sizeof(*s));

	if (!s)
		return -TIERMM_ENOMEM;
	s->mem = *mem;
	s->kind = *kind;
	s->self = self;
	s->info = *info;
	s->info.size = sizeof(s->info);
	s->info.flags = 0;
	s->info.reserved = 0;
	atomic_init(&s->inside, 0);
	*out = s;
	return 0;
}

/* A number of a caller's own source that may stand in an access. */
static int is_sound(const struct tiermm_sim_source_info *info)
{
	return info->pages && info->pages <= TIERMM_SIM_PAGE_LIMIT &&
	       info->threads && info->threads <= TIERMM_SIM_THREAD_LIMIT &&
	       info->processes && info->processes <= TIERMM_SIM_THREAD_LIMIT &&
	       info->page_bytes && !(info->page_bytes & (info->page_bytes - 1));
}

int tiermm_sim_source_create(struct tiermm_sim_source **out,
			     const struct tiermm_sim_source_ops *ops,
			     void *self,
			     const struct tiermm_sim_source_info *info,
			     const struct tiermm_alloc *mem)
{
	struct tiermm_sim_source_info known;
	struct tiermm_sim_source_ops table;
	struct tiermm__sim_kind kind = { 0 };
	struct tiermm_alloc source;
	int err;

	if (!out)
		return -TIERMM_EINVAL;
	*out = NULL;
	err = tiermm__sim_copy(&known, sizeof(known), info, 0);
	if (err)
		return err;
	if (!ops || ops->size < sizeof(table))
		return -TIERMM_EINVAL;
	/* Slots that this library does not know are not called. */
	memcpy(&table, ops, sizeof(table));
	err = tiermm__sim_memory(&source, mem);
	if (err)
		return err;
	if (!table.next || !is_sound(&known))
		return -TIERMM_EINVAL;
	known.name[sizeof(known.name) - 1] = '\0';
	kind.next = table.next;
	kind.rewind = table.rewind;
	kind.destroy = table.destroy;
	err = tiermm__sim_source_make(out, &kind, self, &known, &source);
	if (!err)
		(*out)->check = 1;
	return err;
}

void tiermm_sim_source_destroy(struct tiermm_sim_source *s)
{
	struct tiermm_alloc mem;

	if (!s)
		return;
	if (s->kind.destroy)
		s->kind.destroy(s->self);
	mem = s->mem;
	tiermm__sim_free(&mem, s, sizeof(*s));
}

/* What a source of the caller's own gave has to keep to what it promised. */
static int check(const struct tiermm_sim_source *s,
		 const struct tiermm_sim_access *batch, uint64_t n,
		 struct tiermm_sim_error *error)
{
	for (uint64_t i = 0; i < n; i++) {
		const struct tiermm_sim_access *a = &batch[i];

		if (a->page < s->info.pages && a->thread < s->info.threads &&
		    a->process < s->info.processes && a->count &&
		    a->gap_ns < TIERMM_SIM_GAP_LIMIT)
			continue;
		return tiermm__sim_report(
			error, -TIERMM_EPROTO, s->records + i + 1, 0,
			"%s: record %" PRIu64 " (page %" PRIu64
			", thread %" PRIu32 ", process %" PRIu32
			", count %" PRIu32 ", gap %" PRIu64
			" ns) is beyond what the source announced",
			s->info.name, s->records + i + 1, a->page, a->thread,
			a->process, a->count, a->gap_ns);
	}
	return 0;
}

static int next(struct tiermm_sim_source *s, struct tiermm_sim_access *out,
		uint64_t cap, uint64_t *n_out, struct tiermm_sim_error *error)
{
	uint64_t n = 0;
	int err;

	err = s->kind.next(s->self, out, cap, &n, error);
	if (!err && n > cap)
		err = tiermm__sim_report(error, -TIERMM_EPROTO, 0, 0,
					 "%s: a batch of %" PRIu64
					 " records, expected at most %" PRIu64,
					 s->info.name, n, cap);
	if (!err && s->check)
		err = check(s, out, n, error);
	if (err)
		return err;
	s->records += n;
	for (uint64_t i = 0; i < n; i++)
		s->accesses += out[i].count;
	if (!n) {
		s->info.records = s->records;
		s->info.accesses = s->accesses;
	}
	*n_out = n;
	return 0;
}

int tiermm_sim_source_next(struct tiermm_sim_source *s,
			   struct tiermm_sim_access *out, uint64_t cap,
			   uint64_t *n_out, struct tiermm_sim_error *error)
{
	int err;

	if (!s || !out || !cap || !n_out)
		return -TIERMM_EINVAL;
	err = tiermm__sim_enter(&s->inside);
	if (err)
		return err;
	tiermm__sim_report_none(error);
	err = next(s, out, cap, n_out, error);
	tiermm__sim_leave(&s->inside);
	return err;
}

int tiermm_sim_source_rewind(struct tiermm_sim_source *s)
{
	int err;

	if (!s)
		return -TIERMM_EINVAL;
	err = tiermm__sim_enter(&s->inside);
	if (err)
		return err;
	err = s->kind.rewind ? s->kind.rewind(s->self) : -TIERMM_ENOTSUP;
	if (!err) {
		s->records = 0;
		s->accesses = 0;
	}
	tiermm__sim_leave(&s->inside);
	return err;
}

int tiermm_sim_source_get_info(struct tiermm_sim_source *s,
			       struct tiermm_sim_source_info *out)
{
	uint32_t size;
	int err;

	if (!s || !out || out->size < sizeof(*out))
		return -TIERMM_EINVAL;
	err = tiermm__sim_enter(&s->inside);
	if (err)
		return err;
	if (s->kind.learn)
		s->kind.learn(s->self, &s->info);
	size = out->size;
	*out = s->info;
	out->size = size;
	tiermm__sim_leave(&s->inside);
	return 0;
}
