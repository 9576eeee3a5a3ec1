/* SPDX-License-Identifier: MIT */
/*
 * A cursor and its generation, explored by SPIN: what a cursor keeps under a
 * generation is never the answer of a layout before it, and after a commit has
 * returned no reader gets the old answer (I14).
 *
 * What is modelled, and the names that it has in lib/layout:
 *
 *   view           number of the layout that the published view holds
 *   generation     tiermm_relayout.generation
 *   owner()        two commits: tiermm__view_publish(); `done` says which
 *                  have returned, and who sees it sees their stores
 *   reader()       tiermm_relayout_node_cursor(): the hit, and refill()
 *
 * Memory: the owner's stores stay in its buffer until memory takes them; a
 * release keeps the generation behind its view. Each variant leaves out one
 * thing, and SPIN has to find out:
 *
 *   STORE_RELAXED  the generation may be seen before its view
 *   LOAD_RELAXED   the reader's load of the view goes ahead
 *   GENERATION_FIRST the owner stores the generation before the view
 *   NO_GENERATION  a cursor keeps its answer without asking for it
 */

byte view, generation, done;
bit view_in, generation_in;
byte view_next, generation_next;

proctype memory_system()
{
end_idle:
	do
	:: atomic { (view_in
#ifdef GENERATION_FIRST
		&& !generation_in
#endif
		) -> view = view_next; view_in = 0 }
	:: atomic { (generation_in
#if !defined(STORE_RELAXED) && !defined(GENERATION_FIRST)
		&& !view_in
#endif
		) -> generation = generation_next; generation_in = 0 }
	od
}

proctype owner()
{
	byte n = 1;

	do
	:: n <= 2 ->
		atomic { !view_in && !generation_in ->
			view_in = 1; view_next = n;
			generation_in = 1; generation_next = n };
		/* Who learns that the commit has returned sees its stores. */
		atomic { !view_in && !generation_in -> done = n };
		n++
	:: else -> break
	od
}

proctype reader()
{
	byte known, answer, kept, began, i;
	bit has;

	do
	:: i < 3 ->
		began = done;
		if
#ifdef NO_GENERATION
		:: has -> skip
		:: !has ->
#else
		:: has && kept == generation -> skip
		:: !has || kept != generation ->
#endif
#ifdef LOAD_RELAXED
			answer = view;
			known = generation;
#else
			known = generation;
			answer = view;
#endif
			kept = known;
			has = 1;
			assert(answer >= kept)
		fi;
		assert(answer >= began);
		i++
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
