/* SPDX-License-Identifier: MIT */
/* A run over a mock, on record, and an engine that decides it again. */
#ifndef TESTS_UNIT_REPLAY_FIXTURE_H
#define TESTS_UNIT_REPLAY_FIXTURE_H

#include "engine_fixture.h"

#include <tiermm/engine_parts.h>
#include <tiermm/engine_replay.h>

#define RECORDS 1024

/* A run over a mock, on record, and its log. */
struct then {
	struct engine_fixture x;
	struct tiermm_record ring[RECORDS];
	struct tiermm_record log[RECORDS];
	uint64_t n;
};

static inline void then_begin(struct then *t, uint32_t reclaim_flags)
{
	struct tiermm_reclaim_options reclaim = { .size = sizeof(reclaim),
						  .flags = reclaim_flags };
	struct tiermm_log log = { .size = sizeof(log),
				  .records = t->ring,
				  .capacity = RECORDS,
				  .kinds = TIERMM_LOG_ALL };
	struct tiermm_promotion_options p = { .size = sizeof(p), .pages = 64 };
	struct tiermm_engine_options o = { .size = sizeof(o),
					   .key_base = KEY(0),
					   .key_shift = 12,
					   .reclaim = &reclaim,
					   .promotion = &p,
					   .log = &log };

	engine_begin(&t->x, &o, NULL);
	t->x.context.now_ns = 1000;
}

static inline void then_take(struct then *t)
{
	uint64_t lost;

	assert_int_equal(tiermm_engine_log_take(t->x.e, t->log, RECORDS, &t->n,
						&lost),
			 0);
	assert_int_equal(lost, 0);
}

/* An engine of now, and its replay. */
struct now {
	struct tiermm_topology *topology;
	struct tiermm_engine *e;
	struct tiermm_replay *r;
	struct tiermm_replayed out[FOLIOS];
	uint64_t n;
	struct tiermm_replay_sums sums;
};

static inline void now_begin(struct now *now, uint32_t reclaim_flags,
			     uint64_t max_records)
{
	struct tiermm_promotion_options p = { .size = sizeof(p), .pages = 64 };
	struct tiermm_reclaim_options reclaim = { .size = sizeof(reclaim),
						  .flags = reclaim_flags };
	struct tiermm_engine_options o = { .size = sizeof(o),
					   .reclaim = &reclaim,
					   .promotion = &p };
	struct tiermm_replay_options size = { .size = sizeof(size),
					      .max_records = max_records };

	memset(now, 0, sizeof(*now));
	now->topology = machine_topology(&machine_three_tiers);
	assert_int_equal(tiermm_engine_create(&now->e, now->topology, &o, NULL,
					      0, NULL, NULL),
			 0);
	assert_int_equal(tiermm_replay_create(&now->r, now->e, &size, NULL), 0);
	now->sums.size = sizeof(now->sums);
}

static inline void now_end(struct now *now)
{
	tiermm_replay_destroy(now->r);
	tiermm_engine_destroy(now->e);
	tiermm_topology_unref(now->topology);
}

/* All steps; decisions of the last one stand in `out`. */
static inline int decide(struct now *now, const struct tiermm_record *log,
			 uint64_t n)
{
	uint64_t at = 0, used, came;
	int err;

	do {
		err = tiermm_replay_step(now->r, &log[at], n - at, now->out,
					 FOLIOS, &came, &used);
		at += used;
		if (came)
			now->n = came;
	} while (!err && at < n);
	assert_int_equal(tiermm_replay_get_sums(now->r, &now->sums), 0);
	return err == -TIERMM_ENOENT ? 0 : err;
}

/* Three steps of two folios each, in seven records. */
static inline void three_steps(struct then *t)
{
	then_begin(t, 0);
	for (uint32_t i = 0; i < 3; i++) {
		engine_put(&t->x, 2 * i, 2, 0);
		assert_int_equal(tiermm_engine_demote(t->x.e, &t->x.context,
						      NULL, &t->x.folio[2 * i],
						      2, t->x.decision,
						      &t->x.step),
				 0);
	}
	then_take(t);
	assert_int_equal(t->n, 21);
}

#endif
