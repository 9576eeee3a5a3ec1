/* SPDX-License-Identifier: MIT */
/*
 * The published table: a word a node, and two images of a graph's sets.
 *
 * A word is one answer and one version (D7):
 *
 *     63         37   36     35    34    33     32   31            0
 *     [ generation | wide | near | off | slot | many |  first target  ]
 *
 *     first target  of the node, blocked nodes left out; signed, -1 for none
 *     many          more than one preferred node is usable
 *     slot          which image holds the sets of this generation
 *     off           demotion is switched off; the first target is -1 then
 *     near, wide    the node stands in the row of its number, and its fallback
 *                   nodes are in one word of their set, or in several; none
 *                   of both: there are none, or look for the row
 *     generation    low 27 bits: every change stores every word anew
 *
 * The target takes a whole half, so that a reader needs no instruction to
 * extend it. That leaves few bits for the generation; so an image has a
 * version of its own, 64 bits, odd while it is being filled, and a reader of
 * an image checks both. Should between its two looks exactly a multiple of
 * 2^27 changes have gone by, it is of one graph all the same; it might only
 * find nodes blocked of several generations, each of them blocked meanwhile.
 *
 * Images are words too, stored and loaded one by one, relaxed: a reader may
 * see a half-filled one, and finds out when it looks again.
 */
#ifndef TIERMM_DEMOTION_TABLE_H
#define TIERMM_DEMOTION_TABLE_H

#include "demotion/near.h"

#define TIERMM__WORD_MANY ((uint64_t)1 << 32)
#define TIERMM__WORD_SLOT_SHIFT 33
#define TIERMM__WORD_OFF ((uint64_t)1 << 34)
#define TIERMM__WORD_NEAR ((uint64_t)1 << 35)
#define TIERMM__WORD_WIDE ((uint64_t)1 << 36)
#define TIERMM__WORD_GENERATION_SHIFT 37

static inline int32_t tiermm__word_target(uint64_t word)
{
	return (int32_t)(uint32_t)word;
}

static inline uint32_t tiermm__word_slot(uint64_t word)
{
	return (uint32_t)(word >> TIERMM__WORD_SLOT_SHIFT) & 1;
}

/*
 * A row of an image: its two words of near.h, then its preferred set, then its
 * fallback set. Always the same stride, so that a look-up finds all of it
 * without asking how wide the sets are; and one that is soon multiplied by.
 */
#define TIERMM__IMAGE_PREFERRED 4
#define TIERMM__IMAGE_FALLBACK (TIERMM__IMAGE_PREFERRED + TIERMM_NODESET_WORDS)
#define TIERMM__IMAGE_ROW (TIERMM__IMAGE_FALLBACK + TIERMM_NODESET_WORDS)

/* An image; where its tables stand is set at creation and never changed. */
struct tiermm__image {
	_Alignas(TIERMM_ALIGN) uint64_t version; /* odd: it is being filled */
	uint64_t widest;    /* words that any set has had; the owner's */
	uint64_t *rows;     /* [room][TIERMM__IMAGE_ROW] */
	uint64_t *shape;    /* [2] n, words, stride, strategy; penalty */
	uint64_t *cpus;     /* [TIERMM_NODESET_WORDS] */
	uint64_t *ids;      /* [room] */
	uint64_t *load;     /* [room] */
	uint64_t *distance; /* [room][room / 8] at most */
};

/*
 * Lay an image for @room nodes out in memory. Returns the bytes that it takes;
 * with NULL it only measures, and *image is a scratch one.
 */
uint64_t tiermm__image_place(struct tiermm__image *image, void *memory,
			     uint32_t room);

/* Copy a graph's tables. No word of the table may name this image's slot. */
void tiermm__image_fill(struct tiermm__image *image,
			const struct tiermm__demotion_view *v);

/*
 * The view of an image. The shape is one word, so that it is always that of
 * some graph that fitted: whatever else is torn, rows stay within the tables.
 */
static inline struct tiermm__demotion_view
tiermm__image_view(const struct tiermm__image *image)
{
	uint64_t shape = tiermm__view_word(image->shape);

	return (struct tiermm__demotion_view){
		.n = shape & 0xffff,
		.words = shape >> 16 & 0xff,
		.stride = shape >> 24 & 0xff,
		.strategy = shape >> 32 & 0xff,
		.cpu_penalty = (uint32_t)tiermm__view_word(image->shape + 1),
		.set_stride = TIERMM__IMAGE_ROW,
		.near_stride = TIERMM__IMAGE_ROW,
		.ids = image->ids,
		.preferred = image->rows + TIERMM__IMAGE_PREFERRED,
		.fallback = image->rows + TIERMM__IMAGE_FALLBACK,
		.cpus = image->cpus,
		.load = image->load,
		.distance = image->distance,
		.near = image->rows,
	};
}

/* The row of a node that stands in the row of its own number. */
static inline const uint64_t *
tiermm__image_row(const struct tiermm__image *image, uint32_t id)
{
	return image->rows + (uint64_t)id * TIERMM__IMAGE_ROW;
}

/*
 * Fences, where the thread sanitizer of GCC does not know them: it warns, and
 * loses nothing, since all that they order is atomic.
 */
#if defined(__SANITIZE_THREAD__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wtsan"
#endif
static inline void tiermm__fence_acquire(void)
{
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
}

static inline void tiermm__fence_release(void)
{
	__atomic_thread_fence(__ATOMIC_RELEASE);
}
#if defined(__SANITIZE_THREAD__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif

/* Store a word that readers load with tiermm__view_word(). */
static inline void tiermm__view_store(uint64_t *word, uint64_t value)
{
	__atomic_store_n(word, value, __ATOMIC_RELAXED);
}

#endif
