/* SPDX-License-Identifier: MIT */
/*
 * Reads with poisoned frees find nothing, in all three flavours (I21, I22), nor
 * does the check mode where readers leave and join all the time (F11);
 * and with the wait replaced by a sleep of 2 ms, and readers that sleep 5 ms
 * inside a section, the same program finds the bug: time is no grace period.
 *
 *     test_flush_stress [--long]      --long: 10^9 reads
 */
#include "flush_stage.h"

#include <stdio.h>
#include <string.h>

#if defined(__SANITIZE_THREAD__)
#define READS UINT64_C(300000)
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define READS UINT64_C(300000)
#endif
#endif
#ifndef READS
#define READS UINT64_C(6000000)
#endif
#define LONG_READS UINT64_C(1000000000)

int main(int argc, char **argv)
{
	int is_long = argc > 1 && strcmp(argv[1], "--long") == 0;
	uint64_t reads = (is_long ? LONG_READS : READS) / 3;
	uint64_t bad = 0;

	bad += stage_run(TIERMM_FLUSH_FENCED, reads, 0);
	bad += stage_run(TIERMM_FLUSH_PAIRED, reads, 0);
	bad += stage_run(TIERMM_FLUSH_EXTERNAL, reads, 0);
	if (bad) {
		printf("%llu reads met poison\n", (unsigned long long)bad);
		return 1;
	}
	bad += stage_run(TIERMM_FLUSH_FENCED, reads / 4, STAGE_CHECKED);
	bad += stage_run(TIERMM_FLUSH_PAIRED, reads / 4, STAGE_CHECKED);
	bad += stage_run(TIERMM_FLUSH_EXTERNAL, reads / 4, STAGE_CHECKED);
	if (bad) {
		printf("%llu false alarms\n", (unsigned long long)bad);
		return 1;
	}
	if (!stage_run(TIERMM_FLUSH_FENCED, 100000, STAGE_BROKEN) ||
	    !stage_run(TIERMM_FLUSH_FENCED, 100000,
		       STAGE_BROKEN | STAGE_CHECKED)) {
		printf("the broken run found nothing: this test is blind\n");
		return 1;
	}
	return 0;
}
