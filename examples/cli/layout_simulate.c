/* SPDX-License-Identifier: MIT */
/*
 * tiermm layout simulate: a layout is committed over a population of pages,
 * and the account is shown while free pages move and pages in use are freed.
 * Frames are folded into at most POPULATION pages, each of so many frames.
 */
#include "layout.h"

#include <inttypes.h>
#include <stdlib.h>

#include <tiermm/random.h>

enum {
	OPTION_JSON = OPTION_OWN,
	OPTION_FROM,
	OPTION_FREE,
	OPTION_SEED,
	POPULATION = 65536,
	SHOWN_STATES = 12, /* while it goes on */
	ITEMS = 256
};

struct request {
	int json;
	const char *from;
	uint64_t free; /* percent */
	uint64_t seed;
	struct input input;
};

/* The embedder: its pages, each folded frame one of them. */
struct population {
	struct tiermm_relayout *relayout;
	uint64_t n;
	uint64_t fold; /* frames a page */
	int32_t *node;
	uint8_t *is_free;
	struct tiermm_random random;
	uint64_t states;
	int json;
	uint32_t n_nodes;
};

static const struct option_line lines[] = {
	{ OPTION_FROM, "from", "FILE",
	  "the layout before; the machine's unless said" },
	{ OPTION_FREE, "free", "PERCENT",
	  "pages that are free; 50 unless said" },
	{ OPTION_SEED, "seed", "N", "which pages are; 1 unless said" },
	{ OPTION_JSON, "json", NULL, "one JSON document" },
};

static int take(void *self, int code, const char *value)
{
	struct request *r = self;

	switch (code) {
	case OPTION_FROM:
		r->from = value;
		return STATUS_DONE;
	case OPTION_FREE:
		if (parse_number(value, 100, &r->free))
			return STATUS_DONE;
		return fail(STATUS_USAGE, "--free '%s', expected 0 to 100",
			    value);
	case OPTION_SEED:
		if (parse_number(value, UINT64_MAX / 10, &r->seed))
			return STATUS_DONE;
		return fail(STATUS_USAGE, "--seed '%s', expected a number",
			    value);
	default:
		r->json = 1;
		return STATUS_DONE;
	}
}

/* A bar of its share of 24 characters, so that change is seen. */
static void bar(uint64_t part, uint64_t whole)
{
	uint64_t i, length = whole ? part * 24 / whole : 0;

	for (i = 0; i < 24; i++)
		putchar(i < length ? '#' : '.');
}

static void json_node(const struct population *p, int32_t node,
		      const struct tiermm_layout_account *a, int is_first)
{
	printf("%s\"%" PRId32 "\":{\"present\":%" PRIu64 ",\"managed\":%" PRIu64
	       ",\"free\":%" PRIu64 ",\"goal\":%" PRIu64
	       ",\"pending_in\":%" PRIu64 ",\"pending_out\":%" PRIu64 "}",
	       is_first ? "" : ",", node, a->present * p->fold,
	       a->managed * p->fold, a->free * p->fold, a->goal * p->fold,
	       a->pending_in * p->fold, a->pending_out * p->fold);
}

static void text_node(const struct population *p, int32_t node,
		      const struct tiermm_layout_account *a)
{
	printf("  node %-4" PRId32 " %10" PRIu64 " present %10" PRIu64
	       " free %10" PRIu64 " in %10" PRIu64 " out, goal %" PRIu64 "  ",
	       node, a->present * p->fold, a->free * p->fold,
	       a->pending_in * p->fold, a->pending_out * p->fold,
	       a->goal * p->fold);
	bar(a->present, p->n);
	putchar('\n');
}

