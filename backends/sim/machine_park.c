/* SPDX-License-Identifier: MIT */
/* Old copies of moved pages, which keep their frames until nobody sees them. */
#include "machine.h"

#include <tiermm/engine_drain.h>
#include <tiermm/flush_agent.h>
#include <tiermm/flush_settle.h>

#define SLOTS (2 * SIM_LINKS)

static uint32_t home(uint64_t page)
{
	return (uint32_t)((page * UINT64_C(0x9e3779b97f4a7c15)) >> 32) &
	       (SLOTS - 1);
}

/* The slot of a page, or the free one where it would go. */
static uint32_t find(const struct sim_parking *p, uint64_t page)
{
	uint32_t i = home(page);

	while (p->slot[i] && p->link[p->slot[i] - 1].page != page)
		i = (i + 1) & (SLOTS - 1);
	return i;
}

/* Close the gap: whoever stands behind and could not be at home moves up. */
static void remove_slot(struct sim_parking *p, uint32_t i)
{
	uint32_t next = i;

	for (;;) {
		uint32_t wants;

		next = (next + 1) & (SLOTS - 1);
		if (!p->slot[next])
			break;
		wants = home(p->link[p->slot[next] - 1].page);
		if (((next - wants) & (SLOTS - 1)) >=
		    ((next - i) & (SLOTS - 1))) {
			p->slot[i] = p->slot[next];
			i = next;
		}
	}
	p->slot[i] = 0;
}

/* Outside until they run: an idle CPU holds nothing, and nothing up. */
static int join_agents(struct tiermm_sim *s)
{
	for (uint32_t i = 0; i < s->n_cpus; i++) {
		int err = tiermm_flush_join(s->flush, i, &s->cpu[i].agent);

		if (err)
			return err;
	}
	return 0;
}

int tiermm__sim_parking_make(struct tiermm_sim *s)
{
	struct sim_parking *p = &s->parking;

	if (!s->flush)
		return 0;
	p->n_words = (s->n_cpus + 63) / 64;
	p->link = tiermm__sim_take(s, SIM_LINKS * sizeof(*p->link));
	p->free = tiermm__sim_take(s, SIM_LINKS * sizeof(*p->free));
	p->slot = tiermm__sim_take(s, SLOTS * sizeof(*p->slot));
	p->agents = tiermm__sim_take(s, p->n_words * sizeof(*p->agents));
	if (!p->link || !p->free || !p->slot || !p->agents)
		return -TIERMM_ENOMEM;
	for (uint32_t i = 0; i < SIM_LINKS; i++)
		p->free[p->n_free++] = SIM_LINKS - 1 - i;
	return join_agents(s);
}

void tiermm__sim_parking_drop(struct tiermm_sim *s)
{
	if (!s->flush)
		return;
	for (uint32_t i = 0; i < s->n_cpus; i++) {
		if (!s->cpu[i].agent)
			continue;
		if (s->cpu[i].ran)
			tiermm_flush_exit(s->cpu[i].agent);
		tiermm_flush_leave(s->flush, s->cpu[i].agent);
	}
	tiermm__sim_reap(s);
}

struct sim_link *tiermm__sim_parked(const struct tiermm_sim *s, uint64_t page)
{
	uint32_t place =
		s->flush ? s->parking.slot[find(&s->parking, page)] : 0;

	return place ? &s->parking.link[place - 1] : NULL;
}

/* The flush link is the first thing in ours. */
static void give_back(struct tiermm_sim *s,
		      const struct tiermm_flush_page *flush)
{
	const struct sim_link *link = (const void *)flush;
	struct sim_parking *p = &s->parking;

	remove_slot(p, find(p, link->page));
	p->free[p->n_free++] = (uint32_t)(link - p->link);
}

/*
 * A link for a page that is about to be moved. None for one that was written
 * to, and is mapped writable, nor for one whose older copy waits.
 */
