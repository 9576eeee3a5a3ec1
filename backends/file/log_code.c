/* SPDX-License-Identifier: MIT */
/* Records as bytes, the same on every machine. */
#include "log.h"

uint64_t tiermm__log_checksum(const void *data, uint64_t bytes)
{
	const unsigned char *in = data;
	uint64_t sum = UINT64_C(0xcbf29ce484222325);

	for (uint64_t i = 0; i < bytes; i++)
		sum = (sum ^ in[i]) * UINT64_C(0x100000001b3);
	return sum;
}

static void split(uint32_t *words, uint64_t value)
{
	words[0] = (uint32_t)value;
	words[1] = (uint32_t)(value >> 32);
}

static uint64_t join(const uint32_t *words)
{
	return (uint64_t)words[1] << 32 | words[0];
}

static void to_words(const struct tiermm_record *r, uint32_t *words)
{
	split(words, r->number);
	split(words + 2, r->time_ns);
	split(words + 4, r->page);
	split(words + 6, r->value[0]);
	split(words + 8, r->value[1]);
	words[10] = r->kind;
	words[11] = r->flags;
	words[12] = (uint32_t)r->from;
	words[13] = (uint32_t)r->to;
	words[14] = r->reason;
	words[15] = (uint32_t)r->detail << 16 | r->verdict;
}

static struct tiermm_record from_words(const uint32_t *words)
{
	return (struct tiermm_record){
		.number = join(words),
		.time_ns = join(words + 2),
		.page = join(words + 4),
		.value = { join(words + 6), join(words + 8) },
		.kind = words[10],
		.flags = words[11],
		.from = (int32_t)words[12],
		.to = (int32_t)words[13],
		.reason = words[14],
		.verdict = (uint16_t)words[15],
		.detail = (uint16_t)(words[15] >> 16),
	};
}

struct tiermm_record tiermm__log_origin(void)
{
	return (struct tiermm_record){ .number = UINT64_MAX };
}

/* The record before, with the next number. */
static void expect(const struct tiermm_record *before, uint32_t *words)
{
	to_words(before, words);
	split(words, before->number + 1);
}

uint64_t tiermm__log_encode(const struct tiermm_record *record,
			    struct tiermm_record *before, unsigned char *out)
{
	uint32_t expected[LOG_WORDS], words[LOG_WORDS];
	uint32_t mask = 0;
	uint64_t at = 2;

	expect(before, expected);
	to_words(record, words);
	for (uint32_t i = 0; i < LOG_WORDS; i++) {
		if (words[i] == expected[i])
			continue;
		mask |= UINT32_C(1) << i;
		tiermm__log_put(out + at, words[i], 4);
		at += 4;
	}
	tiermm__log_put(out, mask, 2);
	*before = *record;
	return at;
}

uint64_t tiermm__log_decode(const unsigned char *in, uint64_t bytes,
			    struct tiermm_record *before)
{
	uint32_t words[LOG_WORDS];
	uint64_t mask, at = 2;

	if (bytes < LOG_LEAST_RECORD)
		return 0;
	mask = tiermm__log_get(in, 2);
	expect(before, words);
	for (uint32_t i = 0; i < LOG_WORDS; i++) {
		if (!(mask >> i & 1))
			continue;
		if (bytes - at < 4)
			return 0;
		words[i] = (uint32_t)tiermm__log_get(in + at, 4);
		at += 4;
	}
	*before = from_words(words);
	return at;
}
