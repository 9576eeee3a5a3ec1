/* SPDX-License-Identifier: MIT */
/* The engine of random steps, what disturbs it, and who frees. */
#include "engine_model.h"
#include "support/check.h"

#include <string.h>

static int flush(void *self, const uint64_t *agents, uint64_t n_words,
		 uint64_t n_agents)
{
	struct model *m = self;

	(void)n_words;
	(void)n_agents;
	if (!model_below(m, 8))
		return -TIERMM_EIO;
	for (uint32_t i = 0; i < MODEL_AGENTS; i++)
		if (agents[0] >> i & 1)
			tiermm_flush_pass(m->agent[i]);
	return 0;
}

/* Every link that comes back was parked, and is not any more. */
static void take_freed(struct model *m, struct tiermm_flush_freed *freed)
{
	for (struct tiermm_flush_request *r = freed->requests; r;
	     r = tiermm_flush_request_next(r)) {
		struct tiermm_flush_page *const *pages;
		uint64_t n;

		pages = tiermm_flush_request_pages(r, &n);
		for (uint64_t i = 0; i < n; i++) {
			uint64_t page = (uint64_t)(pages[i] - m->link);

			CHECK(page < MODEL_PAGES && m->parked[page]);
			CHECK(!m->link[page].parked);
			m->parked[page] = 0;
			m->drained++;
		}
	}
	CHECK(!tiermm_engine_take_back(m->e, freed));
	CHECK(!freed->requests && !freed->n_requests);
}

void model_free_some(struct model *m)
{
	uint64_t bits;
	struct tiermm_flush_drain drain = { .size = sizeof(drain),
					    .agents = &bits,
					    .n_words = 1 };
	struct tiermm_flush_freed freed = { .size = sizeof(freed) };
	struct tiermm_nodeset nodes = { { model_below(m, 16) } };
	int err;

	if (model_below(m, 2)) {
		err = tiermm_engine_reap(m->e,
					 model_below(m, 2) ? &nodes : NULL,
					 m->now_ns, model_below(m, 3), &freed);
		CHECK(!err);
	} else if (model_below(m, 2)) {
		err = tiermm_engine_drain(m->e,
					  model_below(m, 2) ? &nodes : NULL,
					  &drain, &freed);
		CHECK(!err || err == -TIERMM_EIO);
	} else {
		err = tiermm_engine_alloc_failed(
			m->e, (int32_t)model_below(m, MODEL_NODES), &drain,
			&freed);
		CHECK(!err || err == -TIERMM_EIO || err == -TIERMM_ENOMEM ||
		      err == -TIERMM_EAGAIN);
	}
	take_freed(m, &freed);
}

void model_stop_or_resume(struct model *m)
{
	if (m->stops && model_below(m, 2)) {
		CHECK(!tiermm_flush_resume(m->f));
		m->stops--;
	} else {
		CHECK(!tiermm_flush_stop(m->f, NULL));
		m->stops++;
	}
}

void model_disturb(struct model *m)
{
	static const uint32_t verbs[] = { TIERMM_MOCK_MOVE,
					  TIERMM_MOCK_PAGE_OUT,
					  TIERMM_MOCK_DISCARD };
	uint32_t verb = verbs[model_below(m, 3)];
	uint32_t outcome = (uint32_t)model_below(m, TIERMM_OUTCOMES);

	/* Outcomes are believed: what was not done is not said to be. */
	if (outcome == TIERMM_OUTCOME_ALREADY)
		outcome = TIERMM_OUTCOME_BUSY;
	if (model_below(m, 2))
		tiermm_mock_script(m->mock, verb, outcome);
	else
		tiermm_mock_fail(m->mock,
				 model_below(m, 2) ? verb : TIERMM_MOCK_ANY,
				 1 + model_below(m, 5), -TIERMM_EIO);
}

void model_tell_room(struct model *m)
{
	struct tiermm_engine_room room = { .min_pages = 2,
					   .managed_pages = 64 };
	int32_t node = (int32_t)model_below(m, MODEL_NODES);

	room.node = node;
	room.free_pages = model_below(m, 65);
	room.loaded_latency_ns = (uint32_t)model_below(m, 300);
	CHECK(!tiermm_engine_set_rooms(m->e, &room, 1));
	CHECK(!tiermm_mock_set_node(m->mock, node,
				    model_below(m, 4) ? 40 + model_below(m, 100)
						      : model_below(m, 10),
				    0));
}

