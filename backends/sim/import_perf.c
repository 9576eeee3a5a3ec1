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
 * left out.
 */
#include "import.h"

#include <string.h>

/* What stands before the event's name. */
struct head {
	uint64_t process;
	uint64_t thread;
	uint64_t time_ns;
	int has_time;
};

/* "813" or "812/813". */
static void take_ids(const char *word, struct head *h)
{
	uint64_t first, second;

	if (!tiermm__sim_read_decimal(&word, &first))
		return;
	second = first;
	if (*word == '/') {
		word++;
		if (!tiermm__sim_read_decimal(&word, &second))
			return;
	}
	if (*word && *word != ' ' && *word != '\t')
		return;
	h->process = first;
	h->thread = second;
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

static int perf_line(struct import_reader *r, struct tiermm_sim_error *error)
{
	struct import_access a = { .count = 1 };
	struct head h = { 0 };
	const char *at = r->text, *event;

	tiermm__sim_skip_blanks(&at);
	if (*at == '\0' || *at == '#')
		return 0;
	event = find_event(at, &h);
	at = event ? event + word_length(event) : at;
	tiermm__sim_skip_blanks(&at);
	if (!event || !tiermm__sim_read_hex(&at, &a.address) ||
	    (*at && *at != ' ' && *at != '\t'))
		return tiermm__sim_import_fail(
			r, error,
			"a sample with its event and address: perf script "
			"-F pid,tid,time,event,addr");
	if (!a.address)
		return 0;
	a.process = h.process;
	a.thread = h.thread;
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
