/* SPDX-License-Identifier: MIT */
/*
 * The state of the bundled policies, which use the same table as a policy of
 * the caller's (P6), and how each fills it.
 */
#ifndef TIERMM_PROMOTION_POLICIES_H
#define TIERMM_PROMOTION_POLICIES_H

#include <stdint.h>

#include <tiermm/promotion.h>

/* Kernel: what is kept of a target (P2). */
struct tiermm__kernel_node {
	uint64_t threshold_ms; /* 0: unset, the default holds */
	uint64_t adjusted_ms;  /* when it was looked at last */
	uint64_t candidates;   /* how many there were then */
};

struct tiermm__kernel {
	uint64_t default_ms;
	uint64_t period_ms;
	uint64_t limit_pages;              /* candidates a second */
	uint64_t enough_pages;             /* 1 GiB */
	uint64_t adjusted;                 /* changes so far */
	struct tiermm__kernel_node *nodes; /* by id */
};

/* How many pages have each heat; what stands at 0 means nothing. */
struct tiermm__histogram {
	uint64_t pages[TIERMM_PROMOTION_HEAT_MAX + 1];
	uint64_t cool_ms;
	uint64_t epoch_ms;  /* when the period began; a multiple of cool_ms */
	uint64_t capacity;  /* base pages on top; 0: unknown */
	uint32_t threshold; /* hot from here on */
};

void tiermm__kernel_table(struct tiermm_promotion_policy *out,
			  struct tiermm__kernel *state);
/* The threshold that holds now. */
uint64_t tiermm__kernel_threshold(const struct tiermm__kernel *k, int32_t node);

/*
 * After an answer of COLD or FIRST_SEEN: until when every latency from which
 * on will get the same, as long as the node's room stays.
 */
void tiermm__kernel_cutoff(const struct tiermm__kernel *k, int32_t node,
			   uint64_t *end_ms, uint64_t *latency_ms);

void tiermm__histogram_start(struct tiermm__histogram *h, uint64_t cool_ms);
void tiermm__histogram_table(struct tiermm_promotion_policy *out,
			     struct tiermm__histogram *state);
/* A heat of then, now: the general case of tiermm__histogram_decayed(). */
uint32_t tiermm__histogram_faded(const struct tiermm__histogram *h,
				 uint32_t heat, uint64_t now_ms,
				 uint64_t before_ms);
/* Halve once for each period that ended since the last time. */
void tiermm__histogram_cool(struct tiermm__histogram *h, uint64_t now_ms);

/* The histogram's slots and the gate. */
void tiermm__latency_table(struct tiermm_promotion_policy *out,
			   struct tiermm__histogram *state);
int tiermm__latency_gate(void *self, const struct tiermm_promotion_room *from,
			 const struct tiermm_promotion_room *to);

/* Check and copy a table of the caller's; as tiermm_promotion_create(). */
int tiermm__policy_adopt(struct tiermm_promotion_policy *dst,
			 const struct tiermm_promotion_policy *src);

#endif
