/* SPDX-License-Identifier: MIT */
/*
 * A page is freed while the layout changes twice, explored by SPIN: when a
 * change is complete, a page that is free is where the layout says; one in use
 * is, or is marked; and no mark is lost (I15, I16).
 *
 * What is modelled, and the names that it has in lib/layout:
 *
 *   view           the node of the page by the layout in force
 *   mark           its bit; tiermm__marks_set() and _take()
 *   node, place    the page: who accounts for it, and where it stands
 *   freer()        allocates and frees: tiermm_relayout_on_free() inside a read
 *                  section, then a list or a cache; drains when that is wanted
 *   owner()        two commits, sweeps by plan and report, and waits for
 *                  readers and the cache; in between the first sweep, maybe,
 *                  comes the second commit
 *
 * Memory: the owner's stores to view, mark and wanted stay in its buffer until
 * memory takes them, in any order but for what a release forbids: a mark goes
 * behind the view that was stored before it, a wish to drain behind the mark.
 * The freer's take is a read-modify-write (acquire): its load of the view comes
 * behind it. Waiting for readers passes a full fence, as the tracker of
 * flushes does. Each variant leaves out one thing, and SPIN has to find out:
 *
 *   MARK_RELAXED    a mark may be seen before its view
 *   TAKE_RELAXED    the freer's load of the view goes ahead of the take
 *   TEST_THEN_CLEAR the freer tests the mark and clears it in two steps
 *   NO_GRACE        the sweep does not wait for readers
 *   DRAIN_RELAXED   the wish to drain may be seen before the mark
 *   REPORT_BLIND    a report clears the mark, whatever the layout is now
 *   STALE_LOST      a move planned for the first layout and done under the
 *                   second is not marked again
 *   SWEEP_FIRST     free pages are looked at before they are marked
 */

#define IN_USE 0
#define LISTED 1
#define CACHED 2
#define MOVING 3

byte view;
bit mark;
byte node;
byte place = IN_USE;

/* The owner's buffer, and how far memory is. */
bit view_in, mark_in, wanted_in;
byte view_next, views, needs;	/* a mark needs so many views in memory */
byte wanted_next, wanted;

byte drained;
bit inside;
byte sections;
bit complete;

proctype memory_system()
{
end_idle:
	do
	:: atomic { view_in -> view = view_next; views++; view_in = 0 }
	:: atomic { (mark_in
#ifndef MARK_RELAXED
		&& views >= needs
#endif
		) -> mark = 1; mark_in = 0 }
	:: atomic { (wanted_in
#ifndef DRAIN_RELAXED
		&& !mark_in && !view_in
#endif
		) -> wanted = wanted_next; wanted_in = 0 }
	od
}

/* Where does the page belong? Sets node. */
inline ask()
{
#if defined(TAKE_RELAXED)
	seen = view;
	atomic { taken = mark; mark = 0 };
#elif defined(TEST_THEN_CLEAR)
	taken = mark;
	seen = view;
	if
	:: taken -> mark = 0
	:: else -> skip
	fi;
#else
	atomic { taken = mark; mark = 0 };
	seen = view;
#endif
	if
	:: taken -> node = seen
	:: else -> skip
	fi;
	taken = 0;
	seen = 0
}

proctype freer()
{
	bit taken;
	byte seen, wish;

end_loop:
	do
	:: atomic { place == LISTED || place == CACHED -> place = IN_USE }
	:: place == IN_USE ->
		inside = 1;
		ask();
		if
		:: place = LISTED
		:: place = CACHED
		fi;
		atomic { inside = 0; sections = 1 - sections }
	:: wanted > drained ->
		wish = wanted;
		if
		:: place == CACHED -> inside = 1;
			ask();
			place = LISTED;
			atomic { inside = 0; sections = 1 - sections }
		:: else -> skip
		fi;
		drained = wish;
		wish = 0
	od
}

inline commit(n)
{
	atomic { !view_in -> view_in = 1; view_next = n; now = n };
	atomic { !mark_in -> mark_in = 1; needs = n };
	atomic { !wanted_in -> wanted_in = 1; wanted_next = n }
}

inline grace()
{
#ifndef NO_GRACE
	atomic { !view_in && !mark_in -> was = sections; before = inside };
	!before || !inside || sections != was;
	was = 0;
	before = 0
#else
	!view_in && !mark_in
#endif
}

/* Move the page if it is free and stands on a list; then say so. */
inline move()
{
	if
	:: atomic { place == LISTED && planned -> place = MOVING };
		node = dest;
		place = LISTED;
#ifdef REPORT_BLIND
		mark = 0
#else
		if
		:: dest == now -> mark = 0
#ifdef STALE_LOST
		:: else -> skip
#else
		:: else ->	/* planned for a layout of the past */
			atomic { !mark_in -> mark_in = 1; needs = now };
			atomic { !wanted_in -> wanted_in = 1; wanted_next++ }
#endif
		fi
#endif
	:: place != LISTED || !planned -> skip
	fi;
	planned = 0;
	dest = 0
}

inline plan()
{
	atomic { planned = mark; dest = now }
}

proctype owner()
{
	byte now, was, dest;
	bit before, planned;

#ifdef SWEEP_FIRST
	atomic { !view_in -> view_in = 1; view_next = 1; now = 1 };
	!view_in;
	plan();
	move();
	atomic { !mark_in -> mark_in = 1; needs = 1 };
	atomic { !wanted_in -> wanted_in = 1; wanted_next = 1 };
	!mark_in && drained == 1;
	goto done;
#endif
	commit(1);
	if
	:: grace();
		plan();
		if
		:: move();
			!wanted_in && drained == 1;
			goto done	/* complete with one commit */
		:: skip
		fi
	:: skip
	fi;
	commit(2);
	move();		/* what was planned for the first layout */
	grace();
	plan();
	move();
	!wanted_in && drained == wanted_next;
done:
	complete = 1
}

proctype judge()
{
	atomic {
		complete ->
		if
		:: place == LISTED || (place == CACHED && !inside) ->
			assert(node == view)
		:: place == IN_USE && !inside ->
			assert(node == view || mark)
		:: else -> skip
		fi
	}
}

init {
	atomic {
		run memory_system();
		run freer();
		run owner();
		run judge()
	}
}
