/* SPDX-License-Identifier: MIT */
/* Requests while they are their mover's (F3, F10). */
#include "flush_fixture.h"

static void a_request_goes_its_way_in_order(void **state)
{
	struct tiermm_flush_page *pages;
	struct tiermm_flush_request *r;
	uint64_t n = 99;

	FLUSH_FIXTURE(x, NULL);
	(void)state;
	r = park(&x, 0, 0, 0, 2);
	assert_int_equal(tiermm_flush_queue(r, 0, NULL), -TIERMM_EINVAL);
	assert_int_equal(tiermm_flush_stamp(r), 0);
	assert_int_equal(tiermm_flush_stamp(r), -TIERMM_EINVAL);
	assert_int_equal(tiermm_flush_add(r, x.link + 2, 1, &n),
			 -TIERMM_EINVAL);
	assert_int_equal(n, 99);
	assert_int_equal(tiermm_flush_add_agents(r, NULL, 0), -TIERMM_EINVAL);
	assert_int_equal(tiermm_flush_queue(r, 0, NULL), 0);
	assert_int_equal(tiermm_flush_remove(r, x.link[0]), -TIERMM_EINVAL);
	assert_int_equal(tiermm_flush_close(r, &pages), -TIERMM_EINVAL);
	assert_int_equal(tiermm_flush_queue(r, 0, NULL), -TIERMM_EINVAL);
	flush_fixture_end(&x);
}

