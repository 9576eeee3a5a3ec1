/* SPDX-License-Identifier: MIT */
/**
 * @file sim_source.h
 * Streams of memory accesses: what a simulated machine is fed with.
 *
 *     "zipf:pages=1M,theta=0.99" ── sim_workload.h ──┐
 *     trace.tmt ─────────────────── sim_trace.h ─────┤
 *     lackey, perf, DAMON, CSV ──── sim_import.h ────┼──> source ──> batches
 *     your own table ───────────────────────────────┘       │
 *                               filter, mix: a source again <┘
 *
 *     struct tiermm_sim_access batch[4096];
 *     uint64_t n;
 *     int err;
 *     while (!(err = tiermm_sim_source_next(s, batch, 4096, &n, &error)) && n)
 *             feed(batch, n);
 *
 * Pages are numbered densely from 0, so that a machine can keep its state in
 * an array; programs' addresses are brought into that form where they are
 * read. Two pages that are neighbours within 512 (a huge page of 2 MiB) stay
 * neighbours. The same source gives the same accesses on every machine.
 *
 * Threads: a source has one owner at a time; a second thread that comes in
 * gets -TIERMM_EBUSY.
 */
#ifndef TIERMM_BACKENDS_SIM_SOURCE_H
#define TIERMM_BACKENDS_SIM_SOURCE_H

#include <tiermm/tiermm.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Page numbers are below this. */
#define TIERMM_SIM_PAGE_LIMIT (UINT64_C(1) << 52)
/** Threads and processes are numbered below this. */
#define TIERMM_SIM_THREAD_LIMIT 65536
/** A gap is below this: 78 hours. */
#define TIERMM_SIM_GAP_LIMIT (UINT64_C(1) << 48)
/** Where a number is not known before the end. */
#define TIERMM_SIM_UNKNOWN UINT64_MAX

/** Flags of an access. */
enum {
	TIERMM_SIM_WRITE = 1,    /**< stores; else it only loads */
	TIERMM_SIM_FETCH = 2,    /**< an instruction is fetched */
	TIERMM_SIM_DEPENDENT = 4 /**< its address needs the last one's data */
};

/** One access, or several in a row to the same page. */
struct tiermm_sim_access {
	uint64_t page;    /**< below the source's `pages` */
	uint64_t gap_ns;  /**< work of this thread before it, memory aside */
	uint32_t thread;  /**< below the source's `threads` */
	uint32_t process; /**< below the source's `processes` */
	uint32_t flags;   /**< TIERMM_SIM_WRITE and the like */
	uint32_t count;   /**< accesses that this stands for, at least 1 */
};

/** What is known of a source before it is read. Filled by the library. */
struct tiermm_sim_source_info {
	uint32_t size;       /**< sizeof of this struct where you compile */
	uint32_t flags;      /**< zero */
	uint64_t pages;      /**< bound of page numbers; or unknown */
	uint64_t records;    /**< struct tiermm_sim_access in all; or unknown */
	uint64_t accesses;   /**< sum of their counts; or unknown */
	uint32_t threads;    /**< bound of thread numbers; 0: unknown */
	uint32_t processes;  /**< bound of process numbers; 0: unknown */
	uint32_t page_bytes; /**< bytes a page, a power of two */
	uint32_t reserved;   /**< zero */
	char name[128];      /**< what it is, for people: "zipf", "a.tmt" */
};

/** What was wrong with a text or a file. Filled by the library. */
struct tiermm_sim_error {
	uint32_t size;  /**< sizeof of this struct where you compile */
	uint32_t flags; /**< zero */
	uint64_t line;  /**< line or record, from 1; 0 where none is to blame */
	uint64_t offset; /**< byte in the file, or column; 0 where unknown */
	/** "a.tmt: chunk 3 at byte 4120: checksum is ..., expected ..." */
	char text[496];
};

/** A source of one's own. Slots may be added behind; they are optional. */
struct tiermm_sim_source_ops {
	uint32_t size;  /**< sizeof of this struct where you compile */
	uint32_t flags; /**< zero */
	/**
	 * Required: write up to @p cap accesses (never 0) and say how many;
	 * 0 is the end. A negative error ends the run; @p error may be NULL.
	 */
	int (*next)(void *self, struct tiermm_sim_access *out, uint64_t cap,
		    uint64_t *n_out, struct tiermm_sim_error *error);
	/** Begin again with the same accesses; NULL: it cannot. */
	int (*rewind)(void *self);
	/** Give back what belongs to the source; NULL: nothing does. */
	void (*destroy)(void *self);
};

/** A stream of accesses. */
struct tiermm_sim_source;

/**
 * Make a source from a table of one's own.
 *
 * @param out  the source; NULL on error
 * @param ops  table, copied
 * @param self first argument of its functions; destroyed with the source,
 *             but not where this call fails
 * @param info what is known: `pages`, `threads`, `processes`, `page_bytes`
 *             and so on are the caller's to fill; what a batch says beyond
 *             them is refused
 * @param mem  allocator, or NULL
 * @retval 0              made
 * @retval -TIERMM_EINVAL a pointer or a required slot is NULL, a size is too
 *                        small, or @p info has no pages, threads or processes
 * @retval -TIERMM_E2BIG  a field that this library does not know is set
 * @retval -TIERMM_ENOMEM no memory
 * @threads setup
 * @since 0.1
 */
