/* SPDX-License-Identifier: MIT */
/* Rebuilds in two steps, one owner at a time, old graphs retired (D6, D7). */
#include "demotion/graph.h"
#include "demotion_fixture.h"

/* Node 2 has its memory on the way out, node 3 none; 9 has some. */
static struct machine changed_nodes(void)
{
	struct machine m = five_nodes;

	m.nodes[2].state = TIERMM_NODE_GOING;
	m.nodes[3].state = MACHINE_MEMORYLESS;
	m.nodes[3].pages = 0;
	m.nodes[5].state = TIERMM_NODE_ONLINE;
	return m;
}

static void nothing_is_seen_before_publish(void **state)
{
	struct tiermm_demotion *d = demotion_of(&five_nodes, NULL);
	struct machine m = changed_nodes();
	struct tiermm_topology *t = machine_topology(&m);
	struct tiermm_nodeset set;

	(void)state;
	assert_int_equal(tiermm_demotion_prepare(d, t, NULL, NULL), 0);
	assert_int_equal(tiermm_demotion_next(d, 1), 3);
	assert_int_equal(tiermm_demotion_publish(d), 0);
	assert_int_equal(tiermm_demotion_next(d, 1), 4);
	assert_int_equal(tiermm_demotion_next(d, 9), TIERMM_NO_NODE);
	assert_int_equal(tiermm_demotion_blocked(d, &set), 0);
	assert_int_equal(set.word[0], 0x00c);
	assert_int_equal(demotion_counter(d, TIERMM_DEMOTION_BLOCKED), 2);
	assert_int_equal(tiermm_demotion_publish(d), -TIERMM_ENOENT);
	tiermm_topology_unref(t);
	tiermm_demotion_destroy(d);
}

static void what_is_prepared_can_be_given_back(void **state)
{
	struct tiermm_demotion *d = demotion_of(&five_nodes, NULL);
	struct machine m = changed_nodes();
	struct tiermm_topology *t = machine_topology(&m);

	(void)state;
	assert_int_equal(tiermm_demotion_prepare(d, t, NULL, NULL), 0);
	assert_int_equal(tiermm_demotion_prepare(d, t, NULL, NULL), 0);
	assert_int_equal(tiermm_demotion_abandon(d), 0);
	assert_int_equal(tiermm_demotion_abandon(d), 0);
	assert_int_equal(tiermm_demotion_publish(d), -TIERMM_ENOENT);
	/* Left to destroy. */
	assert_int_equal(tiermm_demotion_prepare(d, t, NULL, NULL), 0);
	tiermm_topology_unref(t);
	tiermm_demotion_destroy(d);
}

/* Whichever it is: it was prepared for a machine that is no more. */
static void an_event_gives_back_what_was_prepared(void **state)
{
	struct tiermm_demotion *d = demotion_of(&five_nodes, NULL);
	struct tiermm_topology *t = machine_topology(&five_nodes);

	(void)state;
	assert_int_equal(tiermm_demotion_prepare(d, t, NULL, NULL), 0);
	assert_int_equal(demotion_event(d, TIERMM_EVENT_MEMORY_GOING, 2, 0),
			 TIERMM_EFFECT_BLOCKED);
	assert_int_equal(tiermm_demotion_publish(d), -TIERMM_ENOENT);
	assert_int_equal(tiermm_demotion_next(d, 0), 3);
	assert_int_equal(tiermm_demotion_prepare(d, t, NULL, NULL), 0);
	assert_int_equal(demotion_event(d, TIERMM_EVENT_MEMORY_GOING, 9, 0),
			 -TIERMM_EINVAL);
	/* That one did not happen. */
	assert_int_equal(tiermm_demotion_publish(d), 0);
	assert_int_equal(tiermm_demotion_next(d, 0), 2);
	tiermm_topology_unref(t);
	tiermm_demotion_destroy(d);
}

