/* SPDX-License-Identifier: MIT */
/*
 * Publication and look-up of the demotion graph, explored by SPIN under a
 * memory model that is weaker than TSO.
 *
 * What is modelled, and the names that it has in lib/demotion:
 *
 *   W0, W1         tiermm_demotion.words[] of two nodes: generation and slot
 *   D(s, k)        three words of image s: tiermm__image_fill() stores them
 *   V(s)           version of image s, odd while it is being filled
 *   M              one bit of tiermm_demotion.blocked[]
 *   stamp()        store_words(): release stores, then tiermm__fence_release()
 *   set_reader     tiermm__look_begin(), an attempt, tiermm__look_end(), as
 *                  next_allowed, choose and walk do it
 *   word_reader    tiermm_demotion_next()
 *   DONE           what an embedder tells its readers with when the call that
 *                  blocked a node has returned
 *
 * Memory. The owner's stores go through a buffer that memory takes them from
 * in any order, but: two to the same place stay in order (coherence), a
 * release store waits for all before it, and what comes behind a release
 * fence waits for all before the fence. Readers load in any order, but: none
 * comes before the acquire load, the second load of the word comes behind the
 * acquire fence, and two loads of the same place stay in order. A load whose
 * address is not known yet (the slot) is made from a guess, as a processor or
 * a compiler may do it; a wrong guess throws the attempt away.
 *
 * The owner publishes three graphs over two images, blocks a node and
 * unblocks it. The union of graphs 1 and 2 has a cycle. With
 *
 *   WRAPPED          any two generations look the same in a word
 *
 * what a reader accepts still is of one graph. Each of the variants below
 * leaves out one thing, and SPIN has to find out:
 *
 *   NO_RECHECK       neither word nor version are loaded a second time
 *   SLOT_ONLY        the second load compares the slot, not the generation
 *   ONE_SLOT         the image is filled while words name it
 *   STAMP_RELAXED    words are stored relaxed instead of release
 *   BEGIN_RELAXED    the first load is relaxed instead of acquire
 *   NO_READER_FENCE  no acquire fence before the second load
 *   NO_OWNER_FENCE   no release fence behind the words
 *   MASK_LATE        the blocked set is stored after the words
 *
 * and, WRAPPED, when only the version is left to tell:
 *
 *   NO_VERSION       it is not checked
 *   NO_PARITY        an odd one is accepted
 *   NO_FILL_FENCE    no release fence behind the odd one
 */

#define TRIES 2		/* TIERMM__TRIES is 8: more of the same */
#define ROOM 5		/* stores that may be on their way at once */

/* Places in memory. */
#define W0 0
#define W1 1
#define D(s, k) (2 + 3 * (s) + (k))
#define M 8
#define DONE 9
#define V(s) (10 + (s))
#define PLACES 12

/* A word: generation and slot. */
#define WORD(g, s) ((g) * 2 + (s))
#define GENERATION(w) ((w) / 2)
#define SLOT(w) ((w) % 2)

/* Generations: 1 and 2 graphs, 3 blocks, 4 graph, 5 unblocks. */
#define BLOCKS 3
#define UNBLOCKS 5
#define GRAPH(g) ((g) == 1 -> 1 : ((g) <= 3 -> 2 : 3))

/* Targets of nodes 0, 1, 2 in graphs 1, 2, 3; 3 is none. */
#define NONE 3
#define TARGET(graph, node) ( \
	(graph) == 1 -> ((node) == 0 -> 1 : ((node) == 1 -> 2 : NONE)) : ( \
	(graph) == 2 -> ((node) == 0 -> 2 : ((node) == 2 -> 1 : NONE)) : ( \
	((node) == 0 -> 1 : NONE))))

byte memory[PLACES];
bool unblocking;	/* the call that unblocks has begun */

/* The owner's stores on their way, oldest first. */
byte on_way;
byte place_of[ROOM];
byte value_of[ROOM];
bool is_release[ROOM];
byte epoch_of[ROOM];	/* fences before it, counted from the oldest store */
byte epoch;
bool owner_done;

inline store(place, value, release)
{
	atomic {
		on_way < ROOM ->
		place_of[on_way] = place;
		value_of[on_way] = value;
		is_release[on_way] = release;
		epoch_of[on_way] = epoch;
		on_way++;
	}
}

inline fence()
{
	d_step {
		if
		:: on_way > 0 && epoch_of[on_way - 1] == epoch -> epoch++
		:: else -> skip
		fi
	}
}

