/* SPDX-License-Identifier: MIT */
/* Decisions on record, and decided again (S10). */
#include "engine_fixture.h"

#define RECORDS 256

struct log_fixture {
	struct engine_fixture x;
	struct tiermm_record ring[RECORDS];
	struct tiermm_record out[RECORDS];
	uint64_t n;
	uint64_t lost;
};

static void log_begin(struct log_fixture *l, uint64_t capacity, uint64_t kinds)
{
	struct tiermm_log log = { .size = sizeof(log),
				  .records = l->ring,
				  .capacity = capacity,
				  .kinds = kinds };
	struct tiermm_promotion_options p = { .size = sizeof(p), .pages = 8 };
	struct tiermm_engine_options o = { .size = sizeof(o),
					   .promotion = &p,
					   .log = &log };

	engine_begin(&l->x, &o, NULL);
	l->x.context.now_ns = 1234;
}

static void take(struct log_fixture *l)
{
	assert_int_equal(tiermm_engine_log_take(l->x.e, l->out, RECORDS, &l->n,
						&l->lost),
			 0);
}

static uint32_t count(const struct log_fixture *l, uint32_t kind)
{
	uint32_t found = 0;

	for (uint64_t i = 0; i < l->n; i++)
		found += l->out[i].kind == kind;
	return found;
}

static void records_are_of_64_bytes(void **state)
{
	(void)state;
	assert_int_equal(sizeof(struct tiermm_record), 64);
}

static void decisions_are_on_record_with_their_reasons(void **state)
{
	static struct log_fixture l;

	(void)state;
	log_begin(&l, RECORDS, 0);
	engine_put(&l.x, 0, 3, 0);
	l.x.folio[2].flags |= TIERMM_FOLIO_ACTIVE;
	assert_int_equal(engine_demote(&l.x, 3), 0);
	take(&l);
	assert_int_equal(l.lost, 0);
	assert_int_equal(l.n, 6);
	assert_int_equal(l.out[0].kind, TIERMM_RECORD_STEP);
	assert_int_equal(l.out[0].time_ns, 1234);
	assert_int_equal(count(&l, TIERMM_RECORD_TRY), 2);
	assert_int_equal(count(&l, TIERMM_RECORD_FINAL), 3);
	assert_int_equal(count(&l, TIERMM_RECORD_FOLIO), 0);
	assert_int_equal(l.out[5].page, KEY(2));
	assert_int_equal(l.out[5].verdict, TIERMM_VERDICT_ACTIVATE);
	assert_int_equal(l.out[5].reason, TIERMM_RECLAIM_ACTIVE);
	for (uint64_t i = 0; i < l.n; i++)
		assert_int_equal(l.out[i].number, i);
	take(&l);
	assert_int_equal(l.n, 0);
	engine_end(&l.x);
}

static void a_full_ring_loses_the_oldest_and_counts_them(void **state)
{
	static struct log_fixture l;

	(void)state;
	log_begin(&l, 4, TIERMM_LOG_ALL);
	engine_put(&l.x, 0, 3, 0);
	assert_int_equal(engine_demote(&l.x, 3), 0);
	take(&l);
	/* A step, three folios, three tries, three verdicts. */
	assert_int_equal(l.lost, 6);
	assert_int_equal(l.n, 4);
	assert_int_equal(l.out[0].number, 6);
	assert_int_equal(l.out[3].kind, TIERMM_RECORD_FINAL);
	assert_int_equal(engine_demote(&l.x, 1), 0);
	take(&l);
	assert_int_equal(l.lost, 0);
	assert_int_equal(l.n, 4);
	engine_end(&l.x);
}

static void a_ring_of_one_has_the_last(void **state)
{
	static struct log_fixture l;

	(void)state;
	log_begin(&l, 1, TIERMM_LOG_ALL);
	engine_put(&l.x, 0, 3, 0);
	assert_int_equal(engine_demote(&l.x, 3), 0);
	take(&l);
	assert_int_equal(l.lost, 9);
	assert_int_equal(l.n, 1);
	assert_int_equal(l.out[0].number, 9);
	assert_int_equal(l.out[0].kind, TIERMM_RECORD_FINAL);
	take(&l);
	assert_int_equal(l.lost, 0);
	assert_int_equal(l.n, 0);
	engine_end(&l.x);
}

