/* SPDX-License-Identifier: MIT */
/*
 * Trial calls, each with its effect looked at: kernels report success for
 * what they did not do. All of them on one page that is mapped for the trial.
 */
#define _GNU_SOURCE
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/membarrier.h>
#include <linux/mempolicy.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define FILTER_REMEDY "allow it in the container's or sandbox's filter"
/* mbind and friends read one bit less than they are told. */
#define MAX_NODE_BITS (TIERMM_MAX_NODES + 1)

int tiermm__linux_allowed_nodes(struct tiermm_nodeset *out)
{
	unsigned long bits[TIERMM_MAX_NODES / (8 * sizeof(unsigned long))];

	memset(out, 0, sizeof(*out));
	memset(bits, 0, sizeof(bits));
	if (syscall(SYS_get_mempolicy, NULL, bits, TIERMM_MAX_NODES, NULL,
		    MPOL_F_MEMS_ALLOWED))
		return -1;
	for (int32_t node = 0; node < TIERMM_MAX_NODES; node++) {
		size_t at = (size_t)node / (8 * sizeof(bits[0]));

		if (bits[at] >> (size_t)node % (8 * sizeof(bits[0])) & 1)
			tiermm_nodeset_add(out, node);
	}
	return 0;
}

/* One written page, or NULL. */
static void *map_page(void)
{
	size_t bytes = (size_t)sysconf(_SC_PAGESIZE);
	void *page = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		return NULL;
	memset(page, 1, bytes);
	return page;
}

static void unmap_page(void *page)
{
	munmap(page, (size_t)sysconf(_SC_PAGESIZE));
}

/* The node that a page is on: 0 or more, or an error with errno set. */
static int locate(void *page)
{
	int status = -EINVAL;

	if (syscall(SYS_move_pages, 0, 1ul, &page, NULL, &status, 0))
		return -1;
	if (status < 0)
		errno = -status;
	return status < 0 ? -1 : status;
}

/* A node with memory that the page is not on and may be on, or the same. */
static int other_node(const struct probe *p, int here)
{
	struct tiermm_nodeset allowed;
	int32_t node = TIERMM_NO_NODE;

	if (tiermm__linux_allowed_nodes(&allowed))
		allowed = p->memory;
	while ((node = tiermm_nodeset_next(&allowed, node)) != TIERMM_NO_NODE)
		if (node != here && tiermm_nodeset_has(&p->memory, node))
			return node;
	return here;
}

static void try_move(struct probe *p, void *page,
		     struct tiermm_linux_finding *f)
{
	int here = locate(page), there, status = -EINVAL;

	if (here < 0) {
		tiermm__linux_say_error(f, "move_pages", FILTER_REMEDY);
		return;
	}
	there = other_node(p, here);
	if (syscall(SYS_move_pages, 0, 1ul, &page, &there, &status,
		    MPOL_MF_MOVE) < 0) {
		tiermm__linux_say_error(f, "move_pages", FILTER_REMEDY);
		return;
	}
	if (locate(page) != there)
		tiermm__linux_say(f, TIERMM_FINDING_MISSING,
				  "look for free memory on that node",
				  "a page did not get from node %d to node %d "
				  "(status %d)",
				  here, there, status);
	else if (here == there)
		tiermm__linux_say(f, TIERMM_FINDING_WORKS, "",
				  "the call answers; with one node in reach no "
				  "move could be seen");
	else
		tiermm__linux_say(f, TIERMM_FINDING_WORKS, "",
				  "a page got from node %d to node %d", here,
				  there);
}

/* Run a trial on a page of its own. */
static void with_page(struct probe *p, struct tiermm_linux_finding *f,
		      void (*trial)(struct probe *p, void *page,
				    struct tiermm_linux_finding *f))
{
	void *page = map_page();

	if (!page) {
		tiermm__linux_say_error(f, "mmap", FILTER_REMEDY);
		return;
	}
	trial(p, page, f);
	unmap_page(page);
}

void tiermm__linux_probe_move_pages(struct probe *p,
				    struct tiermm_linux_finding *f)
{
	with_page(p, f, try_move);
}

/* No page is named, so nothing moves: the kernel checks privilege first. */
void tiermm__linux_probe_move_others(struct probe *p,
				     struct tiermm_linux_finding *f)
{
	(void)p;
	if (getpid() == 1)
		tiermm__linux_say(f, TIERMM_FINDING_UNKNOWN, "",
				  "this is process 1: no other to try with");
	else if (syscall(SYS_move_pages, 1, 0ul, NULL, NULL, NULL,
			 MPOL_MF_MOVE_ALL) == 0)
		tiermm__linux_say(f, TIERMM_FINDING_WORKS, "",
				  "may move pages of process 1, shared ones "
				  "too");
	else
		tiermm__linux_say_error(f, "move_pages of process 1",
					"CAP_SYS_NICE, CAP_SYS_PTRACE, and no "
					"security module against it");
}

