/* SPDX-License-Identifier: MIT */
/*
 * Listeners are asked, then parts prepare; who agreed is told in reverse order
 * where it comes to nothing (L3). How far it went is noted before each call, so
 * that a callback which never returns leaves nothing half known.
 */
#include "layout/relayout.h"

#include "base/nodeset.h"

#include <stddef.h>

static int refused(int err, uint32_t what, int32_t node, uint32_t part,
		   struct tiermm_layout_problem *problem)
{
	return tiermm__layout_report(problem,
				     &(struct tiermm_layout_problem){
					     .error = err < 0 ? err
							      : -TIERMM_EINVAL,
					     .what = what,
					     .range = part,
					     .node = node,
					     .other_node = TIERMM_NO_NODE });
}

static int ask_listeners(struct tiermm_relayout *r,
			 struct tiermm_layout_problem *problem)
{
	const struct tiermm_layout_shift *shift = &r->shifts[r->asked_node];

	for (; r->asked_listener < r->max_listeners; r->asked_listener++) {
		const struct tiermm_layout_listener *l =
			&r->listeners[r->asked_listener];
		int err = l->size && l->populate
				  ? l->populate(l->self, &r->change, shift)
				  : 0;

		if (err)
			return refused(err, TIERMM_LAYOUT_PROBLEM_VETO,
				       (int32_t)r->asked_node, 0, problem);
	}
	return 0;
}

static int prepare_parts(struct tiermm_relayout *r,
			 struct tiermm_layout_problem *problem)
{
	for (; r->ready_parts < r->n_parts; r->ready_parts++) {
		struct tiermm_layout_part *p = &r->parts[r->ready_parts];
		int err = p->prepare(p->self, &r->change);

		if (err)
			return refused(err, TIERMM_LAYOUT_PROBLEM_PART,
				       TIERMM_NO_NODE, r->ready_parts, problem);
	}
	return 0;
}

int tiermm__layout_ask(struct tiermm_relayout *r,
		       struct tiermm_layout_problem *problem)
{
	r->asked_node = 0;
	r->asked_listener = 0;
	r->ready_parts = 0;
	for (; r->asked_node < r->max_nodes; r->asked_node++) {
		int err = 0;

		if (r->shifts[r->asked_node].gains)
			err = ask_listeners(r, problem);
		if (err)
			return err;
		r->asked_listener = 0;
	}
	return prepare_parts(r, problem);
}

/* Listeners below n agreed about this node. */
static void cancel_node(struct tiermm_relayout *r, uint32_t node, uint32_t n)
{
	if (!r->shifts[node].gains)
		return;
	while (n--) {
		const struct tiermm_layout_listener *l = &r->listeners[n];

		if (l->size && l->populate && l->cancel)
			l->cancel(l->self, &r->change, &r->shifts[node]);
	}
}

void tiermm__layout_cancel(struct tiermm_relayout *r)
{
	while (r->ready_parts) {
		struct tiermm_layout_part *p = &r->parts[--r->ready_parts];

		p->abort(p->self, &r->change);
	}
	if (r->asked_node < r->max_nodes)
		cancel_node(r, r->asked_node, r->asked_listener);
	while (r->asked_node)
		cancel_node(r, --r->asked_node, r->max_listeners);
	tiermm__view_give_back(r->prepared);
	r->prepared = NULL;
}

void tiermm__layout_commit_parts(struct tiermm_relayout *r)
{
	for (uint32_t i = 0; i < r->n_parts; i++)
		r->parts[i].commit(r->parts[i].self, &r->change);
}

void tiermm__layout_tell(struct tiermm_relayout *r)
{
	for (uint32_t i = 0; i < r->max_listeners; i++) {
		const struct tiermm_layout_listener *l = &r->listeners[i];

		if (!l->size)
			continue;
		for (uint32_t n = 0; n < r->max_nodes; n++) {
			const struct tiermm_layout_shift *s = &r->shifts[n];

			if (s->gains && l->populated)
				l->populated(l->self, &r->change, s);
			if (s->loses && l->discarded)
				l->discarded(l->self, &r->change, s);
		}
	}
}

int tiermm_relayout_listen(struct tiermm_relayout *r,
			   const struct tiermm_layout_listener *listener,
			   uint32_t *id)
{
	uint32_t i = 0;
	int err;

	if (!listener || !id || listener->size < sizeof(*listener) ||
	    listener->size % sizeof(void *))
		return -TIERMM_EINVAL;
	if (listener->flags)
		return -TIERMM_E2BIG;
	err = tiermm__relayout_enter(r);
	if (err)
		return err;
	while (i < r->max_listeners && r->listeners[i].size)
		i++;
	if (r->prepared)
		err = -TIERMM_EBUSY;
	else if (i == r->max_listeners)
		err = -TIERMM_ENOSPC;
	else
		r->listeners[i] = *listener;
	if (!err)
		*id = i;
	tiermm__relayout_leave(r);
	return err;
}

int tiermm_relayout_unlisten(struct tiermm_relayout *r, uint32_t id)
{
	int err = tiermm__relayout_enter(r);

	if (err)
		return err;
	if (r->prepared)
		err = -TIERMM_EBUSY;
	else if (id >= r->max_listeners || !r->listeners[id].size)
		err = -TIERMM_ENOENT;
	else
		r->listeners[id].size = 0;
	tiermm__relayout_leave(r);
	return err;
}