static void inputs_come_back_as_they_went_in(void **state)
{
	struct tiermm_logged_step step = { .size = sizeof(step) };
	struct tiermm_nodeset allowed = { { 0 } }, back;
	struct tiermm_folio folio[8];
	static struct log_fixture l;
	uint64_t n;

	(void)state;
	log_begin(&l, RECORDS, TIERMM_LOG_ALL);
	assert_int_equal(tiermm_nodeset_add(&allowed, 2), 0);
	assert_int_equal(tiermm_nodeset_add(&allowed, 200), 0);
	l.x.context.allowed = &allowed;
	l.x.context.reclaimer = TIERMM_RECLAIMER_DIRECT;
	l.x.context.budget_pages = 9;
	engine_put(&l.x, 0, 5, 0);
	l.x.folio[1].order = 2;
	l.x.folio[1].age_ns = 77;
	assert_int_equal(engine_demote(&l.x, 5), 0);
	take(&l);
	assert_int_equal(tiermm_log_step(l.out, l.n, 0, &step), 0);
	assert_int_equal(step.step, TIERMM_STEP_DEMOTE);
	assert_int_equal(step.reclaimer, TIERMM_RECLAIMER_DIRECT);
	assert_int_equal(step.budget, 9);
	assert_int_equal(step.n_items, 5);
	assert_int_equal(step.time_ns, 1234);
	assert_int_equal(step.restricted, 1);
	assert_int_equal(step.end, l.n);
	assert_int_equal(tiermm_log_folios(l.out, &step, folio, 3, &n), 0);
	assert_int_equal(n, 5);
	assert_memory_equal(folio, l.x.folio, 3 * sizeof(*folio));
	assert_int_equal(tiermm_log_allowed(l.out, &step, &back), 0);
	assert_true(tiermm_nodeset_equal(&allowed, &back));
	assert_int_equal(tiermm_log_step(l.out, l.n, step.end, &step),
			 -TIERMM_ENOENT);
	engine_end(&l.x);
}

static void samples_rooms_and_events_come_back(void **state)
{
	struct tiermm_logged_step step = { .size = sizeof(step) };
	struct tiermm_sample in[2] = {
		{ .page = 3,
		  .time_ns = 5,
		  .accessor = 1,
		  .weight = 7,
		  .kind = TIERMM_SAMPLE_SCAN },
		{ .page = 4,
		  .time_ns = 6,
		  .accessor = TIERMM_NO_NODE,
		  .kind = TIERMM_SAMPLE_MARK,
		  .order = 1 },
	};
	struct tiermm_engine_room room = { .node = 2,
					   .loaded_latency_ns = 300,
					   .managed_pages = 100,
					   .min_pages = 3,
					   .free_pages = 50 };
	struct tiermm_event event = { .kind = TIERMM_EVENT_MEMORY_GOING,
				      .node = 3 };
	struct tiermm_engine_room room_back;
	struct tiermm_event event_back;
	struct tiermm_sample back[2];
	static struct log_fixture l;
	uint64_t n;

	(void)state;
	log_begin(&l, RECORDS, TIERMM_LOG_INPUTS);
	assert_int_equal(tiermm_engine_samples(l.x.e, in, 2), 0);
	assert_int_equal(tiermm_engine_set_rooms(l.x.e, &room, 1), 0);
	assert_int_equal(tiermm_engine_event(l.x.e, &event, NULL), 0);
	take(&l);
	assert_int_equal(l.n, 5);
	assert_int_equal(tiermm_log_step(l.out, l.n, 0, &step), 0);
	assert_int_equal(step.step, TIERMM_STEP_SAMPLES);
	assert_int_equal(tiermm_log_samples(l.out, &step, back, 2, &n), 0);
	assert_int_equal(n, 2);
	assert_memory_equal(in, back, sizeof(in));
	assert_int_equal(step.end, 3);
	assert_int_equal(tiermm_record_room(&l.out[3], &room_back), 0);
	assert_memory_equal(&room, &room_back, sizeof(room));
	assert_int_equal(tiermm_record_event(&l.out[4], &event_back), 0);
	assert_memory_equal(&event, &event_back, sizeof(event));
	assert_int_equal(tiermm_record_event(&l.out[3], &event_back),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_record_room(&l.out[4], &room_back),
			 -TIERMM_EINVAL);
	engine_end(&l.x);
}

