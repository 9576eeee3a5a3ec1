/* SPDX-License-Identifier: MIT */
/*
 * The inside of a simulated machine.
 *
 * A page is one word of 24 bits, and one entry in a list while it is resident:
 * with promotion's 8 bytes that makes 15. What the usual access looks at stands
 * in 16 of these bits, and the rest apart, so that caches hold more of it.
 *
 *     21 ... 18   17 .. 16   15 ............ 8   7 ...... 0
 *     [  tag    |  flags   |      flags        |   node    ]
 *     `------- aside -----'`------------- page ------------'
 *
 * An entry of a list is a page number and a tag. Where the page has another
 * tag, node or list by now, the entry is stale, and is dropped when it comes
 * up: so that a page can leave the middle of a list without being looked for.
 */
#ifndef TIERMM_SIM_MACHINE_H
#define TIERMM_SIM_MACHINE_H

#include "machine_list.h"
#include "machine_times.h"
#include "memory.h"
#include "source.h"

#include <tiermm/backends/sim_event.h>
#include <tiermm/backends/sim_result.h>
#include <tiermm/engine.h>

#include <stddef.h>
#include <string.h>

#define PAGE_NODE 0xffu
#define PAGE_RESIDENT 0x100u   /* on a node */
#define PAGE_SWAPPED 0x200u    /* its content is in swap or in its file */
#define PAGE_REFERENCED 0x400u /* used since the last look */
#define PAGE_DIRTY 0x800u      /* differs from swap or file */
#define PAGE_ANON 0x1000u      /* was written to: swap is its backing */
#define PAGE_MARKED 0x2000u    /* the next access is a hint fault */
#define PAGE_PARKED 0x4000u    /* an old copy of it waits for flushes */
#define PAGE_ACTIVE 0x8000u    /* belongs to the active list */
#define PAGE_ONCE 0x10000u     /* was found used at the last look */
#define PAGE_ISOLATED 0x20000u /* off its list: somebody works on it */
#define PAGE_TAG_SHIFT 18
#define PAGE_TAG (0xfu << PAGE_TAG_SHIFT)
/* Bits of the word that stand aside, from this one on. */
#define PAGE_ASIDE_SHIFT 16

/* Candidates of one step, and samples handed in at once. */
#define SIM_BATCH 256
#define SIM_SAMPLES 1024
/* Old copies that can wait at a time. */
#define SIM_LINKS 65536
/* Above so many pages a CPU flushes all instead of each (as x86 does). */
#define SIM_FLUSH_CEILING 33
/* Work of the background thread: nobody's clock. */
#define SIM_NOBODY UINT32_MAX
/* In tiermm_sim::index_of: no such node. */
#define SIM_NO_INDEX 255

struct sim_node {
	int32_t id;
	int32_t tier;
	uint32_t top;
	uint32_t loaded;  /* latency of a read under load, ns */
	uint32_t slow_bp; /* 10 000: as fast as it was made */
	uint64_t frames;
	uint64_t used;
	uint64_t parked;
	uint64_t min;
	uint64_t busy_ns; /* its background thread is at work until then */
	uint64_t bandwidth_mbps;
	uint64_t window_bytes;   /* moved in this interval */
	uint64_t line_bytes;     /* that CPUs asked for in it */
	uint64_t busy_cpu_ns;    /* that they waited for these */
	uint64_t wait;           /* under load, in 1/1024 of the latency */
	struct sim_list list[2]; /* inactive, active */
	uint64_t n[2];           /* entries that are not stale */
	uint64_t accesses;
	uint64_t moved_in;
	uint64_t moved_out;
	uint64_t swapped_out;
};

struct sim_cpu {
	uint64_t clock_ns;
	uint64_t flushed_ns; /* when it last did for its own reasons */
	uint32_t group;      /* of CPUs with the same node */
	int32_t node;        /* id; for samples */
	uint32_t ran;        /* it is part of the program */
	uint32_t others_bp;  /* share of its time that others take */
	uint32_t *tlb;       /* [tlb_entries] page + 1 */
	uint32_t *version;   /* [tlb_entries] with CHECK: of the translation */
	struct tiermm_flush_agent *agent;
};

