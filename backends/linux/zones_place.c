/* SPDX-License-Identifier: MIT */
/* Files of zones and blocks below two roots, and complaints about them. */
#define _GNU_SOURCE
#include "zones.h"

#include "support.h"

#include <errno.h>
#include <string.h>

#define DEFAULT_BLOCKS 1024
#define MOST_BLOCKS (UINT64_C(1) << 32)

static int put_roots(struct place *p,
		     const struct tiermm_linux_zones_options *o)
{
	const char *root = o->root ? o->root : "/sys";
	int n = snprintf(p->root, sizeof(p->root), "%s", root), m;

	if (o->proc)
		m = snprintf(p->proc, sizeof(p->proc), "%s", o->proc);
	else if (o->root && strcmp(o->root, "/sys") != 0)
		m = snprintf(p->proc, sizeof(p->proc), "%s/../proc", root);
	else
		m = snprintf(p->proc, sizeof(p->proc), "/proc");
	return n < 0 || m < 0 || (size_t)n >= sizeof(p->root) ||
			       (size_t)m >= sizeof(p->proc)
		       ? -TIERMM_EINVAL
		       : 0;
}

int tiermm__linux_place(struct place *p,
			const struct tiermm_linux_zones_options *options,
			struct tiermm_linux_error *error)
{
	struct tiermm_linux_zones_options o = { .size = sizeof(o) };
	int err = 0;

	memset(p, 0, sizeof(*p));
	p->error = error;
	if (error)
		error->text[0] = '\0';
	if (options)
		err = tiermm__linux_copy(&o, sizeof(o), options, 0);
	if (err)
		return err;
	if (o.max_blocks > MOST_BLOCKS)
		return -TIERMM_EINVAL;
	p->boot_end = o.boot_end_bytes;
	p->max_blocks = o.max_blocks ? o.max_blocks : DEFAULT_BLOCKS;
	return put_roots(p, &o);
}

static void say(struct place *p, const char *text)
{
	if (p->error)
		snprintf(p->error->text, sizeof(p->error->text),
			 "%.200s: %.280s", p->path, text);
}

int tiermm__linux_place_garbled(struct place *p, const char *text,
				const char *expected)
{
	char what[200];

	snprintf(what, sizeof(what), "'%.80s', expected %.80s", text, expected);
	say(p, what);
	return -TIERMM_EPROTO;
}

int tiermm__linux_place_failed(struct place *p, int error)
{
	say(p, strerror(error));
	switch (error) {
	case ENOENT:
	case ENOTDIR:
		return -TIERMM_ENOENT;
	case EACCES:
	case EROFS:
		return -TIERMM_EACCES;
	case EPERM:
		return -TIERMM_EPERM;
	case EBUSY:
	case EAGAIN:
		return -TIERMM_EBUSY;
	case EINVAL:
		return -TIERMM_EINVAL;
	default:
		return -TIERMM_EIO;
	}
}

int tiermm__linux_place_open(struct place *p, int is_proc, const char *path,
			     FILE **out)
{
	snprintf(p->path, sizeof(p->path), "%s/%s", is_proc ? p->proc : p->root,
		 path);
	*out = fopen(p->path, "re");
	return *out ? 0 : tiermm__linux_place_failed(p, errno);
}

int tiermm__linux_place_line(struct place *p, int is_proc, const char *path,
			     char line[ZONES_LINE])
{
	FILE *file;
	int err = tiermm__linux_place_open(p, is_proc, path, &file);

	if (err)
		return err;
	if (!fgets(line, ZONES_LINE, file)) {
		line[0] = '\0';
		if (ferror(file))
			err = tiermm__linux_place_failed(p, errno);
	}
	fclose(file);
	line[strcspn(line, "\n")] = '\0';
	return err;
}

uint32_t tiermm__linux_zone_of(const char *name)
{
	uint32_t zone = 0;

	while (zone < TIERMM_ZONES && strcmp(name, tiermm_zone_name(zone)))
		zone++;
	return zone;
}

static int read_zone(struct place *p, uint64_t block, uint32_t *zone)
{
	char path[96], line[ZONES_LINE];
	int err;

	snprintf(path, sizeof(path),
		 "devices/system/memory/memory%llu/valid_zones",
		 (unsigned long long)block);
	err = tiermm__linux_place_line(p, 0, path, line);
	if (err)
		return err;
	/* An online block names its zone, or none where it has several. */
	line[strcspn(line, " ")] = '\0';
	*zone = tiermm__linux_zone_of(line);
	if (*zone < TIERMM_ZONES)
		return 0;
	*zone = TIERMM_ZONE_SEVERAL;
	if (strcmp(line, "none") == 0)
		return 0;
	return tiermm__linux_place_garbled(p, line, "a zone or none");
}

int tiermm__linux_block_read(struct place *p, uint64_t block, uint32_t *zone)
{
	char path[96], line[ZONES_LINE];
	int err;

	snprintf(path, sizeof(path), "devices/system/memory/memory%llu/state",
		 (unsigned long long)block);
	err = tiermm__linux_place_line(p, 0, path, line);
	if (err)
		return err;
	*zone = TIERMM_ZONE_NONE;
	if (strcmp(line, "offline") == 0)
		return 0;
	if (strcmp(line, "online") && strcmp(line, "going-offline"))
		return tiermm__linux_place_garbled(p, line,
						   "online or offline");
	return read_zone(p, block, zone);
}
