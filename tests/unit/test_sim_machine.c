/* SPDX-License-Identifier: MIT */
/*
 * The simulated machine against arithmetic: small cases, reckoned by hand
 * (S1, S2, S4, S7).
 */
#include "sim_fixture.h"
#include "sim_machines.h"

#include "../../backends/sim/machine.h"

#include <support/failing.h>

#include <tiermm/backends/sim_result.h>

static void one_node_costs_its_latency_and_one_walk(void **state)
{
	struct tiermm_sim *s = sim_of(TIERMM_SIM_STATIC, 0, 64, 64, 8);
	struct tiermm_sim_access a[1000];
	struct tiermm_sim_result r;

	(void)state;
	for (int i = 0; i < 1000; i++)
		a[i] = (struct tiermm_sim_access){ .count = 1 };
	feed_all(s, a, 1000);
	r = result_of(s);
	assert_int_equal(r.accesses, 1000);
	assert_int_equal(r.faults, 1);
	assert_int_equal(r.tlb_misses, 1);
	/* 1000 reads, a walk, a first touch; no load to speak of. */
	assert_int_equal(r.access_ns, 1000 * FAST_NS + WALK_NS + FAULT_NS);
	assert_int_equal(r.time_ns, r.access_ns);
	assert_int_equal(r.mean_ps, r.access_ns);
	tiermm_sim_destroy(s);
}

static void work_between_accesses_takes_time_and_is_no_access(void **state)
{
	struct tiermm_sim *s = sim_of(TIERMM_SIM_STATIC, 0, 64, 64, 8);
	struct tiermm_sim_access a[2] = { { .count = 1, .gap_ns = 700 },
					  { .count = 3, .gap_ns = 300 } };
	struct tiermm_sim_result r;

	(void)state;
	feed_all(s, a, 2);
	r = result_of(s);
	assert_int_equal(r.accesses, 4);
	assert_int_equal(r.access_ns, 4 * FAST_NS + WALK_NS + FAULT_NS);
	assert_int_equal(r.time_ns, r.access_ns + 1000);
	tiermm_sim_destroy(s);
}

/* First touch fills the near node down to its min mark, then the far one. */
static void static_placement_is_first_touch(void **state)
{
	const uint64_t fast = 100, min = 10, pages = 150;
	struct tiermm_sim *s =
		sim_with_min(TIERMM_SIM_STATIC, fast, 200, pages, min);
	struct tiermm_sim_node nodes[2];
	struct tiermm_sim_access a;

	(void)state;
	for (uint64_t i = 0; i < pages; i++) {
		a = (struct tiermm_sim_access){ .page = i, .count = 1 };
		feed_all(s, &a, 1);
	}
	nodes_of(s, nodes);
	assert_int_equal(nodes[0].used_pages, fast - min);
	assert_int_equal(nodes[1].used_pages, pages - (fast - min));
	assert_int_equal(nodes[0].accesses, fast - min);
	assert_int_equal(nodes[1].accesses, pages - (fast - min));
	assert_int_equal(result_of(s).demoted, 0);
	assert_true(tiermm_sim_is_valid(s));
	tiermm_sim_destroy(s);
}

static void the_far_node_costs_its_own_latency(void **state)
{
	struct tiermm_sim *s =
		sim_with_min(TIERMM_SIM_STATIC, 11, 200, 100, 10);
	struct tiermm_sim_access a[2] = { { .page = 0, .count = 1 },
					  { .page = 1, .count = 50 } };
	struct tiermm_sim_result r;

	(void)state;
	feed_all(s, a, 2);
	r = result_of(s);
	assert_int_equal(r.access_ns,
			 FAST_NS + 50 * SLOW_NS + 2 * (WALK_NS + FAULT_NS));
	tiermm_sim_destroy(s);
}

static void ideal_memory_is_all_fast(void **state)
{
	struct tiermm_sim *s = sim_with_min(TIERMM_SIM_IDEAL, 11, 200, 100, 10);
	struct tiermm_sim_access a[2] = { { .page = 0, .count = 1 },
					  { .page = 1, .count = 50 } };

	(void)state;
	feed_all(s, a, 2);
	assert_int_equal(result_of(s).access_ns,
			 51 * FAST_NS + 2 * (WALK_NS + FAULT_NS));
	tiermm_sim_destroy(s);
}

/* A TLB of 1024 entries: pages 0 and 1024 push each other out. */
static void translations_push_each_other_out(void **state)
{
	struct tiermm_sim *s = sim_of(TIERMM_SIM_STATIC, 0, 4096, 64, 2048);
	struct tiermm_sim_access a[6];

	(void)state;
	for (uint64_t i = 0; i < 6; i++)
		a[i] = (struct tiermm_sim_access){ .page = i % 2 * 1024,
						   .count = 10 };
	feed_all(s, a, 6);
	assert_int_equal(result_of(s).tlb_misses, 6);
	tiermm_sim_destroy(s);
}

