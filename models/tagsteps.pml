/*
 * Tags over a store that changes one item at a time (Memcached): what is loaded before removeTag(t) was called is not seen
 * after it returned. tags.pml has near tiers and the bus, and takes a change of the clock and a record for one step. Here
 * the steps are taken apart; each item may vanish between any two of them.
 *
 * clock: epoch * 8 + count. rec: when t was removed, with a CAS number; PLACE where somebody is about to say. log: of one
 * epoch, which changes of t are not older than it is long; it knows every one later than from. Other tags have no state.
 *
 * A remover reads the clock, c; writes c + 1 to the log, then to the record; then raises the clock, to whatever. What was
 * begun at c or before is void, and what was begun later was read after the remover had read c, so after its commit.
 * A remover that dies between two steps is one that is never scheduled again.
 *
 * quick: -DGETS0=0 -DCLOCK_LOSSES=1
 * quick: -DGETS0=0 -DRECORD_LOSSES=1 -DTRIMS=1
 * quick: -DGETS0=0 -DRECORD_LOSSES=1 -DHELPS=1
 * quick: -DGETS0=0 -DGETS1=1 -DREMOVALS1=1
 * quick: -DGETS0=0 -DREMOVALS1=1 -DSLOW_REMOVER
 * long: -DGETS0=0 -DRECORD_LOSSES=1 -DLOG_LOSSES=1
 * long: -DGETS0=0 -DREMOVALS1=1 -DRECORD_LOSSES=1
 * long: -DRECORD_LOSSES=1
 * mutant: -DRAISE_FIRST
 * mutant: -DNOTE_AT_CLOCK
 * mutant: -DRECORD_BEFORE_CLOCK
 * mutant: -DBLIND_NOTE -DGETS0=0 -DREMOVALS1=1 -DSLOW_REMOVER
 * mutant: -DBLIND_FLOOR -DRECORD_LOSSES=1
 * mutant: -DFLOOR_AT_CLOCK -DRECORD_LOSSES=1
 * mutant: -DLOG_AFTER_RECORD -DRECORD_LOSSES=1
 * mutant: -DTRIM_WITHOUT_FROM -DRECORD_LOSSES=1 -DTRIMS=1
 * mutant: -DREMAKE_LOG -DRECORD_LOSSES=1 -DLOG_LOSSES=1
 * mutant: -DSAME_EPOCH -DCLOCK_LOSSES=1 -DGETS0=0
 */
#ifndef CLOCK_LOSSES
#define CLOCK_LOSSES 0
#endif
#ifndef RECORD_LOSSES
#define RECORD_LOSSES 0
#endif
#ifndef LOG_LOSSES
#define LOG_LOSSES 0
#endif
#ifndef TRIMS
#define TRIMS 0
#endif
#ifndef REMOVALS
#define REMOVALS 1
#endif
#ifndef REMOVALS1
#define REMOVALS1 0
#endif
#ifndef OTHERS
#define OTHERS 0
#endif
#ifndef HELPS
#define HELPS 0
#endif
#ifndef GETS0
#define GETS0 1
#endif
#ifndef GETS1
#define GETS1 2
#endif
#define EPOCHS 10
#define NONE 255
#define PLACE 254
#define IS_READING(r) ((r) != NONE && (r) != PLACE)
#define SAME(a, b) ((a) / 8 == (b) / 8)
/* What began at b is untrue where the clock stands at c and the tag was removed at r. */
#define VOID(b, c, r) (!SAME(b, c) || b > c || !SAME(r, c) || r > b)

byte db, acked;           /* the origin's version; the newest one whose removal has returned */
byte clock = 8;           /* the first epoch is there, and nothing was ever removed */
byte epochs = 1;
byte rec = NONE, fences; /* a bit for each who knows the record's CAS number */
bool logThere[EPOCHS];
byte logFrom[EPOCHS];
byte logT[EPOCHS];        /* the last entry of t; 0 for none */
byte farValue = NONE, farBegin;

typedef Known { byte at = NONE, asOf = NONE }
Known known[2];           /* what each process remembers of t */

