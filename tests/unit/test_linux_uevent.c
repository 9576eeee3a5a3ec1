/* SPDX-License-Identifier: MIT */
/*
 * Kernel uevents, byte by byte (B1). The parser takes what a socket gave, so
 * no message may lead it outside of its bytes.
 */
#include <support/cmocka.h>

#include "../../backends/linux/uevent.h"

#include <tiermm/random.h>

/* A message without the zero byte that a C string adds. */
#define MESSAGE(text) text, sizeof(text) - 1

#define ONLINE_42                                                     \
	"online@/devices/system/memory/memory42\0ACTION=online\0"     \
	"DEVPATH=/devices/system/memory/memory42\0SUBSYSTEM=memory\0" \
	"SEQNUM=1714\0"

static void reads_a_block_that_came_online(void **state)
{
	struct tiermm_linux_event event;

	(void)state;
	assert_int_equal(tiermm__linux_uevent(MESSAGE(ONLINE_42), &event), 1);
	assert_int_equal(event.kind, TIERMM_LINUX_BLOCK_ONLINE);
	assert_int_equal(event.id, 42);
	assert_int_equal(event.sequence, 1714);
}

static void reads_every_kind(void **state)
{
	static const struct {
		const char *message;
		uint32_t kind;
	} cases[] = {
		{ "add@/devices/system/node/node7", TIERMM_LINUX_NODE_ADDED },
		{ "remove@/devices/system/node/node7",
		  TIERMM_LINUX_NODE_REMOVED },
		{ "add@/devices/system/memory/memory7",
		  TIERMM_LINUX_BLOCK_ADDED },
		{ "remove@/devices/system/memory/memory7",
		  TIERMM_LINUX_BLOCK_REMOVED },
		{ "online@/devices/system/memory/memory7",
		  TIERMM_LINUX_BLOCK_ONLINE },
		{ "offline@/devices/system/memory/memory7",
		  TIERMM_LINUX_BLOCK_OFFLINE },
		{ "online@/devices/system/cpu/cpu7", TIERMM_LINUX_CPU_ONLINE },
		{ "offline@/devices/system/cpu/cpu7",
		  TIERMM_LINUX_CPU_OFFLINE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tiermm_linux_event event = { 0, 0, 9 };

		assert_int_equal(tiermm__linux_uevent(cases[i].message,
						      strlen(cases[i].message),
						      &event),
				 1);
		assert_int_equal(event.kind, cases[i].kind);
		assert_int_equal(event.id, 7);
		assert_int_equal(event.sequence, 0);
	}
}

static void passes_over_what_is_of_no_interest(void **state)
{
	static const char *const messages[] = {
		"",
		"@",
		"add",
		"add@",
		"add@/devices/system/cpu/cpu1",
		"change@/devices/system/memory/memory1",
		"add@/devices/system/memory/memory",
		"add@/devices/system/memory/memory1x",
		"add@/devices/system/memory/memory-1",
		"add@/devices/system/memory/memory4294967296",
		"add@/devices/system/memory/memory1/power",
		"add@/devices/pci0000:00/node/node1",
		"online@/devices/system/node/node1",
		"libudev",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
		struct tiermm_linux_event event;

		assert_int_equal(tiermm__linux_uevent(messages[i],
						      strlen(messages[i]),
						      &event),
				 0);
	}
}

static void takes_a_garbled_sequence_as_unknown(void **state)
{
	struct tiermm_linux_event event;

	(void)state;
	assert_int_equal(
		tiermm__linux_uevent(
			MESSAGE("add@/devices/system/node/node1\0SEQNUM=x"),
			&event),
		1);
	assert_int_equal(event.sequence, 0);
}

/* A block of exactly the message's size: the sanitizer sees a step outside. */
static int parse_copy(const char *bytes, size_t n,
		      struct tiermm_linux_event *event)
{
	char *copy = malloc(n ? n : 1);
	int got;

	assert_non_null(copy);
	memcpy(copy, bytes, n);
	got = tiermm__linux_uevent(copy, n, event);
	free(copy);
	return got;
}

static void stays_within_a_message_that_is_cut_anywhere(void **state)
{
	const char whole[] = ONLINE_42;
	const size_t head = strlen(whole);

	(void)state;
	for (size_t n = 0; n < sizeof(whole); n++) {
		struct tiermm_linux_event event;
		int got = parse_copy(whole, n, &event);

		/* "memory4" is a block of its own. */
		assert_int_equal(got, n >= head - 1);
		if (got)
			assert_int_equal(event.id, n == head - 1 ? 4 : 42);
	}
}

static void stays_within_a_message_of_random_bytes(void **state)
{
	struct tiermm_random random;

	(void)state;
	tiermm_random_seed(&random, 1);
	for (int round = 0; round < 20000; round++) {
		char bytes[sizeof(ONLINE_42)] = ONLINE_42;
		struct tiermm_linux_event event = { 0, 0, 0 };
		uint64_t changes = 1 + tiermm_random_below(&random, 8);

		while (changes--)
			bytes[tiermm_random_below(&random, sizeof(bytes))] =
				(char)tiermm_random_below(&random, 256);
		if (parse_copy(bytes, sizeof(bytes), &event))
			assert_in_range(event.kind, TIERMM_LINUX_NODE_ADDED,
					TIERMM_LINUX_CPU_OFFLINE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_a_block_that_came_online),
		cmocka_unit_test(reads_every_kind),
		cmocka_unit_test(passes_over_what_is_of_no_interest),
		cmocka_unit_test(takes_a_garbled_sequence_as_unknown),
		cmocka_unit_test(stays_within_a_message_that_is_cut_anywhere),
		cmocka_unit_test(stays_within_a_message_of_random_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
