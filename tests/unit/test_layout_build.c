/* SPDX-License-Identifier: MIT */
/* Layouts are built from ranges, or refused by name (L1, I19). */
#include "layout_fixture.h"

#include "support/failing.h"

#include <tiermm/random.h>

static void i14_every_edge_is_right(void **state)
{
	const struct tiermm_layout_range r[] = {
		{ .first = 10, .last = 19, .node = 3 },
		{ .first = 20, .last = 20, .node = 1 },
		{ .first = 500, .last = 600, .node = 2 },
	};
	struct tiermm_layout *l = layout_of(r, 3);
	struct tiermm_layout_range at;

	(void)state;
	assert_int_equal(tiermm_layout_count(l), 3);
	assert_int_equal(tiermm_layout_last_frame(l), LAST);
	assert_int_equal(tiermm_layout_node(l, 0), 3);
	assert_int_equal(tiermm_layout_node(l, 9), 3);
	assert_int_equal(tiermm_layout_node(l, 19), 3);
	assert_int_equal(tiermm_layout_node(l, 20), 1);
	assert_int_equal(tiermm_layout_node(l, 21), 1); /* a hole, filled */
	assert_int_equal(tiermm_layout_node(l, 499), 1);
	assert_int_equal(tiermm_layout_node(l, 500), 2);
	assert_int_equal(tiermm_layout_node(l, LAST), 2);
	assert_int_equal(tiermm_layout_node(l, LAST + 1), TIERMM_NO_NODE);
	assert_int_equal(tiermm_layout_node(l, UINT64_MAX), TIERMM_NO_NODE);
	assert_int_equal(tiermm_layout_range_of(l, 30, &at), 0);
	assert_int_equal(at.first, 20);
	assert_int_equal(at.last, 499);
	assert_int_equal(tiermm_layout_range_of(l, LAST + 1, &at),
			 -TIERMM_ENOENT);
	assert_int_equal(tiermm_layout_range_at(l, 3, &at), -TIERMM_ENOENT);
	tiermm_layout_unref(l);
}

