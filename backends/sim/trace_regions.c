/* SPDX-License-Identifier: MIT */
/* Which addresses the regions of a trace had where it was recorded. */
#include "trace_read.h"

#include <string.h>

/* As much room as the table of regions has. */
static int reserve(struct trace_reader *r)
{
	uint64_t *address;

	if (r->room == r->region.room)
		return 0;
	address = tiermm__sim_alloc(&r->mem, r->region.room * sizeof(*address));
	if (!address)
		return -TIERMM_ENOMEM;
	if (r->room)
		memcpy(address, r->address,
		       (size_t)(r->room * sizeof(*address)));
	tiermm__sim_free(&r->mem, r->address, r->room * sizeof(*address));
	r->address = address;
	r->room = r->region.room;
	return 0;
}

int tiermm__sim_trace_regions(struct trace_reader *r, uint32_t n,
			      struct tiermm_sim_error *error)
{
	const uint64_t most = TIERMM_SIM_PAGE_LIMIT / TIERMM__SIM_REGION_PAGES;

	for (uint32_t i = 0; i < n; i++) {
		uint64_t region = tiermm__sim_get64(r->payload + 16 * i);
		uint64_t index;
		int err;

		if (region >= most)
			return tiermm__sim_trace_fail(
				r, error, "a region number of 2^43 or more");
		err = tiermm__sim_dense_of(&r->region, region, &index);
		if (!err)
			err = reserve(r);
		if (err)
			return err;
		r->address[index] = tiermm__sim_get64(r->payload + 16 * i + 8);
	}
	return 0;
}

int tiermm__sim_trace_address_of(void *self, uint64_t page, uint64_t *address)
{
	struct trace_reader *r = self;
	uint64_t region = page / TIERMM__SIM_REGION_PAGES;
	uint64_t index;

	if (!tiermm__sim_dense_find(&r->region, region, &index))
		return -TIERMM_ENOENT;
	*address = r->address[index] +
		   page % TIERMM__SIM_REGION_PAGES * r->page_bytes;
	return 0;
}
