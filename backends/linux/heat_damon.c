/* SPDX-License-Identifier: MIT */
/*
 * DAMON, set up over sysfs for one process and emptied again (E16,
 * requirement 25). There is one for the whole machine: it is taken only while
 * nobody has it, and given back only while it is still ours.
 */
#define _GNU_SOURCE
#include "heat.h"
#include "parse.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define KDAMONDS "%s/kernel/mm/damon/admin/kdamonds/%s"
#define COUNT "nr_kdamonds"
#define CONTEXT "0/contexts/0/"
#define ATTRIBUTES CONTEXT "monitoring_attrs/"
#define TARGET CONTEXT "targets/0/pid_target"
#define PATTERN CONTEXT "schemes/0/access_pattern/"
/* New mappings are seen after so many aggregations. */
#define UPDATE_AGGREGATIONS 10
/* Others who read DAMON's files hold its lock for a moment. */
#define ATTEMPTS 64

long tiermm__linux_damon_write(const struct tiermm_linux_heat *h,
			       const char *name, const char *text)
{
	uint64_t n = strlen(text);
	char path[HEAT_PATH];
	long fd, got;

	snprintf(path, sizeof(path), KDAMONDS, h->sys, name);
	fd = h->calls->open(h->calls_self, path, 1);
	if (fd < 0)
		return fd;
	got = h->calls->write(h->calls_self, (int)fd, text, n);
	h->calls->close(h->calls_self, (int)fd);
	if (got < 0)
		return got;
	return (uint64_t)got == n ? 0 : -EIO;
}

long tiermm__linux_damon_number(const struct tiermm_linux_heat *h,
				const char *name, uint64_t *out)
{
	char path[HEAT_PATH], text[HEAT_NUMBER];
	long got;

	snprintf(path, sizeof(path), KDAMONDS, h->sys, name);
	got = tiermm__linux_slurp(h->calls, h->calls_self, path, text,
				  sizeof(text));
	if (got < 0)
		return got;
	return tiermm__linux_only_number(tiermm__linux_cursor(text,
							      (size_t)got),
					 UINT64_MAX, out)
		       ? -EIO
		       : 0;
}

/* Write where a moment's lock of somebody else is no answer. */
static long insist(const struct tiermm_linux_heat *h, const char *name,
		   const char *text)
{
	long err = -EBUSY;

	for (int i = 0; err == -EBUSY && i < ATTEMPTS; i++)
		err = tiermm__linux_damon_write(h, name, text);
	return err;
}

static long write_number(const struct tiermm_linux_heat *h, const char *name,
			 uint64_t value)
{
	char text[HEAT_NUMBER];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	return tiermm__linux_damon_write(h, name, text);
}

/*
 * Whether virtual addresses can be watched: the kernel takes the name of
 * operations that it was built without, and fails at the start only.
 */
static long see_operations(const struct tiermm_linux_heat *h)
{
	char path[HEAT_PATH], text[128] = { 0 };
	long got;

	snprintf(path, sizeof(path), KDAMONDS, h->sys,
		 CONTEXT "avail_operations");
	got = tiermm__linux_slurp(h->calls, h->calls_self, path, text,
				  sizeof(text) - 1);
	/* Linux before 6.0 does not list them. */
	if (got < 0)
		return got == -ENOENT ? 0 : got;
	return strncmp(text, "vaddr\n", 6) == 0 || strstr(text, "\nvaddr\n")
		       ? 0
		       : -ENOSYS;
}

/* Whom to watch, and how often. */
static long describe(const struct tiermm_linux_heat *h)
{
	const struct tiermm_linux_heat_options *o = &h->options;
	const struct {
		const char *name;
		uint64_t value;
	} numbers[] = {
		{ ATTRIBUTES "intervals/sample_us", o->sample_us },
		{ ATTRIBUTES "intervals/aggr_us", o->aggregate_us },
		{ ATTRIBUTES "intervals/update_us",
		  o->aggregate_us * UPDATE_AGGREGATIONS },
		{ ATTRIBUTES "nr_regions/min", o->min_regions },
		{ ATTRIBUTES "nr_regions/max", o->max_regions },
		{ CONTEXT "targets/nr_targets", 1 },
		{ TARGET, (uint64_t)o->pid },
		{ CONTEXT "schemes/nr_schemes", 1 },
		/* All there is; what is not said is zero. */
		{ PATTERN "sz/max", SIZE_MAX },
		{ PATTERN "nr_accesses/max", UINT32_MAX },
		{ PATTERN "age/max", UINT32_MAX },
	};
	long err = tiermm__linux_damon_write(h, CONTEXT "operations", "vaddr");

	for (size_t i = 0; !err && i < sizeof(numbers) / sizeof(numbers[0]);
	     i++)
		err = write_number(h, numbers[i].name, numbers[i].value);
	return err;
}

static long set_up(const struct tiermm_linux_heat *h)
{
	long err = write_number(h, "0/contexts/nr_contexts", 1);

	if (!err)
		err = see_operations(h);
	if (!err)
		err = describe(h);
	/* A scheme that acts on nothing; its regions are what we read. */
	if (!err)
		err = tiermm__linux_damon_write(h, CONTEXT "schemes/0/action",
						"stat");
	if (!err)
		err = tiermm__linux_damon_write(h, "0/state", "on");
	return err;
}

long tiermm__linux_damon_begin(struct tiermm_linux_heat *h)
{
	uint64_t users = 0;
	long err;

	if (!h->options.pid)
		h->options.pid = getpid();
	err = tiermm__linux_heat_process(h);
	if (err)
		return err;
	err = tiermm__linux_damon_number(h, COUNT, &users);
	if (!err && users)
		return -EBUSY;
	if (!err)
		err = tiermm__linux_damon_write(h, COUNT, "1");
	if (!err) {
		err = set_up(h);
		if (err)
			(void)insist(h, COUNT, "0");
		h->has_damon = !err;
	}
	/* Not the process: that is there. */
	return err == -ENOENT ? -ENOSYS : err;
}

/*
 * It can have become another's only after it went off by itself, with the
 * process: nobody can set it up while it is on.
 */
static int is_ours(const struct tiermm_linux_heat *h)
{
	uint64_t users = 0, pid = 0;
	long err = -EBUSY;

	for (int i = 0; err == -EBUSY && i < ATTEMPTS; i++) {
		err = tiermm__linux_damon_number(h, COUNT, &users);
		if (!err)
			err = tiermm__linux_damon_number(h, TARGET, &pid);
	}
	return !err && users == 1 && pid == (uint64_t)h->options.pid;
}

void tiermm__linux_damon_end(struct tiermm_linux_heat *h)
{
	if (!h->has_damon || !is_ours(h))
		return;
	/* Refused where it went off by itself: then there is less to do. */
	(void)insist(h, "0/state", "off");
	(void)insist(h, COUNT, "0");
}
