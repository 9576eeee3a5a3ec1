/* SPDX-License-Identifier: MIT */
/* DAMON's files, made up. */
#include <support/cmocka.h>

#include "fake_damon.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KDAMONDS "/fake/kernel/mm/damon/admin/kdamonds/"
#define CONTEXT "0/contexts/0/"
#define REGIONS CONTEXT "schemes/0/tried_regions/"
#define FIRST_FILE 10

void fake_damon_reset(struct fake_damon *d)
{
	memset(d, 0, sizeof(*d));
	d->operations = "vaddr\nfvaddr\npaddr\n";
	fake_damon_put(d, "nr_kdamonds", "0");
	d->writes = 0;
}

const char *fake_damon_value(const struct fake_damon *d, const char *name)
{
	for (int i = 0; i < d->n_values; i++)
		if (strcmp(d->value[i].name, name) == 0)
			return d->value[i].text;
	return "";
}

static uint64_t number(const struct fake_damon *d, const char *name)
{
	return strtoull(fake_damon_value(d, name), NULL, 10);
}

static int begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

/* Directories are there as their counts say. */
static int is_there(const struct fake_damon *d, const char *name)
{
	if (d->is_missing)
		return 0;
	if (begins(name, "0/") && !number(d, "nr_kdamonds"))
		return 0;
	if (begins(name, CONTEXT) && !number(d, "0/contexts/nr_contexts"))
		return 0;
	if (begins(name, CONTEXT "targets/0/") &&
	    !number(d, CONTEXT "targets/nr_targets"))
		return 0;
	if (begins(name, CONTEXT "schemes/0/") &&
	    !number(d, CONTEXT "schemes/nr_schemes"))
		return 0;
	if (begins(name, REGIONS))
		return d->gathered &&
		       strtoul(name + strlen(REGIONS), NULL, 10) < d->n_regions;
	return strcmp(name, CONTEXT "avail_operations") != 0 || d->operations;
}

void fake_damon_put(struct fake_damon *d, const char *name, const char *text)
{
	int i = 0;

	/* A new count makes all directories anew. */
	if (strcmp(name, "nr_kdamonds") == 0)
		d->n_values = 0;
	while (i < d->n_values && strcmp(d->value[i].name, name) != 0)
		i++;
	assert_true(i < FAKE_DAMON_VALUES);
	snprintf(d->value[i].name, FAKE_DAMON_PATH, "%s", name);
	snprintf(d->value[i].text, FAKE_DAMON_TEXT, "%s", text);
	if (i == d->n_values)
		d->n_values++;
	d->writes++;
}

static long write_state(struct fake_damon *d, const char *text)
{
	if (strcmp(text, "on") == 0) {
		if (d->is_on || d->on_fails_with)
			return d->is_on ? -EBUSY : d->on_fails_with;
		d->is_on = 1;
	} else if (strcmp(text, "off") == 0) {
		if (!d->is_on)
			return -EPERM;
		d->is_on = 0;
	} else {
		assert_string_equal(text, "update_schemes_tried_regions");
		if (!d->is_on)
			return -EINVAL;
		d->gathered++;
	}
	return 0;
}

static int enter(struct fake_damon *d)
{
	d->calls++;
	return d->fail_at && d->calls >= d->fail_at &&
			       d->calls - d->fail_at < d->fail_times
		       ? d->fail_with
		       : 0;
}

static long fake_open(void *self, const char *path, int for_writing)
{
	struct fake_damon *d = self;
	int error = enter(d), i = 0;

	(void)for_writing;
	if (begins(path, KDAMONDS)) {
		d->opened++;
		if (!error && !is_there(d, path + strlen(KDAMONDS)))
			error = -ENOENT;
	} else {
		assert_true(begins(path, "/proc/"));
		if (!error && d->has_ended)
			error = -ENOENT;
	}
	if (error)
		return error;
	while (d->file[i][0])
		i++;
	assert_true(i < FAKE_DAMON_FILES);
	snprintf(d->file[i], FAKE_DAMON_PATH, "%s",
		 begins(path, KDAMONDS) ? path + strlen(KDAMONDS) : path);
	d->offset[i] = 0;
	d->open_files++;
	return FIRST_FILE + i;
}

static void fake_close(void *self, int fd)
{
	struct fake_damon *d = self;

	assert_true(d->file[fd - FIRST_FILE][0]);
	d->file[fd - FIRST_FILE][0] = 0;
	d->open_files--;
}

static uint64_t field(const struct fake_region *r, const char *name)
{
	if (strcmp(name, "start") == 0)
		return r->start;
	if (strcmp(name, "end") == 0)
		return r->end;
	if (strcmp(name, "nr_accesses") == 0)
		return r->accesses;
	assert_string_equal(name, "age");
	return r->age;
}

static void contents(const struct fake_damon *d, const char *name,
		     char out[FAKE_DAMON_TEXT])
{
	char *end;
	unsigned long i;

	if (strcmp(name, CONTEXT "avail_operations") == 0) {
		snprintf(out, FAKE_DAMON_TEXT, "%s", d->operations);
	} else if (begins(name, REGIONS)) {
		i = strtoul(name + strlen(REGIONS), &end, 10);
		snprintf(out, FAKE_DAMON_TEXT, "%" PRIu64 "\n",
			 field(&d->regions[i], end + 1));
	} else {
		snprintf(out, FAKE_DAMON_TEXT, "%.60s\n",
			 fake_damon_value(d, name));
	}
}

static long fake_read(void *self, int fd, void *to, uint64_t n)
{
	struct fake_damon *d = self;
	char text[FAKE_DAMON_TEXT];
	int error = enter(d), i = fd - FIRST_FILE;
	uint64_t left;

	if (error)
		return error;
	contents(d, d->file[i], text);
	left = strlen(text) - d->offset[i];
	if (left > n)
		left = n;
	memcpy(to, text + d->offset[i], left);
	d->offset[i] += left;
	return (long)left;
}

static long fake_write(void *self, int fd, const void *from, uint64_t n)
{
	struct fake_damon *d = self;
	const char *name = d->file[fd - FIRST_FILE];
	char text[FAKE_DAMON_TEXT] = { 0 };
	long error = enter(d);

	assert_true(n < sizeof(text));
	memcpy(text, from, n);
	if (!error && strcmp(name, "nr_kdamonds") == 0 && d->is_on)
		error = -EBUSY;
	if (!error && strcmp(name, "0/state") == 0)
		error = write_state(d, text);
	if (error)
		return error;
	fake_damon_put(d, name, text);
	return (long)n;
}

const struct kernel_calls fake_damon_calls = {
	.open = fake_open,
	.read = fake_read,
	.write = fake_write,
	.close = fake_close,
};