/* Reads the clock; begins it where it is missing: first the log of its epoch, then the clock, unless somebody has. */
inline readClock(c, e) {
  do
  :: c = clock;
    if
    :: c != NONE -> break
    :: else ->
#ifdef SAME_EPOCH
      e = 1;
#else
      d_step { epochs++; e = epochs };
#endif
      d_step { logThere[e] = true; logFrom[e] = e * 8; logT[e] = 0 };
      d_step { if :: clock == NONE -> clock = e * 8 :: else fi }
    fi
  od;
  e = 0
}

/* The record and its CAS number; a place is made where there is none. */
inline readOrMake(r) {
  d_step {
    if
    :: rec == NONE -> rec = PLACE
    :: else
    fi;
    r = rec; fences = fences | (1 << fence)
  }
}

/* Stores if the CAS number is still the one read. */
inline store(r, ok) {
  d_step {
    ok = (fences >> fence) & 1;
    if
    :: ok -> rec = r; fences = 0
    :: else
    fi
  }
}

/* What the record shall say: r or the new reading, whichever is later. */
inline note(r, c, by) {
  d_step {
    if
    :: !IS_READING(r) || !SAME(r, c) || r < c + by -> r = c + by
    :: else
    fi
  }
}

/* The log of c's epoch is lost: so is the clock. */
inline abandon(c) {
#ifdef REMAKE_LOG
  d_step { if :: !logThere[c / 8] -> logThere[c / 8] = true; logFrom[c / 8] = c; logT[c / 8] = 0 :: else fi }
#else
  d_step { if :: clock == c -> clock = NONE :: else fi }
#endif
}

inline append(c, ok) {
  d_step {
    ok = logThere[c / 8];
    if
    :: ok && logT[c / 8] < c + 1 -> logT[c / 8] = c + 1
    :: else
    fi
  }
}

proctype Remover(byte fence; byte times) {
  byte done, version, c, r, e, n;
  bool ok;
  do
  :: done < times ->
#ifdef SLOW_REMOVER
    if
    :: fence == 0 -> version = 1; c = 8; goto slow /* it has read the clock before others raised it */
    :: else -> skip
    fi;
#endif
    d_step { db++; version = db };
again:
    atomic { c = 0; r = 0; n = 0; ok = false };
#ifdef RAISE_FIRST
    readClock(c, e);
    d_step { ok = clock != NONE; if :: ok -> clock++; n = clock :: else fi };
    if :: !ok -> goto again :: else fi;
    c = n - 1;
    readOrMake(r);
    append(c, ok);
    if :: !ok -> abandon(n); goto again :: else fi;
    note(r, c, 1);
    store(r, ok);
    if :: !ok -> goto again :: else fi;
#else
    readClock(c, e);
slow:
    readOrMake(r);
#ifndef LOG_AFTER_RECORD
    append(c, ok);
    if :: !ok -> abandon(c); goto again :: else fi;
#endif
#ifdef BLIND_NOTE
    d_step { rec = c + 1; fences = 0 };
#else
#ifdef NOTE_AT_CLOCK
    note(r, c, 0);
#else
    note(r, c, 1);
#endif
    store(r, ok);
    if :: !ok -> goto again :: else fi;
#endif
#ifdef LOG_AFTER_RECORD
    append(c, ok);
    if :: !ok -> abandon(c); goto again :: else fi;
#endif
    d_step { ok = clock != NONE; if :: ok -> clock++; n = clock :: else fi };
    if :: !ok || !SAME(n, c) -> goto again :: else fi;
#endif
    atomic {
      if :: version > acked -> acked = version :: else fi;
      done++; version = 0; c = 0; r = 0; n = 0; ok = false
    }
  :: else -> break
  od
}

/* Other tags are removed: only what this does to the clock is of interest here. */
proctype Other() {
  byte done;
end:
  do
  :: done < OTHERS && clock != NONE -> atomic { if :: clock != NONE -> clock++; done++ :: else fi }
  :: done == OTHERS -> break
  od
}

