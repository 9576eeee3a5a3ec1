/* SPDX-License-Identifier: MIT */
/* The cache: frames, moves, and room made by the engine. */
#include "cache.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>

#define BATCH 32
#define POISON 0xdd
/* The slow arena is kept this far from full. */
#define SLOW_RESERVE 48

void value_fill(struct frame *frame, uint64_t key)
{
	frame->key = key;
	memset(frame->byte, (int)(key % 199), FRAME_BYTES);
}

int value_is_whole(const struct frame *frame, uint64_t key)
{
	unsigned char byte = (unsigned char)(key % 199);

	return frame->key == key && frame->byte[0] == byte &&
	       frame->byte[FRAME_BYTES / 2] == byte &&
	       frame->byte[FRAME_BYTES - 1] == byte;
}

static struct frame *take_frame(struct arena *a)
{
	struct frame *frame = a->free;

	if (frame) {
		a->free = frame->next_free;
		a->n_free--;
	}
	return frame;
}

/* A free frame is poisoned: who still reads it is caught. */
static void free_frame(struct cache *c, struct frame *frame)
{
	struct frame *fast = c->arena[0].frames;
	int is_fast = frame >= fast && frame < fast + FAST_FRAMES;
	struct arena *a = &c->arena[!is_fast];

	memset(frame->byte, POISON, FRAME_BYTES);
	frame->next_free = a->free;
	a->free = frame;
	a->n_free++;
}

static int32_t node_of(const struct cache *c, const struct frame *frame)
{
	const struct frame *fast = c->arena[0].frames;

	return frame >= fast && frame < fast + FAST_FRAMES ? 0 : 1;
}

/* The table's move: copy, then let the handle name the copy. */
static uint32_t move_value(struct cache *c, uint64_t key)
{
	struct frame *old =
		atomic_load_explicit(&c->handle[key], memory_order_relaxed);
	struct frame *new;

	if (!old)
		return TIERMM_OUTCOME_ABSENT;
	/* Readers cannot be made to flush: what is not parked stays. */
	if (!old->link.parked)
		return TIERMM_OUTCOME_BUSY;
	new = take_frame(&c->arena[1]);
	if (!new)
		return TIERMM_OUTCOME_TARGET_FULL;
	value_fill(new, key);
	memcpy(new->byte, old->byte, FRAME_BYTES);
	/* Release: who loads the handle sees the copy. */
	atomic_store_explicit(&c->handle[key], new, memory_order_release);
	return TIERMM_OUTCOME_DONE;
}

static int move(void *self, const struct tiermm_move *moves, uint64_t n,
		struct tiermm_result *results)
{
	for (uint64_t i = 0; i < n; i++) {
		results[i].outcome = move_value(self, moves[i].page);
		results[i].pages = 1;
	}
	return 0;
}

/* Out of the cache: the handle names nothing, the frame waits for readers. */
static int discard(void *self, const uint64_t *pages, uint64_t n,
		   struct tiermm_result *results)
{
	struct cache *c = self;

	for (uint64_t i = 0; i < n; i++) {
		struct frame *frame =
			atomic_exchange_explicit(&c->handle[pages[i]], NULL,
						 memory_order_acq_rel);

		results[i].outcome = TIERMM_OUTCOME_ABSENT;
		if (!frame ||
		    tiermm_flush_open_generation(c->flush, &frame->generation))
			continue;
		frame->next_free = c->limbo;
		c->limbo = frame;
		results[i].outcome = TIERMM_OUTCOME_DONE;
		results[i].pages = 1;
	}
	return 0;
}

static void empty_limbo(struct cache *c)
{
	struct frame *frame = c->limbo, *next;

	c->limbo = NULL;
	for (; frame; frame = next) {
		next = frame->next_free;
		if (tiermm_flush_poll(c->flush, frame->generation) == 1) {
			free_frame(c, frame);
			continue;
		}
		frame->next_free = c->limbo;
		c->limbo = frame;
	}
}

/* Values of an arena that the clock's hand comes by, cold ones as such. */
static uint64_t gather(struct cache *c, int32_t node,
		       struct tiermm_folio *folios,
		       struct tiermm_flush_page **links)
{
	struct arena *a = &c->arena[node];
	uint64_t n = 0;

	for (uint64_t i = 0; i < a->n && n < BATCH; i++) {
		struct frame *frame = &a->frames[a->hand++ % a->n];
		uint64_t key = frame->key;
		uint8_t used;

		if (key >= KEYS ||
		    atomic_load_explicit(&c->handle[key],
					 memory_order_relaxed) != frame)
			continue;
		used = atomic_exchange_explicit(&c->used[key], 0,
						memory_order_relaxed);
		links[n] = &frame->link;
		folios[n++] = (struct tiermm_folio){
			.page = key,
			.node = node_of(c, frame),
			.flags = TIERMM_FOLIO_MAPPED |
				 (used ? TIERMM_FOLIO_REFERENCED : 0u),
		};
	}
	return n;
}

