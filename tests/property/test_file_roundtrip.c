/* SPDX-License-Identifier: MIT */
/*
 * For all machines: what is written of a machine reads back as that machine,
 * and is written the same again; a line of the one-line form likewise, or it
 * is refused with the name of what does not fit.
 */
#include <tiermm/backends/file.h>

#include "support/machine.h"
#include "support/share.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A sanitizer makes each round ten times as long, or more. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define ROUNDS 100
#else
#define ROUNDS 1000
#endif
#define TEXT_BYTES (1 << 20)

static char first[TEXT_BYTES], second[TEXT_BYTES];

static void die(uint64_t seed, const char *what, const char *why)
{
	printf("seed %" PRIu64 ": %s: %s\n%s\n", seed, what, why, first);
	exit(1);
}

static int parse(struct tiermm_file_machine **m, uint32_t format,
		 const char *text, struct tiermm_file_error *error)
{
	if (format == TIERMM_FILE_SYNTHETIC)
		return tiermm_file_machine_synthetic(m, text, error, NULL);
	return tiermm_file_machine_parse(m, "written", text, strlen(text), 0,
					 error, NULL);
}

/* Returns 1 where the form can express the machine. */
static int round_trip(uint64_t seed, const struct tiermm_topology *t,
		      uint32_t format)
{
	struct tiermm_file_error error = { .size = sizeof(error) };
	struct tiermm_file_machine *m;
	int err;

	err = tiermm_file_topology_write(t, format, first, sizeof(first), NULL,
					 &error);
	if (err == -TIERMM_ENOTSUP && error.text[0])
		return 0;
	if (err)
		die(seed, "writing", tiermm_strerror(err));
	if (parse(&m, format, first, &error))
		die(seed, "reading", error.text);
	if (!tiermm_topology_equal(t, tiermm_file_machine_topology(m)))
		die(seed, "reading", "another machine came back");
	err = tiermm_file_topology_write(tiermm_file_machine_topology(m),
					 format, second, sizeof(second), NULL,
					 &error);
	if (err || strcmp(first, second) != 0)
		die(seed, "writing again", second);
	tiermm_file_machine_destroy(m);
	return 1;
}

/*
 * Any machine fits a machine file, also one that has changed since it began
 * and remembers what it was.
 */
static void try_machine(uint64_t seed)
{
	uint32_t ids = 1 + (uint32_t)(seed % MACHINE_IDS);
	struct tiermm_topology_builder *b;
	struct tiermm_random random;
	struct tiermm_topology *t;

	tiermm_random_seed(&random, seed);
	b = machine_random(&random, ids);
	for (int age = 0; age < 3; age++) {
		t = machine_snapshot(b);
		if (!round_trip(seed, t, TIERMM_FILE_MACHINE))
			die(seed, "writing", "does not fit a machine file");
		if (tiermm_topology_builder_load(b, t))
			die(seed, "loading", "no room");
		for (int i = 0; i < 5; i++)
			machine_random_edit(b, &random, ids);
		tiermm_topology_unref(t);
	}
	tiermm_topology_builder_destroy(b);
}

static uint64_t draw(struct tiermm_random *random, uint64_t bound)
{
	return tiermm_random_below(random, bound);
}

/* A group of the form, with each of its parts there or not. */
static void put_group(struct tiermm_random *random, char *out, size_t cap)
{
	static const char *const types[] = { "dram", "hbm", "cxl", "pmem",
					     "remote" };
	uint64_t size = 4 * draw(random, 300);
	int n;

	n = snprintf(out, cap, "%s:%" PRIu64 "x%" PRIu64 "%c",
		     types[draw(random, 5)], 1 + draw(random, 4), size,
		     "KMGT"[draw(random, 4)]);
	if (size && draw(random, 2))
		n += snprintf(out + n, cap - (size_t)n, "@%" PRIu64 "ns",
			      1 + draw(random, 5000));
	if (out[n - 1] == 's' && draw(random, 2))
		n += snprintf(out + n, cap - (size_t)n,
			      ",%" PRIu64 ".%03" PRIu64 "GB/s",
			      draw(random, 1000), 1 + draw(random, 999));
	if (draw(random, 2))
		snprintf(out + n, cap - (size_t)n, "+%" PRIu64 "c",
			 draw(random, 9));
}

/* Whatever reads as a line can be written as one, and as a file. */
static void try_line(uint64_t seed)
{
	struct tiermm_file_error error = { .size = sizeof(error) };
	struct tiermm_file_machine *m;
	struct tiermm_random random;
	char line[1024] = "";
	size_t n = 0;

	tiermm_random_seed(&random, seed);
	for (uint64_t groups = 1 + draw(&random, 6); groups; groups--) {
		put_group(&random, line + n, sizeof(line) - n);
		n = strlen(line);
		line[n++] = ' ';
		line[n] = '\0';
	}
	snprintf(first, sizeof(first), "%s", line);
	if (tiermm_file_machine_synthetic(&m, line, &error, NULL))
		die(seed, "reading", error.text);
	if (!round_trip(seed, tiermm_file_machine_topology(m),
			TIERMM_FILE_SYNTHETIC))
		die(seed, "writing", line);
	if (!round_trip(seed, tiermm_file_machine_topology(m),
			TIERMM_FILE_MACHINE))
		die(seed, "writing a file", line);
	tiermm_file_machine_destroy(m);
}

int main(void)
{
	const uint64_t rounds = share_of(ROUNDS);

	for (uint64_t seed = 0; seed < rounds; seed++) {
		try_machine(seed);
		try_line(seed);
	}
	printf("%" PRIu64 " machines of three ages, and as many lines\n",
	       rounds);
	return 0;
}
