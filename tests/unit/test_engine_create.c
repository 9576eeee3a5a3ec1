/* SPDX-License-Identifier: MIT */
/* The life of an engine: memory, options, parts, fork (35 to 37). */
#include "engine_fixture.h"

#include <sys/wait.h>
#include <unistd.h>

#include "support/failing.h"

/* An engine with every part. */
static struct tiermm_flush_options flush_options = { .size = sizeof(
							     flush_options),
						     .max_agents = 4,
						     .max_nodes = 4 };
static struct tiermm_promotion_options promotion_options = {
	.size = sizeof(promotion_options),
	.pages = 100,
	.max_candidates = 8
};

static struct tiermm_engine_options everything(void)
{
	return (struct tiermm_engine_options){
		.size = sizeof(struct tiermm_engine_options),
		.max_requests = 3,
		.promotion = &promotion_options,
		.flush_options = &flush_options,
	};
}

static void create_survives_every_lack_of_memory(void **state)
{
	struct tiermm_engine_options o = everything();
	struct tiermm_topology *t = machine_topology(&machine_three_tiers);
	uint64_t k = 0;

	(void)state;
	for (int done = 0; !done; k++) {
		struct failing f = { .fail_at = k };
		struct tiermm_alloc mem = failing_alloc(&f);
		struct tiermm_engine *e = (void *)&o;
		int err = tiermm_engine_create(&e, t, &o, NULL, 0, NULL, &mem);

		done = err == 0;
		assert_true(done || (err == -TIERMM_ENOMEM && !e));
		tiermm_engine_destroy(e);
		assert_true(failing_is_clean(&f));
	}
	assert_true(k > 4);
	tiermm_topology_unref(t);
}

