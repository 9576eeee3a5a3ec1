/* SPDX-License-Identifier: MIT */
/*
 * perf script, of what perf mem record or perf record -d took:
 *
 *     server  812/813 [001]  92.136485:  45 cpu/mem-loads/P:  7f12a4c0  ...
 *     ^command ^pid/tid       ^seconds   ^period, event       ^address
 *
 * Command, process, CPU, time and period may be missing. An event with
 * "store" in its name, or "|OP STORE" behind the address, is a write. Lines
 * that begin with '#' are comments; samples with address 0 have none and are
 * left out. What a symbol follows is where the instruction stands, not what it
 * accessed: perf prints that where it was not asked for addresses.
 */
#include "import.h"

#include <string.h>

/* "813" or "812/813". */
struct ids {
	uint64_t process;
	uint64_t thread;
	int is_pair;
};

/* What stands before the event's name. */
struct head {
	struct ids first; /* numbers that may be ids */
	struct ids last;
	int has_ids;
	uint64_t time_ns;
	int has_time;
};

static void take_ids(const char *word, struct head *h)
{
	struct ids ids = { 0 };

	if (!tiermm__sim_read_decimal(&word, &ids.process))
		return;
	ids.thread = ids.process;
	if (*word == '/') {
		word++;
		ids.is_pair = 1;
		if (!tiermm__sim_read_decimal(&word, &ids.thread))
			return;
	}
	if (*word && *word != ' ' && *word != '\t')
		return;
	if (!h->has_ids)
		h->first = ids;
	h->has_ids = 1;
	if (ids.is_pair || !h->last.is_pair)
		h->last = ids;
}

/*
 * The last number before the time, since the command may be one; without a
 * time a period may follow, but it is no pair.
 */
static const struct ids *ids_of(const struct head *h)
{
	return h->has_time || h->last.is_pair ? &h->last : &h->first;
}

static int is_time(const char *word, uint64_t *ns)
{
	return tiermm__sim_read_seconds(&word, ns) && *word == ':' &&
	       strchr(" \t", word[1]);
}

static size_t word_length(const char *at)
{
	return strcspn(at, " \t");
}

/* Walk over the words up to the event's; NULL where there is none. */
static const char *find_event(const char *at, struct head *h)
{
	for (;;) {
		size_t n;

		tiermm__sim_skip_blanks(&at);
		n = word_length(at);
		if (!n)
			return NULL;
		if (!h->has_time && is_time(at, &h->time_ns))
			h->has_time = 1;
		else if (at[n - 1] == ':')
			return at;
		else if (!h->has_time)
			take_ids(at, h);
		at += n;
	}
}

static int is_store(const char *event, size_t n, const char *rest)
{
	static const char word[] = "store";

	for (size_t i = 0; i + sizeof(word) - 1 <= n; i++)
		if (!memcmp(event + i, word, sizeof(word) - 1))
			return 1;
	return strstr(rest, "|OP STORE") != NULL;
}

/* "elf_load+0x28a", or "[unknown]". */
static int is_symbol(const char *at)
{
	static const char unknown[] = "[unknown]";
	size_t n = word_length(at);

	for (size_t i = 0; i + 3 <= n; i++)
		if (!memcmp(at + i, "+0x", 3))
			return 1;
	return n == sizeof(unknown) - 1 && !memcmp(at, unknown, n);
}

static int perf_line(struct import_reader *r, struct tiermm_sim_error *error)
{
	struct import_access a = { .count = 1 };
	struct head h = { 0 };
	const char *at = r->text, *event;
	int found;

	tiermm__sim_skip_blanks(&at);
	if (*at == '\0' || *at == '#')
		return 0;
	event = find_event(at, &h);
	at = event ? event + word_length(event) : at;
	tiermm__sim_skip_blanks(&at);
	found = event && tiermm__sim_read_hex(&at, &a.address) &&
		strchr(" \t", *at);
	tiermm__sim_skip_blanks(&at);
	if (!found || is_symbol(at))
		return tiermm__sim_import_fail(
			r, error,
			"a sample with its event and address: perf script "
			"-F pid,tid,time,event,addr");
	if (!a.address)
		return 0;
	a.process = ids_of(&h)->process;
	a.thread = ids_of(&h)->thread;
	a.time_ns = h.time_ns;
	a.has_time = (uint32_t)h.has_time;
	a.flags =
		is_store(event, word_length(event), at) ? TIERMM_SIM_WRITE : 0;
	return tiermm__sim_import_add(r, &a, error);
}

const struct import_format tiermm__sim_perf = {
	.name = "perf",
	.line = perf_line,
	.region_pages = TIERMM__SIM_REGION_PAGES,
};
