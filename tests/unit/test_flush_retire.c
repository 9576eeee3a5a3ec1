/* SPDX-License-Identifier: MIT */
/* Snapshots retired through the tracker (F13, D7). */
#include "flush_fixture.h"

#include "support/failing.h"
#include "support/machine.h"

#include <tiermm/demotion_change.h>

struct object {
	struct tiermm_retired retired;
	int released;
};

static void release(struct tiermm_retired *retired)
{
	((struct object *)retired)->released++;
}

static void objects_are_released_once_when_their_readers_passed(void **state)
{
	struct object o[3] = { { .released = 0 } };
	struct tiermm_retire table;

	FLUSH_FIXTURE(x, NULL);
	(void)state;
	assert_int_equal(tiermm_flush_retire(x.f, NULL), -TIERMM_EINVAL);
	assert_int_equal(tiermm_flush_retire(NULL, &table), -TIERMM_EINVAL);
	assert_int_equal(tiermm_flush_retire(x.f, &table), 0);
	for (int i = 0; i < 3; i++)
		o[i].retired.release = release;
	assert_int_equal(table.poll(table.self), 0);
	table.retire(table.self, &o[0].retired);
	all_pass(&x);
	table.retire(table.self, &o[1].retired);
	table.retire(table.self, &o[2].retired);
	assert_int_equal(table.poll(table.self), 2);
	assert_int_equal(o[0].released, 1);
	assert_int_equal(o[1].released, 0);
	tiermm_flush_exit(x.agent[0]);
	assert_int_equal(table.poll(table.self), 2);
	all_pass(&x);
	assert_int_equal(table.poll(table.self), 0);
	assert_int_equal(o[1].released, 1);
	assert_int_equal(o[2].released, 1);
	table.retire(table.self, &o[0].retired);
	flush_fixture_end(&x);
	assert_int_equal(o[0].released, 2); /* by destroy */
}

/* A reader peeks at the published graph, and goes on while it is replaced. */
static void a_peeked_graph_lives_until_its_reader_has_passed(void **state)
{
	struct failing f = { .fail_at = FAILING_NEVER };
	struct tiermm_alloc mem = failing_alloc(&f);
	struct tiermm_topology *t = machine_topology(&machine_two_tiers);
	const struct tiermm_demotion_graph *g, *next;
	struct tiermm_demotion *d;
	struct tiermm_retire table;
	uint64_t live;
	int32_t target = -1;

	FLUSH_FIXTURE(x, NULL);
	(void)state;
	assert_int_equal(tiermm_flush_retire(x.f, &table), 0);
	assert_int_equal(tiermm_demotion_create(&d, t, NULL, &table, NULL,
						&mem),
			 0);
	for (int i = 1; i < AGENTS; i++)
		tiermm_flush_exit(x.agent[i]);
	tiermm_flush_exit(x.agent[0]);
	tiermm_flush_enter(x.agent[0]);
	g = tiermm_demotion_peek(d);
	assert_non_null(g);
	assert_int_equal(tiermm_demotion_prepare(d, t, NULL, NULL), 0);
	assert_int_equal(tiermm_demotion_publish(d), 0);
	live = f.live;
	assert_int_equal(table.poll(table.self), 1);
	assert_int_equal(f.live, live);
	assert_int_equal(tiermm_demotion_graph_choose(g, 0, NULL, &target), 0);
	assert_int_equal(target, 2);
	next = tiermm_demotion_peek(d);
	assert_ptr_not_equal(next, g);
	tiermm_flush_exit(x.agent[0]);
	assert_int_equal(table.poll(table.self), 0);
	assert_true(f.live < live);
	tiermm_demotion_destroy(d);
	flush_fixture_end(&x);
	tiermm_topology_unref(t);
	assert_true(failing_is_clean(&f));
}

static int fails(void *self)
{
	(void)self;
	return -TIERMM_EPERM;
}

static void without_its_barrier_nothing_is_released(void **state)
{
	struct tiermm_barrier barrier = { sizeof(barrier), 0, NULL, fails };
	struct tiermm_flush_options options = { .size = sizeof(options),
						.flavour = TIERMM_FLUSH_PAIRED,
						.barrier = &barrier };
	struct object o = { .released = 0 };
	struct tiermm_retire table;

	FLUSH_FIXTURE(x, &options);
	(void)state;
	assert_int_equal(tiermm_flush_retire(x.f, &table), 0);
	o.retired.release = release;
	table.retire(table.self, &o.retired);
	all_pass(&x);
	assert_int_equal(table.poll(table.self), 1);
	assert_int_equal(o.released, 0);
	flush_fixture_end(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			objects_are_released_once_when_their_readers_passed),
		cmocka_unit_test(
			a_peeked_graph_lives_until_its_reader_has_passed),
		cmocka_unit_test(without_its_barrier_nothing_is_released),
	};

	return cmocka_run_group_tests_name("flush/retire", tests, NULL, NULL);
}
