/*
 * Two writers in two processes: when both have returned, the far tier keeps what the origin took last, or nothing.
 *
 * BEGIN_WRITE takes the lease from whoever has it and removes the value; COMMIT_WRITE stores if the lease is still its
 * own, else it removes both. A reader fills meanwhile, and the far tier may lose value or lease at any moment.
 *
 * quick:
 * mutant: -DBLIND_PUT
 * mutant: -DKEEP_WHERE_LOST
 * mutant: -DLATE_BEGIN
 * mutant: -DPUT_IF_NEWER
 */
#define NONE 255
byte db;
byte farValue = NONE, lease, tokens = 1, written;

proctype Writer() {
  byte v, token;
#ifndef LATE_BEGIN
  d_step { farValue = NONE; lease = tokens; token = tokens; tokens++ };
#endif
  d_step { db++; v = db }; /* the origin's order decides */
#ifdef LATE_BEGIN
  d_step { farValue = NONE; lease = tokens; token = tokens; tokens++ };
#endif
  atomic {
    if
#ifdef BLIND_PUT
    :: true -> farValue = v
#endif
#ifdef PUT_IF_NEWER
    :: farValue == NONE || farValue < v -> farValue = v
    :: else
#endif
#if !defined(BLIND_PUT) && !defined(PUT_IF_NEWER)
    :: lease == token -> farValue = v; lease = 0
#ifdef KEEP_WHERE_LOST
    :: else
#else
    :: else -> farValue = NONE; lease = 0
#endif
#endif
    fi;
    written++
  }
}

proctype Reader() {
  byte v, token;
  atomic {
    if
    :: farValue == NONE && lease == 0 -> lease = tokens; token = tokens; tokens++
    :: else -> goto over
    fi
  };
  v = db;
  atomic { if :: lease == token -> farValue = v; lease = 0 :: else fi };
over:
  skip
}

proctype Loss() {
  byte done;
  do
  :: done < 2 -> atomic { farValue = NONE; done++ }
  :: done < 2 -> atomic { lease = 0; done++ }
  :: break
  od
}

proctype Claim() {
  atomic { written == 2 -> assert(farValue == NONE || farValue == db) }
}

init {
  atomic { run Writer(); run Writer(); run Reader(); run Reader(); run Loss(); run Claim() }
}
