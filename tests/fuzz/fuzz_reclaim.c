/* SPDX-License-Identifier: MIT */
/*
 * Reclaim by bytes: folios, contexts, outcomes, allowed nodes, figures and
 * hot-plug events as the input says. What comes in goes out (I8), no folio
 * takes more steps than there are nodes and fallbacks (R5), and a decision
 * that somebody made up is refused or harmless.
 */
#include "fuzz.h"

#include <string.h>

#define NODES 6
#define BATCH 8
#define STEPS (2 * NODES + 8)

struct input {
	const uint8_t *data;
	size_t size;
};

static uint8_t byte(struct input *in)
{
	if (!in->size)
		return 0;
	in->size--;
	return *in->data++;
}

static void bytes(struct input *in, void *to, size_t n)
{
	for (size_t i = 0; i < n; i++)
		((uint8_t *)to)[i] = byte(in);
}

/* Node i is in tier i / 2; three tiers of two. */
static struct tiermm_demotion *machine(void)
{
	struct tiermm_topology_builder_options room = { .size = sizeof(room),
							.max_nodes = NODES,
							.max_cpus = 1,
							.max_access = 1 };
	struct tiermm_topology_builder *b;
	struct tiermm_demotion *d = NULL;
	struct tiermm_topology *t = NULL;
	int err = tiermm_topology_builder_create(&b, &room, NULL);

	for (int32_t i = 0; !err && i < NODES; i++) {
		err = tiermm_topology_builder_add_node(b, i, TIERMM_NODE_ONLINE,
						       100);
		if (!err)
			err = tiermm_topology_builder_set_abstract_distance(
				b, i, TIERMM_TIER_CHUNK * (i / 2 + 1),
				TIERMM_SOURCE_CALLER);
	}
	if (!err)
		err = tiermm_topology_create(&t, b, NULL, NULL);
	if (!err)
		err = tiermm_demotion_create(&d, t, NULL, NULL, NULL, NULL);
	fuzz_expect(!err && tiermm_demotion_next(d, 0) == 2, "a machine");
	tiermm_topology_unref(t);
	tiermm_topology_builder_destroy(b);
	return d;
}

struct scene {
	struct tiermm_demotion *d;
	struct tiermm_reclaim *r;
	struct tiermm_nodeset allowed;
	struct tiermm_reclaim_context context;
	struct tiermm_folio folios[BATCH];
	struct tiermm_decision decisions[BATCH];
	struct tiermm_result results[BATCH];
};

static void ask(struct scene *s, struct input *in)
{
	memset(&s->context, 0, sizeof(s->context));
	s->context.size = sizeof(s->context);
	s->context.flags = byte(in) & 63;
	s->context.reclaimer = byte(in) % TIERMM_RECLAIMERS;
	s->context.allowed = byte(in) & 1 ? &s->allowed : NULL;
	s->context.now_ns = (uint64_t)byte(in) << 20;
	s->context.budget_pages = byte(in);
	s->allowed.word[0] = byte(in);
}

static void shake(struct scene *s, struct input *in)
{
	struct tiermm_event e = { .kind = 1 + byte(in) % 4,
				  .node = byte(in) % NODES };
	struct tiermm_reclaim_node figures = { .node = byte(in) % NODES,
					       .managed = byte(in),
					       .min = byte(in),
					       .free_pages = byte(in) };
	uint32_t effect;

	(void)tiermm_demotion_event(s->d, &e, &effect);
	fuzz_expect(!tiermm_reclaim_set_nodes(s->r, &figures, 1), "figures");
}

/* A batch to its end, as an honest embedder would. */
static void play(struct scene *s, struct input *in)
{
	uint64_t open = 1;

	bytes(in, s->folios, sizeof(s->folios));
	for (uint32_t i = 0; i < BATCH; i++) {
		s->folios[i].node %= NODES;
		s->folios[i].order %= 11;
		s->folios[i].flags &= TIERMM_FOLIO_ALL;
		s->folios[i].reserved = 0;
	}
	ask(s, in);
	fuzz_expect(!tiermm_reclaim_plan(s->r, &s->context, s->folios, BATCH,
					 s->decisions),
		    "a sound question is answered");
	for (uint32_t step = 0; open; step++) {
		fuzz_expect(step < STEPS, "every way ends");
		for (uint32_t i = 0; i < BATCH; i++)
			s->results[i] =
				(struct tiermm_result){ .outcome =
								byte(in) % 12,
							.pages = byte(in) };
		if (byte(in) & 1)
			shake(s, in);
		ask(s, in);
		fuzz_expect(!tiermm_reclaim_report(s->r, &s->context, s->folios,
						   s->decisions, s->results,
						   BATCH, &open),
			    "a sound report is taken");
	}
	fuzz_expect(tiermm_reclaim_is_valid(s->r), "in is out");
}

/* Folios and decisions out of nowhere: refused, or without harm. */
static void lie(struct scene *s, struct input *in)
{
	struct tiermm_reclaim_explanation e = { .size = sizeof(e) };
	char line[128];

	bytes(in, s->folios, sizeof(s->folios));
	ask(s, in);
	fuzz_expect(!tiermm_reclaim_plan(s->r, &s->context, s->folios, BATCH,
					 s->decisions),
		    "damaged folios are decided, too");
	for (uint32_t i = 0; i < BATCH; i++)
		((uint8_t *)&s->decisions[i])[byte(in) % 32] ^= byte(in);
	bytes(in, s->results, sizeof(s->results));
	(void)tiermm_reclaim_report(s->r, &s->context, s->folios, s->decisions,
				    s->results, BATCH, NULL);
	if (!tiermm_reclaim_explain(s->r, &s->context, s->folios, s->decisions,
				    (int8_t)byte(in), &e))
		(void)tiermm_reclaim_explanation_text(&e, line, sizeof(line),
						      NULL);
	(void)tiermm_reclaim_cancel(s->r, &s->context, s->folios, s->decisions,
				    BATCH);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tiermm_reclaim_options o = { .size = sizeof(o),
					    .rate_limit_bytes = 1 << 20,
					    .max_nodes = NODES };
	struct input in = { data, size };
	struct scene s;

	memset(&s, 0, sizeof(s));
	s.d = machine();
	fuzz_expect(!tiermm_reclaim_create(&s.r, s.d, &o, NULL), "reclaim");
	while (in.size > sizeof(s.folios))
		play(&s, &in);
	lie(&s, &in);
	tiermm_reclaim_destroy(s.r);
	tiermm_demotion_destroy(s.d);
	return 0;
}
