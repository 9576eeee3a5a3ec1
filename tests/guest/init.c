/* SPDX-License-Identifier: MIT */
/*
 * The first process of a guest: mounts what a test needs, runs /test, says
 * how it ended and switches the guest off. Linked statically; there is nothing
 * else in the guest.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void mount_one(const char *kind, const char *where)
{
	mkdir(where, 0755);
	if (mount(kind, where, kind, 0, NULL))
		printf("guest: no %s at %s\n", kind, where);
}

static int run_test(void)
{
	pid_t child = fork();
	int status = -1;

	if (child == 0) {
		execl("/test", "/test", (char *)NULL);
		_exit(126);
	}
	if (child < 0 || waitpid(child, &status, 0) != child)
		return 125;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(void)
{
	mount_one("proc", "/proc");
	mount_one("sysfs", "/sys");
	mount_one("devtmpfs", "/dev");
	printf("=== guest: exit %d ===\n", run_test());
	fflush(stdout);
	sync();
	reboot(RB_POWER_OFF);
	return 0;
}
