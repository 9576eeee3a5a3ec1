/* SPDX-License-Identifier: MIT */
/*
 * Steps that bring and take memory. A node is empty exactly when its last
 * piece goes, also where a piece's size is not known (what the dax driver
 * gave): pieces are counted, pages are not summed up.
 */
#include "steps.h"

#include <inttypes.h>

static const char too_much[] = "is more than a node's memory can grow by";

static const char *name_of(const struct tiermm__file_replay *p)
{
	return json_string_value(json_object_get(p->action, "name"));
}

/* The entry of the DIMM named; NULL where none of that name is there. */
static int read_name(struct tiermm__file_replay *p,
		     struct tiermm__file_dimm **out)
{
	struct tiermm__file_reader *r = &p->d->reader;
	const json_t *name = json_object_get(p->action, "name");
	const json_t *number;

	if (!json_is_string(name) || !json_string_length(name)) {
		tiermm__file_enter(r, "name");
		return tiermm__file_unexpected(r, name, "a name");
	}
	number = json_object_get(p->names, json_string_value(name));
	*out = number ? &p->dimm[json_integer_value(number)] : NULL;
	return 0;
}

static int read_amount(struct tiermm__file_replay *p, uint64_t *pages)
{
	struct tiermm__file_reader *r = &p->d->reader;
	int err = tiermm__file_mebibytes(r, p->action, "mb", p->d->page_bytes,
					 pages);

	if (err || *pages)
		return err;
	tiermm__file_enter(r, "mb");
	return tiermm__file_unexpected(r, json_object_get(p->action, "mb"),
				       "more than nothing");
}

static uint64_t mebibytes(const struct tiermm__file_replay *p, uint64_t pages)
{
	return pages * p->d->page_bytes >> 20;
}

static int remember(struct tiermm__file_replay *p,
		    const struct tiermm__file_dimm *dimm)
{
	json_t *number = json_integer((json_int_t)p->index);

	p->dimm[p->index] = *dimm;
	p->dimm[p->index].epoch = p->epoch[dimm->node];
	p->d->pieces[dimm->node]++;
	if (json_object_set_new(p->names, name_of(p), number))
		return -TIERMM_ENOMEM;
	return 0;
}

int tiermm__file_dimm_add(struct tiermm__file_replay *p)
{
	struct tiermm__file_dimm *old = NULL, dimm = { 0 };
	int err;

	err = read_name(p, &old);
	if (!err)
		err = tiermm__file_node_id(p->d, p->action, "node", &dimm.node);
	if (!err)
		err = read_amount(p, &dimm.pages);
	if (err)
		return err;
	tiermm__file_step_say(p, "dimm_add %.16s: %" PRIu64 " MiB on node %d",
			      name_of(p), mebibytes(p, dimm.pages), dimm.node);
	if (old)
		return tiermm__file_step_impossible(
			p, "name",
			"is \"%.32s\", which is plugged in already, expected "
			"another name",
			name_of(p));
	p->step->event = (struct tiermm_event){
		.kind = TIERMM_EVENT_MEMORY_ADD,
		.node = dimm.node,
		.pages = dimm.pages,
	};
	err = tiermm__file_step_happen(p, "mb", too_much);
	if (err || !p->step->completed)
		return err;
	return remember(p, &dimm);
}

/* The last piece takes all with it. */
static void plan_removal(struct tiermm__file_replay *p,
			 const struct tiermm__file_dimm *dimm)
{
	int last = p->d->pieces[dimm->node] == 1;

	p->step->event = (struct tiermm_event){
		.kind = TIERMM_EVENT_MEMORY_REMOVE,
		.node = dimm->node,
		.pages = last ? 0 : dimm->pages,
	};
}

int tiermm__file_dimm_del(struct tiermm__file_replay *p)
{
	struct tiermm__file_dimm *dimm = NULL;
	int err, online;

	err = read_name(p, &dimm);
	if (err)
		return err;
	tiermm__file_step_say(p, "dimm_del %.16s", name_of(p));
	if (!dimm)
		return tiermm__file_step_impossible(
			p, "name",
			"is \"%.32s\", which is not plugged in, expected the "
			"name of an earlier dimm_add",
			name_of(p));
	tiermm__file_step_say(p, "dimm_del %.16s: %" PRIu64 " MiB from node %d",
			      name_of(p), mebibytes(p, dimm->pages),
			      dimm->node);
	/* No event where its memory went before, with all of its node. */
	online = dimm->epoch == p->epoch[dimm->node];
	if (online)
		plan_removal(p, dimm);
	err = tiermm__file_step_happen(p, "op", "cannot happen now");
	if (err || !p->step->completed)
		return err;
	if (online)
		p->d->pieces[dimm->node]--;
	json_object_del(p->names, name_of(p));
	return 0;
}

int tiermm__file_kmem(struct tiermm__file_replay *p)
{
	const json_t *amount = json_object_get(p->action, "mb");
	uint64_t pages = 0;
	int32_t node = 0;
	int err;

	err = tiermm__file_node_id(p->d, p->action, "node", &node);
	if (!err && amount && !json_is_null(amount))
		err = read_amount(p, &pages);
	if (err)
		return err;
	tiermm__file_step_say(p, "kmem: memory of the dax driver on node %d",
			      node);
	p->step->event = (struct tiermm_event){
		.kind = TIERMM_EVENT_MEMORY_ADD,
		.node = node,
		.type = TIERMM_MEMORY_DAX,
		.pages = pages,
	};
	err = tiermm__file_step_happen(p, "mb", too_much);
	if (!err && p->step->completed)
		p->d->pieces[node]++;
	return err;
}

int tiermm__file_node_off(struct tiermm__file_replay *p)
{
	int32_t node = 0;
	int err;

	err = tiermm__file_node_id(p->d, p->action, "node", &node);
	if (err)
		return err;
	tiermm__file_step_say(p, "node_off: all memory of node %d", node);
	if (!p->d->pieces[node])
		return tiermm__file_step_impossible(
			p, "node",
			"is %d, which has no memory, expected a node with "
			"memory",
			node);
	p->step->event =
		(struct tiermm_event){ .kind = TIERMM_EVENT_MEMORY_REMOVE,
				       .node = node };
	err = tiermm__file_step_happen(p, "op", "cannot happen now");
	if (err || !p->step->completed)
		return err;
	p->d->pieces[node] = 0;
	p->epoch[node]++;
	return 0;
}
