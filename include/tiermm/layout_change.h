/* SPDX-License-Identifier: MIT */
/**
 * @file layout_change.h
 * The layout in force, and its change while the system runs (L3).
 *
 *     prepare(new) ── listeners may refuse ── parts prepare
 *        │ refused: nothing has changed            │
 *        v                                         v
 *     commit ── parts ── publish ── mark what differs ── tell listeners
 *                                        │
 *        free pages move in steps (layout_move.h), pages in use when they are
 *        freed (layout_page.h); the account says how far that is
 *        (layout_account.h); other threads propose layouts (layout_inbox.h)
 *
 * There are two truths meanwhile: the node that a frame should be on (the
 * layout's), and the node that accounts for the page and lists it (the
 * embedder's own). The second never changes while a page is in use (L7).
 *
 * A commit cannot fail and takes no memory; nor does prepare. What a change
 * takes along (distances, a map from CPUs to nodes, a demotion graph) are its
 * parts: layout_listen.h.
 *
 * Readers look up inside a read section of the retire table; without a table
 * nobody else may be inside a call while the owner commits.
 *
 * Threads: look-ups are `read`; changes are `owner`.
 */
#ifndef TIERMM_LAYOUT_CHANGE_H
#define TIERMM_LAYOUT_CHANGE_H

#include <tiermm/layout.h>
#include <tiermm/retire.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The layout in force, its marks, and its account. */
struct tiermm_relayout;

struct tiermm_layout_part;

/** Zones run from 0 to one less than this; a page keeps its zone (L13). */
#define TIERMM_LAYOUT_ZONES 4

enum {
	/** The pages are in use for ever, unless they are released. */
	TIERMM_LAYOUT_RESERVED = 1
};

/** Frames that are there. Stands in arrays; never changes size. */
struct tiermm_layout_memory {
	uint64_t first;    /**< first frame */
	uint64_t last;     /**< last frame, inclusive */
	uint32_t zone;     /**< 0 to #TIERMM_LAYOUT_ZONES - 1 */
	uint32_t flags;    /**< 0 or TIERMM_LAYOUT_RESERVED */
	uint64_t reserved; /**< zero */
};

/** Room and surroundings; zero means the default. */
struct tiermm_relayout_options {
	uint32_t size;          /**< sizeof of this struct where you compile */
	uint32_t flags;         /**< zero */
	uint32_t max_nodes;     /**< node ids from 0 up; 0: 1024 */
	uint32_t max_caches;    /**< caches of free pages, like per-CPU lists */
	uint32_t max_listeners; /**< 0: 8 */
	uint32_t max_proposals; /**< that wait at a time; 0: 16 */
	uint32_t max_events;    /**< kept for who reads late; 0: 256 */
	uint32_t reserved;      /**< zero */
	/** What is there, ascending; NULL: every frame, in zone 0. */
	const struct tiermm_layout_memory *memory;
	uint64_t n_memory; /**< entries in @c memory */
	/** Nodes that a layout may name, reserved ones too; NULL: all. */
	const struct tiermm_nodeset *nodes;
	const struct tiermm_retire *retire; /**< NULL: no readers meanwhile */
};

/**
 * Put a first layout in force. Its pages count as managed and in use: free
 * each once (tiermm_relayout_on_free()), as at boot.
 *
 * @param out     the object; NULL on error
 * @param layout  the layout; a reference is taken
 * @param options room, or NULL for the defaults
 * @param problem what is wrong with the layout; may be NULL
 * @param mem     allocator, or NULL for malloc
 * @retval 0              made
 * @retval -TIERMM_EINVAL @p layout is NULL, memory overlaps, descends or is in
 *                        no zone, or an option is out of range
 * @retval -TIERMM_ENODEV the layout names a node that it may not
 * @retval -TIERMM_E2BIG  an option that this library does not know is set
 * @retval -TIERMM_ENOMEM no memory
 * @threads setup
 * @since 0.1
 */
TIERMM_API int tiermm_relayout_create(
	struct tiermm_relayout **out, struct tiermm_layout *layout,
	const struct tiermm_relayout_options *options,
	struct tiermm_layout_problem *problem, const struct tiermm_alloc *mem);

/**
 * Bytes that tiermm_relayout_init() needs: a bit a frame, and room.
 *
 * @param layout  the first layout
 * @param options as for create, or NULL
 * @param bytes   bytes needed; untouched on error
 * @retval 0              told
 * @retval -TIERMM_EINVAL as for create
 * @retval -TIERMM_E2BIG  an option that this library does not know is set
 * @threads read
 * @since 0.1
 */
TIERMM_API int
tiermm_relayout_footprint(const struct tiermm_layout *layout,
			  const struct tiermm_relayout_options *options,
			  uint64_t *bytes);

