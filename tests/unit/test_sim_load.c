/* SPDX-License-Identifier: MIT */
/*
 * Nodes of which much is asked: latencies that agree with the load that they
 * lead to, and what the policies make of it (S1, P5).
 */
#include "sim_layouts.h"

#define CPUS 64
#define SLOW_MBPS 30000
#define RECORDS "count=400K"

/* A fast node with all CPUs, and a slower one that can serve as much. */
static struct tiermm_topology *narrow_top(uint32_t ns, uint32_t mbps)
{
	struct tiermm_topology_builder_options o = { .size = sizeof(o),
						     .max_nodes = 2,
						     .max_cpus = CPUS };
	struct tiermm_access near = { ns, ns, mbps, mbps };
	struct tiermm_access far = { SLOW_NS, SLOW_NS, SLOW_MBPS, SLOW_MBPS };
	struct tiermm_topology_builder *b;
	struct tiermm_topology *t;

	assert_int_equal(tiermm_topology_builder_create(&b, &o, NULL), 0);
	for (int32_t n = 0; n < 2; n++)
		assert_int_equal(tiermm_topology_builder_add_node(
					 b, n, TIERMM_NODE_ONLINE, 4096),
				 0);
	for (uint32_t cpu = 0; cpu < CPUS; cpu++)
		assert_int_equal(tiermm_topology_builder_set_cpu(b, cpu, 0), 0);
	assert_int_equal(tiermm_topology_builder_set_access(b, 0, 0, &near), 0);
	assert_int_equal(tiermm_topology_builder_set_access(b, 0, 1, &far), 0);
	assert_int_equal(tiermm_topology_create(&t, b, NULL, NULL), 0);
	tiermm_topology_builder_destroy(b);
	return t;
}

struct outcome {
	struct tiermm_sim_result sum;
	struct tiermm_sim_node node[2];
};

static struct outcome run(uint32_t policy, uint32_t flags, uint32_t mbps,
			  const char *line)
{
	struct tiermm_sim_options o = options_of(policy, flags, 0);
	struct tiermm_topology *t = narrow_top(FAST_NS, mbps);
	struct tiermm_sim_source *source = workload(line);
	struct outcome out = { .sum = { .size = sizeof(out.sum) } };
	struct tiermm_sim *s;
	uint64_t n;

	o.pages = info_of(source).pages;
	o.repeat = 50;
	o.interval_ns = 1000000;
	o.sample_period = 101;
	assert_int_equal(tiermm_sim_create(&s, t, &o, NULL, NULL), 0);
	assert_int_equal(tiermm_sim_run(s, source, NULL, NULL, NULL), 0);
	assert_int_equal(tiermm_sim_get_result(s, &out.sum), 0);
	assert_int_equal(tiermm_sim_nodes(s, out.node, 2, &n), 0);
	tiermm_sim_destroy(s);
	tiermm_sim_source_destroy(source);
	tiermm_topology_unref(t);
	return out;
}

/*
 * 64 CPUs that do nothing but ask a node of 20 GB/s for 64 bytes would ask for
 * 2.05 of it at 100 ns. At u = 0.8 the latency is 1 + 0.8^2 / (2 * 0.2) = 2.6
 * times as long, and 2.05 / 2.6 is 0.79: 257 ns, 15.9 GB/s.
 */
static void a_steady_load_has_a_steady_latency(void **state)
{
	struct outcome out = run(TIERMM_SIM_STATIC, 0, 20000,
				 "uniform:pages=2000,threads=64," RECORDS);
	uint64_t mbps = out.sum.accesses * 64 * 1000 / out.sum.time_ns;

	(void)state;
	assert_in_range(out.node[0].loaded_ns, 253, 260);
	/* Nobody saw the latency of an idle node, or that of a jam. */
	assert_in_range(out.sum.p50_ns, 250, 272);
	assert_in_range(out.sum.p99_ns, 250, 304);
	assert_in_range(mbps, 15000, 16500);
}

static void who_waits_asks_for_less(void **state)
{
	static const uint32_t mbps[] = { 10000, 14000, 20000, 40000, 80000 };
	uint64_t before = UINT64_MAX;

	(void)state;
	for (size_t i = 0; i < sizeof(mbps) / sizeof(mbps[0]); i++) {
		struct outcome out =
			run(TIERMM_SIM_STATIC, 0, mbps[i],
			    "uniform:pages=2000,threads=64," RECORDS);

		/* Never more than there is. */
		assert_true(out.sum.accesses * 64 * 1000 / out.sum.time_ns <=
			    mbps[i]);
		assert_true(out.sum.mean_ps < before);
		before = out.sum.mean_ps;
	}
}

/* What is checked is not what is measured (S6). */
static void checking_changes_no_latency(void **state)
{
	const char *line = "zipf:pages=5000,threads=64,write=20%," RECORDS;
	struct outcome plain = run(TIERMM_SIM_LATENCY, 0, 16000, line);
	struct outcome checked =
		run(TIERMM_SIM_LATENCY, TIERMM_SIM_CHECK, 16000, line);

	(void)state;
	assert_int_equal(plain.sum.time_ns, checked.sum.time_ns);
	assert_int_equal(plain.node[0].loaded_ns, checked.node[0].loaded_ns);
	assert_int_equal(plain.sum.promoted, checked.sum.promoted);
}

