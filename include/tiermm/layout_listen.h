/* SPDX-License-Identifier: MIT */
/**
 * @file layout_listen.h
 * Who takes part in a change of the layout, who is asked, and who is told.
 *
 *     prepare:  populate node 1? ── yes    populate node 2? ── no
 *                                                               │
 *               cancel node 1  <────────────────────────────────┘
 *     commit:   node 1 populated, node 0 discarded
 *
 * A *listener* stays, and is asked about each node that gains pages: it may
 * refuse. A node that loses pages is not asked about. A *part* comes with one
 * change: new distances, a demotion graph, anything that prepares, then
 * commits or aborts. *Events* are for who cannot be called: a binding, another
 * process behind a pipe; each reader keeps its own place among them.
 *
 * Callbacks run on the owner's thread, inside its call, under no lock; they
 * may look up, and must not change the object that calls them.
 */
#ifndef TIERMM_LAYOUT_LISTEN_H
#define TIERMM_LAYOUT_LISTEN_H

#include <tiermm/layout_change.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Parts that one change can have. */
#define TIERMM_LAYOUT_PARTS 8

/** A change, as listeners and parts see it. */
struct tiermm_layout_change {
	uint32_t size;                    /**< sizeof, as the library has it */
	uint32_t flags;                   /**< zero */
	uint64_t generation;              /**< that it will have, or has */
	const struct tiermm_layout *from; /**< in force before */
	const struct tiermm_layout *to;   /**< in force after */
};

enum {
	TIERMM_LAYOUT_FIRST = 1, /**< the node had no page before */
	TIERMM_LAYOUT_LAST = 2   /**< the node will have none */
};

/** What a change means for one node. Never changes size. */
struct tiermm_layout_shift {
	int32_t node;   /**< which */
	uint32_t flags; /**< TIERMM_LAYOUT_FIRST, _LAST */
	uint64_t gains; /**< pages that come to it */
	uint64_t loses; /**< pages that leave it */
	uint64_t goal;  /**< pages that it has when all have moved */
};

/** Who is asked and told. Copied where it is handed in. */
struct tiermm_layout_listener {
	uint32_t size;  /**< sizeof of this struct where you compile */
	uint32_t flags; /**< zero */
	void *self;     /**< first argument of each slot */
	/** Optional. Get ready for pages; 0, or an error that refuses. */
	int (*populate)(void *self, const struct tiermm_layout_change *change,
			const struct tiermm_layout_shift *shift);
	/** Optional. What populate agreed to will not happen. */
	void (*cancel)(void *self, const struct tiermm_layout_change *change,
		       const struct tiermm_layout_shift *shift);
	/** Optional. The layout is in force; pages will come. */
	void (*populated)(void *self, const struct tiermm_layout_change *change,
			  const struct tiermm_layout_shift *shift);
	/** Optional. The layout is in force; pages will leave. */
	void (*discarded)(void *self, const struct tiermm_layout_change *change,
			  const struct tiermm_layout_shift *shift);
};

/** What changes together with the layout. Copied by prepare. */
struct tiermm_layout_part {
	uint32_t size;  /**< sizeof of this struct where you compile */
	uint32_t flags; /**< zero */
	void *self;     /**< first argument of each slot */
	/** Required. Get ready; 0, or an error that refuses the change. */
	int (*prepare)(void *self, const struct tiermm_layout_change *change);
	/** Required. Do it; cannot fail. The layout follows right after. */
	void (*commit)(void *self, const struct tiermm_layout_change *change);
	/** Required. Forget what was prepared. */
	void (*abort)(void *self, const struct tiermm_layout_change *change);
};

/**
 * Add a listener. Listeners are asked in the order in which they came.
 *
 * @param r        object
 * @param listener the listener
 * @param id       its number, for tiermm_relayout_unlisten()
 * @retval 0              added
 * @retval -TIERMM_EINVAL a pointer is NULL, or it has another size
 * @retval -TIERMM_E2BIG  a flag that this library does not know is set
 * @retval -TIERMM_ENOSPC no room for another one
 * @retval -TIERMM_EBUSY  a change is prepared, or another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int
tiermm_relayout_listen(struct tiermm_relayout *r,
		       const struct tiermm_layout_listener *listener,
		       uint32_t *id);

/**
 * Take a listener away.
 *
 * @param r  object
 * @param id its number
 * @retval 0              gone
 * @retval -TIERMM_ENOENT no such listener
 * @retval -TIERMM_EBUSY  a change is prepared, or another thread is inside
 * @retval -TIERMM_EINVAL @p r is NULL
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_relayout_unlisten(struct tiermm_relayout *r, uint32_t id);

/** What happened. */
enum {
	TIERMM_LAYOUT_COMMITTED = 1, /**< another layout is in force */
	TIERMM_LAYOUT_REFUSED,       /**< a listener or a part refused one */
	TIERMM_LAYOUT_NODE_GAINED,   /**< its first page came to a node */
	TIERMM_LAYOUT_NODE_EMPTIED,  /**< the last page of a node left it */
	TIERMM_LAYOUT_SWEPT,         /**< all free pages were looked at */
	TIERMM_LAYOUT_DRAINED,       /**< all caches were drained */
	TIERMM_LAYOUT_COMPLETE       /**< swept, drained, and no reader left */
};

/** One event. Stands in arrays; never changes size. */
struct tiermm_layout_event {
	uint32_t kind;       /**< TIERMM_LAYOUT_COMMITTED, ... */
	int32_t node;        /**< which, or #TIERMM_NO_NODE */
	uint64_t generation; /**< of the layout in force then */
	uint64_t pages;      /**< frames marked, for COMMITTED; else 0 */
	uint64_t reserved;   /**< zero */
};

/**
 * Read events, oldest first. Who is too late misses the oldest: the place
 * tells how many, since it counts all that ever happened.
 *
 * @param r     object
 * @param place the reader's place, 0 at first; moved behind what was read
 * @param out   room for @p cap events
 * @param cap   entries in @p out
 * @param n_out events written
 * @retval 0              read; 0 events: there are none
 * @retval -TIERMM_EINVAL a pointer is NULL
 * @threads shared; lock-free
 * @since 0.1
 */
TIERMM_API int tiermm_relayout_events(const struct tiermm_relayout *r,
				      uint64_t *place,
				      struct tiermm_layout_event *out,
				      uint64_t cap, uint64_t *n_out);

/**
 * Name of an event: "committed", "node_emptied".
 *
 * @param kind TIERMM_LAYOUT_COMMITTED, ...
 * @return static text; NULL for an unknown one
 * @threads read
 * @since 0.1
 */
TIERMM_API const char *tiermm_layout_event_name(uint32_t kind);

#ifdef __cplusplus
}
#endif
#endif
