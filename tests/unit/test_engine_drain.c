/* SPDX-License-Identifier: MIT */
/* Old copies that wait: freed by drains, reaps and allocations (F5 to F9). */
#include "engine_drain_fixture.h"

static void what_moved_is_parked_and_drained_once(void **state)
{
	struct drain_fixture d;

	(void)state;
	drain_begin(&d, REQUESTS, 1);
	assert_int_equal(demote_parked(&d, 0, 8), 0);
	assert_int_equal(d.x.step.demoted, 8);
	assert_int_equal(d.x.step.parked, 8);
	assert_int_equal(pending(&d, 0), 8);
	assert_true(d.page[0].parked != 0);
	assert_int_equal(tiermm_engine_drain(d.x.e, NULL, &d.drain, &d.freed),
			 0);
	assert_int_equal(d.flushes, 1);
	assert_int_equal(take_freed(&d), 8);
	assert_int_equal(pending(&d, 0), 0);
	assert_int_equal(tiermm_engine_drain(d.x.e, NULL, &d.drain, &d.freed),
			 0);
	assert_int_equal(take_freed(&d), 0);
	assert_int_equal(d.flushes, 1);
	drain_end(&d);
}

static void agents_that_have_passed_need_no_flush(void **state)
{
	struct drain_fixture d;

	(void)state;
	drain_begin(&d, REQUESTS, 1);
	assert_int_equal(demote_parked(&d, 0, 4), 0);
	assert_int_equal(tiermm_engine_reap(d.x.e, NULL, 1, 0, &d.freed), 0);
	assert_int_equal(take_freed(&d), 0);
	for (uint32_t i = 0; i < AGENTS; i++)
		tiermm_flush_pass(d.agent[i]);
	assert_int_equal(tiermm_engine_reap(d.x.e, NULL, 1, 0, &d.freed), 0);
	assert_int_equal(take_freed(&d), 4);
	assert_int_equal(d.flushes, 0);
	drain_end(&d);
}

static void a_flusher_that_fails_frees_nothing(void **state)
{
	struct drain_fixture d;

	(void)state;
	drain_begin(&d, REQUESTS, 1);
	assert_int_equal(demote_parked(&d, 0, 8), 0);
	d.flush_error = -TIERMM_EIO;
	assert_int_equal(tiermm_engine_drain(d.x.e, NULL, &d.drain, &d.freed),
			 -TIERMM_EIO);
	assert_int_equal(pending(&d, 0), 8);
	assert_int_equal(tiermm_engine_alloc_failed(d.x.e, 0, &d.drain,
						    &d.freed),
			 -TIERMM_EIO);
	d.flush_error = 0;
	assert_int_equal(tiermm_engine_drain(d.x.e, NULL, &d.drain, &d.freed),
			 0);
	assert_int_equal(take_freed(&d), 8);
	drain_end(&d);
}

static void a_flusher_may_never_return(void **state)
{
	static struct drain_fixture d;
	jmp_buf leave;

	(void)state;
	drain_begin(&d, REQUESTS, 1);
	assert_int_equal(demote_parked(&d, 0, 8), 0);
	d.leave = &leave;
	if (!setjmp(leave)) {
		(void)tiermm_engine_drain(d.x.e, NULL, &d.drain, &d.freed);
		fail();
	}
	d.leave = NULL;
	assert_int_equal(tiermm_flush_drain_abandon(d.f, &d.drain), 0);
	assert_int_equal(tiermm_engine_drain(d.x.e, NULL, &d.drain, &d.freed),
			 0);
	assert_int_equal(take_freed(&d), 8);
	drain_end(&d);
}

