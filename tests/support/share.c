/* SPDX-License-Identifier: MIT */
/* How much of a long random test to do. */
#include "support/share.h"

#include <stdlib.h>

#ifndef __has_feature
#define __has_feature(x) 0
#endif

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || \
	__has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define DIVISOR 20
#else
#define DIVISOR 1
#endif

uint64_t share_divisor(void)
{
	const char *asked = getenv("TIERMM_TEST_DIVISOR");
	uint64_t divisor = asked ? strtoull(asked, NULL, 10) : DIVISOR;

	return divisor ? divisor : 1;
}

uint64_t share_of(uint64_t rounds)
{
	uint64_t part = rounds / share_divisor();

	return part ? part : 1;
}
