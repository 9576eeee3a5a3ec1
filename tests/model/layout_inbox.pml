/* SPDX-License-Identifier: MIT */
/*
 * Proposals in a ring, explored by SPIN: each that was accepted is taken once,
 * in the order of the tickets, and whole.
 *
 * What is modelled, and the names that it has in lib/layout/inbox.c:
 *
 *   proposed, taken  the counts of the same names
 *   slot             tiermm_relayout.inbox; 0 is empty
 *   whole            what a layout is made of, written before it is proposed
 *   proposer()       tiermm_relayout_propose(), twice each
 *   owner()          tiermm_relayout_take()
 *
 * Memory: a proposer's layout and its store to the slot stay in its buffer
 * until memory takes them, and so does the owner's emptying of a slot; a
 * release keeps them in order. Each variant leaves out one thing:
 *
 *   SLOT_RELAXED   a slot may be seen filled before the layout is whole
 *   POP_RELAXED    a ticket may be given out again before its slot is empty
 *   NO_TICKET      proposers look for the place and take it in two steps
 */

#define SLOTS 2
#define PROPOSERS 2
#define EACH 2
#define ALL (PROPOSERS * EACH)

byte proposed, taken;
byte slot[SLOTS];
bit whole[ALL + 1];
byte order[ALL];	/* what has each ticket */

/* Buffers: a layout being written, its slot; the slot being emptied. */
byte writing[PROPOSERS], filling[PROPOSERS], at[PROPOSERS];
bit emptying;
byte empty_at, emptied;
byte finished;

proctype memory_system()
{
end_idle:
	do
	:: atomic { writing[0] -> whole[writing[0]] = 1; writing[0] = 0 }
	:: atomic { writing[1] -> whole[writing[1]] = 1; writing[1] = 0 }
	:: atomic { (filling[0]
#ifndef SLOT_RELAXED
		&& !writing[0]
#endif
		) -> slot[at[0]] = filling[0]; filling[0] = 0 }
	:: atomic { (filling[1]
#ifndef SLOT_RELAXED
		&& !writing[1]
#endif
		) -> slot[at[1]] = filling[1]; filling[1] = 0 }
	:: atomic { emptying ->
		assert(slot[empty_at] == emptied);	/* and no later one */
		slot[empty_at] = 0; emptying = 0 }
	od
}

proctype proposer(byte p)
{
	byte i, mine, id;

	do
	:: i < EACH ->
		id = 1 + p * EACH + i;
		!writing[p] && !filling[p];
		writing[p] = id;
#ifdef NO_TICKET
		proposed - taken < SLOTS;
		mine = proposed;
		proposed = mine + 1;
		order[mine] = id;
#else
		atomic { proposed - taken < SLOTS ->
			mine = proposed; order[mine] = id; proposed++ };
#endif
		atomic { at[p] = mine % SLOTS; filling[p] = id };
		mine = 0;
		i++
	:: else -> break
	od;
	finished++
}

proctype owner()
{
	byte next, got;

	do
	:: next < ALL ->
		/* Its own store to the slot is seen by itself at once. */
		!(emptying && empty_at == next % SLOTS) &&
			slot[next % SLOTS] != 0;
		got = slot[next % SLOTS];
		assert(whole[got]);
		assert(order[next] == got);
		atomic { !emptying -> emptying = 1; emptied = got;
			empty_at = next % SLOTS };
#ifndef POP_RELAXED
		!emptying;
#endif
		next++;
		taken = next;
		got = 0
	:: else -> break
	od
}

init {
	atomic {
		run memory_system();
		run proposer(0);
		run proposer(1);
		run owner()
	}
}
