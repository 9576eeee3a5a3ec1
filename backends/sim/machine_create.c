/* SPDX-License-Identifier: MIT */
/* Making a simulated machine: options, memory, the parts in their order. */
#include "machine.h"

#define DEFAULT(field, value) ((field) = (field) ? (field) : (value))
#define KNOWN_FLAGS (TIERMM_SIM_DEFER | TIERMM_SIM_CHECK | TIERMM_SIM_LAYOUT)
/* Entries that may be stale before the lists are cleared of them. */
#define STALE_SHARE 256
/* With a record's count, a run of years still fits 64 bits. */
#define MOST_REPEAT (1 << 20)

static const char *const names[TIERMM_SIM_POLICIES] = {
	[TIERMM_SIM_NONE] = "none",       [TIERMM_SIM_STATIC] = "static",
	[TIERMM_SIM_IDEAL] = "ideal",     [TIERMM_SIM_DEMOTION] = "demotion",
	[TIERMM_SIM_KERNEL] = "kernel",   [TIERMM_SIM_HISTOGRAM] = "histogram",
	[TIERMM_SIM_LATENCY] = "latency", [TIERMM_SIM_OWN] = "own",
};

const char *tiermm_sim_policy_name(uint32_t policy)
{
	return policy < TIERMM_SIM_POLICIES ? names[policy] : NULL;
}

void *tiermm__sim_take(struct tiermm_sim *s, uint64_t bytes)
{
	void *memory = NULL;

	if (s->n_owned < SIM_OWNED)
		memory = tiermm__sim_alloc(&s->mem, bytes ? bytes : 1);
	if (!memory)
		return NULL;
	s->owned[s->n_owned++] =
		(struct sim_owned){ memory, bytes ? bytes : 1 };
	s->bytes += bytes;
	return memory;
}

static int copy_costs(struct tiermm_sim *s)
{
	struct tiermm_sim_costs *c = &s->costs;
	int err = 0;

	if (s->options.costs)
		err = tiermm__sim_copy(c, sizeof(*c), s->options.costs, 0);
	if (err)
		return tiermm__sim_report(s->error, err, 0, 0,
					  "costs: size or flags");
	DEFAULT(c->tlb_entries, 1024);
	DEFAULT(c->tlb_miss_ns, 30);
	DEFAULT(c->fault_ns, 600);
	DEFAULT(c->hint_ns, 1000);
	DEFAULT(c->move_ns, 1000);
	DEFAULT(c->shootdown_ns, 4000);
	DEFAULT(c->interrupt_ns, 1500);
	DEFAULT(c->swap_in_ns, 80000);
	DEFAULT(c->swap_out_ns, 20000);
	DEFAULT(c->flush_period_ns, 10000000);
	if (c->tlb_entries & (c->tlb_entries - 1) || c->tlb_entries > 1 << 20)
		return tiermm__sim_report(s->error, -TIERMM_EINVAL, 0, 0,
					  "tlb_entries is %u, expected a power "
					  "of two, at most 2^20",
					  c->tlb_entries);
	return 0;
}

static int check_options(struct tiermm_sim *s)
{
	const struct tiermm_sim_options *o = &s->options;

	if (o->policy >= TIERMM_SIM_POLICIES)
		return tiermm__sim_report(s->error, -TIERMM_EINVAL, 0, 0,
					  "policy is %u, expected less than %d",
					  o->policy, TIERMM_SIM_POLICIES);
	if (o->pages == 0 || o->pages > TIERMM_SIM_PAGES)
		return tiermm__sim_report(s->error, -TIERMM_EINVAL, 0, 0,
					  "pages is %llu, expected 1 to 2^28",
					  (unsigned long long)o->pages);
	if (o->page_bytes < 4096 || o->page_bytes & (o->page_bytes - 1) ||
	    o->page_bytes < tiermm_topology_page_bytes(s->topology))
		return tiermm__sim_report(s->error, -TIERMM_EINVAL, 0, 0,
					  "page_bytes is %u, expected a power "
					  "of two from the machine's base page "
					  "on",
					  o->page_bytes);
	if (o->repeat > MOST_REPEAT)
		return tiermm__sim_report(s->error, -TIERMM_EINVAL, 0, 0,
					  "repeat is %llu, expected at most %d",
					  (unsigned long long)o->repeat,
					  MOST_REPEAT);
	if (o->max_points < 2)
		return tiermm__sim_report(s->error, -TIERMM_EINVAL, 0, 0,
					  "max_points is %u, expected at "
					  "least 2",
					  o->max_points);
	if ((o->policy == TIERMM_SIM_OWN) != !!o->own)
		return tiermm__sim_report(s->error, -TIERMM_EINVAL, 0, 0,
					  "a policy of your own needs its "
					  "table, others take none");
	return 0;
}

static int copy_options(struct tiermm_sim *s,
			const struct tiermm_sim_options *options)
{
	struct tiermm_sim_options *o = &s->options;
	uint64_t base;
	int err = tiermm__sim_copy(o, sizeof(*o), options, KNOWN_FLAGS);

	if (err)
		return tiermm__sim_report(s->error, err, 0, 0,
					  "options: size or flags");
	base = tiermm_topology_page_bytes(s->topology);
	DEFAULT(o->page_bytes, base < 4096 ? 4096 : (uint32_t)base);
	DEFAULT(o->repeat, 1);
	DEFAULT(o->interval_ns, 5000000);
	DEFAULT(o->max_points, 4096);
	DEFAULT(o->sample_period, 1009);
	DEFAULT(o->scan_ns, UINT64_C(60000000000));
	err = check_options(s);
	return err ? err : copy_costs(s);
}

