/* SPDX-License-Identifier: MIT */
/*
 * What things cost on a simulated machine, reckoned by hand: load, quantiles,
 * hint faults, shoot-downs, swap (S1, S4, S7).
 */
#include "sim_machines.h"

#include "../../backends/sim/machine.h"

#define HINT_NS 1000
#define SHOOTDOWN_NS 4000
#define INTERRUPT_NS 1500
#define SWAP_OUT_NS 20000

/* Both CPUs run, each with pages 0 and 1 in its TLB. */
static struct tiermm_sim *two_cpus(void)
{
	struct tiermm_sim *s = sim_of(TIERMM_SIM_NONE, 0, 256, 256, 100);
	struct tiermm_sim_access a[4] = {
		{ .page = 0, .thread = 0, .count = 1 },
		{ .page = 1, .thread = 0, .count = 1 },
		{ .page = 0, .thread = 1, .count = 1 },
		{ .page = 1, .thread = 1, .count = 1 },
	};

	feed_all(s, a, 4);
	return s;
}

static struct tiermm_topology *narrow_node(uint32_t mbps)
{
	struct tiermm_topology_builder_options o = { .size = sizeof(o),
						     .max_nodes = 1,
						     .max_cpus = 1 };
	struct tiermm_access near = { FAST_NS, FAST_NS, mbps, mbps };
	struct tiermm_topology_builder *b;
	struct tiermm_topology *t;

	assert_int_equal(tiermm_topology_builder_create(&b, &o, NULL), 0);
	assert_int_equal(tiermm_topology_builder_add_node(b, 0,
							  TIERMM_NODE_ONLINE,
							  100),
			 0);
	assert_int_equal(tiermm_topology_builder_set_cpu(b, 0, 0), 0);
	assert_int_equal(tiermm_topology_builder_set_access(b, 0, 0, &near), 0);
	assert_int_equal(tiermm_topology_create(&t, b, NULL, NULL), 0);
	tiermm_topology_builder_destroy(b);
	return t;
}

/*
 * 64 bytes each 100 ns of 1000 MB/s would be a load of 0.64. Who waits 126 ns
 * asks for 0.508, and 1 + 0.508^2 / (2 * (1 - 0.508)) is 1.26.
 */
static void a_node_under_load_answers_slower(void **state)
{
	static struct tiermm_sim_access a[10240];
	struct tiermm_sim_options o = options_of(TIERMM_SIM_STATIC, 0, 8);
	struct tiermm_topology *t = narrow_node(1000);
	struct tiermm_sim_node node;
	struct tiermm_sim *s;
	uint64_t n;

	(void)state;
	o.interval_ns = 1000000;
	assert_int_equal(tiermm_sim_create(&s, t, &o, NULL, NULL), 0);
	assert_int_equal(tiermm_sim_nodes(s, &node, 1, &n), 0);
	assert_int_equal(node.latency_ns, FAST_NS);
	assert_int_equal(node.loaded_ns, FAST_NS);
	for (uint32_t i = 0; i < 10240; i++)
		a[i] = (struct tiermm_sim_access){ .count = 1 };
	feed_all(s, a, 10240);
	assert_int_equal(tiermm_sim_nodes(s, &node, 1, &n), 0);
	assert_in_range(node.loaded_ns, 124, 127);
	tiermm_sim_destroy(s);
	tiermm_topology_unref(t);
}

/* However much is asked for, a load of 95 % is the most there is. */
static void load_has_an_end(void **state)
{
	struct tiermm_sim_options o = options_of(TIERMM_SIM_STATIC, 0, 8);
	struct tiermm_topology *t = narrow_node(1);
	struct tiermm_sim_access a = { .count = 100000 };
	struct tiermm_sim_node node;
	struct tiermm_sim *s;
	uint64_t n;

	(void)state;
	assert_int_equal(tiermm_sim_create(&s, t, &o, NULL, NULL), 0);
	feed_all(s, &a, 1);
	assert_int_equal(tiermm_sim_nodes(s, &node, 1, &n), 0);
	/* 1 + 0.95^2 / (2 * 0.05) = 10. */
	assert_in_range(node.loaded_ns, 980, 1020);
	tiermm_sim_destroy(s);
	tiermm_topology_unref(t);
}

/* 980 at 100 ns, 20 at 250 ns: to within a sixteenth. */
static void quantiles_tell_the_slow_ones(void **state)
{
	struct tiermm_sim *s =
		sim_with_min(TIERMM_SIM_STATIC, 11, 200, 100, 10);
	struct tiermm_sim_access a[2] = { { .page = 0, .count = 980 },
					  { .page = 1, .count = 20 } };
	struct tiermm_sim_result r;

	(void)state;
	feed_all(s, a, 2);
	r = result_of(s);
	assert_in_range(r.p50_ns, FAST_NS, FAST_NS * 17 / 16);
	assert_in_range(r.p99_ns, SLOW_NS, SLOW_NS * 17 / 16);
	tiermm_sim_destroy(s);
}

