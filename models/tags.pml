/*
 * Tags between processes: what is loaded before removeTag(t) was called is not seen after it returned.
 *
 * The shared tier keeps a clock, which counts removals, and for the tag t the reading at which it was last removed (rec).
 * A reading names the clock's incarnation, a random name that a lost clock does not come back with: here incarnation * 8 +
 * count. An entry is a value and its begin, a reading that its loader's process took before the load. The tier may lose the
 * clock or the record at any moment, and the bus may lose messages or turn their order around.
 *
 * Fills are blind here (no lease): so they stand for a rebuild's rows as well, and what is proven rests on tags alone.
 *
 * quick: -DCLOCK_LOSSES=1 -DRECORD_LOSSES=0
 * quick: -DRECORD_LOSSES=1
 * quick: -DOTHERS=1 -DGETS0=0
 * quick: -DGETS0=2 -DGETS1=1
 * quick: -DREMOVALS=2 -DGETS0=0
 * long: -DCLOCK_LOSSES=2
 * long: -DCLOCK_LOSSES=1 -DRECORD_LOSSES=1
 * long: -DCLOCK_LOSSES=1 -DRECORD_LOSSES=1 -DOTHERS=1 -DGETS0=0
 * long: -DREMOVALS=2
 * mutant: -DLATE_BEGIN
 * mutant: -DNEAR_BEGIN_LATE
 * mutant: -DCREATE_AT_BEGIN -DRECORD_LOSSES=1
 * mutant: -DTORN_CREATE -DRECORD_LOSSES=1
 * mutant: -DNO_AS_OF
 * mutant: -DNO_GAP -DOTHERS=1 -DGETS0=0
 * mutant: -DKEEP_LATE_ANSWER
 * mutant: -DTABLE_READ_FIRST
 * mutant: -DWINDOW_BEFORE_TABLE
 * mutant: -DNO_LOCK
 * mutant: -DLOCAL_FIRST -DGETS0=2 -DGETS1=1
 * mutant: -DSAME_INCARNATION -DCLOCK_LOSSES=1 -DOTHERS=1 -DGETS0=0
 * mutant: -DNO_INCARNATION -DCLOCK_LOSSES=2
 */
#ifndef CLOCK_LOSSES
#define CLOCK_LOSSES 0
#endif
#ifndef RECORD_LOSSES
#define RECORD_LOSSES 0
#endif
#ifndef REMOVALS
#define REMOVALS 1
#endif
#ifndef OTHERS
#define OTHERS 0
#endif
#ifndef GETS0
#define GETS0 1
#endif
#ifndef GETS1
#define GETS1 2
#endif
#define NONE 255

#ifdef NO_INCARNATION
#define SAME(a, b) true
#else
#define SAME(a, b) ((a) / 8 == (b) / 8)
#endif
/* What began at b is untrue where the clock stands at c and the tag was removed at r. */
#define VOID(b, c, r) (!SAME(b, c) || b > c || !SAME(r, c) || r > b)

byte db, acked;              /* the origin's version; the newest one whose removal has returned */
byte clock = 24, rec = NONE; /* the tier */
byte farValue = NONE, farBegin;

typedef Process {
  byte tableAt = NONE, tableAsOf = NONE; /* what is known of t, and as of which reading */
  byte since = 24, upTo = 24;            /* every removal in (since, upTo] was heard */
  bool noting;                           /* the lock of who changes these four; they are read without it */
  byte localNow, localRemoved;             /* the near tier's own clock, and when t was removed by it */
  byte nearValue = NONE, nearBegin;
  byte heard                             /* the newest version whose removal was heard, or made here */
}
Process p[2];
chan bus0 = [3] of {bool, byte, byte};
chan bus1 = [3] of {bool, byte, byte};

/* One step in the tier: a missing record is made with the clock's present reading. */
inline ensure() {
  if
  :: rec == NONE || !SAME(rec, clock) -> rec = clock
  :: else
  fi
}

