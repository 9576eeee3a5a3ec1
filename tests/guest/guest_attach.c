/* SPDX-License-Identifier: MIT */
/*
 * Inside a guest of four nodes, in three tiers by their speeds (the kernel
 * puts the node that was plugged in beside the fast ones): an unmodified
 * redis-server under `tiermm attach`, with a load of ours. One line a check:
 * "OK name" or "FAILED name: why".
 */
#define _GNU_SOURCE
#include "guest_attach.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	NOBODY = 65534,
	PLUGGED = 3,
	LIMIT_PAGES = 1536, /* --top-limit 6M */
	FIRST_HOT = 1000,
	SECOND_HOT = 6000,
	PHASE_MS = 8000,
	PHASES = 4
};

static const char socket_path[] = "/redis.sock";
static const char figures[] = "/figures";
static int failures;
static int any_failed;
static pid_t server;
static pid_t command;

void fail(const char *format, ...)
{
	va_list arguments;

	failures++;
	printf("  ");
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	putchar('\n');
}

static void run_check(const char *name, void (*check)(void))
{
	failures = 0;
	check();
	printf(failures ? "FAILED %s\n" : "OK %s\n", name);
	any_failed |= failures;
	fflush(stdout);
}
#define CHECK(name) run_check(#name, name)

/* --- processes ------------------------------------------------------------ */

static pid_t start(char **words, uid_t user, const char *said)
{
	pid_t child;

	fflush(stdout);
	child = fork();
	if (child)
		return child;
	if (said) {
		int fd = open(said, O_CREAT | O_TRUNC | O_WRONLY, 0666);

		dup2(fd, STDOUT_FILENO);
		dup2(fd, STDERR_FILENO);
	}
	setenv("LD_LIBRARY_PATH", "/lib", 1);
	if (user && (setgid(user) || setuid(user)))
		_exit(125);
	execv(words[0], words);
	_exit(126);
}

static int status_of(pid_t child)
{
	int state = -1;

	if (waitpid(child, &state, 0) != child || !WIFEXITED(state))
		return -1;
	return WEXITSTATUS(state);
}

static void start_server(void)
{
	char *words[] = { (char[]){ "/redis-server" },
			  (char[]){ "--port" },
			  (char[]){ "0" },
			  (char[]){ "--unixsocket" },
			  (char[]){ "/redis.sock" },
			  (char[]){ "--save" },
			  (char[]){ "" },
			  NULL };

	server = start(words, 0, "/server.log");
}

/* tiermm attach with some words and the server's number. */
static pid_t attach(const char *line, uid_t user, const char *said)
{
	char copy[256], number[16],
		*words[24] = { (char[]){ "/tiermm" }, (char[]){ "attach" },
			       (char[]){ "--ignore-kernel-tiers" } };
	char *rest = copy;
	int n = 3;

	snprintf(copy, sizeof(copy), "%s", line);
	snprintf(number, sizeof(number), "%d", server);
	while (n < 22 && (words[n] = strsep(&rest, " ")) != NULL)
		n++;
	words[n] = number;
	return start(words, user, said);
}

static int says(const char *path, const char *text)
{
	static char all[65536];
	FILE *file = fopen(path, "r");
	size_t n = file ? fread(all, 1, sizeof(all) - 1, file) : 0;

	if (file)
		fclose(file);
	all[n] = '\0';
	if (strstr(all, text))
		return 1;
	fail("'%s' is not in: %s", text, all);
	return 0;
}

static void write_word(const char *path, const char *word)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, word, strlen(word)) < 0)
		fail("%s: %s cannot be written", path, word);
	if (fd >= 0)
		close(fd);
}

/* --- checks --------------------------------------------------------------- */

static void who_may_not_is_told(void)
{
	int status = status_of(attach("--for 1", NOBODY, "/said"));

	if (status != 3)
		fail("status %d", status);
	says("/said", "CAP_SYS_PTRACE");
}

static void settings_that_fight_are_told(void)
{
	static const char path[] = "/proc/sys/kernel/numa_balancing";

	write_word(path, "1");
	if (status_of(attach("--dry-run --for 1", 0, "/said")))
		fail("a dry run failed");
	write_word(path, "0");
	says("/said", "tiermm: will fight: numa_balancing: ");
}

static void a_dry_run_moves_nothing(void)
{
	uint64_t before[NODES], after[NODES];

	look_at_keys(server, 0, KEYS, before);
	if (status_of(attach("--dry-run --interval 200 --top-limit 6M --for 2",
			     0, "/said")))
		fail("a dry run failed");
	look_at_keys(server, 0, KEYS, after);
	if (memcmp(before, after, sizeof(before)) != 0)
		fail("pages moved");
	if (before[2] || before[3])
		fail("pages are on slow nodes from the beginning");
	says("/said", "(nothing was moved)");
}

static void show(const char *name, uint32_t first, uint32_t n, uint64_t *on)
{
	look_at_keys(server, first, n, on);
	printf("SHARE %s %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n",
	       name, on[0], on[1], on[2], on[3]);
}

