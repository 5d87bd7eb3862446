/*
 * One key in Redis and one near tier over it that Redis itself keeps right: CLIENT TRACKING in broadcasting mode.
 *
 * The server works in turns. A command takes effect at once; at the end of its turn the server first tells the watch, a
 * connection of its own, of the names that changed and are watched, and then what was asked is answered. So the answer to
 * the watch's own question comes before the names of the same turn. With EARLY other connections may be answered before
 * the turn's end, as by servers that answer from several threads.
 *
 * The process reads under the generation it believes in, has a generation watched before it uses it, and empties its near
 * tier after it has begun to watch on a new connection (LOSSES times). Whoever removes the key takes value and lease, which
 * need not be a process of Larder; it, or a clear (CLEARS times), counts when it is acknowledged. What is proven is what was
 * acknowledged when the question before the one answered last was sent. A near hit must not be older than that.
 *
 * With OWN the process does not drop what it has just stored itself, if it is still what the server has.
 *
 * quick: -DGETS=2 -DREMOVALS=2
 * quick: -DGETS=2 -DREMOVALS=2 -DEARLY
 * quick: -DGETS=2 -DLOSSES=1
 * quick: -DGETS=2 -DCLEARS=1
 * quick: -DGETS=2 -DREMOVALS=2 -DOWN
 * quick: -DGETS=2 -DREMOVALS=2 -DONE_QUESTION
 * quick: -DGETS=2 -DOTHER -DOWN
 * long: -DGETS=3 -DREMOVALS=2 -DLOSSES=1 -DCLEARS=1 -DOWN -DEARLY
 * mutant: -DGETS=2 -DREMOVALS=2 -DEARLY -DONE_QUESTION
 * mutant: -DGETS=2 -DNO_FENCE
 * mutant: -DGETS=2 -DLOSSES=1 -DNO_GAP
 * mutant: -DGETS=2 -DLOSSES=1 -DGAP_FIRST
 * mutant: -DGETS=2 -DCLEARS=1 -DPOINTER_UNWATCHED
 * mutant: -DGETS=3 -DCLEARS=1 -DUSED_UNWATCHED
 * mutant: -DGETS=2 -DREMOVALS=2 -DOWN -DOWN_UNCHECKED
 */
#ifndef REMOVALS
#define REMOVALS 1
#endif
#ifndef LOSSES
#define LOSSES 0
#endif
#ifndef CLEARS
#define CLEARS 0
#endif
#define NONE 255
#define KEY 0
#define POINTER 1
#define ANSWER 2
#define SENT 1
#define TAKEN 2

byte db = 1, acked = 1;                     /* the origin's version; the newest one whose removal was acknowledged */
byte gen, value = 1, lease, tokens = 1;     /* the server; tokens are never used twice */
bool watched[2], pointerWatched;            /* what it tells the watch of */
bool changed[2], pointerChanged;            /* in this turn */
byte removed;                               /* in this turn, to be acknowledged */
bool asked;                                 /* a question of the watch was taken in this turn */
chan line = [8] of {byte, byte};            /* what the server has told the watch */

byte wanted = NONE, view = NONE;            /* the generation that is heeded, and the one that steps are taken in */
byte near = NONE, mine = NONE;              /* mine: what the process stored and was not told of */
bool attached, up = true;
byte question, sent, sentBefore, proven;              /* as versions: acknowledged when the question was sent */

proctype Server() {
  end: do
  :: d_step { question == SENT -> question = TAKEN; asked = true }
  :: d_step { (changed[0] || changed[1] || pointerChanged || removed > 0 || asked) ->
       if :: asked -> line!ANSWER(0); asked = false :: else fi;
       if :: changed[0] && watched[0] -> line!KEY(0) :: else fi;
       if :: changed[1] && watched[1] -> line!KEY(1) :: else fi;
#ifndef POINTER_UNWATCHED
       if :: pointerChanged && pointerWatched -> line!POINTER(0) :: else fi;
#endif
       changed[0] = false; changed[1] = false; pointerChanged = false;
       if :: removed > acked -> acked = removed :: else fi;
       removed = 0 }
  od
}