static void repeat_stands_for_as_many_accesses(void **state)
{
	struct tiermm_sim *once = sim_of(TIERMM_SIM_STATIC, 0, 64, 64, 8);
	struct tiermm_sim *often;
	struct tiermm_sim_options o = options_of(TIERMM_SIM_STATIC, 0, 8);
	struct tiermm_sim_access a = { .count = 700 };
	struct tiermm_sim_access b = { .count = 7 };

	(void)state;
	o.repeat = 100;
	often = sim_made(64, 64, &o);
	feed_all(once, &a, 1);
	feed_all(often, &b, 1);
	assert_int_equal(result_of(once).access_ns, result_of(often).access_ns);
	assert_int_equal(result_of(often).accesses, 700);
	tiermm_sim_destroy(once);
	tiermm_sim_destroy(often);
}

/* What does not fit goes to swap, and comes back at its price. */
static void swap_takes_what_does_not_fit(void **state)
{
	struct tiermm_sim *s = sim_of(TIERMM_SIM_NONE, 0, 256, 256, 2000);
	struct tiermm_sim_result r;

	(void)state;
	scan(s, 2000, 3, TIERMM_SIM_WRITE);
	r = result_of(s);
	assert_int_equal(r.faults, 2000);
	assert_true(r.swapped_out > 0);
	assert_true(r.swapped_in > 0);
	/* In memory, or out: nothing else becomes of a page. */
	assert_true(r.swapped_out - r.swapped_in >= 2000 - 512);
	assert_int_equal(r.discarded, 0);
	assert_true(r.access_ns >= r.swapped_in * SWAP_IN_NS);
	assert_true(tiermm_sim_is_valid(s));
	tiermm_sim_destroy(s);
}

static void what_was_never_written_is_dropped_not_swapped(void **state)
{
	struct tiermm_sim *s = sim_of(TIERMM_SIM_NONE, 0, 256, 256, 2000);
	struct tiermm_sim_result r;

	(void)state;
	scan(s, 2000, 2, 0);
	r = result_of(s);
	assert_int_equal(r.swapped_out, 0);
	assert_true(r.discarded > 0);
	tiermm_sim_destroy(s);
}

static void demotion_keeps_in_memory_what_fits_there(void **state)
{
	struct tiermm_sim *s = sim_of(TIERMM_SIM_DEMOTION, 0, 1000, 4000, 3000);
	struct tiermm_sim_result r;

	(void)state;
	scan(s, 3000, 3, TIERMM_SIM_WRITE);
	r = result_of(s);
	assert_true(r.demoted > 0);
	assert_int_equal(r.swapped_out, 0);
	assert_int_equal(r.promoted, 0);
	assert_int_equal(r.moved_bytes, 4096 * (r.demoted + r.promoted));
	assert_true(tiermm_sim_is_valid(s));
	tiermm_sim_destroy(s);
}

/* Rarely used pages first, so that the hot ones find the far node only. */
static void promotion_brings_hot_pages_up(uint32_t policy)
{
	struct tiermm_sim_options o = options_of(policy, 0, 4000);
	struct tiermm_sim_node nodes[2];
	struct tiermm_sim *s;

	o.repeat = 100;
	o.sample_period = 97;
	o.scan_ns = UINT64_C(200000000);
	s = sim_made(1000, 8000, &o);
	scan(s, 4000, 1, 0);
	hammer(s, 3600, 300, 400000);
	nodes_of(s, nodes);
	if (result_of(s).promoted < 200)
		fail_msg("%s: %llu promoted", tiermm_sim_policy_name(policy),
			 (unsigned long long)result_of(s).promoted);
	assert_true(nodes[0].accesses > nodes[1].accesses);
	assert_true(tiermm_sim_is_valid(s));
	tiermm_sim_destroy(s);
}

static void each_promotion_brings_hot_pages_up(void **state)
{
	(void)state;
	promotion_brings_hot_pages_up(TIERMM_SIM_KERNEL);
	promotion_brings_hot_pages_up(TIERMM_SIM_HISTOGRAM);
	promotion_brings_hot_pages_up(TIERMM_SIM_LATENCY);
}

