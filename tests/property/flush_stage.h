/* SPDX-License-Identifier: MIT */
/*
 * A handle table over real threads: readers, movers, and who frees. Frames are
 * poisoned when they are handed back; a reader that meets poison inside a
 * section has found a bug.
 */
#ifndef TESTS_PROPERTY_FLUSH_STAGE_H
#define TESTS_PROPERTY_FLUSH_STAGE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#include <tiermm/flush_agent.h>
#include <tiermm/flush_drain.h>

#define STAGE_READERS 2
#define STAGE_MOVERS 2
#define STAGE_HANDLES 64
#define STAGE_FRAMES 256
#define STAGE_WORDS 8
#define STAGE_REQUESTS 16
#define STAGE_BATCH 8
#define STAGE_MOVES 1000 /* pages that a run moves at least */
#define STAGE_POISON 0xdeadbeefdeadbeefu

struct stage_frame {
	struct tiermm_flush_page link; /* first: a link is its frame */
	uint64_t word[STAGE_WORDS];
};

struct stage_reader {
	struct stage *stage;
	struct tiermm_flush_agent *agent;
	_Atomic uint64_t section; /* external flavour: odd inside */
	uint64_t reads;
	uint64_t poisoned;
};

struct stage {
	struct tiermm_flush *f;
	uint32_t flavour;
	uint32_t broken;  /* free after 2 ms; readers sleep 5 ms inside */
	uint32_t checked; /* check mode; readers leave and join again */
	uint64_t reads;   /* for each reader to do */
	_Atomic uint32_t readers_left;
	_Atomic(struct stage_frame *) handle[STAGE_HANDLES];
	struct stage_frame frame[STAGE_FRAMES];
	struct stage_reader reader[STAGE_READERS];
	pthread_mutex_t lock; /* for the four below */
	struct stage_frame *free_frame[STAGE_FRAMES];
	uint32_t n_free;
	void *free_request[STAGE_REQUESTS];
	uint32_t n_requests;
	pthread_mutex_t table; /* movers, one with another */
	_Atomic uint64_t moved;
	_Atomic uint64_t breaches; /* told by the check mode */
};

enum {
	STAGE_BROKEN = 1,
	STAGE_CHECKED = 2
};

/*
 * Run it; how many reads met poison, or with STAGE_CHECKED how many breaches
 * were told.
 */
uint64_t stage_run(uint32_t flavour, uint64_t reads, uint32_t mode);

#endif
