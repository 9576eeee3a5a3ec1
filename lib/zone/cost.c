/* SPDX-License-Identifier: MIT */
/*
 * What a plug costs before the memory can be used. Each page needs an entry of
 * the memory map; the pages and that map need page tables. Both come out of
 * kernel memory that is free before, unless the map lies in the new memory.
 * Example: 128 MiB of 4 KiB pages, mapped by 2 MiB: 32 768 * 64 = 2 MiB of map,
 * and two tables of 4 KiB.
 */
#include "zone/internal.h"

#include "base/arithmetic.h"
#include "base/options.h"

#define DEFAULT_PAGE_BYTES 4096
#define DEFAULT_ENTRY_BYTES 64
#define DEFAULT_TABLE_ENTRY_BYTES 8
#define DEFAULT_MAP_BYTES (UINT64_C(2) << 20)

static int is_power(uint64_t value)
{
	return (value & (value - 1)) == 0;
}

static int resolve(struct tiermm_zone_cost_options *o,
		   const struct tiermm_zone_cost_options *from)
{
	int err = tiermm__options_copy(o, sizeof(*o), from, sizeof(*o),
				       TIERMM_ZONE_COST_MEMMAP_INSIDE);

	if (err)
		return err;
	tiermm__default_u64(&o->page_bytes, DEFAULT_PAGE_BYTES);
	tiermm__default_u64(&o->entry_bytes, DEFAULT_ENTRY_BYTES);
	tiermm__default_u64(&o->table_entry_bytes, DEFAULT_TABLE_ENTRY_BYTES);
	tiermm__default_u64(&o->map_bytes, DEFAULT_MAP_BYTES);
	if (!is_power(o->page_bytes) || !is_power(o->map_bytes) ||
	    !is_power(o->table_entry_bytes) || o->map_bytes < o->page_bytes ||
	    o->table_entry_bytes >= o->page_bytes)
		return -TIERMM_EINVAL;
	return 0;
}

static uint64_t divide_up(uint64_t value, uint64_t by)
{
	return value / by + (value % by != 0);
}

/* Tables of every level for so many lowest entries, in pages. */
static uint64_t tables(uint64_t entries, uint64_t entries_a_table)
{
	uint64_t sum = 0;

	while (entries > 1) {
		entries = divide_up(entries, entries_a_table);
		sum += entries;
	}
	return sum;
}

static int work_out(const struct tiermm_zone_cost_options *o, uint64_t pages,
		    struct tiermm_zone_cost *out)
{
	uint64_t a_table = o->page_bytes / o->table_entry_bytes;
	uint64_t direct, map;

	if (tiermm__mul_overflow(pages, o->entry_bytes, &out->memmap_bytes))
		return -TIERMM_ERANGE;
	direct = divide_up(pages, o->map_bytes / o->page_bytes);
	map = divide_up(out->memmap_bytes, o->map_bytes);
	if (tiermm__mul_overflow(tables(direct, a_table) + tables(map, a_table),
				 o->page_bytes, &out->table_bytes))
		return -TIERMM_ERANGE;
	out->before_bytes = out->table_bytes;
	if (!(o->flags & TIERMM_ZONE_COST_MEMMAP_INSIDE) &&
	    tiermm__add_overflow(out->before_bytes, out->memmap_bytes,
				 &out->before_bytes))
		return -TIERMM_ERANGE;
	out->fits = !o->free_bytes || out->before_bytes <= o->free_bytes;
	return 0;
}

/* The cost grows with the pages, so halving finds the most that fits. */
static uint64_t step(const struct tiermm_zone_cost_options *o, uint64_t pages)
{
	struct tiermm_zone_cost cost;
	uint64_t low = 0, high = pages;

	while (low < high) {
		uint64_t middle = high - (high - low) / 2;

		if (!work_out(o, middle, &cost) && cost.fits)
			low = middle;
		else
			high = middle - 1;
	}
	return low;
}

int tiermm_zone_plug_cost(const struct tiermm_zone_cost_options *options,
			  uint64_t pages, struct tiermm_zone_cost *out)
{
	struct tiermm_zone_cost known = { 0 };
	struct tiermm_zone_cost_options o;
	int err;

	if (!out || out->size < sizeof(*out) || pages > TIERMM_ZONE_PAGES_MAX)
		return -TIERMM_EINVAL;
	err = resolve(&o, options);
	if (!err)
		err = work_out(&o, pages, &known);
	if (err)
		return err;
	known.step_pages = step(&o, pages);
	tiermm__give_out(out, &known, sizeof(known));
	return 0;
}