static void the_footprint_is_enough_and_needed(void **state)
{
	struct tiermm_engine_options o = everything();
	struct tiermm_topology *t = machine_topology(&machine_three_tiers);
	struct tiermm_engine *e;
	uint64_t bytes = 0;
	char *memory;

	(void)state;
	assert_int_equal(tiermm_engine_footprint(t, &o, &bytes), 0);
	memory = aligned_alloc(TIERMM_ALIGN, bytes);
	memset(memory, 0xa5, bytes);
	assert_int_equal(tiermm_engine_init(&e, memory, bytes - 1, t, &o, NULL,
					    0, NULL, NULL),
			 -TIERMM_ENOMEM);
	assert_null(e);
	assert_int_equal(tiermm_engine_init(&e, memory + 1, bytes, t, &o, NULL,
					    0, NULL, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_engine_init(&e, memory, bytes, t, &o, NULL, 0,
					    NULL, NULL),
			 0);
	assert_int_equal(tiermm_demotion_next(tiermm_engine_demotion(e), 0), 2);
	assert_non_null(tiermm_engine_promotion(e));
	assert_true((char *)tiermm_engine_flush(e) > memory);
	assert_true((char *)tiermm_engine_flush(e) < memory + bytes);
	tiermm_engine_destroy(e);
	free(memory);
	tiermm_topology_unref(t);
}

static int refused(struct tiermm_engine_options o)
{
	struct tiermm_topology *t = machine_topology(&machine_three_tiers);
	struct tiermm_engine *e = NULL;
	uint64_t bytes = 7;
	int err = tiermm_engine_create(&e, t, &o, NULL, 0, NULL, NULL);

	assert_true(err && !e);
	assert_int_equal(tiermm_engine_footprint(t, &o, &bytes), err);
	assert_int_equal(bytes, 7);
	tiermm_topology_unref(t);
	return err;
}

static void options_out_of_range_are_refused(void **state)
{
	struct tiermm_engine_options o = everything();
	struct tiermm_log log = { .size = sizeof(log) };
	struct tiermm_flusher flusher = { .size = sizeof(flusher) };

	(void)state;
	o.batch = TIERMM_ENGINE_BATCH_MAX + 1;
	assert_int_equal(refused(o), -TIERMM_EINVAL);
	o = everything();
	o.key_shift = 64;
	assert_int_equal(refused(o), -TIERMM_EINVAL);
	o = everything();
	o.flags = 1;
	assert_int_equal(refused(o), -TIERMM_E2BIG);
	o = everything();
	o.size -= 8;
	assert_int_equal(refused(o), -TIERMM_EINVAL);
	o = everything();
	o.flush_options = NULL;
	assert_int_equal(refused(o), -TIERMM_EINVAL);
	o = everything();
	o.flush = (void *)&o;
	assert_int_equal(refused(o), -TIERMM_EINVAL);
	o = everything();
	o.log = &log;
	assert_int_equal(refused(o), -TIERMM_EINVAL);
	o = everything();
	o.flusher = &flusher;
	assert_int_equal(refused(o), -TIERMM_EINVAL);
	o = everything();
	flusher.flags = 1;
	assert_int_equal(refused((struct tiermm_engine_options){
				 .size = sizeof(o),
				 .flush_options = &flush_options,
				 .flusher = &flusher }),
			 -TIERMM_E2BIG);
}

static void nothing_is_made_of_nothing(void **state)
{
	struct tiermm_engine *e = (void *)&e;
	uint64_t n;

	(void)state;
	assert_int_equal(tiermm_engine_create(&e, NULL, NULL, NULL, 0, NULL,
					      NULL),
			 -TIERMM_EINVAL);
	assert_null(e);
	assert_int_equal(tiermm_engine_create(NULL, NULL, NULL, NULL, 0, NULL,
					      NULL),
			 -TIERMM_EINVAL);
	tiermm_engine_destroy(NULL);
	assert_null(tiermm_engine_reclaim(NULL));
	assert_int_equal(tiermm_engine_counters(NULL, &n, 1, &n),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_engine_recover(NULL, NULL), -TIERMM_EINVAL);
}

/* Requirement 17: what the mask leaves out is not there. */
static void what_may_not_be_called_is_not(void **state)
{
	struct engine_fixture x;
	struct tiermm_engine *e;

	(void)state;
	engine_begin(&x, NULL, NULL);
	assert_int_equal(tiermm_engine_create(&e, x.topology, NULL,
					      tiermm_mock_memops(x.mock),
					      TIERMM_CAN_LOCATE, NULL, NULL),
			 -TIERMM_ENOTSUP);
	assert_int_equal(tiermm_engine_create(&e, x.topology, NULL,
					      tiermm_mock_memops(x.mock),
					      TIERMM_CAN_MOVE, NULL, NULL),
			 0);
	assert_int_equal(tiermm_memops_capabilities(tiermm_engine_memops(e)),
			 TIERMM_CAN_MOVE);
	engine_put(&x, 0, 2, 0);
	assert_int_equal(tiermm_mock_set_node(x.mock, 2, 0, 0), 0);
	assert_int_equal(tiermm_mock_set_node(x.mock, 3, 0, 0), 0);
	assert_int_equal(tiermm_engine_demote(e, &x.context, NULL, x.folio, 2,
					      x.decision, &x.step),
			 0);
	/* Page-out is what is left, and may not be called. */
	assert_int_equal(x.step.paged_out, 0);
	assert_int_equal(tiermm_mock_where(x.mock, KEY(0)), 0);
	tiermm_engine_destroy(e);
	engine_end(&x);
}

/* Requirement 36. */
static void after_fork_the_child_may_read_and_destroy(void **state)
{
	struct tiermm_engine_options o = everything();
	struct engine_fixture x;
	int status;
	pid_t child;

	(void)state;
	engine_begin(&x, &o, NULL);
	engine_put(&x, 0, 4, 0);
	assert_int_equal(engine_demote(&x, 4), 0);
	child = fork();
	assert_true(child >= 0);
	if (!child) {
		uint64_t counter[TIERMM_ENGINE_COUNTERS], n;
		int bad = tiermm_engine_counters(x.e, counter,
						 TIERMM_ENGINE_COUNTERS, &n);

		bad |= counter[TIERMM_ENGINE_STEPS] != 1;
		bad |= tiermm_demotion_next(tiermm_engine_demotion(x.e), 0) !=
		       2;
		tiermm_engine_destroy(x.e);
		_exit(bad);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(engine_demote(&x, 4), 0);
	engine_end(&x);
}

/* Requirement 44: one index for everything, cut where the room ends. */
static void counters_of_all_parts_have_one_index(void **state)
{
	struct tiermm_engine_options o = everything();
	struct engine_fixture x;
	uint64_t own[TIERMM_ENGINE_COUNTERS + 1], part[512], n;

	(void)state;
	engine_begin(&x, &o, NULL);
	engine_put(&x, 0, 4, 0);
	assert_int_equal(engine_demote(&x, 4), 0);
	for (uint64_t cap = 0; cap <= TIERMM_ENGINE_COUNTERS; cap++) {
		own[cap] = 0xdead;
		assert_int_equal(tiermm_engine_counters(x.e, own, cap, &n), 0);
		assert_int_equal(n, TIERMM_ENGINE_COUNTERS);
		assert_int_equal(own[cap], 0xdead);
	}
	assert_int_equal(tiermm_reclaim_counters(tiermm_engine_reclaim(x.e),
						 TIERMM_RECLAIM_TABLE_COUNTERS,
						 part, 512, &n),
			 0);
	assert_memory_equal(&own[TIERMM_ENGINE_OF_RECLAIM], part,
			    n * sizeof(*part));
	assert_int_equal(own[TIERMM_ENGINE_OF_RECLAIM +
			     TIERMM_RECLAIM_PGDEMOTE + TIERMM_RECLAIMER_KSWAPD],
			 4);
	assert_int_equal(own[TIERMM_ENGINE_OF_OUTCOMES + TIERMM_OUTCOME_DONE],
			 4);
	assert_int_equal(tiermm_demotion_counters(tiermm_engine_demotion(x.e),
						  part, 512, &n),
			 0);
	assert_memory_equal(&own[TIERMM_ENGINE_OF_DEMOTION], part,
			    n * sizeof(*part));
	assert_int_equal(tiermm_flush_counters(tiermm_engine_flush(x.e), part,
					       512, &n),
			 0);
	assert_memory_equal(&own[TIERMM_ENGINE_OF_FLUSH], part,
			    n * sizeof(*part));
	engine_end(&x);
}

/* Requirement 1: plan, act, report by the parts, without a table. */
static void the_parts_plan_and_report_without_a_table(void **state)
{
	struct engine_fixture x;
	struct tiermm_result result[2] = { { .outcome = TIERMM_OUTCOME_DONE },
					   { .outcome = TIERMM_OUTCOME_BUSY } };
	struct tiermm_engine *bare;
	struct tiermm_reclaim *r;
	uint64_t open;

	(void)state;
	engine_begin(&x, NULL, NULL);
	engine_put(&x, 0, 2, 0);
	assert_int_equal(tiermm_engine_create(&bare, x.topology, NULL, NULL, 0,
					      NULL, NULL),
			 0);
	r = tiermm_engine_reclaim(bare);
	assert_int_equal(tiermm_reclaim_plan(r, &x.context, x.folio, 2,
					     x.decision),
			 0);
	assert_int_equal(x.decision[0].to, 2);
	assert_int_equal(tiermm_reclaim_report(r, &x.context, x.folio,
					       x.decision, result, 2, &open),
			 0);
	assert_int_equal(open, 1);
	assert_int_equal(x.decision[1].verdict, TIERMM_VERDICT_PAGE_OUT);
	assert_int_equal(tiermm_reclaim_cancel(r, &x.context, x.folio,
					       x.decision, 2),
			 0);
	tiermm_engine_destroy(bare);
	engine_end(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(create_survives_every_lack_of_memory),
		cmocka_unit_test(the_footprint_is_enough_and_needed),
		cmocka_unit_test(options_out_of_range_are_refused),
		cmocka_unit_test(nothing_is_made_of_nothing),
		cmocka_unit_test(what_may_not_be_called_is_not),
		cmocka_unit_test(after_fork_the_child_may_read_and_destroy),
		cmocka_unit_test(counters_of_all_parts_have_one_index),
		cmocka_unit_test(the_parts_plan_and_report_without_a_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
