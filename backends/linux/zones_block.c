/* SPDX-License-Identifier: MIT */
/* One block, online or offline: the word is written, then all is read again. */
#define _GNU_SOURCE
#include "zones.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static const char *const words[] = {
	[TIERMM_LINUX_SET_OFFLINE] = "offline",
	[TIERMM_LINUX_SET_KERNEL] = "online_kernel",
	[TIERMM_LINUX_SET_MOVABLE] = "online_movable",
	[TIERMM_LINUX_SET_ONLINE] = "online",
};

static int write_word(struct place *p, const char *word)
{
	int fd = open(p->path, O_WRONLY | O_CLOEXEC);
	ssize_t done;
	int error;

	if (fd < 0)
		return tiermm__linux_place_failed(p, errno);
	done = write(fd, word, strlen(word));
	error = errno;
	close(fd);
	return done < 0 ? tiermm__linux_place_failed(p, error) : 0;
}

static int act(struct place *p, uint64_t block, uint32_t what, uint32_t flags)
{
	snprintf(p->path, sizeof(p->path),
		 "%s/devices/system/memory/memory%llu/state", p->root,
		 (unsigned long long)block);
	if (!(flags & TIERMM_LINUX_SET_DRY_RUN))
		return write_word(p, words[what]);
	return access(p->path, W_OK) ? tiermm__linux_place_failed(p, errno) : 0;
}

static int change(struct place *p, uint64_t block, uint32_t what,
		  uint32_t flags, struct tiermm_linux_block *now)
{
	int wants_online = what != TIERMM_LINUX_SET_OFFLINE;
	int err = tiermm__linux_block_read(p, block, &now->zone);
	int again;

	if (err)
		return err;
	now->was_online = now->zone != TIERMM_ZONE_NONE;
	now->is_online = now->was_online;
	if ((int)now->was_online == wants_online)
		return -TIERMM_EEXIST;
	if (now->zone == TIERMM_ZONE_SEVERAL)
		return -TIERMM_EINVAL;
	err = act(p, block, what, flags);
	/* What the kernel did counts, not what its call returned. */
	again = tiermm__linux_block_read(p, block, &now->zone);
	now->is_online = now->zone != TIERMM_ZONE_NONE;
	return err ? err : again;
}

int tiermm_linux_block_set(const struct tiermm_linux_zones_options *options,
			   uint64_t block, uint32_t what, uint32_t flags,
			   struct tiermm_linux_block *out,
			   struct tiermm_linux_error *error)
{
	struct tiermm_linux_block now = { .size = sizeof(now) };
	struct place p;
	int err;

	if (what > TIERMM_LINUX_SET_ONLINE ||
	    (flags & ~(uint32_t)TIERMM_LINUX_SET_DRY_RUN) ||
	    (out && out->size < sizeof(*out)))
		return -TIERMM_EINVAL;
	err = tiermm__linux_place(&p, options, error);
	if (err)
		return err;
	err = change(&p, block, what, flags, &now);
	if (out) {
		uint32_t size = out->size;

		memcpy(out, &now, sizeof(now));
		out->size = size;
	}
	return err;
}
