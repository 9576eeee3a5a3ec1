/* SPDX-License-Identifier: MIT */
/* Everything that tiers one process, made and given back. */
#include "attach.h"

/* Used at two looks in a row is hot, whatever the interval. */
static uint32_t at_least(uint64_t intervals, const struct tiering_options *o,
			 uint64_t least_ms)
{
	uint64_t ms = intervals * o->interval_ms;

	return (uint32_t)(ms > least_ms ? ms : least_ms);
}

/* Its decisions go on record, if they are to. */
static int open_log(struct tiering *t,
		    const struct tiermm_promotion_options *promotion)
{
	struct tiermm_file_error error = { .size = sizeof(error) };
	struct policy_options settings = { .given = 0 };
	struct tiermm_file_log_about about = {
		.size = sizeof(about),
		.page_bytes = PAGE_BYTES,
		.pages = promotion->pages,
		.topology = t->machine.topology,
		.policy = tiermm_promotion_policy_name(promotion->policy),
	};
	int status = STATUS_DONE, err;

	if (!t->options->log)
		return STATUS_DONE;
	if (promotion->policy == TIERMM_PROMOTION_KERNEL)
		status = policy_option_set(&settings, "hot-threshold",
					   promotion->hot_threshold_ms);
	if (!status)
		status = policy_option_set(&settings, "stale",
					   promotion->stale_ms);
	if (status)
		return status;
	err = decisions_open(&t->log, t->options->log, &about, &settings,
			     &error);
	if (!err)
		return STATUS_DONE;
	return fail(STATUS_UNREADABLE, "%s",
		    error.text[0] ? error.text : tiermm_strerror(err));
}

static int create_engine(struct tiering *t)
{
	const struct tiering_options *o = t->options;
	struct tiermm_promotion_options promotion = {
		.size = sizeof(promotion),
		.pages = t->known.cap,
		.policy = o->policy,
		.hot_threshold_ms = at_least(2, o, 1000),
		.stale_ms = at_least(4, o, 4000),
	};
	struct tiermm_reclaim_options reclaim = { .size = sizeof(reclaim) };
	struct tiermm_engine_options options = {
		.size = sizeof(options),
		.map = t->known.map,
		.promotion = &promotion,
		.reclaim = &reclaim,
		.log = o->log ? &t->log.log : NULL,
	};
	uint64_t can = TIERMM_CAN_MOVE | TIERMM_CAN_HEADROOM;
	struct tiermm_memops table;
	int status = open_log(t, &promotion), err;

	if (status)
		return status;
	/* In a dry run pages are not where the engine thinks. */
	if (!o->dry_run)
		can |= TIERMM_CAN_LOCATE;
	table_fill(t, &table);
	err = tiermm_engine_create(&t->engine, t->machine.topology, &options,
				   &table, can, NULL, NULL);
	return err ? tiering_failed(t, err) : STATUS_DONE;
}

int tiering_create(struct tiering *t)
{
	int err = pages_create(t);
	int status = err ? tiering_failed(t, err) : create_engine(t);

	if (status)
		return status;
	t->promotion = tiermm_engine_promotion(t->engine);
	err = rooms_find_top(t);
	return err ? tiering_failed(t, err) : STATUS_DONE;
}

/* The process is left as it is: its pages stay where they are. */
void tiering_destroy(struct tiering *t)
{
	decisions_close(&t->log);
	tiermm_engine_destroy(t->engine);
	pages_destroy(t);
	tiermm_linux_heat_destroy(t->heat);
	tiermm_linux_pages_destroy(t->backend);
	machine_close(&t->machine);
}
