/* SPDX-License-Identifier: MIT */
/**
 * @file mock.h
 * A backend that does nothing, remembers everything, and fails on demand.
 *
 *     tiermm_mock_create(&m, NULL, NULL);
 *     tiermm_mock_put(m, 0x1000, 0);                  // a page on node 0
 *     tiermm_mock_fail(m, TIERMM_MOCK_MOVE, 2, -TIERMM_ENOMEM);
 *     policy_under_test(tiermm_mock_memops(m));
 *     tiermm_mock_call_at(m, 0, &call);                 // what was asked
 *
 * Made for unit-testing a policy in ten lines. By itself it behaves: pages
 * that were put somewhere move where they are told, if there is room. On top
 * of that, answers can be scripted in order, the n-th call of a verb can be
 * made to fail, and calls take virtual time. A *strict* mock refuses what was
 * not scripted.
 *
 * What it does by itself, in this order: a page that is nowhere is ABSENT; a
 * target that is no node is TARGET_GONE; a page that is there is ALREADY; one
 * that does not fit is TARGET_FULL; all others are DONE. Pages that are paged
 * out or discarded are nowhere afterwards.
 *
 * Memory is taken at create, and never after.
 *
 * Threads: everything is `owner`. A call that would change the mock while
 * another thread is inside, a slot of its table too, returns -TIERMM_EBUSY.
 */
#ifndef TIERMM_BACKENDS_MOCK_H
#define TIERMM_BACKENDS_MOCK_H

#include <tiermm/tiermm.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A scripted backend. */
struct tiermm_mock;

enum {
	/**
	 * A call of MOVE, PAGE_OUT or DISCARD with more items than there are
	 * scripted answers is refused as a whole with -TIERMM_EPERM, and counts
	 * as unexpected. LOCATE and HEADROOM change nothing, and are answered.
	 */
	TIERMM_MOCK_STRICT = 1
};

/** Which verb. */
enum {
	TIERMM_MOCK_MOVE = 0,
	TIERMM_MOCK_LOCATE,
	TIERMM_MOCK_HEADROOM,
	TIERMM_MOCK_PAGE_OUT,
	TIERMM_MOCK_DISCARD,
	TIERMM_MOCK_ANY, /**< any verb, for tiermm_mock_fail() */
	TIERMM_MOCK_VERBS = TIERMM_MOCK_ANY /**< how many verbs there are */
};

/** Manners of a mock; zero means the default. */
struct tiermm_mock_options {
	uint32_t size;       /**< sizeof of this struct where you compile */
	uint32_t flags;      /**< TIERMM_MOCK_STRICT */
	uint64_t max_pages;  /**< keys it can hold; 0: 4096; at most 2^32 */
	uint64_t max_calls;  /**< items the log can hold; 0: 4096; as above */
	uint64_t max_script; /**< answers and faults; 0: 256; as above */
	uint64_t node_pages; /**< room on each node; 0: without bound */
};

/** One item of a call, as it was asked and answered. Never changes size. */
struct tiermm_mock_call {
	uint64_t number;   /**< of the call, from 1, over all verbs */
	uint32_t verb;     /**< TIERMM_MOCK_... */
	int32_t error;     /**< what the call as a whole returned */
	uint64_t page;     /**< key asked for; the node for HEADROOM */
	int32_t from;      /**< as asked, or none */
	int32_t to;        /**< as asked, or what LOCATE answered */
	uint32_t outcome;  /**< as answered; DONE: LOCATE, HEADROOM knew it */
	uint32_t reserved; /**< zero */
	uint64_t time_ns;  /**< virtual time when the call began */
};

/**
 * Make a mock.
 *
 * @param out     the mock; NULL on error
 * @param options manners, or NULL
 * @param mem     allocator, or NULL for malloc
 * @retval 0              made
 * @retval -TIERMM_ENOMEM no memory
 * @retval -TIERMM_EINVAL, -TIERMM_E2BIG a wrong or unknown option
 * @threads setup
 * @since 0.1
 */
TIERMM_API int tiermm_mock_create(struct tiermm_mock **out,
				  const struct tiermm_mock_options *options,
				  const struct tiermm_alloc *mem);

/**
 * Give a mock back.
 *
 * @param m mock, or NULL
 * @threads setup
 * @since 0.1
 */
TIERMM_API void tiermm_mock_destroy(struct tiermm_mock *m);

/**
 * The table to hand to whoever acts; lives as long as the mock.
 *
 * @param m mock
 * @return its table, all slots filled
 * @threads read
 * @since 0.1
 */
