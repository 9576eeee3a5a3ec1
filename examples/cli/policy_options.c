/* SPDX-License-Identifier: MIT */
/* The table of policies' parameters, and what goes by it. */
#include "policy_options.h"

#include "cli.h"

#include <inttypes.h>
#include <string.h>

/* A day, the most that the library takes; no run is as long. */
#define NEVER 86400000
/* More than any machine moves. */
#define NO_LIMIT UINT32_MAX

#define UP (POLICY_KERNEL | POLICY_COUNTS)
#define MOVES (UP | POLICY_DOWN)

/* Where in struct policy_set a field is. */
#define PROMOTION(field)                          \
	(offsetof(struct policy_set, promotion) + \
	 offsetof(struct tiermm_promotion_options, field))
#define RECLAIM(field)                          \
	(offsetof(struct policy_set, reclaim) + \
	 offsetof(struct tiermm_reclaim_options, field))
#define DEMOTION(field)                          \
	(offsetof(struct policy_set, demotion) + \
	 offsetof(struct tiermm_demotion_options, field))

struct option {
	const char *name;
	const char *expected; /* behind "expected" */
	uint32_t kinds;       /* of policies that it means something to */
	uint32_t takes_zero;
	uint64_t low; /* but for 0 */
	uint64_t most;
	uint64_t zero;  /* what the field holds where 0 was said */
	uint64_t scale; /* its units in one of ours; 0: there is no field */
	size_t place;
	size_t flags;   /* place of flags with such; 0: none */
	uint32_t clear; /* a flag where 0 was said */
	uint32_t set;   /* a flag where something else was */
};

static const struct option table[POLICY_OPTIONS] = {
	{ .name = "hot-threshold",
	  .expected = "8 to 86400000 ms, or 0: whatever is used is hot",
	  .kinds = POLICY_KERNEL,
	  .takes_zero = 1,
	  .low = 8,
	  .most = NEVER,
	  .zero = NEVER,
	  .scale = 1,
	  .place = PROMOTION(hot_threshold_ms) },
	{ .name = "adjust-period",
	  .expected = "1 to 86400000 ms, or 0: the threshold stays",
	  .kinds = POLICY_KERNEL,
	  .takes_zero = 1,
	  .low = 1,
	  .most = NEVER,
	  .zero = NEVER,
	  .scale = 1,
	  .place = PROMOTION(adjust_period_ms) },
	{ .name = "rate-limit",
	  .expected = "1 to 4194304 MiB/s, or 0: no limit",
	  .kinds = UP,
	  .takes_zero = 1,
	  .low = 1,
	  .most = 4194304,
	  .zero = NO_LIMIT,
	  .scale = 1,
	  .place = PROMOTION(rate_limit_mibps) },
	{ .name = "guard",
	  .expected = "1 to 86400000 ms, or 0: no guard against ping-pong",
	  .kinds = UP,
	  .takes_zero = 1,
	  .low = 1,
	  .most = NEVER,
	  .scale = 1,
	  .place = PROMOTION(guard_ms),
	  .flags = PROMOTION(flags),
	  .clear = TIERMM_PROMOTION_NO_GUARD },
	{ .name = "guard-delay",
	  .expected = "1 to 86400000 ms",
	  .kinds = UP,
	  .low = 1,
	  .most = NEVER,
	  .scale = 1,
	  .place = PROMOTION(guard_delay_ms) },
	{ .name = "cool",
	  .expected = "1 to 86400000 ms, or 0: never",
	  .kinds = POLICY_COUNTS,
	  .takes_zero = 1,
	  .low = 1,
	  .most = NEVER,
	  .zero = NEVER,
	  .scale = 1,
	  .place = PROMOTION(cool_ms) },
	{ .name = "stale",
	  .expected = "1 to 86400000 ms, or 0: never",
	  .kinds = UP,
	  .takes_zero = 1,
	  .low = 1,
	  .most = NEVER,
	  .zero = NEVER,
	  .scale = 1,
	  .place = PROMOTION(stale_ms) },
	{ .name = "candidates",
	  .expected = "1 to 16777216 pages",
	  .kinds = UP,
	  .low = 1,
	  .most = TIERMM_PROMOTION_CANDIDATES_MAX,
	  .scale = 1,
	  .place = PROMOTION(max_candidates) },
	{ .name = "balance",
	  .expected = "1: nothing goes to a node that is slower just now, or 0",
	  .kinds = UP,
	  .takes_zero = 1,
	  .low = 1,
	  .most = 1,
	  .flags = PROMOTION(flags),
	  .set = TIERMM_PROMOTION_BALANCE },
	{ .name = "strategy",
	  .expected = "nearest, linux-6.12, linux-5.18 or linux-5.15",
	  .kinds = MOVES,
	  .takes_zero = 1,
	  .low = 1,
	  .most = TIERMM_STRATEGY_LINUX_5_15,
	  .zero = TIERMM_STRATEGY_NEAREST,
	  .scale = 1,
	  .place = DEMOTION(strategy) },
	{ .name = "penalty",
	  .expected = "0 to 65535",
	  .kinds = MOVES,
	  .takes_zero = 1,
	  .low = 1,
	  .most = 65535,
	  .zero = TIERMM_CPU_PENALTY_NONE,
	  .scale = 1,
	  .place = DEMOTION(cpu_penalty) },
	{ .name = "headroom",
	  .expected = "1 to 10000 (of 10000), or 0: none",
	  .kinds = MOVES,
	  .takes_zero = 1,
	  .low = 1,
	  .most = 10000,
	  .zero = TIERMM_WATERMARK_HEADROOM_NONE,
	  .scale = 1,
	  .place = RECLAIM(headroom_bp) },
	{ .name = "watermark-scale",
	  .expected = "1 to 3000 (of 10000)",
	  .kinds = MOVES | POLICY_SWAP,
	  .low = 1,
	  .most = TIERMM_WATERMARK_SCALE_MAX,
	  .scale = 1,
	  .place = RECLAIM(scale_bp) },
	{ .name = "demotion-limit",
	  .expected = "1 to 4194304 MiB/s, or 0: no limit",
	  .kinds = MOVES,
	  .takes_zero = 1,
	  .low = 1,
	  .most = 4194304,
	  .scale = 1 << 20,
	  .place = RECLAIM(rate_limit_bytes) },
	{ .name = "backoff",
	  .expected = "1, or 0: full targets are tried on",
	  .kinds = MOVES,
	  .takes_zero = 1,
	  .low = 1,
	  .most = 1,
	  .flags = RECLAIM(flags),
	  .clear = TIERMM_RECLAIM_BACKOFF_OFF },
};

