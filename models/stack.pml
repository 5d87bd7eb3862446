/*
 * One key over a stack of shared tiers: fronts that hold copies, and the back that all processes share.
 *
 * Process 0 removes, both processes read. With APART each process has a front of its own, as on two machines, else they
 * share one. With MIDDLE a second front, shared by both, stands between front and back. Leases of fronts and back may end
 * at any moment (Loss), removals from fronts may fail (FAILS times). With SETTLED the fronts are trusted from the start,
 * and not again once they are not.
 *
 * A process trusts a front from the moment it has emptied it, which it does after it began to hear the bus. A message
 * marks the key as pending, so that this process's reads go around the fronts; then the key is removed from the fronts,
 * the farther one first, and the mark goes. A removal that fails takes away the trust in that front and in the nearer one;
 * so does emptying the farther one, since the nearer one may have been trusted meanwhile. The nearer one is read only while
 * the farther one is trusted.
 *
 * A read must not be older than what its process had heard, nor, where every front the process has was told, than the
 * removals that had returned.
 *
 * quick: -DGETS=1
 * quick: -DAPART -DGETS=2
 * quick: -DFAILS=1 -DGETS=1
 * quick: -DAPART -DFAILS=1 -DGETS=2
 * quick: -DMIDDLE -DSETTLED -DFAILS=1 -DGETS=1
 * long: -DMIDDLE -DGETS=1
 * long: -DMIDDLE -DFAILS=1 -DGETS=1
 * long: -DGETS=2
 * long: -DREMOVALS=2 -DGETS=1
 * mutant: -DFRONT_FIRST -DGETS=1
 * mutant: -DPUBLISH_FIRST -DAPART -DGETS=2
 * mutant: -DNO_FRONT_LEASE -DGETS=1
 * mutant: -DLEASE_LATE -DGETS=1
 * mutant: -DNO_CLEAR -DGETS=1
 * mutant: -DDEAF_WHILE_CLEARING -DFAILS=1 -DGETS=1
 * mutant: -DNO_PENDING -DAPART -DGETS=2
 * mutant: -DTRUST_AFTER_FAILURE -DFAILS=1 -DGETS=1
 * mutant: -DNEARER_FIRST -DMIDDLE -DSETTLED -DGETS=1
 * mutant: -DNEARER_TRUSTED -DMIDDLE -DSETTLED -DFAILS=1 -DGETS=1
 * mutant: -DNEARER_KEPT -DMIDDLE -DFAILS=1 -DGETS=1
 */
#ifndef REMOVALS
#define REMOVALS 1
#endif
#ifndef FAILS
#define FAILS 0
#endif
#ifdef APART
#define MACHINE(p) p
#else
#define MACHINE(p) 0
#endif
#ifdef DEAF_WHILE_CLEARING
#define HEARS(me) (trust[me] == TRUSTED)
#else
#define HEARS(me) (trust[me] != AWAY)
#endif
#ifdef MIDDLE
#ifdef NEARER_TRUSTED
#define MIDDLE_STANDS(me) true
#else
#define MIDDLE_STANDS(me) (middleTrust[me] == TRUSTED)
#endif
#else
#define MIDDLE_STANDS(me) true
#endif
#define NONE 255
#define AWAY 0
#define OPENING 1
#define TRUSTED 2

byte db = 1, acked = 1;                      /* the origin's version; the newest one whose removal has returned */
byte back = 1, backLease, tokens = 1;        /* tokens are never used twice */
#ifdef SETTLED
byte front[2] = NONE, frontLease[2];
#else
byte front[2] = 0, frontLease[2];            /* what stood there before anybody attended: old */
#endif
byte middle = 1, middleLease;                /* in use already */
#if defined(NO_CLEAR) || defined(SETTLED)
byte trust[2] = TRUSTED;
#else
byte trust[2] = AWAY;
#endif
byte middleTrust[2] = TRUSTED;
byte pending[2], heard[2] = 1, fails;
chan bus = [2] of {byte};

inline distrust(me) { trust[me] = AWAY }

#ifdef MIDDLE
inline removeMiddle(me) {
  if
  :: atomic { middleTrust[me] != AWAY -> middle = NONE; middleLease = 0 }
  :: atomic { middleTrust[me] != AWAY && fails < FAILS -> fails++;
#ifndef TRUST_AFTER_FAILURE
      middleTrust[me] = AWAY;
#endif
#ifndef NEARER_TRUSTED
      distrust(me)
#endif
    }
  :: middleTrust[me] == AWAY
  fi
}
#else
#define removeMiddle(me) skip
#endif

inline removeFront(me) {
  if
  :: atomic { HEARS(me) -> front[MACHINE(me)] = NONE; frontLease[MACHINE(me)] = 0 }
  :: atomic { HEARS(me) && fails < FAILS -> fails++;
#ifndef TRUST_AFTER_FAILURE
      distrust(me)
#endif
    }
  :: !HEARS(me)
  fi
}

inline removeFronts(me) {
#ifdef NEARER_FIRST
  removeFront(me);
  removeMiddle(me)
#else
  removeMiddle(me);
  removeFront(me)
#endif
}

