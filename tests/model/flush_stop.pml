/* SPDX-License-Identifier: MIT */
/*
 * Stop under load, explored by SPIN: once deferral is stopped nothing stays
 * parked, whatever movers and reaps were in the middle of; and nothing is freed
 * twice, nor lost because its node's bit was not set.
 *
 * What is modelled, and the names that it has in lib/flush:
 *
 *   stopped        tiermm_flush.stopped
 *   inbox          a bit a request: pushed, or put back, and not taken
 *   busy           the node's bit in tiermm_flush.busy
 *   mover()        tiermm_flush_queue(): looks at stopped, pushes, marks the
 *                  node busy, looks again; one that is refused closes its
 *                  request, one that is told TIERMM_DUE_STOPPED drains
 *   reaper()       tiermm_flush_reap(): takes, puts back, marks, looks; drains
 *                  when it is told
 *   stopper()      tiermm_flush_stop() and its drain; the first takes its stop
 *                  back (tiermm_flush_resume()), the second stays stopped
 *
 * Memory: a push stays in its mover's buffer, and a stop in its stopper's,
 * until memory takes it; a load goes ahead of them. All that invariant 6 of
 * tracker.h tells of is sequentially consistent: it waits for the buffer. Each
 * variant leaves out one thing, and SPIN has to find out:
 *
 *   LOOK_RELAXED   the second look goes ahead of the push
 *   BUSY_RELAXED   the look at busy goes ahead of the push
 *   STOP_RELAXED   the drain of a stop goes ahead of the stop
 *   NO_SECOND_LOOK the mover only looks before it pushes
 *   NO_REAP_LOOK   a reap does not look once it has put back
 *   MARK_FIRST     the node is marked before the push
 *   CLEAR_LAST     a taker clears the node's bit once it has taken
 *   FLAG           stopped is a flag, not a count: a resume ends all stops
 *   COPY_THEN_CLEAR a taker copies the inbox and clears it in two steps
 */

#define MOVERS 2
#define BIT(r) (1 << (r))

byte stopped;
byte inbox;
bit busy;
byte pushing;		/* pushes on their way */
byte stopping;		/* stops on their way, a bit a stopper */
byte freed[MOVERS];
byte finished;		/* movers, reapers and stoppers that are done */

inline land_push(r)
{
	atomic { pushing & BIT(r) ->
		inbox = inbox | BIT(r); pushing = pushing & (255 - BIT(r)) }
}

inline land_stop(s)
{
	atomic { stopping & BIT(s) ->
		stopping = stopping & (255 - BIT(s));
#ifdef FLAG
		stopped = 1
#else
		stopped++
#endif
	}
}

proctype memory_system()
{
end_idle:
	do
	:: land_push(0)
	:: land_push(1)
	:: land_stop(0)
	:: land_stop(1)
	od
}

/* tiermm__node_take() */
inline take()
{
#ifndef CLEAR_LAST
	busy = 0;
#endif
#ifdef COPY_THEN_CLEAR
	taken = inbox;
	inbox = inbox & (255 - taken);
#else
	atomic { taken = inbox; inbox = 0 };
#endif
#ifdef CLEAR_LAST
	busy = 0;
#endif
}

/* mark_busy(): a look, and a store where it is clear */
inline mark()
{
	if
	:: busy -> skip
	:: !busy -> busy = 1
	fi
}

inline free(r)
{
	if
	:: taken & BIT(r) ->
		freed[r]++;
		assert(freed[r] == 1)
	:: else -> skip
	fi
}

/* Take all, flush, and free each once. */
inline drain()
{
	if
	:: busy ->
		take();
		atomic {
			free(0);
			free(1);
			taken = 0
		}
	:: !busy -> skip
	fi
}

proctype mover(byte r)
{
	byte taken;

	if
	:: atomic { stopped -> freed[r]++ }; goto done	/* refused: closes */
	:: !stopped -> skip
	fi;
#ifdef MARK_FIRST
	mark();
#endif
	pushing = pushing | BIT(r);
#ifndef BUSY_RELAXED
#ifndef LOOK_RELAXED
	!(pushing & BIT(r));
#endif
#endif
#ifndef MARK_FIRST
	mark();
#endif
#if defined(NO_SECOND_LOOK)
	goto done;
#else
#ifndef LOOK_RELAXED
	!(pushing & BIT(r));
#endif
	if
	:: stopped -> drain()
	:: !stopped -> skip
	fi;
#endif
done:
	finished++
}

/* What has to wait is put back; what may go is of no interest here. */
proctype reaper()
{
	byte taken;

	if
	:: busy -> take()
	:: !busy -> skip
	fi;
	if
	:: taken ->
		atomic { inbox = inbox | taken; taken = 0 };
		mark();
#ifndef NO_REAP_LOOK
		if
		:: stopped -> drain()
		:: !stopped -> skip
		fi
#endif
	:: else -> skip
	fi;
	finished++
}

proctype stopper(byte s)
{
	byte taken;

	stopping = stopping | BIT(s);
#ifndef STOP_RELAXED
	!(stopping & BIT(s));
#endif
	drain();
	!(stopping & BIT(s));
	if
	:: s == 0 ->
#ifdef FLAG
		stopped = 0
#else
		stopped--
#endif
	:: else -> skip
	fi;
	finished++
}

/* The second stop still holds: everything has come back. */
proctype judge()
{
	atomic {
		finished == MOVERS + 3 && !pushing ->
		assert(stopped == 1);
		assert(inbox == 0);
		assert(freed[0] == 1 && freed[1] == 1)
	}
}

init {
	atomic {
		run memory_system();
		run mover(0);
		run mover(1);
		run reaper();
		run stopper(0);
		run stopper(1);
		run judge()
	}
}
