/* SPDX-License-Identifier: MIT */
/*
 * CSV: the first line names the columns, in any order,
 *
 *     address,op,thread,time_ns
 *     0x7f12a4c0,w,3,1200
 *
 * `address` (bytes) or `page`, decimal or with 0x, is needed. `op` is r or
 * read or load, w or write or store, f or fetch; `thread`, `process`, `count`,
 * and `time_ns` (since any beginning) or `gap_ns` are decimal. Columns of
 * other names are passed over; values are not quoted.
 */
#include "import.h"

#include <string.h>

enum {
	COLUMN_OTHER,
	COLUMN_ADDRESS,
	COLUMN_PAGE,
	COLUMN_OP,
	COLUMN_THREAD,
	COLUMN_PROCESS,
	COLUMN_COUNT,
	COLUMN_TIME,
	COLUMN_GAP,
	COLUMNS
};

static const char *const names[COLUMNS] = {
	[COLUMN_ADDRESS] = "address", [COLUMN_PAGE] = "page",
	[COLUMN_OP] = "op",           [COLUMN_THREAD] = "thread",
	[COLUMN_PROCESS] = "process", [COLUMN_COUNT] = "count",
	[COLUMN_TIME] = "time_ns",    [COLUMN_GAP] = "gap_ns",
};

static const struct {
	const char *name;
	uint32_t flags;
} operations[] = {
	{ "r", 0 },
	{ "read", 0 },
	{ "load", 0 },
	{ "w", TIERMM_SIM_WRITE },
	{ "write", TIERMM_SIM_WRITE },
	{ "store", TIERMM_SIM_WRITE },
	{ "f", TIERMM_SIM_FETCH },
	{ "fetch", TIERMM_SIM_FETCH },
};

/* One value, without the blanks around it. */
struct cell {
	const char *text;
	size_t n;
};

/* The cell at *at, which moves behind its comma; 0 behind the last. */
static int next_cell(const char **at, struct cell *c)
{
	size_t n;

	if (!*at)
		return 0;
	n = strcspn(*at, ",");
	c->text = *at;
	c->n = n;
	*at = (*at)[n] ? *at + n + 1 : NULL;
	while (c->n && (*c->text == ' ' || *c->text == '\t')) {
		c->text++;
		c->n--;
	}
	while (c->n && (c->text[c->n - 1] == ' ' || c->text[c->n - 1] == '\t'))
		c->n--;
	return 1;
}

static int is_cell(const struct cell *c, const char *word)
{
	return strlen(word) == c->n && !memcmp(c->text, word, c->n);
}

static uint32_t column_of(const struct cell *c)
{
	for (uint32_t i = COLUMN_ADDRESS; i < COLUMNS; i++)
		if (is_cell(c, names[i]))
			return i;
	return COLUMN_OTHER;
}

static int csv_begin(struct import_reader *r, struct tiermm_sim_error *error)
{
	const char *at = r->text;
	uint32_t seen = 0;
	struct cell c;
	int more;
	int err = tiermm__sim_import_line(r, &more, error);

	if (err)
		return err;
	r->columns = 0;
	while (next_cell(&at, &c)) {
		uint32_t column = column_of(&c);

		if (r->columns == IMPORT_COLUMNS)
			return tiermm__sim_import_fail(r, error,
						       "at most 32 columns");
		if (column && seen >> column & 1)
			return tiermm__sim_import_fail(r, error,
						       "each column once");
		seen |= 1u << column;
		r->column[r->columns++] = column;
	}
	if (!(seen >> COLUMN_ADDRESS & 1) == !(seen >> COLUMN_PAGE & 1))
		return tiermm__sim_import_fail(
			r, error,
			"a first line that names a column address, or page");
	if (seen >> COLUMN_TIME & seen >> COLUMN_GAP & 1)
		return tiermm__sim_import_fail(r, error,
					       "time_ns or gap_ns, not both");
	return 0;
}

static int number(const struct cell *c, uint64_t *out)
{
	const char *at = c->text;

	if (c->n > 2 && at[0] == '0' && (at[1] == 'x' || at[1] == 'X')) {
		at += 2;
		return tiermm__sim_read_hex(&at, out) && at == c->text + c->n;
	}
	return tiermm__sim_read_decimal(&at, out) && at == c->text + c->n;
}

static int operation(const struct cell *c, uint32_t *flags)
{
	const size_t n = sizeof(operations) / sizeof(operations[0]);

	for (size_t i = 0; i < n; i++)
		if (is_cell(c, operations[i].name)) {
			*flags = operations[i].flags;
			return 1;
		}
	return 0;
}

/* One cell into the access; what was expected where it is wrong. */
static const char *take_cell(struct import_reader *r, uint32_t column,
			     const struct cell *c, struct import_access *a)
{
	uint64_t value = 0;

	if (column == COLUMN_OTHER)
		return NULL;
	if (column == COLUMN_OP)
		return operation(c, &a->flags)
			       ? NULL
			       : "op to be r, w or f, or read, write or fetch";
	if (!number(c, &value))
		return "whole numbers, decimal or with 0x, in its columns";
	switch (column) {
	case COLUMN_ADDRESS:
		a->address = value;
		return NULL;
	case COLUMN_PAGE:
		a->address = value << r->page_shift;
		return value >> (64 - r->page_shift) ? "a page below 2^64 bytes"
						     : NULL;
	case COLUMN_THREAD:
		a->thread = value;
		return NULL;
	case COLUMN_PROCESS:
		a->process = value;
		return NULL;
	case COLUMN_COUNT:
		a->count = (uint32_t)value;
		return value && value <= UINT32_MAX
			       ? NULL
			       : "a count from 1 to 2^32-1";
	case COLUMN_TIME:
		a->time_ns = value;
		a->has_time = 1;
		return value < UINT64_MAX ? NULL : "a time below 2^64 - 1";
	default:
		a->gap_ns = value;
		return NULL;
	}
}

static int csv_line(struct import_reader *r, struct tiermm_sim_error *error)
{
	struct import_access a = { .count = 1 };
	const char *at = r->text, *expected = NULL;
	uint32_t i = 0;
	struct cell c;

	if (!r->length)
		return 0;
	for (; i < r->columns && !expected && next_cell(&at, &c); i++)
		expected = take_cell(r, r->column[i], &c, &a);
	if (!expected && (i < r->columns || at))
		expected = "as many values as the first line has columns";
	if (expected)
		return tiermm__sim_import_fail(r, error, expected);
	return tiermm__sim_import_add(r, &a, error);
}

const struct import_format tiermm__sim_csv = {
	.name = "csv",
	.begin = csv_begin,
	.line = csv_line,
	.region_pages = TIERMM__SIM_REGION_PAGES,
};
