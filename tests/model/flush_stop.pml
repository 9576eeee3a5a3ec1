/* SPDX-License-Identifier: MIT */
/*
 * Stop under load, explored by SPIN: once deferral is stopped nothing stays
 * parked, whatever movers were in the middle of; and nothing is freed twice.
 *
 * What is modelled, and the names that it has in lib/flush:
 *
 *   stopped        tiermm_flush.stopped
 *   inbox          a bit a request: pushed and not taken
 *   mover()        tiermm_flush_queue(): looks at stopped, pushes, looks again;
 *                  one that is refused closes its request, one that is told
 *                  TIERMM_DUE_STOPPED drains
 *   stopper()      tiermm_flush_stop() and its drain; the first takes its stop
 *                  back (tiermm_flush_resume()), the second stays stopped
 *
 * Memory: a push stays in its mover's buffer, and a stop in its stopper's,
 * until memory takes it; a load goes ahead of them. The looks at stopped that
 * count are read-modify-writes (acquire, release), as queue.c has them: they
 * wait for the buffer. Each variant leaves out one thing, and SPIN has to find
 * out:
 *
 *   LOOK_RELAXED   the second look is a load: it goes ahead of the push
 *   STOP_RELAXED   the drain of a stop goes ahead of the stop
 *   NO_SECOND_LOOK the mover only looks before it pushes
 *   FLAG           stopped is a flag, not a count: a resume ends all stops
 *   COPY_THEN_CLEAR a taker copies the inbox and clears it in two steps
 */

#define MOVERS 3
#define BIT(r) (1 << (r))

byte stopped;
byte inbox;
byte pushing;		/* pushes on their way */
byte stopping;		/* stops on their way, a bit a stopper */
byte freed[MOVERS];
byte finished;		/* movers and stoppers that are done */

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
	:: land_push(2)
	:: land_stop(0)
	:: land_stop(1)
	od
}

/* Take all, flush, and free each once. */
inline drain()
{
#ifdef COPY_THEN_CLEAR
	taken = inbox;
	inbox = inbox & (255 - taken);
#else
	atomic { taken = inbox; inbox = 0 };
#endif
	i = 0;
	do
	:: i < MOVERS ->
		atomic {
			if
			:: taken & BIT(i) ->
				freed[i]++;
				assert(freed[i] == 1)
			:: else -> skip
			fi;
			i++
		}
	:: else -> break
	od;
	taken = 0;
	i = 0
}

proctype mover(byte r)
{
	byte taken, i;

	if
	:: atomic { stopped -> freed[r]++ }; goto done	/* refused: closes */
	:: atomic { !stopped -> pushing = pushing | BIT(r) }
	fi;
#if defined(NO_SECOND_LOOK)
	goto done;
#elif defined(LOOK_RELAXED)
	if
	:: stopped -> drain()
	:: !stopped -> skip
	fi;
#else
	if
	:: atomic { !(pushing & BIT(r)) && stopped -> skip }; drain()
	:: atomic { !(pushing & BIT(r)) && !stopped -> skip }
	fi;
#endif
done:
	finished++
}

proctype stopper(byte s)
{
	byte taken, i;

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
		finished == MOVERS + 2 && !pushing ->
		assert(stopped == 1);
		assert(inbox == 0);
		assert(freed[0] == 1 && freed[1] == 1 && freed[2] == 1)
	}
}

init {
	atomic {
		run memory_system();
		run mover(0);
		run mover(1);
		run mover(2);
		run stopper(0);
		run stopper(1);
		run judge()
	}
}