/* Plan, a flush of one's own, report; then the requests go back. */
static void without_a_flusher_the_caller_flushes(void **state)
{
	struct drain_fixture d;

	(void)state;
	drain_begin(&d, 1, 0);
	assert_int_equal(demote_parked(&d, 0, 8), 0);
	assert_int_equal(tiermm_engine_drain(d.x.e, NULL, &d.drain, &d.freed),
			 -TIERMM_EAGAIN);
	assert_int_equal(pending(&d, 0), 8);
	assert_int_equal(tiermm_flush_drain_plan(d.f, NULL, &d.drain), 0);
	assert_int_equal(d.drain.n_agents, AGENTS);
	for (uint32_t i = 0; i < AGENTS; i++)
		tiermm_flush_pass(d.agent[i]);
	assert_int_equal(tiermm_flush_drain_report(d.f, &d.drain, &d.freed), 0);
	assert_int_equal(take_freed(&d), 8);
	assert_int_equal(demote_parked(&d, 8, 8), 0);
	assert_int_equal(d.x.step.parked, 8);
	drain_end(&d);
}

static void others_requests_are_left_to_them(void **state)
{
	struct tiermm_flush_page page = { 0 }, *link = &page;
	struct tiermm_flush_request *r;
	struct drain_fixture d;
	uint64_t n;
	void *memory;

	(void)state;
	drain_begin(&d, REQUESTS, 1);
	memory = aligned_alloc(TIERMM_ALIGN, tiermm_flush_request_bytes(d.f));
	assert_int_equal(tiermm_flush_open(d.f, memory, 0, NULL, 0, &r), 0);
	assert_int_equal(tiermm_flush_add(r, &link, NULL, 1, 0, &n), 0);
	assert_int_equal(tiermm_flush_stamp(r), 0);
	assert_int_equal(tiermm_flush_queue(r, 0, NULL), 0);
	assert_int_equal(demote_parked(&d, 0, 12), 0);
	assert_int_equal(tiermm_engine_drain(d.x.e, NULL, &d.drain, &d.freed),
			 0);
	assert_int_equal(d.freed.n_pages, 13);
	assert_int_equal(d.freed.n_requests, 3);
	assert_int_equal(tiermm_engine_take_back(d.x.e, &d.freed), 0);
	assert_int_equal(d.freed.n_requests, 1);
	assert_ptr_equal(d.freed.requests, r);
	assert_null(tiermm_flush_request_next(r));
	free(memory);
	drain_end(&d);
}

static void an_allocation_that_failed_drains_first(void **state)
{
	struct tiermm_nodeset due;
	struct drain_fixture d;

	(void)state;
	drain_begin(&d, REQUESTS, 1);
	assert_int_equal(tiermm_engine_alloc_failed(d.x.e, 0, &d.drain,
						    &d.freed),
			 -TIERMM_ENOMEM);
	assert_int_equal(demote_parked(&d, 0, 8), 0);
	assert_int_equal(tiermm_engine_alloc_failed(d.x.e, 0, &d.drain,
						    &d.freed),
			 0);
	assert_int_equal(take_freed(&d), 8);
	assert_int_equal(tiermm_engine_alloc_failed(d.x.e, 1, &d.drain,
						    &d.freed),
			 -TIERMM_ENOMEM);
	assert_int_equal(tiermm_engine_alloc_failed(d.x.e, 5000, &d.drain,
						    &d.freed),
			 -TIERMM_ENODEV);
	assert_int_equal(tiermm_engine_due(d.x.e, &due), 0);
	assert_true(tiermm_nodeset_has(&due, 0) && tiermm_nodeset_has(&due, 1));
	drain_end(&d);
}

