/* SPDX-License-Identifier: MIT */
/*
 * Look-ups in the published table, and in a snapshot under its blocked set.
 *
 * Wait-free, bounded, no store to shared memory. One word answers by itself;
 * more than that is read between tiermm__look_begin() and tiermm__look_end(),
 * whose protocol handle.h tells; model: tests/model/demotion_publish.pml.
 */
#include "demotion/choose.h"
#include "demotion/handle.h"
#include "demotion/quick.h"

#include <stddef.h>

int32_t tiermm_demotion_next(const struct tiermm_demotion *d, int32_t node)
{
	if (!tiermm__has_word(node))
		return TIERMM_NO_NODE;
	/*
	 * Relaxed: the word is the whole answer. Partner: store_words(), whose
	 * order matters to those who read more than that.
	 */
	return tiermm__word_target(atomic_load_explicit(tiermm__word(d, node),
							memory_order_relaxed));
}

int tiermm_demotion_next_array(const struct tiermm_demotion *d,
			       const int32_t *nodes, uint64_t n, int32_t *out)
{
	if (!d || (n && (!nodes || !out)))
		return -TIERMM_EINVAL;
	for (uint64_t i = 0; i < n; i++)
		out[i] = tiermm_demotion_next(d, nodes[i]);
	return 0;
}

/* One attempt: 0 with *target, or -TIERMM_ENODEV. */
static int attempt(const struct tiermm_demotion *d, int32_t node,
		   const struct tiermm__look *look,
		   const struct tiermm_demotion_query *query, int32_t *target)
{
	struct tiermm__demotion_view v = tiermm__image_view(look->image);
	uint32_t row = tiermm__view_row(&v, (uint32_t)node);

	if (row == v.n)
		return -TIERMM_ENODEV;
	*target = TIERMM_NO_NODE;
	if (!(look->word & TIERMM__WORD_OFF))
		*target = tiermm__view_choose(&v, row, query, d->blocked);
	return 0;
}

/*
 * A query for one attempt. What it draws from is a copy, so that attempts that
 * came to nothing leave no trace in the caller's state.
 */
struct trial {
	struct tiermm_demotion_query query;
	struct tiermm_random random;
	uint64_t cursor;
};

static void start_trial(struct trial *trial,
			const struct tiermm_demotion_query *query)
{
	trial->query = *query;
	if (query->random) {
		trial->random = *query->random;
		trial->query.random = &trial->random;
	}
	if (query->cursor) {
		trial->cursor = *query->cursor;
		trial->query.cursor = &trial->cursor;
	}
}

static void keep_trial(const struct trial *trial,
		       const struct tiermm_demotion_query *query)
{
	if (query->random)
		*query->random = trial->random;
	if (query->cursor)
		*query->cursor = trial->cursor;
}

/* Of more than one word: image and blocked set. */
static int choose_from_sets(const struct tiermm_demotion *d, int32_t node,
			    const struct tiermm_demotion_query *query,
			    int32_t *out)
{
	struct trial trial;

	for (uint32_t i = 0; i < TIERMM__TRIES; i++) {
		struct tiermm__look look = tiermm__look_begin(d, node);
		int32_t target;
		int err;

		start_trial(&trial, query);
		err = attempt(d, node, &look, &trial.query, &target);
		if (!tiermm__look_end(&look))
			continue;
		if (err)
			return err;
		keep_trial(&trial, query);
		*out = target;
		return 0;
	}
	return -TIERMM_EAGAIN;
}

int tiermm__first_from_sets(const struct tiermm_demotion *d, int32_t node,
			    const struct tiermm_nodeset *allowed, int32_t *out)
{
	struct tiermm_demotion_query query = { .allowed = allowed };

	return choose_from_sets(d, node, &query, out);
}

int tiermm_demotion_choose(const struct tiermm_demotion *d, int32_t node,
			   const struct tiermm_demotion_query *query,
			   int32_t *out)
{
	struct tiermm_demotion_query checked;
	uint64_t word;
	int err;

	if (!d || !out)
		return -TIERMM_EINVAL;
	err = tiermm__query_check(&checked, query);
	if (err)
		return err;
	if (!tiermm__has_word(node))
		return -TIERMM_ENODEV;
	/* Relaxed: as in tiermm_demotion_next(). */
	word = atomic_load_explicit(tiermm__word(d, node),
				    memory_order_relaxed);
	if ((checked.choice == TIERMM_CHOICE_FIRST ||
	     !(word & TIERMM__WORD_MANY)) &&
	    tiermm__word_answers(word, checked.allowed)) {
		*out = tiermm__word_target(word);
		return 0;
	}
	return choose_from_sets(d, node, &checked, out);
}

const struct tiermm_demotion_graph *
tiermm_demotion_peek(const struct tiermm_demotion *d)
{
	/*
	 * Acquire: the graph is seen whole. Partner: the release store of
	 * d->published in publish.c.
	 */
	return d ? atomic_load_explicit(&d->published, memory_order_acquire)
		 : NULL;
}

int tiermm_demotion_choose_from(const struct tiermm_demotion *d,
				const struct tiermm_demotion_graph *g,
				int32_t node,
				const struct tiermm_demotion_query *query,
				int32_t *out)
{
	struct tiermm_demotion_query checked;
	struct tiermm__demotion_view v;
	uint32_t row;
	int err;

	if (!d || !g || !out)
		return -TIERMM_EINVAL;
	err = tiermm__query_check(&checked, query);
	if (err)
		return err;
	v = tiermm__demotion_graph_view(g);
	row = tiermm__view_row(&v, (uint32_t)node);
	if (row == v.n)
		return -TIERMM_ENODEV;
	/* Relaxed: on and off stand in every word, each true by itself. */
	if (atomic_load_explicit(tiermm__word(d, 0), memory_order_relaxed) &
	    TIERMM__WORD_OFF)
		*out = TIERMM_NO_NODE;
	else
		*out = tiermm__view_choose(&v, row, &checked, d->blocked);
	return 0;
}
