/* SPDX-License-Identifier: MIT */
/* Making a mock: options, allocator, one block of memory, cut up. */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define DEFAULT_PAGES 4096
#define DEFAULT_CALLS 4096
#define DEFAULT_SCRIPT 256
/* Keeps every product below within 64 bits. */
#define LIMIT (UINT64_C(1) << 32)
/* No structure of a caller comes near it: a greater size was never set. */
#define SIZE_LIMIT 4096

struct prefix {
	uint32_t size;
	uint32_t flags;
};

static int has_unknown_tail(const void *src, uint32_t from, uint32_t to)
{
	const unsigned char *bytes = src;

	for (uint32_t i = from; i < to; i++)
		if (bytes[i])
			return 1;
	return 0;
}

/* The size-prefix rule; both structures are as in their first release. */
static int copy_options(void *dst, uint32_t size, const void *src,
			uint32_t known_flags)
{
	struct prefix head;

	memcpy(&head, src, sizeof(head));
	if (head.size < size)
		return -TIERMM_EINVAL;
	if (head.size > SIZE_LIMIT || (head.flags & ~known_flags) ||
	    has_unknown_tail(src, size, head.size))
		return -TIERMM_E2BIG;
	memcpy(dst, src, size);
	return 0;
}

static void *libc_alloc(void *self, uint64_t bytes, uint64_t align)
{
	(void)self;
	if (bytes > SIZE_MAX - align)
		return NULL;
	/* aligned_alloc takes whole multiples of the alignment. */
	return aligned_alloc((size_t)align,
			     (size_t)((bytes + align - 1) / align * align));
}

static void libc_free(void *self, void *memory, uint64_t bytes)
{
	(void)self;
	(void)bytes;
	free(memory);
}

static int take_alloc(struct tiermm_alloc *dst, const struct tiermm_alloc *src)
{
	static const struct tiermm_alloc libc = { .size = sizeof(libc),
						  .alloc = libc_alloc,
						  .free = libc_free };
	int err = copy_options(dst, sizeof(*dst), src ? src : &libc, 0);

	if (err)
		return err;
	return dst->alloc && dst->free ? 0 : -TIERMM_EINVAL;
}

static uint64_t number(uint64_t given, uint64_t otherwise)
{
	return given ? given : otherwise;
}

static int take_options(struct tiermm_mock_options *dst,
			const struct tiermm_mock_options *src)
{
	static const struct tiermm_mock_options defaults = {
		.size = sizeof(defaults)
	};
	int err = copy_options(dst, sizeof(*dst), src ? src : &defaults,
			       TIERMM_MOCK_STRICT);

	if (err)
		return err;
	dst->max_pages = number(dst->max_pages, DEFAULT_PAGES);
	dst->max_calls = number(dst->max_calls, DEFAULT_CALLS);
	dst->max_script = number(dst->max_script, DEFAULT_SCRIPT);
	dst->node_pages = number(dst->node_pages, UINT64_MAX);
	if (dst->max_pages > LIMIT || dst->max_calls > LIMIT ||
	    dst->max_script > LIMIT)
		return -TIERMM_EINVAL;
	return 0;
}

/* At most half full, so that a search for what is not there ends soon. */
static uint64_t slots_for(uint64_t pages)
{
	uint64_t slots = 2;

	while (slots < 2 * pages)
		slots *= 2;
	return slots;
}

static uint64_t bytes_for(const struct tiermm_mock_options *o)
{
	return sizeof(struct tiermm_mock) +
	       slots_for(o->max_pages) * sizeof(struct mock_page) +
	       o->max_calls * sizeof(struct tiermm_mock_call) +
	       o->max_script * sizeof(struct mock_answer);
}

static void fill(struct tiermm_mock *m, const struct tiermm_mock_options *o)
{
	uint64_t slots = slots_for(o->max_pages);

	memset(m, 0, (size_t)bytes_for(o));
	m->bytes = bytes_for(o);
	m->flags = o->flags;
	m->pages.slot = (struct mock_page *)(m + 1);
	m->pages.mask = slots - 1;
	m->pages.limit = o->max_pages;
	m->log.entry = (struct tiermm_mock_call *)(m->pages.slot + slots);
	m->log.limit = o->max_calls;
	tiermm__mock_script_init(&m->script,
				 (struct mock_answer *)(m->log.entry +
							o->max_calls),
				 o->max_script);
	for (int32_t i = 0; i < TIERMM_MAX_NODES; i++)
		m->node[i].room = o->node_pages;
	atomic_init(&m->inside, 0);
	tiermm__mock_fill_table(m);
}

int tiermm_mock_create(struct tiermm_mock **out,
		       const struct tiermm_mock_options *options,
		       const struct tiermm_alloc *mem)
{
	struct tiermm_mock_options o;
	struct tiermm_alloc source;
	struct tiermm_mock *m;
	int err;

	if (!out)
		return -TIERMM_EINVAL;
	*out = NULL;
	err = take_options(&o, options);
	if (!err)
		err = take_alloc(&source, mem);
	if (err)
		return err;
	m = source.alloc(source.self, bytes_for(&o), TIERMM_ALIGN);
	if (!m)
		return -TIERMM_ENOMEM;
	fill(m, &o);
	m->mem = source;
	*out = m;
	return 0;
}

void tiermm_mock_destroy(struct tiermm_mock *m)
{
	struct tiermm_alloc source;

	if (!m)
		return;
	source = m->mem;
	source.free(source.self, m, m->bytes);
}

const struct tiermm_memops *tiermm_mock_memops(const struct tiermm_mock *m)
{
	return &m->ops;
}

int tiermm__mock_enter(struct tiermm_mock *m)
{
	/*
	 * Acquire: what the owner before did is seen. Partner: the release in
	 * tiermm__mock_leave().
	 */
	if (atomic_exchange_explicit(&m->inside, 1, memory_order_acquire))
		return -TIERMM_EBUSY;
	return 0;
}

void tiermm__mock_leave(struct tiermm_mock *m)
{
	/* Release: partner is the acquire in tiermm__mock_enter(). */
	atomic_store_explicit(&m->inside, 0, memory_order_release);
}
