/* SPDX-License-Identifier: MIT */
/*
 * Drains and settle, with two drainers, explored by SPIN: settle never says
 * that nobody can see an old copy while somebody can.
 *
 * What is modelled, and the names that it has in lib/flush:
 *
 *   link           tiermm_flush_page.request, a bit a page
 *   mover()        tiermm_flush_add(), unmap, stamp, queue
 *   drainer()      take, wait until every agent has passed, give back
 *   settler()      tiermm_flush_settle() of either page, asked again and again
 *   agent()        inside, holding both old copies; flushes, goes outside
 *
 * Memory: the unmap and the request's generation stay in the mover's buffer
 * until memory takes them, in any order; a release waits for what is before
 * it. What an agent comes to hold is what was mapped when it began its flush,
 * as in flush_stamp.pml.
 *
 * Each variant does one thing wrong, and SPIN has to find out:
 *
 *   EMPTY_IS_DONE   settle looks at the queue: empty means nobody waits, though
 *                   a drain is in flight, or the request is not queued yet
 *   OPEN_IS_DONE    settle takes a request without a generation for passed
 *   UNPARK_AT_TAKE  the link is cleared when the request is taken
 *   LINK_LATE       the page is added after it was unmapped
 *   UNPARK_RELAXED  the link's store overtakes the wait for the agents
 */

#define ALL 3
#define BIT(r) (1 << (r))

byte gen = 1;
byte stamp[3] = 1;
byte seen[3] = ALL;
byte hold[3] = ALL;
byte mapped = ALL;
byte unmapping;		/* on its way */
byte link;
byte moving;		/* the caller has begun to move: settle counts */
byte queued;
byte generation[2];	/* in memory */
byte coming[2];		/* on its way to memory */
byte freed;

#define PASSED(a, g) (stamp[a] == 0 || stamp[a] >= (g))
#define NOBODY_HOLDS(r) \
	(((hold[0] | hold[1] | hold[2]) & BIT(r)) == 0)

proctype memory_system()
{
end_idle:
	do
	:: atomic { unmapping & 1 -> mapped = mapped & 2;
		unmapping = unmapping & 2 }
	:: atomic { unmapping & 2 -> mapped = mapped & 1;
		unmapping = unmapping & 1 }
	:: atomic { coming[0] -> generation[0] = coming[0]; coming[0] = 0 }
	:: atomic { coming[1] -> generation[1] = coming[1]; coming[1] = 0 }
	od
}

proctype agent(byte a)
{
	byte g;

	atomic { g = gen; seen[a] = mapped };
	atomic { hold[a] = seen[a]; assert((hold[a] & freed) == 0);
		stamp[a] = g; g = 0 };
	atomic { hold[a] = 0; stamp[a] = 0 }
}

proctype mover(byte r)
{
#ifdef LINK_LATE
	atomic { moving = moving | BIT(r); unmapping = unmapping | BIT(r) };
	link = link | BIT(r);
#else
	atomic { moving = moving | BIT(r); link = link | BIT(r) };
	unmapping = unmapping | BIT(r);
#endif
	/* tiermm__next_generation() releases the unmap. */
	atomic { !(unmapping & BIT(r)) -> gen++; coming[r] = gen };
	/* The push releases the generation. */
	atomic { coming[r] == 0 -> queued = queued | BIT(r) }
}

inline unpark(r)
{
	link = link & (ALL - BIT(r))
}

inline finish(r)
{
#ifdef UNPARK_RELAXED
	unpark(r);
#endif
	atomic { PASSED(0, generation[r]) -> skip };
	atomic { PASSED(1, generation[r]) -> skip };
	atomic { PASSED(2, generation[r]) -> skip };
	atomic {
		freed = freed | BIT(r);
		assert(NOBODY_HOLDS(r));
#ifndef UNPARK_RELAXED
		unpark(r)
#endif
	}
}

proctype drainer()
{
	byte taken;

end_idle:
	do
	:: atomic { queued -> taken = queued; queued = 0;
#ifdef UNPARK_AT_TAKE
		link = link & (ALL - taken)
#endif
		};
		if
		:: taken & 1 ->
end_first:		finish(0)
		:: else -> skip
		fi;
		if
		:: taken & 2 ->
end_second:		finish(1)
		:: else -> skip
		fi;
		taken = 0
	od
}

/* An answer 0: the page may be written to now. */
inline settled(r)
{
	assert(NOBODY_HOLDS(r) && !(mapped & BIT(r)))
}

proctype settler(byte r)
{
	byte g;

	/* The caller holds the page: its move has begun, or never will. */
	moving & BIT(r);
end_again:
	do
#ifdef EMPTY_IS_DONE
	:: atomic { !(queued & BIT(r)) -> settled(r); break }
#else
	:: atomic { !(link & BIT(r)) -> settled(r); break }
#endif
	:: atomic { link & BIT(r) -> g = generation[r] };
		if
#ifdef OPEN_IS_DONE
		:: g == 0 -> atomic { settled(r); break }
#else
		:: g == 0 -> skip
#endif
		:: g && PASSED(0, g) ->
			if
			:: PASSED(1, g) ->
				if
				:: atomic { PASSED(2, g) -> settled(r) };
					break
				:: else -> skip
				fi
			:: else -> skip
			fi
		:: g && !PASSED(0, g) -> skip
		fi;
		g = 0
	od
}

init {
	atomic {
		run memory_system();
		run agent(0);
		run agent(1);
		run agent(2);
		run mover(0);
		run mover(1);
		run drainer();
		run drainer();
		run settler(0)
	}
}
