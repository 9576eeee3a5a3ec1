/* SPDX-License-Identifier: MIT */
/* What the mock was told to answer: outcomes in order, and faults. */
#include <stddef.h>

#include "internal.h"

void tiermm__mock_script_init(struct mock_script *script,
			      struct mock_answer *pool, uint64_t n)
{
	for (uint64_t i = n; i-- > 0;) {
		pool[i].next = script->unused;
		script->unused = &pool[i];
	}
}

static struct mock_answer *take_unused(struct mock_script *script)
{
	struct mock_answer *answer = script->unused;

	if (!answer)
		return NULL;
	script->unused = answer->next;
	answer->next = NULL;
	return answer;
}

static void give_back(struct mock_script *script, struct mock_answer *answer)
{
	answer->next = script->unused;
	script->unused = answer;
}

static void append(struct mock_script *script, uint32_t verb,
		   struct mock_answer *answer)
{
	if (script->last[verb])
		script->last[verb]->next = answer;
	else
		script->first[verb] = answer;
	script->last[verb] = answer;
	script->waiting[verb]++;
}

uint32_t tiermm__mock_script_take(struct mock_script *script, uint32_t verb)
{
	struct mock_answer *answer = script->first[verb];
	uint32_t outcome;

	if (!answer)
		return TIERMM_OUTCOME_DONE;
	outcome = answer->outcome;
	script->first[verb] = answer->next;
	if (!answer->next)
		script->last[verb] = NULL;
	script->waiting[verb]--;
	give_back(script, answer);
	return outcome;
}

static int strikes(struct mock_answer *fault, uint32_t verb)
{
	if (fault->verb != verb && fault->verb != TIERMM_MOCK_ANY)
		return 0;
	return --fault->nth == 0;
}

int32_t tiermm__mock_script_fault(struct mock_script *script, uint32_t verb)
{
	struct mock_answer **link = &script->faults;
	int32_t error = 0;

	while (*link) {
		struct mock_answer *fault = *link;

		if (!strikes(fault, verb)) {
			link = &fault->next;
			continue;
		}
		if (!error)
			error = fault->error;
		*link = fault->next;
		give_back(script, fault);
	}
	return error;
}

static int can_be_scripted(uint32_t verb)
{
	return verb == TIERMM_MOCK_MOVE || verb == TIERMM_MOCK_PAGE_OUT ||
	       verb == TIERMM_MOCK_DISCARD;
}

int tiermm_mock_script(struct tiermm_mock *m, uint32_t verb, uint32_t outcome)
{
	struct mock_answer *answer;
	int err;

	if (!can_be_scripted(verb) || outcome >= TIERMM_OUTCOMES)
		return -TIERMM_EINVAL;
	err = tiermm__mock_enter(m);
	if (err)
		return err;
	answer = take_unused(&m->script);
	if (answer) {
		answer->outcome = outcome;
		append(&m->script, verb, answer);
	}
	tiermm__mock_leave(m);
	return answer ? 0 : -TIERMM_ENOSPC;
}

static int set_fault(struct mock_script *script, uint32_t verb, uint64_t nth,
		     int32_t error)
{
	struct mock_answer **end = &script->faults;
	struct mock_answer *fault = take_unused(script);

	if (!fault)
		return -TIERMM_ENOSPC;
	fault->verb = verb;
	fault->nth = nth;
	fault->error = error;
	/* At the end: of two that are due at once, the first set answers. */
	while (*end)
		end = &(*end)->next;
	*end = fault;
	return 0;
}

int tiermm_mock_fail(struct tiermm_mock *m, uint32_t verb, uint64_t nth,
		     int32_t error)
{
	int err;

	if (verb > TIERMM_MOCK_ANY || !nth || error >= 0)
		return -TIERMM_EINVAL;
	err = tiermm__mock_enter(m);
	if (err)
		return err;
	err = set_fault(&m->script, verb, nth, error);
	tiermm__mock_leave(m);
	return err;
}
