/* SPDX-License-Identifier: MIT */
/*
 * The system calls that linux_pages.h and linux_heat.h name for each verb, and
 * no other (requirements 16 and 17): each runs in a child under a filter that
 * kills for the rest.
 */
#define _GNU_SOURCE
#include <support/cmocka.h>

#include "call_filter.h"

#include <tiermm/backends/linux_heat.h>
#include <tiermm/backends/linux_pages.h>

#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The C library takes what the machine has. */
#ifdef SYS_poll
#define POLL_CALL SYS_poll
#else
#define POLL_CALL SYS_ppoll
#endif
#define PAGES 8

/* What an operation works with. */
struct stage {
	struct tiermm_linux_pages *pages;
	struct tiermm_linux_heat *heat;
	struct tiermm_memops ops;
	uint64_t keys[PAGES];
	struct tiermm_result results[PAGES];
	struct tiermm_linux_range range;
};

static unsigned char *memory;

static int group_setup(void **state)
{
	size_t bytes = (size_t)sysconf(_SC_PAGESIZE) * PAGES;

	(void)state;
	memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		return -1;
	memset(memory, 1, bytes);
	return 0;
}

static struct stage make(int32_t pid)
{
	struct tiermm_linux_pages_options o = { .size = sizeof(o), .pid = pid };
	struct stage s = { .pages = NULL };
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	call_filter_skip(); /* before there is anything to leak */
	assert_int_equal(tiermm_linux_pages_create(&s.pages, &o, NULL), 0);
	assert_int_equal(tiermm_linux_pages_memops(s.pages, &s.ops), 0);
	for (size_t i = 0; i < PAGES; i++)
		s.keys[i] = (uintptr_t)memory + i * page;
	s.range =
		(struct tiermm_linux_range){ .start = s.keys[0],
					     .end = s.keys[0] + PAGES * page };
	return s;
}

static void skip_without_move_pages(const struct stage *s)
{
	int32_t node = TIERMM_NO_NODE;

	s->ops.locate(s->ops.self, s->keys, 1, &node);
	if (node == TIERMM_NO_NODE) {
		tiermm_linux_pages_destroy(s->pages);
		print_message("SKIP: no move_pages(2) here\n");
		skip();
	}
}

/* Each verb has an outcome for its items, and ends well. */
static int do_move(void *with)
{
	struct stage *s = with;
	struct tiermm_move moves[PAGES];

	for (int i = 0; i < PAGES; i++)
		moves[i] = (struct tiermm_move){ s->keys[i], 1, TIERMM_NO_NODE,
						 i % 2 ? 900 : 0, 0 };
	return -s->ops.move(s->ops.self, moves, PAGES, s->results);
}

static int do_locate(void *with)
{
	struct stage *s = with;
	int32_t nodes[PAGES];

	return -s->ops.locate(s->ops.self, s->keys, PAGES, nodes);
}

static int do_headroom(void *with)
{
	struct stage *s = with;
	const int32_t nodes[2] = { 0, 900 };
	uint64_t room[2];

	return -s->ops.headroom(s->ops.self, nodes, 2, room);
}

static int do_page_out(void *with)
{
	struct stage *s = with;

	return -s->ops.page_out(s->ops.self, s->keys, PAGES, s->results);
}

static int do_cold(void *with)
{
	struct stage *s = with;

	return -tiermm_linux_pages_cold(s->pages, s->keys, PAGES, s->results);
}

static int do_discard(void *with)
{
	struct stage *s = with;

	return -s->ops.discard(s->ops.self, s->keys, PAGES, s->results);
}

static int do_create(void *with)
{
	struct tiermm_linux_pages_options o = { .size = sizeof(o),
						.pid = *(int32_t *)with };
	struct tiermm_linux_pages *p;
	int err = tiermm_linux_pages_create(&p, &o, &call_filter_mem);

	tiermm_linux_pages_destroy(p);
	return -err;
}

static int do_allowed(void *with)
{
	struct tiermm_nodeset nodes;

	(void)with;
	return -tiermm_linux_allowed(NULL, &nodes, NULL, &call_filter_mem);
}

