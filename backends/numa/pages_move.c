/* SPDX-License-Identifier: MIT */
/*
 * Moves, a window of entries at a time: look where they are, send each
 * target's share, decide by status, ask again what was left open.
 */
#include "pages.h"

#include <errno.h>
#include <string.h>

static void decide(struct entry *e, uint32_t outcome, int32_t error)
{
	e->outcome = outcome;
	e->error = error;
	e->is_decided = 1;
}

static int is_absent(int status)
{
	return status == -ENOENT || status == -EFAULT;
}

/* What the kernel says of a call that it refuses as a whole. */
static uint32_t refusal(long error)
{
	switch (error) {
	case -ESRCH:
		return TIERMM_OUTCOME_ABSENT;
	case -EPERM:
		return TIERMM_OUTCOME_DENIED;
	case -ENOSYS:
	case -EINVAL:
		return TIERMM_OUTCOME_UNSUPPORTED;
	default:
		return 0;
	}
}

/* What it says of a call's target. */
static uint32_t fault_of_target(long error)
{
	switch (error) {
	case -ENODEV:
		return TIERMM_OUTCOME_TARGET_GONE;
	case -ENOMEM:
		return TIERMM_OUTCOME_TARGET_FULL;
	case -EACCES:
		return TIERMM_OUTCOME_DENIED;
	default:
		return 0;
	}
}

static void stop(struct tiermm_numa_pages *p, long error)
{
	uint32_t outcome = refusal(error);

	if (!outcome || p->stop)
		return;
	p->stop = outcome;
	p->stop_error = (int32_t)error;
}

static int are_sound(const struct tiermm_numa_pages *p,
		     const struct tiermm_move *moves, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++)
		if (moves[i].to < 0 || moves[i].to >= TIERMM_MAX_NODES ||
		    !moves[i].pages ||
		    moves[i].pages >
			    (UINT64_MAX - moves[i].page) / p->page_bytes)
			return 0;
	return 1;
}

/* An item that a window has room for is not cut: it may be a huge page. */
static int fits(const struct tiermm_numa_pages *p, uint64_t pages,
		uint32_t filled)
{
	return pages <= p->batch - filled || pages > p->batch;
}

/* Fill a window from an item and an offset on: how many entries. */
static uint32_t spread(struct tiermm_numa_pages *p,
		       const struct tiermm_move *moves, uint64_t n,
		       uint64_t *item, uint64_t *offset)
{
	uint32_t filled = 0;

	while (filled < p->batch && *item < n) {
		uint64_t page = moves[*item].page & ~(p->page_bytes - 1);

		if (*offset == 0 && !fits(p, moves[*item].pages, filled))
			break;
		p->addresses[filled] =
			(void *)(uintptr_t)(page + *offset * p->page_bytes);
		p->asked[filled] = p->addresses[filled];
		p->entries[filled++] =
			(struct entry){ .item = *item,
					.to = moves[*item].to,
					.is_first = *offset == 0 };
		if (++*offset == moves[*item].pages) {
			*offset = 0;
			++*item;
		}
	}
	return filled;
}

/* Where nothing is known, nothing is moved: nobody could tell afterwards. */
static void look(struct tiermm_numa_pages *p, uint32_t n)
{
	long err = tiermm__numa_pages_ask(p, n);

	stop(p, err);
	for (uint32_t i = 0; i < n; i++) {
		struct entry *e = &p->entries[i];

		if (p->status[i] == e->to)
			decide(e, TIERMM_OUTCOME_ALREADY, 0);
		else if (is_absent(p->status[i]))
			decide(e, TIERMM_OUTCOME_ABSENT, p->status[i]);
		else if (p->status[i] == PAGES_UNTOUCHED)
			decide(e, p->stop, (int32_t)err);
	}
}

/* By its status alone: 1, or 0 where it has to be asked again. */
static int decide_by_status(struct entry *e, int status)
{
	if (status == e->to)
		decide(e, TIERMM_OUTCOME_DONE, 0);
	else if (status == -EACCES)
		decide(e, TIERMM_OUTCOME_SHARED, status);
	else if (is_absent(status))
		decide(e, TIERMM_OUTCOME_ABSENT, status);
	else
		return 0;
	return 1;
}