static void the_last_frame_of_all_has_a_node(void **state)
{
	const uint64_t top = TIERMM_LAYOUT_FRAMES - 1;
	struct tiermm_layout_range r[] = {
		{ .last = top - 1, .node = 0 },
		{ .first = top, .last = top, .node = 1023 },
	};
	struct tiermm_layout_difference d;
	struct tiermm_layout *l, *other;
	uint64_t n;

	(void)state;
	assert_int_equal(tiermm_layout_create(&l, r, 2, NULL, NULL, NULL), 0);
	assert_int_equal(tiermm_layout_node(l, top), 1023);
	assert_int_equal(tiermm_layout_node(l, top - 1), 0);
	assert_int_equal(tiermm_layout_node(l, top + 1), TIERMM_NO_NODE);
	assert_int_equal(tiermm_layout_is_valid(l), 1);
	r[1].node = 5;
	assert_int_equal(tiermm_layout_create(&other, r, 2, NULL, NULL, NULL),
			 0);
	assert_int_equal(tiermm_layout_diff(l, other, &d, 1, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(d.first, top);
	assert_int_equal(d.last, top);
	tiermm_layout_unref(l);
	tiermm_layout_unref(other);
}

/* Many ranges in few frames, one in many: the search inside a piece. */
static void crowded_ranges_are_found(void **state)
{
	static struct tiermm_layout_range r[3001];
	struct tiermm_layout *l;

	(void)state;
	for (uint64_t i = 0; i < 3001; i++)
		r[i] = (struct tiermm_layout_range){
			.first = 1000000 + i,
			.last = 1000000 + i,
			.node = (int32_t)(i % 1024),
		};
	r[3000].last = UINT64_C(1) << 40;
	assert_int_equal(tiermm_layout_create(&l, r, 3001, NULL, NULL, NULL),
			 0);
	assert_int_equal(tiermm_layout_is_valid(l), 1);
	for (uint64_t i = 0; i < 3001; i++)
		assert_int_equal(tiermm_layout_node(l, 1000000 + i), i % 1024);
	assert_int_equal(tiermm_layout_node(l, 5), 0);
	assert_int_equal(tiermm_layout_node(l, UINT64_C(1) << 39), 3000 % 1024);
	tiermm_layout_unref(l);
}

static void ranges_may_come_in_any_order(void **state)
{
	enum {
		N = 200
	};
	struct tiermm_layout_range r[N];
	struct tiermm_random random;
	struct tiermm_layout *l;

	(void)state;
	tiermm_random_seed(&random, 7);
	for (uint64_t i = 0; i < N; i++) {
		uint64_t k = tiermm_random_below(&random, i + 1);

		r[i] = r[k];
		r[k] = (struct tiermm_layout_range){ .first = i * 5,
						     .last = i * 5 + 4,
						     .node = (int32_t)i };
	}
	l = layout_of(r, N);
	for (uint64_t f = 0; f < N * 5; f++)
		assert_int_equal(tiermm_layout_node(l, f), f / 5);
	tiermm_layout_unref(l);
}

/* What is wrong with ranges, by which sentence, and as which problem. */
struct wrong {
	struct tiermm_layout_range range[3]; /* up to the first all of zeros */
	uint32_t what;
	const char *text;
};

#define RANGE(begin, end, id)                                 \
	{                                                     \
		.first = (begin), .last = (end), .node = (id) \
	}
#define SOUND_0 RANGE(0x10, 0x1f, 0)
#define SOUND_1 RANGE(0x20, 0x2f, 1)
#define SOUND_2 RANGE(0x30, 0x3f, 2)

static void must_be_refused(const struct wrong *w, uint32_t flags)
{
	struct tiermm_layout_problem p = { .size = sizeof(p) };
	struct tiermm_nodeset nodes = { { 7 } };
	struct tiermm_layout_options o = { .size = sizeof(o),
					   .flags = flags,
					   .last_frame = LAST,
					   .nodes = &nodes };
	struct tiermm_layout *l = (void *)&o;
	char line[256];
	uint64_t n = 0;
	int err;

	while (n < 3 && w->range[n].last)
		n++;
	err = tiermm_layout_create(&l, w->range, n, &o, &p, NULL);
	assert_true(err < 0);
	assert_null(l);
	assert_int_equal(p.error, err);
	assert_int_equal(tiermm_layout_problem_text(&p, line, sizeof(line),
						    NULL),
			 0);
	assert_string_equal(line, w->text);
	assert_int_equal(p.what, w->what);
}

static void i19_what_is_wrong_is_refused_by_name(void **state)
{
	static const struct wrong wrong[] = {
		{ { { .last = 0 } },
		  TIERMM_LAYOUT_PROBLEM_EMPTY,
		  "the layout has no range, expected at least one" },
		{ { SOUND_0, RANGE(0x25, 0x24, 1), SOUND_2 },
		  TIERMM_LAYOUT_PROBLEM_INVERTED,
		  "range 0x25-0x24 of node 1 ends before it begins, expected "
		  "0x25 or more" },
		{ { SOUND_0, RANGE(0x25, 0x26, 3), SOUND_2 },
		  TIERMM_LAYOUT_PROBLEM_NODE,
		  "range 0x25-0x26 of node 3 is on an unknown node, expected "
		  "one that is there" },
		{ { SOUND_0, SOUND_1, RANGE(0x30, LAST + 1, 2) },
		  TIERMM_LAYOUT_PROBLEM_BEYOND,
		  "range 0x30-0x400 of node 2 goes past the last frame, "
		  "expected 0x3ff or less" },
		{ { SOUND_0, SOUND_1, { 0x30, 0x3f, 2, 1, 0 } },
		  TIERMM_LAYOUT_PROBLEM_RESERVED,
		  "range 0x30-0x3f of node 2 has a reserved field set, "
		  "expected 0" },
		{ { SOUND_0, SOUND_1, { 0x30, 0x3f, 2, 0, 1 } },
		  TIERMM_LAYOUT_PROBLEM_RESERVED,
		  "range 0x30-0x3f of node 2 has a reserved field set, "
		  "expected 0" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		must_be_refused(&wrong[i], 0);
}

/* One frame in common is an overlap, with the range that has it. */
static void i19_an_overlap_names_the_right_two(void **state)
{
	static const struct wrong wrong[] = {
		{ { SOUND_0, RANGE(0x20, 0x30, 1), SOUND_2 },
		  TIERMM_LAYOUT_PROBLEM_OVERLAP,
		  "range 0x20-0x30 of node 1 overlaps range 0x30-0x3f of node "
		  "2, expected each frame once" },
		{ { SOUND_0, RANGE(0x10, 0x10, 1), SOUND_2 },
		  TIERMM_LAYOUT_PROBLEM_OVERLAP,
		  "range 0x10-0x1f of node 0 overlaps range 0x10-0x10 of node "
		  "1, expected each frame once" },
		{ { RANGE(0, 10, 0), RANGE(10, 20, 1), RANGE(30, LAST, 2) },
		  TIERMM_LAYOUT_PROBLEM_OVERLAP,
		  "range 0x0-0xa of node 0 overlaps range 0xa-0x14 of node 1, "
		  "expected each frame once" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		must_be_refused(&wrong[i], 0);
}

static void i19_holes_are_refused_where_asked_for(void **state)
{
	static const struct wrong wrong[] = {
		{ { RANGE(0x10, 0x1f, 0), RANGE(0x21, LAST, 1) },
		  TIERMM_LAYOUT_PROBLEM_HOLE,
		  "no range holds frames 0x0 to 0xf, expected no hole" },
		{ { RANGE(1, 0x1f, 0), RANGE(0x21, LAST, 1) },
		  TIERMM_LAYOUT_PROBLEM_HOLE,
		  "no range holds frames 0x0 to 0x0, expected no hole" },
		{ { RANGE(0, 0x1f, 0), RANGE(0x21, LAST, 1) },
		  TIERMM_LAYOUT_PROBLEM_HOLE,
		  "no range holds frames 0x20 to 0x20, expected no hole" },
		{ { RANGE(0, 0x1f, 0), RANGE(0x20, 0x30, 1) },
		  TIERMM_LAYOUT_PROBLEM_HOLE,
		  "no range holds frames 0x31 to 0x3ff, expected no hole" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		must_be_refused(&wrong[i], TIERMM_LAYOUT_REFUSE_HOLES);
}

static void options_are_checked(void **state)
{
	struct tiermm_layout_range r = { .last = LAST };
	struct tiermm_layout_options o = { .size = sizeof(o), .flags = 2 };
	struct tiermm_layout_problem p = { .size = sizeof(p) };
	struct tiermm_layout *l;

	(void)state;
	assert_int_equal(tiermm_layout_create(&l, &r, 1, &o, NULL, NULL),
			 -TIERMM_E2BIG);
	o.flags = 0;
	o.last_frame = TIERMM_LAYOUT_FRAMES;
	assert_int_equal(tiermm_layout_create(&l, &r, 1, &o, NULL, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_layout_create(NULL, &r, 1, NULL, NULL, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_layout_create(&l, NULL, 1, NULL, NULL, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_layout_create(&l, &r, TIERMM_LAYOUT_RANGES + 1,
					      NULL, &p, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(p.what, TIERMM_LAYOUT_PROBLEM_MANY);
	r.last = UINT64_MAX;
	assert_int_equal(tiermm_layout_create(&l, &r, 1, NULL, &p, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(p.what, TIERMM_LAYOUT_PROBLEM_BEYOND);
}

static void create_survives_every_oom(void **state)
{
	struct tiermm_layout_range r = { .last = LAST };

	(void)state;
	for (uint64_t k = 0, done = 0; !done; k++) {
		struct failing f = { .fail_at = k };
		struct tiermm_alloc mem = failing_alloc(&f);
		struct tiermm_layout *l = (void *)&f;
		int err = tiermm_layout_create(&l, &r, 1, NULL, NULL, &mem);

		done = err == 0;
		assert_true(done || (err == -TIERMM_ENOMEM && !l));
		if (done)
			assert_ptr_equal(tiermm_layout_ref(l), l);
		tiermm_layout_unref(l);
		if (done)
			assert_int_equal(f.live, 1);
		if (done)
			tiermm_layout_unref(l);
		assert_true(failing_is_clean(&f));
	}
}

static void one_fits_into_the_callers_memory(void **state)
{
	static _Alignas(TIERMM_ALIGN) char memory[8192];
	struct tiermm_layout_range r[2] = { { .last = 5, .node = 1 },
					    { .first = 6, .last = LAST } };
	struct tiermm_layout *l;
	uint64_t bytes = 0;

	(void)state;
	assert_int_equal(tiermm_layout_footprint(0, &bytes), -TIERMM_EINVAL);
	assert_int_equal(tiermm_layout_footprint(2, &bytes), 0);
	assert_true(bytes <= sizeof(memory));
	assert_int_equal(tiermm_layout_init(&l, memory, bytes - 1, r, 2, NULL,
					    NULL),
			 -TIERMM_ENOMEM);
	assert_int_equal(tiermm_layout_init(&l, memory + 1, bytes, r, 2, NULL,
					    NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_layout_init(&l, memory, bytes, r, 2, NULL,
					    NULL),
			 0);
	assert_int_equal(tiermm_layout_node(l, 6), 0);
	assert_int_equal(tiermm_layout_is_valid(l), 1);
	assert_true(tiermm_layout_bytes(l) <= bytes);
	tiermm_layout_unref(l);
}

static void arrays_answer_as_one_by_one(void **state)
{
	struct tiermm_layout *l = halves(512);
	uint64_t frames[3] = { 0, 512, LAST + 1 };
	int32_t nodes[3];

	(void)state;
	assert_int_equal(tiermm_layout_node_array(l, frames, 3, nodes), 0);
	assert_int_equal(nodes[0], 0);
	assert_int_equal(nodes[1], 1);
	assert_int_equal(nodes[2], TIERMM_NO_NODE);
	assert_int_equal(tiermm_layout_node_array(l, NULL, 3, nodes),
			 -TIERMM_EINVAL);
	tiermm_layout_unref(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(i14_every_edge_is_right),
		cmocka_unit_test(the_last_frame_of_all_has_a_node),
		cmocka_unit_test(crowded_ranges_are_found),
		cmocka_unit_test(ranges_may_come_in_any_order),
		cmocka_unit_test(i19_what_is_wrong_is_refused_by_name),
		cmocka_unit_test(i19_an_overlap_names_the_right_two),
		cmocka_unit_test(i19_holes_are_refused_where_asked_for),
		cmocka_unit_test(options_are_checked),
		cmocka_unit_test(create_survives_every_oom),
		cmocka_unit_test(one_fits_into_the_callers_memory),
		cmocka_unit_test(arrays_answer_as_one_by_one),
	};

	return cmocka_run_group_tests_name("layout/build", tests, NULL, NULL);
}