/* The i-th store may reach memory before the j-th, an older one. */
#define OVERTAKES(i, j) (place_of[i] != place_of[j] && !is_release[i] && \
			 epoch_of[i] == epoch_of[j])
#define MAY_LAND_1 OVERTAKES(1, 0)
#define MAY_LAND_2 (OVERTAKES(2, 0) && OVERTAKES(2, 1))
#define MAY_LAND_3 (OVERTAKES(3, 0) && OVERTAKES(3, 1) && OVERTAKES(3, 2))
#define MAY_LAND_4 (OVERTAKES(4, 0) && OVERTAKES(4, 1) && OVERTAKES(4, 2) && \
		    OVERTAKES(4, 3))

/* Store i reaches memory; what is younger moves up. */
inline land(i)
{
	memory[place_of[i]] = value_of[i];
	at = i;
	do
	:: at + 1 < on_way ->
		place_of[at] = place_of[at + 1];
		value_of[at] = value_of[at + 1];
		is_release[at] = is_release[at + 1];
		epoch_of[at] = epoch_of[at + 1];
		at++
	:: else -> break
	od;
	on_way--;
	place_of[on_way] = 0;
	value_of[on_way] = 0;
	is_release[on_way] = 0;
	epoch_of[on_way] = 0;
	/* Count epochs from the oldest store, so that equal states are equal. */
	if
	:: on_way == 0 -> epoch = 0
	:: else ->
		base = epoch_of[0];
		at = 0;
		do
		:: at < on_way -> epoch_of[at] = epoch_of[at] - base; at++
		:: else -> break
		od;
		epoch = epoch - base
	fi;
	at = 0;
	base = 0
}

proctype memory_system()
{
	byte at, base;

	do
	:: atomic { on_way > 0 -> land(0) }
	:: atomic { on_way > 1 && MAY_LAND_1 -> land(1) }
	:: atomic { on_way > 2 && MAY_LAND_2 -> land(2) }
	:: atomic { on_way > 3 && MAY_LAND_3 -> land(3) }
	:: atomic { on_way > 4 && MAY_LAND_4 -> land(4) }
	:: owner_done && on_way == 0 -> break
	od
}

#ifdef STAMP_RELAXED
#define STAMP_RELEASE 0
#else
#define STAMP_RELEASE 1
#endif

/* store_words() */
inline stamp(g, s)
{
	store(W0, WORD(g, s), STAMP_RELEASE);
	store(W1, WORD(g, s), STAMP_RELEASE);
#ifndef NO_OWNER_FENCE
	fence()
#else
	skip
#endif
}

/* show(): fill the image that no word names, store the words */
inline publish(g, s, version)
{
	store(V(s), version + 1, 0);
#ifndef NO_FILL_FENCE
	fence();
#endif
	store(D(s, 0), GRAPH(g), 0);
	store(D(s, 1), GRAPH(g), 0);
	store(D(s, 2), GRAPH(g), 0);
	store(V(s), version + 2, 1);
	stamp(g, s)
}

/* store_blocked() */
inline set_mask(value)
{
	store(M, value, 0)
}

#ifdef ONE_SLOT
#define OTHER 0
#else
#define OTHER 1
#endif

proctype owner()
{
	publish(2, OTHER, 0);
#ifdef MASK_LATE
	stamp(BLOCKS, OTHER);
	set_mask(1);
#else
	set_mask(1);
	stamp(BLOCKS, OTHER);
#endif
	store(DONE, 1, 1);
	publish(4, 0, 2);
	unblocking = true;
	stamp(UNBLOCKS, 0);
	set_mask(0);
	owner_done = true
}

#ifdef BEGIN_RELAXED
#define AFTER_WORD 1
#else
#define AFTER_WORD got_w1
#endif
#define AFTER_BEGIN (AFTER_WORD && got_v1)
#ifdef NO_READER_FENCE
#define AFTER_FENCE 1
#else
#define AFTER_FENCE (got_v1 && got_0 && got_1 && got_2 && got_m)
#endif

/* tiermm__look_end() */
#if defined(SLOT_ONLY) || defined(WRAPPED)
#define SAME_WORD (SLOT(w2) == SLOT(w1))
#else
#define SAME_WORD (w2 == w1)
#endif
#if defined(NO_VERSION)
#define SAME_VERSION 1
#elif defined(NO_PARITY)
#define SAME_VERSION (v2 == v1)
#else
#define SAME_VERSION (v2 == v1 && v1 % 2 == 0)
#endif
#if defined(NO_RECHECK)
#define ACCEPTED 1
#else
#define ACCEPTED (SAME_WORD && SAME_VERSION)
#endif

