/* SPDX-License-Identifier: MIT */
/*
 * A promotion policy of one's own: one table of two slots. This one takes a
 * page for hot that was used three times in a row without a pause of 100 ms;
 * a page that is used now and then stays where it is.
 *
 *     samples ──> ours.sample ──> HOT ──> candidate ──> promote: 2 ──> 0
 *
 * cc -o 13_custom_promotion 13_custom_promotion.c \
 *     $(pkg-config --cflags --libs tiermm-mock)
 */
#include <inttypes.h>
#include <stdio.h>

#include <tiermm/backends/mock.h>

#include "worked_machine.h"

#define PAGES 8
#define MS UINT64_C(1000000)

/* The page's byte counts uses in a row. */
static int judge(void *self, struct tiermm_promotion_access *a)
{
	uint32_t row = a->latency_ms < 100 ? a->heat + 1 : 1;

	(void)self;
	a->heat = row < TIERMM_PROMOTION_HEAT_MAX ? row
						  : TIERMM_PROMOTION_HEAT_MAX;
	a->score = a->heat < TIERMM_PROMOTION_SCORE_MAX
			   ? a->heat
			   : TIERMM_PROMOTION_SCORE_MAX;
	a->value = row;
	a->limit = 3;
	return row >= 3 ? TIERMM_PROMOTION_HOT : TIERMM_PROMOTION_COLD;
}

static const struct tiermm_promotion_policy ours = {
	.size = sizeof(ours),
	.name = "three_in_a_row",
	.sample = judge,
	.judge = judge,
};

/* Page 1 is used every 10 ms, page 2 every 300 ms. */
static int use_pages(struct tiermm_engine *engine)
{
	int err = 0;

	for (uint64_t ms = 1000; ms < 2000 && !err; ms += 10) {
		struct tiermm_sample s = { .page = 1,
					   .time_ns = ms * MS,
					   .kind = TIERMM_SAMPLE_APPLICATION };

		err = tiermm_engine_samples(engine, &s, 1);
		s.page = 2;
		if (!err && ms % 300 == 0)
			err = tiermm_engine_samples(engine, &s, 1);
	}
	return err;
}

static int promote(struct tiermm_engine *engine, struct tiermm_mock *mock)
{
	struct tiermm_promotion_query query = { .size = sizeof(query),
						.now_ns = 2000 * MS };
	struct tiermm_step step = { .size = sizeof(step) };
	int err = tiermm_engine_promote(engine, &query, NULL, &step);

	for (uint64_t page = 0; page < PAGES; page++)
		printf("page %" PRIu64 " is on node %" PRId32 "\n", page,
		       tiermm_mock_where(mock, page));
	return err || step.promoted != 1 || tiermm_mock_where(mock, 1) != 0;
}

static int run(struct tiermm_engine *engine, struct tiermm_mock *mock)
{
	struct tiermm_engine_room room = { .managed_pages = 1000,
					   .min_pages = 4,
					   .free_pages = 500 };
	int err = tiermm_engine_set_rooms(engine, &room, 1);

	for (uint64_t page = 0; page < PAGES && !err; page++)
		err = tiermm_mock_put(mock, page, 2);
	if (!err)
		err = tiermm_promotion_set_pages(tiermm_engine_promotion(
							 engine),
						 0, PAGES, 2);
	if (!err)
		err = use_pages(engine);
	return err ? err : promote(engine, mock);
}

int main(void)
{
	struct tiermm_promotion_options p = { .size = sizeof(p),
					      .pages = PAGES,
					      .policy = TIERMM_PROMOTION_OWN,
					      .own = &ours };
	struct tiermm_engine_options o = { .size = sizeof(o), .promotion = &p };
	struct tiermm_topology *machine;
	struct tiermm_engine *engine = NULL;
	struct tiermm_mock *mock = NULL;
	int err = worked_machine(&machine, 1);

	if (!err)
		err = tiermm_mock_create(&mock, NULL, NULL);
	if (!err)
		err = tiermm_engine_create(&engine, machine, &o,
					   tiermm_mock_memops(mock),
					   TIERMM_CAN_ALL, NULL, NULL);
	if (!err)
		err = run(engine, mock);
	tiermm_engine_destroy(engine);
	tiermm_mock_destroy(mock);
	tiermm_topology_unref(machine);
	return err ? 1 : 0;
}
