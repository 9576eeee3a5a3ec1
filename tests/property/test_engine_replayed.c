/* SPDX-License-Identifier: MIT */
/*
 * Random steps of an engine over a mock with random faults, on record, and
 * decided again by an engine with the same options (S10): each decision comes
 * out as it did, whatever the policy, whatever failed, and whether pages go by
 * a map or not. The replay is on record itself: what it tried, and what came
 * of it, stands there as it stood in the first record.
 *
 *     test_engine_replayed     a share of the work
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tiermm/backends/mock.h>
#include <tiermm/promotion_explain.h>

#include "support/check.h"
#include "support/machine.h"
#include "support/share.h"

#define PAGES 96
#define NODES 4
#define STEPS 60
#define SEEDS 2000
#define RECORDS 65536
#define MS UINT64_C(1000000)

/* What is the same then and now. */
struct options {
	struct tiermm_reclaim_options reclaim;
	struct tiermm_promotion_options promotion;
	struct tiermm_engine_options engine;
};

struct model {
	struct tiermm_random random;
	struct options o;
	struct tiermm_mock *mock;
	struct tiermm_engine *e;
	struct tiermm_promotion_map *map; /* or NULL */
	uint64_t now_ns;
	uint64_t key[PAGES];
};

static struct tiermm_record ring[RECORDS], records[RECORDS];
static struct tiermm_record again_ring[RECORDS], again[RECORDS];

static uint64_t below(struct model *m, uint64_t bound)
{
	return tiermm_random_below(&m->random, bound);
}

static void draw_options(struct model *m)
{
	m->o.reclaim = (struct tiermm_reclaim_options){
		.size = sizeof(m->o.reclaim),
		.flags = (uint32_t)below(m, 8) & (uint32_t)below(m, 8),
		.rate_limit_bytes = below(m, 3) ? 0 : below(m, 1 << 22) + 4096,
	};
	m->o.promotion = (struct tiermm_promotion_options){
		.size = sizeof(m->o.promotion),
		.pages = PAGES,
		.policy = (uint32_t)below(m, TIERMM_PROMOTION_OWN),
		.flags = (uint32_t)below(m, 4),
		.rate_limit_mibps = (uint32_t)below(m, 3),
	};
	m->o.engine = (struct tiermm_engine_options){
		.size = sizeof(m->o.engine),
		.batch = (uint32_t)below(m, 32) + 1,
		.reserve_pages = below(m, 4),
	};
}

/* Keys as indices shifted, or any numbers in a map. */
static void draw_keys(struct model *m)
{
	uint64_t index[PAGES];

	m->map = NULL;
	m->o.engine.key_shift = 12;
	for (uint64_t i = 0; i < PAGES; i++)
		m->key[i] = i << 12;
	if (below(m, 2))
		return;
	CHECK(!tiermm_promotion_map_create(&m->map, PAGES, 1, NULL));
	for (uint64_t i = 0; i < PAGES; i++)
		m->key[i] = tiermm_random_next(&m->random) | 1;
	CHECK(!tiermm_promotion_map_add(m->map, m->key, PAGES, index, NULL));
	for (uint64_t i = 0; i < PAGES; i++)
		CHECK(index[i] == i);
}

/*
 * A page that is nowhere is on some node from now on: where promotion takes it
 * to be, since what it is told behind the engine's back is not on record.
 */
static void place(struct model *m, uint64_t page)
{
	struct tiermm_promotion *p = tiermm_engine_promotion(m->e);
	struct tiermm_promotion_page known;

	if (tiermm_mock_where(m->mock, m->key[page]) != TIERMM_NO_NODE)
		return;
	CHECK(!tiermm_promotion_get_page(p, m->now_ns, page, &known));
	if (known.node != TIERMM_NO_NODE) {
		(void)tiermm_mock_put(m->mock, m->key[page], known.node);
		return;
	}
	known.node = (int32_t)below(m, NODES);
	/* A node that is gone takes none. */
	if (!tiermm_mock_put(m->mock, m->key[page], known.node))
		CHECK(!tiermm_promotion_set_pages(p, page, 1, known.node));
}

static void begin(struct model *m, struct tiermm_topology *t)
{
	struct tiermm_log log = { .size = sizeof(log),
				  .records = ring,
				  .capacity = RECORDS,
				  .kinds = TIERMM_LOG_ALL };
	struct tiermm_engine_options o;

	draw_options(m);
	draw_keys(m);
	CHECK(!tiermm_mock_create(&m->mock, NULL, NULL));
	o = m->o.engine;
	o.reclaim = &m->o.reclaim;
	o.promotion = &m->o.promotion;
	o.map = m->map;
	o.key_shift = m->map ? 0 : o.key_shift;
	o.log = &log;
	CHECK(!tiermm_engine_create(&m->e, t, &o, tiermm_mock_memops(m->mock),
				    TIERMM_CAN_ALL, NULL, NULL));
	for (uint64_t i = 0; i < PAGES; i++)
		place(m, i);
}

/* --- what happens then ----------------------------------------------------*/

