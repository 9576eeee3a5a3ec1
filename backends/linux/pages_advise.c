/* SPDX-License-Identifier: MIT */
/*
 * Page out, mark as cold, discard. The kernel returns success for advice that
 * it did not follow, so pages are looked for before and after. Neighbours go
 * to the kernel as one range.
 */
#define _GNU_SOURCE
#include "pages.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

/* Ranges of one process_madvise(2). */
#define RANGES_A_CALL 512

/* A verb on its way. */
struct advice {
	int what;     /* MADV_... */
	int is_cold;  /* pages are to stay */
	int has_swap; /* 1, 0, or -1: not looked for yet */
};

static void set_result(struct tiermm_result *r, uint32_t outcome, long error)
{
	r->outcome = outcome;
	r->error = (int32_t)error;
	r->pages = outcome == TIERMM_OUTCOME_DONE;
}

/* An errno of advice as an outcome. */
static uint32_t outcome_of(struct tiermm_linux_pages *p, long error)
{
	switch (error) {
	case -ENOMEM: /* nothing is mapped there */
		return TIERMM_OUTCOME_ABSENT;
	case -EPERM:
	case -EACCES:
		return TIERMM_OUTCOME_DENIED;
	case -EINVAL: /* locked in memory, hugetlb, or not in this kernel */
	case -ENOSYS:
		return TIERMM_OUTCOME_UNSUPPORTED;
	case -ESRCH:
		p->ended = 1;
		return TIERMM_OUTCOME_ABSENT;
	default:
		return TIERMM_OUTCOME_BUSY;
	}
}

/* Ask where n pages are; status of those that cannot be told: untouched. */
static long ask(struct tiermm_linux_pages *p, const uint64_t *pages, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++)
		p->addresses[i] =
			(void *)(uintptr_t)(pages[i] & ~(p->page_bytes - 1));
	return tiermm__linux_pages_ask(p, n);
}

/*
 * Runs of neighbours among the pages that are there: how many. picks[i] is the
 * run of page i, or UINT32_MAX.
 */
static uint32_t make_runs(struct tiermm_linux_pages *p, uint64_t n,
			  struct tiermm_result *results)
{
	uint32_t runs = 0;
	char *end = NULL;

	for (uint64_t i = 0; i < n; i++) {
		char *at = p->addresses[i];

		p->picks[i] = UINT32_MAX;
		if (p->status[i] < 0) {
			set_result(&results[i], TIERMM_OUTCOME_ABSENT,
				   p->status[i]);
			continue;
		}
		if (!end || at != end)
			p->ranges[runs++] = (struct iovec){ at, 0 };
		p->ranges[runs - 1].iov_len += p->page_bytes;
		p->picks[i] = runs - 1;
		end = at + p->page_bytes;
	}
	return runs;
}

/* One's own process: a call a run. nodes[run] gets 0 or the error. */
static void advise_self(struct tiermm_linux_pages *p, uint32_t runs, int what)
{
	for (uint32_t i = 0; i < runs; i++)
		p->nodes[i] = (int)p->calls->advise(p->calls_self,
						    p->ranges[i].iov_base,
						    p->ranges[i].iov_len, what);
}

/* Of runs from first on, those that `bytes` cover whole: up to which. */
static uint32_t covered(const struct tiermm_linux_pages *p, uint32_t first,
			uint32_t end, uint64_t bytes)
{
	while (first < end && bytes >= p->ranges[first].iov_len) {
		bytes -= p->ranges[first].iov_len;
		p->nodes[first++] = 0;
	}
	return first;
}

/* Another process: many runs a call, which stops at the first that fails. */
static void advise_other(struct tiermm_linux_pages *p, uint32_t runs, int what)
{
	uint32_t at = 0;

	while (at < runs) {
		uint32_t end =
			runs - at < RANGES_A_CALL ? runs : at + RANGES_A_CALL;
		long got =
			p->calls->advise_other(p->calls_self, p->pidfd,
					       &p->ranges[at], end - at, what);
		uint32_t next =
			covered(p, at, end, got > 0 ? (uint64_t)got : 0);

		/* A short count hides the error: the next call will show it. */
		if (next == at)
			p->nodes[at++] = got < 0 ? (int)got : -EIO;
		else
			at = next;
	}
}

/* Whether a run's error says something of each of its pages. */
static int is_for_all(int error)
{
	return error == 0 || error == -EPERM || error == -ESRCH ||
	       error == -ENOSYS;
}

/*
 * Errors page by page. A run fails at its first page that is refused: what is
 * said of the others has to be their own.
 */
static void part_runs(struct tiermm_linux_pages *p, uint64_t n, int what)
{
	for (uint64_t i = 0; i < n; i++) {
		struct iovec one = { p->addresses[i], p->page_bytes };
		uint32_t run = p->picks[i];
		long got;

		if (run == UINT32_MAX)
			continue;
		p->entries[i].error = p->nodes[run];
		if (is_for_all(p->nodes[run]) ||
		    p->ranges[run].iov_len == p->page_bytes)
			continue;
		got = p->is_self
			      ? p->calls->advise(p->calls_self, one.iov_base,
						 one.iov_len, what)
			      : p->calls->advise_other(p->calls_self, p->pidfd,
						       &one, 1, what);
		p->entries[i].error = got < 0 ? (int32_t)got : 0;
	}
}

