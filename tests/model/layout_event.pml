/* SPDX-License-Identifier: MIT */
/*
 * The ring of events, explored by SPIN: an event that a reader gets is whole,
 * and is the one of the place that it asked for, however often the owner comes
 * round meanwhile.
 *
 * What is modelled, and the names that it has in lib/layout/event.c:
 *
 *   sequence, kind, pages   of the one slot that there is; event n is written
 *                           with all fields n
 *   owner()                 tiermm__layout_event(), three times
 *   reader()                read(), of each place
 *
 * Memory: the owner's stores stay in its buffer until memory takes them; since
 * each but the first is a release, it takes them in their order. Each variant
 * leaves out one thing, and SPIN has to find out:
 *
 *   STORE_RELAXED  memory takes the stores in any order
 *   LOAD_RELAXED   the second look goes ahead of the fields
 *   NO_SECOND_LOOK the reader trusts the first look
 *   NEVER_ODD      a slot is not marked while it is written
 */

#define EVENTS 3

byte sequence, kind, pages;

/* The owner's buffer. */
bit odd_in, kind_in, pages_in, even_in;
byte odd_next, kind_next, pages_next, even_next;

#ifdef STORE_RELAXED
#define BEHIND_ODD true
#define BEHIND_KIND true
#define BEHIND_PAGES true
#else
#define BEHIND_ODD (!odd_in)
#define BEHIND_KIND (!odd_in && !kind_in)
#define BEHIND_PAGES (!odd_in && !kind_in && !pages_in)
#endif

proctype memory_system()
{
end_idle:
	do
	:: atomic { odd_in -> sequence = odd_next; odd_in = 0 }
	:: atomic { kind_in && BEHIND_ODD -> kind = kind_next; kind_in = 0 }
	:: atomic { pages_in && BEHIND_KIND -> pages = pages_next; pages_in = 0 }
	:: atomic { even_in && BEHIND_PAGES ->
		sequence = even_next; even_in = 0 }
	od
}

proctype owner()
{
	byte n = 1;

	do
	:: n <= EVENTS ->
		/* A store to a place waits for the one before to that place. */
		atomic { !odd_in && !even_in ->
#ifndef NEVER_ODD
			odd_in = 1; odd_next = 2 * n - 1
#else
			skip
#endif
		};
		atomic { !kind_in -> kind_in = 1; kind_next = n };
		atomic { !pages_in -> pages_in = 1; pages_next = n };
		atomic { !even_in -> even_in = 1; even_next = 2 * n };
		n++
	:: else -> break
	od
}

proctype reader()
{
	byte n = 1, first, second, what, much;

	do
	:: n <= EVENTS ->
		first = sequence;
#ifdef LOAD_RELAXED
		second = sequence;
#endif
		what = kind;
		much = pages;
#if defined(NO_SECOND_LOOK)
		second = first;
#elif !defined(LOAD_RELAXED)
		second = sequence;
#endif
		if
		:: first == 2 * n && second == 2 * n ->
			assert(what == n && much == n)
		:: else -> skip
		fi;
		if
		:: n++
		:: skip
		fi
	:: else -> break
	od
}

init {
	atomic {
		run memory_system();
		run owner();
		run reader()
	}
}
