/* SPDX-License-Identifier: MIT */
/* Sources of the caller's own, and filters (S3). */
#include "sim_fixture.h"

#include "support/failing.h"

/* A source that gives out an array. */
struct listed {
	const struct tiermm_sim_access *a;
	uint64_t n;
	uint64_t at;
	int destroyed;
};

static int listed_next(void *self, struct tiermm_sim_access *out, uint64_t cap,
		       uint64_t *n_out, struct tiermm_sim_error *error)
{
	struct listed *l = self;
	uint64_t n = 0;

	(void)error;
	while (n < cap && l->at < l->n)
		out[n++] = l->a[l->at++];
	*n_out = n;
	return 0;
}

static int listed_rewind(void *self)
{
	struct listed *l = self;

	l->at = 0;
	return 0;
}

static void listed_destroy(void *self)
{
	struct listed *l = self;

	l->destroyed++;
}

static const struct tiermm_sim_source_ops listed_ops = {
	.size = sizeof(listed_ops),
	.next = listed_next,
	.rewind = listed_rewind,
	.destroy = listed_destroy,
};

static const struct tiermm_sim_source_info listed_info = {
	.size = sizeof(listed_info),
	.pages = 100,
	.records = TIERMM_SIM_UNKNOWN,
	.accesses = TIERMM_SIM_UNKNOWN,
	.threads = 4,
	.processes = 2,
	.page_bytes = 4096,
	.name = "listed",
};

static struct tiermm_sim_source *source_of(struct listed *l)
{
	struct tiermm_sim_source *s;

	assert_int_equal(tiermm_sim_source_create(&s, &listed_ops, l,
						  &listed_info, NULL),
			 0);
	return s;
}

static struct tiermm_sim_source *
filtered(struct tiermm_sim_source *inner,
	 const struct tiermm_sim_filter_options *o)
{
	struct tiermm_sim_source *s;

	assert_int_equal(tiermm_sim_filter_create(&s, inner, o, NULL), 0);
	return s;
}

static const struct tiermm_sim_access five[] = {
	{ .page = 1, .count = 2, .gap_ns = 10 },
	{ .page = 1, .count = 1, .gap_ns = 5 },
	{ .page = 1, .count = 1, .flags = TIERMM_SIM_WRITE },
	{ .page = 7, .count = 1, .gap_ns = 3, .thread = 1 },
	{ .page = 1, .count = 4 },
};

static void a_list_comes_through(void **state)
{
	struct listed l = { five, 5, 0, 0 };
	struct tiermm_sim_source *s = source_of(&l);
	struct tiermm_sim_access out[6];

	(void)state;
	assert_true(info_of(s).records == TIERMM_SIM_UNKNOWN);
	assert_int_equal(all_of(s, out, 6), 5);
	assert_memory_equal(out, five, sizeof(five));
	/* Known at the end. */
	assert_int_equal(info_of(s).records, 5);
	assert_int_equal(info_of(s).accesses, 9);
	tiermm_sim_source_destroy(s);
	assert_int_equal(l.destroyed, 1);
}

static void what_was_not_announced_is_refused(void **state)
{
	static const struct tiermm_sim_access bad[] = {
		{ .page = 100, .count = 1 },
		{ .page = 1, .count = 0 },
		{ .page = 1, .count = 1, .thread = 4 },
		{ .page = 1, .count = 1, .process = 2 },
		{ .page = 1, .count = 1, .gap_ns = TIERMM_SIM_GAP_LIMIT },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct tiermm_sim_access list[2] = { five[0], bad[i] }, out[2];
		struct listed l = { list, 2, 0, 0 };
		struct tiermm_sim_source *s = source_of(&l);
		struct tiermm_sim_error error = SIM_ERROR;
		uint64_t n;

		assert_int_equal(tiermm_sim_source_next(s, out, 2, &n, &error),
				 -TIERMM_EPROTO);
		assert_int_equal(error.line, 2);
		assert_non_null(strstr(error.text, "listed: record 2"));
		tiermm_sim_source_destroy(s);
	}
}

static int too_much(void *self, struct tiermm_sim_access *out, uint64_t cap,
		    uint64_t *n_out, struct tiermm_sim_error *error)
{
	(void)self;
	(void)out;
	(void)error;
	*n_out = cap + 1;
	return 0;
}

static void more_than_there_is_room_for_is_refused(void **state)
{
	struct tiermm_sim_source_ops ops = { .size = sizeof(ops),
					     .next = too_much };
	struct tiermm_sim_error error = SIM_ERROR;
	struct tiermm_sim_access out[2];
	struct tiermm_sim_source *s;
	uint64_t n = 0;

	(void)state;
	assert_int_equal(tiermm_sim_source_create(&s, &ops, NULL, &listed_info,
						  NULL),
			 0);
	assert_int_equal(tiermm_sim_source_next(s, out, 2, &n, &error),
			 -TIERMM_EPROTO);
	assert_string_equal(error.text, "listed: a batch of 3 records, "
					"expected at most 2");
	tiermm_sim_source_destroy(s);
}