proctype Remover() {
  byte done, version;
  do
  :: done < REMOVALS ->
    d_step { db++; version = db };
#ifdef PUBLISH_FIRST
    bus!version;
#endif
#ifdef FRONT_FIRST
    removeFronts(0);
#endif
    d_step { back = NONE; backLease = 0 };
#ifndef FRONT_FIRST
    removeFronts(0);
#endif
    d_step { heard[0] = version;
      if
      :: fails == 0 -> acked = version
      :: else
      fi };
#ifndef PUBLISH_FIRST
    bus!version;
#endif
    done++
  :: else -> break
  od
}

/* What process 1 hears. */
proctype Bus() {
  byte version;
end:
  do
  :: atomic { bus?version ->
#ifndef NO_PENDING
      pending[1] = 1;
#endif
      heard[1] = version; version = 0 };
    removeFronts(1);
    pending[1] = 0
  od
}

/* Begins to trust the fronts: the farther one first. */
proctype Attend(byte me) {
  byte done;
end:
  do
#ifdef MIDDLE
  :: atomic { done < 1 + FAILS && middleTrust[me] == AWAY -> middleTrust[me] = OPENING;
#ifndef NEARER_KEPT
      distrust(me)
#endif
    };
    d_step { middle = NONE; middleLease = 0 };
    atomic { if
      :: middleTrust[me] == OPENING -> middleTrust[me] = TRUSTED
      :: else
      fi };
    done++
#endif
  :: done < 1 + FAILS && trust[me] == AWAY && MIDDLE_STANDS(me) -> /* asked whether it is there, meanwhile: */
    trust[me] = OPENING;
    d_step { front[MACHINE(me)] = NONE; frontLease[MACHINE(me)] = 0 };
    atomic { if
      :: trust[me] == OPENING -> trust[me] = TRUSTED
      :: else
      fi };
    done++
  od
}

proctype Loss() {
  do
  :: frontLease[0] != 0 -> frontLease[0] = 0; break
  :: backLease != 0 -> backLease = 0; break
  :: break
  od
}

inline readBack() {
  atomic {
    v = back; token = 0;
    if
    :: v == NONE && backLease == 0 -> backLease = tokens; token = tokens; tokens++
    :: else
    fi
  };
  if
  :: v == NONE ->
    v = db;
    isCopy = 0;
    atomic { if
      :: token != 0 && backLease == token -> back = v; backLease = 0
      :: else
      fi }
  :: else -> isCopy = 1
  fi
}

inline readBehind(me) {
#ifdef MIDDLE
  if
  :: middleTrust[me] == TRUSTED && !pending[me] ->
    atomic {
      v = middle; middleToken = 0;
      if
      :: v == NONE && middleLease == 0 -> middleLease = tokens; middleToken = tokens; tokens++
      :: else
      fi
    };
    if
    :: v == NONE ->
      readBack();
      atomic { if
        :: isCopy && middleToken != 0 && middleLease == middleToken -> middle = v; middleLease = 0
        :: else
        fi }
    :: else -> isCopy = 1
    fi
  :: else -> readBack()
  fi
#else
  readBack()
#endif
}

proctype Reader(byte me) {
  byte done, v, token, frontToken, middleToken, isCopy, acknowledged, known;
  do
  :: done < GETS ->
    atomic { acknowledged = acked; known = heard[me];
#ifdef APART
      if
      :: me == 1 -> acknowledged = 0
      :: else
      fi
#endif
    };
    if
    :: trust[me] == TRUSTED && MIDDLE_STANDS(me) && !pending[me] ->
      atomic {
        v = front[MACHINE(me)]; frontToken = 0;
        if
#ifdef LEASE_LATE
        :: true
#else
        :: v == NONE && frontLease[MACHINE(me)] == 0 ->
          frontLease[MACHINE(me)] = tokens; frontToken = tokens; tokens++
        :: else
#endif
        fi
      };
      if
      :: v == NONE ->
        readBehind(me);
#ifdef LEASE_LATE
        atomic { if
          :: frontLease[MACHINE(me)] == 0 -> frontLease[MACHINE(me)] = tokens; frontToken = tokens; tokens++
          :: else
          fi };
#endif
        atomic { if
#ifdef NO_FRONT_LEASE
          :: isCopy -> front[MACHINE(me)] = v
#else
          :: isCopy && frontToken != 0 && frontLease[MACHINE(me)] == frontToken ->
            front[MACHINE(me)] = v; frontLease[MACHINE(me)] = 0
#endif
          :: else
          fi }
      :: else
      fi
    :: else -> readBack()
    fi;
    assert(v >= acknowledged);
    assert(v >= known);
    atomic { done++; v = 0; token = 0; frontToken = 0; middleToken = 0; isCopy = 0; acknowledged = 0; known = 0 }
  :: else -> break
  od
}

init {
  atomic {
    run Remover(); run Loss(); run Bus(); run Reader(1);
#ifndef SETTLED
    run Attend(1);
#endif
#ifndef APART
    run Reader(0);
#ifndef SETTLED
    run Attend(0);
#endif
#endif
    skip
  }
}
