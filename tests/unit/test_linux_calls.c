/* SPDX-License-Identifier: MIT */
/*
 * The system calls that docs/backends.md names, and no other (requirements 16
 * and 17): each operation runs in a child under a filter that kills for the
 * rest.
 */
#define _GNU_SOURCE
#include <support/cmocka.h>

#include "call_filter.h"

#include <tiermm/backends/linux.h>

#include <sys/syscall.h>
#include <unistd.h>

static int read_topology(void *with)
{
	struct tiermm_topology *t;

	(void)with;
	return -tiermm_linux_topology(&t, NULL, NULL, &call_filter_mem);
}

static const long discovery[CALLS] = { SYS_openat,     SYS_read, SYS_close,
				       SYS_getdents64, NO_CALL,  NO_CALL };

static void discovery_opens_reads_lists_and_closes(void **state)
{
	struct tiermm_topology *t;

	(void)state;
	if (tiermm_linux_topology(&t, NULL, NULL, NULL)) {
		print_message("SKIP: this machine cannot be read\n");
		skip();
	}
	tiermm_topology_unref(t);
	call_filter_allow(discovery, read_topology, NULL);
}

/* The filter is no sham: one call fewer is too few. */
static void the_filter_kills_for_a_call_that_is_not_named(void **state)
{
	const long fewer[CALLS] = { SYS_openat, SYS_read, SYS_close,
				    NO_CALL,    NO_CALL,  NO_CALL };
	const long none[CALLS] = { NO_CALL, NO_CALL, NO_CALL,
				   NO_CALL, NO_CALL, NO_CALL };

	(void)state;
	if (CALL_FILTER_SANITIZED ||
	    call_filter_run(discovery, read_topology, NULL) != 0) {
		print_message("SKIP: no seccomp filter can be set here\n");
		skip();
	}
	assert_int_equal(call_filter_run(none, read_topology, NULL), -1);
	if (access("/sys/devices/virtual/memory_tiering", F_OK) == 0)
		assert_int_equal(call_filter_run(fewer, read_topology, NULL),
				 -1);
}

static int listen_once(void *with)
{
	struct tiermm_linux_events *e;
	struct tiermm_linux_event event;
	uint64_t n;
	int err = tiermm_linux_events_create(&e, &call_filter_mem);

	(void)with;
	if (!err)
		err = tiermm_linux_events_read(e, &event, 1, &n);
	if (!err)
		tiermm_linux_events_destroy(e);
	return -err;
}

static void events_need_a_socket_and_nothing_else(void **state)
{
	const long calls[CALLS] = { SYS_socket,  SYS_setsockopt, SYS_bind,
				    SYS_recvmsg, SYS_close,      NO_CALL };
	struct tiermm_linux_events *e;

	(void)state;
	if (tiermm_linux_events_create(&e, NULL)) {
		print_message("SKIP: no netlink socket for uevents here\n");
		skip();
	}
	tiermm_linux_events_destroy(e);
	call_filter_allow(calls, listen_once, NULL);
}

static int read_events(void *stream)
{
	struct tiermm_linux_event event;
	uint64_t n;

	return -tiermm_linux_events_read(stream, &event, 1, &n);
}

static void reading_events_is_recvmsg_alone(void **state)
{
	const long calls[CALLS] = { SYS_recvmsg, NO_CALL, NO_CALL,
				    NO_CALL,     NO_CALL, NO_CALL };
	struct tiermm_linux_events *e;

	(void)state;
	call_filter_skip(); /* before there is anything to leak */
	if (tiermm_linux_events_create(&e, NULL)) {
		print_message("SKIP: no netlink socket for uevents here\n");
		skip();
	}
	call_filter_allow(calls, read_events, e);
	tiermm_linux_events_destroy(e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(discovery_opens_reads_lists_and_closes),
		cmocka_unit_test(the_filter_kills_for_a_call_that_is_not_named),
		cmocka_unit_test(events_need_a_socket_and_nothing_else),
		cmocka_unit_test(reading_events_is_recvmsg_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
