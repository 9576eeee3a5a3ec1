/* SPDX-License-Identifier: MIT */
/* What every step has: its summary, and its records. */
#include "engine/engine.h"

#include "base/options.h"

int tiermm__step_check(const struct tiermm_step *step)
{
	if (!step)
		return 0;
	if (step->size < sizeof(*step))
		return -TIERMM_EINVAL;
	return step->flags ? -TIERMM_E2BIG : 0;
}

void tiermm__step_finish(struct tiermm__act *act, struct tiermm_step *out)
{
	struct tiermm_engine *e = act->e;
	struct tiermm_nodeset due;

	/* What promotion found full is due, too. */
	if (!tiermm__engine_due(e, &due))
		act->step->due = due;
	act->step->error = act->error;
	if (out)
		tiermm__give_out(out, act->step, sizeof(*out));
}

void tiermm__step_begin(struct tiermm__act *act,
			const struct tiermm_record *record,
			const struct tiermm_nodeset *allowed)
{
	struct tiermm_engine *e = act->e;

	e->step++;
	e->ring.now_ns = act->now_ns;
	tiermm__engine_count(e, TIERMM_ENGINE_STEPS, 1);
	tiermm__log_add(&e->ring, record);
	tiermm__log_nodes(&e->ring, allowed);
}

void tiermm__step_try(struct tiermm__act *act, const struct tiermm_move *move,
		      const struct tiermm_result *result,
		      const struct tiermm_decision *decision, uint64_t index)
{
	struct tiermm_record record = {
		.kind = TIERMM_RECORD_TRY,
		.page = move->page,
		.value = { result->pages, (uint64_t)(int64_t)result->error },
		/* One that does not fit is left to be reckoned from the key. */
		.flags = index <= UINT32_MAX ? (uint32_t)index : 0,
		.from = move->from,
		.to = move->to,
		.reason = decision ? decision->reason : 0,
		.verdict = (uint16_t)(decision ? decision->verdict : 0),
		.detail = (uint16_t)result->outcome,
	};

	tiermm__log_add(&act->e->ring, &record);
}