/* Somebody finds a record that the clock has not reached, and raises the clock for the remover that may have died. */
proctype Helper() {
  byte done;
end:
  do
  :: done < HELPS && IS_READING(rec) && clock != NONE && SAME(rec, clock) && rec > clock ->
    atomic { if :: IS_READING(rec) && clock != NONE && SAME(rec, clock) && rec > clock -> clock = rec; done++ :: else fi }
  :: done == HELPS -> break
  od
}

proctype Loss() {
  byte clocks, records, logs, trims;
end:
  do
  :: clocks < CLOCK_LOSSES && clock != NONE -> atomic { clock = NONE; clocks++ }
  :: records < RECORD_LOSSES && rec != NONE -> atomic { rec = NONE; fences = 0; records++ }
  :: logs < LOG_LOSSES && clock != NONE -> atomic { logThere[clock / 8] = false; logs++ }
  :: trims < TRIMS && clock != NONE -> atomic {
      trims++;
#ifndef TRIM_WITHOUT_FROM
      if :: logT[clock / 8] > logFrom[clock / 8] -> logFrom[clock / 8] = logT[clock / 8] :: else fi;
#endif
      logT[clock / 8] = 0
    }
  :: clocks == CLOCK_LOSSES && records == RECORD_LOSSES && logs == LOG_LOSSES && trims == TRIMS -> break
  od
}

/* The tag's record as of the clock's reading a; what is missing is made from the log. */
inline readTag(me) {
  do
  :: 
#ifdef RECORD_BEFORE_CLOCK
    readOrMake(r);
    readClock(a, e);
#else
    readClock(a, e);
    readOrMake(r);
#endif
    if
    :: IS_READING(r) && SAME(r, a) -> break
    :: else ->
#ifdef FLOOR_AT_CLOCK
      store(a, ok);
      if :: ok -> r = a; break :: else fi
#else
      d_step {
        ok = logThere[a / 8];
        r = logFrom[a / 8];
        if :: logT[a / 8] > r -> r = logT[a / 8] :: else fi
      };
      if
      :: !ok -> abandon(a)
      :: else ->
#ifdef BLIND_FLOOR
        d_step { rec = r; fences = 0 };
        break
#else
        store(r, ok);
        if :: ok -> break :: else fi
#endif
      fi
#endif
    fi
  od;
  atomic {
    if
    :: known[me].asOf != NONE && SAME(known[me].asOf, a) ->
      if :: r > known[me].at -> known[me].at = r :: else fi;
      if :: a > known[me].asOf -> known[me].asOf = a :: else fi
    :: else -> known[me].at = r; known[me].asOf = a
    fi;
    a = 0; ok = false
  }
}

proctype Reader(byte me; byte fence; byte times) {
  byte done, acknowledged, v, b, c, a, r, e;
  bool ok, untrue;
  do
  :: done < times ->
    atomic { acknowledged = acked; untrue = true };
    /* The clock and the entry are read in parallel. */
    if
    :: readClock(c, e); d_step { v = farValue; b = farBegin }
    :: d_step { v = farValue; b = farBegin }; readClock(c, e)
    fi;
    if
    :: v != NONE && SAME(b, c) && b <= c ->
      if
      :: known[me].asOf != NONE && SAME(known[me].asOf, c) && known[me].asOf >= c -> r = known[me].at
      :: else -> readTag(me)
      fi;
      untrue = VOID(b, c, r)
    :: else
    fi;
    if
    :: !untrue -> assert(v >= acknowledged)
    :: else ->
      readClock(b, e);
      v = db;
      if
      :: known[me].asOf == NONE -> readTag(me)
      :: else
      fi;
      d_step { farValue = v; farBegin = b }
    fi;
    atomic { done++; acknowledged = 0; v = 0; b = 0; c = 0; r = 0; a = 0; untrue = false }
  :: else -> break
  od
}

init {
  atomic {
    logThere[1] = true; logFrom[1] = 8;
    if
    :: farValue = 0; farBegin = clock; rec = clock /* somebody loaded it before */
    :: true
    fi;
#ifdef SLOW_REMOVER
    db = 1; clock = 9;
#endif
    run Remover(0, REMOVALS);
    run Remover(1, REMOVALS1);
    run Other();
    run Helper();
    run Loss();
    run Reader(0, 2, GETS0);
    run Reader(1, 3, GETS1)
  }
}
