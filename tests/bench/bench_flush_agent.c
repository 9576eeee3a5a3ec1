/* SPDX-License-Identifier: MIT */
/*
 * What a tracker of generations costs an agent: a quiescent state, with and
 * without news, against liburcu's; and a reader's section of a handle table
 * against the loads alone.
 */
#include "figure.h"

#include <inttypes.h>
#include <stdio.h>

#include <tiermm/flush_inline.h>
#include <tiermm/random.h>

#ifdef HAVE_URCU
#include <urcu/urcu-qsbr.h>
#include <urcu/static/urcu-qsbr.h>
#endif

#define TURNS 100000
#define HANDLES 4096

struct scene {
	struct tiermm_flush *f;
	struct tiermm_flush_agent *agent;
	uint64_t frames[HANDLES];
	uint64_t *handle[HANDLES];
	uint32_t order[HANDLES];
};

static int no_other_thread(void *self)
{
	(void)self;
	return 0;
}

static uint64_t by_pass(void *argument)
{
	struct scene *s = argument;

	for (uint32_t i = 0; i < TURNS; i++)
		(void)tiermm_flush_pass(s->agent);
	return 0;
}

static uint64_t by_begin_end_inline(void *argument)
{
	struct tiermm_flush_agent *agent = ((struct scene *)argument)->agent;

	for (uint32_t i = 0; i < TURNS; i++)
		tiermm_flush_end_inline(agent,
					tiermm_flush_begin_inline(agent));
	return 0;
}

static uint64_t by_pass_with_news(void *argument)
{
	struct scene *s = argument;
	uint64_t g = 0;

	for (uint32_t i = 0; i < TURNS; i++) {
		(void)tiermm_flush_open_generation(s->f, &g);
		tiermm_flush_pass_inline(s->agent);
	}
	return (uint64_t)tiermm_flush_poll(s->f, g);
}

#ifdef HAVE_URCU
static uint64_t by_qsbr(void *argument)
{
	(void)argument;
	for (uint32_t i = 0; i < TURNS; i++)
		urcu_qsbr_quiescent_state();
	return 0;
}

static uint64_t by_qsbr_inline(void *argument)
{
	(void)argument;
	for (uint32_t i = 0; i < TURNS; i++)
		_urcu_qsbr_quiescent_state();
	return 0;
}

static uint64_t by_qsbr_with_news(void *argument)
{
	(void)argument;
	for (uint32_t i = 0; i < TURNS; i++) {
		/* As a grace period that begins does, one after the other. */
		(void)__atomic_add_fetch(&urcu_qsbr_gp.ctr, 2,
					 __ATOMIC_ACQ_REL);
		_urcu_qsbr_quiescent_state();
	}
	return 1;
}

static void against_urcu(struct scene *s)
{
	struct figure_loop pass = { "flush_pass", by_pass, s, 0 };
	struct figure_loop both = { "flush_begin_end_inline",
				    by_begin_end_inline, s, 0 };
	struct figure_loop qsbr = { "qsbr_quiescent_state", by_qsbr, s, 0 };
	struct figure_loop qsbr_inline = { "qsbr_quiescent_state_inline",
					   by_qsbr_inline, s, 0 };
	struct figure_loop news = { "flush_pass_new_generation",
				    by_pass_with_news, s, 1 };
	struct figure_loop qsbr_news = { "qsbr_new_grace_period",
					 by_qsbr_with_news, s, 1 };

	urcu_qsbr_register_thread();
	(void)figure_compare(&pass, &qsbr, TURNS, 1.2);
	(void)figure_compare(&both, &qsbr_inline, TURNS, 1.2);
	(void)figure_compare(&news, &qsbr_news, TURNS, 1.5);
	urcu_qsbr_unregister_thread();
}
#else
static void against_urcu(struct scene *s)
{
	(void)s;
	(void)by_pass;
	(void)by_begin_end_inline;
	(void)by_pass_with_news;
	printf("no liburcu here: that comparison is left out\n");
}
#endif

/* A read of a handle: the frame that it names, and a word of that frame. */
static uint64_t read_handle(const struct scene *s, uint32_t i)
{
	const uint64_t *frame =
		__atomic_load_n(&s->handle[s->order[i % HANDLES]],
				__ATOMIC_ACQUIRE);

	return *frame;
}

static uint64_t by_bare_loads(void *argument)
{
	const struct scene *s = argument;
	uint64_t sum = 0;

	for (uint32_t i = 0; i < TURNS; i++)
		sum += read_handle(s, i);
	return sum;
}

static uint64_t by_paired_section(void *argument)
{
	const struct scene *s = argument;
	struct tiermm_flush_agent *agent = s->agent;
	uint64_t sum = 0;

	for (uint32_t i = 0; i < TURNS; i++) {
		tiermm_flush_enter_paired(agent);
		sum += read_handle(s, i);
		tiermm_flush_exit_inline(agent);
	}
	return sum;
}

static uint64_t by_fenced_section(void *argument)
{
	const struct scene *s = argument;
	struct tiermm_flush_agent *agent = s->agent;
	uint64_t sum = 0;

	for (uint32_t i = 0; i < TURNS; i++) {
		tiermm_flush_enter_fenced(agent);
		sum += read_handle(s, i);
		tiermm_flush_exit_inline(agent);
	}
	return sum;
}

static uint64_t fill(struct scene *s)
{
	struct tiermm_random random;
	uint64_t sum = 0;

	(void)tiermm_random_seed(&random, 3);
	for (uint32_t i = 0; i < HANDLES; i++) {
		s->frames[i] = i;
		s->handle[i] = &s->frames[tiermm_random_below(&random, i + 1)];
		s->order[i] = (uint32_t)tiermm_random_below(&random, HANDLES);
	}
	for (uint32_t i = 0; i < TURNS; i++)
		sum += read_handle(s, i);
	return sum;
}

int main(void)
{
	static struct scene s;
	struct tiermm_barrier barrier = { .size = sizeof(barrier),
					  .run = no_other_thread };
	struct tiermm_flush_options o = { .size = sizeof(o),
					  .flavour = TIERMM_FLUSH_PAIRED,
					  .barrier = &barrier };
	uint64_t sum = fill(&s);
	struct figure_loop bare = { "bare_acquire_load", by_bare_loads, &s,
				    sum };
	struct figure_loop paired = { "flush_section_paired", by_paired_section,
				      &s, sum };
	struct figure_loop fenced = { "flush_section_fenced", by_fenced_section,
				      &s, sum };

	if (tiermm_flush_create(&s.f, &o, NULL) ||
	    tiermm_flush_join(s.f, 0, &s.agent))
		figure_die("no tracker");
	(void)figure_compare(&paired, &bare, TURNS, 1.5);
	(void)figure_compare(&fenced, &bare, TURNS, 40);
	(void)tiermm_flush_enter(s.agent);
	against_urcu(&s);
	tiermm_flush_destroy(s.f);
	return 0;
}