/* Fast memory is below its marks: all pages are slow, and marked once. */
static void each_mark_makes_one_hint_fault(void **state)
{
	struct tiermm_sim_options o = options_of(TIERMM_SIM_KERNEL, 0, 50);
	struct tiermm_sim_access wait = { .count = 1, .gap_ns = 5000000 };
	struct tiermm_sim_result before, after;
	struct tiermm_sim *s;

	(void)state;
	o.min_pages = 10;
	o.scan_ns = 5000000;
	s = sim_made(11, 200, &o);
	scan(s, 50, 2, 0);
	assert_int_equal(result_of(s).hint_faults, 0);
	feed_all(s, &wait, 1);
	before = result_of(s);
	scan(s, 50, 6, 0);
	after = result_of(s);
	assert_int_equal(after.hint_faults, 50);
	assert_int_equal(after.access_ns - before.access_ns,
			 6 * 50 * SLOW_NS + 50 * HINT_NS);
	tiermm_sim_destroy(s);
}

static void a_shootdown_interrupts_the_others(void **state)
{
	struct tiermm_sim *s = two_cpus();
	uint64_t clock[2] = { s->cpu[0].clock_ns, s->cpu[1].clock_ns };
	uint64_t page = 1;

	(void)state;
	s->payer = 0;
	tiermm__sim_shootdown(s, &page, 1);
	assert_int_equal(s->sum.shootdowns, 1);
	assert_int_equal(s->sum.interrupts, 1);
	assert_int_equal(s->cpu[0].clock_ns, clock[0] + SHOOTDOWN_NS);
	assert_int_equal(s->cpu[1].clock_ns, clock[1] + INTERRUPT_NS);
	/* Page 1 is forgotten, page 0 is not. */
	for (uint32_t cpu = 0; cpu < 2; cpu++) {
		assert_int_equal(s->cpu[cpu].tlb[0], 1);
		assert_int_equal(s->cpu[cpu].tlb[1], 0);
	}
	s->payer = SIM_NOBODY;
	tiermm__sim_shootdown(s, &page, 1);
	assert_int_equal(s->sum.interrupts, 3);
	assert_int_equal(s->sum.background_ns, SHOOTDOWN_NS);
	tiermm__sim_shootdown(s, NULL, 0);
	assert_int_equal(s->sum.shootdowns, 2);
	tiermm_sim_destroy(s);
}

static void many_pages_flush_all(void **state)
{
	struct tiermm_sim *s = two_cpus();
	uint64_t pages[SIM_FLUSH_CEILING + 1];

	(void)state;
	for (uint64_t i = 0; i <= SIM_FLUSH_CEILING; i++)
		pages[i] = 2 + i;
	tiermm__sim_shootdown(s, pages, SIM_FLUSH_CEILING);
	assert_int_equal(s->cpu[0].tlb[0], 1);
	tiermm__sim_shootdown(s, pages, SIM_FLUSH_CEILING + 1);
	assert_int_equal(s->cpu[0].tlb[0], 0);
	tiermm_sim_destroy(s);
}

static void page_out(struct tiermm_sim *s, uint64_t page, uint32_t outcome)
{
	struct tiermm_result result = { 0 };

	assert_int_equal(tiermm__sim_memops.page_out(s, &page, 1, &result), 0);
	assert_int_equal(result.outcome, outcome);
}

/* Out at the price of a write; back at its own; out again for nothing. */
static void swap_and_back_again(void **state)
{
	struct tiermm_sim *s = two_cpus();
	struct tiermm_sim_access a = { .page = 1, .count = 1 };
	struct tiermm_sim_result before;

	(void)state;
	a.flags = TIERMM_SIM_WRITE;
	feed_all(s, &a, 1);
	page_out(s, 1, TIERMM_OUTCOME_DONE);
	assert_int_equal(s->sum.background_ns, SWAP_OUT_NS + SHOOTDOWN_NS);
	page_out(s, 1, TIERMM_OUTCOME_ABSENT);
	before = result_of(s);
	assert_int_equal(before.swapped_out, 1);
	a.flags = 0;
	feed_all(s, &a, 1);
	assert_int_equal(result_of(s).swapped_in, 1);
	assert_int_equal(result_of(s).access_ns - before.access_ns,
			 FAULT_NS + SWAP_IN_NS + WALK_NS + FAST_NS);
	/* Swap has it still. */
	page_out(s, 1, TIERMM_OUTCOME_DONE);
	assert_int_equal(s->sum.background_ns, SWAP_OUT_NS + 2 * SHOOTDOWN_NS);
	assert_int_equal(result_of(s).swapped_out, 2);
	assert_int_equal(result_of(s).discarded, 0);
	/* Page 0 was never written to: its file has it. */
	page_out(s, 0, TIERMM_OUTCOME_DONE);
	assert_int_equal(result_of(s).discarded, 1);
	assert_true(tiermm_sim_is_valid(s));
	tiermm_sim_destroy(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_node_under_load_answers_slower),
		cmocka_unit_test(load_has_an_end),
		cmocka_unit_test(quantiles_tell_the_slow_ones),
		cmocka_unit_test(each_mark_makes_one_hint_fault),
		cmocka_unit_test(a_shootdown_interrupts_the_others),
		cmocka_unit_test(many_pages_flush_all),
		cmocka_unit_test(swap_and_back_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
