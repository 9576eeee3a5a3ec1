/* SPDX-License-Identifier: MIT */
/*
 * Slots of an engine on their way round, explored by SPIN: whoever has taken a
 * slot is alone with it and sees what was written to it, and no slot is lost.
 *
 * What is modelled, and the names that it has in lib/engine:
 *
 *   spare, stranded  the two stacks of slot.h; a number is a slot, NONE is NULL
 *   next, content    of a slot, as memory has them
 *   push(), take()   tiermm__slot_push(), tiermm__slot_take()
 *   owner()          park.c: takes spare slots for itself, fills one, strands
 *                    it (the tracker's queue, whose model is flush_stop, would
 *                    be the other way)
 *   drainer()        drain.c: takes what is stranded; each is put back, or is
 *                    done with and spare again
 *
 * Memory: what is written to a slot stays in its writer's buffer until memory
 * takes it; a push goes ahead of it unless it is a release. Each variant
 * changes one thing, and SPIN has to find out:
 *
 *   PUSH_RELAXED     the push does not wait for what is in the slot
 *   POP              one slot is popped, by compare and exchange with its next
 *   TAKE_IN_TWO      the stack is read, and then emptied
 *   BLIND_PUSH       the top is stored, not compared and exchanged
 */

#define SLOTS 2
#define ROUNDS 3
#define TURNS 3
#define NONE 7

byte spare = 0;		/* at first all of them */
byte stranded = NONE;
byte own = NONE;	/* the owner's list */
byte next[SLOTS];
byte content[SLOTS];
byte written_next[SLOTS];	/* in the writer's buffer */
byte written_content[SLOTS];
bit dirty[SLOTS];		/* and not in memory yet */
bit held[SLOTS];		/* somebody is alone with it: a ghost */
byte expected[SLOTS];		/* what its last writer wrote: a ghost */
byte finished;

inline land(s)
{
	atomic { dirty[s] ->
		next[s] = written_next[s];
		content[s] = written_content[s];
		dirty[s] = 0 }
}

proctype memory_system()
{
end_idle:
	do
	:: land(0)
	:: land(1)
	od
}

inline hold(s)
{
	atomic {
		assert(!held[s]);
		held[s] = 1;
		assert(content[s] == expected[s])
	}
}

/* The slot is written with its next; a release waits for the buffer. */
inline push(stack, s, value)
{
	held[s] = 0;
	expected[s] = value;
	do
	:: top = stack;
		atomic {
			written_next[s] = top;
			written_content[s] = value;
			dirty[s] = 1
		};
#ifndef PUSH_RELAXED
		!dirty[s];
#endif
		atomic {
			if
#ifdef BLIND_PUSH
			:: true -> stack = s; top = NONE; break
#else
			:: stack == top -> stack = s; top = NONE; break
#endif
			:: else -> skip
			fi
		}
	od
}

inline take(stack)
{
#if defined(POP)
	do
	:: top = stack;
		if
		:: top == NONE -> list = NONE; break
		:: else -> after = next[top]
		fi;
		atomic {
			if
			:: stack == top ->
				stack = after; list = top; break
			:: else -> skip
			fi
		}
	od;
	top = NONE;
	after = NONE
#elif defined(TAKE_IN_TWO)
	list = stack;
	stack = NONE
#else
	atomic { list = stack; stack = NONE }
#endif
}

/* The next of the list; popped slots come alone. */
inline step_on(s)
{
#ifdef POP
	list = NONE
#else
	list = next[s]
#endif
}

proctype owner()
{
	byte top = NONE, after = NONE, list = NONE, s = NONE, round;

	for (round : 1 .. ROUNDS) {
		if
		:: own == NONE -> take(spare); own = list; list = NONE
		:: else -> skip
		fi;
		if
		:: own != NONE ->
			s = own;
			hold(s);
			list = own;
			step_on(s);
			own = list;
			list = NONE;
			push(stranded, s, round);
			s = NONE
		:: else -> skip
		fi
	};
	finished++
}

proctype drainer()
{
	byte top = NONE, after = NONE, list = NONE, s = NONE, turn;

	for (turn : 1 .. TURNS) {
		take(stranded);
		do
		:: list == NONE -> break
		:: else ->
			s = list;
			hold(s);
			step_on(s);
			if
			:: push(stranded, s, content[s])
			:: push(spare, s, 0)
			fi;
			s = NONE
		od
	};
	finished++
}

byte places;

inline count(head)
{
	at = head;
	do
	:: at == NONE -> break
	:: else ->
		places++;
		assert(places <= SLOTS);
		at = next[at]
	od
}

/* Every slot is in one list, once. */
proctype judge()
{
	byte at;

	atomic {
		finished == 3 && !dirty[0] && !dirty[1] ->
		count(spare);
		count(stranded);
		count(own);
		assert(places == SLOTS)
	}
}

init {
	atomic {
		next[0] = 1;
		next[1] = NONE;
		run memory_system();
		run owner();
		run drainer();
		run drainer();
		run judge()
	}
}
