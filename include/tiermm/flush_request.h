/* SPDX-License-Identifier: MIT */
/**
 * @file flush_request.h
 * What a mover does: park the old copies of pages that it moved.
 *
 *     open ──> add, add, ... ──> stamp ──> queue ──> (drained or reaped)
 *               unmap each         │          move and map before this
 *                                  └ after the last unmap
 *     close: a request that will not be queued is given back
 *
 *     link     8 bytes in whatever the embedder has for a page
 *     request  | head | place | place | ... | agents |
 *
 * A request collects moved pages of one node, with the set of agents that may
 * hold translations of them. Requests and links live in memory of the caller.
 * Running out of them, -TIERMM_ENOSPC and -TIERMM_EBUSY all mean the same: not
 * deferred, flush now. They are no failure of the move.
 *
 * The order is part of the contract: unmap, then stamp, then queue. A request
 * that was queued before it was stamped, or stamped before the last unmap,
 * would be freed too early; the library refuses the first, the second is the
 * caller's to keep.
 *
 * A page is parked from add until it is given back, as source and as copy.
 * Before a parked page becomes writable, changes its content or is reused,
 * tiermm_flush_settle() has to answer 0 (flush_settle.h).
 *
 * Lifetime: a request's memory may be used for another request as soon as it
 * is given back, but it stays mapped while anybody may settle a page that was
 * in it. Whoever settles a page keeps it from being parked again meanwhile.
 *
 * Threads: calls on one request are `owner` of that request.
 */
#ifndef TIERMM_FLUSH_REQUEST_H
#define TIERMM_FLUSH_REQUEST_H

#include <tiermm/flush.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Moved pages that wait together. */
struct tiermm_flush_request;

/**
 * Link of a page, inside the caller's own structure for it; zero it once. The
 * caller finds the page by where the link stands.
 */
struct tiermm_flush_page {
	uint64_t parked; /**< not 0 while parked. The library's. */
};

/** A page has 2^order base pages; this is the greatest order. */
#define TIERMM_FLUSH_MAX_ORDER 31

/** What is known about a page that is about to be moved, bit by bit. */
enum {
	TIERMM_FACT_READABLE = 1, /**< mapped read-only somewhere */
	TIERMM_FACT_WRITABLE = 2, /**< mapped writable somewhere */
	TIERMM_FACT_DIRTY = 4     /**< written to through a mapping */
};

/** A question to tiermm_flush_may_defer(). */
struct tiermm_flush_facts {
	uint32_t size;     /**< sizeof of this struct where you compile */
	uint32_t flags;    /**< TIERMM_FACT_... */
	uint32_t reason;   /**< one of TIERMM_MOVED_FOR_... */
	int32_t node;      /**< node of the page */
	uint32_t order;    /**< it has 2^order base pages */
	uint32_t reserved; /**< zero */
	uint64_t now_ns;   /**< caller's monotonic time */
	const struct tiermm_flush_page *page; /**< its link */
	const struct tiermm_flush_page *copy; /**< where it goes, or NULL */
};

/** Why a page may be deferred, or not. */
enum {
	TIERMM_DEFER_YES = 0,     /**< it may */
	TIERMM_DEFER_WRITABLE,    /**< mapped writable: would change */
	TIERMM_DEFER_DIRTY,       /**< a mapping is dirty */
	TIERMM_DEFER_UNMAPPED,    /**< nobody maps it: nothing to flush */
	TIERMM_DEFER_PARKED,      /**< parked already, as source or as copy */
	TIERMM_DEFER_STOPPED,     /**< deferral is stopped */
	TIERMM_DEFER_NOT_ALLOWED, /**< not for this reason of moving */
	TIERMM_DEFER_FULL,        /**< the node holds as much as it may */
	TIERMM_DEFER_OLD          /**< the node holds pages for too long */
};

/** What a mover that queued should see to, bit by bit. */
enum {
	TIERMM_DUE_STOPPED = 1, /**< stopped meanwhile: drain the node now */
	TIERMM_DUE_FULL = 2,    /**< three quarters of the bound are parked */
	TIERMM_DUE_OLD = 4      /**< pages are parked for longer than allowed */
};

/**
 * May the old copy of this page be kept, instead of flushed for at once?
 *
 * @param f     tracker
 * @param facts what is known about the page
 * @param why   TIERMM_DEFER_...; may be NULL
 * @retval 1              yes
 * @retval 0              no, for the reason in @p why
 * @retval -TIERMM_EINVAL a pointer is NULL, or the order is too great
 * @retval -TIERMM_E2BIG  a fact that this library does not know is set
 * @retval -TIERMM_ENODEV the tracker has no such node
 * @threads shared; wait-free
 * @since 0.1
 */
TIERMM_API int tiermm_flush_may_defer(struct tiermm_flush *f,
				      const struct tiermm_flush_facts *facts,
				      uint32_t *why);

/**
 * A short English text for a reason.
 *
 * @param why TIERMM_DEFER_...
 * @return static text, never NULL
 * @threads read
 * @since 0.1
 */
TIERMM_API const char *tiermm_flush_defer_name(uint32_t why);