static const char busy[] =
	"hotset:pages=5000,hot=60%,share=95%,threads=64,init=1," RECORDS;

/* All that is hot fits above, and would be slower there than half of it. */
static void p5_a_busy_top_sheds_until_it_is_the_faster_one(void **state)
{
	struct outcome counted = run(TIERMM_SIM_HISTOGRAM, 0, 16000, busy);
	struct outcome balanced = run(TIERMM_SIM_LATENCY, 0, 16000, busy);

	(void)state;
	assert_true(counted.node[0].loaded_ns >
		    counted.node[1].loaded_ns * 11 / 10);
	assert_in_range(balanced.node[0].loaded_ns, SLOW_NS * 9 / 10,
			SLOW_NS * 11 / 10);
	assert_true(balanced.node[0].used_pages <
		    counted.node[0].used_pages * 95 / 100);
	assert_true(balanced.sum.mean_ps < counted.sum.mean_ps * 97 / 100);
}

/* With bandwidth enough, there is nothing to shed. */
static void p5_a_top_that_is_fast_sheds_nothing(void **state)
{
	struct outcome counted = run(TIERMM_SIM_HISTOGRAM, 0, 200000, busy);
	struct outcome balanced = run(TIERMM_SIM_LATENCY, 0, 200000, busy);

	(void)state;
	assert_int_equal(counted.sum.time_ns, balanced.sum.time_ns);
	assert_int_equal(counted.sum.demoted, balanced.sum.demoted);
}

/* One CPU asks for 0.64 GB/s, for 14 years: u is 3 %, and nobody waits. */
static void a_load_is_the_same_however_long_it_lasts(void **state)
{
	/* What the second can serve is just beyond 2^64 bytes. */
	static const uint32_t mbps[] = { 20000, 40961, 4000000000u };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct tiermm_sim_options o =
			options_of(TIERMM_SIM_STATIC, 0, 8);
		struct tiermm_topology *t = narrow_top(FAST_NS, mbps[i]);
		struct tiermm_sim_access a = { .count = UINT32_MAX };
		struct tiermm_sim_node node[2];
		struct tiermm_sim *s;

		o.repeat = 1 << 20;
		assert_int_equal(tiermm_sim_create(&s, t, &o, NULL, NULL), 0);
		feed_all(s, &a, 1);
		nodes_of(s, node);
		assert_int_equal(node[0].loaded_ns, FAST_NS);
		tiermm_sim_destroy(s);
		tiermm_topology_unref(t);
	}
}

/*
 * CPU 0 is on node 0, and CPU 1 on node 1, which is half as far from there as
 * from node 0: a node answers as it does those who are nearest.
 */
static void those_nearest_tell_what_a_node_takes(void **state)
{
	struct tiermm_sim_options o = options_of(TIERMM_SIM_STATIC, 0, 8);
	struct tiermm_topology *t = tiers_of(FAST_NS, SLOW_NS, 2, 1);
	struct tiermm_sim_node node[2];
	struct tiermm_sim *s;

	(void)state;
	assert_int_equal(tiermm_sim_create(&s, t, &o, NULL, NULL), 0);
	nodes_of(s, node);
	assert_int_equal(node[0].loaded_ns, FAST_NS);
	assert_int_equal(node[1].loaded_ns, SLOW_NS / 2);
	tiermm_sim_destroy(s);
	tiermm_topology_unref(t);
}

/* 10 ms under load, a thousandfold: as long as 32 bits of ns let it be. */
static void no_latency_is_too_long_to_be_counted(void **state)
{
	struct tiermm_sim_options o = options_of(TIERMM_SIM_STATIC, 0, 8);
	struct tiermm_topology *t = narrow_top(10000000, 100000);
	struct tiermm_sim_event e = { .kind = TIERMM_SIM_EVENT_SLOW,
				      .value = 10000000 };
	struct tiermm_sim_access a = { .count = 1 };
	struct tiermm_sim_node node[2];
	struct tiermm_sim *s;

	(void)state;
	assert_int_equal(tiermm_sim_create(&s, t, &o, NULL, NULL), 0);
	assert_int_equal(tiermm_sim_schedule(s, &e, NULL), 0);
	for (int i = 0; i < 10; i++)
		feed_all(s, &a, 1);
	nodes_of(s, node);
	assert_int_equal(node[0].loaded_ns, UINT32_MAX / 2);
	tiermm_sim_destroy(s);
	tiermm_topology_unref(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_steady_load_has_a_steady_latency),
		cmocka_unit_test(who_waits_asks_for_less),
		cmocka_unit_test(checking_changes_no_latency),
		cmocka_unit_test(
			p5_a_busy_top_sheds_until_it_is_the_faster_one),
		cmocka_unit_test(p5_a_top_that_is_fast_sheds_nothing),
		cmocka_unit_test(a_load_is_the_same_however_long_it_lasts),
		cmocka_unit_test(those_nearest_tell_what_a_node_takes),
		cmocka_unit_test(no_latency_is_too_long_to_be_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