/* A log of one policy, fed to another: the second never demotes. */
static void a_log_is_replayed_under_another_policy(void **state)
{
	struct tiermm_logged_step step = { .size = sizeof(step) };
	struct tiermm_reclaim_context context = { .size = sizeof(context) };
	struct tiermm_folio folio[8];
	static struct log_fixture first, second;
	uint64_t n;

	(void)state;
	log_begin(&first, RECORDS, TIERMM_LOG_ALL);
	engine_put(&first.x, 0, 6, 0);
	assert_int_equal(engine_demote(&first.x, 6), 0);
	assert_int_equal(first.x.step.demoted, 6);
	take(&first);
	assert_int_equal(tiermm_log_step(first.out, first.n, 0, &step), 0);
	assert_int_equal(tiermm_log_folios(first.out, &step, folio, 8, &n), 0);
	log_begin(&second, RECORDS, 0);
	for (uint64_t i = 0; i < n; i++)
		assert_int_equal(tiermm_mock_put(second.x.mock, folio[i].page,
						 folio[i].node),
				 0);
	context.flags = step.context | TIERMM_RECLAIM_NO_DEMOTION;
	context.reclaimer = step.reclaimer;
	context.now_ns = step.time_ns;
	assert_int_equal(tiermm_engine_demote(second.x.e, &context, NULL, folio,
					      n, second.x.decision,
					      &second.x.step),
			 0);
	assert_int_equal(second.x.step.demoted, 0);
	assert_int_equal(second.x.step.paged_out, 6);
	engine_end(&first.x);
	engine_end(&second.x);
}

static void every_kind_has_a_line(void **state)
{
	static const struct {
		struct tiermm_record record;
		const char *text;
	} lines[] = {
		{ { .kind = TIERMM_RECORD_STEP,
		    .detail = TIERMM_STEP_BALANCE,
		    .from = 1,
		    .value = { 3, 64 } },
		  "step balance of node 1, items 3, budget 64" },
		{ { .kind = TIERMM_RECORD_FOLIO,
		    .page = 0x1000,
		    .detail = 9,
		    .flags = 128,
		    .value = { 5 } },
		  "folio 0x1000 on node 0, order 9, flags 0x80, age 5" },
		{ { .kind = TIERMM_RECORD_ALLOWED, .page = 1, .value = { 3 } },
		  "allowed nodes 64-65" },
		{ { .kind = TIERMM_RECORD_SAMPLE,
		    .page = 7,
		    .from = -1,
		    .value = { 9, 2 } },
		  "sample of page 7, kind 0, weight 2" },
		{ { .kind = TIERMM_RECORD_ROOM,
		    .page = 100,
		    .value = { 50, 3 } },
		  "room of node 0: managed 100, free 50, min 3" },
		{ { .kind = TIERMM_RECORD_EVENT,
		    .from = 2,
		    .detail = TIERMM_EVENT_MEMORY_GOING },
		  "event memory going on node 2, pages 0" },
		{ { .kind = TIERMM_RECORD_TRY,
		    .page = 16,
		    .to = 2,
		    .detail = TIERMM_OUTCOME_BUSY,
		    .value = { 0, (uint64_t)-16 } },
		  "try 0x10 from node 0 to node 2: busy, pages 0, error -16" },
		{ { .kind = TIERMM_RECORD_FINAL,
		    .page = 16,
		    .to = 2,
		    .verdict = TIERMM_VERDICT_DEMOTE,
		    .reason = TIERMM_RECLAIM_COLD,
		    .detail = 1 },
		  "final 0x10 from node 0: demote to node 2, cold, tries 1" },
		{ { .kind = 99 }, "record of unknown kind 99" },
		{ { .kind = TIERMM_RECORD_STEP, .from = -1, .detail = 99 },
		  "step unknown, items 0" },
	};
	char line[128];
	uint64_t n;

	(void)state;
	for (uint32_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		assert_int_equal(tiermm_record_text(&lines[i].record, line,
						    sizeof(line), &n),
				 0);
		assert_string_equal(line, lines[i].text);
		assert_int_equal(n, strlen(line));
	}
	assert_int_equal(tiermm_record_text(NULL, line, 1, &n), -TIERMM_EINVAL);
	assert_int_equal(tiermm_record_text(&lines[0].record, NULL, 1, &n),
			 -TIERMM_EINVAL);
}

