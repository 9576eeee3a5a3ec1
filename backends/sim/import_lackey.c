/* SPDX-License-Identifier: MIT */
/*
 * valgrind --tool=lackey --trace-mem=yes: a line an access,
 *
 *     I  04017d50,3      an instruction
 *      L 1ffefffe50,8    a load; S a store; M both, in one instruction
 *
 * with addresses in hexadecimal and sizes in bytes. Lines that begin with
 * "==" or "--" are valgrind's own. Lackey has one stream for all threads.
 */
#include "import.h"

#include <string.h>

/* The greatest size that an instruction accesses, by a wide margin. */
#define MOST_BYTES 65536

static int kind_of(const char *text, uint32_t *flags, uint32_t *count)
{
	*count = 1;
	*flags = 0;
	if (text[0] == 'I' && text[1] == ' ' && text[2] == ' ') {
		*flags = TIERMM_SIM_FETCH;
		return 1;
	}
	if (text[0] != ' ' || text[1] == '\0' || text[2] != ' ')
		return 0;
	*flags = text[1] == 'L' ? 0 : TIERMM_SIM_WRITE;
	*count = text[1] == 'M' ? 2 : 1;
	return text[1] == 'L' || text[1] == 'S' || text[1] == 'M';
}

static int lackey_line(struct import_reader *r, struct tiermm_sim_error *error)
{
	struct import_access a = { 0 };
	const char *at = r->text + 3;

	if (!r->length || !strncmp(r->text, "==", 2) ||
	    !strncmp(r->text, "--", 2))
		return 0;
	if (!kind_of(r->text, &a.flags, &a.count) ||
	    !tiermm__sim_read_hex(&at, &a.address) || *at++ != ',' ||
	    !tiermm__sim_read_decimal(&at, &a.bytes) || *at ||
	    a.bytes > MOST_BYTES)
		return tiermm__sim_import_fail(
			r, error,
			"\"I  ADDRESS,SIZE\", or L, S or M behind a space");
	if (a.flags & TIERMM_SIM_FETCH) {
		r->picoseconds += r->o.instruction_ps;
		if (r->o.flags & TIERMM_SIM_NO_FETCHES)
			return 0;
	}
	a.gap_ns = r->picoseconds / 1000;
	r->picoseconds %= 1000;
	return tiermm__sim_import_add(r, &a, error);
}

const struct import_format tiermm__sim_lackey = {
	.name = "lackey",
	.line = lackey_line,
	.region_pages = TIERMM__SIM_REGION_PAGES,
};
