/* SPDX-License-Identifier: MIT */
/*
 * Flush generations: agents, movers and drains, explored by SPIN under a
 * memory model that is weaker than sequential consistency.
 *
 * What is modelled, and the names that it has in lib/flush:
 *
 *   gen            tiermm_flush.generation
 *   stamp[a]       tiermm_flush_agent.stamp of three agents: one reads in
 *                  sections, one flushes now and then, one does both
 *   mapped         a bit a page: whether a load still finds the old copy
 *   mover()        unmap, tiermm_flush_stamp(), tiermm_flush_queue(), twice
 *   drainer()      tiermm_flush_drain_plan(), drain_poll(), report, twice
 *   retirer()      an unmap, tiermm_flush_open_generation() and poll by one
 *                  thread, as retire.c does it
 *
 * Memory. A store stays in its thread's buffer until memory takes it; loads
 * go ahead of it, until a fence waits for the buffer. A load may be made
 * early, at any time since the thread's last acquire or fence: so what an
 * agent may hold is whatever was mapped at that moment (seen), which is the
 * worst that the loads it makes could bring it. It holds that from entering
 * on, and again right after a flush, since translations come back at any time.
 * A read-modify-write that releases waits for its thread's buffer. The stores
 * of end and exit land at once: later ones only keep pages for longer.
 *
 * When a page is freed nobody may hold it, and nobody may come to hold it.
 * RETIRER explores the retirer in the place of one mover and one drainer.
 * PAIRED explores that flavour: enter has no fence, and the one drainer that
 * there is runs a barrier in each agent when it has taken something. Each other
 * variant leaves out one thing, and SPIN has to find out:
 *
 *   STAMP_AFTER_FLUSH  end stamps the generation as it is after the flush
 *   NO_ENTER_FENCE     enter has no fence behind its store
 *   NO_LOOK_FENCE      (RETIRER) stamps are loaded before the unmap lands
 *   BEGIN_RELAXED      begin loads the generation relaxed, not acquire
 *   END_RELAXED        end stores relaxed: seen before the flush is complete
 *   EXIT_RELAXED       exit stores relaxed: seen while the page is still read
 *   STAMP_RELAXED      the new generation is relaxed: seen before the unmap
 *   QUEUE_EARLY        the request is queued before it is stamped
 *   LOOK_FIRST         (PAIRED) the barrier comes before the request is taken,
 *                      which may have been stamped behind it
 */

#define AGENTS 3
#define RETIRED 2	/* the third page, the retirer's */
#define ALL 7

byte gen = 1;
byte stamp[AGENTS];
byte buffer[AGENTS];	/* a stamp on its way, + 1; 0: none */
byte seen[AGENTS] = ALL;
byte hold[AGENTS];
byte mapped = ALL;
byte unmapping;		/* a bit a page: its unmap is on its way */
byte freed;
byte queued;		/* a bit a request */
byte generation[3];	/* of a request; 0: not stamped */

#define BIT(r) (1 << (r))
#define SAFE(a) ((hold[a] & freed) == 0)

inline take_hold(a)
{
	hold[a] = seen[a];
	assert(SAFE(a))
}

proctype memory_system()
{
end_idle:
	do
	:: atomic { buffer[0] -> stamp[0] = buffer[0] - 1; buffer[0] = 0 }
	:: atomic { buffer[2] -> stamp[2] = buffer[2] - 1; buffer[2] = 0 }
	:: atomic { unmapping & 1 ->
		mapped = mapped & 6; unmapping = unmapping & 6 }
	:: atomic { unmapping & 2 ->
		mapped = mapped & 5; unmapping = unmapping & 5 }
	:: atomic { unmapping & 4 ->
		mapped = mapped & 3; unmapping = unmapping & 3 }
	od
}

/* tiermm_flush_enter() */
inline enter(a)
{
#if !defined(NO_ENTER_FENCE) && !defined(PAIRED)
	atomic { seen[a] = mapped; buffer[a] = gen + 1 };
	atomic { buffer[a] == 0 -> seen[a] = mapped; take_hold(a) }
#else
	atomic { seen[a] = mapped; buffer[a] = gen + 1; take_hold(a) }
#endif
}