static void fault(struct model *m)
{
	static const uint32_t verbs[] = { TIERMM_MOCK_MOVE,
					  TIERMM_MOCK_PAGE_OUT,
					  TIERMM_MOCK_DISCARD };
	int32_t node = (int32_t)below(m, NODES);

	for (uint64_t n = below(m, 8); n > 0; n--)
		(void)tiermm_mock_script(m->mock, verbs[below(m, 3)],
					 (uint32_t)below(m, TIERMM_OUTCOMES));
	if (!below(m, 4))
		(void)tiermm_mock_fail(m->mock, verbs[below(m, 3)],
				       below(m, 3) + 1, -TIERMM_EIO);
	CHECK(!tiermm_mock_set_node(m->mock, node,
				    below(m, 2) ? below(m, PAGES) : UINT64_MAX,
				    !below(m, 20)));
}

static void tell_rooms(struct model *m)
{
	for (int32_t node = 0; node < NODES; node++) {
		struct tiermm_engine_room room = {
			.node = node,
			.loaded_latency_ns = (uint32_t)below(m, 300),
			.managed_pages = 1000,
			.min_pages = below(m, 20),
			.free_pages = below(m, 200),
		};

		if (below(m, 2))
			CHECK(!tiermm_engine_set_rooms(m->e, &room, 1));
	}
}

static void demote(struct model *m)
{
	struct tiermm_nodeset allowed = { { below(m, 16) } };
	struct tiermm_reclaim_context context = {
		.size = sizeof(context),
		.flags = (uint32_t)(below(m, 64) & below(m, 64)),
		.reclaimer = (uint32_t)below(m, TIERMM_RECLAIMERS),
		.allowed = below(m, 3) ? NULL : &allowed,
		.now_ns = m->now_ns,
		.budget_pages = below(m, 2) ? below(m, 20) : 0,
	};
	struct tiermm_decision decisions[PAGES];
	struct tiermm_folio folios[PAGES];
	uint64_t n = 0;
	int err;

	for (uint64_t i = 0; i < PAGES; i++) {
		int32_t node = tiermm_mock_where(m->mock, m->key[i]);

		if (below(m, 2) || node == TIERMM_NO_NODE)
			continue;
		folios[n++] = (struct tiermm_folio){
			.page = m->key[i],
			.age_ns = below(m, 100),
			.node = node,
			.flags = below(m, 2) ? TIERMM_FOLIO_ANON
					     : (uint32_t)below(m, 1024),
		};
	}
	if (below(m, 3))
		err = tiermm_engine_demote(m->e, &context, NULL, folios, n,
					   decisions, NULL);
	else
		err = tiermm_engine_balance(m->e, (int32_t)below(m, NODES),
					    &context, NULL, folios, n,
					    decisions, NULL);
	CHECK(!err);
}

static void use(struct model *m)
{
	struct tiermm_sample samples[PAGES];
	uint64_t n = below(m, PAGES);

	for (uint64_t i = 0; i < n; i++) {
		uint64_t page = below(m, PAGES / (below(m, 4) + 1));

		place(m, page);
		samples[i] = (struct tiermm_sample){
			.page = page,
			.time_ns = m->now_ns,
			.accessor = (int32_t)below(m, 3) - 1,
			.weight = (uint32_t)below(m, 9),
			.kind = (uint16_t)below(m, TIERMM_SAMPLES),
		};
	}
	CHECK(!tiermm_engine_samples(m->e, samples, n));
}

static void promote(struct model *m)
{
	struct tiermm_promotion *p = tiermm_engine_promotion(m->e);
	struct tiermm_nodeset allowed = { { below(m, 16) } };
	struct tiermm_folio cold[PAGES];
	struct tiermm_promotion_query query = {
		.size = sizeof(query),
		.allowed = below(m, 3) ? NULL : &allowed,
		.now_ns = m->now_ns,
		.budget_pages = below(m, 2) ? below(m, 30) : 0,
		.cursor = below(m, 4) ? 0 : below(m, 9),
		.cold = cold,
	};

	if (below(m, 2))
		CHECK(!tiermm_promotion_cold(p, m->now_ns, (int32_t)below(m, 2),
					     PAGES, cold, PAGES,
					     &query.n_cold));
	CHECK(!tiermm_engine_promote(m->e, &query, NULL, NULL));
}

static void step(struct model *m)
{
	m->now_ns += below(m, 400) * MS;
	switch (below(m, 5)) {
	case 0:
		fault(m);
		break;
	case 1:
		tell_rooms(m);
		break;
	case 2:
		demote(m);
		break;
	case 3:
		use(m);
		break;
	default:
		promote(m);
	}
}

/* --- and now --------------------------------------------------------------*/

static void complain(const struct tiermm_replayed *d)
{
	char line[256];

	if (d->then_action == d->now_action && d->then_to == d->now_to)
		return;
	tiermm_replayed_text(d, line, sizeof(line), NULL);
	fprintf(stderr, "%s\n", line);
}

