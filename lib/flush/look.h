/* SPDX-License-Identifier: MIT */
/*
 * A look at the agents on behalf of a drain: all stamps together first, since
 * that often decides; then, request by request, who of its set has to flush.
 */
#ifndef TIERMM_FLUSH_LOOK_H
#define TIERMM_FLUSH_LOOK_H

#include "flush/request.h"

struct tiermm__look {
	struct tiermm_flush *f;
	struct tiermm_flush_drain *drain;
	uint64_t passed; /* every agent has passed it; 0: not known */
	uint64_t spared; /* agents in sets that need not flush */
	/* Not 0: who is not named by now has passed this generation. */
	uint64_t cleared;
};

/* Nobody is named yet; look at all stamps, if they count. 0 or an error. */
int tiermm__look_begin(struct tiermm__look *look);
/* Name those who have to flush for a request. */
void tiermm__look_closely(struct tiermm__look *look,
			  struct tiermm_flush_request *r);

static inline void tiermm__look_at(struct tiermm__look *look,
				   struct tiermm_flush_request *r)
{
	if (!look->passed ||
	    !tiermm__covered(tiermm__generation(look->f), look->passed,
			     tiermm__request_generation(r)))
		tiermm__look_closely(look, r);
}

#endif
