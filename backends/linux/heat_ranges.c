/* SPDX-License-Identifier: MIT */
/*
 * Mappings of a process, from its maps or smaps. Both begin a mapping with
 *
 *     7f0000000000-7f0000200000 rw-p 00000000 00:00 0      [heap]
 *
 * and smaps goes on with lines "Name:   value". The files are read as a
 * stream: a process may have any number of mappings.
 */
#define _GNU_SOURCE
#include "heat.h"
#include "parse.h"

#include <errno.h>
#include <string.h>

#define LINE_BYTES 4608 /* a path is at most 4096 */

/* Where a walk is. */
struct reader {
	const struct walk *walk;
	struct tiermm_linux_range range; /* its lines are being read */
	uint32_t has_range;
	uint32_t is_left_out;
};

static int hex(struct cursor *c, uint64_t *out)
{
	const char *first = c->at;

	*out = 0;
	for (; c->at < c->end && c->at - first < 16; c->at++) {
		char digit = *c->at;

		if (digit >= '0' && digit <= '9')
			*out = *out << 4 | (uint64_t)(digit - '0');
		else if (digit >= 'a' && digit <= 'f')
			*out = *out << 4 | (uint64_t)(digit - 'a' + 10);
		else
			break;
	}
	return c->at == first ? -1 : 0;
}

/* Step over a field and the blanks behind it. */
static void skip_field(struct cursor *c)
{
	while (c->at < c->end && *c->at != ' ')
		c->at++;
	tiermm__linux_blanks(c);
}

static int begins(const struct cursor *c, const char *word)
{
	struct cursor copy = *c;

	return tiermm__linux_word(&copy, word);
}

/* By its name: put there by the kernel or a device, or hugetlb. */
static int is_special(const struct cursor *path)
{
	if (begins(path, "[vdso]") || begins(path, "[vvar") ||
	    begins(path, "[vsyscall]") || begins(path, "/anon_hugepage") ||
	    begins(path, "/SYSV-hugetlb"))
		return 1;
	return begins(path, "/dev/") && !begins(path, "/dev/zero") &&
	       !begins(path, "/dev/shm/");
}

/* "rw-p" and the path behind it. */
static void classify(struct reader *r, const char permissions[4],
		     const struct cursor *path)
{
	uint32_t flags = r->walk->flags;
	/* "[anon:name]", "[heap]" and "[stack]" are no files. */
	int is_file = path->at < path->end && *path->at == '/';

	r->range.flags =
		permissions[1] == 'w' ? TIERMM_LINUX_RANGE_WRITABLE : 0;
	r->range.kind = permissions[3] == 's' ? TIERMM_LINUX_RANGE_SHARED
			: is_file             ? TIERMM_LINUX_RANGE_FILE
					      : TIERMM_LINUX_RANGE_ANONYMOUS;
	r->is_left_out = is_special(path) ||
			 memcmp(permissions, "---", 3) == 0 ||
			 (r->range.kind == TIERMM_LINUX_RANGE_SHARED &&
			  !(flags & TIERMM_LINUX_RANGES_SHARED)) ||
			 (r->range.kind == TIERMM_LINUX_RANGE_FILE &&
			  !(flags & TIERMM_LINUX_RANGES_FILES));
}

static int end_range(struct reader *r)
{
	int result = 0;

	if (r->has_range && !r->is_left_out)
		result = r->walk->put(r->walk->put_self, &r->range);
	r->has_range = 0;
	return result;
}

/* The first line of a mapping. */
static int begin_range(struct reader *r, struct cursor c)
{
	char permissions[4];
	int err = end_range(r);

	if (err)
		return err;
	memset(&r->range, 0, sizeof(r->range));
	if (hex(&c, &r->range.start) || !tiermm__linux_take(&c, '-') ||
	    hex(&c, &r->range.end) || !tiermm__linux_take(&c, ' ') ||
	    c.end - c.at < 5 || c.at[4] != ' ' ||
	    r->range.end <= r->range.start)
		return -TIERMM_EPROTO;
	memcpy(permissions, c.at, sizeof(permissions));
	for (int i = 0; i < 4; i++)
		skip_field(&c);
	/* The path: behind permissions, offset, device and inode. */
	classify(r, permissions, &c);
	r->has_range = 1;
	return 0;
}

