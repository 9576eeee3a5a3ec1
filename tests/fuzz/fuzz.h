/* SPDX-License-Identifier: MIT */
/*
 * What the fuzz targets share: the entry point that libFuzzer, AFL++ and the
 * replay of kept inputs call, and what has to hold of every machine that any
 * reader makes.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <tiermm/tiermm.h>

#include <stddef.h>
#include <stdint.h>

/* One input; what is wrong aborts. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Abort with a message where a promise is broken. */
void fuzz_expect(int holds, const char *promise);

/*
 * A machine that was read is whole, is written as a machine file and reads
 * back equal; its graph is valid under every strategy, and can be printed.
 */
void fuzz_expect_machine(struct tiermm_topology *t);

/* What was written, to be read again; freed by who made it. */
struct fuzz_text {
	uint8_t *data;
	uint64_t n;
	uint64_t room;
};

/* A write slot that adds to the text that self is. */
int fuzz_keep(void *self, const void *data, uint64_t n);

#endif