/* Intervals are long on a busy machine, so it may take several phases. */
static void load_until_on_top(const char *name, uint32_t first)
{
	uint64_t on[NODES];

	for (int phase = 0; phase < PHASES; phase++) {
		load_run(first, PHASE_MS);
		look_at_keys(server, first, HOT, on);
		if ((on[0] + on[1]) * 10 >= HOT * 8)
			break;
	}
	show(name, first, HOT, on);
	if ((on[0] + on[1]) * 10 < HOT * 8)
		fail("%d of %d hot values are on a fast node",
		     (int)(on[0] + on[1]), HOT);
}

/* What is hot stays, and what is not goes where there is room. */
static void cold_values_go_down(void)
{
	uint64_t on[NODES];

	command = attach("--interval 500 --top-limit 6M --json "
			 "--output /figures",
			 0, "/said");
	load_until_on_top("first", FIRST_HOT);
	show("all", 0, KEYS, on);
	/* Values begin in less pages than they have. */
	if (on[0] + on[1] > 2 * LIMIT_PAGES * 2)
		fail("%d values are left on fast nodes", (int)(on[0] + on[1]));
}

/* Now others are used, most of which are on a slow node. */
static void hot_keys_end_up_on_a_fast_node(void)
{
	uint64_t on[NODES];

	show("before", SECOND_HOT, HOT, on);
	if ((on[2] + on[3]) * 2 < HOT)
		fail("they were not on slow nodes");
	load_until_on_top("after", SECOND_HOT);
}

static int take_node_away(void)
{
	struct dirent *entry;
	char path[300];
	int gone = 0;
	DIR *d = opendir("/sys/devices/system/node/node3");

	while (d && (entry = readdir(d))) {
		int fd;

		if (strncmp(entry->d_name, "memory", 6) ||
		    entry->d_name[6] < '0' || entry->d_name[6] > '9')
			continue;
		snprintf(path, sizeof(path),
			 "/sys/devices/system/memory/%.20s/state",
			 entry->d_name);
		fd = open(path, O_WRONLY);
		gone += fd >= 0 && write(fd, "offline", 7) == 7;
		if (fd >= 0)
			close(fd);
	}
	if (d)
		closedir(d);
	return gone;
}

/* The node that pages go down to is emptied while the load changes. */
static void a_node_goes_while_it_runs(void)
{
	uint64_t on[NODES];
	pid_t child;

	show("with", 0, KEYS, on);
	if (!on[PLUGGED])
		fail("nothing is on the node that is to go");
	fflush(stdout);
	child = fork();
	if (child == 0) {
		int gone = 0;

		/* Pages that come in meanwhile may hold it up. */
		for (int i = 0; i < 50 && !gone; i++)
			gone = take_node_away();
		_exit(gone ? 0 : 1);
	}
	load_run(FIRST_HOT, PHASE_MS);
	if (status_of(child))
		fail("the node did not go");
	load_until_on_top("again", FIRST_HOT);
	show("without", 0, KEYS, on);
	if (on[PLUGGED])
		fail("%d values are on it", (int)on[PLUGGED]);
	if (kill(command, 0))
		fail("attach has ended");
}

static void a_signal_leaves_the_process_as_it_is(void)
{
	uint64_t before[NODES], after[NODES];

	kill(command, SIGINT);
	if (status_of(command))
		fail("attach failed");
	says(figures, "\"end\":\"stopped\"");
	look_at_keys(server, 0, KEYS, before);
	usleep(1000000);
	look_at_keys(server, 0, KEYS, after);
	if (memcmp(before, after, sizeof(before)) != 0 || kill(server, 0))
		fail("it changed");
}

static void every_value_is_right(void)
{
	load_check();
	if (load_wrong())
		fail("%d values are wrong", (int)load_wrong());
	printf("LOAD %" PRIu64 "\n", load_operations());
}

static void print_figures(void)
{
	char line[1024];
	FILE *file = fopen(figures, "r");

	while (file && fgets(line, sizeof(line), file))
		printf("FIGURES %s", line);
	if (file)
		fclose(file);
}

/* What the kernel made of the machine. */
static void show_machine(void)
{
	char *words[] = { (char[]){ "/tiermm" }, (char[]){ "topology" },
			  (char[]){ "--ignore-kernel-tiers" }, NULL };

	(void)status_of(start(words, 0, NULL));
}

int main(void)
{
	show_machine();
	start_server();
	load_begin(socket_path);
	look_for_values(server);
	CHECK(who_may_not_is_told);
	CHECK(settings_that_fight_are_told);
	CHECK(a_dry_run_moves_nothing);
	CHECK(cold_values_go_down);
	CHECK(hot_keys_end_up_on_a_fast_node);
	CHECK(a_node_goes_while_it_runs);
	CHECK(a_signal_leaves_the_process_as_it_is);
	CHECK(every_value_is_right);
	print_figures();
	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
	CHECK(measure_step);
	return any_failed ? 1 : 0;
}