static void try_bind(struct probe *p, void *page,
		     struct tiermm_linux_finding *f)
{
	unsigned long bits[TIERMM_MAX_NODES / (8 * sizeof(unsigned long)) + 1];
	int here = locate(page), mode = -1;
	size_t at = here < 0 ? 0 : (size_t)here;

	(void)p;
	memset(bits, 0, sizeof(bits));
	bits[at / (8 * sizeof(bits[0]))] |= 1ul << at % (8 * sizeof(bits[0]));
	if (syscall(SYS_mbind, page, sysconf(_SC_PAGESIZE), MPOL_BIND, bits,
		    MAX_NODE_BITS, 0) ||
	    syscall(SYS_get_mempolicy, &mode, NULL, 0, page, MPOL_F_ADDR))
		tiermm__linux_say_error(f, "mbind", FILTER_REMEDY);
	else if (mode != MPOL_BIND)
		tiermm__linux_say(f, TIERMM_FINDING_MISSING, FILTER_REMEDY,
				  "mbind returned 0 and bound nothing");
	else
		tiermm__linux_say(f, TIERMM_FINDING_WORKS, "",
				  "a page was bound to node %zu", at);
}

void tiermm__linux_probe_mbind(struct probe *p, struct tiermm_linux_finding *f)
{
	with_page(p, f, try_bind);
}

/* Whether a page of ours is mapped: 1, 0, or -1 where nobody tells. */
static int is_present(const void *page)
{
	size_t bytes = (size_t)sysconf(_SC_PAGESIZE);
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	uint64_t entry;
	ssize_t got;

	if (fd < 0)
		return -1;
	got = pread(fd, &entry, sizeof(entry),
		    (off_t)((uintptr_t)page / bytes * sizeof(entry)));
	close(fd);
	/* Bit 63: there is a page; bit 62, a swap entry, excludes it. */
	return got == (ssize_t)sizeof(entry) ? (int)(entry >> 63) : -1;
}

static void try_page_out(struct probe *p, void *page,
			 struct tiermm_linux_finding *f)
{
	struct iovec range = { page, (size_t)sysconf(_SC_PAGESIZE) };
	int self = (int)syscall(SYS_pidfd_open, getpid(), 0);
	int present;
	long done;

	(void)p;
	if (self < 0) {
		tiermm__linux_say_error(f, "pidfd_open", FILTER_REMEDY);
		return;
	}
	done = syscall(SYS_process_madvise, self, &range, 1ul, MADV_PAGEOUT,
		       0u);
	if (done < 0)
		tiermm__linux_say_error(f, "process_madvise", FILTER_REMEDY);
	close(self);
	if (done < 0)
		return;
	present = is_present(page);
	if (present < 0)
		tiermm__linux_say_error(f, "/proc/self/pagemap", "mount /proc");
	else if (present == 0)
		tiermm__linux_say(f, TIERMM_FINDING_WORKS, "",
				  "a page went out to swap");
	else
		tiermm__linux_say(f, TIERMM_FINDING_MISSING,
				  "look for room in swap and for the cgroup's "
				  "memory.swap.max",
				  "process_madvise returned %ld, the page "
				  "stayed",
				  done);
}

void tiermm__linux_probe_page_out(struct probe *p,
				  struct tiermm_linux_finding *f)
{
	struct tree *t = p->tree;
	int got = tiermm__linux_tree_load(t, "/proc/swaps");

	/* A header line alone: paging out would return 0 and do nothing. */
	if (got > 0 && !memchr(t->text, '/', t->length))
		tiermm__linux_say(f, TIERMM_FINDING_MISSING,
				  "add swap: a partition, a file or zram",
				  "there is no swap: paged out means nothing");
	else
		with_page(p, f, try_page_out);
}

/* The query alone: registering would change how this process is switched. */
void tiermm__linux_probe_membarrier(struct probe *p,
				    struct tiermm_linux_finding *f)
{
	long mask = syscall(SYS_membarrier, MEMBARRIER_CMD_QUERY, 0, 0);

	(void)p;
	if (mask < 0)
		tiermm__linux_say_error(f, "membarrier", FILTER_REMEDY);
	else if (mask & MEMBARRIER_CMD_PRIVATE_EXPEDITED)
		tiermm__linux_say(f, TIERMM_FINDING_WORKS, "",
				  "private expedited barriers are offered");
	else
		tiermm__linux_say(f, TIERMM_FINDING_MISSING,
				  "use readers that fence by themselves",
				  "no private expedited barriers");
}

void tiermm__linux_probe_uevents(struct probe *p,
				 struct tiermm_linux_finding *f)
{
	struct tiermm_linux_events *e;

	(void)p;
	if (tiermm_linux_events_create(&e, NULL)) {
		tiermm__linux_say(f, TIERMM_FINDING_MISSING,
				  "allow netlink sockets, or read the machine "
				  "again from time to time",
				  "no socket for kernel events");
		return;
	}
	tiermm_linux_events_destroy(e);
	tiermm__linux_say(f, TIERMM_FINDING_WORKS, "",
			  "kernel events can be listened to");
}
