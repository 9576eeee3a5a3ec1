/* SPDX-License-Identifier: MIT */
/*
 * The system calls that docs/backends.md names, and no other (requirements 16
 * and 17): each operation runs in a child under a filter that kills for the
 * rest. The child is given memory, so that the allocator's calls are not seen.
 */
#define _GNU_SOURCE
#include <support/cmocka.h>

#include <tiermm/backends/linux.h>

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

/* Calls that an operation may need; read(2) is number 0 on some machines. */
#define CALLS 6
#define NO_CALL (-1)

/* Memory of the child, taken from one block and never given back. */
static _Alignas(64) unsigned char arena[1 << 24];
static uint64_t arena_used;

static void *arena_alloc(void *self, uint64_t bytes, uint64_t align)
{
	void *memory = arena + arena_used;

	(void)self;
	(void)align;
	arena_used += (bytes + 63) / 64 * 64;
	return arena_used <= sizeof(arena) ? memory : NULL;
}

static void arena_free(void *self, void *memory, uint64_t bytes)
{
	(void)self;
	(void)memory;
	(void)bytes;
}

static const struct tiermm_alloc arena_mem = { sizeof(arena_mem), 0,
					       arena_alloc, arena_free, NULL };

/* From now on these calls, exit_group, or death by SIGSYS: 0 or -1. */
static int allow_only(const long calls[CALLS])
{
	struct sock_filter program[2 * CALLS + 4];
	struct sock_fprog filter = { 0, program };
	unsigned short n = 0;

	program[n++] =
		(struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
					     offsetof(struct seccomp_data, nr));
	for (int i = 0; i < CALLS; i++) {
		long call = calls[i] == NO_CALL ? SYS_exit_group : calls[i];

		program[n++] =
			(struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
						     (uint32_t)call, 0, 1);
		program[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
							    SECCOMP_RET_ALLOW);
	}
	program[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
						    SECCOMP_RET_KILL_PROCESS);
	filter.len = n;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -1;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
}

#define NO_FILTER 99

/* Run an operation under the filter: its result, or -1 if it was killed. */
static int under_filter(const long calls[CALLS], int (*operation)(void *),
			void *with)
{
	pid_t child = fork();
	int status = 0;

	if (child == 0) {
		if (allow_only(calls))
			_exit(NO_FILTER);
		_exit(operation(with));
	}
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Their runtime makes calls of its own, which the filter would kill. */
static void skip_under_sanitizers(void)
{
	if (SANITIZED) {
		print_message("SKIP: sanitizers make calls of their own\n");
		skip();
	}
}

static void must_get_by_with(const long calls[CALLS], int (*operation)(void *),
			     void *with)
{
	int result;

	skip_under_sanitizers();
	result = under_filter(calls, operation, with);
	if (result == NO_FILTER) {
		print_message("SKIP: no seccomp filter can be set here\n");
		skip();
	}
	assert_int_equal(result, 0);
}

static int read_topology(void *with)
{
	struct tiermm_topology *t;

	(void)with;
	return -tiermm_linux_topology(&t, NULL, NULL, &arena_mem);
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
	must_get_by_with(discovery, read_topology, NULL);
}

/* The filter is no sham: one call fewer is too few. */
static void the_filter_kills_for_a_call_that_is_not_named(void **state)
{
	const long fewer[CALLS] = { SYS_openat, SYS_read, SYS_close,
				    NO_CALL,    NO_CALL,  NO_CALL };
	const long none[CALLS] = { NO_CALL, NO_CALL, NO_CALL,
				   NO_CALL, NO_CALL, NO_CALL };

	(void)state;
	if (SANITIZED || under_filter(discovery, read_topology, NULL) != 0) {
		print_message("SKIP: no seccomp filter can be set here\n");
		skip();
	}
	assert_int_equal(under_filter(none, read_topology, NULL), -1);
	if (access("/sys/devices/virtual/memory_tiering", F_OK) == 0)
		assert_int_equal(under_filter(fewer, read_topology, NULL), -1);
}

static int listen_once(void *with)
{
	struct tiermm_linux_events *e;
	struct tiermm_linux_event event;
	uint64_t n;
	int err = tiermm_linux_events_create(&e, &arena_mem);

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
	must_get_by_with(calls, listen_once, NULL);
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
	skip_under_sanitizers(); /* before there is anything to leak */
	if (tiermm_linux_events_create(&e, NULL)) {
		print_message("SKIP: no netlink socket for uevents here\n");
		skip();
	}
	must_get_by_with(calls, read_events, e);
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
