/* SPDX-License-Identifier: MIT */
/*
 * tiermm attach and run: tiering of a live process; what their files share.
 *
 *     attach.c  options.c ──> attach_check.c   machine, rights, settings
 *                                  │
 *     attach_loop.c   once an interval:
 *          │
 *          ├── attach_pages.c    which pages there are, and where
 *          ├── attach_heat.c     which were used ──> samples
 *          ├── attach_rooms.c    what nodes have, nodes that come and go
 *          ├── attach_step.c     balance, promote ──> attach_table.c: moves
 *          └── attach_print.c    a line of figures
 */
#ifndef TIERMM_CLI_ATTACH_H
#define TIERMM_CLI_ATTACH_H

#include "cli.h"
#include "decisions.h"

#include <tiermm/backends/linux_heat.h>
#include <tiermm/backends/linux_pages.h>

enum {
	PAGE_BYTES = 4096,
	PAGE_SHIFT = 12,
	CHUNK = 512,       /* pages that are asked for, or moved, together */
	NOWHERE = -1,      /* node of an index that no page has */
	WARM_INTERVALS = 2 /* looks before anything counts as cold */
};
/* Pages looked up an interval beyond those that were used. */
#define SURVEY_PAGES UINT64_C(262144)

/* How to tier. */
struct tiering_options {
	struct input input;
	int json;
	int dry_run;
	uint32_t policy; /* TIERMM_PROMOTION_... */
	uint32_t source; /* TIERMM_LINUX_HEAT_... */
	uint32_t ranges; /* TIERMM_LINUX_RANGES_... */
	uint64_t interval_ms;
	uint64_t seconds;     /* 0: until the process ends */
	uint64_t rate_bytes;  /* moved a second, both ways */
	uint64_t top_bytes;   /* of each fast node; 0: all of it */
	uint64_t track_bytes; /* pages that are known at a time; 0: fitted */
	const char *output;
	const char *log; /* where decisions go; NULL: nowhere */
};

/* What came of a time; in base pages. */
struct figures {
	uint64_t used; /* pages found used, at each look */
	uint64_t promoted;
	uint64_t demoted;
	uint64_t untracked; /* pages that there was no room for */
	uint64_t refused[TIERMM_OUTCOMES];
};

/* Pages that are known, by promotion's index. */
struct known {
	struct tiermm_promotion_map *map;
	int16_t *node;
	uint64_t cap;
	uint64_t high;   /* indices in use lie below */
	uint64_t cursor; /* index that the survey goes on with */
	uint64_t on[TIERMM_MAX_NODES];
	struct tiermm_linux_range *ranges;
	uint64_t n_ranges;
	uint64_t range; /* range and page that the search goes on with */
	uint64_t offset;
	int complete; /* all ranges were searched: read them anew */
};

/* A process and all that tiers it. */
struct tiering {
	const struct tiering_options *options;
	int32_t pid;
	int32_t child; /* the same, if it was started for this; or 0 */
	int described; /* the machine is a text: nothing can move */
	struct machine machine;
	struct tiermm_linux_pages *backend;
	struct tiermm_memops real;
	struct tiermm_linux_heat *heat;
	struct tiermm_engine *engine;
	struct tiermm_promotion *promotion; /* the engine's */
	struct decisions log;
	struct known known;
	struct tiermm_nodeset memory; /* nodes that have some */
	struct tiermm_nodeset top;
	struct tiermm_nodeset allowed;
	uint64_t now_ns;
	uint64_t begun_ns;
	uint64_t intervals;
	struct figures now; /* since the last line */
	struct figures total;
	FILE *out;
};

/* --- attach_options.c: 0 or a status, 1 or 0 --- */
enum {
	TIERING_LINES = 12
};
extern const struct option_line tiering_lines[TIERING_LINES];
int tiering_take(void *self, int code, const char *value);
int tiering_check_options(const struct tiering_options *options);

/* Says that the process that was started for this has ended. */
enum {
	TIERING_ENDED = -2
};

/* --- attach_check.c: a status, or TIERING_ENDED --- */
int tiering_failed(const struct tiering *t, int err);
/* Looks at a process that may be ending, 20 ms apart. */
enum {
	GONE_TRIES = 10
};
int tiering_is_gone(const struct tiering *t, uint32_t tries);
int tiering_open_machine(struct tiering *t);
int tiering_open_process(struct tiering *t);
void tiering_warn(const struct tiering *t);

/* --- attach_create.c: a status, or TIERING_ENDED --- */
int tiering_create(struct tiering *t);
void tiering_destroy(struct tiering *t);

/* --- attach_pages.c: 0 or -TIERMM_E... --- */
int pages_create(struct tiering *t);
void pages_destroy(struct tiering *t);
int pages_survey(struct tiering *t);
int pages_find(struct tiering *t, const uint64_t *keys, uint64_t n,
	       uint64_t *indices);
void pages_moved(struct tiering *t, uint64_t key, int32_t node);

/* --- attach_heat.c, _rooms.c, _table.c, _step.c: 0 or -TIERMM_E... --- */
int heat_watch(struct tiering *t);
int heat_read(struct tiering *t);
int rooms_tell(struct tiering *t);
int rooms_follow_machine(struct tiering *t);
int rooms_find_top(struct tiering *t);
uint64_t rooms_free(struct tiering *t, int32_t node);
uint64_t rooms_excess(const struct tiering *t, int32_t node);
void table_fill(struct tiering *t, struct tiermm_memops *out);
int step_move(struct tiering *t);

/* --- attach_loop.c: a status --- */
int tiering_loop(struct tiering *t);
uint64_t clock_ns(void);

/* --- attach_print.c --- */
void print_figures(struct tiering *t);
void print_end(struct tiering *t, const char *why);

#endif