/* Without agents the embedder declares: a drain waits for that. */
static void an_external_tracker_is_waited_for(void **state)
{
	struct tiermm_flush_options f = { .size = sizeof(f),
					  .flavour = TIERMM_FLUSH_EXTERNAL,
					  .max_nodes = 4 };
	struct tiermm_engine_options o = { .size = sizeof(o),
					   .max_requests = 1,
					   .flush_options = &f };
	struct tiermm_flush_freed freed = { .size = sizeof(freed) };
	struct tiermm_flush_page page = { 0 }, *link = &page;
	struct tiermm_parking parking = { .size = sizeof(parking),
					  .links = &link };
	uint64_t bits[4];
	struct tiermm_flush_drain drain = { .size = sizeof(drain),
					    .agents = bits,
					    .n_words = 4 };
	struct engine_fixture x;

	(void)state;
	engine_begin(&x, &o, NULL);
	engine_put(&x, 0, 1, 0);
	x.folio[0].flags |= TIERMM_FOLIO_MAPPED;
	assert_int_equal(tiermm_engine_demote(x.e, &x.context, &parking,
					      x.folio, 1, x.decision, &x.step),
			 0);
	assert_int_equal(x.step.parked, 1);
	assert_int_equal(tiermm_engine_drain(x.e, NULL, &drain, &freed),
			 -TIERMM_EAGAIN);
	assert_true(page.parked != 0);
	assert_int_equal(tiermm_engine_alloc_failed(x.e, 0, &drain, &freed),
			 -TIERMM_EAGAIN);
	assert_int_equal(tiermm_flush_done(tiermm_engine_flush(x.e),
					   tiermm_flush_generation(
						   tiermm_engine_flush(x.e))),
			 0);
	assert_int_equal(tiermm_engine_drain(x.e, NULL, &drain, &freed), 0);
	assert_int_equal(freed.n_pages, 1);
	assert_int_equal(tiermm_engine_take_back(x.e, &freed), 0);
	engine_end(&x);
}

/* Taken by one, still being flushed for: another is told to try again. */
static void what_another_thread_frees_is_waited_for(void **state)
{
	struct tiermm_flush_drain first;
	uint64_t bits;
	struct drain_fixture d;

	(void)state;
	drain_begin(&d, REQUESTS, 1);
	assert_int_equal(demote_parked(&d, 0, 4), 0);
	first = d.drain;
	first.agents = &bits;
	assert_int_equal(tiermm_flush_drain_plan(d.f, NULL, &first), 0);
	assert_int_equal(tiermm_engine_alloc_failed(d.x.e, 0, &d.drain,
						    &d.freed),
			 -TIERMM_EAGAIN);
	assert_int_equal(tiermm_flush_drain_abandon(d.f, &first), 0);
	assert_int_equal(tiermm_engine_alloc_failed(d.x.e, 0, &d.drain,
						    &d.freed),
			 0);
	assert_int_equal(take_freed(&d), 4);
	drain_end(&d);
}

static void wrong_arguments_are_refused(void **state)
{
	struct tiermm_flush_drain none = { .size = sizeof(none) };
	struct drain_fixture d;

	(void)state;
	drain_begin(&d, REQUESTS, 1);
	assert_int_equal(tiermm_engine_drain(NULL, NULL, &d.drain, &d.freed),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_engine_drain(d.x.e, NULL, &d.drain, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_engine_drain(d.x.e, NULL, &none, &d.freed),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_engine_reap(NULL, NULL, 0, 0, &d.freed),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_engine_reap(d.x.e, NULL, 0, 0, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_engine_alloc_failed(NULL, 0, &d.drain,
						    &d.freed),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_engine_alloc_failed(d.x.e, -1, &d.drain,
						    &d.freed),
			 -TIERMM_ENODEV);
	assert_int_equal(tiermm_engine_take_back(NULL, &d.freed),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_engine_take_back(d.x.e, NULL), -TIERMM_EINVAL);
	assert_int_equal(tiermm_engine_recover(d.x.e, NULL), -TIERMM_EINVAL);
	drain_end(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_moved_is_parked_and_drained_once),
		cmocka_unit_test(agents_that_have_passed_need_no_flush),
		cmocka_unit_test(a_flusher_that_fails_frees_nothing),
		cmocka_unit_test(a_flusher_may_never_return),
		cmocka_unit_test(without_a_flusher_the_caller_flushes),
		cmocka_unit_test(others_requests_are_left_to_them),
		cmocka_unit_test(an_allocation_that_failed_drains_first),
		cmocka_unit_test(an_external_tracker_is_waited_for),
		cmocka_unit_test(what_another_thread_frees_is_waited_for),
		cmocka_unit_test(wrong_arguments_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
