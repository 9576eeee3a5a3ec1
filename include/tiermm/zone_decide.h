/* SPDX-License-Identifier: MIT */
/**
 * @file zone_decide.h
 * Which zone a block goes to, and why.
 *
 *     whole machine:  M + need <= ratio * (K - R + own) / 100      (a check)
 *     block's node:   the same with the node's numbers, if node-aware
 *
 *     K     early kernel pages: present at boot, contiguous areas left out
 *     R     of them, what dynamic groups need beyond their own kernel pages
 *     M     movable pages, but for those of other dynamic groups
 *     own   kernel pages of the block's own dynamic group
 *     need  pages that have to fit at once: a block; the rest of a DIMM; the
 *           rest of a unit
 *
 * Integers as in Linux 6.12: each division rounds down, and where R takes all
 * of K the answer is no. Kernel memory that was plugged in carries nothing,
 * except inside its own dynamic group.
 *
 * Explicit requests (`online_kernel`, `online_movable`) are not tested. A
 * decision changes nothing: report what happened by tiermm_zones_online().
 */
#ifndef TIERMM_ZONE_DECIDE_H
#define TIERMM_ZONE_DECIDE_H

#include <tiermm/zone.h>
#include <tiermm/zone_event.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The rule that decided. */
enum {
	TIERMM_ZONE_ASKED_KERNEL = 1,    /**< the request said kernel */
	TIERMM_ZONE_ASKED_MOVABLE,       /**< the request said movable */
	TIERMM_ZONE_POLICY_SAID,         /**< the policy always says so */
	TIERMM_ZONE_ONLY_KERNEL_TOUCHES, /**< contig-zones */
	TIERMM_ZONE_ONLY_MOVABLE_TOUCHES,
	TIERMM_ZONE_NEITHER_TOUCHES, /**< contig-zones fell to its default */
	TIERMM_ZONE_BOTH_TOUCH,
	TIERMM_ZONE_RATIO_ZERO,       /**< never movable */
	TIERMM_ZONE_GROUP_HAS_KERNEL, /**< a DIMM is all or nothing */
	TIERMM_ZONE_UNIT_HAS_KERNEL,  /**< so is a unit of a device */
	TIERMM_ZONE_WHOLE_RESERVED,   /**< R takes all of K on the machine */
	TIERMM_ZONE_WHOLE_LIMIT,      /**< beyond the ratio on the machine */
	TIERMM_ZONE_NODE_RESERVED,    /**< R takes all of K on the node */
	TIERMM_ZONE_NODE_LIMIT,       /**< beyond the ratio on the node */
	TIERMM_ZONE_FITS              /**< movable: every check holds */
};

/** The numbers of one check. Stands in structures; never changes size. */
struct tiermm_zone_check {
	int32_t node;            /**< #TIERMM_NO_NODE: the whole machine */
	uint32_t holds;          /**< 1: yes */
	uint64_t kernel_pages;   /**< K */
	uint64_t kept_pages;     /**< of K, taken out by the parameters */
	uint64_t reserved_pages; /**< R */
	uint64_t movable_pages;  /**< M, other dynamic groups left out */
	uint64_t group_pages;    /**< movable pages that were left out of M */
	uint64_t own_pages;      /**< own */
	uint64_t need_pages;     /**< need */
	uint64_t limit_pages;    /**< ratio * (K - kept - R + own) / 100 */
	uint64_t excess_pages;   /**< M + need beyond the limit; 0: none */
};

/** A decision and its reasons. Filled by the library. */
struct tiermm_zone_decision {
	uint32_t size;   /**< sizeof of this struct where you compile */
	uint32_t flags;  /**< zero */
	uint32_t zone;   /**< the answer */
	uint32_t reason; /**< TIERMM_ZONE_ASKED_KERNEL, ... */
	uint32_t how;    /**< TIERMM_ONLINE_... */
	uint32_t policy; /**< TIERMM_ZONE_POLICY_... */
	uint32_t ratio;  /**< percent */
	uint32_t checks; /**< how many of the two below were made, in order */
	uint64_t block;  /**< the block */
	int32_t node;    /**< its node */
	int32_t group;   /**< its group, or #TIERMM_ZONE_NO_GROUP */
	struct tiermm_zone_check whole; /**< the machine's numbers */
	struct tiermm_zone_check local; /**< the node's numbers */
};

/**
 * Which zone a block would go to now, and why (Z1, Z6).
 *
 * @param z     account
 * @param block its id; it is offline
 * @param how   TIERMM_ONLINE_...
 * @param zone  the answer; untouched on error
 * @param why   set `size`; the rest is filled; NULL: not wanted
 * @retval 0              answered
 * @retval -TIERMM_EINVAL unknown request, @p zone is NULL, or @p why has a
 *                        size that is too small
 * @retval -TIERMM_ENOENT no such block
 * @retval -TIERMM_EEXIST it is online already
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @cost O(1); where a unit has several blocks, O(blocks of a unit)
 * @since 0.1
 */