static int has_words(const struct option *option)
{
	return option->place == DEMOTION(strategy);
}

static int find(const char *name, size_t length)
{
	for (int i = 0; i < POLICY_OPTIONS; i++)
		if (strlen(table[i].name) == length &&
		    memcmp(table[i].name, name, length) == 0)
			return i;
	return -1;
}

int policy_option_is_known(const char *name)
{
	return find(name, strlen(name)) >= 0;
}

static int complain_name(const char *where, const char *name, size_t length)
{
	char names[POLICY_TEXT] = "";
	size_t n = 0;

	for (int i = 0; i < POLICY_OPTIONS; i++)
		n += (size_t)snprintf(names + n, sizeof(names) - n, "%s%s",
				      i ? ", " : "", table[i].name);
	return fail(STATUS_USAGE,
		    "%s '%.*s', expected NAME=VALUE with one of "
		    "%s",
		    where, (int)length, name, names);
}

static int fits(const struct option *option, uint64_t value)
{
	if (value == 0)
		return option->takes_zero != 0;
	return value >= option->low && value <= option->most;
}

static int put(struct policy_options *o, int index, uint64_t value)
{
	o->value[index] = (uint32_t)value;
	o->given |= 1u << index;
	return STATUS_DONE;
}

static int parse_strategy(const char *word, uint64_t *out)
{
	for (uint32_t i = 0; i < TIERMM_STRATEGIES; i++) {
		if (strcmp(word, tiermm_strategy_name(i)) != 0)
			continue;
		*out = i;
		return 1;
	}
	return 0;
}

