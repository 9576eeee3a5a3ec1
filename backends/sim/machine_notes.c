/* SPDX-License-Identifier: MIT */
/* What happened last, for the sentence that tells of a breach (S6). */
#include "machine.h"

#include <stdio.h>

static const char *const names[] = {
	[SIM_FAULTED] = "faulted",     [SIM_CAME_BACK] = "came back",
	[SIM_MOVED] = "moved",         [SIM_DEFERRED] = "deferred",
	[SIM_DROPPED] = "dropped",     [SIM_SETTLED] = "settled",
	[SIM_FREED] = "old copy freed"
};

void tiermm__sim_note(struct tiermm_sim *s, enum sim_happening what,
		      uint64_t page, uint32_t from, uint32_t to)
{
	if (!s->version)
		return;
	s->notes.note[s->notes.n++ % SIM_NOTES] = (struct sim_note){
		.time_ns = sim_now(s),
		.page = (uint32_t)page,
		.what = (uint16_t)what,
		.from = (uint8_t)from,
		.to = (uint8_t)to,
	};
}

/* The newest first, as many as fit whole. */
void tiermm__sim_notes_text(const struct tiermm_sim *s, char *text,
			    uint32_t cap)
{
	uint64_t n = s->notes.n < SIM_NOTES ? s->notes.n : SIM_NOTES;
	uint32_t used = 0;

	text[0] = '\0';
	for (uint64_t i = 1; i <= n; i++) {
		const struct sim_note *note =
			&s->notes.note[(s->notes.n - i) % SIM_NOTES];
		int more =
			snprintf(text + used, cap - used,
				 "%s %llu ns page %u %s %d>%d",
				 i > 1 ? "," : "",
				 (unsigned long long)note->time_ns, note->page,
				 names[note->what], s->node[note->from].id,
				 s->node[note->to].id);

		if (more < 0 || (uint32_t)more >= cap - used) {
			text[used] = '\0';
			return;
		}
		used += (uint32_t)more;
	}
}
