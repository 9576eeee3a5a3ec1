/* SPDX-License-Identifier: MIT */
/* Zipf's distribution in integers: buckets, and an alias table over them. */
#include "workload_zipf.h"

#include "workload_fixed.h"

#include <tiermm/error.h>

/* Buckets an octave, as a power of two. */
#define CUT 10
#define CUTS (UINT64_C(1) << CUT)
/* The heaviest bucket has 2^MASS_BITS; the sum of all stays below 2^60. */
#define MASS_BITS 40

struct column {
	uint32_t stays; /* of 2^32 draws of this column, those that stay */
	uint32_t alias; /* where the others go */
};

struct tiermm__sim_zipf {
	struct tiermm_alloc mem;
	uint64_t bytes;
	uint64_t n;
	uint64_t buckets;
	struct column column[];
};

static uint64_t octave_of(uint64_t bucket)
{
	uint64_t whole = bucket >> CUT;

	return whole - (whole > 0);
}

/* The first rank of a bucket, from 0. */
static uint64_t first_of(uint64_t bucket)
{
	uint64_t octave = octave_of(bucket);

	return (bucket - (octave << CUT)) << octave;
}

static uint64_t bucket_of(uint64_t rank)
{
	uint64_t octave = 0;

	while (rank >> octave >= 2 * CUTS)
		octave++;
	return (rank >> octave) + (octave << CUT);
}

static uint64_t width_of(const struct tiermm__sim_zipf *z, uint64_t bucket)
{
	uint64_t whole = UINT64_C(1) << octave_of(bucket);
	uint64_t left = z->n - first_of(bucket);

	return left < whole ? left : whole;
}

/*
 * How far a bucket's mass is below 2^headroom, as a power of two: its
 * weight is taken at the middle, its width is a power of two but for the last
 * bucket, whose share of the full width is applied afterwards.
 */
static uint64_t exponent_of(uint64_t bucket, uint64_t theta)
{
	const uint64_t headroom = UINT64_C(52) << 54;
	uint64_t octave = octave_of(bucket);
	uint64_t twice_middle =
		2 * first_of(bucket) + (UINT64_C(1) << octave) + 1;
	uint64_t log = tiermm__sim_log2(twice_middle) - (UINT64_C(1) << 58);

	/* 2^-58 times 2^-60, upper half: units of 2^-54. */
	return headroom + tiermm__sim_multiply_high(log, theta) -
	       (octave << 54);
}

static uint64_t mass_of(const struct tiermm__sim_zipf *z, uint64_t bucket,
			uint64_t theta, uint64_t least)
{
	uint64_t e = exponent_of(bucket, theta) - least;
	uint64_t mass = tiermm__sim_exp2_minus(e) >> (62 - MASS_BITS);
	uint64_t octave = octave_of(bucket);
	uint64_t width = width_of(z, bucket);

	if (width == UINT64_C(1) << octave)
		return mass;
	/* width < 2^octave: the fraction is below 1. */
	return tiermm__sim_multiply_high(mass << (63 - MASS_BITS),
					 width << (64 - octave)) >>
	       (63 - MASS_BITS);
}

static uint64_t least_exponent(const struct tiermm__sim_zipf *z, uint64_t theta)
{
	uint64_t least = UINT64_MAX;

	for (uint64_t b = 0; b < z->buckets; b++) {
		uint64_t e = exponent_of(b, theta);

		least = e < least ? e : least;
	}
	return least;
}

/* What is needed while the table is made. */
struct making {
	uint64_t *share; /* of a column: its mass, times the buckets */
	uint32_t *work;  /* light columns from the front, heavy from the back */
	uint64_t total;
};

static void sort_out(struct tiermm__sim_zipf *z, struct making *m,
		     uint64_t *light, uint64_t *heavy)
{
	*light = 0;
	*heavy = z->buckets;
	for (uint64_t b = 0; b < z->buckets; b++) {
		m->share[b] *= z->buckets;
		if (m->share[b] < m->total)
			m->work[(*light)++] = (uint32_t)b;
		else
			m->work[--*heavy] = (uint32_t)b;
	}
}

