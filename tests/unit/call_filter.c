/* SPDX-License-Identifier: MIT */
/* A filter of system calls around one operation. */
#define _GNU_SOURCE
#include <support/cmocka.h>

#include "call_filter.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

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

const struct tiermm_alloc call_filter_mem = { sizeof(call_filter_mem), 0,
					      arena_alloc, arena_free, NULL };

/* From now on these calls, exit_group, or death by SIGSYS: 0 or -1. */
static int allow_only(const long calls[CALLS])
{
	struct sock_filter program[2 * (CALLS + 1) + 2];
	struct sock_fprog filter = { 0, program };
	unsigned short n = 0;

	program[n++] =
		(struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
					     offsetof(struct seccomp_data, nr));
	/* One more than there are: the child has to come to its end. */
	for (int i = 0; i <= CALLS; i++) {
		long call = i == CALLS || calls[i] == NO_CALL ? SYS_exit_group
							      : calls[i];

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

int call_filter_run(const long calls[CALLS], int (*operation)(void *),
		    void *with)
{
	pid_t child = fork();
	int status = 0;

	if (child == 0) {
		if (allow_only(calls))
			_exit(CALL_FILTER_NONE);
		_exit(operation(with));
	}
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void call_filter_skip(void)
{
	if (CALL_FILTER_SANITIZED) {
		print_message("SKIP: sanitizers make calls of their own\n");
		skip();
	}
}

void call_filter_allow(const long calls[CALLS], int (*operation)(void *),
		       void *with)
{
	int result;

	call_filter_skip();
	result = call_filter_run(calls, operation, with);
	if (result == CALL_FILTER_NONE) {
		print_message("SKIP: no seccomp filter can be set here\n");
		skip();
	}
	assert_int_equal(result, 0);
}