inline acknowledge(version) {
#ifdef EARLY
  acked = version
#else
  removed = version
#endif
}

proctype Remover() {
  byte done, cleared;
  do
  :: done < REMOVALS -> db++;
     d_step {
       if :: value != NONE -> value = NONE; changed[gen] = true :: else fi;
       lease = 0; acknowledge(db); done++ }
  :: cleared < CLEARS -> db++;
     d_step { gen = 1 - gen; value = NONE; lease = 0; pointerChanged = true; acknowledge(db); cleared++ }
  :: else -> break
  od
}

inline forget() { near = NONE; attached = false }

proctype Watch() {
  byte what, which, losses;
  end: do
  :: d_step { up && question == 0 && proven < db -> sent = acked; question = SENT }
  :: atomic { line?what, which ->
       if
       :: what == ANSWER ->
          question = 0;
#ifdef ONE_QUESTION
          proven = sent;
#else
          if :: sentBefore > proven -> proven = sentBefore :: else fi;
          sentBefore = sent
#endif
       :: what == POINTER -> forget()
       :: what == KEY && which != wanted
       :: what == KEY && which == wanted ->
#ifdef OWN
          if
#ifdef OWN_UNCHECKED
          :: mine != NONE -> mine = NONE
#else
          :: mine != NONE && value == mine && gen == wanted -> mine = NONE
#endif
          :: else -> mine = NONE; forget()
          fi
#else
          forget()
#endif
       fi }
  :: losses < LOSSES -> d_step { losses++; up = false; question = 0; asked = false; sentBefore = 0; mine = NONE;
       watched[0] = false; watched[1] = false; pointerWatched = false;
       do :: len(line) > 0 -> line?what, which :: else -> break od };
#ifdef GAP_FIRST
     atomic { forget() };
#endif
     d_step { up = true; pointerWatched = true;
       if :: wanted != NONE -> watched[wanted] = true :: else fi };
#if !defined(NO_GAP) && !defined(GAP_FIRST)
     atomic { forget() };
#endif
     skip
  od
}

/* A view is taken: heeded first, then watched, then used. */
inline look() {
  fresh = gen;
  atomic {
    if :: wanted != NONE && wanted != fresh -> forget() :: else fi;
    wanted = fresh };
#ifndef USED_UNWATCHED
  d_step { if :: up -> watched[fresh] = true; pointerWatched = true :: else fi };
#endif
  view = fresh
}

proctype Reader() {
  byte gets, least, got, token, fresh;
  bool keeps;
  do
  :: gets < GETS ->
     gets++; token = 0; keeps = true;
     least = proven;
     d_step { got = near; assert(got == NONE || got >= least) };
     if
     :: got != NONE
     :: else ->
        attached = true;
        do
        :: view == NONE -> look()
        :: d_step { view != NONE && gen == view -> got = value;
             if :: got == NONE && lease == 0 -> lease = tokens; token = tokens; tokens++ :: else fi }; break
        :: view != NONE && gen != view -> look()
        od;
        if
        :: got != NONE
        :: else ->
           got = db;
           d_step {
             if
             :: token != 0 && gen == view && lease == token -> value = got; lease = 0; changed[view] = true;
#ifdef OWN
                if :: up && watched[view] -> mine = got :: else fi
#endif
             :: else -> keeps = false
             fi }
        fi;
#ifdef USED_UNWATCHED
        d_step { if :: up -> watched[view] = true; pointerWatched = true :: else fi };
#endif
        d_step {
          if
#ifdef NO_FENCE
          :: keeps -> near = got
#else
          :: keeps && attached -> near = got
#endif
          :: else
          fi;
          attached = false }
     fi
  :: else -> break
  od
}

/* Another process that loads and stores: those who hold the same value are told, which must do no harm. */
proctype Other() {
  byte token, got;
  end: d_step { value == NONE && lease == 0 -> lease = tokens; token = tokens; tokens++; got = gen };
  atomic { if :: gen == got && lease == token -> value = db; lease = 0; changed[gen] = true :: else fi }
}

init {
  atomic { run Server(); run Remover(); run Watch(); run Reader();
#ifdef OTHER
    run Other()
#endif
  }
}