/* Fill each light column up from a heavy one (Vose, 1991). */
static void fill_columns(struct tiermm__sim_zipf *z, struct making *m)
{
	uint64_t light, heavy;

	sort_out(z, m, &light, &heavy);
	while (light && heavy < z->buckets) {
		uint32_t low = m->work[--light];
		uint32_t high = m->work[heavy];

		z->column[low].stays =
			tiermm__sim_fraction(m->share[low], m->total);
		z->column[low].alias = high;
		m->share[high] -= m->total - m->share[low];
		if (m->share[high] < m->total) {
			heavy++;
			m->work[light++] = high;
		}
	}
	while (heavy < z->buckets) {
		z->column[m->work[heavy]].alias = m->work[heavy];
		heavy++;
	}
	/* Only rounding leaves light ones behind. */
	while (light--)
		z->column[m->work[light]].alias = m->work[light];
}

static int fill(struct tiermm__sim_zipf *z, uint64_t theta)
{
	const struct tiermm_alloc *mem = &z->mem;
	uint64_t share_bytes = z->buckets * sizeof(uint64_t);
	uint64_t work_bytes = z->buckets * sizeof(uint32_t);
	struct making m = { .share = tiermm__sim_alloc(mem, share_bytes),
			    .work = tiermm__sim_alloc(mem, work_bytes) };
	uint64_t least = least_exponent(z, theta);
	int err = -TIERMM_ENOMEM;

	if (!m.share || !m.work)
		goto free_work;
	for (uint64_t b = 0; b < z->buckets; b++) {
		m.share[b] = mass_of(z, b, theta, least);
		m.total += m.share[b];
	}
	fill_columns(z, &m);
	err = 0;
free_work:
	tiermm__sim_free(mem, m.work, work_bytes);
	tiermm__sim_free(mem, m.share, share_bytes);
	return err;
}

int tiermm__sim_zipf_create(struct tiermm__sim_zipf **out, uint64_t n,
			    uint64_t theta, const struct tiermm_alloc *mem)
{
	uint64_t buckets = bucket_of(n - 1) + 1;
	struct tiermm__sim_zipf *z;
	uint64_t bytes = sizeof(*z) + buckets * sizeof(z->column[0]);
	int err;

	z = tiermm__sim_alloc(mem, bytes);
	if (!z)
		return -TIERMM_ENOMEM;
	z->mem = *mem;
	z->bytes = bytes;
	z->n = n;
	z->buckets = buckets;
	err = fill(z, theta);
	if (err)
		tiermm__sim_free(mem, z, bytes);
	else
		*out = z;
	return err;
}

void tiermm__sim_zipf_destroy(struct tiermm__sim_zipf *z)
{
	struct tiermm_alloc mem;

	if (!z)
		return;
	mem = z->mem;
	tiermm__sim_free(&mem, z, z->bytes);
}

uint64_t tiermm__sim_zipf_draw(const struct tiermm__sim_zipf *z,
			       struct tiermm_random *random)
{
	uint64_t word = tiermm_random_next(random);
	uint64_t more = tiermm_random_next(random);
	/* There are fewer than 2^16 buckets, so 32 bits choose one fairly. */
	uint64_t bucket = (word >> 32) * z->buckets >> 32;
	const struct column *column = &z->column[bucket];
	/* A mask, since no processor could foresee a branch here. */
	uint64_t moves = 0 - (uint64_t)((uint32_t)word >= column->stays);
	uint64_t octave;

	bucket ^= (bucket ^ column->alias) & moves;
	octave = octave_of(bucket);
	if (bucket + 1 < z->buckets || !octave)
		return first_of(bucket) + (more >> 1 >> (63 - octave));
	return first_of(bucket) +
	       tiermm__sim_multiply_high(more, width_of(z, bucket));
}
