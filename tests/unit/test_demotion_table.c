/* SPDX-License-Identifier: MIT */
/* Images: as large as they say, and true copies. */
#include "demotion/table.h"
#include "support/cmocka.h"

#include <stdlib.h>

static void an_image_ends_where_it_says(void **state)
{
	static const uint32_t rooms[] = { 1, 7, 8, 9, 64, 1000, 1024 };

	(void)state;
	for (size_t i = 0; i < sizeof(rooms) / sizeof(*rooms); i++) {
		struct tiermm__image scratch, image;
		uint64_t room = rooms[i];
		uint64_t bytes = tiermm__image_place(&scratch, NULL, rooms[i]);
		unsigned char *memory =
			aligned_alloc(TIERMM_ALIGN, (size_t)bytes);
		uint64_t *last;

		assert_int_equal(bytes % TIERMM_ALIGN, 0);
		assert_int_equal(tiermm__image_place(&image, memory, rooms[i]),
				 bytes);
		last = image.distance + room * ((room + 7) / 8);
		assert_in_range((unsigned char *)last - memory, 1, bytes);
		last = image.rows + room * TIERMM__IMAGE_ROW;
		assert_in_range((unsigned char *)last - memory, 1, bytes);
		free(memory);
	}
}

/* Sets of three rows, @words each, and whatever else a graph has. */
static struct tiermm__demotion_view view_of(const uint64_t *table,
					    uint16_t words)
{
	return (struct tiermm__demotion_view){
		.n = 3,
		.words = words,
		.stride = 1,
		.strategy = TIERMM_STRATEGY_MANUAL,
		.cpu_penalty = 65535,
		.set_stride = words,
		.near_stride = TIERMM__NEAR_WORDS,
		.ids = table,
		.preferred = table + 16,
		.fallback = table + 32,
		.cpus = table + 48,
		.load = table + 64,
		.distance = table + 80,
		.near = table + 96,
	};
}

static void fill_table(uint64_t *table, uint64_t first)
{
	for (uint64_t i = 0; i < 16 * 7; i++)
		table[i] = first + i;
}

static void same_rows(const struct tiermm__demotion_view *got,
		      const struct tiermm__demotion_view *v)
{
	for (uint32_t row = 0; row < v->n; row++) {
		assert_memory_equal(tiermm__view_preferred(got, row),
				    tiermm__view_preferred(v, row),
				    v->words * 8);
		assert_memory_equal(tiermm__view_fallback(got, row),
				    tiermm__view_fallback(v, row),
				    v->words * 8);
		assert_memory_equal(tiermm__view_near(got, row),
				    tiermm__view_near(v, row),
				    TIERMM__NEAR_WORDS * 8);
	}
}

/* An image for three nodes, and its memory, all of it 0. */
static void *image_of(struct tiermm__image *image)
{
	size_t bytes = (size_t)tiermm__image_place(image, NULL, 3);
	void *memory = aligned_alloc(TIERMM_ALIGN, bytes);

	memset(memory, 0, bytes);
	(void)tiermm__image_place(image, memory, 3);
	return memory;
}

static void a_view_of_an_image_is_that_of_the_graph(void **state)
{
	uint64_t table[16 * 7] = { 0 };
	struct tiermm__demotion_view v = view_of(table, 2);
	struct tiermm__demotion_view got;
	struct tiermm__image image;
	void *memory = image_of(&image);

	(void)state;
	fill_table(table, 1);
	image.version = UINT64_MAX - 1;
	tiermm__image_fill(&image, &v);
	assert_int_equal(image.version, 0);
	got = tiermm__image_view(&image);
	assert_int_equal(got.n, 3);
	assert_int_equal(got.words, 2);
	assert_int_equal(got.stride, 1);
	assert_int_equal(got.strategy, TIERMM_STRATEGY_MANUAL);
	assert_int_equal(got.cpu_penalty, 65535);
	assert_memory_equal(got.ids, v.ids, 3 * 8);
	assert_memory_equal(got.cpus, v.cpus, 2 * 8);
	assert_memory_equal(got.load, v.load, 3 * 8);
	assert_memory_equal(got.distance, v.distance, 3 * 8);
	same_rows(&got, &v);
	free(memory);
}

/* Look-ups may look at words that the graph does not have. */
static void words_of_a_wider_graph_are_gone(void **state)
{
	uint64_t table[16 * 7] = { 0 };
	struct tiermm__demotion_view wide = view_of(table, 4);
	struct tiermm__demotion_view thin = view_of(table, 1);
	struct tiermm__demotion_view got;
	struct tiermm__image image;
	void *memory = image_of(&image);

	(void)state;
	fill_table(table, 1000);
	tiermm__image_fill(&image, &wide);
	fill_table(table, 1);
	tiermm__image_fill(&image, &thin);
	got = tiermm__image_view(&image);
	same_rows(&got, &thin);
	for (uint32_t row = 0; row < 3; row++)
		for (uint32_t i = 1; i < TIERMM_NODESET_WORDS; i++) {
			assert_int_equal(tiermm__view_preferred(&got, row)[i],
					 0);
			assert_int_equal(tiermm__view_fallback(&got, row)[i],
					 0);
		}
	fill_table(table, 7);
	tiermm__image_fill(&image, &wide);
	got = tiermm__image_view(&image);
	same_rows(&got, &wide);
	free(memory);
}

static void words_keep_their_parts_apart(void **state)
{
	(void)state;
	assert_int_equal(tiermm__word_target(UINT32_MAX), -1);
	assert_int_equal(tiermm__word_target(~(uint64_t)0 << 32 | 1023), 1023);
	assert_int_equal(tiermm__word_slot((uint64_t)1 << 33), 1);
	assert_int_equal(tiermm__word_slot(~((uint64_t)1 << 33)), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_image_ends_where_it_says),
		cmocka_unit_test(a_view_of_an_image_is_that_of_the_graph),
		cmocka_unit_test(words_of_a_wider_graph_are_gone),
		cmocka_unit_test(words_keep_their_parts_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