static int show_state(struct population *p, const char *what)
{
	struct tiermm_layout_account a[TIERMM_MAX_NODES];
	uint64_t n = 0;
	uint32_t i;
	int is_first = 1;

	if (tiermm_relayout_accounts(p->relayout, TIERMM_LAYOUT_ALL_ZONES, a,
				     TIERMM_MAX_NODES, &n))
		return fail(STATUS_NO, "no account");
	if (p->json)
		printf("%s{\"state\":\"%s\",\"nodes\":{", p->states ? "," : "",
		       what);
	else
		printf("%s%s%s\n", look(LOOK_STRONG), what, look(LOOK_PLAIN));
	for (i = 0; i < n; i++) {
		if (!a[i].present && !a[i].goal)
			continue;
		if (p->json)
			json_node(p, (int32_t)i, &a[i], is_first);
		else
			text_node(p, (int32_t)i, &a[i]);
		is_first = 0;
	}
	if (p->json)
		fputs("}}", stdout);
	p->states++;
	return STATUS_DONE;
}

static int free_page(struct population *p, uint64_t i)
{
	struct tiermm_layout_page page = { i, 0, p->node[i] }, out;
	uint64_t n = 0;

	if (p->is_free[i])
		return STATUS_DONE;
	if (tiermm_relayout_on_free(p->relayout, &page, &out, 1, &n))
		return fail(STATUS_NO, "page %" PRIu64 " cannot be freed", i);
	p->node[i] = out.node;
	p->is_free[i] = 1;
	return STATUS_DONE;
}

/* Move the free pages of one step; 0: the sweep is over. */
static uint64_t step(struct population *p)
{
	static struct tiermm_move moves[ITEMS];
	static struct tiermm_result results[ITEMS];
	struct tiermm_layout_step s = { .size = sizeof(s), .max_pages = 1 };
	uint64_t n = 0, i;

	if (tiermm_relayout_plan(p->relayout, &s, moves, ITEMS, &n))
		return 0;
	for (i = 0; i < n; i++) {
		uint64_t page = moves[i].page;

		results[i].outcome = p->is_free[page] ? TIERMM_OUTCOME_DONE
						      : TIERMM_OUTCOME_BUSY;
		results[i].pages = p->is_free[page];
		moves[i].from = p->node[page];
		if (p->is_free[page])
			p->node[page] = moves[i].to;
	}
	if (tiermm_relayout_report(p->relayout, &s, moves, results, n))
		return 0;
	return s.frames;
}

static int sweep(struct population *p)
{
	uint64_t steps = 0;
	int status = STATUS_DONE;

	while (!status && step(p))
		if (++steps % (1 + p->n / ITEMS / SHOWN_STATES) == 0)
			status = show_state(p, "free pages move");
	return status;
}

/* Pages in use are freed in an order that nobody knows. */
static int free_all(struct population *p)
{
	uint64_t part, i, stride = p->n / 2 | 1;
	int status = STATUS_DONE;

	while (stride > 1 && p->n % stride == 0)
		stride -= 2;
	for (part = 0, i = 0; part < p->n && !status; part++) {
		i = (i + stride) % p->n;
		status = free_page(p, i);
		if (!status && part % (p->n / 4 + 1) == p->n / 4)
			status = show_state(p, "pages in use are freed");
	}
	return status;
}

static int simulate(struct population *p, struct tiermm_layout *to,
		    uint64_t free_percent)
{
	int status = STATUS_DONE;
	uint64_t i;

	for (i = 0; i < p->n && !status; i++) {
		p->node[i] = tiermm_relayout_node(p->relayout, i);
		if (tiermm_random_below(&p->random, 100) < free_percent)
			status = free_page(p, i);
	}
	if (!status)
		status = show_state(p, "before");
	if (!status &&
	    (tiermm_relayout_prepare(p->relayout, to, NULL, 0, NULL) ||
	     tiermm_relayout_commit(p->relayout)))
		status = fail(STATUS_NO, "the layout was refused");
	if (!status)
		status = show_state(p, "committed");
	if (!status)
		status = sweep(p);
	if (!status)
		status = free_all(p);
	if (!status)
		status = show_state(p, "all were freed once");
	if (!status && !tiermm_relayout_is_valid(p->relayout))
		status = fail(STATUS_NO, "the account does not add up");
	return status;
}

