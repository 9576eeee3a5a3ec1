/* SPDX-License-Identifier: MIT */
/* Images: room for the sets of a graph, filled word by word. */
#include "demotion/table.h"

#include "base/assert.h"
#include "base/carve.h"

uint64_t tiermm__image_place(struct tiermm__image *image, void *memory,
			     uint32_t room)
{
	struct tiermm__carver c = { .base = memory };
	uint64_t distances = (uint64_t)room * ((room + 7) / 8);

	image->version = 0;
	image->widest = 0;
	image->rows = tiermm__carve(&c, (uint64_t)room * TIERMM__IMAGE_ROW,
				    sizeof(uint64_t));
	image->shape = tiermm__carve(&c, 2, sizeof(uint64_t));
	image->ids = tiermm__carve(&c, room, sizeof(uint64_t));
	image->cpus = tiermm__carve(&c, TIERMM_NODESET_WORDS, sizeof(uint64_t));
	image->load = tiermm__carve(&c, room, sizeof(uint64_t));
	image->distance = tiermm__carve(&c, distances, sizeof(uint64_t));
	return tiermm__carved(&c);
}

static void copy(uint64_t *to, const uint64_t *from, uint64_t words)
{
	for (uint64_t i = 0; i < words; i++)
		tiermm__view_store(to + i, from[i]);
}

/* One set; words of wider ones that stood here are 0. */
static void fill_set(const struct tiermm__image *image, uint64_t *to,
		     const uint64_t *from, uint32_t words)
{
	copy(to, from, words);
	for (uint64_t i = words; i < image->widest; i++)
		tiermm__view_store(to + i, 0);
}

static void fill_rows(struct tiermm__image *image,
		      const struct tiermm__demotion_view *v)
{
	uint64_t *to = image->rows;

	for (uint32_t row = 0; row < v->n; row++, to += TIERMM__IMAGE_ROW) {
		copy(to, tiermm__view_near(v, row), TIERMM__NEAR_WORDS);
		fill_set(image, to + TIERMM__IMAGE_PREFERRED,
			 tiermm__view_preferred(v, row), v->words);
		fill_set(image, to + TIERMM__IMAGE_FALLBACK,
			 tiermm__view_fallback(v, row), v->words);
	}
	if (v->words > image->widest)
		image->widest = v->words;
}

void tiermm__image_fill(struct tiermm__image *image,
			const struct tiermm__demotion_view *v)
{
	uint64_t version = tiermm__view_word(&image->version);

	TIERMM_ASSERT(v->words <= TIERMM_NODESET_WORDS && v->stride < 256);
	tiermm__view_store(&image->version, version + 1);
	/*
	 * Release: whoever sees something of what follows sees that the
	 * version is odd. Partner: the acquire fence in tiermm__look_end().
	 */
	tiermm__fence_release();
	tiermm__view_store(image->shape, v->n | (uint64_t)v->words << 16 |
						 (uint64_t)v->stride << 24 |
						 (uint64_t)v->strategy << 32);
	tiermm__view_store(image->shape + 1, v->cpu_penalty);
	copy(image->cpus, v->cpus, v->words);
	copy(image->ids, v->ids, v->n);
	copy(image->load, v->load, v->n);
	fill_rows(image, v);
	copy(image->distance, v->distance, (uint64_t)v->n * v->stride);
	/*
	 * Release: whoever sees the version sees all of the image. Partner:
	 * the acquire in tiermm__look_begin().
	 */
	__atomic_store_n(&image->version, version + 2, __ATOMIC_RELEASE);
}