static void feeding_in_pieces_is_feeding_at_once(void **state)
{
	static struct tiermm_sim_access a[20000];
	struct tiermm_sim *whole = sim_of(TIERMM_SIM_HISTOGRAM,
					  TIERMM_SIM_DEFER, 1000, 4000, 3000);
	struct tiermm_sim *pieces = sim_of(TIERMM_SIM_HISTOGRAM,
					   TIERMM_SIM_DEFER, 1000, 4000, 3000);
	struct tiermm_sim_source *source = workload(
		"zipf:pages=3000,theta=0.99,count=20000,write=10%,seed=3");
	struct tiermm_sim_result x, y;

	(void)state;
	assert_int_equal(all_of(source, a, 20000), 20000);
	feed_all(whole, a, 20000);
	/* Stretches are counted from the start of a call: keep to them. */
	for (uint64_t i = 0; i < 20000; i += 2560)
		feed_all(pieces, a + i, 20000 - i < 2560 ? 20000 - i : 2560);
	x = result_of(whole);
	y = result_of(pieces);
	assert_memory_equal(&x, &y, sizeof(x));
	tiermm_sim_source_destroy(source);
	tiermm_sim_destroy(whole);
	tiermm_sim_destroy(pieces);
}

static void the_series_adds_up(void **state)
{
	struct tiermm_sim_options o = options_of(TIERMM_SIM_DEMOTION, 0, 3000);
	struct tiermm_sim_point points[16];
	uint64_t n, accesses = 0, ns = 0, demoted = 0;
	struct tiermm_sim_result r;
	struct tiermm_sim *s;

	(void)state;
	o.repeat = 100;
	o.interval_ns = 100000;
	o.series_ns = 100000;
	o.max_points = 16;
	s = sim_made(1000, 4000, &o);
	scan(s, 3000, 40, TIERMM_SIM_WRITE);
	assert_int_equal(tiermm_sim_series(s, points, 16, &n), 0);
	assert_in_range(n, 4, 16);
	for (uint64_t i = 0; i < n; i++) {
		accesses += points[i].accesses;
		ns += points[i].access_ns;
		demoted += points[i].demoted;
		assert_true(i == 0 ||
			    points[i].time_ns > points[i - 1].time_ns);
	}
	r = result_of(s);
	assert_int_equal(accesses, r.accesses);
	assert_int_equal(ns, r.access_ns);
	assert_int_equal(demoted, r.demoted);
	assert_true(demoted > 0);
	tiermm_sim_destroy(s);
}

static void refused_options_are_named(void **state)
{
	static const struct {
		struct tiermm_sim_options options;
		const char *words;
	} cases[] = {
		{ { .policy = 99, .pages = 1 }, "policy is 99" },
		{ { .pages = 0 }, "pages is 0" },
		{ { .pages = TIERMM_SIM_PAGES + 1 }, "2^28" },
		{ { .pages = 1, .page_bytes = 5000 }, "page_bytes is 5000" },
		{ { .pages = 1, .repeat = 1048577 }, "repeat is 1048577" },
		{ { .pages = 1, .max_points = 1 }, "max_points is 1" },
		{ { .pages = 1, .policy = TIERMM_SIM_OWN }, "needs its table" },
	};
	struct tiermm_topology *t = two_tiers(64, 64);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tiermm_sim_options o = cases[i].options;
		struct tiermm_sim_error error = SIM_ERROR;
		struct tiermm_sim *s = (void *)&o;

		o.size = sizeof(o);
		assert_int_equal(tiermm_sim_create(&s, t, &o, &error, NULL),
				 -TIERMM_EINVAL);
		assert_null(s);
		if (!strstr(error.text, cases[i].words))
			fail_msg("'%s', expected '%s'", error.text,
				 cases[i].words);
	}
	tiermm_topology_unref(t);
}

/* 9.5e18 accesses: more than a sample's countdown goes down in. */
static void counts_have_no_end_that_a_run_meets(void **state)
{
	struct tiermm_sim_options o = options_of(TIERMM_SIM_STATIC, 0, 8);
	struct tiermm_sim_access a = { .count = UINT32_MAX };
	const uint64_t records = 2100;
	struct tiermm_sim *s;

	(void)state;
	o.repeat = 1 << 20;
	s = sim_made(64, 64, &o);
	for (uint64_t i = 0; i < records; i++)
		feed_all(s, &a, 1);
	assert_int_equal(result_of(s).accesses,
			 records * UINT32_MAX * o.repeat);
	tiermm_sim_destroy(s);
}

static void a_page_beyond_the_room_is_refused(void **state)
{
	struct tiermm_sim *s = sim_of(TIERMM_SIM_STATIC, 0, 64, 64, 8);
	struct tiermm_sim_access a = { .page = 8, .count = 1 };
	struct tiermm_sim_error error = SIM_ERROR;

	(void)state;
	assert_int_equal(tiermm_sim_feed(s, &a, 1, &error), -TIERMM_EINVAL);
	assert_string_equal(error.text, "page 8, expected less than 8");
	a = (struct tiermm_sim_access){ .page = 7 };
	assert_int_equal(tiermm_sim_feed(s, &a, 1, &error), -TIERMM_EINVAL);
	assert_string_equal(error.text, "count is 0, expected at least 1");
	tiermm_sim_destroy(s);
}

