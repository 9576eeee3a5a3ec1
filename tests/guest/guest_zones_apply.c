/* SPDX-License-Identifier: MIT */
/*
 * Inside a guest whose DIMMs came up offline: the `tiermm` command brings them
 * online, and what the kernel shows is told after each call. What is expected
 * stands in test_guest_zones_apply.py.
 *
 *     # NAME
 *     ... what the command says
 *     status 0
 *     block 32 online Movable
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	FIRST = 32, /* DIMMs are behind 4 GiB */
	LAST = 47,
	NOBODY = 65534
};

static void file_of(int block, const char *name, char *path, size_t cap)
{
	snprintf(path, cap, "/sys/devices/system/memory/memory%d/%s", block,
		 name);
}

static int read_word(int block, const char *name, char *out, size_t cap)
{
	char path[96];
	FILE *file;

	file_of(block, name, path, sizeof(path));
	file = fopen(path, "r");
	out[0] = '\0';
	if (!file)
		return -1;
	if (!fgets(out, (int)cap, file))
		out[0] = '\0';
	fclose(file);
	out[strcspn(out, " \n")] = '\0';
	return 0;
}

/* For an offline block the kernel names the zone that it would choose. */
static void tell_blocks(void)
{
	char state[32], zone[64];

	for (int block = FIRST; block <= LAST; block++)
		if (!read_word(block, "state", state, sizeof(state)) &&
		    !read_word(block, "valid_zones", zone, sizeof(zone)))
			printf("block %d %s %s\n", block, state, zone);
}

static void run_command(int is_root, char **words)
{
	setenv("LD_LIBRARY_PATH", "/lib", 1);
	dup2(STDOUT_FILENO, STDERR_FILENO);
	if (!is_root && (setgid(NOBODY) || setuid(NOBODY)))
		_exit(125);
	execv("/tiermm", words);
	_exit(126);
}

/* A line of words, the first of which names the call. */
static void call(const char *name, int is_root, const char *line)
{
	char copy[256], *words[16], *rest = copy;
	int status = 0, n = 0;
	pid_t child;

	printf("# %s\n", name);
	fflush(stdout);
	snprintf(copy, sizeof(copy), "tiermm zones %s", line);
	while (n < 15 && (words[n] = strsep(&rest, " ")) != NULL)
		n++;
	words[n] = NULL;
	child = fork();
	if (child == 0)
		run_command(is_root, words);
	if (child < 0 || waitpid(child, &status, 0) != child)
		status = -1;
	printf("status %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
	tell_blocks();
}

static void set(int block, const char *word)
{
	char path[96];
	FILE *file;

	file_of(block, "state", path, sizeof(path));
	file = fopen(path, "w");
	if (!file || fputs(word, file) < 0 || fclose(file))
		printf("block %d is not set to %s\n", block, word);
}

int main(void)
{
	call("dry run", 1, "apply --dry-run --boot-end 4G");
	call("nobody", 0, "apply --boot-end 4G");
	call("one block", 1, "apply --block 32 --boot-end 4G");
	call("online already", 1, "apply --block 32 --boot-end 4G");
	call("no such block", 1, "apply --block 9999 --boot-end 4G");
	call("all", 1, "apply --boot-end 4G");
	set(33, "offline");
	call("one came back", 1, "apply --boot-end 4G");
	for (int block = 32; block < 36; block++)
		set(block, "offline");
	set(34, "online_kernel");
	call("kernel memory in the DIMM", 1, "apply --boot-end 4G");
	call("show", 1, "show --json --boot-end 4G");
	return 0;
}
