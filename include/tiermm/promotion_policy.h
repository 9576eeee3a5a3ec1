/* SPDX-License-Identifier: MIT */
/**
 * @file promotion_policy.h
 * Is this page hot? The small table that answers it; bundled ones, or yours.
 *
 *     sample ──> policy.sample ──> HOT ──> rate limit ──> candidate
 *                     │    └─────> FREE_SPACE ──────────> candidate
 *                     └──> COLD, FIRST_SEEN, ...          counted
 *
 * Everything else is done around it, the same for each policy: where pages
 * are, the guard against ping-pong, the rate limit, candidates and targets.
 * A policy sees one access at a time, and owns one byte of each page.
 *
 *     static int sample(void *self, struct tiermm_promotion_access *a)
 *     {
 *             a->heat = a->heat < 255 ? a->heat + 1 : 255;
 *             a->score = a->heat / 4;
 *             return a->heat > 3 ? TIERMM_PROMOTION_HOT
 *                                : TIERMM_PROMOTION_COLD;
 *     }
 *
 * Growth: slots are added at the end and are optional for ever; `size` says
 * what is there, as in memops.h.
 *
 * Threads: slots are called on the thread that called the library, inside that
 * call, with no lock held; they must not call back into the same object, and
 * need not return (a longjmp past the library leaves it fit to be destroyed).
 */
#ifndef TIERMM_PROMOTION_POLICY_H
#define TIERMM_PROMOTION_POLICY_H

#include <tiermm/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Bundled policies (P6). */
enum {
	/**
	 * Linux 6.12, number for number: latency from mark to access below a
	 * threshold that adjusts itself; where there is much room, everything
	 * (P2).
	 */
	TIERMM_PROMOTION_KERNEL = 0,
	/**
	 * How often: a histogram over all pages, whose hottest that fit into
	 * the top tier are hot; all counts are halved now and then.
	 */
	TIERMM_PROMOTION_HISTOGRAM,
	/**
	 * The histogram, and no move to a node that answers slower under its
	 * load than the one where the page is (P5).
	 */
	TIERMM_PROMOTION_LATENCY,
	TIERMM_PROMOTION_OWN /**< a table of the caller */
};
/** Policies run from 0 to one less than this. */
#define TIERMM_PROMOTION_POLICIES 4

/** What came of an access, or of a candidate: why, or why not. */
enum {
	TIERMM_PROMOTION_NONE = 0,    /**< nothing was asked */
	TIERMM_PROMOTION_HOT,         /**< candidate: it is hot */
	TIERMM_PROMOTION_FREE_SPACE,  /**< candidate: there is much room */
	TIERMM_PROMOTION_QUEUED,      /**< is a candidate already */
	TIERMM_PROMOTION_MARKED,      /**< a mark, not an access */
	TIERMM_PROMOTION_TOP_TIER,    /**< the page is on top already (P3) */
	TIERMM_PROMOTION_NO_PLACE,    /**< nobody said where the page is */
	TIERMM_PROMOTION_NO_PAGE,     /**< beyond the pages there is room for */
	TIERMM_PROMOTION_NO_TARGET,   /**< no top node has memory */
	TIERMM_PROMOTION_FIRST_SEEN,  /**< no earlier time to compare with */
	TIERMM_PROMOTION_COLD,        /**< not hot enough */
	TIERMM_PROMOTION_HELD_BACK,   /**< went up and down too soon (P4) */
	TIERMM_PROMOTION_RATE_LIMIT,  /**< too many candidates this second */
	TIERMM_PROMOTION_DISPLACED,   /**< hotter candidates fill the room */
	TIERMM_PROMOTION_REFUSED,     /**< the policy failed, or said so */
	TIERMM_PROMOTION_STALE,       /**< candidate, but not used since */
	TIERMM_PROMOTION_NO_ROOM,     /**< no faster node has room */
	TIERMM_PROMOTION_NOT_ALLOWED, /**< no faster node is allowed */
	TIERMM_PROMOTION_OVERLOADED,  /**< the fast node is slower now (P5) */
	TIERMM_PROMOTION_BUDGET,      /**< the plan's budget is used up */
	TIERMM_PROMOTION_GAVE_UP      /**< refused to move too often */
};
/** Reasons run from 0 to one less than this. */
#define TIERMM_PROMOTION_REASONS 21

