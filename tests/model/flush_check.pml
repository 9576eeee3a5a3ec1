/* SPDX-License-Identifier: MIT */
/*
 * The check mode, explored by SPIN: it never tells of an agent that has passed,
 * and always of one that could still see the page.
 *
 * What is modelled, and the names that it has in lib/flush:
 *
 *   owing          the words behind a request's set: tiermm__check_stamped()
 *   proved         tiermm_flush_agent.proved, for the one generation there is
 *   mover()        unmap, tiermm_flush_stamp() with its look
 *   drainer()      looks until every agent has passed, then gives back and
 *                  checks: tiermm__check_given_back()
 *   agent()        inside at first, and holding the page; goes out and in
 *                  again, leaves and joins again, or passes
 *
 * Memory: an agent's stores wait in its buffer, one behind the other, and its
 * loads go ahead of them. So what it loads as the generation for its next
 * enter may be older than the moment at which it is seen to have gone out.
 *
 * LIAR explores a drainer that gives back without a look: then whoever holds
 * the page has to be told of. Each other variant leaves out one thing, and SPIN
 * has to find out:
 *
 *   NO_PROOF       the stamp as it is at the end decides alone
 *   NO_JOIN_FENCE  join has no fence: the next enter's load goes ahead of leave
 *   NO_LOOK_FENCE  (LIAR) who owes is noted before the unmap has landed
 */

#define AGENTS 2
#define STAMP 1
#define JOINED 2

chan buffer[AGENTS] = [5] of { byte, byte };
byte gen = 1;
byte stamp[AGENTS] = 1;
bool joined[AGENTS] = true;
bool holds[AGENTS] = true;
bool owing[AGENTS];
bool proved[AGENTS];
bool mapped = true;
bool stamped;

#define PASSED(a) (stamp[a] == 0 || stamp[a] >= 2)

inline land(a)
{
	atomic { buffer[a] ? place, value ->
		if
		:: place == STAMP -> stamp[a] = value
		:: else -> joined[a] = value
		fi;
		place = 0; value = 0
	}
}

proctype memory_system()
{
	byte place, value;

end_idle:
	do
	:: land(0)
	:: land(1)
	od
}

/* tiermm_flush_enter(); what it may see is what is mapped behind its fence. */
inline enter(a)
{
	g = gen;
	buffer[a] ! STAMP, g;
	atomic { empty(buffer[a]) -> holds[a] = mapped; g = 0 }
}

/* tiermm_flush_exit() */
inline leave(a)
{
	atomic { holds[a] = false; buffer[a] ! STAMP, 0 }
}

proctype agent(byte a)
{
	byte g, turn;

	do
	:: turn < 2 -> leave(a); enter(a); turn++
	:: turn < 2 ->
		/* tiermm_flush_leave(), tiermm_flush_join() */
		leave(a);
		buffer[a] ! JOINED, 0;
		buffer[a] ! JOINED, 1;
#ifndef NO_JOIN_FENCE
		empty(buffer[a]);
#endif
		enter(a);
		turn++
	:: turn < 2 ->
		/* tiermm_flush_pass() */
		g = gen;
		atomic { holds[a] = holds[a] && g < 2; buffer[a] ! STAMP, g;
			g = 0; turn++ }
	:: true -> break
	od
}

#define NOTE(a) owing[a] = joined[a] && !PASSED(a)

proctype mover()
{
#ifdef NO_LOOK_FENCE
	NOTE(0);
	NOTE(1);
	mapped = false;
	gen = 2;
#else
	mapped = false;
	gen = 2;
	NOTE(0);
	NOTE(1);
#endif
	stamped = true
}

/* tiermm__agent_passed(), until it has */
inline look(a)
{
#ifdef LIAR
	skip
#else
	atomic { !joined[a] || PASSED(a) ->
#ifdef NO_PROOF
		skip
#else
		proved[a] = proved[a] || joined[a]
#endif
	}
#endif
}

inline give_back(a)
{
	atomic {
#ifdef LIAR
		/* Whoever holds it is told of. */
		assert(!holds[a] || (owing[a] && !PASSED(a) && !proved[a]))
#else
		/* Nobody is told of, and rightly so. */
		assert(!owing[a] || PASSED(a) || proved[a]);
		assert(!holds[a])
#endif
	}
}

proctype drainer()
{
	stamped;
end_first:	/* an agent may stay inside for ever */
	look(0);
end_second:
	look(1);
	give_back(0);
	give_back(1)
}

init {
	atomic {
		run memory_system();
		run agent(0);
		run agent(1);
		run mover();
		run drainer()
	}
}
