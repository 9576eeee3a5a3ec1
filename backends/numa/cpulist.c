/* SPDX-License-Identifier: MIT */
/* The CPUs of a node: "0-3,8", read a piece at a time. */
#define _GNU_SOURCE
#include "cpulist.h"

#include <tiermm/error.h>
#include <tiermm/types.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define PIECE 512

/* A file, a piece of it at a time. */
struct stream {
	int fd;
	ssize_t at;
	ssize_t end;
	char piece[PIECE];
};

/* The next character without taking it, or -1 at the end. */
static int peek(struct stream *s)
{
	if (s->at == s->end) {
		s->at = 0;
		do
			s->end = read(s->fd, s->piece, sizeof(s->piece));
		while (s->end < 0 && errno == EINTR);
		if (s->end <= 0) {
			s->end = 0;
			return -1;
		}
	}
	return (unsigned char)s->piece[s->at];
}

static int take(struct stream *s, char expected)
{
	if (peek(s) != expected)
		return 0;
	s->at++;
	return 1;
}

static int number(struct stream *s, uint32_t *out)
{
	uint32_t value = 0;
	int digits = 0;

	for (int c = peek(s); c >= '0' && c <= '9'; c = peek(s)) {
		value = value * 10 + (uint32_t)(c - '0');
		if (value >= TIERMM_MAX_CPUS)
			return -TIERMM_EINVAL;
		s->at++;
		digits = 1;
	}
	*out = value;
	return digits ? 0 : -TIERMM_EINVAL;
}

/* One "8" or "0-3". */
static int range(struct stream *s, uint32_t *first, uint32_t *last)
{
	int err = number(s, first);

	*last = *first;
	if (!err && take(s, '-'))
		err = number(s, last);
	return err;
}

static int read_list(struct stream *s, int32_t node,
		     int (*put)(void *self, uint32_t cpu, int32_t node),
		     void *self)
{
	uint32_t first, last;

	if (peek(s) == '\n' || peek(s) == -1)
		return 0;
	do {
		int err = range(s, &first, &last);

		for (; !err && first <= last; first++)
			err = put(self, first, node);
		if (err)
			return err;
	} while (take(s, ','));
	return peek(s) == '\n' || peek(s) == -1 ? 0 : -TIERMM_EINVAL;
}

int tiermm__numa_cpulist(int32_t node,
			 int (*put)(void *self, uint32_t cpu, int32_t node),
			 void *self)
{
	struct stream s = { .at = 0, .end = 0 };
	char path[64];
	int err;

	snprintf(path, sizeof(path), "/sys/devices/system/node/node%d/cpulist",
		 node);
	s.fd = open(path, O_RDONLY | O_CLOEXEC);
	if (s.fd < 0)
		return 0;
	err = read_list(&s, node, put, self);
	close(s.fd);
	return err;
}
