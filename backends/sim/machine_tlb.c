/* SPDX-License-Identifier: MIT */
/* Translations that CPUs hold, and how they are made to forget them. */
#include "machine.h"

/* All of it; what waits for this CPU's flush learns that it has come. */
void tiermm__sim_tlb_flush(struct tiermm_sim *s, uint32_t cpu)
{
	struct sim_cpu *c = &s->cpu[cpu];
	uint64_t generation = c->agent ? tiermm_flush_begin(c->agent) : 0;

	memset(c->tlb, 0, s->costs.tlb_entries * sizeof(*c->tlb));
	if (c->agent)
		tiermm_flush_end(c->agent, generation);
}

static void forget(struct tiermm_sim *s, uint32_t cpu, const uint64_t *pages,
		   uint64_t n)
{
	for (uint64_t i = 0; i < n; i++) {
		uint32_t *entry =
			&s->cpu[cpu].tlb[pages[i] & (s->costs.tlb_entries - 1)];

		if (*entry == (uint32_t)pages[i] + 1)
			*entry = 0;
	}
}

/* Interrupt every CPU of the program for these pages; the payer waits. */
void tiermm__sim_shootdown(struct tiermm_sim *s, const uint64_t *pages,
			   uint64_t n)
{
	if (n == 0)
		return;
	s->sum.shootdowns++;
	tiermm__sim_pay(s, s->payer, s->costs.shootdown_ns);
	for (uint32_t i = 0; i < s->n_cpus; i++) {
		if (!s->cpu[i].ran)
			continue;
		if (i != s->payer) {
			s->sum.interrupts++;
			tiermm__sim_pay(s, i, s->costs.interrupt_ns);
		}
		if (n > SIM_FLUSH_CEILING)
			tiermm__sim_tlb_flush(s, i);
		else
			forget(s, i, pages, n);
	}
}

/* A drain: these agents, and nobody else. */
int tiermm__sim_flusher(void *self, const uint64_t *agents, uint64_t n_words,
			uint64_t n_agents)
{
	struct tiermm_sim *s = self;

	if (n_agents == 0)
		return 0;
	s->sum.shootdowns++;
	tiermm__sim_pay(s, s->payer, s->costs.shootdown_ns);
	for (uint32_t i = 0; i < s->n_cpus && i / 64 < n_words; i++) {
		if (!(agents[i / 64] >> (i % 64) & 1))
			continue;
		if (i != s->payer) {
			s->sum.interrupts++;
			tiermm__sim_pay(s, i, s->costs.interrupt_ns);
		}
		tiermm__sim_tlb_flush(s, i);
	}
	return 0;
}