static int make_cpus(struct tiermm_sim *s)
{
	uint32_t entries = s->costs.tlb_entries;
	uint32_t *tlb = tiermm__sim_take(s, (uint64_t)s->n_cpus * entries *
						    sizeof(*tlb));
	uint32_t *version = NULL;

	if (s->options.flags & TIERMM_SIM_CHECK) {
		version = tiermm__sim_take(s, (uint64_t)s->n_cpus * entries *
						      sizeof(*version));
		s->version = tiermm__sim_take(s, s->options.pages *
							 sizeof(*version));
		if (!version || !s->version)
			return -TIERMM_ENOMEM;
	}
	if (!tlb)
		return -TIERMM_ENOMEM;
	for (uint32_t i = 0; i < s->n_cpus; i++) {
		s->cpu[i].tlb = tlb + (uint64_t)i * entries;
		if (version)
			s->cpu[i].version = version + (uint64_t)i * entries;
	}
	return 0;
}

/* No more entries are ever valid than there are pages. */
static int make_lists(struct tiermm_sim *s)
{
	uint64_t most = s->options.pages;
	uint32_t chunks;
	uint32_t *words;

	chunks = tiermm__sim_pool_chunks(most + most / STALE_SHARE,
					 2 * s->n_nodes);
	words = tiermm__sim_take(s,
				 (uint64_t)chunks * SIM_CHUNK * sizeof(*words));
	s->page = tiermm__sim_take(s, s->options.pages * sizeof(*s->page));
	s->aside = tiermm__sim_take(s, s->options.pages);
	if (!words || !s->page || !s->aside)
		return -TIERMM_ENOMEM;
	tiermm__sim_pool_init(&s->pool, words, chunks);
	return 0;
}

static int make_buffers(struct tiermm_sim *s)
{
	s->samples = tiermm__sim_take(s, SIM_SAMPLES * sizeof(*s->samples));
	s->folios = tiermm__sim_take(s, SIM_BATCH * sizeof(*s->folios));
	s->decisions = tiermm__sim_take(s, SIM_BATCH * sizeof(*s->decisions));
	s->points = tiermm__sim_take(s, (s->options.series_ns
						 ? s->options.max_points
						 : 0) *
						sizeof(*s->points));
	if (!s->samples || !s->folios || !s->decisions || !s->points)
		return -TIERMM_ENOMEM;
	return 0;
}

static int make_parts(struct tiermm_sim *s)
{
	int err = tiermm__sim_nodes(s);

	if (!err)
		err = make_cpus(s);
	if (!err)
		err = make_lists(s);
	if (!err)
		err = make_buffers(s);
	if (!err)
		err = tiermm__sim_engine_make(s);
	if (!err)
		err = tiermm__sim_parking_make(s);
	if (!err)
		err = tiermm__sim_layout_make(s);
	if (err)
		return err;
	tiermm__sim_times_load(s, 0);
	return tiermm__sim_rooms(s);
}

int tiermm_sim_create(struct tiermm_sim **out, struct tiermm_topology *topology,
		      const struct tiermm_sim_options *options,
		      struct tiermm_sim_error *error,
		      const struct tiermm_alloc *mem)
{
	struct tiermm_alloc copy;
	struct tiermm_sim *s;
	int err;

	if (!out)
		return -TIERMM_EINVAL;
	*out = NULL;
	tiermm__sim_report_none(error);
	err = topology && options ? tiermm__sim_memory(&copy, mem)
				  : -TIERMM_EINVAL;
	if (err)
		return err;
	s = tiermm__sim_alloc(&copy, sizeof(*s));
	if (!s)
		return -TIERMM_ENOMEM;
	s->mem = copy;
	s->error = error;
	s->topology = tiermm_topology_ref(topology);
	s->payer = SIM_NOBODY;
	s->accessor = SIM_NOBODY;
	err = copy_options(s, options);
	if (!err)
		err = make_parts(s);
	s->error = NULL;
	if (err) {
		tiermm_sim_destroy(s);
		return err;
	}
	s->point_ns = s->options.series_ns;
	s->until_sample = s->options.sample_period;
	s->next_ns = s->options.interval_ns;
	tiermm_random_seed(&s->random, s->options.seed);
	*out = s;
	return 0;
}

void tiermm_sim_destroy(struct tiermm_sim *s)
{
	struct tiermm_alloc mem;

	if (!s)
		return;
	tiermm__sim_parking_drop(s);
	tiermm_engine_destroy(s->engine);
	tiermm__sim_layout_drop(s);
	tiermm_topology_unref(s->topology);
	mem = s->mem;
	while (s->n_owned) {
		s->n_owned--;
		tiermm__sim_free(&mem, s->owned[s->n_owned].memory,
				 s->owned[s->n_owned].bytes);
	}
	tiermm__sim_free(&mem, s, sizeof(*s));
}

struct tiermm_engine *tiermm_sim_engine(struct tiermm_sim *s)
{
	return s ? s->engine : NULL;
}
