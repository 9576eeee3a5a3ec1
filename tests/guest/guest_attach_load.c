/* SPDX-License-Identifier: MIT */
/*
 * A skewed load for redis over its socket. Each value says which key it is
 * and how often it was written; every one that is read is checked. Writes are
 * in place (SETRANGE), so that a value stays where it is in the server.
 */
#define _GNU_SOURCE
#include "guest_attach.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum {
	TOGETHER = 32, /* commands before answers are read */
	STAMP = 16     /* bytes that a write changes */
};

static struct {
	FILE *in;
	FILE *out;
	uint32_t version[KEYS];
	uint64_t wrong;
	uint64_t operations;
} load;

unsigned int clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (unsigned int)(now.tv_sec * 1000 + now.tv_nsec / 1000000);
}

static uint32_t draw(void)
{
	static uint32_t seed = 2024;

	seed = seed * 1664525 + 1013904223;
	return seed >> 8;
}

static void stamp(uint32_t key, char *out)
{
	char text[STAMP + 1];

	snprintf(text, sizeof(text), "%08u%08u", key, load.version[key]);
	memcpy(out, text, STAMP);
}

/* "TIERMM:", the key, the stamp; then bytes of this key. */
static void make(uint32_t key, char *out)
{
	for (uint32_t i = 0; i < VALUE; i++)
		out[i] = (char)('a' + (key * 7 + i * 13) % 26);
	memcpy(out, "TIERMM:", 7);
	stamp(key, out + 8);
}

static void send_words(const char *words, uint32_t key, const char *data,
		       size_t bytes)
{
	fprintf(load.out, "%s$8\r\n%08u\r\n", words, key);
	if (!data)
		return;
	if (bytes == STAMP)
		fputs("$1\r\n8\r\n", load.out);
	fprintf(load.out, "$%zu\r\n", bytes);
	fwrite(data, 1, bytes, load.out);
	fputs("\r\n", load.out);
}

static void read_line(char *line, int cap)
{
	if (!fgets(line, cap, load.in)) {
		printf("FAILED the_load_runs: the server is gone\n");
		exit(1);
	}
}

static void expect_answer(const char *answer)
{
	char line[128];

	read_line(line, sizeof(line));
	if (strncmp(line, answer, strlen(answer)) != 0) {
		load.wrong++;
		printf("answer %s", line);
	}
}

static void expect_value(uint32_t key)
{
	char value[VALUE + 2], wanted[VALUE];

	expect_answer("$3000");
	if (fread(value, 1, sizeof(value), load.in) != sizeof(value))
		load.wrong++;
	make(key, wanted);
	load.wrong += memcmp(value, wanted, VALUE) != 0;
}

void load_begin(const char *path)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	char value[VALUE];
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(name.sun_path, sizeof(name.sun_path), "%s", path);
	for (int i = 0; connect(fd, (struct sockaddr *)&name, sizeof(name));
	     i++) {
		if (i == 300) {
			printf("FAILED the_load_runs: no server\n");
			exit(1);
		}
		usleep(100000);
	}
	load.in = fdopen(fd, "r");
	load.out = fdopen(dup(fd), "w");
	for (uint32_t key = 0; key < KEYS; key++) {
		make(key, value);
		send_words("*3\r\n$3\r\nSET\r\n", key, value, VALUE);
		if (key % TOGETHER != TOGETHER - 1 && key != KEYS - 1)
			continue;
		fflush(load.out);
		for (uint32_t i = 0; i <= key % TOGETHER; i++)
			expect_answer("+OK");
	}
}

static uint32_t choose(uint32_t first)
{
	if (draw() % 10)
		return (first + draw() % HOT) % KEYS;
	return draw() % KEYS;
}

/* Half of them write. No key twice in a batch, so that answers are certain. */
static void batch(uint32_t first)
{
	uint32_t keys[TOGETHER], n = 0;
	char text[STAMP];

	while (n < TOGETHER) {
		uint32_t key = choose(first), i = 0;

		while (i < n && keys[i] != key)
			i++;
		if (i == n)
			keys[n++] = key;
	}
	for (uint32_t i = 0; i < n; i++) {
		if (i % 2) {
			send_words("*2\r\n$3\r\nGET\r\n", keys[i], NULL, 0);
			continue;
		}
		load.version[keys[i]]++;
		stamp(keys[i], text);
		send_words("*4\r\n$8\r\nSETRANGE\r\n", keys[i], text, STAMP);
	}
	fflush(load.out);
	for (uint32_t i = 0; i < n; i++) {
		if (i % 2)
			expect_value(keys[i]);
		else
			expect_answer(":3000");
	}
	load.operations += n;
}

void load_run(uint32_t first, unsigned int ms)
{
	unsigned int end = clock_ms() + ms;

	while (clock_ms() < end)
		batch(first);
}

void load_check(void)
{
	for (uint32_t key = 0; key < KEYS; key++) {
		send_words("*2\r\n$3\r\nGET\r\n", key, NULL, 0);
		fflush(load.out);
		expect_value(key);
	}
}

uint64_t load_wrong(void)
{
	return load.wrong;
}

uint64_t load_operations(void)
{
	return load.operations;
}