/* "Rss:    1234 kB" of smaps. */
static void count(struct reader *r, struct cursor c, uint64_t *pages)
{
	uint64_t kib;

	tiermm__linux_blanks(&c);
	if (!tiermm__linux_number(&c, UINT64_MAX >> 11, &kib))
		*pages = kib * 1024 / r->walk->page_bytes;
}

/* "VmFlags: rd wr mr": hugetlb, devices, locked. */
static void take_flags(struct reader *r, struct cursor c)
{
	for (tiermm__linux_blanks(&c); c.at < c.end; skip_field(&c)) {
		if (begins(&c, "ht") || begins(&c, "io") || begins(&c, "pf"))
			r->is_left_out = 1;
		if (begins(&c, "lo"))
			r->range.flags |= TIERMM_LINUX_RANGE_LOCKED;
	}
}

static int take_line(struct reader *r, const char *line, size_t length)
{
	struct cursor c = { line, line + length };

	/* Names begin with a capital, addresses do not have any. */
	if (length && *line >= 'A' && *line <= 'Z') {
		if (tiermm__linux_word(&c, "Rss:"))
			count(r, c, &r->range.rss_pages);
		else if (tiermm__linux_word(&c, "Referenced:"))
			count(r, c, &r->range.referenced_pages);
		else if (tiermm__linux_word(&c, "VmFlags:"))
			take_flags(r, c);
		return 0;
	}
	return begin_range(r, c);
}

/* Take the whole lines of a text: how many bytes are left, or an error. */
static long take_lines(struct reader *r, char *text, size_t length)
{
	char *at = text, *end;

	while ((end = memchr(at, '\n', length))) {
		int err = take_line(r, at, (size_t)(end - at));

		if (err)
			return err < 0 ? err : -err;
		length -= (size_t)(end + 1 - at);
		at = end + 1;
	}
	memmove(text, at, length);
	return (long)length;
}

int tiermm__linux_walk(const struct walk *walk, const char *path)
{
	struct reader r = { .walk = walk };
	char text[LINE_BYTES];
	long fd = walk->calls->open(walk->calls_self, path, 0);
	long got, left = 0;

	if (fd < 0)
		return tiermm__linux_heat_error(fd);
	do {
		got = walk->calls->read(walk->calls_self, (int)fd, text + left,
					sizeof(text) - (size_t)left);
		if (got > 0)
			left = take_lines(&r, text, (size_t)(left + got));
		else
			break;
	} while (left >= 0 && left < (long)sizeof(text));
	walk->calls->close(walk->calls_self, (int)fd);
	if (got < 0)
		return tiermm__linux_heat_error(got);
	/* Half a line at the end, or one without an end. */
	if (left)
		return left < 0 ? (int)left : -TIERMM_EPROTO;
	return end_range(&r);
}

/* The caller's array. */
struct list {
	struct tiermm_linux_range *out;
	uint64_t cap;
	uint64_t n;
};

static int put_in_list(void *self, const struct tiermm_linux_range *range)
{
	struct list *list = self;

	if (list->n < list->cap)
		list->out[list->n] = *range;
	list->n++;
	return 0;
}

int tiermm_linux_ranges(const struct tiermm_linux_heat_options *options,
			struct tiermm_linux_range *out, uint64_t cap,
			uint64_t *n_out)
{
	struct tiermm_linux_heat_options known;
	struct list list = { out, cap, 0 };
	struct walk walk = { .calls = &tiermm__linux_kernel,
			     .put = put_in_list,
			     .put_self = &list };
	char path[HEAT_PATH];
	int err;

	if (!n_out || (cap && !out))
		return -TIERMM_EINVAL;
	err = tiermm__linux_heat_options(&known, options);
	if (err)
		return err;
	walk.flags = known.flags;
	walk.page_bytes = tiermm__linux_page_bytes();
	tiermm__linux_heat_path(path, known.proc, known.pid,
				known.flags & TIERMM_LINUX_RANGES_COUNTS
					? "smaps"
					: "maps");
	err = tiermm__linux_walk(&walk, path);
	if (err)
		return err;
	*n_out = list.n;
	return 0;
}
