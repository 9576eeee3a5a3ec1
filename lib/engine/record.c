/* SPDX-License-Identifier: MIT */
/* A record as one line of text, for people. */
#include <stddef.h>

#include <tiermm/engine_log.h>
#include <tiermm/error.h>
#include <tiermm/memops.h>
#include <tiermm/reclaim_report.h>

#include "base/line.h"

static const char *step_name(uint32_t step)
{
	static const char *const names[] = {
		[TIERMM_STEP_DEMOTE] = "demote",
		[TIERMM_STEP_BALANCE] = "balance",
		[TIERMM_STEP_SAMPLES] = "samples",
		[TIERMM_STEP_PROMOTE] = "promote",
		[TIERMM_STEP_SWEEP] = "sweep",
	};

	if (step < TIERMM_STEP_DEMOTE || step > TIERMM_STEP_SWEEP)
		return NULL;
	return names[step];
}

static const char *event_name(uint32_t kind)
{
	static const char *const names[] = {
		[TIERMM_EVENT_MEMORY_ADD] = "memory add",
		[TIERMM_EVENT_MEMORY_REMOVE] = "memory remove",
		[TIERMM_EVENT_MEMORY_GOING] = "memory going",
		[TIERMM_EVENT_MEMORY_CANCEL] = "memory cancel",
		[TIERMM_EVENT_CPU_ON] = "CPU on",
		[TIERMM_EVENT_CPU_OFF] = "CPU off",
	};

	if (kind < TIERMM_EVENT_MEMORY_ADD || kind > TIERMM_EVENT_CPU_OFF)
		return NULL;
	return names[kind];
}

/* A word before a number, as most of a record is. */
static void number(struct tiermm__line *line, const char *word, uint64_t value)
{
	tiermm__line_text(line, word);
	tiermm__line_u64(line, value);
}

static void name(struct tiermm__line *line, const char *text)
{
	tiermm__line_text(line, text ? text : "unknown");
}

static void node(struct tiermm__line *line, const char *word, int32_t id)
{
	if (id == TIERMM_NO_NODE)
		return;
	tiermm__line_text(line, word);
	tiermm__line_i64(line, id);
}

static void page(struct tiermm__line *line, const char *word,
		 const struct tiermm_record *r)
{
	tiermm__line_text(line, word);
	tiermm__line_hex(line, r->page);
}

static void step(struct tiermm__line *line, const struct tiermm_record *r)
{
	tiermm__line_text(line, "step ");
	name(line, step_name(r->detail));
	node(line, " of node ", r->from);
	number(line, ", items ", r->value[0]);
	if (r->value[1])
		number(line, ", budget ", r->value[1]);
}

static void folio(struct tiermm__line *line, const struct tiermm_record *r)
{
	page(line, "folio ", r);
	node(line, " on node ", r->from);
	number(line, ", order ", r->detail);
	tiermm__line_text(line, ", flags ");
	tiermm__line_hex(line, r->flags);
	number(line, ", age ", r->value[0]);
}

static void allowed(struct tiermm__line *line, const struct tiermm_record *r)
{
	struct tiermm_nodeset set = { { 0 } };

	if (r->page < TIERMM_NODESET_WORDS)
		set.word[r->page] = r->value[0];
	tiermm__line_text(line, "allowed nodes ");
	tiermm__line_nodes(line, &set);
}

static void sample(struct tiermm__line *line, const struct tiermm_record *r)
{
	number(line, "sample of page ", r->page);
	node(line, " from node ", r->from);
	number(line, ", kind ", r->flags);
	number(line, ", weight ", r->value[1]);
}

static void room(struct tiermm__line *line, const struct tiermm_record *r)
{
	node(line, "room of node ", r->from);
	number(line, ": managed ", r->page);
	number(line, ", free ", r->value[0]);
	number(line, ", min ", r->value[1]);
}

static void event(struct tiermm__line *line, const struct tiermm_record *r)
{
	tiermm__line_text(line, "event ");
	name(line, event_name(r->detail));
	node(line, " on node ", r->from);
	number(line, ", pages ", r->value[0]);
}

static void try(struct tiermm__line *line, const struct tiermm_record *r)
{
	page(line, "try ", r);
	node(line, " from node ", r->from);
	node(line, " to node ", r->to);
	tiermm__line_text(line, ": ");
	name(line, tiermm_outcome_name(r->detail));
	number(line, ", pages ", r->value[0]);
	if (r->value[1]) {
		tiermm__line_text(line, ", error ");
		tiermm__line_i64(line, (int64_t)r->value[1]);
	}
}

static void final(struct tiermm__line *line, const struct tiermm_record *r)
{
	page(line, "final ", r);
	node(line, " from node ", r->from);
	tiermm__line_text(line, ": ");
	name(line, tiermm_verdict_name(r->verdict));
	node(line, " to node ", r->to);
	tiermm__line_text(line, ", ");
	name(line, tiermm_reclaim_reason_name(r->reason));
	number(line, ", tries ", r->detail);
}

int tiermm_record_text(const struct tiermm_record *record, char *out,
		       uint64_t cap, uint64_t *n_out)
{
	static void (*const write[TIERMM_RECORDS])(
		struct tiermm__line * line, const struct tiermm_record *r) = {
		[TIERMM_RECORD_STEP] = step,
		[TIERMM_RECORD_FOLIO] = folio,
		[TIERMM_RECORD_ALLOWED] = allowed,
		[TIERMM_RECORD_SAMPLE] = sample,
		[TIERMM_RECORD_ROOM] = room,
		[TIERMM_RECORD_EVENT] = event,
		[TIERMM_RECORD_TRY] = try,
		[TIERMM_RECORD_FINAL] = final,
	};
	struct tiermm__line line;
	int err = record ? tiermm__line_start(&line, out, cap) : -TIERMM_EINVAL;

	if (err)
		return err;
	if (record->kind < TIERMM_RECORDS && write[record->kind])
		write[record->kind](&line, record);
	else
		number(&line, "record of unknown kind ", record->kind);
	return tiermm__line_finish(&line, n_out);
}