/* tiermm_flush_exit() */
inline leave(a)
{
#ifndef EXIT_RELAXED
	atomic { buffer[a] == 0 -> hold[a] = 0; stamp[a] = 0 }
#else
	atomic { buffer[a] == 0 -> stamp[a] = 0 };
	hold[a] = 0
#endif
}

/* tiermm_flush_begin(), the flush, tiermm_flush_end() */
inline flush(a)
{
#if defined(STAMP_AFTER_FLUSH)
	atomic { seen[a] = mapped; take_hold(a) };
	atomic { stamp[a] = gen }
#elif defined(BEGIN_RELAXED)
	g = gen;
	atomic { take_hold(a); stamp[a] = g; g = 0 }
#elif defined(END_RELAXED)
	atomic { g = gen; seen[a] = mapped };
	stamp[a] = g;
	atomic { take_hold(a); g = 0 }
#else
	atomic { g = gen; seen[a] = mapped };
	atomic { take_hold(a); stamp[a] = g; g = 0 }
#endif
}

proctype reader()
{
	enter(0);
	leave(0);
	enter(0);
	leave(0)
}

proctype flusher()
{
	byte g;

	flush(1);
	leave(1)
}

proctype both()
{
	byte g;

	enter(2);
	flush(2);
	leave(2)
}

inline begin_generation(r)
{
#ifdef STAMP_RELAXED
	atomic { gen++; generation[r] = gen }
#else
	atomic { !(unmapping & BIT(r)) -> gen++; generation[r] = gen }
#endif
}

proctype mover(byte r)
{
	unmapping = unmapping | BIT(r);
#ifdef QUEUE_EARLY
	queued = queued | BIT(r);
	begin_generation(r)
#else
	begin_generation(r);
	queued = queued | BIT(r)
#endif
}

/* tiermm__agent_passed() */
#define PASSED(s, r) ((s) == 0 || (s) >= generation[r])

inline free_page(r)
{
	atomic {
		freed = freed | BIT(r);
		assert(SAFE(0) && SAFE(1) && SAFE(2))
	}
}

/* tiermm_barrier.run: each agent passes a fence, at some time during it. */
inline barrier()
{
	atomic { buffer[0] == 0 -> seen[0] = mapped };
	seen[1] = mapped;
	atomic { buffer[2] == 0 -> seen[2] = mapped }
}

/* One agent after the other is looked at until it has passed. */
inline wait_for_all(r)
{
	atomic { PASSED(stamp[0], r) -> skip };
	atomic { PASSED(stamp[1], r) -> skip };
	atomic { PASSED(stamp[2], r) -> skip }
}

proctype drainer()
{
	byte taken;

end_idle:
	do
#ifdef LOOK_FIRST
	:: queued -> barrier();
		atomic { taken = queued; queued = 0 };
#else
	:: atomic { queued -> taken = queued; queued = 0 };
#ifdef PAIRED
		barrier();
#endif
#endif
		if
		:: taken & 1 ->
end_first:		wait_for_all(0);
			free_page(0)
		:: else -> skip
		fi;
		if
		:: taken & 2 ->
end_second:		wait_for_all(1);
			free_page(1)
		:: else -> skip
		fi;
		taken = 0
	od
}

/* One look at all stamps; only if all have passed is the page freed. */
proctype retirer()
{
	byte s0, s1, s2;

	unmapping = unmapping | BIT(RETIRED);
#ifdef NO_LOOK_FENCE
	/* Made early: before the unmap and the generation have landed. */
	atomic { s0 = stamp[0]; s1 = stamp[1]; s2 = stamp[2] };
	begin_generation(RETIRED);
#else
	begin_generation(RETIRED);
	s0 = stamp[0];
	s1 = stamp[1];
	s2 = stamp[2];
#endif
	if
	:: PASSED(s0, RETIRED) && PASSED(s1, RETIRED) && PASSED(s2, RETIRED) ->
		free_page(RETIRED)
	:: else -> skip
	fi
}

init {
	atomic {
		stamp[1] = 1;
		hold[1] = ALL;
		run memory_system();
		run reader();
		run flusher();
		run both();
		run mover(0);
		run drainer();
#if defined(PAIRED)
		run mover(1)
#elif !defined(RETIRER)
		run mover(1);
		run drainer()
#else
		run retirer()
#endif
	}
}