int policy_option_take(struct policy_options *o, const char *where,
		       const char *text, size_t length)
{
	const char *equals = memchr(text, '=', length);
	size_t n = equals ? (size_t)(equals - text) : length;
	int index = find(text, n);
	char word[32] = "";
	uint64_t value;

	if (!equals || index < 0)
		return complain_name(where, text, length);
	if (length - n - 1 < sizeof(word))
		memcpy(word, equals + 1, length - n - 1);
	if ((has_words(&table[index])
		     ? parse_strategy(word, &value)
		     : parse_number(word, UINT32_MAX, &value)) &&
	    fits(&table[index], value))
		return put(o, index, value);
	return fail(STATUS_USAGE, "%s '%.*s', expected %s", where, (int)length,
		    text, table[index].expected);
}

int policy_option_set(struct policy_options *o, const char *name,
		      uint64_t value)
{
	int index = find(name, strlen(name));

	if (index < 0)
		return complain_name("option", name, strlen(name));
	if (!fits(&table[index], value) || has_words(&table[index]))
		return fail(STATUS_UNREADABLE,
			    "option '%s' is %" PRIu64 ", expected %s", name,
			    value, table[index].expected);
	return put(o, index, value);
}

void policy_options_merge(struct policy_options *o,
			  const struct policy_options *over)
{
	for (int i = 0; i < POLICY_OPTIONS; i++)
		if (over->given >> i & 1)
			put(o, i, over->value[i]);
}

void policy_options_keep(struct policy_options *o, uint32_t kind)
{
	for (int i = 0; i < POLICY_OPTIONS; i++)
		if (!(table[i].kinds & kind))
			o->given &= ~(1u << i);
}

const char *policy_options_foreign(const struct policy_options *o,
				   uint32_t kind)
{
	for (int i = 0; i < POLICY_OPTIONS; i++)
		if (o->given >> i & 1 && !(table[i].kinds & kind))
			return table[i].name;
	return NULL;
}

int policy_options_next(const struct policy_options *o, uint32_t *index,
			const char **name, char *value, size_t cap)
{
	while (*index < POLICY_OPTIONS && !(o->given >> *index & 1))
		++*index;
	if (*index == POLICY_OPTIONS)
		return 0;
	*name = table[*index].name;
	if (has_words(&table[*index]))
		snprintf(value, cap, "%s",
			 tiermm_strategy_name(o->value[*index]));
	else
		snprintf(value, cap, "%" PRIu32, o->value[*index]);
	++*index;
	return 1;
}

void policy_options_text(const struct policy_options *o, char *out, size_t cap)
{
	uint32_t index = 0;
	const char *name;
	char value[32];
	size_t n = 0;

	out[0] = '\0';
	while (policy_options_next(o, &index, &name, value, sizeof(value)) &&
	       n < cap)
		n += (size_t)snprintf(out + n, cap - n, "%s%s=%s", n ? " " : "",
				      name, value);
}

static void write_field(const struct option *option, uint64_t value,
			struct policy_set *out)
{
	uint64_t units = value ? value * option->scale : option->zero;
	uint32_t narrow = (uint32_t)units;
	char *at = (char *)out + option->place;

	/* The only field that is wider. */
	if (option->place == RECLAIM(rate_limit_bytes))
		memcpy(at, &units, sizeof(units));
	else
		memcpy(at, &narrow, sizeof(narrow));
}

static void write_flag(const struct option *option, uint64_t value,
		       struct policy_set *out)
{
	char *at = (char *)out + option->flags;
	uint32_t flags;

	memcpy(&flags, at, sizeof(flags));
	flags |= value ? option->set : option->clear;
	memcpy(at, &flags, sizeof(flags));
}

void policy_options_apply(const struct policy_options *o,
			  struct policy_set *out)
{
	*out = (struct policy_set){
		.demotion = { .size = sizeof(out->demotion) },
		.reclaim = { .size = sizeof(out->reclaim) },
		.promotion = { .size = sizeof(out->promotion) },
	};
	for (int i = 0; i < POLICY_OPTIONS; i++) {
		if (!(o->given >> i & 1))
			continue;
		if (table[i].scale)
			write_field(&table[i], o->value[i], out);
		if (table[i].flags)
			write_flag(&table[i], o->value[i], out);
	}
}
