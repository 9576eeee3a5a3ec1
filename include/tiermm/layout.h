/* SPDX-License-Identifier: MIT */
/**
 * @file layout.h
 * A layout: which node does each page frame belong to?
 *
 *     frames   0        1000            3000      3fff
 *              ├────────┼───────────────┼──────────┤
 *     node         0            1             0
 *
 * Built from ranges, checked, and immutable from then on (L1). A layout has
 * no holes: what the ranges leave out goes to the range before it, and what
 * lies before the first one to that; or holes are refused. A look-up is right
 * at every edge, and costs two cache lines however many ranges there are,
 * where they are spread as memory is; never more than a binary search (L2).
 *
 *     struct tiermm_layout_range r[] = { { .last = 0xfff, .node = 0 },
 *             { .first = 0x1000, .last = 0x3fff, .node = 1 } };
 *     tiermm_layout_create(&l, r, 2, NULL, NULL, NULL);
 *     tiermm_layout_node(l, 0x1000);   // 1
 *
 * layout_pattern.h makes ranges and compares layouts; layout_change.h puts one
 * in force, and another one later, while the system runs.
 *
 * Lifetime: counted; each holder has a reference. Threads: look-ups are `read`.
 */
#ifndef TIERMM_LAYOUT_H
#define TIERMM_LAYOUT_H

#include <tiermm/alloc.h>
#include <tiermm/error.h>
#include <tiermm/nodeset.h>

