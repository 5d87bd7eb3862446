/*
 * One key whose server changes while readers, copiers and a writer go on: what was made untrue is not seen afterwards.
 *
 * Server 0 owns the key under the old ring, server 1 under the new one. The pointer names the ring: 0 the old one; 1 the
 * new one, and the old one to copy from; 2 the new one alone; 3 the old one again, as a new ring. A process believes in
 * what it saw last. Of commands that it sends together only those for one server are carried out in order.
 *
 * With OUTAGE the owner, server 0, is away meanwhile and keeps what it held. The pointer names: 0 the ring with it; 1 the one
 * without it, where server 1 stands in, from scratch; 2 the one with it again, and what server 1 has to copy from; 3 that one
 * alone; 4 the one without it again, the next outage. Whoever cannot reach server 0 gets no answer there, so that his change
 * does not return before the pointer has moved on: that needs no step of its own here.
 *
 * An item has a value or is a place kept for one, a number (cas) that is never used twice, and the ring (stamp) it was
 * stored under. It is of use only where the key's server has not changed since.
 *
 * quick: -DCHANGES=2 -DGETS=3
 * quick: -DCHANGES=3
 * quick: -DCHANGES=2 -DREADERS=2 -DGETS=1
 * quick: -DPUT -DCHANGES=2 -DLOSS
 * long: -DCHANGES=2 -DREADERS=2
 * mutant: -DNEW_FIRST -DCHANGES=2 -DGETS=3
 * mutant: -DLATE_PROCESS -DCHANGES=2
 * mutant: -DLOOK_AT_ONCE -DCHANGES=2 -DGETS=3
 * mutant: -DCOPY_UNFENCED -DCHANGES=2 -DGETS=3
 * mutant: -DCOPY_WHAT_WAS_READ -DCHANGES=2 -DGETS=3
 * mutant: -DCOPY_UNLOOKED -DCHANGES=2 -DGETS=3
 * mutant: -DNO_STAMP -DCHANGES=3
 * mutant: -DOLD_LEFT_AT_COMMIT -DPUT -DCHANGES=2 -DLOSS
 * quick: -DOUTAGE -DCHANGES=3 -DGETS=3
 * quick: -DOUTAGE -DCHANGES=4
 * quick: -DOUTAGE -DPUT -DCHANGES=3 -DGETS=1
 * long: -DOUTAGE -DPUT -DCHANGES=4 -DLOSS
 * mutant: -DOUTAGE -DNO_STAMP -DCHANGES=2
 * mutant: -DOUTAGE -DNO_STAMP_AT_STAND_IN -DCHANGES=4 -DGETS=3
 * mutant: -DOUTAGE -DLATE_PROCESS -DCHANGES=1
 * mutant: -DOUTAGE -DLATE_PROCESS -DCHANGES=3
 * mutant: -DOUTAGE -DNEW_FIRST -DCHANGES=3 -DGETS=3
 * mutant: -DOUTAGE -DCOPY_UNFENCED -DCHANGES=3 -DGETS=3
 */
#ifndef READERS
#define READERS 1
#endif
#ifndef GETS
#define GETS 2
#endif
#define NONE 255
#ifdef OUTAGE
#define RING(view) (view > 2 -> view - 1 : view)
#define OWNER(view) ((view == 1 || view == 4) -> 1 : 0)
#define WARMS(view) (view == 2)
#define BEFORE 1                    /* whom is copied from while it warms, and the stamp of what counts there */
#define RING_BEFORE 1
#else
#define RING(view) (view == 2 -> 1 : view)
#define OWNER(view) ((view == 1 || view == 2) -> 1 : 0)
#define WARMS(view) (view == 1)
#define BEFORE 0
#define RING_BEFORE 0
#endif

byte db, acked;                     /* the origin's version; the newest one whose change has returned */
byte pointer;                       /* which ring, as above */
byte val[2] = NONE, cas[2], stamp[2];
byte numbers = 1;

/* Whether the item of server s is of use under a view that owns or copies from it. */
#ifdef NO_STAMP
#define VALID(s, view) (val[s] != NONE)
#else
#ifdef NO_STAMP_AT_STAND_IN
#define VALID(s, view) (val[s] != NONE && (s == 1 || stamp[s] == RING(view)))
#else
#define VALID(s, view) (val[s] != NONE && stamp[s] == (s == OWNER(view) -> RING(view) : RING_BEFORE))
#endif
#endif

inline void(s) { atomic { val[s] = NONE; cas[s] = 0; stamp[s] = 0 } }
inline store(s, v, ring) { val[s] = v; cas[s] = numbers; stamp[s] = ring; numbers++ }
/* Reads the number, making a place where there is nothing; what is of no use counts as a place. */
inline fenced(s, f) {
  atomic {
    if
    :: cas[s] == 0 -> store(s, NONE, 0)
    :: else
    fi;
    f = cas[s]
  }
}