static void new_options_are_kept_once_published(void **state)
{
	struct tiermm_demotion_edge edges[] = { { 0, 4, 0 }, { 1, 4, 0 } };
	struct tiermm_demotion_options o = {
		.size = sizeof(o),
		.strategy = TIERMM_STRATEGY_MANUAL,
		.edges = edges,
		.n_edges = 2,
	};
	struct tiermm_demotion *d = demotion_of(&five_nodes, NULL);
	struct tiermm_topology *t = machine_topology(&five_nodes);

	(void)state;
	assert_int_equal(tiermm_demotion_prepare(d, t, &o, NULL), 0);
	assert_int_equal(tiermm_demotion_publish(d), 0);
	assert_int_equal(tiermm_demotion_next(d, 0), 4);
	memset(edges, 0xff, sizeof(edges)); /* they were copied */
	assert_true(demotion_event(d, TIERMM_EVENT_MEMORY_REMOVE, 2, 0) > 0);
	assert_int_equal(tiermm_demotion_next(d, 0), 4);
	assert_int_equal(tiermm_demotion_next(d, 3), TIERMM_NO_NODE);
	assert_int_equal(tiermm_demotion_prepare(d, t, NULL, NULL), 0);
	assert_int_equal(tiermm_demotion_publish(d), 0);
	assert_int_equal(tiermm_demotion_next(d, 1), 4);
	tiermm_topology_unref(t);
	tiermm_demotion_destroy(d);
}

static void prepare_survives_every_oom(void **state)
{
	static const struct tiermm_demotion_edge edge = { 0, 4, 0 };
	struct tiermm_demotion_options o = {
		.size = sizeof(o),
		.strategy = TIERMM_STRATEGY_MANUAL,
		.edges = &edge,
		.n_edges = 1,
	};
	struct tiermm_topology *t = machine_topology(&five_nodes);
	struct failing f = { .fail_at = FAILING_NEVER };
	struct tiermm_alloc mem = failing_alloc(&f);
	struct tiermm_demotion *d;
	uint64_t k = 0;
	int err;

	(void)state;
	assert_int_equal(tiermm_demotion_create(&d, t, NULL, NULL, NULL, &mem),
			 0);
	do {
		uint64_t live = f.live;

		f.fail_at = f.calls + k++;
		err = tiermm_demotion_prepare(d, t, &o, NULL);
		if (err) {
			assert_int_equal(err, -TIERMM_ENOMEM);
			assert_int_equal(f.live, live);
			assert_int_equal(tiermm_demotion_publish(d),
					 -TIERMM_ENOENT);
		}
	} while (err);
	assert_true(k > 2);
	/* Publishing takes no memory. */
	f.fail_at = f.calls;
	assert_int_equal(tiermm_demotion_publish(d), 0);
	assert_int_equal(f.calls, f.fail_at);
	assert_int_equal(tiermm_demotion_next(d, 0), 4);
	tiermm_demotion_destroy(d);
	assert_true(failing_is_clean(&f));
	tiermm_topology_unref(t);
}

