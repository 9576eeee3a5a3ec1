/* SPDX-License-Identifier: MIT */
/*
 * Parameters of policies as words: rate-limit=100, strategy=linux-6.12.
 *
 *     words, or names and numbers ─take─> policy_options ─apply─> options of
 *                                         ^ merge          promotion,
 *                                those that go before      reclaim and
 *                                                          demotion
 *
 * What there is stands in one table in policy_options.c. What nobody gave
 * stays zero, which is the library's default.
 */
#ifndef TIERMM_CLI_POLICY_OPTIONS_H
#define TIERMM_CLI_POLICY_OPTIONS_H

#include <stddef.h>
#include <stdint.h>

#include <tiermm/demotion_graph.h>
#include <tiermm/promotion.h>
#include <tiermm/reclaim.h>

/* What a policy does, for what an option may mean something to. */
enum {
	POLICY_KERNEL = 1, /* goes up by hint faults and a threshold */
	POLICY_COUNTS = 2, /* goes up by how often */
	POLICY_DOWN = 4,   /* goes down only */
	POLICY_SWAP = 8    /* does neither: pages are dropped */
};

enum {
	POLICY_OPTIONS = 15,
	POLICY_TEXT = 512 /* room for all of them as text */
};

/* Those that were given, as they were written. */
struct policy_options {
	uint32_t given; /* a bit an entry of the table */
	uint32_t value[POLICY_OPTIONS];
};

/* What the library is handed. */
struct policy_set {
	struct tiermm_demotion_options demotion;
	struct tiermm_reclaim_options reclaim;
	struct tiermm_promotion_options promotion;
};

/* NAME=VALUE, so many characters; `where` begins a complaint: "--option". */
int policy_option_take(struct policy_options *o, const char *where,
		       const char *text, size_t length);
/* The same from a file, with a number. */
int policy_option_set(struct policy_options *o, const char *name,
		      uint64_t value);
int policy_option_is_known(const char *name);

/* All of `over` goes before what is in `o`. */
void policy_options_merge(struct policy_options *o,
			  const struct policy_options *over);
/* Those that mean something to this kind of policy. */
void policy_options_keep(struct policy_options *o, uint32_t kind);
/* One that means nothing to this kind of policy; NULL: there is none. */
const char *policy_options_foreign(const struct policy_options *o,
				   uint32_t kind);
/* Each one given in turn: its name, and its value as text; 0: no more. */
int policy_options_next(const struct policy_options *o, uint32_t *index,
			const char **name, char *value, size_t cap);
/* "rate-limit=100 cool=500". */
void policy_options_text(const struct policy_options *o, char *out, size_t cap);

/* Into options that are empty but for their sizes. */
void policy_options_apply(const struct policy_options *o,
			  struct policy_set *out);

#endif
