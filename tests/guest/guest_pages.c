/* SPDX-License-Identifier: MIT */
/*
 * Inside a guest of four nodes in three tiers: what the linux backend says of
 * moved pages against what the kernel says when asked afterwards. One line a
 * check: "OK name" or "FAILED name: why".
 */
#define _GNU_SOURCE
#include "guest_pages.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>

#define MANY 2048

/* Random, the same each time. */
static uint32_t draw(void)
{
	static uint32_t seed = 12345;

	seed = seed * 1664525 + 1013904223;
	return seed >> 8;
}

static void planned_is_reported_is_asked(void)
{
	struct pages set = pages_make(MANY);
	struct tiermm_linux_pages *p = backend(0, 0);

	for (int round = 0; round < 3; round++) {
		for (uint64_t i = 0; i < MANY; i++)
			set.to[i] = (int32_t)(draw() % 4);
		pages_move(&set, p);
		pages_verify(&set, 0);
		for (uint64_t i = 0; i < MANY; i++)
			if (set.results[i].outcome != TIERMM_OUTCOME_DONE &&
			    set.results[i].outcome != TIERMM_OUTCOME_ALREADY)
				fail("outcome %u of page %d",
				     set.results[i].outcome, (int)i);
	}
	pages_check_contents(&set);
	tiermm_linux_pages_destroy(p);
	pages_free(&set);
}

static void another_process_is_moved_alike(void)
{
	struct pages set = pages_make(512);
	int go[2];
	pid_t child;
	struct tiermm_linux_pages *p;
	char word = 0;

	if (pipe(go))
		fail("pipe");
	child = fork();
	if (child == 0) {
		close(go[1]);
		/* Touched after fork: private to this process again. */
		pages_write(&set);
		raise(SIGSTOP);
		pages_check_contents(&set);
		_exit(failures() ? 1 : 0);
	}
	waitpid(child, NULL, WUNTRACED);
	p = backend(child, 0);
	for (uint64_t i = 0; i < set.n; i++)
		set.to[i] = 1 + (int32_t)(i % 3);
	pages_move(&set, p);
	pages_verify(&set, child);
	kill(child, SIGCONT);
	waitpid(child, (int *)&word, 0);
	if (word)
		fail("its contents changed");
	pages_move(&set, p);
	if (set.returned != -TIERMM_ENOENT ||
	    set.results[0].outcome != TIERMM_OUTCOME_ABSENT)
		fail("it has ended, and a move says %d", set.returned);
	tiermm_linux_pages_destroy(p);
	pages_free(&set);
}

/* One page to node 2 must have this outcome. */
static void expect(struct pages *set, uint64_t page, uint32_t outcome)
{
	if (set->results[page].outcome != outcome)
		fail("page %d: outcome %u (error %d), expected %u", (int)page,
		     set->results[page].outcome, set->results[page].error,
		     outcome);
}