TIERMM_API int
tiermm_sim_source_create(struct tiermm_sim_source **out,
			 const struct tiermm_sim_source_ops *ops, void *self,
			 const struct tiermm_sim_source_info *info,
			 const struct tiermm_alloc *mem);

/**
 * Give a source back, with the sources that it was made of.
 *
 * @param s source, or NULL
 * @threads setup
 * @since 0.1
 */
TIERMM_API void tiermm_sim_source_destroy(struct tiermm_sim_source *s);

/**
 * The next accesses.
 *
 * @param s     source
 * @param out   room for @p cap accesses
 * @param cap   accesses in @p out, at least 1
 * @param n_out how many were written; 0: the end was reached
 * @param error what is wrong, where; may be NULL
 * @retval 0              @p n_out accesses follow those of the last call
 * @retval -TIERMM_EPROTO the file is damaged, cut short or absurd: see
 *                        @p error; @p out holds nothing
 * @retval -TIERMM_EIO    the file cannot be read
 * @retval -TIERMM_ENOMEM no memory
 * @retval -TIERMM_EINVAL a pointer is NULL, or @p cap is 0
 * @retval -TIERMM_EBUSY  another thread is inside this source
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_sim_source_next(struct tiermm_sim_source *s,
				      struct tiermm_sim_access *out,
				      uint64_t cap, uint64_t *n_out,
				      struct tiermm_sim_error *error);

/**
 * Begin again, with the same accesses.
 *
 * @param s source
 * @retval 0               the next batch is the first
 * @retval -TIERMM_ENOTSUP it is read from a pipe
 * @retval -TIERMM_EIO     the file cannot be read
 * @retval -TIERMM_EINVAL  @p s is NULL
 * @retval -TIERMM_EBUSY   another thread is inside this source
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_sim_source_rewind(struct tiermm_sim_source *s);

/**
 * What is known of a source. Numbers that only reading tells are unknown
 * before the end, and known after it.
 *
 * @param s   source
 * @param out set `size`; the rest is filled; untouched on error
 * @retval 0              filled
 * @retval -TIERMM_EINVAL a pointer is NULL, or the size is too small
 * @retval -TIERMM_EBUSY  another thread is inside this source
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_sim_source_get_info(struct tiermm_sim_source *s,
					  struct tiermm_sim_source_info *out);

/** How a stream is made smaller, or spread over threads. */
struct tiermm_sim_filter_options {
	uint32_t size;  /**< sizeof of this struct where you compile */
	uint32_t flags; /**< zero */
	uint64_t skip;  /**< records left out at the beginning */
	uint64_t limit; /**< records let through; 0: all */
	/** Keep one page in so many, chosen by hash; 0 and 1: every page. */
	uint64_t sample_pages;
	/**
	 * Accesses of which those to one page, by one thread, in one way
	 * become one record; 1: neighbours only, 0: nothing is merged. At
	 * most 1048576.
	 */
	uint64_t merge_window;
	/**
	 * The greatest count of a record; 0: any. A processor's cache serves
	 * all but the first access to each of a page's lines, if it holds
	 * what a merged window touches: 64 leaves what reaches memory.
	 */
	uint64_t most_count;
	/** Deal the records to so many threads; 0: leave their threads. */
	uint64_t threads;
	/** Records that a thread gets before it is the next one's turn. */
	uint64_t deal; /**< 0: 1 */
};

/**
 * A source that passes on part of another, in this order: skip, sample,
 * merge, bound the counts, limit, deal.
 *
 * @param out     the source; NULL on error
 * @param inner   what is filtered; on success it belongs to @p out
 * @param options what is done
 * @param mem     allocator, or NULL
 * @retval 0              made
 * @retval -TIERMM_EINVAL a pointer is NULL, a size is too small, or a number
 *                        is beyond its bound
 * @retval -TIERMM_E2BIG  a field that this library does not know is set
 * @retval -TIERMM_ENOMEM no memory
 * @threads setup
 * @since 0.1
 */
TIERMM_API int
tiermm_sim_filter_create(struct tiermm_sim_source **out,
			 struct tiermm_sim_source *inner,
			 const struct tiermm_sim_filter_options *options,
			 const struct tiermm_alloc *mem);

/**
 * Several sources at once, as processes beside each other: pages, threads and
 * processes of each follow those of the one before. They take turns, a record
 * each, until the last has ended.
 *
 * @param out   the source; NULL on error
 * @param parts sources whose `pages`, `threads` and `processes` are known;
 *              on success they belong to @p out
 * @param n     how many, 1 to 64
 * @param mem   allocator, or NULL
 * @retval 0              made
 * @retval -TIERMM_EINVAL a pointer is NULL, @p n is out of range, their page
 *                        sizes differ, or what a part has is unknown
 * @retval -TIERMM_ERANGE together they have too many pages or threads
 * @retval -TIERMM_ENOMEM no memory
 * @threads setup
 * @since 0.1
 */
TIERMM_API int tiermm_sim_mix_create(struct tiermm_sim_source **out,
				     struct tiermm_sim_source *const *parts,
				     uint64_t n,
				     const struct tiermm_alloc *mem);

#ifdef __cplusplus
}
#endif
#endif