static int do_ranges(void *with)
{
	struct tiermm_linux_range ranges[4];
	uint64_t n;

	(void)with;
	return -tiermm_linux_ranges(NULL, ranges, 4, &n);
}

static int do_watch_and_read(void *with)
{
	struct stage *s = with;
	struct tiermm_linux_heat_run run;
	uint32_t more = 1;
	uint64_t n;
	int err = tiermm_linux_heat_watch(s->heat, &s->range, 1, &n);

	while (!err && more)
		err = tiermm_linux_heat_read(s->heat, &run, 1, &n, &more);
	return -err;
}

/* Moving is also tried with one call fewer: the filter is no sham. */
static void moving_one_s_own_pages(void **state)
{
	const long calls[CALLS] = { SYS_move_pages, SYS_pread64, SYS_openat,
				    SYS_ioctl,      SYS_close,   NO_CALL };
	const long fewer[CALLS] = { SYS_pread64, SYS_openat, SYS_ioctl,
				    NO_CALL,     NO_CALL,    NO_CALL };
	struct stage s = make(0);

	(void)state;
	skip_without_move_pages(&s);
	call_filter_allow(calls, do_move, &s);
	assert_int_equal(call_filter_run(fewer, do_move, &s), -1);
	tiermm_linux_pages_destroy(s.pages);
}

static void asking_for_places_and_room(void **state)
{
	const long asking[CALLS] = { SYS_move_pages, NO_CALL, NO_CALL,
				     NO_CALL,        NO_CALL, NO_CALL };
	const long room[CALLS] = { SYS_pread64, SYS_openat, SYS_close,
				   NO_CALL,     NO_CALL,    NO_CALL };
	struct stage s = make(0);

	(void)state;
	skip_without_move_pages(&s);
	call_filter_allow(asking, do_locate, &s);
	assert_int_equal(call_filter_run(room, do_locate, &s), -1);
	call_filter_allow(room, do_headroom, &s);
	assert_int_equal(call_filter_run(asking, do_headroom, &s), -1);
	tiermm_linux_pages_destroy(s.pages);
}

static void advising_about_one_s_own_pages(void **state)
{
	const long out[CALLS] = { SYS_move_pages, SYS_madvise, SYS_openat,
				  SYS_read,       SYS_close,   NO_CALL };
	const long two[CALLS] = { SYS_move_pages, SYS_madvise, NO_CALL,
				  NO_CALL,        NO_CALL,     NO_CALL };
	const long one[CALLS] = { SYS_move_pages, NO_CALL, NO_CALL,
				  NO_CALL,        NO_CALL, NO_CALL };
	struct stage s = make(0);

	(void)state;
	skip_without_move_pages(&s);
	call_filter_allow(out, do_page_out, &s);
	call_filter_allow(two, do_cold, &s);
	assert_int_equal(call_filter_run(one, do_cold, &s), -1);
	call_filter_allow(two, do_discard, &s);
	assert_int_equal(call_filter_run(one, do_discard, &s), -1);
	tiermm_linux_pages_destroy(s.pages);
}

static void another_process_takes_poll_and_process_madvise(void **state)
{
	const long moving[CALLS] = { SYS_move_pages, SYS_pread64, SYS_openat,
				     SYS_ioctl,      SYS_close,   POLL_CALL };
	const long cold[CALLS] = { SYS_move_pages, SYS_process_madvise,
				   POLL_CALL,      NO_CALL,
				   NO_CALL,        NO_CALL };
	const long without[CALLS] = { SYS_move_pages, SYS_process_madvise,
				      NO_CALL,        NO_CALL,
				      NO_CALL,        NO_CALL };
	struct stage s = make(getpid());

	(void)state;
	skip_without_move_pages(&s);
	assert_null(s.ops.discard);
	if (!s.ops.page_out) {
		tiermm_linux_pages_destroy(s.pages);
		print_message("SKIP: no pidfd here\n");
		skip();
	}
	call_filter_allow(moving, do_move, &s);
	call_filter_allow(cold, do_cold, &s);
	assert_int_equal(call_filter_run(without, do_cold, &s), -1);
	tiermm_linux_pages_destroy(s.pages);
}