TIERMM_API const struct tiermm_memops *
tiermm_mock_memops(const struct tiermm_mock *m);

/**
 * Put a page on a node, wherever it was before.
 *
 * @param m    mock
 * @param page key
 * @param node where it is from now on
 * @retval 0              put
 * @retval -TIERMM_ENOSPC the mock or the node is full; nothing changed
 * @retval -TIERMM_ENODEV the node is gone; nothing changed
 * @retval -TIERMM_EINVAL no such node number
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_mock_put(struct tiermm_mock *m, uint64_t page,
			       int32_t node);

/**
 * Put a run of pages that only moves as a whole, such as a huge page. Whoever
 * asks for one page of it is told in `pages` how many have moved.
 *
 * @param m     mock
 * @param page  its key
 * @param pages base pages in it, at least 1
 * @param node  where it is from now on
 * @retval 0              put
 * @retval -TIERMM_ENOSPC the mock or the node is full; nothing changed
 * @retval -TIERMM_ENODEV the node is gone; nothing changed
 * @retval -TIERMM_EINVAL no such node number, or @p pages is 0
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_mock_put_run(struct tiermm_mock *m, uint64_t page,
				   uint64_t pages, int32_t node);

/**
 * Where a page is.
 *
 * @param m    mock
 * @param page key
 * @return node, or #TIERMM_NO_NODE
 * @threads owner
 * @since 0.1
 */
TIERMM_API int32_t tiermm_mock_where(const struct tiermm_mock *m,
				     uint64_t page);

/**
 * Bound a node's room, or take the node away altogether. What is on it stays.
 *
 * @param m     mock
 * @param node  node
 * @param pages room in base pages; 0: always full; UINT64_MAX: no bound
 * @param gone  1: no such node any more; 0: back again
 * @retval 0              set
 * @retval -TIERMM_EINVAL no such node number
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_mock_set_node(struct tiermm_mock *m, int32_t node,
				    uint64_t pages, uint32_t gone);

/**
 * Script the outcome of the next item of a verb that has none yet; scripted
 * outcomes are used up in order. DONE says that the item is expected, and lets
 * the mock do what it does by itself; any other outcome changes nothing.
 *
 * @param m       mock
 * @param verb    TIERMM_MOCK_MOVE, _PAGE_OUT or _DISCARD
 * @param outcome TIERMM_OUTCOME_...
 * @retval 0              scripted
 * @retval -TIERMM_EINVAL unknown verb or outcome
 * @retval -TIERMM_ENOSPC the script is full
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_mock_script(struct tiermm_mock *m, uint32_t verb,
				  uint32_t outcome);

/**
 * Make the n-th call of a verb from now on fail as a whole, before its first
 * item: outcomes stay UNKNOWN, and scripted ones are left for later calls.
 *
 * @param m     mock
 * @param verb  TIERMM_MOCK_..., or TIERMM_MOCK_ANY
 * @param nth   from 1
 * @param error what it returns, negative
 * @retval 0              set
 * @retval -TIERMM_EINVAL unknown verb, @p nth is 0, or no error
 * @retval -TIERMM_ENOSPC the script is full
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_mock_fail(struct tiermm_mock *m, uint32_t verb,
				uint64_t nth, int32_t error);

/**
 * Virtual time that each item of a verb takes from now on; a call that fails
 * takes none.
 *
 * @param m    mock
 * @param verb TIERMM_MOCK_...
 * @param ns   nanoseconds an item
 * @retval 0              set
 * @retval -TIERMM_EINVAL unknown verb
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_mock_delay(struct tiermm_mock *m, uint32_t verb,
				 uint64_t ns);

/**
 * Virtual time, from 0.
 *
 * @param m mock
 * @return nanoseconds
 * @threads owner
 * @since 0.1
 */
TIERMM_API uint64_t tiermm_mock_now_ns(const struct tiermm_mock *m);

/**
 * How many items are in the log, and what has gone wrong.
 *
 * @param m          mock
 * @param unexpected calls that a strict mock refused, and items that the log
 *                   had no room for; may be NULL
 * @return items in the log
 * @threads owner
 * @since 0.1
 */
TIERMM_API uint64_t tiermm_mock_call_count(const struct tiermm_mock *m,
					   uint64_t *unexpected);

/**
 * One item of the log.
 *
 * @param m     mock
 * @param index 0 to count - 1, in order
 * @param out   the item; untouched on error
 * @retval 0              found
 * @retval -TIERMM_ENOENT no such item
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_mock_call_at(const struct tiermm_mock *m, uint64_t index,
				   struct tiermm_mock_call *out);

#ifdef __cplusplus
}
#endif
#endif