/*
 * All pages were used since they were last looked at, and there are more of
 * them than a few rounds look at: memory is tight, not out.
 */
static void direct_reclaim_looks_until_it_finds(void **state)
{
	struct tiermm_sim *s =
		sim_with_min(TIERMM_SIM_STATIC, 3000, 64, 3300, 64);

	(void)state;
	scan(s, 3300, 2, 0);
	assert_true(result_of(s).direct > 0);
	assert_int_equal(result_of(s).pages, 3300);
	tiermm_sim_destroy(s);
}

/* 1000 frames of a size under pressure, with more that is used than fits. */
static struct tiermm_sim *pressed_machine(uint32_t page_bytes)
{
	struct tiermm_sim_options o = options_of(TIERMM_SIM_NONE, 0, 1100);
	uint64_t scale = page_bytes / 4096;
	struct tiermm_sim *s;

	o.page_bytes = page_bytes;
	o.min_pages = 16;
	s = sim_made(1000 * scale, 16 * scale, &o);
	for (int i = 0; i < 8; i++) {
		scan(s, 1000, 2, 0);
		hammer(s, 0, 1100, 2200);
	}
	return s;
}

/*
 * As Linux does it: half of a little memory may be active; of 31 GiB 17 parts,
 * the root of ten times as many, to one.
 */
static void of_more_memory_a_greater_part_is_active(void **state)
{
	struct tiermm_sim *small = pressed_machine(4096);
	struct tiermm_sim *large = pressed_machine(1 << 25);

	(void)state;
	assert_in_range(small->node[0].n[0], small->node[0].n[1] * 9 / 10,
			small->node[0].n[1] * 11 / 10);
	assert_true(large->node[0].n[0] * 10 < large->node[0].n[1]);
	tiermm_sim_destroy(small);
	tiermm_sim_destroy(large);
}

static void create_survives_every_oom(void **state)
{
	struct tiermm_topology *t = two_tiers(64, 64);
	struct tiermm_sim_options o =
		options_of(TIERMM_SIM_KERNEL,
			   TIERMM_SIM_DEFER | TIERMM_SIM_CHECK, 100);

	(void)state;
	for (uint64_t k = 0, done = 0; !done; k++) {
		struct failing f = { .fail_at = k };
		struct tiermm_alloc mem = failing_alloc(&f);
		struct tiermm_sim *s = (void *)&o;
		int err = tiermm_sim_create(&s, t, &o, NULL, &mem);

		done = err == 0;
		assert_true(done || (err == -TIERMM_ENOMEM && s == NULL));
		tiermm_sim_destroy(s);
		assert_int_equal(f.live, 0);
	}
	tiermm_topology_unref(t);
}

/* Everything that stays is counted: pages, lists, promotion, buffers. */
static void a_page_takes_less_than_16_bytes(void **state)
{
	const uint64_t pages = 1000000;

	(void)state;
	for (uint32_t policy = 0; policy < TIERMM_SIM_OWN; policy++) {
		struct tiermm_sim *s =
			sim_of(policy, 0, pages / 4, pages, pages);

		assert_in_range(result_of(s).bytes, 7 * pages, 16 * pages);
		tiermm_sim_destroy(s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_node_costs_its_latency_and_one_walk),
		cmocka_unit_test(
			work_between_accesses_takes_time_and_is_no_access),
		cmocka_unit_test(static_placement_is_first_touch),
		cmocka_unit_test(the_far_node_costs_its_own_latency),
		cmocka_unit_test(ideal_memory_is_all_fast),
		cmocka_unit_test(translations_push_each_other_out),
		cmocka_unit_test(repeat_stands_for_as_many_accesses),
		cmocka_unit_test(swap_takes_what_does_not_fit),
		cmocka_unit_test(what_was_never_written_is_dropped_not_swapped),
		cmocka_unit_test(demotion_keeps_in_memory_what_fits_there),
		cmocka_unit_test(each_promotion_brings_hot_pages_up),
		cmocka_unit_test(feeding_in_pieces_is_feeding_at_once),
		cmocka_unit_test(the_series_adds_up),
		cmocka_unit_test(refused_options_are_named),
		cmocka_unit_test(counts_have_no_end_that_a_run_meets),
		cmocka_unit_test(a_page_beyond_the_room_is_refused),
		cmocka_unit_test(direct_reclaim_looks_until_it_finds),
		cmocka_unit_test(of_more_memory_a_greater_part_is_active),
		cmocka_unit_test(create_survives_every_oom),
		cmocka_unit_test(a_page_takes_less_than_16_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
