/* SPDX-License-Identifier: MIT */
/*
 * Wrapping generations, explored by SPIN with generations of a few bits: an
 * agent may sleep for any number of them, fewer than there are.
 *
 * The numbers that the library sees are those of tiermm_flush.generation, here
 * modulo SIZE, where 0 is skipped (tiermm__next_generation()); next to each
 * stands the true count, which only the assertions see. poller() loads a stamp
 * and after it the generation, and asks tiermm__covered(), as
 * tiermm__agent_passed() does, while requests go on being stamped: a stamp is
 * in the agent's buffer until memory takes it.
 *
 * Each variant does one thing wrong, and SPIN has to find out:
 *
 *   NARROW     the sleeper sleeps for more generations than the number holds,
 *              as with 32 bits
 *   SIGNED     the sign of a difference decides, as in a circular comparison
 *   ZERO       0 is used as a generation, though it says outside
 */

#define SIZE 16
#ifdef NARROW
#define MOST 20		/* true generations until the sleeper awakes */
#else
#define MOST 12
#endif

byte gen = 13;		/* three before the wrap */
byte true_gen = 100;
byte stamp = 13;
byte true_stamp = 100;
byte coming;		/* + 1; 0: none */
byte true_coming;
bool inside = true;

#define DIFFERENCE(a, b) (((a) + SIZE - (b)) % SIZE)
#ifdef SIGNED
#define COVERED(now, s, r) (DIFFERENCE(s, r) < SIZE / 2)
#else
#define COVERED(now, s, r) (DIFFERENCE(now, s) <= DIFFERENCE(now, r))
#endif

inline next()
{
	gen = (gen + 1) % SIZE;
#ifndef ZERO
	if
	:: gen == 0 -> gen = 1
	:: else -> skip
	fi;
#endif
	true_gen++
}

proctype memory_system()
{
end_idle:
	do
	:: atomic { coming -> stamp = coming - 1; true_stamp = true_coming;
		coming = 0; true_coming = 0 }
	od
}

/* Sleeps, or flushes at any time, three times. */
proctype agent()
{
	byte turn, g, true_g;

	do
	:: turn < 3 ->
		atomic { g = gen; true_g = true_gen };
		atomic { coming == 0 -> coming = g + 1; true_coming = true_g;
			g = 0; true_g = 0; turn++ }
	:: true -> break
	od
}

proctype mover()
{
	do
	:: atomic { true_gen < 100 + MOST -> next() }
	:: true -> break
	od
}

/* Any request so far, against the stamp as it is, and the generation then. */
proctype poller()
{
	byte r, true_r, s, true_s, back, i;

	do
	:: true ->
		atomic {
			/* A request of the last MOST generations. */
			r = gen; true_r = true_gen;
			back = 0;
			do
			:: true_r > 100 && back < MOST ->
				true_r--;
				r = (r + SIZE - 1) % SIZE;
#ifndef ZERO
				if
				:: r == 0 -> r = SIZE - 1
				:: else -> skip
				fi;
#endif
				back++
			:: true -> break
			od;
			back = 0
		};
		atomic { s = stamp; true_s = true_stamp };
		/* As a look at the agents: 0 is outside, it holds nothing. */
		assert(!inside || s != 0);
		/* Passed is never said of an agent that has not. */
		atomic {
			assert(!COVERED(gen, s, r) || true_s >= true_r);
			r = 0; true_r = 0; s = 0; true_s = 0
		}
	:: true -> break
	od
}

init {
	atomic {
		run memory_system();
		run agent();
		run mover();
		run poller()
	}
}