#ifdef __cplusplus
extern "C" {
#endif

/** An immutable map from page frames to nodes. */
struct tiermm_layout;

/** Frames run from 0 to one less than this. */
#define TIERMM_LAYOUT_FRAMES (UINT64_C(1) << 53)
/** Ranges that a layout can have. */
#define TIERMM_LAYOUT_RANGES (UINT64_C(1) << 30)

/** Frames of one node. Stands in arrays; never changes size. */
struct tiermm_layout_range {
	uint64_t first;        /**< first frame */
	uint64_t last;         /**< last frame, inclusive */
	int32_t node;          /**< its node */
	uint32_t reserved;     /**< zero */
	uint64_t reserved_too; /**< zero */
};

enum {
	/** Refuse a layout with holes, instead of filling them. */
	TIERMM_LAYOUT_REFUSE_HOLES = 1
};

/** What a layout has to keep to; zero means the default. */
struct tiermm_layout_options {
	uint32_t size;       /**< sizeof of this struct where you compile */
	uint32_t flags;      /**< TIERMM_LAYOUT_REFUSE_HOLES */
	uint64_t last_frame; /**< the last there is; 0: the last one named */
	/** Nodes that may be named; NULL: 0 to 1023. */
	const struct tiermm_nodeset *nodes;
};

/** What a struct tiermm_layout_problem is about. */
enum {
	TIERMM_LAYOUT_PROBLEM_NONE = 0,
	TIERMM_LAYOUT_PROBLEM_EMPTY,    /**< no range at all */
	TIERMM_LAYOUT_PROBLEM_MANY,     /**< too many ranges */
	TIERMM_LAYOUT_PROBLEM_INVERTED, /**< the range ends before it begins */
	TIERMM_LAYOUT_PROBLEM_NODE,     /**< no such node */
	TIERMM_LAYOUT_PROBLEM_BEYOND,   /**< the range goes past @c limit */
	TIERMM_LAYOUT_PROBLEM_OVERLAP,  /**< the range overlaps the other */
	TIERMM_LAYOUT_PROBLEM_HOLE,     /**< nothing from @c first to @c last */
	TIERMM_LAYOUT_PROBLEM_SPAN,     /**< it ends at @c last, not @c limit */
	TIERMM_LAYOUT_PROBLEM_RESERVED, /**< a reserved field is not zero */
	TIERMM_LAYOUT_PROBLEM_VETO,     /**< a listener refused @c node */
	TIERMM_LAYOUT_PROBLEM_PART      /**< part number @c range refused */
};

/** What was wrong with a layout, and at which range. Filled by the library. */
struct tiermm_layout_problem {
	uint32_t size;        /**< sizeof of this struct where you compile */
	uint32_t flags;       /**< zero */
	int32_t error;        /**< the code returned, or 0 */
	uint32_t what;        /**< TIERMM_LAYOUT_PROBLEM_... */
	uint64_t range;       /**< its place among the ranges, or the parts */
	uint64_t first;       /**< of the range, or of the hole */
	uint64_t last;        /**< likewise */
	uint64_t other_first; /**< of the second range, for an overlap */
	uint64_t other_last;  /**< likewise */
	int32_t node;         /**< of the range, or #TIERMM_NO_NODE */
	int32_t other_node;   /**< of the second range */
	uint64_t limit;       /**< last frame accepted */
};

/**
 * Build a layout. Ranges may come in any order; ascending ones are quicker.
 *
 * @param out     the layout, with one reference; NULL on error
 * @param ranges  what belongs where
 * @param n       entries in @p ranges
 * @param options what it has to keep to, or NULL for the defaults
 * @param problem which range is wrong, and why; may be NULL
 * @param mem     allocator, or NULL for malloc
 * @retval 0              built
 * @retval -TIERMM_EINVAL empty, inverted, overlapping, beyond the end, a hole
 *                        where they are refused: see @p problem
 * @retval -TIERMM_ENODEV a node that may not be named
 * @retval -TIERMM_E2BIG  an option that this library does not know is set
 * @retval -TIERMM_ENOMEM no memory
 * @threads setup
 * @since 0.1
 */
TIERMM_API int tiermm_layout_create(struct tiermm_layout **out,
				    const struct tiermm_layout_range *ranges,
				    uint64_t n,
				    const struct tiermm_layout_options *options,
				    struct tiermm_layout_problem *problem,
				    const struct tiermm_alloc *mem);

/**
 * Bytes that tiermm_layout_init() needs: 20 a range, and 2 KiB at most.
 *
 * @param n     ranges
 * @param bytes bytes needed; untouched on error
 * @retval 0              told
 * @retval -TIERMM_EINVAL no range, too many, or @p bytes is NULL
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_layout_footprint(uint64_t n, uint64_t *bytes);

/**
 * Build one in memory of the caller, who has it back with the last reference.
 *
 * @param out     the layout; NULL on error
 * @param memory  memory aligned to #TIERMM_ALIGN
 * @param bytes   its size
 * @param ranges  as for create
 * @param n       as for create
 * @param options as for create
 * @param problem as for create
 * @retval 0              built
 * @retval -TIERMM_ENOMEM @p bytes is less than the footprint
 * @retval -TIERMM_EINVAL misaligned memory, or as for create
 * @retval -TIERMM_ENODEV, -TIERMM_E2BIG as for create
 * @threads setup
 * @since 0.1
 */
TIERMM_API int tiermm_layout_init(struct tiermm_layout **out, void *memory,
				  uint64_t bytes,
				  const struct tiermm_layout_range *ranges,
				  uint64_t n,
				  const struct tiermm_layout_options *options,
				  struct tiermm_layout_problem *problem);

/**
 * Take one more reference.
 *
 * @param l layout
 * @return @p l
 * @threads shared
 * @since 0.1
 */
TIERMM_API struct tiermm_layout *tiermm_layout_ref(struct tiermm_layout *l);

/**
 * Give a reference back; the last one frees the layout.
 *
 * @param l layout, or NULL
 * @threads shared
 * @since 0.1
 */
TIERMM_API void tiermm_layout_unref(struct tiermm_layout *l);

/**
 * Which node a frame belongs to.
 *
 * @param l     layout
 * @param frame page frame
 * @return its node; #TIERMM_NO_NODE past the layout's last frame
 * @threads read
 * @since 0.1
 */
TIERMM_API int32_t tiermm_layout_node(const struct tiermm_layout *l,
				      uint64_t frame);

/**
 * The same for many frames.
 *
 * @param l      layout
 * @param frames page frames
 * @param n      entries in @p frames and in @p nodes
 * @param nodes  their nodes
 * @retval 0              answered
 * @retval -TIERMM_EINVAL a pointer is NULL
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_layout_node_array(const struct tiermm_layout *l,
					const uint64_t *frames, uint64_t n,
					int32_t *nodes);

/**
 * How many ranges there are.
 *
 * @param l layout
 * @return ranges, as many as it was built from
 * @threads read
 * @since 0.1
 */
TIERMM_API uint64_t tiermm_layout_count(const struct tiermm_layout *l);

/**
 * The last frame.
 *
 * @param l layout
 * @return its number
 * @threads read
 * @since 0.1
 */
TIERMM_API uint64_t tiermm_layout_last_frame(const struct tiermm_layout *l);

/**
 * Bytes that the layout holds.
 *
 * @param l layout
 * @return bytes
 * @threads read
 * @since 0.1
 */
TIERMM_API uint64_t tiermm_layout_bytes(const struct tiermm_layout *l);

/**
 * One range, holes filled.
 *
 * @param l     layout
 * @param index 0 to count - 1, in ascending order of frames
 * @param out   the range
 * @retval 0              told
 * @retval -TIERMM_ENOENT no such range
 * @retval -TIERMM_EINVAL a pointer is NULL
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_layout_range_at(const struct tiermm_layout *l,
				      uint64_t index,
				      struct tiermm_layout_range *out);

/**
 * The range that a frame lies in.
 *
 * @param l     layout
 * @param frame page frame
 * @param out   the range
 * @retval 0              told
 * @retval -TIERMM_ENOENT the frame is past the end
 * @retval -TIERMM_EINVAL a pointer is NULL
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_layout_range_of(const struct tiermm_layout *l,
				      uint64_t frame,
				      struct tiermm_layout_range *out);

/**
 * Whether the layout's own promises hold.
 *
 * @param l layout
 * @return 1 or 0
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_layout_is_valid(const struct tiermm_layout *l);

/**
 * Write a problem as one line: what, which range, expected what.
 *
 * @param p     problem that a call filled
 * @param out   room for @p cap characters, the last of which is a zero byte
 * @param cap   characters in @p out; may be 0
 * @param n_out length of the whole line without its zero byte; may be NULL
 * @retval 0              written, cut at @p cap - 1 characters if longer
 * @retval -TIERMM_EINVAL @p p is NULL or too small, or @p out is NULL though
 *                        @p cap is not 0
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_layout_problem_text(const struct tiermm_layout_problem *p,
					  char *out, uint64_t cap,
					  uint64_t *n_out);

#ifdef __cplusplus
}
#endif
#endif