static void without_a_ring_there_is_nothing_to_take(void **state)
{
	struct engine_fixture x;
	struct tiermm_record out;
	uint64_t n;

	(void)state;
	engine_begin(&x, NULL, NULL);
	assert_int_equal(tiermm_engine_log_take(x.e, &out, 1, &n, NULL),
			 -TIERMM_ENOTSUP);
	assert_int_equal(tiermm_engine_log_take(x.e, &out, 1, NULL, NULL),
			 -TIERMM_EINVAL);
	engine_end(&x);
}

static void wrong_arguments_are_refused(void **state)
{
	struct tiermm_logged_step step = { .size = sizeof(step) };
	struct tiermm_logged_step small = { .size = 8 };
	struct tiermm_record records[3] = {
		{ .kind = TIERMM_RECORD_ROOM },
		{ .kind = TIERMM_RECORD_STEP },
		{ .kind = TIERMM_RECORD_ALLOWED, .page = 99 },
	};
	struct tiermm_engine_room room;
	struct tiermm_nodeset set;
	struct tiermm_event event;
	struct tiermm_folio folio;
	struct tiermm_sample sample;
	uint64_t n;

	(void)state;
	assert_int_equal(tiermm_log_step(records, 3, 0, NULL), -TIERMM_EINVAL);
	assert_int_equal(tiermm_log_step(NULL, 3, 0, &step), -TIERMM_EINVAL);
	assert_int_equal(tiermm_log_step(records, 3, 0, &small),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_log_step(NULL, 0, 0, &step), -TIERMM_ENOENT);
	assert_int_equal(tiermm_log_step(records, 3, 0, &step), 0);
	assert_int_equal(step.begin, 1);
	/* A damaged word of a set is none. */
	assert_int_equal(tiermm_log_allowed(records, &step, &set), 0);
	assert_int_equal(tiermm_nodeset_count(&set), 0);
	assert_int_equal(tiermm_log_allowed(NULL, &step, &set), -TIERMM_EINVAL);
	assert_int_equal(tiermm_log_allowed(records, NULL, &set),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_log_allowed(records, &step, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_log_folios(NULL, &step, &folio, 1, &n),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_log_folios(records, NULL, &folio, 1, &n),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_log_folios(records, &step, NULL, 1, &n),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_log_folios(records, &step, &folio, 1, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_log_samples(NULL, &step, &sample, 1, &n),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_log_samples(records, NULL, &sample, 1, &n),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_log_samples(records, &step, NULL, 1, &n),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_log_samples(records, &step, &sample, 1, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_record_event(NULL, &event), -TIERMM_EINVAL);
	assert_int_equal(tiermm_record_event(&records[0], NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_record_room(NULL, &room), -TIERMM_EINVAL);
	assert_int_equal(tiermm_record_room(&records[0], NULL), -TIERMM_EINVAL);
}

/* Taken in pieces, nothing is lost and nothing comes twice. */
static void a_log_is_taken_in_pieces(void **state)
{
	static struct log_fixture l;
	uint64_t n, number = 0;

	(void)state;
	log_begin(&l, RECORDS, TIERMM_LOG_ALL);
	engine_put(&l.x, 0, 8, 0);
	assert_int_equal(engine_demote(&l.x, 8), 0);
	do {
		assert_int_equal(tiermm_engine_log_take(l.x.e, l.out, 3, &n,
							NULL),
				 0);
		for (uint64_t i = 0; i < n; i++)
			assert_int_equal(l.out[i].number, number++);
	} while (n);
	assert_int_equal(number, 25);
	assert_int_equal(tiermm_engine_log_take(NULL, l.out, 3, &n, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_engine_log_take(l.x.e, NULL, 3, &n, NULL),
			 -TIERMM_EINVAL);
	engine_end(&l.x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_are_of_64_bytes),
		cmocka_unit_test(decisions_are_on_record_with_their_reasons),
		cmocka_unit_test(a_full_ring_loses_the_oldest_and_counts_them),
		cmocka_unit_test(a_ring_of_one_has_the_last),
		cmocka_unit_test(inputs_come_back_as_they_went_in),
		cmocka_unit_test(samples_rooms_and_events_come_back),
		cmocka_unit_test(a_log_is_replayed_under_another_policy),
		cmocka_unit_test(every_kind_has_a_line),
		cmocka_unit_test(without_a_ring_there_is_nothing_to_take),
		cmocka_unit_test(wrong_arguments_are_refused),
		cmocka_unit_test(a_log_is_taken_in_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