static void tables_and_infos_are_checked(void **state)
{
	struct tiermm_sim_source_ops ops = listed_ops;
	struct tiermm_sim_source_info info = listed_info;
	struct listed l = { five, 5, 0, 0 };
	struct tiermm_sim_source *s;

	(void)state;
	assert_int_equal(tiermm_sim_source_create(NULL, &ops, &l, &info, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_sim_source_create(&s, NULL, &l, &info, NULL),
			 -TIERMM_EINVAL);
	info.pages = 0;
	assert_int_equal(tiermm_sim_source_create(&s, &ops, &l, &info, NULL),
			 -TIERMM_EINVAL);
	info.pages = 1;
	info.flags = 1;
	assert_int_equal(tiermm_sim_source_create(&s, &ops, &l, &info, NULL),
			 -TIERMM_E2BIG);
	info.flags = 0;
	ops.next = NULL;
	assert_int_equal(tiermm_sim_source_create(&s, &ops, &l, &info, NULL),
			 -TIERMM_EINVAL);
	assert_null(s);
	assert_int_equal(l.destroyed, 0);
}

/* A source whose function calls the source again. */
static struct tiermm_sim_source *outer;

static int nested_next(void *self, struct tiermm_sim_access *out, uint64_t cap,
		       uint64_t *n_out, struct tiermm_sim_error *error)
{
	int *inner = self;

	*inner = tiermm_sim_source_next(outer, out, cap, n_out, error);
	*n_out = 0;
	return 0;
}

static void a_second_owner_is_told(void **state)
{
	struct tiermm_sim_source_ops ops = { .size = sizeof(ops),
					     .next = nested_next };
	struct tiermm_sim_access out[2];
	int inner = 0;

	(void)state;
	assert_int_equal(tiermm_sim_source_create(&outer, &ops, &inner,
						  &listed_info, NULL),
			 0);
	assert_int_equal(next_of(outer, out, 2), 0);
	assert_int_equal(inner, -TIERMM_EBUSY);
	assert_int_equal(tiermm_sim_source_rewind(outer), -TIERMM_ENOTSUP);
	tiermm_sim_source_destroy(outer);
}

static void neighbours_are_merged(void **state)
{
	const struct tiermm_sim_filter_options o = { .size = sizeof(o),
						     .merge_window = 1 };
	struct listed l = { five, 5, 0, 0 };
	struct tiermm_sim_source *s = filtered(source_of(&l), &o);
	struct tiermm_sim_access out[6];

	(void)state;
	for (int round = 0; round < 2; round++) {
		assert_int_equal(all_of(s, out, 6), 4);
		/* Neither an access nor a nanosecond is lost. */
		assert_int_equal(out[0].count, 3);
		assert_int_equal(out[0].gap_ns, 15);
		assert_int_equal(out[1].flags, TIERMM_SIM_WRITE);
		assert_int_equal(out[2].page, 7);
		assert_int_equal(out[3].count, 4);
		assert_int_equal(tiermm_sim_source_rewind(s), 0);
	}
	tiermm_sim_source_destroy(s);
	assert_int_equal(l.destroyed, 1);
}

static void a_window_is_merged(void **state)
{
	const struct tiermm_sim_filter_options o = { .size = sizeof(o),
						     .merge_window = 5 };
	struct listed l = { five, 5, 0, 0 };
	struct tiermm_sim_source *s = filtered(source_of(&l), &o);
	struct tiermm_sim_access out[6];

	(void)state;
	assert_int_equal(all_of(s, out, 6), 3);
	assert_int_equal(out[0].page, 1);
	assert_int_equal(out[0].count, 7);
	assert_int_equal(out[1].flags, TIERMM_SIM_WRITE);
	assert_int_equal(out[2].thread, 1);
	tiermm_sim_source_destroy(s);
}

/* What would not fit into one record stays two, in both ways of merging. */
static void merging_loses_nothing_at_the_limits(void **state)
{
	static const struct tiermm_sim_access list[] = {
		{ .page = 1, .count = UINT32_MAX },
		{ .page = 1, .count = 1 },
		{ .page = 2, .count = 1, .gap_ns = TIERMM_SIM_GAP_LIMIT - 1 },
		{ .page = 2, .count = 1, .gap_ns = 1 },
		{ .page = 3, .count = 1 },
		{ .page = 3, .count = 1, .process = 1 },
	};

	(void)state;
	for (uint64_t window = 1; window < 10; window += 8) {
		const struct tiermm_sim_filter_options o = { .size = sizeof(o),
							     .merge_window =
								     window };
		struct listed l = { list, 6, 0, 0 };
		struct tiermm_sim_source *s = filtered(source_of(&l), &o);
		struct tiermm_sim_access out[7];

		assert_int_equal(all_of(s, out, 7), 6);
		assert_memory_equal(out, list, sizeof(list));
		tiermm_sim_source_destroy(s);
	}
}

/* Whatever the window, counts and times add up to the same. */
static void merging_keeps_every_sum(void **state)
{
	static struct tiermm_sim_access a[30000];
	static const uint64_t windows[] = { 0, 1, 2, 100, 4096, 100000 };

	(void)state;
	for (size_t i = 0; i < sizeof(windows) / sizeof(windows[0]); i++) {
		struct tiermm_sim_filter_options o = { .size = sizeof(o),
						       .merge_window =
							       windows[i] };
		struct tiermm_sim_source *s = filtered(
			workload("zipf:pages=300,write=30%,threads=2,gap=7,"
				 "count=20000"),
			&o);
		uint64_t n = all_of(s, a, 30000), count = 0, gap = 0;

		for (uint64_t k = 0; k < n; k++) {
			count += a[k].count;
			gap += a[k].gap_ns;
		}
		assert_int_equal(count, 20000);
		assert_int_equal(gap, 140000);
		assert_true(windows[i] < 4096 || n < 10000);
		tiermm_sim_source_destroy(s);
	}
}

static void skip_limit_and_deal_count_records(void **state)
{
	const struct tiermm_sim_filter_options o = {
		.size = sizeof(o),
		.skip = 3,
		.limit = 5,
		.threads = 2,
		.deal = 2,
	};
	struct tiermm_sim_source *s =
		filtered(workload("scan:pages=100,count=50"), &o);
	struct tiermm_sim_access out[6];
	static const uint32_t threads[] = { 0, 0, 1, 1, 0 };

	(void)state;
	assert_int_equal(info_of(s).records, 5);
	assert_int_equal(info_of(s).threads, 2);
	for (int round = 0; round < 2; round++) {
		assert_int_equal(all_of(s, out, 6), 5);
		for (uint32_t i = 0; i < 5; i++) {
			assert_int_equal(out[i].page, 3 + i);
			assert_int_equal(out[i].thread, threads[i]);
		}
		assert_int_equal(tiermm_sim_source_rewind(s), 0);
	}
	tiermm_sim_source_destroy(s);
}

static void counts_can_be_bounded(void **state)
{
	const struct tiermm_sim_filter_options o = { .size = sizeof(o),
						     .merge_window = 5,
						     .most_count = 6 };
	struct listed l = { five, 5, 0, 0 };
	struct tiermm_sim_source *s = filtered(source_of(&l), &o);
	struct tiermm_sim_access out[6];

	(void)state;
	assert_int_equal(all_of(s, out, 6), 3);
	/* Seven were merged; their time stays. */
	assert_int_equal(out[0].count, 6);
	assert_int_equal(out[0].gap_ns, 15);
	assert_int_equal(out[1].count, 1);
	tiermm_sim_source_destroy(s);
}

/* A page is in the sample with all of its accesses, or with none. */
static void samples_keep_whole_pages(void **state)
{
	static struct tiermm_sim_access a[100000];
	const struct tiermm_sim_filter_options o = { .size = sizeof(o),
						     .sample_pages = 10 };
	struct tiermm_sim_source *s =
		filtered(workload("scan:pages=10K,count=30K"), &o);
	uint64_t n = all_of(s, a, 100000);
	uint64_t pages = info_of(s).pages;

	(void)state;
	assert_int_equal(n, 3 * pages);
	assert_in_range(pages, 850, 1150);
	for (uint64_t i = 0; i < n; i++)
		assert_int_equal(a[i].page, i % pages);
	tiermm_sim_source_destroy(s);
}

static int sweep_once(const struct tiermm_alloc *mem)
{
	const struct tiermm_sim_filter_options o = { .size = sizeof(o),
						     .merge_window = 8,
						     .sample_pages = 2 };
	struct tiermm_sim_access out[100];
	struct listed l = { five, 5, 0, 0 };
	struct tiermm_sim_source *s, *f = (void *)&l;
	uint64_t n = 1;
	int err = tiermm_sim_source_create(&s, &listed_ops, &l, &listed_info,
					   mem);

	if (err)
		return err;
	err = tiermm_sim_filter_create(&f, s, &o, mem);
	while (!err && n)
		err = tiermm_sim_source_next(f, out, 100, &n, NULL);
	tiermm_sim_source_destroy(f ? f : s);
	assert_int_equal(l.destroyed, 1);
	return err;
}

static void filtering_survives_every_oom(void **state)
{
	(void)state;
	for (uint64_t k = 0, done = 0; !done; k++) {
		struct failing f = { .fail_at = k };
		struct tiermm_alloc mem = failing_alloc(&f);
		int err = sweep_once(&mem);

		done = err == 0;
		assert_true(done || err == -TIERMM_ENOMEM);
		assert_true(failing_is_clean(&f));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_comes_through),
		cmocka_unit_test(what_was_not_announced_is_refused),
		cmocka_unit_test(more_than_there_is_room_for_is_refused),
		cmocka_unit_test(tables_and_infos_are_checked),
		cmocka_unit_test(a_second_owner_is_told),
		cmocka_unit_test(neighbours_are_merged),
		cmocka_unit_test(a_window_is_merged),
		cmocka_unit_test(merging_loses_nothing_at_the_limits),
		cmocka_unit_test(merging_keeps_every_sum),
		cmocka_unit_test(skip_limit_and_deal_count_records),
		cmocka_unit_test(counts_can_be_bounded),
		cmocka_unit_test(samples_keep_whole_pages),
		cmocka_unit_test(filtering_survives_every_oom),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
