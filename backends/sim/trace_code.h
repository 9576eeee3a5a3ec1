/* SPDX-License-Identifier: MIT */
/* Accesses as bytes, and bytes as accesses. */
#ifndef TIERMM_SIM_TRACE_CODE_H
#define TIERMM_SIM_TRACE_CODE_H

#include "trace_format.h"

/* Write an access; bytes used, at most TRACE_MOST_RECORD. */
uint64_t tiermm__sim_encode(struct trace_state *state, unsigned char *out,
			    const struct tiermm_sim_access *a);

/*
 * Read an access from the bytes between in and end: bytes used, or 0 where
 * they are no access: cut off, or beyond a limit. *why says which in English.
 */
uint64_t tiermm__sim_decode(struct trace_state *state, const unsigned char *in,
			    const unsigned char *end,
			    struct tiermm_sim_access *a, const char **why);

#endif
