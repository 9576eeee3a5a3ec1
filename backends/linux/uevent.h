/* SPDX-License-Identifier: MIT */
/*
 * One kernel uevent, as it comes out of the socket:
 *
 *     online@/devices/system/memory/memory32 \0 ACTION=online \0
 *     DEVPATH=... \0 SUBSYSTEM=memory \0 SEQNUM=1714 \0
 */
#ifndef TIERMM_LINUX_UEVENT_H
#define TIERMM_LINUX_UEVENT_H

#include <stddef.h>

#include <tiermm/backends/linux.h>

/* 1 and an event, or 0 where the message is of no interest or garbled. */
int tiermm__linux_uevent(const char *message, size_t length,
			 struct tiermm_linux_event *out);

#endif