/* Keys of a map are not known to the engine of now: it has indices. */
static int is_same(const struct tiermm_record *then,
		   const struct tiermm_record *now, int has_keys)
{
	return then->kind == now->kind && then->value[0] == now->value[0] &&
	       then->value[1] == now->value[1] && then->from == now->from &&
	       then->to == now->to && then->flags == now->flags &&
	       then->reason == now->reason && then->verdict == now->verdict &&
	       then->detail == now->detail && then->time_ns == now->time_ns &&
	       (!has_keys || then->page == now->page);
}

/*
 * What was spared is on record before the call of its batch, and in a replay
 * with the others behind it: so by time and page (`flags`), then as it stood.
 */
static int compare_tries(const void *a, const void *b)
{
	const struct tiermm_record *one = a, *two = b;

	if (one->time_ns != two->time_ns)
		return one->time_ns < two->time_ns ? -1 : 1;
	if (one->flags != two->flags)
		return one->flags < two->flags ? -1 : 1;
	return one->number < two->number ? -1 : 1;
}

/* Records of a kind, to the front. */
static uint64_t keep(struct tiermm_record *out,
		     const struct tiermm_record *from, uint64_t n,
		     uint32_t kind)
{
	uint64_t kept = 0;

	for (uint64_t i = 0; i < n; i++)
		if (from[i].kind == kind)
			out[kept++] = from[i];
	if (kind == TIERMM_RECORD_TRY)
		qsort(out, kept, sizeof(*out), compare_tries);
	return kept;
}

static void compare_records(const struct model *m, uint64_t n, uint64_t n_again,
			    uint32_t kind)
{
	static struct tiermm_record then[RECORDS], now[RECORDS];
	uint64_t n_then = keep(then, records, n, kind);
	uint64_t n_now = keep(now, again, n_again, kind);

	CHECK(n_then == n_now);
	for (uint64_t i = 0; i < n_then; i++)
		CHECK(is_same(&then[i], &now[i], !m->map));
}

static struct tiermm_replay_sums
decide_again(const struct model *m, struct tiermm_topology *t, uint64_t n)
{
	struct tiermm_log log = { .size = sizeof(log),
				  .records = again_ring,
				  .capacity = RECORDS,
				  .kinds = TIERMM_LOG_ALL };
	struct tiermm_replay_sums sums = { .size = sizeof(sums) };
	struct tiermm_engine_options o = m->o.engine;
	struct tiermm_replayed out[512];
	uint64_t at = 0, used, n_out, n_again, lost;
	struct tiermm_replay *r;
	struct tiermm_engine *e;
	int err;

	o.reclaim = &m->o.reclaim;
	o.promotion = &m->o.promotion;
	o.batch = TIERMM_ENGINE_BATCH_MAX;
	o.log = &log;
	CHECK(!tiermm_engine_create(&e, t, &o, NULL, 0, NULL, NULL));
	CHECK(!tiermm_replay_create(&r, e, NULL, NULL));
	do {
		err = tiermm_replay_step(r, &records[at], n - at, out, 512,
					 &n_out, &used);
		for (uint64_t i = 0; i < n_out; i++)
			complain(&out[i]);
		at += used;
	} while (!err);
	CHECK(err == -TIERMM_ENOENT);
	CHECK(!tiermm_replay_get_sums(r, &sums));
	CHECK(!tiermm_engine_log_take(e, again, RECORDS, &n_again, &lost));
	CHECK(!lost);
	compare_records(m, n, n_again, TIERMM_RECORD_TRY);
	compare_records(m, n, n_again, TIERMM_RECORD_FINAL);
	tiermm_replay_destroy(r);
	tiermm_engine_destroy(e);
	return sums;
}

static uint64_t run(uint64_t seed, struct tiermm_topology *t)
{
	struct model m = { .now_ns = MS };
	struct tiermm_replay_sums sums;
	uint64_t n, lost;

	tiermm_random_seed(&m.random, seed);
	begin(&m, t);
	for (int i = 0; i < STEPS; i++)
		step(&m);
	CHECK(!tiermm_engine_log_take(m.e, records, RECORDS, &n, &lost));
	CHECK(!lost);
	sums = decide_again(&m, t, n);
	if (sums.same != sums.decisions || sums.cut || sums.refused)
		fprintf(stderr,
			"seed %" PRIu64 ": %" PRIu64 " otherwise, %" PRIu64
			" elsewhere, %" PRIu64 " cut, %" PRIu64 " refused\n",
			seed, sums.other, sums.elsewhere, sums.cut,
			sums.refused);
	CHECK(sums.same == sums.decisions && !sums.cut && !sums.refused);
	tiermm_engine_destroy(m.e);
	tiermm_promotion_map_destroy(m.map);
	tiermm_mock_destroy(m.mock);
	return sums.decisions;
}

int main(void)
{
	struct tiermm_topology *t = machine_topology(&machine_three_tiers);
	uint64_t decisions = 0, seeds = share_of(SEEDS);

	for (uint64_t seed = 0; seed < seeds; seed++)
		decisions += run(seed, t);
	printf("%" PRIu64 " runs: %" PRIu64 " decisions, each as it was\n",
	       seeds, decisions);
	CHECK(decisions > 100 * seeds);
	tiermm_topology_unref(t);
	return 0;
}