TIERMM_API int tiermm_zones_decide(struct tiermm_zones *z, uint64_t block,
				   uint32_t how, uint32_t *zone,
				   struct tiermm_zone_decision *why);

/**
 * Write a decision as one line: the answer, the rule, the numbers.
 *
 * @param d     decision that a call filled
 * @param out   room for @p cap characters, the last of which is a zero byte
 * @param cap   characters in @p out; may be 0
 * @param n_out length the whole line has, without its zero byte; may be NULL
 * @retval 0              written, cut at @p cap - 1 characters if longer
 * @retval -TIERMM_EINVAL @p d is NULL or too small, or @p out is NULL though
 *                        @p cap is not 0
 * @threads read
 * @since 0.1
 */
TIERMM_API int tiermm_zone_decision_text(const struct tiermm_zone_decision *d,
					 char *out, uint64_t cap,
					 uint64_t *n_out);

/**
 * Make one check by itself: could so many pages more be movable?
 *
 * @param z     account
 * @param node  #TIERMM_NO_NODE for the whole machine, or a node
 * @param group whose pages they would be, or #TIERMM_ZONE_NO_GROUP
 * @param need  pages
 * @param out   the numbers; untouched on error
 * @retval 0              made; `holds` says what came out
 * @retval -TIERMM_EINVAL no such group, @p need is beyond
 *                        #TIERMM_ZONE_PAGES_MAX, or @p out is NULL
 * @retval -TIERMM_ENODEV node beyond the room
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @cost O(1)
 * @since 0.1
 */
TIERMM_API int tiermm_zones_check(struct tiermm_zones *z, int32_t node,
				  int32_t group, uint64_t need,
				  struct tiermm_zone_check *out);

/** A place where past decisions do not stand. Never changes size. */
struct tiermm_zone_imbalance {
	int32_t node;           /**< #TIERMM_NO_NODE: the whole machine */
	int32_t group;          /**< or #TIERMM_ZONE_NO_GROUP: all the rest */
	uint64_t movable_pages; /**< what is movable there */
	uint64_t limit_pages;   /**< what may be, of its own (a group) */
	uint64_t needed_pages;  /**< early kernel pages that it would need */
	uint64_t there_pages;   /**< early kernel pages that there are for it */
	uint64_t reserved;      /**< zero */
};

/**
 * Name every imbalance: where more is movable than the ratio carries (Z3, Z8).
 *
 * Looks at the whole machine and, if the parameters are node-aware, at each
 * node: whether what dynamic groups need beyond their own kernel pages is
 * there, and whether the rest carries what is movable outside of them. Where
 * the policy decided and nothing was forced, there is none. Ratio 0 carries
 * nothing.
 *
 * @param z     account
 * @param out   room for @p cap imbalances
 * @param cap   entries in @p out
 * @param n_out imbalances there are; the first @p cap of them are written
 * @retval 0              looked; 0 of them means balance
 * @retval -TIERMM_EINVAL @p n_out is NULL, or @p out is though @p cap is not 0
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @cost O(groups + nodes) where there is balance
 * @since 0.1
 */
TIERMM_API int tiermm_zones_imbalances(struct tiermm_zones *z,
				       struct tiermm_zone_imbalance *out,
				       uint64_t cap, uint64_t *n_out);

/**
 * The parameters in force.
 *
 * @param z   account
 * @param out set `size`; the rest is filled
 * @retval 0              told
 * @retval -TIERMM_EINVAL a pointer is NULL, or the size is too small
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @since 0.1
 */
TIERMM_API int tiermm_zones_get_parameters(struct tiermm_zones *z,
					   struct tiermm_zone_parameters *out);

/**
 * Change the parameters. The next decision goes by them; no block moves. Ask
 * tiermm_zones_imbalances() how past decisions stand against them (Z3).
 *
 * @param z          account
 * @param parameters all of them: get, change, set
 * @retval 0              changed
 * @retval -TIERMM_EINVAL NULL, too small, or a value is out of range
 * @retval -TIERMM_E2BIG  something that this library does not know is set
 * @retval -TIERMM_EBUSY  another thread is inside
 * @threads owner
 * @cost O(groups) where the ratio changes, else O(1)
 * @since 0.1
 */
TIERMM_API int
tiermm_zones_set_parameters(struct tiermm_zones *z,
			    const struct tiermm_zone_parameters *parameters);

#ifdef __cplusplus
}
#endif
#endif
