/* SPDX-License-Identifier: MIT */
/* What the mock remembers: items of calls, and virtual time. */
#include <stddef.h>

#include "internal.h"

void tiermm__mock_log_add(struct mock_log *log,
			  const struct tiermm_mock_call *call)
{
	if (log->used == log->limit)
		log->lost++;
	else
		log->entry[log->used++] = *call;
}

uint64_t tiermm_mock_call_count(const struct tiermm_mock *m,
				uint64_t *unexpected)
{
	if (unexpected)
		*unexpected = m->refused + m->log.lost;
	return m->log.used;
}

int tiermm_mock_call_at(const struct tiermm_mock *m, uint64_t index,
			struct tiermm_mock_call *out)
{
	if (index >= m->log.used)
		return -TIERMM_ENOENT;
	*out = m->log.entry[index];
	return 0;
}

int tiermm_mock_delay(struct tiermm_mock *m, uint32_t verb, uint64_t ns)
{
	int err;

	if (verb >= TIERMM_MOCK_VERBS)
		return -TIERMM_EINVAL;
	err = tiermm__mock_enter(m);
	if (err)
		return err;
	m->delay_ns[verb] = ns;
	tiermm__mock_leave(m);
	return 0;
}

uint64_t tiermm_mock_now_ns(const struct tiermm_mock *m)
{
	return m->now_ns;
}
