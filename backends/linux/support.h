/* SPDX-License-Identifier: MIT */
/*
 * What every call of this backend begins with: options and an allocator that
 * the caller handed in, checked and made complete.
 */
#ifndef TIERMM_LINUX_SUPPORT_H
#define TIERMM_LINUX_SUPPORT_H

#include <tiermm/backends/linux.h>

/*
 * The size-prefix rule for a structure of the first release: 0,
 * -TIERMM_EINVAL (too small) or -TIERMM_E2BIG (something unknown is set).
 */
int tiermm__linux_copy(void *dst, uint32_t known, const void *src,
		       uint32_t flags);

/*
 * Copy and check options, NULL stands for the defaults; what was zero gets
 * its default. 0, -TIERMM_EINVAL (out of range) or -TIERMM_E2BIG (something
 * that we do not know is set).
 */
int tiermm__linux_options(struct tiermm_linux_options *dst,
			  const struct tiermm_linux_options *src);

/* Whether options speak of the machine that this program runs on. */
int tiermm__linux_is_this_machine(const struct tiermm_linux_options *options);

/* Copy and check an allocator, NULL stands for malloc: 0 or an error. */
int tiermm__linux_alloc(struct tiermm_alloc *dst,
			const struct tiermm_alloc *src);

#endif
