/* SPDX-License-Identifier: MIT */
/* Lines of workloads: refused at a column, or accesses within their bounds. */
#include "fuzz.h"

#include <tiermm/backends/sim_workload.h>

#include <string.h>

#define LINE_BYTES 1024
#define BATCH 200

static void expect_bounds(struct tiermm_sim_source *s)
{
	struct tiermm_sim_source_info info = { .size = sizeof(info) };
	struct tiermm_sim_access batch[BATCH];
	uint64_t n;

	fuzz_expect(!tiermm_sim_source_get_info(s, &info), "it has info");
	for (int round = 0; round < 3; round++) {
		fuzz_expect(!tiermm_sim_source_next(s, batch, BATCH, &n, NULL),
			    "a generator never fails");
		for (uint64_t i = 0; i < n; i++)
			fuzz_expect(batch[i].page < info.pages &&
					    batch[i].thread < info.threads &&
					    batch[i].process < info.processes &&
					    batch[i].count,
				    "accesses keep to their bounds");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tiermm_sim_error error = { .size = sizeof(error) };
	struct tiermm_sim_source *s;
	char line[LINE_BYTES];
	int err;

	if (size >= sizeof(line))
		return 0;
	if (size)
		memcpy(line, data, size);
	line[size] = '\0';
	/* A line that names a file would read whatever there is. */
	if (strstr(line, "trace"))
		return 0;
	err = tiermm_sim_workload_create(&s, line, &error, NULL);
	if (!err) {
		expect_bounds(s);
		tiermm_sim_source_destroy(s);
		return 0;
	}
	fuzz_expect(err == -TIERMM_EPROTO && error.offset >= 1 &&
			    error.offset <= strlen(line) + 1,
		    "a refusal names a column of the line");
	return 0;
}