/**
 * Make one in memory of the caller, who has it back after destroy, when the
 * retire table holds nothing more.
 *
 * @param out     the object; NULL on error
 * @param memory  memory aligned to #TIERMM_ALIGN
 * @param bytes   its size
 * @param layout  as for create
 * @param options as for create
 * @param problem as for create
 * @retval 0              made
 * @retval -TIERMM_ENOMEM @p bytes is less than the footprint
 * @retval -TIERMM_EINVAL misaligned memory, or as for create
 * @retval -TIERMM_ENODEV, -TIERMM_E2BIG as for create
 * @threads setup
 * @since 0.1
 */
TIERMM_API int
tiermm_relayout_init(struct tiermm_relayout **out, void *memory, uint64_t bytes,
		     struct tiermm_layout *layout,
		     const struct tiermm_relayout_options *options,
		     struct tiermm_layout_problem *problem);

/**
 * Give it back. What is prepared is aborted without a word to anybody.
 *
 * @param r object, or NULL
 * @threads setup
 * @since 0.1
 */
TIERMM_API void tiermm_relayout_destroy(struct tiermm_relayout *r);

/**
 * Which node a frame belongs to now, by the layout in force.
 *
 * @param r     object
 * @param frame page frame
 * @return its node; #TIERMM_NO_NODE past the last frame
 * @threads read; inside a read section of the retire table
 * @since 0.1
 */
TIERMM_API int32_t tiermm_relayout_node(const struct tiermm_relayout *r,
					uint64_t frame);

/** What a reader remembers between look-ups. Begin with all zeros. */
struct tiermm_layout_cursor {
	uint64_t generation; /**< of the layout that answered */
	uint64_t first;      /**< first frame of the range that was found */
	uint64_t frames;     /**< frames in it */
	int32_t node;        /**< its node */
	uint32_t reserved;   /**< zero */
	uint64_t misses;     /**< look-ups that it could not answer (L10) */
};

/**
 * The same with a cursor of the reader's own: frames that follow one another
 * cost no search. layout_inline.h has it as inline code.
 *
 * @param r      object
 * @param cursor the reader's
 * @param frame  page frame
 * @return its node; #TIERMM_NO_NODE past the last frame
 * @threads read; inside a read section of the retire table
 * @since 0.1
 */
TIERMM_API int32_t tiermm_relayout_node_cursor(
	const struct tiermm_relayout *r, struct tiermm_layout_cursor *cursor,
	uint64_t frame);

/**
 * Generation of the layout in force: 1 at first, one more for each commit.
 *
 * @param r object
 * @return the generation
 * @threads read
 * @since 0.1
 */
TIERMM_API uint64_t tiermm_relayout_generation(const struct tiermm_relayout *r);

/**
 * Take a reference to the layout in force.
 *
 * @param r   object
 * @param out the layout; give it back with tiermm_layout_unref()
 * @retval 0              taken
 * @retval -TIERMM_EINVAL a pointer is NULL
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_relayout_snapshot(struct tiermm_relayout *r,
					struct tiermm_layout **out);

/**
 * Check a layout, ask listeners and parts; nothing is seen of it yet. What
 * was prepared before is aborted first.
 *
 * @param r       object
 * @param layout  the layout; a reference is taken
 * @param parts   what changes with it, in this order; NULL: nothing
 * @param n_parts entries in @p parts, at most #TIERMM_LAYOUT_PARTS
 * @param problem what is wrong with the layout, or who refused; may be NULL
 * @retval 0              ready for commit or abort
 * @retval -TIERMM_EINVAL another last frame than the layout in force, a part
 *                        is not whole, or a pointer is NULL
 * @retval -TIERMM_ENODEV the layout names a node that it may not
 * @retval -TIERMM_EAGAIN readers of earlier layouts have not passed: poll
 * @retval -TIERMM_EBUSY  another thread is inside
 * @retval others         what a listener or a part answered; nothing changed
 * @threads owner; never allocates
 * @since 0.1
 */
TIERMM_API int
tiermm_relayout_prepare(struct tiermm_relayout *r, struct tiermm_layout *layout,
			const struct tiermm_layout_part *const *parts,
			uint32_t n_parts,
			struct tiermm_layout_problem *problem);

/**
 * Put what was prepared in force, and mark the frames whose node differs.
 *
 * @param r object
 * @retval 0              in force
 * @retval -TIERMM_ENOENT nothing is prepared
 * @retval -TIERMM_EINVAL @p r is NULL
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner; never allocates
 * @since 0.1
 */
TIERMM_API int tiermm_relayout_commit(struct tiermm_relayout *r);

/**
 * Give up what was prepared: parts and listeners are told, in reverse order.
 *
 * @param r object
 * @retval 0              nothing is prepared now
 * @retval -TIERMM_EINVAL @p r is NULL
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_relayout_abort(struct tiermm_relayout *r);

/**
 * Whether all promises hold that hold while nobody is inside a call: for tests
 * and debugging.
 *
 * @param r object
 * @return 1 or 0
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_relayout_is_valid(struct tiermm_relayout *r);

#ifdef __cplusplus
}
#endif
#endif