static void making_and_ending(void **state)
{
	const long self[CALLS] = { SYS_openat, SYS_read, SYS_close,
				   NO_CALL,    NO_CALL,  NO_CALL };
	const long other[CALLS] = { SYS_openat,     SYS_read, SYS_close,
				    SYS_pidfd_open, NO_CALL,  NO_CALL };
	int32_t own = 0, pid = getpid();

	(void)state;
	call_filter_skip();
	call_filter_allow(self, do_create, &own);
	call_filter_allow(other, do_create, &pid);
	assert_int_equal(call_filter_run(self, do_create, &pid), -1);
}

static void reading_allowed_nodes_and_ranges(void **state)
{
	const long calls[CALLS] = { SYS_openat, SYS_read, SYS_close,
				    NO_CALL,    NO_CALL,  NO_CALL };

	(void)state;
	call_filter_skip();
	call_filter_allow(calls, do_ranges, NULL);
	call_filter_allow(calls, do_allowed, NULL);
}

/* Watch and read with these calls, and with one fewer. */
static void must_watch_with(uint32_t source, const long calls[CALLS],
			    const long fewer[CALLS])
{
	struct tiermm_linux_heat_options o = { .size = sizeof(o),
					       .source = source };
	struct stage s = make(0);

	if (tiermm_linux_heat_create(&s.heat, &o, NULL)) {
		tiermm_linux_pages_destroy(s.pages);
		print_message("SKIP: source %u is not in this kernel\n",
			      source);
		skip();
	}
	call_filter_allow(calls, do_watch_and_read, &s);
	assert_int_equal(call_filter_run(fewer, do_watch_and_read, &s), -1);
	tiermm_linux_heat_destroy(s.heat);
	tiermm_linux_pages_destroy(s.pages);
}

static void watching_soft_dirty_bits(void **state)
{
	const long calls[CALLS] = { SYS_ioctl, SYS_write, SYS_pread64,
				    NO_CALL,   NO_CALL,   NO_CALL };
	const long fewer[CALLS] = { SYS_ioctl, SYS_pread64, NO_CALL,
				    NO_CALL,   NO_CALL,     NO_CALL };

	(void)state;
	must_watch_with(TIERMM_LINUX_HEAT_SOFT_DIRTY, calls, fewer);
}

static void watching_referenced_bits(void **state)
{
	const long calls[CALLS] = { SYS_openat, SYS_read, SYS_close,
				    SYS_write,  NO_CALL,  NO_CALL };
	const long fewer[CALLS] = { SYS_openat, SYS_read, SYS_close,
				    NO_CALL,    NO_CALL,  NO_CALL };

	(void)state;
	must_watch_with(TIERMM_LINUX_HEAT_REFERENCED, calls, fewer);
}

/*
 * The protection is the parent's: a child finds its range unprotected, and
 * left out. What it tries is the same.
 */
static void watching_writes(void **state)
{
	const long calls[CALLS] = { SYS_ioctl, NO_CALL, NO_CALL,
				    NO_CALL,   NO_CALL, NO_CALL };
	const long fewer[CALLS] = { SYS_write, NO_CALL, NO_CALL,
				    NO_CALL,   NO_CALL, NO_CALL };

	(void)state;
	must_watch_with(TIERMM_LINUX_HEAT_WRITES, calls, fewer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(moving_one_s_own_pages),
		cmocka_unit_test(asking_for_places_and_room),
		cmocka_unit_test(advising_about_one_s_own_pages),
		cmocka_unit_test(
			another_process_takes_poll_and_process_madvise),
		cmocka_unit_test(making_and_ending),
		cmocka_unit_test(reading_allowed_nodes_and_ranges),
		cmocka_unit_test(watching_soft_dirty_bits),
		cmocka_unit_test(watching_referenced_bits),
		cmocka_unit_test(watching_writes),
	};

	return cmocka_run_group_tests_name("linux/pages_calls", tests,
					   group_setup, NULL);
}