static void what_does_not_fit_is_refused(void **state)
{
	struct tiermm_demotion *d = demotion_of(&machine_two_tiers, NULL);
	struct tiermm_topology *t = machine_topology(&five_nodes);
	struct tiermm_problem p = { .size = sizeof(p) };
	struct tiermm_demotion_graph *g;

	(void)state;
	assert_int_equal(tiermm_demotion_prepare(d, t, NULL, &p),
			 -TIERMM_ENOSPC);
	assert_int_equal(p.what, TIERMM_PROBLEM_ROOM);
	assert_int_equal(p.node, 3);
	assert_int_equal(tiermm_demotion_prepare(d, NULL, NULL, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_demotion_prepare(NULL, t, NULL, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_demotion_publish(NULL), -TIERMM_EINVAL);
	assert_int_equal(tiermm_demotion_abandon(NULL), -TIERMM_EINVAL);
	assert_int_equal(tiermm_demotion_enable(NULL, 1), -TIERMM_EINVAL);
	assert_int_equal(tiermm_demotion_snapshot(NULL, &g), -TIERMM_EINVAL);
	assert_int_equal(tiermm_demotion_snapshot(d, NULL), -TIERMM_EINVAL);
	assert_int_equal(tiermm_demotion_publish(d), -TIERMM_ENOENT);
	tiermm_topology_unref(t);
	tiermm_demotion_destroy(d);
}

static void room_that_was_reserved_is_grown_into(void **state)
{
	struct tiermm_demotion_options o = { .size = sizeof(o),
					     .max_nodes = 6 };
	struct tiermm_demotion *d = demotion_of(&machine_two_tiers, &o);
	struct tiermm_topology *t = machine_topology(&five_nodes);
	struct tiermm_nodeset all = { { ~(uint64_t)0 } };
	int32_t out = -7;

	(void)state;
	assert_int_equal(tiermm_demotion_next(d, 0), 2);
	assert_int_equal(tiermm_demotion_prepare(d, t, NULL, NULL), 0);
	assert_int_equal(tiermm_demotion_next_allowed(d, 3, &all, &out),
			 -TIERMM_ENODEV);
	assert_int_equal(tiermm_demotion_publish(d), 0);
	assert_int_equal(tiermm_demotion_next_allowed(d, 3, &all, &out), 0);
	assert_int_equal(out, 4);
	tiermm_topology_unref(t);
	tiermm_demotion_destroy(d);
}

/* An allocator that calls back in stands for a second thread. */
struct intruder {
	struct tiermm_demotion *d;
	struct tiermm_topology *t;
	struct tiermm_alloc inner;
	int refused;
};

static void *intrude(void *self, uint64_t bytes, uint64_t align)
{
	struct intruder *i = self;
	struct tiermm_event e = { .kind = TIERMM_EVENT_MEMORY_GOING,
				  .node = 2 };
	struct tiermm_demotion_graph *g = NULL;

	if (i->d) {
		i->refused +=
			tiermm_demotion_publish(i->d) == -TIERMM_EBUSY &&
			tiermm_demotion_abandon(i->d) == -TIERMM_EBUSY &&
			tiermm_demotion_enable(i->d, 0) == -TIERMM_EBUSY &&
			tiermm_demotion_event(i->d, &e, NULL) ==
				-TIERMM_EBUSY &&
			tiermm_demotion_snapshot(i->d, &g) == -TIERMM_EBUSY &&
			tiermm_demotion_prepare(i->d, i->t, NULL, NULL) ==
				-TIERMM_EBUSY &&
			!g && tiermm_demotion_next(i->d, 0) == 2;
	}
	return i->inner.alloc(i->inner.self, bytes, align);
}

static void give_back(void *self, void *memory, uint64_t bytes)
{
	struct intruder *i = self;

	i->inner.free(i->inner.self, memory, bytes);
}

static void a_second_owner_is_told_and_changes_nothing(void **state)
{
	struct failing f = { .fail_at = FAILING_NEVER };
	struct intruder i = { .t = machine_topology(&five_nodes),
			      .inner = failing_alloc(&f) };
	struct tiermm_alloc mem = { .size = sizeof(mem),
				    .alloc = intrude,
				    .free = give_back,
				    .self = &i };
	struct tiermm_demotion *d;

	(void)state;
	assert_int_equal(tiermm_demotion_create(&d, i.t, NULL, NULL, NULL,
						&mem),
			 0);
	i.d = d;
	assert_int_equal(tiermm_demotion_prepare(d, i.t, NULL, NULL), 0);
	i.d = NULL;
	assert_true(i.refused > 0);
	assert_int_equal(tiermm_demotion_publish(d), 0);
	assert_int_equal(tiermm_demotion_next(d, 0), 2);
	tiermm_demotion_destroy(d);
	assert_true(failing_is_clean(&f));
	tiermm_topology_unref(i.t);
}

/* A retire table that keeps everything until it is told. */
struct keeper {
	struct tiermm_retired *kept;
	uint64_t n;
	uint64_t bytes;
	uint64_t polls;
	int open;
};

static void keep(void *self, struct tiermm_retired *retired)
{
	struct keeper *k = self;

	retired->next = k->kept;
	k->kept = retired;
	k->bytes += retired->bytes;
	k->n++;
}

static uint64_t poll(void *self)
{
	struct keeper *k = self;

	k->polls++;
	while (k->open && k->kept) {
		struct tiermm_retired *first = k->kept;

		k->kept = first->next;
		k->n--;
		first->release(first);
	}
	return k->n;
}

static void graphs_go_when_no_reader_can_hold_them(void **state)
{
	struct failing f = { .fail_at = FAILING_NEVER };
	struct tiermm_alloc mem = failing_alloc(&f);
	struct keeper k = { .kept = NULL };
	struct tiermm_retire r = { .size = sizeof(r),
				   .self = &k,
				   .retire = keep,
				   .poll = poll };
	struct machine m = changed_nodes();
	struct tiermm_topology *t = machine_topology(&five_nodes);
	struct tiermm_topology *changed = machine_topology(&m);
	const struct tiermm_demotion_graph *seen;
	struct tiermm_demotion *d;
	int32_t out = -7;

	(void)state;
	assert_int_equal(tiermm_demotion_create(&d, t, NULL, &r, NULL, &mem),
			 0);
	seen = tiermm_demotion_peek(d);
	assert_int_equal(tiermm_demotion_prepare(d, changed, NULL, NULL), 0);
	assert_int_equal(tiermm_demotion_publish(d), 0);
	assert_ptr_not_equal(tiermm_demotion_peek(d), seen);
	assert_int_equal(k.n, 1);
	assert_true(k.bytes >= sizeof(struct tiermm_demotion_graph));
	/* Still whole, under the blocked set of now. */
	assert_int_equal(tiermm_demotion_graph_choose(seen, 1, NULL, &out), 0);
	assert_int_equal(out, 3);
	assert_int_equal(tiermm_demotion_choose_from(d, seen, 1, NULL, &out),
			 0);
	assert_int_equal(out, 4);
	k.open = 1;
	assert_int_equal(tiermm_demotion_prepare(d, t, NULL, NULL), 0);
	assert_int_equal(tiermm_demotion_publish(d), 0);
	assert_int_equal(k.n, 0);
	/* What is held at the end outlives the handle. */
	k.open = 0;
	assert_int_equal(tiermm_demotion_prepare(d, t, NULL, NULL), 0);
	assert_int_equal(tiermm_demotion_publish(d), 0);
	tiermm_demotion_destroy(d);
	assert_int_equal(k.n, 1);
	assert_false(failing_is_clean(&f));
	k.open = 1;
	assert_int_equal(poll(&k), 0);
	assert_true(failing_is_clean(&f));
	tiermm_topology_unref(changed);
	tiermm_topology_unref(t);
}

static void without_a_retire_table_nobody_peeks(void **state)
{
	struct tiermm_demotion *d = demotion_of(&five_nodes, NULL);

	(void)state;
	assert_null(tiermm_demotion_peek(d));
	tiermm_demotion_destroy(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_seen_before_publish),
		cmocka_unit_test(what_is_prepared_can_be_given_back),
		cmocka_unit_test(an_event_gives_back_what_was_prepared),
		cmocka_unit_test(new_options_are_kept_once_published),
		cmocka_unit_test(prepare_survives_every_oom),
		cmocka_unit_test(what_does_not_fit_is_refused),
		cmocka_unit_test(room_that_was_reserved_is_grown_into),
		cmocka_unit_test(a_second_owner_is_told_and_changes_nothing),
		cmocka_unit_test(graphs_go_when_no_reader_can_hold_them),
		cmocka_unit_test(without_a_retire_table_nobody_peeks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
