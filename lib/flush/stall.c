/* SPDX-License-Identifier: MIT */
/* Which agents hold a generation up, and for how long. */
#include "flush/tracker.h"

/* Since when the agent has been seen at this stamp; from now on, if new. */
static uint64_t seen_since(struct tiermm_flush *f,
			   struct tiermm_flush_agent *agent, uint64_t stamp,
			   uint64_t now_ns)
{
	if (!agent->seen || agent->seen_stamp != stamp) {
		agent->seen = 1;
		agent->seen_stamp = stamp;
		agent->seen_ns = now_ns;
	}
	/* A clock that goes backwards counts as no time passed. */
	if (now_ns < agent->seen_ns) {
		tiermm__flush_count(f, TIERMM_FLUSH_CLOCK_BACK, 1);
		agent->seen_ns = now_ns;
	}
	return agent->seen_ns;
}

static uint64_t report(struct tiermm_flush *f, uint64_t generation,
		       uint64_t now_ns, struct tiermm_flush_stall *out,
		       uint64_t cap)
{
	uint64_t n = 0;

	for (uint32_t i = 0; i < f->max_agents; i++) {
		struct tiermm_flush_agent *agent = &f->agents[i];
		uint64_t stamp = tiermm__stamp(agent);
		uint64_t now = tiermm__generation(f);
		uint64_t since;

		if (!stamp || tiermm__covered(now, stamp, generation)) {
			agent->seen = 0;
			continue;
		}
		since = seen_since(f, agent, stamp, now_ns);
		if (n < cap)
			out[n] = (struct tiermm_flush_stall){
				.agent = i,
				.reached = stamp,
				.behind = now - stamp,
				.held_ns = now_ns - since,
			};
		n++;
	}
	return n;
}

int tiermm_flush_stalled(struct tiermm_flush *f, uint64_t generation,
			 uint64_t now_ns, struct tiermm_flush_stall *out,
			 uint64_t cap, uint64_t *n_out)
{
	int err;

	if (!f || !generation || !n_out || (!out && cap))
		return -TIERMM_EINVAL;
	if (f->flavour == TIERMM_FLUSH_EXTERNAL)
		return -TIERMM_ENOTSUP;
	err = tiermm__owner_enter(&f->reporter);
	if (err)
		return err;
	err = tiermm__flush_look(f);
	if (!err)
		*n_out = report(f, generation, now_ns, out, cap);
	tiermm__owner_leave(&f->reporter);
	return err;
}
