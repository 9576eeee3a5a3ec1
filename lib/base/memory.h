/* SPDX-License-Identifier: MIT */
/*
 * The four functions that the core takes from outside. They are declared
 * here, since a freestanding C library need not have <string.h>, and since
 * a hardened <string.h> turns them into calls of other functions.
 */
#ifndef TIERMM_BASE_MEMORY_H
#define TIERMM_BASE_MEMORY_H

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t bytes);
void *memmove(void *to, const void *from, size_t bytes);
void *memset(void *memory, int value, size_t bytes);
int memcmp(const void *a, const void *b, size_t bytes);

#endif
