/* SPDX-License-Identifier: MIT */
/*
 * Read the machine until two passes in a row saw the same, then take the
 * snapshot that the later one described (requirement 28).
 */
#define _GNU_SOURCE
#include "describe.h"
#include "support.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A captured tree does not say how great its pages were. */
#define OTHER_PAGE_BYTES 4096

static int make_builder(struct tiermm_topology_builder **b,
			const struct shape *shape,
			const struct tiermm_alloc *mem)
{
	uint32_t nodes = tiermm_nodeset_count(&shape->possible);
	struct tiermm_topology_builder_options options = {
		.size = sizeof(options),
		.max_nodes = nodes,
		.max_cpus = shape->cpus,
		/* Mostly one initiator a node; all of them on one machine. */
		.max_access = nodes < 64 ? nodes * nodes : 0,
		.page_bytes = shape->page_bytes,
	};

	if (shape->flags & TIERMM_LINUX_REPLACE_DISTANCES)
		options.flags = TIERMM_BUILDER_REPLACE_DISTANCES;
	return tiermm_topology_builder_create(b, &options, mem);
}

/* What a pass came to; two that are alike are believed, errors too. */
struct outcome {
	uint64_t digest;
	int err;
};

static struct outcome one_pass(struct tree *t, const struct shape *shape,
			       struct tiermm_topology_builder *b)
{
	struct outcome out;

	tiermm__linux_tree_rewind(t);
	out.err = tiermm__linux_describe(t, shape, b);
	out.digest = t->digest;
	return out;
}

/* Passes until two agree; then 0 and a builder, or the error they share. */
static int settle(struct tree *t, const struct shape *shape, uint32_t passes,
		  struct tiermm_topology_builder **b,
		  const struct tiermm_alloc *mem)
{
	struct outcome last = { 0, 0 };

	for (uint32_t pass = 0; pass < passes; pass++) {
		struct outcome now;
		int agreed, err = make_builder(b, shape, mem);

		if (err)
			return err;
		now = one_pass(t, shape, *b);
		agreed = pass && now.digest == last.digest &&
			 now.err == last.err;
		if (agreed && !now.err)
			return 0;
		tiermm_topology_builder_destroy(*b);
		if (agreed)
			return now.err;
		last = now;
	}
	snprintf(t->problem, sizeof(t->problem),
		 "no two passes out of %u saw the same machine", passes);
	return -TIERMM_EAGAIN;
}

/* The snapshot of what two passes agreed on. */
static int take(struct tiermm_topology **out, struct tree *t,
		struct tiermm_topology_builder *b,
		const struct tiermm_alloc *mem)
{
	struct tiermm_problem problem = { .size = sizeof(problem) };
	int err = tiermm_topology_create(out, b, &problem, mem);

	if (err)
		tiermm_problem_text(&problem, t->problem, sizeof(t->problem),
				    NULL);
	tiermm_topology_builder_destroy(b);
	return err;
}

static int read_machine(struct tiermm_topology **out, struct tree *t,
			const struct tiermm_linux_options *options,
			const struct tiermm_alloc *mem)
{
	struct tiermm_topology_builder *b;
	struct shape shape;
	int err = tiermm__linux_shape(t, &shape);

	if (err)
		return err;
	shape.flags = options->flags;
	shape.page_bytes = tiermm__linux_is_this_machine(options)
				   ? (uint64_t)sysconf(_SC_PAGESIZE)
				   : 0;
	if (!shape.page_bytes)
		shape.page_bytes = OTHER_PAGE_BYTES;
	err = settle(t, &shape, options->max_passes, &b, mem);
	return err ? err : take(out, t, b, mem);
}

static void tell(struct tiermm_linux_error *error, const char *text)
{
	if (error && error->size >= sizeof(*error))
		snprintf(error->text, sizeof(error->text), "%s", text);
}

int tiermm_linux_topology(struct tiermm_topology **out,
			  const struct tiermm_linux_options *options,
			  struct tiermm_linux_error *error,
			  const struct tiermm_alloc *mem)
{
	struct tiermm_linux_options known;
	struct tiermm_alloc alloc;
	struct tree *t;
	int err;

	if (!out)
		return -TIERMM_EINVAL;
	*out = NULL;
	err = tiermm__linux_options(&known, options);
	if (!err)
		err = tiermm__linux_alloc(&alloc, mem);
	if (err)
		return err;
	t = alloc.alloc(alloc.self, sizeof(*t), _Alignof(struct tree));
	if (!t)
		return -TIERMM_ENOMEM;
	err = tiermm__linux_tree_open(t, known.root);
	if (!err)
		err = read_machine(out, t, &known, mem);
	if (err)
		tell(error, t->problem);
	tiermm__linux_tree_close(t);
	alloc.free(alloc.self, t, sizeof(*t));
	return err;
}
