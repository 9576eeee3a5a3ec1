/* SPDX-License-Identifier: MIT */
/*
 * The kernel's uevents as a file descriptor. Calls of the system: socket,
 * setsockopt and bind when created, recvmsg when read, close when destroyed.
 */
#define _GNU_SOURCE
#include "support.h"
#include "uevent.h"

#include <errno.h>
#include <linux/netlink.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The kernel's own limit of one message is 2048 and a header. */
#define MESSAGE_BYTES 8192
/* Plugging in a terabyte is thousands of blocks at once. */
#define QUEUE_BYTES (1 << 20)
/* Messages a call looks at: others may come in as fast as we read. */
#define MESSAGES_A_CALL 4096

struct tiermm_linux_events {
	int fd;
	_Atomic uint32_t inside; /* one reader at a time */
	struct tiermm_alloc mem;
	char message[MESSAGE_BYTES];
};

static int listen_to_kernel(void)
{
	struct sockaddr_nl name = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	int bytes = QUEUE_BYTES;
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
			NETLINK_KOBJECT_UEVENT);

	if (fd < 0)
		return -1;
	/* A smaller queue works too: what is lost is told as an overrun. */
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	if (bind(fd, (struct sockaddr *)&name, sizeof(name)) == 0)
		return fd;
	close(fd);
	return -1;
}

int tiermm_linux_events_create(struct tiermm_linux_events **out,
			       const struct tiermm_alloc *mem)
{
	struct tiermm_linux_events *e;
	struct tiermm_alloc alloc;
	int err;

	if (!out)
		return -TIERMM_EINVAL;
	*out = NULL;
	err = tiermm__linux_alloc(&alloc, mem);
	if (err)
		return err;
	e = alloc.alloc(alloc.self, sizeof(*e), _Alignof(max_align_t));
	if (!e)
		return -TIERMM_ENOMEM;
	e->mem = alloc;
	atomic_init(&e->inside, 0);
	e->fd = listen_to_kernel();
	if (e->fd < 0)
		goto free_stream;
	*out = e;
	return 0;
free_stream:
	alloc.free(alloc.self, e, sizeof(*e));
	return -TIERMM_ENOTSUP;
}

void tiermm_linux_events_destroy(struct tiermm_linux_events *e)
{
	struct tiermm_alloc mem;

	if (!e)
		return;
	close(e->fd);
	mem = e->mem;
	mem.free(mem.self, e, sizeof(*e));
}

int tiermm_linux_events_fd(const struct tiermm_linux_events *e)
{
	return e->fd;
}

/* What the next message is. */
enum {
	NOTHING, /* none has come in */
	OTHER,   /* of no interest */
	EVENT,
	BROKEN
};

static int take_message(struct tiermm_linux_events *e,
			struct tiermm_linux_event *out)
{
	struct sockaddr_nl from = { .nl_pid = 0 };
	struct iovec into = { e->message, sizeof(e->message) };
	struct msghdr header = { .msg_name = &from,
				 .msg_namelen = sizeof(from),
				 .msg_iov = &into,
				 .msg_iovlen = 1 };
	ssize_t got = recvmsg(e->fd, &header, MSG_DONTWAIT);

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return errno == EINTR ? OTHER : NOTHING;
	if (got < 0 && errno != ENOBUFS)
		return BROKEN;
	if (got < 0 || (header.msg_flags & MSG_TRUNC)) {
		*out = (struct tiermm_linux_event){ TIERMM_LINUX_OVERRUN, 0,
						    0 };
		return EVENT;
	}
	/* Other programs may send to the group: only the kernel is 0. */
	if (from.nl_pid || !tiermm__linux_uevent(e->message, (size_t)got, out))
		return OTHER;
	return EVENT;
}

static int take_messages(struct tiermm_linux_events *e,
			 struct tiermm_linux_event *out, uint64_t cap,
			 uint64_t *n_out)
{
	uint64_t n = 0;

	for (uint32_t i = 0; i < MESSAGES_A_CALL && n < cap; i++) {
		int what = take_message(e, &out[n]);

		if (what == BROKEN && n == 0)
			return -TIERMM_EIO;
		if (what == BROKEN || what == NOTHING)
			break;
		if (what == EVENT)
			n++;
	}
	*n_out = n;
	return 0;
}

int tiermm_linux_events_read(struct tiermm_linux_events *e,
			     struct tiermm_linux_event *out, uint64_t cap,
			     uint64_t *n_out)
{
	int err;

	if (!e || !out || !cap || !n_out)
		return -TIERMM_EINVAL;
	/* Acquire, with the release below: the owner before us is done. */
	if (atomic_exchange_explicit(&e->inside, 1, memory_order_acquire))
		return -TIERMM_EBUSY;
	err = take_messages(e, out, cap, n_out);
	/* Release, with the acquire above. */
	atomic_store_explicit(&e->inside, 0, memory_order_release);
	return err;
}
