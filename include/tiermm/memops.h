/* SPDX-License-Identifier: MIT */
/**
 * @file memops.h
 * What a backend can do with pages: the table between deciding and doing.
 *
 *     core: plan ──> moves[] ──> memops.move ──> results[] ──> report
 *                                    │
 *             the Linux kernel, libnuma, a mock, a simulator, or yours
 *
 * The core decides and fills `struct tiermm_move`; the table acts; each page
 * has an outcome of its own. A refused page is an outcome, not an error. A
 * backend of one's own fills this table and hands it to whoever acts.
 *
 * Growth: slots are added at the end and are optional for ever. A table made
 * for a newer header works with an older library, which does not call what it
 * does not know, and the other way round; `size` says which it is.
 *
 * What is offered is what stands in the table *and* in the mask of
 * capabilities that the embedder hands in: nothing is found out by trial.
 *
 * Threads: slots are called on the thread that called the library, inside that
 * call, with no lock held; they must not call back into the same object, and
 * need not return (a longjmp past the library leaves its objects fit to be
 * destroyed).
 */
#ifndef TIERMM_MEMOPS_H
#define TIERMM_MEMOPS_H

#include <tiermm/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What became of one item. */
enum {
	TIERMM_OUTCOME_UNKNOWN = 0, /**< nobody can say; ask again */
	TIERMM_OUTCOME_DONE,        /**< moved, paged out or discarded */
	TIERMM_OUTCOME_ALREADY,     /**< was where it should go */
	TIERMM_OUTCOME_BUSY,        /**< pinned, locked or in transit */
	TIERMM_OUTCOME_SHARED,      /**< others map it, and may not be moved */
	TIERMM_OUTCOME_ABSENT,      /**< nothing there to move */
	TIERMM_OUTCOME_TARGET_FULL, /**< no room on the target */
	TIERMM_OUTCOME_TARGET_GONE, /**< the target is no node any more */
	TIERMM_OUTCOME_DENIED,      /**< no privilege */
	TIERMM_OUTCOME_UNSUPPORTED  /**< this kind of page cannot be moved */
};
/** Outcomes run from 0 to one less than this. */
#define TIERMM_OUTCOMES 10

/** Capabilities: what may be called. Optional slots first have to be there. */
#define TIERMM_CAN_MOVE UINT64_C(1)     /**< @c move */
#define TIERMM_CAN_LOCATE UINT64_C(2)   /**< @c locate */
#define TIERMM_CAN_HEADROOM UINT64_C(4) /**< @c headroom */
#define TIERMM_CAN_PAGE_OUT UINT64_C(8) /**< @c page_out */
#define TIERMM_CAN_DISCARD UINT64_C(16) /**< @c discard */
/** All that this header knows. */
#define TIERMM_CAN_ALL UINT64_C(31)

/** One page, or one run of pages, to move. Never changes size. */
struct tiermm_move {
	uint64_t page;     /**< key: an address, frame or handle; never read */
	uint64_t pages;    /**< base pages in it, at least 1 */
	int32_t from;      /**< where it is thought to be, or none */
	int32_t to;        /**< where it should go */
	uint64_t reserved; /**< zero */
};

/** What became of one item. Never changes size. */
struct tiermm_result {
	uint32_t outcome; /**< TIERMM_OUTCOME_... */
	int32_t error;    /**< the backend's own code, negative, or 0 */
	uint64_t pages;   /**< base pages that were really moved (granule) */
};

/** What a backend offers. */
struct tiermm_memops {
	uint32_t size;    /**< sizeof of this struct where you compile */
	uint32_t flags;   /**< zero */
	const char *name; /**< [a-z0-9_]+, static storage */
	void *self;       /**< first argument of each slot */
	/**
	 * Required. Move @p n items; @p results come in as UNKNOWN, and are
	 * meaningful whatever is returned. An error says that the call as a
	 * whole did not work; items it had reached by then keep their outcome.
	 */
	int (*move)(void *self, const struct tiermm_move *moves, uint64_t n,
		    struct tiermm_result *results);
	/**
	 * Optional. Say which node each page is on now; #TIERMM_NO_NODE where
	 * there is none or it cannot be told.
	 */
	int (*locate)(void *self, const uint64_t *pages, uint64_t n,
		      int32_t *nodes);
	/** Optional. Free base pages that each node could take now. */
	int (*headroom)(void *self, const int32_t *nodes, uint64_t n,
			uint64_t *free_pages);
	/** Optional. Discard with backing: to swap or to its file. */
	int (*page_out)(void *self, const uint64_t *pages, uint64_t n,
			struct tiermm_result *results);
	/** Optional. Discard without backing: the contents are lost. */
	int (*discard)(void *self, const uint64_t *pages, uint64_t n,
		       struct tiermm_result *results);
	/* Added later: append only, never reorder, never reuse a slot. */
};

/**
 * Take over a table that somebody else compiled.
 *
 * @param dst          filled: unknown and missing slots NULL, slots outside
 *                     @p capabilities NULL, `size` that of this library
 * @param src          the table
 * @param capabilities TIERMM_CAN_...: what may be called; bits that this
 *                     library does not know allow nothing
 * @param known        bytes of @p src that this library knows; may be NULL
 * @retval 0              taken over
 * @retval -TIERMM_EINVAL a pointer is NULL, the required part is cut or
 *                        missing, a size that is no whole number of slots, or
 *                        a name that is not [a-z0-9_]+; @p dst is untouched
 * @retval -TIERMM_E2BIG  a flag that this library does not know is set
 * @retval -TIERMM_ENOTSUP @p capabilities leave out #TIERMM_CAN_MOVE
 * @threads setup
 * @since 0.1
 */
TIERMM_API int tiermm_memops_adopt(struct tiermm_memops *dst,
				   const struct tiermm_memops *src,
				   uint64_t capabilities, uint32_t *known);

/**
 * What an adopted table can do.
 *
 * @param ops table filled by tiermm_memops_adopt()
 * @return TIERMM_CAN_... bits
 * @threads read
 * @since 0.1
 */
TIERMM_API uint64_t tiermm_memops_capabilities(const struct tiermm_memops *ops);

/**
 * Name of an outcome: "done", "target_full".
 *
 * @param outcome TIERMM_OUTCOME_...
 * @return static text; NULL for an unknown one
 * @threads read
 * @since 0.1
 */
TIERMM_API const char *tiermm_outcome_name(uint32_t outcome);

/**
 * Add the result of a part of an item to the result of the item.
 *
 * An item may be many base pages, and a backend may act on them one by one.
 * The outcome that asks the caller for most stands for all of them, with its
 * error; of equal ones the first. From least to most: absent, already, done,
 * unsupported, shared, busy, denied, target gone, target full, unknown. Pages
 * add up: an item that is not done may have moved in part.
 *
 *     result = part of the first page;
 *     tiermm_result_add(&result, part of each other page);
 *
 * @param sum  begins as the result of the first part
 * @param part the result of one more
 * @retval 0              added
 * @retval -TIERMM_EINVAL a pointer is NULL, or an outcome is unknown to this
 *                        library; @p sum is untouched
 * @retval -TIERMM_ERANGE the pages are more than 64 bits hold; @p sum is
 *                        untouched
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_result_add(struct tiermm_result *sum,
				 const struct tiermm_result *part);

#ifdef __cplusplus
}
#endif
#endif