/* Ask again for what a call with this result left open. */
static void settle(struct tiermm_numa_pages *p, uint32_t open, long result)
{
	uint32_t fault = result < 0 ? fault_of_target(result) : 0;
	long err;

	for (uint32_t i = 0; i < open; i++)
		p->asked[i] = p->addresses[p->picks[i]];
	err = tiermm__numa_pages_ask(p, open);
	stop(p, result);
	stop(p, err);
	for (uint32_t i = 0; i < open; i++) {
		struct entry *e = &p->entries[p->picks[i]];

		if (p->status[i] == PAGES_UNTOUCHED)
			decide(e, p->stop, (int32_t)err);
		else if (decide_by_status(e, p->status[i]))
			continue;
		else if (fault || refusal(result))
			decide(e, fault ? fault : refusal(result),
			       (int32_t)result);
		else
			decide(e, TIERMM_OUTCOME_BUSY,
			       result < 0 ? (int32_t)result : 0);
		if (fault)
			p->closed[e->to] = (uint8_t)fault;
	}
}

/* Entries of a target that there is room for; the others find it full. */
static uint32_t pick(struct tiermm_numa_pages *p, uint32_t n, int32_t to)
{
	long long bytes = p->calls->free_bytes(p->calls_self, to);
	uint64_t room =
		bytes < 0 ? UINT64_MAX : (uint64_t)bytes / p->page_bytes;
	uint32_t picked = 0;

	for (uint32_t i = 0; i < n; i++) {
		struct entry *e = &p->entries[i];

		if (e->to != to || e->is_decided)
			continue;
		/* A node without memory shows none free: ask the kernel. */
		if (picked >= room && room) {
			p->closed[to] = TIERMM_OUTCOME_TARGET_FULL;
			decide(e, TIERMM_OUTCOME_TARGET_FULL, 0);
			continue;
		}
		p->asked[picked] = p->addresses[i];
		p->nodes[picked] = to;
		p->status[picked] = PAGES_UNTOUCHED;
		p->picks[picked++] = i;
	}
	return picked;
}

static void send_to(struct tiermm_numa_pages *p, uint32_t n, int32_t to)
{
	uint32_t picked = pick(p, n, to), open = 0;
	long result;

	if (!picked)
		return;
	result = p->calls->move_pages(p->calls_self, p->pid, picked, p->asked,
				      p->nodes, p->status, p->flags);
	for (uint32_t i = 0; i < picked; i++)
		if (!decide_by_status(&p->entries[p->picks[i]], p->status[i]))
			p->picks[open++] = p->picks[i];
	if (open)
		settle(p, open, result);
}

static void fold(struct tiermm_result *result, const struct entry *e)
{
	struct tiermm_result part = { .outcome = e->outcome,
				      .error = e->error,
				      .pages = e->outcome ==
					       TIERMM_OUTCOME_DONE };

	if (e->is_first)
		*result = part;
	else
		(void)tiermm_result_add(result, &part);
}

static void move_window(struct tiermm_numa_pages *p, uint32_t n,
			struct tiermm_result *results)
{
	look(p, n);
	for (uint32_t i = 0; i < n; i++) {
		struct entry *e = &p->entries[i];

		if (e->is_decided)
			continue;
		if (p->stop)
			decide(e, p->stop, p->stop_error);
		else if (p->closed[e->to])
			decide(e, p->closed[e->to], 0);
		else
			send_to(p, n, e->to);
	}
	for (uint32_t i = 0; i < n; i++)
		fold(&results[p->entries[i].item], &p->entries[i]);
}

int tiermm__numa_pages_move(void *self, const struct tiermm_move *moves,
			    uint64_t n, struct tiermm_result *results)
{
	struct tiermm_numa_pages *p = self;
	uint64_t item = 0, offset = 0;
	int err;

	if (n && (!moves || !results || !are_sound(p, moves, n)))
		return -TIERMM_EINVAL;
	err = tiermm__numa_pages_enter(p);
	if (err)
		return err;
	memset(p->closed, 0, sizeof(p->closed));
	while (item < n && !p->stop)
		move_window(p, spread(p, moves, n, &item, &offset), results);
	for (; item < n; item++, offset = 0) {
		struct entry rest = { .outcome = p->stop,
				      .error = p->stop_error,
				      .is_first = offset == 0 };

		fold(&results[item], &rest);
	}
	return tiermm__numa_pages_leave(p);
}