void model_come_back(struct model *m)
{
	struct tiermm_promotion *p = tiermm_engine_promotion(m->e);

	for (uint64_t i = 0; i < MODEL_PAGES; i++) {
		int32_t node = (int32_t)model_below(m, MODEL_NODES);
		uint32_t order = (uint32_t)model_below(m, MODEL_MAX_ORDER + 1);

		if (m->where[i] != TIERMM_NO_NODE || model_below(m, 3))
			continue;
		if (tiermm_mock_put_run(m->mock, model_key(i),
					(uint64_t)1 << order, node))
			continue;
		m->where[i] = node;
		m->order[i] = order;
		CHECK(!tiermm_promotion_set_pages(p, i * MODEL_SPACING,
						  (uint64_t)1 << order, node));
	}
}

static void make_engine(struct model *m, struct tiermm_topology *topology)
{
	struct tiermm_flush_options f = {
		.size = sizeof(f),
		.max_agents = MODEL_AGENTS,
		.max_nodes = MODEL_NODES,
		.request_pages = 1 + model_below(m, 9),
		.reasons =
			TIERMM_MOVED_FOR_DEMOTION | TIERMM_MOVED_FOR_PROMOTION
	};
	struct tiermm_flusher flusher = { .size = sizeof(flusher),
					  .self = m,
					  .flush = flush };
	struct tiermm_promotion_options p = {
		.size = sizeof(p),
		.pages = MODEL_PAGES * MODEL_SPACING,
		.policy = (uint32_t)model_below(m, TIERMM_PROMOTION_OWN),
		.max_candidates = 16,
	};
	struct tiermm_engine_options o = {
		.size = sizeof(o),
		.batch = 1 + (uint32_t)model_below(m, 16),
		.max_requests = (uint32_t)model_below(m, 5),
		.reserve_pages = model_below(m, 4),
		.key_shift = MODEL_SHIFT,
		.promotion = &p,
		.flush_options = &f,
		.flusher = &flusher,
	};

	CHECK(!tiermm_engine_create(&m->e, topology, &o,
				    tiermm_mock_memops(m->mock), TIERMM_CAN_ALL,
				    NULL, NULL));
	m->f = tiermm_engine_flush(m->e);
	for (uint32_t i = 0; i < MODEL_AGENTS; i++) {
		CHECK(!tiermm_flush_join(m->f, i, &m->agent[i]));
		tiermm_flush_enter(m->agent[i]);
	}
}

void model_begin(struct model *m, uint64_t seed,
		 struct tiermm_topology *topology)
{
	struct tiermm_mock_options o = { .size = sizeof(o),
					 .max_pages = MODEL_PAGES,
					 .max_calls = 16,
					 .max_script = 8,
					 .node_pages = 100 };

	memset(m, 0, sizeof(*m));
	CHECK(!tiermm_random_seed(&m->random, seed));
	CHECK(!tiermm_mock_create(&m->mock, &o, NULL));
	make_engine(m, topology);
	for (uint32_t i = 0; i < MODEL_PAGES; i++)
		m->where[i] = TIERMM_NO_NODE;
	model_come_back(m);
}

void model_end(struct model *m)
{
	struct tiermm_flush_freed freed = { .size = sizeof(freed) };
	uint64_t pages;

	for (; m->stops; m->stops--)
		CHECK(!tiermm_flush_resume(m->f));
	for (uint32_t i = 0; i < MODEL_AGENTS; i++)
		tiermm_flush_pass(m->agent[i]);
	for (int twice = 0; twice < 2; twice++) {
		CHECK(!tiermm_engine_reap(m->e, NULL, m->now_ns, 0, &freed));
		take_freed(m, &freed);
	}
	for (uint32_t i = 0; i < MODEL_PAGES; i++)
		CHECK(!m->parked[i] && !m->link[i].parked);
	for (int32_t node = 0; node < MODEL_NODES; node++) {
		CHECK(!tiermm_flush_pending(m->f, node, &pages));
		CHECK(!pages);
	}
	tiermm_engine_destroy(m->e);
	tiermm_mock_destroy(m->mock);
}
