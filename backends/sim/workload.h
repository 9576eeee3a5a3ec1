/* SPDX-License-Identifier: MIT */
/*
 * Generated workloads: what a line says, and the state that its accesses are
 * drawn from.
 *
 *     line ──parse──> spec ──> generator ──fill──> accesses
 *
 * A kind either draws pages one by one, or makes whole operations (a record
 * is read, a grid is searched) that wait in `pending` until they are asked
 * for.
 */
#ifndef TIERMM_SIM_WORKLOAD_H
#define TIERMM_SIM_WORKLOAD_H

#include "source.h"
#include "workload_scatter.h"
#include "workload_zipf.h"

/* The most accesses that one operation makes. */
#define GENERATOR_PENDING 512
#define SPEC_PATH 512

/* Keys of a line. Each is a place in the spec's numbers. */
enum {
	SPEC_PAGES,
	SPEC_COUNT,
	SPEC_SEED,
	SPEC_THREADS,
	SPEC_WRITE, /* 1/10 000 */
	SPEC_GAP,   /* ns */
	SPEC_THETA, /* 1/10^9 */
	SPEC_STRIDE,
	SPEC_HOT,   /* 1/10 000 */
	SPEC_SHARE, /* 1/10 000 */
	SPEC_DRIFT,
	SPEC_PHASES,
	SPEC_LENGTH,
	SPEC_RECORDS,
	SPEC_RECORD, /* bytes */
	SPEC_GRID,   /* 1/10 000 */
	SPEC_SKIP,
	SPEC_LIMIT,
	SPEC_INIT, /* 1: each page is written first, in order */
	SPEC_KEYS
};

struct tiermm__sim_generator;

/* One kind of workload. */
struct tiermm__sim_workload {
	const char *name;
	const char *help;
	/* The keys that it takes, as bits, and other defaults than usual. */
	uint32_t keys;
	struct {
		uint32_t key;
		uint64_t value;
	} defaults[4];
	/* Say how many pages there are, and get memory; NULL: `pages`. */
	int (*begin)(struct tiermm__sim_generator *g);
	/* Draw a page; or NULL, and */
	uint64_t (*draw)(struct tiermm__sim_generator *g);
	/* make the accesses of an operation with tiermm__sim_add(). */
	void (*operate)(struct tiermm__sim_generator *g);
};

/* What a line said. */
struct tiermm__sim_spec {
	const struct tiermm__sim_workload *workload;
	uint64_t number[SPEC_KEYS];
	char path[SPEC_PATH]; /* of a trace */
};

struct tiermm__sim_generator {
	struct tiermm_alloc mem;
	struct tiermm__sim_spec spec;
	uint64_t pages;         /* bound of the page numbers */
	uint64_t done;          /* accesses made since the beginning */
	uint64_t filled;        /* of these, pages written to begin with */
	uint64_t write_of_2_32; /* writes among 2^32 draws */
	uint32_t thread;        /* whose turn it is */
	struct tiermm_random random;
	struct tiermm__sim_zipf *zipf;
	struct tiermm__sim_scatter scatter;
	uint64_t *position; /* a thread's place: scan, chase */
	uint64_t base;      /* hotset: where the window begins; phase: which */
	uint64_t until;     /* accesses since it last changed */
	uint64_t newest;    /* ycsb: records written so far */
	uint64_t grid;      /* xsbench: pages of the grid */
	uint32_t n_pending;
	uint32_t at; /* pending ones before it were given out */
	struct tiermm_sim_access pending[GENERATOR_PENDING];
};

/* --- workload_kinds.c ---------------------------------------------------- */

const struct tiermm__sim_workload *tiermm__sim_workload_at(uint32_t index);

/* --- workload_parse.c ---------------------------------------------------- */

/*
 * Read one part of a line, up to its end or a '+': *at moves behind it.
 * -TIERMM_EPROTO and a complaint with its column.
 */
int tiermm__sim_workload_parse(struct tiermm__sim_spec *spec, const char *line,
			       uint64_t *at, struct tiermm_sim_error *error);

/* --- workload_number.c --------------------------------------------------- */

/* How the value of a key is written. */
enum {
	FORM_COUNT,  /* 10M, 4Ki */
	FORM_SHARE,  /* 20% or 12.5% */
	FORM_DECIMAL /* 0.99 */
};

/*
 * Read n characters as a number of that form; 0 unless they are one. Shares
 * come in 1/10 000, decimals in 1/10^9.
 */
int tiermm__sim_number(const char *text, uint64_t n, uint32_t form,
		       uint64_t *out);

/* --- workload_generator.c ------------------------------------------------ */

/* Make the source that a spec describes. */
int tiermm__sim_generator_create(struct tiermm_sim_source **out,
				 const struct tiermm__sim_spec *spec,
				 const struct tiermm_alloc *mem);

/* Add an access of the operation that is being made. */
void tiermm__sim_add(struct tiermm__sim_generator *g, uint64_t page,
		     uint32_t flags, uint32_t count);

/* --- workload_draw.c, workload_hot.c, workload_walk.c -------------------- */

int tiermm__sim_zipf_begin(struct tiermm__sim_generator *g);
int tiermm__sim_walk_begin(struct tiermm__sim_generator *g);
uint64_t tiermm__sim_draw_uniform(struct tiermm__sim_generator *g);
uint64_t tiermm__sim_draw_zipf(struct tiermm__sim_generator *g);
uint64_t tiermm__sim_draw_normal(struct tiermm__sim_generator *g);
uint64_t tiermm__sim_draw_hotset(struct tiermm__sim_generator *g);
uint64_t tiermm__sim_draw_phase(struct tiermm__sim_generator *g);
uint64_t tiermm__sim_draw_scan(struct tiermm__sim_generator *g);
void tiermm__sim_operate_chase(struct tiermm__sim_generator *g);
void tiermm__sim_operate_gups(struct tiermm__sim_generator *g);

/* --- workload_ycsb.c, workload_xsbench.c --------------------------------- */

int tiermm__sim_ycsb_begin(struct tiermm__sim_generator *g);
void tiermm__sim_operate_ycsb_a(struct tiermm__sim_generator *g);
void tiermm__sim_operate_ycsb_b(struct tiermm__sim_generator *g);
void tiermm__sim_operate_ycsb_c(struct tiermm__sim_generator *g);
void tiermm__sim_operate_ycsb_d(struct tiermm__sim_generator *g);
void tiermm__sim_operate_ycsb_e(struct tiermm__sim_generator *g);
void tiermm__sim_operate_ycsb_f(struct tiermm__sim_generator *g);
int tiermm__sim_xsbench_begin(struct tiermm__sim_generator *g);
void tiermm__sim_operate_xsbench(struct tiermm__sim_generator *g);

#endif
