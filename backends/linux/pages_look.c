/* SPDX-License-Identifier: MIT */
/* Where pages are: move_pages(2) without targets moves nothing and tells. */
#include "pages.h"

#include <errno.h>
#include <stddef.h>

long tiermm__linux_pages_ask(struct tiermm_linux_pages *p, uint64_t n)
{
	long result;

	for (uint64_t i = 0; i < n; i++)
		p->status[i] = PAGES_UNTOUCHED;
	result = p->calls->move_pages(p->calls_self, p->pid, n, p->addresses,
				      NULL, p->status, 0);
	return result < 0 ? result : 0;
}

int tiermm__linux_pages_note_stop(struct tiermm_linux_pages *p, long error)
{
	switch (error) {
	case -ESRCH:
		p->stop = TIERMM_OUTCOME_ABSENT;
		p->ended = 1;
		break;
	case -EPERM:
		p->stop = TIERMM_OUTCOME_DENIED;
		break;
	case -ENOSYS:
	case -EINVAL:
		p->stop = TIERMM_OUTCOME_UNSUPPORTED;
		break;
	default:
		return 0;
	}
	p->stop_error = (int32_t)error;
	return 1;
}

/* Never touched or swapped out; the zero page, or nothing mapped. */
int tiermm__linux_pages_is_absent(int status)
{
	return status == -ENOENT || status == -EFAULT;
}

static void locate_batch(struct tiermm_linux_pages *p, const uint64_t *pages,
			 uint64_t n, int32_t *nodes)
{
	for (uint64_t i = 0; i < n; i++)
		p->addresses[i] =
			(void *)(uintptr_t)(pages[i] & ~(p->page_bytes - 1));
	(void)tiermm__linux_pages_note_stop(p, tiermm__linux_pages_ask(p, n));
	for (uint64_t i = 0; i < n; i++)
		nodes[i] = p->status[i] < 0 ? TIERMM_NO_NODE : p->status[i];
}

/* Why nobody tells where pages are: an error, or 0. */
static int why_not(const struct tiermm_linux_pages *p)
{
	switch (p->stop) {
	case 0:
		return 0;
	case TIERMM_OUTCOME_DENIED:
		return -TIERMM_EPERM;
	case TIERMM_OUTCOME_UNSUPPORTED:
		return -TIERMM_ENOTSUP;
	default:
		return -TIERMM_ENOENT;
	}
}

int tiermm__linux_pages_locate(void *self, const uint64_t *pages, uint64_t n,
			       int32_t *nodes)
{
	struct tiermm_linux_pages *p = self;
	int err;

	if (n && (!pages || !nodes))
		return -TIERMM_EINVAL;
	err = tiermm__linux_pages_enter(p);
	if (err)
		return err;
	for (uint64_t at = 0; at < n && !p->stop; at += p->batch)
		locate_batch(p, pages + at,
			     n - at < p->batch ? n - at : p->batch, nodes + at);
	for (uint64_t i = 0; p->stop && i < n; i++)
		nodes[i] = TIERMM_NO_NODE;
	err = why_not(p);
	tiermm__linux_pages_leave(p);
	return err;
}
