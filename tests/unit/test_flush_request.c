/* SPDX-License-Identifier: MIT */
/* Requests while they are their mover's (F3, F10). */
#include "flush_fixture.h"

static void a_request_goes_its_way_in_order(void **state)
{
	struct tiermm_flush_request *r;
	uint64_t n = 99;

	FLUSH_FIXTURE(x, NULL);
	(void)state;
	r = park(&x, 0, 0, 0, 2);
	assert_int_equal(tiermm_flush_queue(r, 0, NULL), -TIERMM_EINVAL);
	assert_int_equal(tiermm_flush_stamp(r), 0);
	assert_int_equal(tiermm_flush_stamp(r), -TIERMM_EINVAL);
	assert_int_equal(tiermm_flush_add(r, x.link + 2, NULL, 1, 0, &n),
			 -TIERMM_EINVAL);
	assert_int_equal(n, 99);
	assert_int_equal(tiermm_flush_add_agents(r, NULL, 0), -TIERMM_EINVAL);
	assert_int_equal(tiermm_flush_queue(r, 0, NULL), 0);
	assert_int_equal(tiermm_flush_remove(r, x.link[0]), -TIERMM_EINVAL);
	assert_int_equal(tiermm_flush_close(r), -TIERMM_EINVAL);
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

/* How many of @n pages from @first on, with copies or none, were parked. */
static uint64_t added(struct flush_fixture *x, struct tiermm_flush_request *r,
		      uint32_t first, struct tiermm_flush_page *const *copies,
		      uint64_t n)
{
	uint64_t done = 99;

	assert_int_equal(tiermm_flush_add(r, x->link + first, copies, n, 0,
					  &done),
			 0);
	return done;
}

/* I28: as source or as copy, until it is given back. */
static void i28_a_parked_page_is_not_parked_again(void **state)
{
	struct tiermm_flush_page *copies[2];
	struct tiermm_flush_request *r;

	FLUSH_FIXTURE(x, NULL);
	(void)state;
	copies[0] = &x.page[4];
	r = park(&x, 0, 0, 0, 0);
	assert_int_equal(added(&x, r, 0, copies, 1), 1);
	assert_int_equal(added(&x, r, 0, NULL, 1), 0); /* twice */
	r = park(&x, 1, 0, 0, 0);
	assert_int_equal(added(&x, r, 0, NULL, 1), 0); /* the source */
	assert_int_equal(added(&x, r, 4, NULL, 1), 0); /* its copy */
	copies[0] = &x.page[0];
	assert_int_equal(added(&x, r, 1, copies, 1), 0); /* copied onto it */
	copies[0] = &x.page[2];
	assert_int_equal(added(&x, r, 2, copies, 1), 0); /* its own copy */
	copies[0] = NULL;
	copies[1] = &x.page[5];
	assert_int_equal(added(&x, r, 2, copies, 2), 2);
	assert_int_equal(added(&x, r, 5, NULL, 2), 0);
	assert_int_equal(tiermm_flush_close(x.request[0]), 0);
	assert_int_equal(added(&x, r, 4, NULL, 1), 1); /* free again */
	assert_int_equal(added(&x, r, 0, NULL, 3), 2); /* up to page 2 */
	flush_fixture_end(&x);
}

/* I22: undone moves and given up requests leave nothing behind. */
static void i22_what_is_taken_out_is_not_parked(void **state)
{
	struct tiermm_flush_options o = { .size = sizeof(o),
					  .max_pages = 1000 };
	struct tiermm_flush_page *copy, *const *pages;
	struct tiermm_flush_request *r;
	uint64_t n;

	FLUSH_FIXTURE(x, &o);
	(void)state;
	copy = &x.page[7];
	r = park(&x, 0, 1, 0, 1);
	assert_int_equal(tiermm_flush_add(r, x.link + 1, &copy, 1, 9, &n), 0);
	assert_int_equal(added(&x, r, 2, NULL, 1), 1);
	assert_int_equal(x.f->lanes[1].reserved, 514);
	assert_int_equal(tiermm_flush_remove(r, &x.page[7]), -TIERMM_ENOENT);
	assert_int_equal(tiermm_flush_remove(r, &x.page[1]), 0);
	assert_int_equal(tiermm_flush_remove(r, &x.page[1]), -TIERMM_ENOENT);
	assert_int_equal(tiermm_flush_remove(r, NULL), -TIERMM_EINVAL);
	assert_int_equal(x.page[1].parked, 0);
	assert_int_equal(x.page[7].parked, 0);
	assert_int_equal(x.f->lanes[1].reserved, 2);
	assert_int_equal(tiermm_flush_stamp(r), 0);
	assert_int_equal(tiermm_flush_remove(r, &x.page[2]), 0);
	assert_null(tiermm_flush_request_pages(r, &n));
	assert_int_equal(n, 0); /* not given back */
	assert_int_equal(tiermm_flush_close(r), 0);
	pages = tiermm_flush_request_pages(r, &n);
	assert_int_equal(n, 1);
	assert_ptr_equal(pages[0], &x.page[0]);
	assert_int_equal(pages[0]->parked, 0);
	assert_int_equal(x.f->lanes[1].reserved, 0);
	assert_int_equal(flush_pending(&x, 1), 0);
	assert_int_equal(tiermm_flush_close(r), -TIERMM_EINVAL);
	assert_null(tiermm_flush_request_pages(NULL, NULL));
	flush_fixture_end(&x);
}

/* F10: sources come back in order; copies are only parked no more. */
static void copies_are_not_handed_back(void **state)
{
	struct tiermm_flush_page *copies[3], *const *pages;
	struct tiermm_flush_request *r;
	uint64_t n;

	FLUSH_FIXTURE(x, NULL);
	(void)state;
	copies[0] = &x.page[5];
	copies[1] = NULL;
	copies[2] = &x.page[6];
	r = park(&x, 0, 0, 3, 1);
	assert_int_equal(added(&x, r, 0, copies, 3), 3);
	assert_int_equal(tiermm_flush_stamp(r), 0);
	assert_int_equal(tiermm_flush_queue(r, 0, NULL), 0);
	assert_int_equal(flush_pending(&x, 0), 4);
	all_pass(&x);
	assert_int_equal(tiermm_flush_reap(x.f, NULL, 0, 0, &x.freed), 0);
	assert_int_equal(x.freed.n_pages, 4);
	assert_int_equal(pages_back(&x), 15);
	pages = tiermm_flush_request_pages(x.freed.requests, &n);
	assert_int_equal(n, 4);
	assert_ptr_equal(pages[0], &x.page[3]);
	assert_ptr_equal(pages[3], &x.page[2]);
	for (int i = 0; i < PAGES; i++)
		assert_int_equal(x.page[i].parked, 0);
	flush_fixture_end(&x);
}

static void an_empty_request_is_closed_and_not_queued(void **state)
{
	struct tiermm_flush_request *r;
	uint64_t n = 7;

	FLUSH_FIXTURE(x, NULL);
	(void)state;
	r = park(&x, 0, 0, 0, 0);
	assert_int_equal(tiermm_flush_stamp(r), 0);
	assert_int_equal(tiermm_flush_queue(r, 0, NULL), -TIERMM_EINVAL);
	assert_int_equal(tiermm_flush_close(r), 0);
	(void)tiermm_flush_request_pages(r, &n);
	assert_int_equal(n, 0);
	flush_fixture_end(&x);
}

/* F3: running out is no failure: what fits is parked, the rest is flushed. */
static void a_full_request_takes_no_more(void **state)
{
	struct tiermm_flush_options o = { .size = sizeof(o),
					  .request_pages = 3 };
	struct tiermm_flush_page *copies[2];
	struct tiermm_flush_request *r;

	FLUSH_FIXTURE(x, &o);
	(void)state;
	r = park(&x, 0, 0, 0, 2);
	copies[0] = &x.page[6];
	assert_int_equal(added(&x, r, 2, copies, 1), 0); /* it takes two */
	assert_int_equal(x.page[2].parked | x.page[6].parked, 0);
	assert_int_equal(added(&x, r, 2, NULL, 3), 1);
	assert_int_equal(added(&x, r, 3, NULL, 1), 0);
	assert_int_equal(x.page[3].parked, 0);
	assert_int_equal(tiermm_flush_remove(r, &x.page[0]), 0);
	assert_int_equal(added(&x, r, 3, NULL, 1), 1);
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
	assert_int_equal(tiermm_flush_add(r, x.link + 3, NULL, 2, 0, &n),
			 -TIERMM_ENOSPC);
	assert_int_equal(tiermm_flush_add(r, x.link + 3, NULL, 1, 31, &n),
			 -TIERMM_ENOSPC);
	assert_int_equal(tiermm_flush_add(r, x.link + 3, NULL, 1, 32, &n),
			 -TIERMM_EINVAL);
	assert_int_equal(n, 99);
	assert_int_equal(x.page[3].parked, 0);
	assert_int_equal(x.page[4].parked, 0);
	assert_int_equal(x.f->lanes[0].reserved, 3);
	assert_int_equal(added(&x, r, 3, NULL, 1), 1);
	(void)park(&x, 1, 1, 4, 4); /* another node has its own */
	assert_int_equal(flush_count(&x, TIERMM_FLUSH_REFUSED),
			 2 + (1ull << 31));
	flush_fixture_end(&x);
}

static void who_comes_in_second_is_told_busy(void **state)
{
	struct tiermm_flush_request *r;
	uint64_t n;

	FLUSH_FIXTURE(x, NULL);
	(void)state;
	r = park(&x, 0, 0, 0, 1);
	assert_int_equal(tiermm__owner_enter(&r->owner), 0);
	assert_int_equal(tiermm_flush_add(r, x.link + 1, NULL, 1, 0, &n),
			 -TIERMM_EBUSY);
	assert_int_equal(tiermm_flush_add_agents(r, NULL, 0), -TIERMM_EBUSY);
	assert_int_equal(tiermm_flush_remove(r, &x.page[0]), -TIERMM_EBUSY);
	assert_int_equal(tiermm_flush_stamp(r), -TIERMM_EBUSY);
	assert_int_equal(tiermm_flush_queue(r, 0, NULL), -TIERMM_EBUSY);
	assert_int_equal(tiermm_flush_close(r), -TIERMM_EBUSY);
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
		cmocka_unit_test(copies_are_not_handed_back),
		cmocka_unit_test(a_full_request_takes_no_more),
		cmocka_unit_test(an_empty_request_is_closed_and_not_queued),
		cmocka_unit_test(no_more_is_parked_than_the_node_may_hold),
		cmocka_unit_test(who_comes_in_second_is_told_busy),
	};

	return cmocka_run_group_tests_name("flush/request", tests, NULL, NULL);
}