/* What is known of a page that is moved, and may leave an old copy. */
struct sim_link {
	struct tiermm_flush_page flush; /* first: the tracker names it */
	uint32_t page;
	uint16_t from;  /* node of the old copy */
	uint16_t fresh; /* handed out for a move that has not happened yet */
};

/* Old copies that wait. */
struct sim_parking {
	struct sim_link *link; /* [SIM_LINKS] */
	uint32_t *free;        /* [SIM_LINKS] a stack */
	uint32_t n_free;
	uint32_t *slot;   /* [2 * SIM_LINKS] by page: place + 1 */
	uint64_t *agents; /* for drains: a bit a CPU */
	uint64_t n_words;
};

/* What happened to a page, for the sentence that tells of a breach. */
enum sim_happening {
	SIM_FAULTED,
	SIM_CAME_BACK,
	SIM_MOVED,
	SIM_DEFERRED,
	SIM_DROPPED,
	SIM_SETTLED,
	SIM_FREED
};

struct sim_note {
	uint64_t time_ns;
	uint32_t page;
	uint16_t what;
	uint8_t from;
	uint8_t to;
};

/* The last things that happened, with CHECK. */
#define SIM_NOTES 32u
struct sim_notes {
	struct sim_note note[SIM_NOTES];
	uint64_t n;
};

/* Memory taken at creation, and given back all at once. */
struct sim_owned {
	void *memory;
	uint64_t bytes;
};
#define SIM_OWNED 48

struct tiermm_sim {
	struct tiermm_alloc mem;
	_Atomic int inside;
	uint64_t bytes;
	struct sim_owned owned[SIM_OWNED];
	uint32_t n_owned;
	struct tiermm_sim_options options; /* defaults filled in */
	struct tiermm_sim_costs costs;
	struct tiermm_topology *topology;
	struct tiermm_engine *engine;
	struct tiermm_flush *flush; /* the engine's, or NULL */
	struct tiermm_random random;
	struct tiermm_sim_error *error; /* of the call under way */

	uint16_t *page;    /* [pages] what the usual access needs */
	uint8_t *aside;    /* [pages] the rest of the word */
	uint32_t *version; /* [pages] with CHECK: of its translation */
	struct sim_notes notes;
	uint64_t audited; /* accesses at the last look at everything */
	struct sim_pool pool;
	struct sim_node *node;
	uint32_t n_nodes;
	uint8_t index_of[TIERMM_MAX_NODES]; /* 255: none */
	uint8_t *zonelist; /* [groups][n_nodes]: nearest first */
	struct sim_cpu *cpu;
	uint32_t n_cpus;
	struct sim_times times;
	struct sim_parking parking;

	struct tiermm_sample *samples;
	uint32_t n_samples;
	int64_t until_sample;
	uint64_t scan_page; /* the next one to be looked at */
	uint64_t scan_rest; /* of a page, in pages * ns */

	struct tiermm_folio *folios;
	struct tiermm_decision *decisions;

	uint64_t total_ns; /* sum of the clocks of CPUs that ran */
	uint64_t ran;      /* how many */
	uint64_t next_ns;  /* when the background works again */
	uint32_t payer;    /* CPU whose clock pays, or SIM_NOBODY */
	uint32_t accessor; /* CPU whose access is under way, or SIM_NOBODY */
	uint64_t stall_ns; /* what that access has waited for so far */
	uint32_t turn;     /* CPU that pays for the next promotion */
	uint64_t since_ns; /* end of the stretch before */
	uint32_t kicked;   /* a node needs its background thread */
	struct tiermm_sim_result sum;
	uint64_t top_accesses; /* served by nodes that were on top then */