/* A process is told that the tag (t, or another one) was removed at n: the table first, then the window. */
inline noteTable(me, isT, n) {
  atomic {
#ifndef NO_LOCK
    !p[me].noting -> p[me].noting = true;
#endif
    if
    :: p[me].tableAsOf != NONE && !SAME(n, p[me].tableAsOf) -> p[me].tableAt = NONE; p[me].tableAsOf = NONE
    :: isT && p[me].tableAsOf != NONE && SAME(n, p[me].tableAsOf) && n > p[me].tableAt -> p[me].tableAt = n
    :: else
    fi
  }
}

inline noteWindow(me, n) {
  atomic {
    if
    :: !SAME(n, p[me].upTo) -> p[me].since = n - 1; p[me].upTo = n
    :: SAME(n, p[me].upTo) && n == p[me].upTo + 1 -> p[me].upTo = n
    :: SAME(n, p[me].upTo) && n > p[me].upTo + 1 ->
#ifndef NO_GAP
      p[me].since = n - 1;
#endif
      p[me].upTo = n
    :: else
    fi;
    p[me].noting = false
  }
}

inline note(me, isT, n) {
#ifdef WINDOW_BEFORE_TABLE
  atomic { noteWindow(me, n) };
  noteTable(me, isT, n);
  p[me].noting = false
#else
  noteTable(me, isT, n);
  noteWindow(me, n)
#endif
}

inline removeNear(me) {
  d_step { p[me].localNow++; p[me].localRemoved = p[me].localNow }
}

proctype Remover(byte me; byte times) {
  byte done, version, n;
  do
  :: done < times ->
    d_step { db++; version = db };
#ifdef LOCAL_FIRST
    removeNear(me);
#endif
    d_step { clock++; rec = clock; n = clock };
    note(me, true, n);
#ifndef LOCAL_FIRST
    removeNear(me);
#endif
    atomic {
      if
      :: me == 0 -> if :: bus1!true, n, version :: true fi
      :: else -> if :: bus0!true, n, version :: true fi
      fi;
      if :: version > acked -> acked = version :: else fi;
      if :: version > p[me].heard -> p[me].heard = version :: else fi;
      done++; version = 0; n = 0
    }
  :: else -> break
  od
}

/* Another tag is removed, by a third process. */
proctype Other() {
  byte done, n;
  do
  :: done < OTHERS ->
    d_step { clock++; n = clock };
    atomic {
      bus0!false, n, 0;
      if :: bus1!false, n, 0 :: true fi;
      done++; n = 0
    }
  :: else -> break
  od
}

proctype Bus(byte me; chan bus) {
  byte n, version;
  bool isT;
end:
  do
  :: atomic { bus?isT, n, version };
    note(me, isT, n);
    atomic {
      if
      :: isT -> p[me].localNow++; p[me].localRemoved = p[me].localNow
      :: else
      fi;
      if :: version > p[me].heard -> p[me].heard = version :: else fi;
      n = 0; version = 0; isT = false
    }
  od
}

proctype Loss() {
  byte clocks, records;
#ifdef NO_INCARNATION
  byte used = 8; /* bit i: the clock has started at i * 8; a new start is higher or lower, never the same */
#endif
end:
  do
  :: clocks < CLOCK_LOSSES -> atomic { clocks++;
#if defined(SAME_INCARNATION)
       clock = clock / 8 * 8
#elif defined(NO_INCARNATION)
       if
       :: !(used & 2) -> used = used | 2; clock = 8
       :: !(used & 32) -> used = used | 32; clock = 40
       :: !(used & 16) -> used = used | 16; clock = 32
       :: !(used & 4) -> used = used | 4; clock = 16
       fi
#else
       clock = (clock / 8 + 1) * 8
#endif
     }
  :: records < RECORD_LOSSES -> atomic { records++; rec = NONE }
  :: !(clocks < CLOCK_LOSSES || records < RECORD_LOSSES) -> break
  od
}