/** "No earlier time": tiermm_promotion_access::latency_ms. */
#define TIERMM_PROMOTION_UNSET UINT64_MAX
/** Greatest heat: what a page's byte holds. */
#define TIERMM_PROMOTION_HEAT_MAX 255u
/** Greatest score: planned first. */
#define TIERMM_PROMOTION_SCORE_MAX 63u

/** What a node could take, told by the caller. Never changes size. */
struct tiermm_promotion_room {
	int32_t node; /**< its id */
	/** Latency under its present load; 0: unknown (P5). */
	uint32_t loaded_latency_ns;
	uint64_t free_pages;    /**< free now; parked pages count as free */
	uint64_t high_pages;    /**< high watermark: a move stays above it */
	uint64_t promo_pages;   /**< promo watermark: demotion's goal */
	uint64_t present_pages; /**< pages that it has */
	uint64_t reserved;      /**< zero */
};

/** One access, as a policy sees it. Filled by the library. */
struct tiermm_promotion_access {
	uint32_t size;   /**< bytes that the library filled */
	uint32_t kind;   /**< TIERMM_SAMPLE_... */
	uint64_t page;   /**< its index */
	uint64_t pages;  /**< base pages that would move together */
	uint64_t now_ms; /**< since the object's first time; never goes back */
	/** Since the mark or the access before; or #TIERMM_PROMOTION_UNSET. */
	uint64_t latency_ms;
	uint64_t candidates; /**< base pages counted for @c target so far */
	int32_t node;        /**< where the page is */
	int32_t target;      /**< where it would go: the accessor's node */
	/** Room of @c target; NULL where nobody said. */
	const struct tiermm_promotion_room *room;
	uint32_t top;    /**< 1: it is on top; the answer is not used */
	uint32_t weight; /**< accesses that it stands for; 0: only a mark */
	uint32_t heat;   /**< in, out: the policy's byte of this page */
	uint32_t score;  /**< out: hotter is more, up to 63 */
	uint64_t value;  /**< out: what was compared, for explanations */
	uint64_t limit;  /**< out: with what */
};

enum {
	/** @c sample is also told of accesses to pages on top. */
	TIERMM_PROMOTION_SEES_TOP = 1
};

/** A policy. */
struct tiermm_promotion_policy {
	uint32_t size;    /**< sizeof of this struct where you compile */
	uint32_t flags;   /**< TIERMM_PROMOTION_SEES_TOP */
	const char *name; /**< [a-z0-9_]+, static storage */
	void *self;       /**< first argument of each slot */
	/**
	 * Required. An access came: @c heat may be changed. Answers _HOT (the
	 * rate limit comes next), _FREE_SPACE (it does not), _COLD or
	 * _FIRST_SEEN; anything else counts as _REFUSED. A mark on a page with
	 * heat comes here, too, since it sets the page's time.
	 */
	int (*sample)(void *self, struct tiermm_promotion_access *access);
	/** Required. The same answer, and nothing may change: to explain. */
	int (*judge)(void *self, struct tiermm_promotion_access *access);
	/**
	 * Optional. A page went to another tier, or left: @c node says where
	 * it was, @c target where it is (#TIERMM_NO_NODE: nowhere). Where
	 * @c top is 1, it is on top now, and @c heat may be changed; else
	 * heat and time of the page are unset.
	 */
	int (*moved)(void *self, struct tiermm_promotion_access *access);
	/**
	 * Optional. Once a second at most: time passed. @p capacity: base
	 * pages that the nodes on top can hold in all, 0 where unknown.
	 */
	int (*tick)(void *self, uint64_t now_ms, uint64_t capacity);
	/**
	 * Optional. May pages move between these two now? 0: no
	 * (_OVERLOADED), and the node that @p to names should shed.
	 */
	int (*gate)(void *self, const struct tiermm_promotion_room *from,
		    const struct tiermm_promotion_room *to);
	/* Added later: append only, never reorder, never reuse a slot. */
};

/**
 * Name of a bundled policy, as tools spell it: "kernel", "histogram".
 *
 * @param policy TIERMM_PROMOTION_KERNEL, ...
 * @return static text; NULL for an unknown one
 * @threads read
 * @since 0.1
 */
TIERMM_API const char *tiermm_promotion_policy_name(uint32_t policy);

/**
 * Name of a reason: "hot", "rate_limit".
 *
 * @param reason TIERMM_PROMOTION_...
 * @return static text; NULL for an unknown one
 * @threads read
 * @since 0.1
 */
TIERMM_API const char *tiermm_promotion_reason_name(uint32_t reason);

#ifdef __cplusplus
}
#endif
#endif