static void each_refusal_has_its_outcome(void)
{
	struct pages set = pages_make(8);
	struct tiermm_linux_pages *p = backend(0, 0);
	pid_t child;

	pages_to(&set, 2);
	munmap(set.memory, 4 * PAGE);
	/* 0: not mapped; 1: never touched; 2: zero page; 3: locked. */
	if (mmap(set.memory + PAGE, 3 * PAGE, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)
		fail("mmap");
	*(volatile unsigned char *)(set.memory + 2 * PAGE);
	set.memory[3 * PAGE] = 1;
	if (mlock(set.memory + 3 * PAGE, PAGE))
		fail("mlock");
	/* 5 and 7: a child maps them too; 4 and 6 are written again. */
	child = fork();
	if (child == 0) {
		pause();
		_exit(0);
	}
	for (int i = 3; i < 7; i++)
		if (i != 5)
			set.memory[(size_t)i * PAGE] = 9;
	pages_move(&set, p);
	pages_verify(&set, 0);
	expect(&set, 0, TIERMM_OUTCOME_ABSENT);
	expect(&set, 1, TIERMM_OUTCOME_ABSENT);
	expect(&set, 2, TIERMM_OUTCOME_ABSENT);
	expect(&set, 3, TIERMM_OUTCOME_DONE);
	expect(&set, 4, TIERMM_OUTCOME_DONE);
	expect(&set, 5, TIERMM_OUTCOME_SHARED);
	expect(&set, 6, TIERMM_OUTCOME_DONE);
	expect(&set, 7, TIERMM_OUTCOME_SHARED);
	tiermm_linux_pages_destroy(p);
	p = backend(0, TIERMM_LINUX_PAGES_MOVE_SHARED);
	pages_move(&set, p);
	expect(&set, 5, TIERMM_OUTCOME_DONE);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	tiermm_linux_pages_destroy(p);
	pages_free(&set);
}

static void a_page_that_is_held_is_busy(void)
{
	struct pages set = pages_make(64);
	struct tiermm_linux_pages *p = backend(0, 0);
	struct iovec held = { set.memory + 5 * PAGE, PAGE };
	int ends[2];

	if (pipe(ends) || vmsplice(ends[1], &held, 1, 0) != PAGE)
		fail("vmsplice");
	pages_to(&set, 2);
	pages_move(&set, p);
	pages_verify(&set, 0);
	expect(&set, 5, TIERMM_OUTCOME_BUSY);
	for (uint64_t i = 0; i < set.n; i++)
		if (i != 5)
			expect(&set, i, TIERMM_OUTCOME_DONE);
	close(ends[0]);
	close(ends[1]);
	tiermm_linux_pages_destroy(p);
	pages_free(&set);
}

static void a_huge_page_is_moved_by_one_entry(void)
{
	struct pages set = pages_make_huge();
	struct tiermm_linux_pages *p = backend(0, 0);

	pages_to(&set, 2);
	pages_move(&set, p);
	pages_verify(&set, 0);
	for (uint64_t i = 0; i < set.n; i++)
		if (set.results[i].pages != (i ? 0 : 512))
			fail("entry %d moved %d pages", (int)i,
			     (int)set.results[i].pages);
	/* One entry in its midst, and one entry for all of it. */
	set.n = 1;
	set.keys[0] += 77 * PAGE;
	pages_to(&set, 1);
	pages_move(&set, p);
	if (set.results[0].pages != 512)
		fail("one entry moved %d pages", (int)set.results[0].pages);
	set.keys[0] -= 77 * PAGE;
	set.pages = 512;
	pages_to(&set, 3);
	pages_move(&set, p);
	if (set.results[0].pages != 512 ||
	    set.results[0].outcome != TIERMM_OUTCOME_DONE)
		fail("a run: outcome %u, %d pages", set.results[0].outcome,
		     (int)set.results[0].pages);
	tiermm_linux_pages_destroy(p);
	pages_free(&set);
}

static void without_privilege_it_is_denied(void)
{
	struct pages set = pages_make(4);
	pid_t child, parent = getpid();

	pages_to(&set, 2);
	child = fork();
	if (child == 0) {
		struct tiermm_linux_pages *p;

		if (setuid(1000))
			fail("setuid");
		pages_write(&set);
		p = backend(0, 0);
		pages_move(&set, p);
		pages_verify(&set, 0);
		expect(&set, 0, TIERMM_OUTCOME_DONE);
		tiermm_linux_pages_destroy(p);
		p = backend(parent, 0);
		pages_move(&set, p);
		for (uint64_t i = 0; i < 4; i++)
			expect(&set, i, TIERMM_OUTCOME_DENIED);
		tiermm_linux_pages_destroy(p);
		p = backend(0, TIERMM_LINUX_PAGES_MOVE_SHARED);
		pages_to(&set, 3);
		pages_move(&set, p);
		expect(&set, 0, TIERMM_OUTCOME_DENIED);
		tiermm_linux_pages_destroy(p);
		_exit(failures() ? 1 : 0);
	}
	expect_success(child);
	pages_free(&set);
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		fail("cannot write %s", path);
	if (fd >= 0)
		close(fd);
}

/* In a cpuset of nodes 0 and 1: the kernel refuses node 2, by the call. */
static void inside_cpuset(void)
{
	struct pages set = pages_make(4);
	struct tiermm_linux_pages *p = backend(0, 0);
	struct tiermm_linux_pages_options o = { .size = sizeof(o) };
	struct tiermm_nodeset allowed;
	uint32_t source = 0;

	if (tiermm_linux_allowed(&o, &allowed, &source, NULL) ||
	    source != TIERMM_LINUX_ALLOWED_CGROUP2 || allowed.word[0] != 3)
		fail("allowed nodes %llx from source %u",
		     (unsigned long long)allowed.word[0], source);
	pages_to(&set, 2);
	set.to[3] = 1;
	pages_move(&set, p);
	pages_verify(&set, 0);
	for (uint64_t i = 0; i < 3; i++)
		expect(&set, i, TIERMM_OUTCOME_DENIED);
	tiermm_linux_pages_destroy(p);
	_exit(failures() ? 1 : 0);
}

static void a_cpuset_is_read_and_kept_to(void)
{
	struct tiermm_linux_pages_options o = { .size = sizeof(o) };
	struct tiermm_nodeset allowed;
	uint32_t source = 0;
	pid_t child;

	if (tiermm_linux_allowed(&o, &allowed, &source, NULL) ||
	    source != TIERMM_LINUX_ALLOWED_STATUS || allowed.word[0] != 15)
		fail("without cgroups: nodes %llx from source %u",
		     (unsigned long long)allowed.word[0], source);
	if (mount("cgroup2", "/sys/fs/cgroup", "cgroup2", 0, NULL))
		fail("no cgroup2");
	write_file("/sys/fs/cgroup/cgroup.subtree_control", "+cpuset");
	mkdir("/sys/fs/cgroup/low", 0755);
	write_file("/sys/fs/cgroup/low/cpuset.mems", "0-1");
	child = fork();
	if (child == 0) {
		write_file("/sys/fs/cgroup/low/cgroup.procs", "0");
		inside_cpuset();
	}
	expect_success(child);
}

static void paging_out_without_swap_is_told(void)
{
	struct pages set = pages_make(64);
	struct tiermm_linux_pages *p = backend(0, 0);
	struct tiermm_memops ops;

	tiermm_linux_pages_memops(p, &ops);
	if (ops.page_out(p, set.keys, set.n, set.results))
		fail("page_out");
	for (uint64_t i = 0; i < set.n; i++)
		expect(&set, i, TIERMM_OUTCOME_UNSUPPORTED);
	if (tiermm_linux_pages_cold(p, set.keys, set.n, set.results))
		fail("cold");
	for (uint64_t i = 0; i < set.n; i++)
		expect(&set, i, TIERMM_OUTCOME_DONE);
	pages_check_contents(&set);
	if (ops.discard(p, set.keys, set.n, set.results))
		fail("discard");
	for (uint64_t i = 0; i < set.n; i++)
		expect(&set, i, TIERMM_OUTCOME_DONE);
	if (set.memory[0])
		fail("a discarded page kept its contents");
	tiermm_linux_pages_destroy(p);
	pages_free(&set);
}

static void cold_and_out_of_another_process(void)
{
	struct pages set = pages_make(600);
	struct tiermm_linux_pages *p;
	struct tiermm_memops ops;
	pid_t child = fork();

	if (child == 0) {
		pages_write(&set);
		raise(SIGSTOP);
		_exit(0);
	}
	waitpid(child, NULL, WUNTRACED);
	p = backend(child, 0);
	tiermm_linux_pages_memops(p, &ops);
	if (ops.discard)
		fail("discard is offered for another process");
	if (tiermm_linux_pages_cold(p, set.keys, set.n, set.results))
		fail("cold");
	expect(&set, 599, TIERMM_OUTCOME_DONE);
	if (ops.page_out(p, set.keys, set.n, set.results))
		fail("page_out");
	expect(&set, 0, TIERMM_OUTCOME_UNSUPPORTED);
	kill(child, SIGCONT);
	waitpid(child, NULL, 0);
	tiermm_linux_pages_destroy(p);
	pages_free(&set);
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	CHECK(planned_is_reported_is_asked);
	CHECK(another_process_is_moved_alike);
	CHECK(each_refusal_has_its_outcome);
	CHECK(a_page_that_is_held_is_busy);
	CHECK(a_huge_page_is_moved_by_one_entry);
	CHECK(without_privilege_it_is_denied);
	CHECK(paging_out_without_swap_is_told);
	CHECK(cold_and_out_of_another_process);
	swap_checks();
	heat_checks();
	damon_checks();
#if WITH_NUMA
	numa_checks();
#endif
	CHECK(a_cpuset_is_read_and_kept_to);
	cost_checks();
	node_checks();
	return total_failures() != 0;
}