proctype Reader(byte me; byte times) {
  byte done, acknowledged, heard, v, b, c, r, a, begin, lo, hi;
  bool untrue;
  do
  :: done < times ->
    atomic {
      acknowledged = acked; heard = p[me].heard;
      v = NONE; untrue = true;
      if
      :: p[me].nearValue != NONE && p[me].localRemoved <= p[me].nearBegin ->
        assert(p[me].nearValue >= heard);
        goto next
      :: true /* evicted, void or not there */
      fi;
      begin = p[me].localNow
    };
    /* The clock and the entry are read in parallel. */
    if
    :: c = clock; d_step { v = farValue; b = farBegin }
    :: d_step { v = farValue; b = farBegin }; c = clock
    fi;
    if
    :: v != NONE && SAME(b, c) && b <= c ->
#ifdef TABLE_READ_FIRST
      d_step { r = p[me].tableAt; a = p[me].tableAsOf };
      d_step { lo = p[me].since; hi = p[me].upTo };
#else
      d_step { lo = p[me].since; hi = p[me].upTo };
      d_step { r = p[me].tableAt; a = p[me].tableAsOf };
#endif
      if
#ifdef NO_AS_OF
      :: a != NONE -> untrue = VOID(b, c, r)
#else
      :: a != NONE && SAME(a, c) && a >= c -> untrue = VOID(b, c, r)
      :: a != NONE && SAME(a, c) && a < c && SAME(lo, c) && SAME(hi, c) && a >= lo && c <= hi -> untrue = VOID(b, c, r)
#endif
      :: else ->
#ifdef TORN_CREATE
        a = clock;
        atomic { if :: rec == NONE || !SAME(rec, clock) -> rec = a :: else fi; r = rec };
#else
        atomic { ensure(); a = clock; r = rec };
#endif
        untrue = VOID(b, c, r) || VOID(b, a, r);
        /* Kept only if nothing later was heard: such a removal is not in the answer. */
        atomic {
#ifndef NO_LOCK
          !p[me].noting ->
#endif
          if
#ifdef KEEP_LATE_ANSWER
          :: SAME(a, p[me].upTo) -> p[me].tableAt = r; p[me].tableAsOf = a
#else
          :: SAME(a, p[me].upTo) && a >= p[me].upTo -> p[me].tableAt = r; p[me].tableAsOf = a
#endif
          :: !SAME(a, p[me].upTo) ->
            p[me].since = a; p[me].upTo = a; p[me].tableAt = r; p[me].tableAsOf = a
          :: else
          fi
        }
      fi
    :: else
    fi;
    if
    :: !untrue -> assert(v >= acknowledged)
    :: else ->
#ifdef LATE_BEGIN
      v = db;
      b = clock;
#else
      b = clock;
      v = db;
#endif
#ifdef CREATE_AT_BEGIN
      d_step { if :: rec == NONE || !SAME(rec, clock) -> rec = b :: else fi };
#else
#ifdef TORN_CREATE
      a = clock;
      d_step { if :: rec == NONE || !SAME(rec, clock) -> rec = a :: else fi };
#else
      d_step { ensure() };
#endif
#endif
      d_step { farValue = v; farBegin = b }
    fi;
#ifdef NEAR_BEGIN_LATE
    begin = p[me].localNow;
#endif
    d_step { p[me].nearValue = v; p[me].nearBegin = begin };
next:
    atomic { done++; acknowledged = 0; heard = 0; v = 0; b = 0; c = 0; r = 0; a = 0; begin = 0; lo = 0; hi = 0; untrue = false }
  :: else -> break
  od
}

init {
  atomic {
    if
    :: farValue = 0; farBegin = clock; rec = clock /* somebody loaded it before */
    :: true
    fi;
    run Remover(0, REMOVALS);
    run Other();
    run Bus(0, bus0);
    run Bus(1, bus1);
    run Loss();
    run Reader(0, GETS0);
    run Reader(1, GETS1)
  }
}
