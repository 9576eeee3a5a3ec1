/* SPDX-License-Identifier: MIT */
/*
 * The rules of a layout that changes, frame by frame and without a thought of
 * speed: what the library is compared with.
 */
#ifndef TESTS_PROPERTY_NAIVE_LAYOUT_H
#define TESTS_PROPERTY_NAIVE_LAYOUT_H

#include <tiermm/layout_account.h>
#include <tiermm/layout_page.h>

#define NAIVE_FRAMES 1024
#define NAIVE_NODES 6

enum naive_state {
	NAIVE_USED = 0, /* as at boot */
	NAIVE_FREE,
	NAIVE_CACHED,
	NAIVE_HOLE /* no memory there */
};

struct naive_layout {
	int32_t layout[NAIVE_FRAMES]; /* where frames belong */
	int32_t page[NAIVE_FRAMES];   /* where pages are */
	uint8_t marked[NAIVE_FRAMES];
	uint8_t state[NAIVE_FRAMES];
	uint8_t order[NAIVE_FRAMES]; /* of the block that begins here */
	uint8_t head[NAIVE_FRAMES];  /* a block in use begins here */
};

/* Everything in one range each, in use, of order 0. */
void naive_begin(struct naive_layout *n, const struct tiermm_layout_range *r,
		 uint64_t n_ranges);
/* Another layout: what differs is marked (L4). */
void naive_commit(struct naive_layout *n, const struct tiermm_layout_range *r,
		  uint64_t n_ranges);
/* The pages of a block go where they belong if one of them is marked (L5). */
void naive_ask(struct naive_layout *n, uint64_t frame, uint32_t order,
	       uint8_t state);
/* What the account of a node has to be (L8). */
struct tiermm_layout_account naive_account(const struct naive_layout *n,
					   int32_t node);

#endif
