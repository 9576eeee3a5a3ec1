/* SPDX-License-Identifier: MIT */
/*
 * The oracle (S6): nothing lost, doubled or over capacity; and no access
 * through a translation to a frame that was given to somebody else, or to a
 * copy that was written to since.
 *
 * Each page has a version, which a move or a removal raises; each entry of a
 * TLB remembers the version that it was made of. An entry that is one behind
 * is right as long as the old copy waits and the access only reads.
 */
#include "machine.h"

int tiermm__sim_breach(struct tiermm_sim *s, const char *what, uint64_t page,
		       uint32_t cpu)
{
	char last[360];

	tiermm__sim_notes_text(s, last, sizeof(last));
	return tiermm__sim_report(s->error, -TIERMM_EPROTO, 0, 0,
				  "breach at %llu ns: CPU %u, page %llu: %s; "
				  "last:%s",
				  (unsigned long long)sim_now(s), cpu,
				  (unsigned long long)page, what, last);
}

void tiermm__sim_moved(struct tiermm_sim *s, uint64_t page)
{
	if (s->version)
		s->version[page]++;
}

int tiermm__sim_check_access(struct tiermm_sim *s, uint32_t cpu, uint64_t page,
			     uint32_t hit, uint32_t write)
{
	uint32_t *version =
		&s->cpu[cpu].version[page & (s->costs.tlb_entries - 1)];
	const struct sim_link *link;

	if (!hit) {
		*version = s->version[page];
		return 0;
	}
	if (*version == s->version[page])
		return 0;
	if (*version + 1 != s->version[page])
		return tiermm__sim_breach(s, "used a copy that is long gone",
					  page, cpu);
	link = tiermm__sim_parked(s, page);
	if (!link || !link->flush.parked)
		return tiermm__sim_breach(s, "used an old copy that is free",
					  page, cpu);
	if (write)
		return tiermm__sim_breach(s, "wrote to an old copy", page, cpu);
	if (!(s->page[page] & PAGE_PARKED))
		return tiermm__sim_breach(
			s, "read an old copy of a page that has changed", page,
			cpu);
	return 0;
}

/* A page that is taken for parked has an old copy that waits. */
static int marks_are_true(const struct tiermm_sim *s)
{
	for (uint64_t p = 0; p < s->options.pages; p++) {
		const struct sim_link *link;

		if (!(s->page[p] & PAGE_PARKED))
			continue;
		link = tiermm__sim_parked(s, p);
		if (!link || !link->flush.parked)
			return 0;
	}
	return 1;
}

/* Pages of each node, counted one by one, against what nodes say. */
static int pages_add_up(const struct tiermm_sim *s)
{
	uint64_t used[TIERMM_SIM_NODES] = { 0 };
	uint64_t parked[TIERMM_SIM_NODES] = { 0 };

	for (uint64_t p = 0; p < s->options.pages; p++)
		if (s->page[p] & PAGE_RESIDENT)
			used[s->page[p] & PAGE_NODE]++;
	for (uint64_t i = 0; s->flush && i < SIM_LINKS; i++)
		if (s->parking.link[i].flush.parked)
			parked[s->parking.link[i].from]++;
	for (uint32_t n = 0; n < s->n_nodes; n++)
		if (used[n] != s->node[n].used ||
		    parked[n] != s->node[n].parked ||
		    used[n] != s->node[n].n[0] + s->node[n].n[1] ||
		    s->node[n].used + s->node[n].parked > s->node[n].frames)
			return 0;
	return 1;
}

/* For a walk over a list that leaves it as it is. */
struct tally {
	const struct tiermm_sim *s;
	uint32_t node;
	uint32_t active;
	uint64_t valid;
};

static int tally_one(void *self, uint32_t entry)
{
	struct tally *t = self;

	t->valid += (uint64_t)tiermm__sim_entry_valid(t->s, t->node, t->active,
						      entry);
	return 1;
}

/*
 * Each page has its entry. There may be one more that looks like it: after
 * sixteen turns a tag comes again. Whichever comes up first takes the page
 * along, and makes the other one stale.
 */
static int lists_add_up(struct tiermm_sim *s)
{
	for (uint32_t n = 0; n < s->n_nodes; n++)
		for (uint32_t active = 0; active < 2; active++) {
			struct tally t = { s, n, active, 0 };

			tiermm__sim_list_compact(&s->pool,
						 &s->node[n].list[active],
						 tally_one, &t);
			if (t.valid < s->node[n].n[active])
				return 0;
		}
	return 1;
}

/* What does not add up, or NULL. */
static const char *find_fault(struct tiermm_sim *s)
{
	if (!pages_add_up(s) || !lists_add_up(s))
		return "pages, nodes and lists do not add up";
	if (!marks_are_true(s))
		return "marks of pages and old copies do not add up";
	if (!tiermm__sim_layout_adds_up(s))
		return "frames and their layout do not add up";
	return NULL;
}

/* With CHECK, once in as many accesses as there are pages. */
int tiermm__sim_audit(struct tiermm_sim *s)
{
	const char *fault;

	if (!s->version || s->times.accesses < s->audited + s->options.pages)
		return 0;
	s->audited = s->times.accesses;
	fault = find_fault(s);
	return fault ? tiermm__sim_breach(s, fault, 0, 0) : 0;
}

int tiermm_sim_is_valid(struct tiermm_sim *s)
{
	int valid;

	if (!s || tiermm__sim_enter(&s->inside))
		return 0;
	valid = !find_fault(s);
	tiermm__sim_leave(&s->inside);
	return valid;
}