/* The same ranges over folded frames; a range of less than one is left out. */
static struct tiermm_layout *fold(const struct tiermm_layout *l,
				  const struct population *p)
{
	struct tiermm_layout_range *ranges =
		calloc((size_t)p->n, sizeof(*ranges));
	struct tiermm_layout *folded = NULL;
	uint64_t n = 0, i;

	for (i = 0; ranges && i < p->n; i++) {
		int32_t node = tiermm_layout_node(l, i * p->fold);

		if (!n || ranges[n - 1].node != node)
			ranges[n++] =
				(struct tiermm_layout_range){ .first = i,
							      .node = node };
		ranges[n - 1].last = i;
	}
	if (ranges &&
	    tiermm_layout_create(&folded, ranges, n, NULL, NULL, NULL))
		folded = NULL;
	free(ranges);
	return folded;
}

static int prepare_population(struct population *p,
			      const struct tiermm_layout *from)
{
	uint64_t frames = tiermm_layout_last_frame(from) + 1;
	struct tiermm_layout *folded;

	p->fold = (frames + POPULATION - 1) / POPULATION;
	p->n = frames / p->fold;
	p->node = calloc((size_t)p->n, sizeof(*p->node));
	p->is_free = calloc((size_t)p->n, sizeof(*p->is_free));
	folded = fold(from, p);
	if (!p->node || !p->is_free || !folded ||
	    tiermm_relayout_create(&p->relayout, folded, NULL, NULL, NULL)) {
		tiermm_layout_unref(folded);
		return fail(STATUS_UNREADABLE, "out of memory");
	}
	tiermm_layout_unref(folded);
	return STATUS_DONE;
}

static int run_population(const struct request *r,
			  const struct tiermm_layout *from,
			  const struct tiermm_layout *to)
{
	struct population p = { .json = r->json };
	struct tiermm_layout *folded = NULL;
	int status;

	if (tiermm_layout_last_frame(from) != tiermm_layout_last_frame(to))
		return fail(STATUS_NO,
			    "the layouts end at frames 0x%" PRIx64
			    " and 0x%" PRIx64 ", expected the same",
			    tiermm_layout_last_frame(from),
			    tiermm_layout_last_frame(to));
	tiermm_random_seed(&p.random, r->seed);
	status = prepare_population(&p, from);
	if (!status)
		folded = fold(to, &p);
	if (!status && !folded)
		status = fail(STATUS_UNREADABLE, "out of memory");
	if (r->json)
		fputs("{\"states\":[", stdout);
	if (!status)
		status = simulate(&p, folded, r->free);
	if (r->json)
		puts("]}");
	tiermm_layout_unref(folded);
	tiermm_relayout_destroy(p.relayout);
	free(p.node);
	free(p.is_free);
	return status;
}

static int run(int argc, char **argv)
{
	struct tiermm_layout_options options = { .size = sizeof(options) };
	struct tiermm_layout *from = NULL, *to = NULL;
	struct request r = { .free = 50, .seed = 1 };
	uint64_t page_bytes;
	int status = options_parse(&layout_simulate_command, &r.input, &r, argc,
				   argv);

	if (status == OPTIONS_HELPED)
		return STATUS_DONE;
	if (!status)
		status = r.from ? layout_open(r.from, NULL, &from)
				: layout_of_machine(&r.input, &from,
						    &page_bytes);
	if (!status) {
		options.last_frame = tiermm_layout_last_frame(from);
		status = layout_open(r.input.operand, &options, &to);
	}
	if (!status)
		status = run_population(&r, from, to);
	tiermm_layout_unref(from);
	tiermm_layout_unref(to);
	return status;
}

const struct command layout_simulate_command = {
	.name = "layout simulate",
	.summary = "A layout committed over a population of pages.",
	.lines = lines,
	.n_lines = sizeof(lines) / sizeof(lines[0]),
	.operand = "FILE",
	.take = take,
	.run = run,
};