	struct tiermm_sim_event event[TIERMM_SIM_EVENTS]; /* soonest first */
	uint32_t n_events;
	struct sim_layout *layout; /* NULL: pages are in no frame */

	struct tiermm_sim_point *points;
	uint64_t n_points;
	uint64_t point_ns; /* stretch of one */
	struct tiermm_sim_result point_base;
	uint64_t point_top;
};

static inline uint64_t sim_free(const struct sim_node *node)
{
	uint64_t taken = node->used + node->parked;

	return taken < node->frames ? node->frames - taken : 0;
}

/* Its marks follow. */
static inline void sim_resize(const struct tiermm_sim *s, struct sim_node *node,
			      uint64_t frames)
{
	node->frames = frames;
	node->min = s->options.min_pages ? s->options.min_pages : frames / 1024;
}

static inline uint64_t sim_bandwidth(const struct sim_node *node)
{
	uint64_t mbps = node->bandwidth_mbps * 10000 / node->slow_bp;

	return mbps ? mbps : 1;
}

/* CPUs asked for lines of it, and waited so long for each. */
static inline void sim_asks(struct sim_node *node, uint64_t n, uint64_t ns)
{
	node->line_bytes += n * SIM_LINE;
	node->busy_cpu_ns += n * ns;
}

static inline uint64_t sim_now(const struct tiermm_sim *s)
{
	return s->ran ? s->total_ns / s->ran : 0;
}

static inline uint32_t sim_word(const struct tiermm_sim *s, uint64_t page)
{
	return s->page[page] | (uint32_t)s->aside[page] << PAGE_ASIDE_SHIFT;
}

static inline void sim_set_word(struct tiermm_sim *s, uint64_t page,
				uint32_t word)
{
	s->page[page] = (uint16_t)word;
	s->aside[page] = (uint8_t)(word >> PAGE_ASIDE_SHIFT);
}

static inline void sim_set_flags(struct tiermm_sim *s, uint64_t page,
				 uint32_t flags)
{
	sim_set_word(s, page, sim_word(s, page) | flags);
}

static inline void sim_clear_flags(struct tiermm_sim *s, uint64_t page,
				   uint32_t flags)
{
	sim_set_word(s, page, sim_word(s, page) & ~flags);
}

/* Zeroed memory that lives as long as s; NULL where there is none. */
void *tiermm__sim_take(struct tiermm_sim *s, uint64_t bytes);

/* Push a CPU's clock on; nobody's work is counted apart. */
void tiermm__sim_pay(struct tiermm_sim *s, uint32_t cpu, uint64_t ns);

/* machine_nodes.c: nodes, CPUs and zone lists of a topology. */
int tiermm__sim_nodes(struct tiermm_sim *s);
void tiermm__sim_nodes_follow(struct tiermm_sim *s);

/* machine_engine.c */
int tiermm__sim_engine_make(struct tiermm_sim *s);
int tiermm__sim_rooms(struct tiermm_sim *s);
int tiermm__sim_tops(struct tiermm_sim *s);
int tiermm__sim_engine_event(struct tiermm_sim *s,
			     const struct tiermm_event *event);

/* machine_ops.c: the table that the engine acts through. */
extern const struct tiermm_memops tiermm__sim_memops;

/* machine_pages.c: pages come to be, and go. */
int tiermm__sim_entry_valid(const struct tiermm_sim *s, uint32_t node,
			    uint32_t active, uint32_t entry);
int tiermm__sim_fault(struct tiermm_sim *s, uint32_t cpu, uint64_t page,
		      uint32_t write);
void tiermm__sim_link_page(struct tiermm_sim *s, uint64_t page);
void tiermm__sim_place(struct tiermm_sim *s, uint64_t page, uint32_t node);
void tiermm__sim_unlink_page(struct tiermm_sim *s, uint64_t page);

