/* SPDX-License-Identifier: MIT */
/* The core's words in texts, where there has to be one for every number. */
#include "names.h"

#include <tiermm/topology.h>
#include <tiermm/topology_names.h>

#include <string.h>

static const char *or_mark(const char *name)
{
	return name ? name : "?";
}

const char *tiermm__file_type_name(uint32_t type)
{
	return or_mark(tiermm_memory_type_name(type));
}

const char *tiermm__file_state_name(uint32_t state)
{
	return or_mark(tiermm_node_state_name(state));
}

const char *tiermm__file_source_name(uint32_t source)
{
	return or_mark(tiermm_source_name(source));
}

uint32_t tiermm__file_type_of(const char *name, uint64_t length)
{
	for (uint32_t i = 1; i < TIERMM_MEMORY_TYPES; i++) {
		const char *type = tiermm_memory_type_name(i);

		if (type && strlen(type) == length &&
		    !memcmp(type, name, (size_t)length))
			return i;
	}
	return TIERMM_MEMORY_UNKNOWN;
}