proctype set_reader()
{
	bool got_w1, got_v1, got_0, got_1, got_2, got_m, got_w2, got_v2;
	byte mine, w1, w2, v1, v2, d0, d1, d2, m, guess, tries, hop, walked;
	bool told;

	told = memory[DONE];	/* acquire: nothing below comes before it */
	if
	:: mine = W0
	:: mine = W1
	fi;
again:
	if
	:: tries == TRIES -> goto gave_up
	:: else -> tries++
	fi;
	if
	:: guess = 0
	:: guess = 1
	fi;
	do
	:: !got_w1 -> atomic { w1 = memory[mine]; got_w1 = 1 }
	:: !got_v1 && AFTER_WORD ->
		atomic { v1 = memory[V(guess)]; got_v1 = 1 }
	:: !got_0 && AFTER_BEGIN ->
		atomic { d0 = memory[D(guess, 0)]; got_0 = 1 }
	:: !got_1 && AFTER_BEGIN ->
		atomic { d1 = memory[D(guess, 1)]; got_1 = 1 }
	:: !got_2 && AFTER_BEGIN ->
		atomic { d2 = memory[D(guess, 2)]; got_2 = 1 }
	:: !got_m && AFTER_BEGIN ->
		atomic { m = memory[M]; got_m = 1 }
	:: !got_w2 && got_w1 && AFTER_FENCE ->
		atomic { w2 = memory[mine]; got_w2 = 1 }
	:: !got_v2 && got_v1 && AFTER_FENCE ->
		atomic { v2 = memory[V(guess)]; got_v2 = 1 }
	:: got_w1 && SLOT(w1) != guess -> break
	:: got_w1 && got_v1 && got_0 && got_1 && got_2 && got_m && got_w2 &&
	   got_v2 -> break
	od;
	atomic {
		got_w1 = 0; got_v1 = 0; got_0 = 0; got_1 = 0; got_2 = 0; got_m = 0;
		if
		:: SLOT(w1) != guess ->
			/* A wrong guess is no attempt of the program's. */
			tries--; got_w2 = 0; got_v2 = 0;
			w1 = 0; w2 = 0; v1 = 0; v2 = 0; d0 = 0; d1 = 0; d2 = 0; m = 0;
			goto again
		:: SLOT(w1) == guess && !ACCEPTED ->
			got_w2 = 0; got_v2 = 0;
			w1 = 0; w2 = 0; v1 = 0; v2 = 0; d0 = 0; d1 = 0; d2 = 0; m = 0;
			goto again
		:: else -> skip
		fi;
		/* No half-built image, no mix, and the generation's own (D6). */
		assert(d0 == d1 && d1 == d2);
#ifndef WRAPPED
		assert(d0 == GRAPH(GENERATION(w1)));
#endif
		/* The walk from node 0, each hop from its own word (I2). */
		hop = TARGET(d0, 0);
		walked = 1;
		do
		:: hop != NONE && walked < 4 ->
			hop = (hop == 1 -> TARGET(d1, 1) : TARGET(d2, 2));
			walked++
		:: else -> break
		od;
		assert(hop == NONE);
		/* The blocked set of that generation, or more (D10). */
#ifndef WRAPPED
		assert(!(GENERATION(w1) >= BLOCKS && GENERATION(w1) < UNBLOCKS)
		       || m == 1);
#endif
		assert(!told || m == 1 || unblocking)
	};
gave_up:
	atomic {
		got_w2 = 0; got_v2 = 0; tries = 0; guess = 0; told = 0; mine = 0;
		w1 = 0; w2 = 0; v1 = 0; v2 = 0;
		d0 = 0; d1 = 0; d2 = 0; m = 0;
		hop = 0; walked = 0
	}
}

proctype word_reader()
{
	bool told;
	byte first, second;

	told = memory[DONE];	/* acquire */
	first = memory[W1];
	second = memory[W1];
	assert(GENERATION(first) <= GENERATION(second));
	assert(!told || GENERATION(first) >= BLOCKS);
	assert(GENERATION(first) >= 1 && GENERATION(second) <= UNBLOCKS);
	atomic { told = 0; first = 0; second = 0 }
}

init {
	atomic {
		memory[W0] = WORD(1, 0);
		memory[W1] = WORD(1, 0);
		memory[V(0)] = 2;
		memory[D(0, 0)] = 1;
		memory[D(0, 1)] = 1;
		memory[D(0, 2)] = 1;
		run memory_system();
		run owner();
		run set_reader();
		run word_reader()
	}
}
