/* SPDX-License-Identifier: MIT */
/*
 * Demote once: one call takes cold folios to the next tier, and says what
 * became of each. The backend is the mock, so no second node is needed; with
 * the linux backend the same call moves real pages.
 *
 *     node 0 (DRAM)  ──> node 2 (CXL, room for 5 of 8 pages)
 *                          └ full: what is left is swapped out
 *
 * cc -o 11_demote_once 11_demote_once.c \
 *     $(pkg-config --cflags --libs tiermm-mock)
 */
#include <inttypes.h>
#include <stdio.h>

#include <tiermm/backends/mock.h>

#include "worked_machine.h"

#define PAGES 8

static int put_pages(struct tiermm_mock *mock, struct tiermm_folio *folios)
{
	int err = tiermm_mock_set_node(mock, 2, 5, 0);

	for (uint64_t i = 0; i < PAGES && !err; i++) {
		folios[i] = (struct tiermm_folio){
			.page = 0x1000 * (i + 1),
			.flags = TIERMM_FOLIO_ANON,
		};
		err = tiermm_mock_put(mock, folios[i].page, 0);
	}
	/* One of them was used since the last look. */
	folios[2].flags |= TIERMM_FOLIO_REFERENCED;
	return err;
}

static int demote(struct tiermm_engine *engine,
		  const struct tiermm_folio *folios)
{
	struct tiermm_reclaim_context context = { .size = sizeof(context) };
	struct tiermm_step step = { .size = sizeof(step) };
	struct tiermm_decision decisions[PAGES];
	int err = tiermm_engine_demote(engine, &context, NULL, folios, PAGES,
				       decisions, &step);

	for (int i = 0; i < PAGES && !err; i++)
		printf("page 0x%" PRIx64 ": %s (%s)\n", folios[i].page,
		       tiermm_verdict_name(decisions[i].verdict),
		       tiermm_reclaim_reason_name(decisions[i].reason));
	printf("%" PRIu64 " demoted, %" PRIu64 " paged out, %" PRIu64
	       " in use, %" PRIu64 " calls\n",
	       step.demoted, step.paged_out, step.activated + step.kept,
	       step.calls);
	return err || step.demoted != 5 || step.paged_out != 2;
}

int main(void)
{
	struct tiermm_topology *machine = NULL;
	struct tiermm_engine *engine = NULL;
	struct tiermm_mock *mock = NULL;
	struct tiermm_folio folios[PAGES];
	int err = worked_machine(&machine, 1);

	if (!err)
		err = tiermm_mock_create(&mock, NULL, NULL);
	if (!err)
		err = put_pages(mock, folios);
	if (!err)
		err = tiermm_engine_create(&engine, machine, NULL,
					   tiermm_mock_memops(mock),
					   TIERMM_CAN_ALL, NULL, NULL);
	if (!err)
		err = demote(engine, folios);
	tiermm_engine_destroy(engine);
	tiermm_mock_destroy(mock);
	tiermm_topology_unref(machine);
	if (err)
		fprintf(stderr, "it did not go as explained: %d\n", err);
	return err ? 1 : 0;
}