/* Whether there is any swap: without it paging out does nothing, says 0. */
static int find_swap(struct tiermm_linux_pages *p)
{
	char path[PAGES_PATH], text[512];
	long got;

	snprintf(path, sizeof(path), "%s/swaps", p->proc);
	got = tiermm__linux_slurp(p->calls, p->calls_self, path, text,
				  sizeof(text));
	/* Behind the heading each area begins with a path. */
	return got <= 0 || memchr(text, '/', (size_t)got) != NULL;
}

/* Advice was accepted, and the page is still there. */
static void judge_stayed(struct tiermm_linux_pages *p, struct advice *a,
			 struct tiermm_result *result)
{
	if (a->is_cold) {
		set_result(result, TIERMM_OUTCOME_DONE, 0);
	} else if (a->what == MADV_DONTNEED) {
		/* It may be a new one, touched meanwhile. */
		set_result(result, TIERMM_OUTCOME_UNKNOWN, 0);
	} else {
		if (a->has_swap < 0)
			a->has_swap = find_swap(p);
		set_result(result,
			   a->has_swap ? TIERMM_OUTCOME_BUSY
				       : TIERMM_OUTCOME_UNSUPPORTED,
			   0);
	}
}

/* Look again, and decide the pages that were advised. */
static void judge(struct tiermm_linux_pages *p, struct advice *a, uint64_t n,
		  struct tiermm_result *results)
{
	/* Of cold pages nothing is to be seen. */
	long err = a->is_cold ? 0 : tiermm__linux_pages_ask(p, n);

	if (err == -ESRCH)
		p->ended = 1;
	for (uint64_t i = 0; i < n; i++) {
		int error;

		if (p->picks[i] == UINT32_MAX)
			continue;
		error = p->entries[i].error;
		if (!a->is_cold && tiermm__linux_pages_is_absent(p->status[i]))
			set_result(&results[i], TIERMM_OUTCOME_DONE, 0);
		else if (error < 0)
			set_result(&results[i], outcome_of(p, error), error);
		else if (p->status[i] == PAGES_UNTOUCHED)
			set_result(&results[i], TIERMM_OUTCOME_UNKNOWN, err);
		else
			judge_stayed(p, a, &results[i]);
	}
}

static void advise_batch(struct tiermm_linux_pages *p, struct advice *a,
			 const uint64_t *pages, uint64_t n,
			 struct tiermm_result *results)
{
	long err = ask(p, pages, n);
	uint32_t runs;

	/* Nobody says which pages are there: take none for missing. */
	if (err && tiermm__linux_pages_note_stop(p, err))
		return;
	for (uint64_t i = 0; err && i < n; i++)
		if (p->status[i] == PAGES_UNTOUCHED)
			p->status[i] = 0;
	runs = make_runs(p, n, results);
	if (p->is_self)
		advise_self(p, runs, a->what);
	else
		advise_other(p, runs, a->what);
	part_runs(p, n, a->what);
	judge(p, a, n, results);
}

static int advise(struct tiermm_linux_pages *p, struct advice a,
		  const uint64_t *pages, uint64_t n,
		  struct tiermm_result *results)
{
	uint64_t at = 0;
	int err;

	if (n && (!pages || !results))
		return -TIERMM_EINVAL;
	err = tiermm__linux_pages_enter(p);
	if (err)
		return err;
	if (n)
		memset(results, 0, (size_t)n * sizeof(*results));
	while (at < n && !p->stop) {
		uint64_t left = n - at < p->batch ? n - at : p->batch;

		advise_batch(p, &a, pages + at, left, results + at);
		if (!p->stop)
			at += left;
		if (p->ended)
			p->stop = TIERMM_OUTCOME_ABSENT;
	}
	for (; at < n; at++)
		set_result(&results[at], p->stop, p->stop_error);
	err = p->ended ? -TIERMM_ENOENT : 0;
	tiermm__linux_pages_leave(p);
	return err;
}

int tiermm__linux_pages_page_out(void *self, const uint64_t *pages, uint64_t n,
				 struct tiermm_result *results)
{
	struct advice a = { PAGES_MADV_PAGEOUT, 0, -1 };

	return advise(self, a, pages, n, results);
}

int tiermm__linux_pages_discard(void *self, const uint64_t *pages, uint64_t n,
				struct tiermm_result *results)
{
	struct advice a = { MADV_DONTNEED, 0, -1 };

	return advise(self, a, pages, n, results);
}

int tiermm_linux_pages_cold(struct tiermm_linux_pages *p, const uint64_t *pages,
			    uint64_t n, struct tiermm_result *results)
{
	struct advice a = { PAGES_MADV_COLD, 1, -1 };

	if (!p)
		return -TIERMM_EINVAL;
	if (!p->is_self && p->pidfd < 0)
		return -TIERMM_ENOTSUP;
	return advise(p, a, pages, n, results);
}
