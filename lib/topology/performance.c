/* SPDX-License-Identifier: MIT */
/*
 * From speeds to abstract distance (D3), as Linux 6.7 and later reckon it.
 */
#include "base/arithmetic.h"

#include <stddef.h>

#include <tiermm/error.h>
#include <tiermm/performance.h>

static uint64_t latency(const struct tiermm_access *a)
{
	return (uint64_t)a->read_latency_ns + a->write_latency_ns;
}

static uint64_t bandwidth(const struct tiermm_access *a)
{
	return (uint64_t)a->read_bandwidth_mbps + a->write_bandwidth_mbps;
}

/* More than 10 % off; exactly 10 % is not. */
static int is_off(uint32_t number, uint32_t reference)
{
	uint64_t difference =
		number > reference ? number - reference : reference - number;

	return difference * 10 > reference;
}

static uint32_t first_off(const struct tiermm_access *a,
			  const struct tiermm_access *reference)
{
	if (is_off(a->read_latency_ns, reference->read_latency_ns))
		return TIERMM_ACCESS_READ_LATENCY;
	if (is_off(a->write_latency_ns, reference->write_latency_ns))
		return TIERMM_ACCESS_WRITE_LATENCY;
	if (is_off(a->read_bandwidth_mbps, reference->read_bandwidth_mbps))
		return TIERMM_ACCESS_READ_BANDWIDTH;
	if (is_off(a->write_bandwidth_mbps, reference->write_bandwidth_mbps))
		return TIERMM_ACCESS_WRITE_BANDWIDTH;
	return TIERMM_ACCESS_NONE;
}

int tiermm_reference_add(struct tiermm_reference *reference, int32_t node,
			 const struct tiermm_access *access)
{
	uint32_t off;

	if (!reference || !access || reference->size != sizeof(*reference))
		return -TIERMM_EINVAL;
	if (reference->state == TIERMM_REFERENCE_BROKEN)
		return -TIERMM_EIO;
	if (!latency(access) || !bandwidth(access))
		return -TIERMM_EINVAL;
	if (reference->state == TIERMM_REFERENCE_NONE) {
		reference->state = TIERMM_REFERENCE_SET;
		reference->access = *access;
		reference->node = node;
		reference->bad_node = TIERMM_NO_NODE;
		return 0;
	}
	off = first_off(access, &reference->access);
	if (off == TIERMM_ACCESS_NONE)
		return 0;
	reference->state = TIERMM_REFERENCE_BROKEN;
	reference->bad_node = node;
	reference->bad_number = off;
	return -TIERMM_EINVAL;
}

/*
 * Neither product can be written otherwise: the cut of the first division is
 * part of the answer. 576 * (rl + wl) is below 2^43; only the second product
 * can exceed 64 bits.
 */
static int reckon(const struct tiermm_access *reference,
		  const struct tiermm_access *access, int32_t *out)
{
	uint64_t distance = TIERMM_ADISTANCE_DRAM * latency(access);

	distance /= latency(reference);
	if (tiermm__mul_overflow(distance, bandwidth(reference), &distance))
		return -TIERMM_ERANGE;
	distance /= bandwidth(access);
	if (distance > TIERMM_ADISTANCE_MAX)
		return -TIERMM_ERANGE;
	*out = (int32_t)distance;
	return 0;
}

int tiermm_abstract_distance(const struct tiermm_reference *reference,
			     const struct tiermm_access *access, int32_t *out)
{
	if (!reference || !access || !out ||
	    reference->size != sizeof(*reference))
		return -TIERMM_EINVAL;
	if (reference->state == TIERMM_REFERENCE_BROKEN)
		return -TIERMM_EIO;
	if (!latency(access) || !bandwidth(access))
		return -TIERMM_EINVAL;
	if (reference->state != TIERMM_REFERENCE_SET ||
	    !latency(&reference->access) || !bandwidth(&reference->access))
		return -TIERMM_ENOENT;
	return reckon(&reference->access, access, out);
}