static void wrong_memory_nodes_and_agents_are_refused(void **state)
{
	uint64_t agents[2] = { 1ull << AGENTS, 0 };
	struct tiermm_flush_request *r = (void *)agents;
	char *memory;

	FLUSH_FIXTURE(x, NULL);
	(void)state;
	memory = x.memory[0];
	assert_int_equal(tiermm_flush_open(x.f, NULL, 0, NULL, 0, &r),
			 -TIERMM_EINVAL);
	assert_null(r);
	assert_int_equal(tiermm_flush_open(x.f, memory + 8, 0, NULL, 0, &r),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_flush_open(x.f, memory, 0, NULL, 0, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_flush_open(x.f, memory, -1, NULL, 0, &r),
			 -TIERMM_ENODEV);
	assert_int_equal(tiermm_flush_open(x.f, memory, 4, NULL, 0, &r),
			 -TIERMM_ENODEV);
	assert_int_equal(tiermm_flush_open(x.f, memory, 0, agents, 2, &r),
			 -TIERMM_ERANGE);
	agents[0] = 1;
	agents[1] = 1;
	assert_int_equal(tiermm_flush_open(x.f, memory, 0, agents, 2, &r),
			 -TIERMM_ERANGE);
	assert_int_equal(tiermm_flush_open(x.f, memory, 0, agents, 1, &r), 0);
	assert_int_equal(tiermm_flush_add_agents(r, agents, 2), -TIERMM_ERANGE);
	assert_int_equal(tiermm_flush_request_bytes(NULL), 0);
	assert_int_equal(tiermm_flush_stamp(NULL), -TIERMM_EINVAL);
	flush_fixture_end(&x);
}

/* I28: as source or as copy, until it is given back. */
static void i28_a_parked_page_is_not_parked_again(void **state)
{
	struct tiermm_flush_page *pages;
	struct tiermm_flush_request *r;
	uint64_t n;

	FLUSH_FIXTURE(x, NULL);
	(void)state;
	x.page[0].copy = &x.page[4];
	x.page[1].copy = &x.page[0];
	x.page[2].copy = &x.page[2];
	(void)park(&x, 0, 0, 0, 1);
	assert_int_equal(tiermm_flush_open(x.f, x.memory[1], 0, NULL, 0, &r),
			 0);
	assert_int_equal(tiermm_flush_add(r, x.link, 1, &n), 0);
	assert_int_equal(n, 0); /* the source */
	assert_int_equal(tiermm_flush_add(r, x.link + 4, 1, &n), 0);
	assert_int_equal(n, 0); /* its copy */
	assert_int_equal(tiermm_flush_add(r, x.link + 1, 1, &n), 0);
	assert_int_equal(n, 0); /* one whose copy is parked */
	assert_int_equal(tiermm_flush_add(r, x.link + 2, 1, &n), 0);
	assert_int_equal(n, 0); /* its own copy */
	x.page[5].pages = 0;
	assert_int_equal(tiermm_flush_add(r, x.link + 3, 3, &n), 0);
	assert_int_equal(n, 1); /* page 3, and no more: 4 is parked */
	assert_int_equal(tiermm_flush_close(x.request[0], &pages), 0);
	assert_ptr_equal(pages, &x.page[0]);
	assert_int_equal(tiermm_flush_add(r, x.link + 4, 2, &n), 0);
	assert_int_equal(n, 1); /* free again; 5 has no base page */
	flush_fixture_end(&x);
}

/* I22: undone moves and given up requests leave nothing behind. */
static void i22_what_is_taken_out_is_not_parked(void **state)
{
	struct tiermm_flush_page *pages;
	struct tiermm_flush_request *r;

	FLUSH_FIXTURE(x, NULL);
	(void)state;
	x.page[1].pages = 512;
	x.page[1].copy = &x.page[7];
	r = park(&x, 0, 1, 0, 3);
	assert_int_equal(x.f->lanes[1].reserved, 514);
	assert_int_equal(tiermm_flush_remove(r, &x.page[1]), 0);
	assert_int_equal(tiermm_flush_remove(r, &x.page[1]), -TIERMM_ENOENT);
	assert_int_equal(tiermm_flush_remove(r, NULL), -TIERMM_EINVAL);
	assert_null(x.page[1].request);
	assert_null(x.page[7].request);
	assert_int_equal(x.f->lanes[1].reserved, 2);
	assert_int_equal(tiermm_flush_stamp(r), 0);
	assert_int_equal(tiermm_flush_remove(r, &x.page[2]), 0);
	assert_int_equal(tiermm_flush_close(r, &pages), 0);
	assert_ptr_equal(pages, &x.page[0]);
	assert_null(pages->next);
	assert_null(pages->request);
	assert_int_equal(x.f->lanes[1].reserved, 0);
	assert_int_equal(flush_pending(&x, 1), 0);
	assert_int_equal(tiermm_flush_close(r, &pages), -TIERMM_EINVAL);
	flush_fixture_end(&x);
}

static void an_empty_request_is_closed_and_not_queued(void **state)
{
	struct tiermm_flush_page *pages = (void *)&state;
	struct tiermm_flush_request *r;

	FLUSH_FIXTURE(x, NULL);
	(void)state;
	r = park(&x, 0, 0, 0, 0);
	assert_int_equal(tiermm_flush_stamp(r), 0);
	assert_int_equal(tiermm_flush_queue(r, 0, NULL), -TIERMM_EINVAL);
	assert_int_equal(tiermm_flush_close(r, &pages), 0);
	assert_null(pages);
	flush_fixture_end(&x);
}

static void no_more_is_parked_than_the_node_may_hold(void **state)
{
	struct tiermm_flush_options o = { .size = sizeof(o), .max_pages = 4 };
	struct tiermm_flush_request *r;
	uint64_t n = 99;

	FLUSH_FIXTURE(x, &o);
	(void)state;
	r = park(&x, 0, 0, 0, 3);
	assert_int_equal(tiermm_flush_add(r, x.link + 3, 2, &n),
			 -TIERMM_ENOSPC);
	assert_int_equal(n, 99);
	assert_null(x.page[3].request);
	assert_null(x.page[4].request);
	assert_int_equal(x.f->lanes[0].reserved, 3);
	assert_int_equal(tiermm_flush_add(r, x.link + 3, 1, &n), 0);
	assert_int_equal(n, 1);
	(void)park(&x, 1, 1, 4, 4); /* another node has its own */
	assert_int_equal(flush_count(&x, TIERMM_FLUSH_REFUSED), 2);
	flush_fixture_end(&x);
}

static void who_comes_in_second_is_told_busy(void **state)
{
	struct tiermm_flush_page *pages;
	struct tiermm_flush_request *r;
	uint64_t n;

	FLUSH_FIXTURE(x, NULL);
	(void)state;
	r = park(&x, 0, 0, 0, 1);
	assert_int_equal(tiermm__owner_enter(&r->owner), 0);
	assert_int_equal(tiermm_flush_add(r, x.link + 1, 1, &n), -TIERMM_EBUSY);
	assert_int_equal(tiermm_flush_add_agents(r, NULL, 0), -TIERMM_EBUSY);
	assert_int_equal(tiermm_flush_remove(r, &x.page[0]), -TIERMM_EBUSY);
	assert_int_equal(tiermm_flush_stamp(r), -TIERMM_EBUSY);
	assert_int_equal(tiermm_flush_queue(r, 0, NULL), -TIERMM_EBUSY);
	assert_int_equal(tiermm_flush_close(r, &pages), -TIERMM_EBUSY);
	tiermm__owner_leave(&r->owner);
	assert_int_equal(tiermm_flush_stamp(r), 0);
	flush_fixture_end(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_goes_its_way_in_order),
		cmocka_unit_test(wrong_memory_nodes_and_agents_are_refused),
		cmocka_unit_test(i28_a_parked_page_is_not_parked_again),
		cmocka_unit_test(i22_what_is_taken_out_is_not_parked),
		cmocka_unit_test(an_empty_request_is_closed_and_not_queued),
		cmocka_unit_test(no_more_is_parked_than_the_node_may_hold),
		cmocka_unit_test(who_comes_in_second_is_told_busy),
	};

	return cmocka_run_group_tests_name("flush/request", tests, NULL, NULL);
}
