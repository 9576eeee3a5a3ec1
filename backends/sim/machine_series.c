/* SPDX-License-Identifier: MIT */
/* What a run came to: sums, nodes, and points over time. */
#include "machine.h"

static void fill_sum(struct tiermm_sim *s, struct tiermm_sim_result *out)
{
	const struct sim_times *t = &s->times;

	tiermm__sim_times_close(s);
	*out = s->sum;
	out->size = sizeof(*out);
	out->n_nodes = s->n_nodes;
	out->time_ns = sim_now(s);
	out->accesses = t->accesses;
	out->access_ns = t->ns;
	if (t->accesses)
		out->mean_ps = t->ns / t->accesses * 1000 +
			       t->ns % t->accesses * 1000 / t->accesses;
	out->p50_ns = tiermm__sim_times_quantile(t, 5000);
	out->p99_ns = tiermm__sim_times_quantile(t, 9900);
	out->bytes = s->bytes;
}

/* Half as many points, each of twice the time. */
static void halve(struct tiermm_sim *s)
{
	uint64_t n = s->n_points / 2;

	for (uint64_t i = 0; i < n; i++) {
		const struct tiermm_sim_point *a = &s->points[2 * i];
		const struct tiermm_sim_point *b = &s->points[2 * i + 1];

		s->points[i] = (struct tiermm_sim_point){
			.time_ns = b->time_ns,
			.accesses = a->accesses + b->accesses,
			.access_ns = a->access_ns + b->access_ns,
			.top = a->top + b->top,
			.demoted = a->demoted + b->demoted,
			.promoted = a->promoted + b->promoted,
			.swapped = a->swapped + b->swapped,
			.interrupts = a->interrupts + b->interrupts,
		};
	}
	if (s->n_points % 2)
		s->points[n++] = s->points[s->n_points - 1];
	s->n_points = n;
	s->point_ns *= 2;
}

static uint64_t swapped(const struct tiermm_sim_result *r)
{
	return r->swapped_in + r->swapped_out + r->discarded;
}

/* What came after the last point; the sums until now are the next base. */
static struct tiermm_sim_point latest(struct tiermm_sim *s, uint64_t now,
				      struct tiermm_sim_result *sum)
{
	const struct tiermm_sim_result *base = &s->point_base;

	fill_sum(s, sum);
	return (struct tiermm_sim_point){
		.time_ns = now,
		.accesses = sum->accesses - base->accesses,
		.access_ns = sum->access_ns - base->access_ns,
		.top = s->top_accesses - s->point_top,
		.demoted = sum->demoted - base->demoted,
		.promoted = sum->promoted - base->promoted,
		.swapped = swapped(sum) - swapped(base),
		.interrupts = sum->interrupts - base->interrupts,
	};
}

void tiermm__sim_point(struct tiermm_sim *s, uint64_t now)
{
	struct tiermm_sim_result sum;
	struct tiermm_sim_point point;

	if (!s->point_ns || now < s->point_base.time_ns + s->point_ns)
		return;
	point = latest(s, now, &sum);
	if (s->n_points == s->options.max_points)
		halve(s);
	s->points[s->n_points++] = point;
	s->point_base = sum;
	s->point_top = s->top_accesses;
}

int tiermm_sim_get_result(struct tiermm_sim *s, struct tiermm_sim_result *out)
{
	int err;

	if (!s || !out || out->size < sizeof(*out))
		return -TIERMM_EINVAL;
	err = tiermm__sim_enter(&s->inside);
	if (err)
		return err;
	fill_sum(s, out);
	tiermm__sim_leave(&s->inside);
	return 0;
}

int tiermm_sim_nodes(struct tiermm_sim *s, struct tiermm_sim_node *out,
		     uint64_t cap, uint64_t *n_out)
{
	int err;

	if (!s || !n_out || (cap && !out))
		return -TIERMM_EINVAL;
	err = tiermm__sim_enter(&s->inside);
	if (err)
		return err;
	tiermm__sim_times_close(s);
	for (uint32_t n = 0; n < s->n_nodes && n < cap; n++) {
		const struct sim_node *from = &s->node[n];

		out[n] = (struct tiermm_sim_node){
			.node = from->id,
			.tier = from->tier,
			.capacity_pages = from->frames,
			.used_pages = from->used,
			.parked_pages = from->parked,
			.accesses = from->accesses,
			.moved_in = from->moved_in,
			.moved_out = from->moved_out,
			.swapped_out = from->swapped_out,
			.latency_ns = s->times.base[n * 2],
			.loaded_ns = from->loaded,
		};
	}
	*n_out = s->n_nodes;
	tiermm__sim_leave(&s->inside);
	return 0;
}

int tiermm_sim_series(struct tiermm_sim *s, struct tiermm_sim_point *out,
		      uint64_t cap, uint64_t *n_out)
{
	int err;

	if (!s || !n_out || (cap && !out))
		return -TIERMM_EINVAL;
	err = tiermm__sim_enter(&s->inside);
	if (err)
		return err;
	for (uint64_t i = 0; i < s->n_points && i < cap; i++)
		out[i] = s->points[i];
	*n_out = s->n_points;
	if (s->point_ns) {
		struct tiermm_sim_result sum;
		struct tiermm_sim_point rest = latest(s, sim_now(s), &sum);

		if (rest.time_ns > s->point_base.time_ns && (*n_out)++ < cap)
			out[*n_out - 1] = rest;
	}
	tiermm__sim_leave(&s->inside);
	return 0;
}
