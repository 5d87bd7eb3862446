/*
 * One key over two tiers: what was loaded before remove(k) was called is not seen after it returned.
 *
 * Process 0 removes; both processes read, and load where nobody else does. The far tier keeps a value and a lease, which
 * may end at any moment. A flight is a reading of the near tier's fence, taken before the far tier is asked; an
 * invalidation moves the fence, so the flight is detached and its value is not installed.
 *
 * quick: -DGETS=2
 * long: -DGETS=3
 * mutant: -DNO_LEASE -DGETS=2
 * mutant: -DNO_FENCE -DGETS=2
 * mutant: -DNO_SECOND_REMOVAL -DGETS=2
 * mutant: -DPUBLISH_FIRST -DGETS=2
 * mutant: -DFENCE_LATE -DGETS=2
 * mutant: -DCOUNTED_TOKENS -DGETS=2
 */
#define NONE 255
byte db, acked;                            /* the origin's version; the newest one whose removal has returned */
byte farValue = NONE, lease, tokens = 1;   /* tokens are never used twice */
byte near[2] = NONE, fence[2], heard[2];
chan bus = [2] of {byte};

inline forget(me) { d_step { near[me] = NONE; fence[me]++ } }

proctype Remover() {
  byte done, version;
  do
  :: done < 2 ->
    d_step { db++; version = db };
    forget(0);
#ifdef PUBLISH_FIRST
    bus!version;
#endif
    d_step { farValue = NONE; lease = 0 };
#ifndef NO_SECOND_REMOVAL
    forget(0);
#endif
    d_step { heard[0] = version; acked = version };
#ifndef PUBLISH_FIRST
    bus!version;
#endif
    done++
  :: else -> break
  od
}

proctype Bus() {
  byte version;
end:
  do
  :: atomic { bus?version -> near[1] = NONE; fence[1]++; heard[1] = version; version = 0 }
  od
}

/* The lease expires, or is lost with the server's memory. */
proctype Loss() {
  byte done;
  do
  :: done < 2 -> atomic {
      lease = 0; done++;
#ifdef COUNTED_TOKENS
      tokens = 1; farValue = NONE
#endif
    }
  :: break
  od
}

proctype Reader(byte me) {
  byte done, v, token, f, acknowledged, known;
  do
  :: done < GETS ->
    atomic { acknowledged = acked; known = heard[me]; v = near[me]; f = fence[me] };
    if
    :: v != NONE -> skip
    :: else ->
      atomic {
        v = farValue; token = 0;
        if
        :: v == NONE && lease == 0 -> lease = tokens; token = tokens; tokens++
        :: else
        fi
      };
      if
      :: v == NONE ->
        v = db;
        if
        :: token != 0 ->
          atomic {
            if
#ifdef NO_LEASE
            :: true -> farValue = v
#else
            :: lease == token -> farValue = v; lease = 0
            :: else
#endif
            fi
          }
        :: else
        fi
      :: else
      fi;
      assert(v >= acknowledged);
#ifdef FENCE_LATE
      f = fence[me];
#endif
      atomic {
        if
#ifdef NO_FENCE
        :: true -> near[me] = v
#else
        :: fence[me] == f -> near[me] = v
        :: else
#endif
        fi
      }
    fi;
    assert(v >= known);
    atomic { done++; v = 0; token = 0; f = 0; acknowledged = 0; known = 0 }
  :: else -> break
  od
}

init {
  atomic { run Remover(); run Loss(); run Bus(); run Reader(0); run Reader(1) }
}