/* machine_reclaim.c: make room. */
int tiermm__sim_direct(struct tiermm_sim *s, uint32_t cpu, uint64_t *looked);
int tiermm__sim_background(struct tiermm_sim *s);
int tiermm__sim_evacuate(struct tiermm_sim *s, uint32_t node, uint64_t left);

/* machine_scan.c: marks, samples, and the way up. */
int tiermm__sim_sample(struct tiermm_sim *s, const struct tiermm_sample *one);
int tiermm__sim_scan(struct tiermm_sim *s, uint64_t pages);
int tiermm__sim_promote(struct tiermm_sim *s);

/* machine_shed.c: off the nodes that are busier than is good for them. */
int tiermm__sim_shed(struct tiermm_sim *s, const struct tiermm_nodeset *nodes);

/* machine_tlb.c: who has to forget a translation. */
void tiermm__sim_tlb_flush(struct tiermm_sim *s, uint32_t cpu);
void tiermm__sim_shootdown(struct tiermm_sim *s, const uint64_t *pages,
			   uint64_t n);
int tiermm__sim_flusher(void *self, const uint64_t *agents, uint64_t n_words,
			uint64_t n_agents);

/* machine_park.c: old copies. */
int tiermm__sim_parking_make(struct tiermm_sim *s);
void tiermm__sim_parking_drop(struct tiermm_sim *s);
struct tiermm_parking tiermm__sim_park(struct tiermm_sim *s);
struct sim_link *tiermm__sim_parked(const struct tiermm_sim *s, uint64_t page);
void tiermm__sim_park_settle(struct tiermm_sim *s, uint64_t page);
int tiermm__sim_drain(struct tiermm_sim *s, int32_t node);
int tiermm__sim_reap(struct tiermm_sim *s);

/* machine_check.c: the oracle. */
void tiermm__sim_moved(struct tiermm_sim *s, uint64_t page);
int tiermm__sim_audit(struct tiermm_sim *s);
int tiermm__sim_check_access(struct tiermm_sim *s, uint32_t cpu, uint64_t page,
			     uint32_t hit, uint32_t write);
int tiermm__sim_breach(struct tiermm_sim *s, const char *what, uint64_t page,
		       uint32_t cpu);

/*
 * machine_layout.c, machine_frames.c, machine_relayout.c: frames and their
 * layout. Of a frame or of strays only who has a layout asks.
 */
int tiermm__sim_layout_make(struct tiermm_sim *s);
void tiermm__sim_layout_drop(struct tiermm_sim *s);
int tiermm__sim_layout_work(struct tiermm_sim *s);
int tiermm__sim_layout_happen(struct tiermm_sim *s, uint64_t place);
void tiermm__sim_frame_take(struct tiermm_sim *s, uint64_t page, uint32_t node);
void tiermm__sim_frame_leave(struct tiermm_sim *s, uint64_t page,
			     const struct sim_link *old);
void tiermm__sim_frame_unpark(struct tiermm_sim *s, const struct sim_link *old);
uint32_t tiermm__sim_serve(struct tiermm_sim *s, uint64_t page, uint64_t n);
int tiermm__sim_has_strays(const struct tiermm_sim *s);
int tiermm__sim_layout_adds_up(struct tiermm_sim *s);

/* machine_event.c: what the run brings. */
void tiermm__sim_event_insert(struct tiermm_sim *s,
			      const struct tiermm_sim_event *event);
int tiermm__sim_happen(struct tiermm_sim *s, uint64_t now);
void tiermm__sim_others(struct tiermm_sim *s, uint64_t elapsed_ns);

/* machine_notes.c */
void tiermm__sim_note(struct tiermm_sim *s, enum sim_happening what,
		      uint64_t page, uint32_t from, uint32_t to);
void tiermm__sim_notes_text(const struct tiermm_sim *s, char *text,
			    uint32_t cap);

/* machine_series.c */
void tiermm__sim_point(struct tiermm_sim *s, uint64_t now);

#endif