static struct tiermm_flush_page *hand_out(void *self,
					  const struct tiermm_move *move,
					  struct tiermm_flush_page **copy)
{
	struct tiermm_sim *s = self;
	struct sim_parking *p = &s->parking;
	uint32_t word = sim_word(s, move->page);
	uint32_t slot = find(p, move->page);
	uint32_t place;

	(void)copy; /* a page is one number wherever it is */
	if (word & PAGE_DIRTY || p->slot[slot] || p->n_free == 0)
		return NULL;
	place = p->free[--p->n_free];
	p->link[place] = (struct sim_link){
		.page = (uint32_t)move->page,
		.from = word & PAGE_NODE,
		.fresh = 1,
	};
	p->slot[slot] = place + 1;
	return &p->link[place].flush;
}

static void take_in(void *self, const struct tiermm_move *move,
		    struct tiermm_flush_page *link)
{
	(void)move;
	give_back(self, link);
}

struct tiermm_parking tiermm__sim_park(struct tiermm_sim *s)
{
	return (struct tiermm_parking){ .size = sizeof(struct tiermm_parking),
					.flags = TIERMM_PARKING_WHOLE,
					.self = s,
					.link = hand_out,
					.unused = take_in };
}

static void take_request(struct tiermm_sim *s,
			 const struct tiermm_flush_request *request)
{
	uint64_t n;
	struct tiermm_flush_page *const *pages =
		tiermm_flush_request_pages(request, &n);

	for (uint64_t i = 0; i < n; i++) {
		const struct sim_link *link = (const void *)pages[i];

		s->node[link->from].parked--;
		if (s->layout)
			tiermm__sim_frame_unpark(s, link);
		sim_clear_flags(s, link->page, PAGE_PARKED);
		tiermm__sim_note(s, SIM_FREED, link->page, link->from,
				 link->from);
		give_back(s, pages[i]);
	}
}

static int take_freed(struct tiermm_sim *s, struct tiermm_flush_freed *freed)
{
	for (struct tiermm_flush_request *r = freed->requests; r;
	     r = tiermm_flush_request_next(r))
		take_request(s, r);
	return tiermm_engine_take_back(s->engine, freed);
}

int tiermm__sim_drain(struct tiermm_sim *s, int32_t node)
{
	struct tiermm_flush_drain drain = {
		.size = sizeof(drain),
		.agents = s->parking.agents,
		.n_words = s->parking.n_words,
	};
	struct tiermm_flush_freed freed = { .size = sizeof(freed) };
	struct tiermm_nodeset nodes = { { 0 } };
	int err;

	tiermm_nodeset_add(&nodes, node);
	err = tiermm_engine_drain(s->engine, &nodes, &drain, &freed);
	return err ? err : take_freed(s, &freed);
}

int tiermm__sim_reap(struct tiermm_sim *s)
{
	struct tiermm_flush_freed freed = { .size = sizeof(freed) };
	int err = tiermm_engine_reap(s->engine, NULL, sim_now(s), 0, &freed);

	return err ? err : take_freed(s, &freed);
}

/* Before a page changes: whoever could still read the old copy flushes. */
void tiermm__sim_park_settle(struct tiermm_sim *s, uint64_t page)
{
	const struct sim_link *link = tiermm__sim_parked(s, page);
	struct tiermm_flush_wait wait = {
		.size = sizeof(wait),
		.agents = s->parking.agents,
		.n_words = s->parking.n_words,
	};

	if (link && tiermm_flush_settle(s->flush, &link->flush, &wait) ==
			    -TIERMM_EAGAIN) {
		s->sum.settled++;
		tiermm__sim_note(s, SIM_SETTLED, page, link->from,
				 sim_word(s, page) & PAGE_NODE);
		tiermm__sim_flusher(s, wait.agents, wait.n_words,
				    wait.n_agents);
	}
	sim_clear_flags(s, page, PAGE_PARKED);
}
