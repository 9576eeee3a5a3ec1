/* SPDX-License-Identifier: MIT */
/**
 * @file error.h
 * Error codes, and what exactly was wrong with an input.
 *
 * Calls return 0 or one of these, negated. The values are Linux's errno
 * values on every system, so that a binding needs no table of its own.
 * Nothing here touches `errno`, and there is no "last error".
 *
 * Where a whole description can be wrong in many places, the call also takes
 * a struct tiermm_problem: which rule was broken, at which nodes, what stood
 * there and what was expected.
 *
 *     struct tiermm_problem p = { .size = sizeof(p) };
 *     int err = tiermm_topology_create(&t, builder, &p, NULL);
 *     if (err) {
 *             char line[256];
 *             tiermm_problem_text(&p, line, sizeof(line), NULL);
 *             // "distance from node 0 to node 2 is 10, expected 11 to 255"
 *     }
 */
#ifndef TIERMM_ERROR_H
#define TIERMM_ERROR_H

#include <tiermm/types.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
	TIERMM_EPERM = 1,   /**< not permitted */
	TIERMM_ENOENT = 2,  /**< no such entry */
	TIERMM_EIO = 5,     /**< reading or writing failed */
	TIERMM_E2BIG = 7,   /**< an unknown option is set */
	TIERMM_EAGAIN = 11, /**< changed too often meanwhile: try again */
	TIERMM_ENOMEM = 12, /**< the allocator gave nothing */
	TIERMM_EACCES = 13, /**< access denied */
	TIERMM_EBUSY = 16,  /**< another thread is inside, or in use */
	TIERMM_EEXIST = 17, /**< is there already */
	TIERMM_ENODEV = 19, /**< no such node */
	TIERMM_EINVAL = 22, /**< an argument is wrong */
	TIERMM_ENOSPC = 28, /**< beyond the room reserved at creation */
	TIERMM_ERANGE = 34, /**< a result does not fit its type */
	TIERMM_ELOOP = 40,  /**< the targets named form a cycle */
	TIERMM_EPROTO = 71, /**< a text does not follow its format */
	TIERMM_ENOTSUP = 95 /**< not offered here */
};

/** What a struct tiermm_problem is about. */
enum {
	TIERMM_PROBLEM_NONE = 0,
	/** Node id @c node is not in 0..1023. */
	TIERMM_PROBLEM_NODE_RANGE,
	/** Node @c node was added twice. */
	TIERMM_PROBLEM_NODE_TWICE,
	/** Node @c node is not part of this machine. */
	TIERMM_PROBLEM_NODE_UNKNOWN,
	/** There is no node at all. */
	TIERMM_PROBLEM_EMPTY,
	/** Distance @c node to itself is @c value, not 10. */
	TIERMM_PROBLEM_LOCAL_DISTANCE,
	/** Distance @c node to @c other is @c value, not @c low .. @c high. */
	TIERMM_PROBLEM_REMOTE_DISTANCE,
	/** CPU number @c value is not in 0 .. @c high. */
	TIERMM_PROBLEM_CPU_RANGE,
	/** CPU @c value is on node @c node and on @c other. */
	TIERMM_PROBLEM_CPU_TWICE,
	/** Abstract distance @c value of @c node: not in @c low .. @c high */
	TIERMM_PROBLEM_ABSTRACT_DISTANCE,
	/** Memory type @c value of @c node is unknown; @c high is the last. */
	TIERMM_PROBLEM_MEMORY_TYPE,
	/** State @c value of @c node is unknown or does not fit its pages. */
	TIERMM_PROBLEM_NODE_STATE,
	/** The targets named form the cycle in @c path. */
	TIERMM_PROBLEM_CYCLE,
	/** Target @c node to @c other was named twice. */
	TIERMM_PROBLEM_EDGE_TWICE,
	/** Target @c node to itself. */
	TIERMM_PROBLEM_EDGE_SELF,
	/** The machine has node @c node, room was reserved to @c high. */
	TIERMM_PROBLEM_ROOM,
	/** Strategy or option @c value is not one of @c low .. @c high. */
	TIERMM_PROBLEM_OPTION
};

/** Nodes of a cycle that a problem can name. */
#define TIERMM_PROBLEM_PATH 16

/** What was wrong, where, and what was expected. Filled by the library. */
struct tiermm_problem {
	uint32_t size;        /**< sizeof of this struct where you compile */
	uint32_t flags;       /**< zero */
	int32_t error;        /**< the code returned, or 0 */
	uint32_t what;        /**< TIERMM_PROBLEM_... */
	int32_t node;         /**< where, or #TIERMM_NO_NODE */
	int32_t other;        /**< the second node, or #TIERMM_NO_NODE */
	uint64_t value;       /**< what stood there */
	uint64_t low;         /**< least value accepted */
	uint64_t high;        /**< greatest value accepted */
	uint32_t path_length; /**< nodes on the cycle (may exceed @c path) */
	uint32_t reserved;    /**< zero */
	/** The cycle, each node once, from its lowest node on. */
	int32_t path[TIERMM_PROBLEM_PATH];
};

/**
 * A short English text for an error code.
 *
 * @param error a code as returned (negative) or as named here (positive)
 * @return static text, never NULL; "unknown error" for anything else
 * @threads read
 * @since 0.1
 */
TIERMM_API const char *tiermm_strerror(int32_t error);

/**
 * Write a problem as one line without a line end: what, where, expected what.
 *
 * @param p     problem that a call filled
 * @param out   room for @p cap characters, the last of which is a zero byte
 * @param cap   characters in @p out; may be 0
 * @param n_out length the whole line has, without its zero byte; may be NULL
 * @retval 0              written, cut at @p cap - 1 characters if it is longer
 * @retval -TIERMM_EINVAL @p p is NULL or too small, or @p out is NULL though
 *                        @p cap is not 0
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_problem_text(const struct tiermm_problem *p, char *out,
				   uint64_t cap, uint64_t *n_out);

#ifdef __cplusplus
}
#endif
#endif