/**
 * Bytes that a request takes: a head, a bit an agent, and 8 bytes for each of
 * the @c request_pages places that the tracker was made with.
 *
 * @param f tracker
 * @return bytes, a multiple of #TIERMM_ALIGN; 0 for NULL
 * @threads read
 * @since 0.1
 */
TIERMM_API uint64_t tiermm_flush_request_bytes(const struct tiermm_flush *f);

/**
 * Open a request in memory of the caller.
 *
 * @param f      tracker
 * @param memory tiermm_flush_request_bytes(), aligned to #TIERMM_ALIGN
 * @param node   node of the pages
 * @param agents a bit an agent (bit n % 64 of word n / 64) that may hold
 *               translations; NULL: all agents
 * @param n_words words in @p agents
 * @param out    the request, which is @p memory; NULL on error
 * @retval 0              open
 * @retval -TIERMM_EINVAL a pointer is NULL or not aligned
 * @retval -TIERMM_ENODEV the tracker has no such node
 * @retval -TIERMM_ERANGE a bit is set that is no agent of this tracker
 * @retval -TIERMM_EBUSY  deferral is stopped
 * @threads setup
 * @since 0.1
 */
TIERMM_API int tiermm_flush_open(struct tiermm_flush *f, void *memory,
				 int32_t node, const uint64_t *agents,
				 uint64_t n_words,
				 struct tiermm_flush_request **out);

/**
 * Add agents that may hold translations of pages added, found at unmapping.
 *
 * @param r       request, open
 * @param agents  a bit an agent; NULL: all agents
 * @param n_words words in @p agents
 * @retval 0              added
 * @retval -TIERMM_EINVAL @p r is NULL or stamped already
 * @retval -TIERMM_ERANGE a bit is set that is no agent of this tracker
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_flush_add_agents(struct tiermm_flush_request *r,
				       const uint64_t *agents,
				       uint64_t n_words);

/**
 * Park pages, before they are unmapped. Stops where the request is full, and
 * at the first page that is parked already, or whose copy is.
 *
 * @param r      request, open
 * @param pages  links of the pages
 * @param copies links of what they are copied to, each parked with its page,
 *               or NULL; NULL: there are none
 * @param n      how many
 * @param order  each has 2^order base pages
 * @param n_out  pages parked, from the first on; untouched on error
 * @retval 0              parked, perhaps fewer
 * @retval -TIERMM_EINVAL a pointer is NULL, @p r is stamped already, or
 *                        @p order is too great
 * @retval -TIERMM_ENOSPC the node would hold more than it may; none parked
 * @retval -TIERMM_EBUSY  deferral is stopped, or another thread is inside;
 *                        none parked
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_flush_add(struct tiermm_flush_request *r,
				struct tiermm_flush_page *const *pages,
				struct tiermm_flush_page *const *copies,
				uint64_t n, uint32_t order, uint64_t *n_out);

/**
 * Take a page and its copy out again: its move failed or was undone.
 *
 * @param r    request, not queued
 * @param page link of the page
 * @retval 0              not parked any more
 * @retval -TIERMM_EINVAL a pointer is NULL, or @p r is queued
 * @retval -TIERMM_ENOENT the page is not in this request
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @cost the pages that were added after it
 * @since 0.1
 */
TIERMM_API int tiermm_flush_remove(struct tiermm_flush_request *r,
				   struct tiermm_flush_page *page);

/**
 * Begin a generation for the request: call it after the last unmap.
 *
 * @param r request, open
 * @retval 0              stamped
 * @retval -TIERMM_EINVAL @p r is NULL or stamped already
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_flush_stamp(struct tiermm_flush_request *r);

/**
 * Hand the request over: from now on it belongs to whoever drains or reaps.
 * A request without pages is refused; close it.
 *
 * @param r      request, stamped
 * @param now_ns caller's monotonic time
 * @param due    TIERMM_DUE_... bits; may be NULL
 * @retval 0              queued
 * @retval -TIERMM_EINVAL @p r is NULL, empty or not stamped
 * @retval -TIERMM_EBUSY  deferral is stopped (flush, then close), or another
 *                        thread is inside; not queued
 * @threads owner; lock-free
 * @since 0.1
 */
TIERMM_API int tiermm_flush_queue(struct tiermm_flush_request *r,
				  uint64_t now_ns, uint32_t *due);

/**
 * Give back a request that is not queued. Its pages are not parked any more:
 * the caller has flushed for them, or their moves were undone.
 *
 * @param r request, not queued
 * @retval 0              given back
 * @retval -TIERMM_EINVAL @p r is NULL, or queued
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_flush_close(struct tiermm_flush_request *r);

/**
 * The pages of a request that was handed back or closed; copies are not among
 * them. Ask before its memory is used.
 *
 * @param r     request
 * @param n_out how many; 0 where @p r is NULL or not given back; may be NULL
 * @return links in the order of adding, in the request's memory, or NULL
 * @threads owner
 * @since 0.1
 */
TIERMM_API struct tiermm_flush_page *const *
tiermm_flush_request_pages(const struct tiermm_flush_request *r,
			   uint64_t *n_out);

#ifdef __cplusplus
}
#endif
#endif