/* One step over cold values of an arena: down, or out. */
static int make_room(struct cache *c, int32_t node)
{
	struct tiermm_reclaim_context context = {
		.size = sizeof(context),
		.flags = (uint32_t)c->no_demotion
	};
	struct tiermm_step step = { .size = sizeof(step) };
	struct tiermm_flush_page *links[BATCH];
	struct tiermm_parking parking = { .size = sizeof(parking),
					  .links = links };
	struct tiermm_folio folios[BATCH];
	struct tiermm_decision decisions[BATCH];
	uint64_t n = gather(c, node, folios, links);
	int err = tiermm_engine_demote(c->engine, &context, &parking, folios, n,
				       decisions, &step);

	c->demoted += step.demoted;
	c->evicted += step.discarded;
	return err;
}

/* Old copies that came back: free, and their requests the engine's again. */
static int take_freed(struct cache *c, struct tiermm_flush_freed *freed)
{
	for (struct tiermm_flush_request *r = freed->requests; r;
	     r = tiermm_flush_request_next(r)) {
		struct tiermm_flush_page *const *pages;
		uint64_t n;

		pages = tiermm_flush_request_pages(r, &n);
		for (uint64_t i = 0; i < n; i++)
			free_frame(c, (struct frame *)(void *)pages[i]);
	}
	return tiermm_engine_take_back(c->engine, freed);
}

/* Parked copies first, then room by the engine, for as long as it takes. */
static int relieve(struct cache *c)
{
	struct tiermm_flush_freed freed = { .size = sizeof(freed) };
	int err = tiermm_engine_reap(c->engine, NULL, 0, 0, &freed);

	if (!err)
		err = take_freed(c, &freed);
	empty_limbo(c);
	if (!err && c->arena[1].n_free < SLOW_RESERVE)
		err = make_room(c, 1);
	if (!err && !c->arena[0].free)
		err = make_room(c, 0);
	if (!c->arena[0].free)
		sched_yield();
	return err;
}

int cache_insert(struct cache *c, uint64_t key)
{
	struct frame *frame;
	int err = 0;

	while (!err && !c->arena[0].free)
		err = relieve(c);
	if (err)
		return err;
	frame = take_frame(&c->arena[0]);
	value_fill(frame, key);
	atomic_store_explicit(&c->used[key], 1, memory_order_relaxed);
	/* Release: who loads the handle sees the value. */
	atomic_store_explicit(&c->handle[key], frame, memory_order_release);
	return 0;
}

static int arena_begin(struct cache *c, int32_t node, uint64_t n)
{
	struct arena *a = &c->arena[node];

	a->frames = calloc(n, sizeof(*a->frames));
	if (!a->frames)
		return -TIERMM_ENOMEM;
	a->n = n;
	for (uint64_t i = 0; i < n; i++) {
		a->frames[i].key = KEYS;
		a->frames[i].next_free = a->free;
		a->free = &a->frames[i];
	}
	a->n_free = n;
	return 0;
}

/* Two nodes, the second one slower. */
static int describe(struct tiermm_topology **out)
{
	struct tiermm_topology_builder *b;
	int err = tiermm_topology_builder_create(&b, NULL, NULL);

	for (int32_t node = 0; node < 2 && !err; node++)
		err = tiermm_topology_builder_add_node(b, node,
						       TIERMM_NODE_ONLINE,
						       node ? SLOW_FRAMES
							    : FAST_FRAMES);
	if (!err)
		err = tiermm_topology_builder_set_cpu(b, 0, 0);
	if (!err)
		err = tiermm_topology_builder_set_abstract_distance(
			b, 1, 5000, TIERMM_SOURCE_CALLER);
	if (!err)
		err = tiermm_topology_create(out, b, NULL, NULL);
	tiermm_topology_builder_destroy(b);
	return err;
}

static int engine_begin(struct cache *c)
{
	struct tiermm_flush_options f = { .size = sizeof(f),
					  .max_agents = READERS,
					  .max_nodes = 2 };
	struct tiermm_engine_options o = { .size = sizeof(o),
					   .max_requests = 64,
					   .flush_options = &f };
	struct tiermm_memops ops = { .size = sizeof(ops),
				     .name = "tiered_cache",
				     .self = c,
				     .move = move,
				     .discard = discard };
	struct tiermm_topology *machine = NULL;
	int err = describe(&machine);

	if (!err)
		err = tiermm_engine_create(&c->engine, machine, &o, &ops,
					   TIERMM_CAN_MOVE | TIERMM_CAN_DISCARD,
					   NULL, NULL);
	tiermm_topology_unref(machine);
	c->flush = tiermm_engine_flush(c->engine);
	return err;
}

int cache_begin(struct cache *c, int demotes)
{
	int err;

	memset(c, 0, sizeof(*c));
	c->no_demotion = demotes ? 0 : TIERMM_RECLAIM_NO_DEMOTION;
	err = arena_begin(c, 0, FAST_FRAMES);
	if (!err)
		err = arena_begin(c, 1, SLOW_FRAMES);
	return err ? err : engine_begin(c);
}

void cache_end(struct cache *c)
{
	tiermm_engine_destroy(c->engine);
	free(c->arena[0].frames);
	free(c->arena[1].frames);
}
