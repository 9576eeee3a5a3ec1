/* SPDX-License-Identifier: MIT */
/* Accesses as bytes, and bytes as accesses: differences in few bytes. */
#include "trace_code.h"

#include <stddef.h>

/* Bytes of a number of 64 bits, 7 a byte. */
#define MOST_NUMBER 10

static unsigned char *put_number(unsigned char *out, uint64_t value)
{
	for (; value > 127; value >>= 7)
		*out++ = (unsigned char)(value | 128);
	*out++ = (unsigned char)value;
	return out;
}

/* NULL where the bytes end within the number, or it has too many. */
static const unsigned char *
get_number(const unsigned char *in, const unsigned char *end, uint64_t *value)
{
	*value = 0;
	for (int i = 0; i < MOST_NUMBER && in < end; i++) {
		/* The last byte has room for the 64th bit alone. */
		if (i == MOST_NUMBER - 1 && *in > 1)
			return NULL;
		*value |= (uint64_t)(*in & 127) << 7 * i;
		if (!(*in++ & 128))
			return in;
	}
	return NULL;
}

static uint64_t zigzag(uint64_t page, uint64_t before)
{
	return page >= before ? (page - before) * 2 : (before - page) * 2 - 1;
}

static uint64_t unzigzag(uint64_t number, uint64_t before)
{
	return number & 1 ? before - (number / 2 + 1) : before + number / 2;
}

static unsigned int page_code(const struct trace_state *state, uint64_t page)
{
	if (page == state->page[0])
		return TRACE_SAME;
	if (page == state->page[0] + 1)
		return TRACE_PLUS;
	if (page + 1 == state->page[0])
		return TRACE_MINUS;
	for (unsigned int i = 1; i < TRACE_HISTORY; i++)
		if (page == state->page[i])
			return TRACE_AGAIN + i - 1;
	return TRACE_OTHER;
}

uint64_t tiermm__sim_encode(struct trace_state *state, unsigned char *out,
			    const struct tiermm_sim_access *a)
{
	unsigned int code = page_code(state, a->page), head = code;
	uint32_t dependent = !!(a->flags & TIERMM_SIM_DEPENDENT);
	unsigned char *at = out + 1;

	if (a->flags & TIERMM_SIM_WRITE)
		head |= TRACE_WRITE;
	if (a->flags & TIERMM_SIM_FETCH)
		head |= TRACE_FETCH;
	if (code == TRACE_OTHER)
		at = put_number(at, zigzag(a->page, state->page[0]));
	if (a->thread != state->thread || a->process != state->process ||
	    dependent != state->dependent) {
		head |= TRACE_CONTEXT;
		at = put_number(at, 2 * (uint64_t)a->thread + dependent);
		at = put_number(at, a->process);
		state->thread = a->thread;
		state->process = a->process;
		state->dependent = dependent;
	}
	if (a->gap_ns != state->gap_ns) {
		head |= TRACE_GAP;
		at = put_number(at, a->gap_ns);
		state->gap_ns = a->gap_ns;
	}
	if (a->count > 1) {
		head |= TRACE_COUNT;
		at = put_number(at, a->count - 2);
	}
	*out = (unsigned char)head;
	tiermm__sim_note_page(state, a->page);
	return (uint64_t)(at - out);
}

static const unsigned char *decode_page(struct trace_state *state,
					const unsigned char *in,
					const unsigned char *end,
					unsigned int code, uint64_t *page)
{
	uint64_t number;

	switch (code) {
	case TRACE_SAME:
		*page = state->page[0];
		return in;
	case TRACE_PLUS:
		*page = state->page[0] + 1;
		return in;
	case TRACE_MINUS:
		*page = state->page[0] - 1;
		return in;
	case TRACE_OTHER:
		in = get_number(in, end, &number);
		if (in)
			*page = unzigzag(number, state->page[0]);
		return in;
	default:
		*page = state->page[code - TRACE_AGAIN + 1];
		return in;
	}
}

static const unsigned char *decode_context(struct trace_state *state,
					   const unsigned char *in,
					   const unsigned char *end)
{
	uint64_t thread, process = 0;

	in = get_number(in, end, &thread);
	if (in)
		in = get_number(in, end, &process);
	if (!in)
		return NULL;
	state->dependent = (uint32_t)(thread & 1);
	thread /= 2;
	/* What does not fit stays beyond the limit. */
	state->thread = thread < UINT32_MAX ? (uint32_t)thread : UINT32_MAX;
	state->process = process < UINT32_MAX ? (uint32_t)process : UINT32_MAX;
	return in;
}

static const char *check(const struct tiermm_sim_access *a)
{
	if (a->page >= TIERMM_SIM_PAGE_LIMIT)
		return "a page number of 2^52 or more";
	if (a->thread >= TIERMM_SIM_THREAD_LIMIT)
		return "a thread number of 65536 or more";
	if (a->process >= TIERMM_SIM_THREAD_LIMIT)
		return "a process number of 65536 or more";
	if (a->gap_ns >= TIERMM_SIM_GAP_LIMIT)
		return "a gap of 2^48 ns or more";
	return a->count ? NULL : "a count of 2^32 or more";
}

static uint32_t flags_of(unsigned int head, const struct trace_state *state)
{
	return (head & TRACE_WRITE ? TIERMM_SIM_WRITE : 0u) |
	       (head & TRACE_FETCH ? TIERMM_SIM_FETCH : 0u) |
	       (state->dependent ? TIERMM_SIM_DEPENDENT : 0u);
}

uint64_t tiermm__sim_decode(struct trace_state *state, const unsigned char *in,
			    const unsigned char *end,
			    struct tiermm_sim_access *a, const char **why)
{
	const unsigned char *at = in + 1;
	unsigned int head = in < end ? *in : 0;
	uint64_t count = 0;

	*why = "a record that is cut off";
	if (in < end)
		at = decode_page(state, at, end, head & TRACE_PAGE, &a->page);
	else
		at = NULL;
	if (at && (head & TRACE_CONTEXT))
		at = decode_context(state, at, end);
	if (at && (head & TRACE_GAP))
		at = get_number(at, end, &state->gap_ns);
	if (at && (head & TRACE_COUNT))
		at = get_number(at, end, &count);
	if (!at)
		return 0;
	a->gap_ns = state->gap_ns;
	a->thread = state->thread;
	a->process = state->process;
	a->flags = flags_of(head, state);
	a->count = count <= UINT32_MAX - 2 ? (uint32_t)count + 2 : 0;
	if (!(head & TRACE_COUNT))
		a->count = 1;
	tiermm__sim_note_page(state, a->page);
	*why = check(a);
	return *why ? 0 : (uint64_t)(at - in);
}