inline invalidate(view, seen) {
  seen = NONE;
  do
  :: seen != view ->
    if
    :: seen != NONE -> view = seen
    :: else
    fi;
#ifdef LOOK_AT_ONCE
    seen = pointer;
#endif
    if
#ifdef NEW_FIRST
    :: WARMS(view) -> void(OWNER(view)); void(BEFORE)
#else
    :: WARMS(view) -> void(BEFORE); void(OWNER(view))
#endif
    :: !WARMS(view) -> void(OWNER(view))
    fi;
#ifdef LATE_PROCESS
    seen = view;
#else
#ifndef LOOK_AT_ONCE
    seen = pointer;
#endif
#endif
  :: else -> break
  od
}

proctype Writer() {
  byte view, seen, version, f, done, looked;
  do
  :: done < 2 ->
#ifdef PUT
    /* begin: what is copied from goes first, then a place that is this write's own */
    view = pointer;
    if
    :: WARMS(view) -> void(BEFORE)
    :: else
    fi;
    atomic { store(OWNER(view), NONE, 0); f = cas[OWNER(view)] };
    atomic { db++; version = db };
#ifndef OLD_LEFT_AT_COMMIT
    if
    :: WARMS(view) -> void(BEFORE)
    :: else
    fi;
#endif
    looked = 0;
    if
    :: looked = 1 + (pointer == view)
    :: skip
    fi;
    atomic {
      seen = 0;
      if
      :: cas[OWNER(view)] == f -> store(OWNER(view), version, RING(view)); seen = 1
      :: else
      fi
    };
    if
    :: looked == 0 -> looked = 1 + (pointer == view)
    :: else
    fi;
    if
    :: seen == 1 && looked == 2 -> skip
    :: else -> invalidate(view, seen)
    fi;
#else
    atomic { db++; version = db };
    invalidate(view, seen);
#endif
    atomic { acked = version; done++; seen = 0; f = 0; version = 0; looked = 0 }
  :: else -> break
  od
}

/* Commands that are sent together: the two servers and the pointer, in any order. */
proctype Reader() {
  byte view, seen, v, old, f, start, done, gets;
  do
  :: gets < GETS ->
    start = acked;
    do
    :: seen = NONE; v = NONE; old = NONE; done = 0;
      do
      :: !(done & 1) -> atomic { done = done | 1; if :: VALID(OWNER(view), view) -> v = val[OWNER(view)] :: else fi }
      :: !(done & 2) && WARMS(view) ->
        atomic { done = done | 2; if :: VALID(BEFORE, view) -> old = val[BEFORE] :: else fi }
      :: !(done & 4) -> atomic { done = done | 4; seen = pointer }
      :: (done & 5) == 5 && (!WARMS(view) || (done & 2)) -> break
      od;
      if
      :: seen == view -> break
      :: else -> view = seen
      fi
    od;
    done = 0;
    if
    :: v != NONE -> assert(v >= start)
    :: v == NONE && old != NONE ->
      assert(old >= start);
      fenced(OWNER(view), f);
#ifndef COPY_WHAT_WAS_READ
      old = NONE;
      if
      :: atomic { VALID(BEFORE, view) -> old = val[BEFORE] }; seen = pointer
      :: seen = pointer; atomic { if :: VALID(BEFORE, view) -> old = val[BEFORE] :: else fi }
      :: atomic { !VALID(BEFORE, view) -> old = NONE }
      fi;
#endif
#ifdef COPY_UNLOOKED
      seen = view;
#endif
      atomic {
        if
#ifdef COPY_UNFENCED
        :: old != NONE && seen == view -> store(OWNER(view), old, RING(view))
#else
        :: old != NONE && seen == view && cas[OWNER(view)] == f && !VALID(OWNER(view), view) ->
          store(OWNER(view), old, RING(view))
#endif
        :: else
        fi
      }
    :: else ->
      /* acquire: number and pointer in any order; load; fill, however late */
      if
      :: fenced(OWNER(view), f); seen = pointer
      :: seen = pointer; fenced(OWNER(view), f)
      fi;
      if
      :: seen == view ->
        v = db;
        assert(v >= start);
        atomic {
          if
          :: cas[OWNER(view)] == f -> store(OWNER(view), v, RING(view))
          :: else
          fi
        }
      :: else
      fi
    fi;
    atomic { gets++; v = 0; old = 0; f = 0; start = 0; seen = 0; done = 0 }
  :: else -> break
  od
}

proctype Mover() {
  do
  :: pointer < CHANGES -> pointer++
  :: break
  od
}

/* The new owner loses the item, or the old one does. */
proctype Loss() {
#ifdef LOSS
  if
  :: void(1)
  :: void(0)
  :: skip
  fi
#else
  skip
#endif
}

init {
  atomic {
    run Writer(); run Mover(); run Loss(); run Reader();
#if READERS > 1
    run Reader();
#endif
    skip
  }
}
