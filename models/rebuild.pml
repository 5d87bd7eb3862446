/*
 * A rebuild of the far tier while keys are removed and the cache is cleared: what was loaded, or read as a row, before a
 * removal was called is not seen after it returned.
 *
 * Generation 0 is served, 1 is what the rebuild fills, 2 is what a clear makes. Each process has a view of the current
 * and the next generation, of any age; each step names its view and does nothing where it is wrong. The rebuild's token
 * may run out at any moment; a second rebuild is not modelled, its names are other ones.
 *
 * quick: -DREMOVALS=1 -DGETS=1
 * long: -DREMOVALS=2 -DGETS=1
 * long: -DREMOVALS=1 -DGETS=2
 * mutant: -DNO_NX -DREMOVALS=2 -DGETS=1
 * mutant: -DNO_TOMBSTONE -DREMOVALS=2 -DGETS=1
 * mutant: -DREMOVE_UNCHECKED -DREMOVALS=2 -DGETS=1
 * mutant: -DREAD_UNCHECKED -DREMOVALS=2 -DGETS=1
 * mutant: -DSWITCH_UNCHECKED -DREMOVALS=2 -DGETS=1
 */
#define NONE 255
#define TOMBSTONE 254
byte db, acked;
byte current, next = NONE;
byte value[3] = NONE, lease[3], tokens = 1;

/* In one step, or not at all: value and lease go, and the next generation's key is buried. */
proctype Remover() {
  byte done, version, seen, seenNext;
  bool told;
  atomic { seen = current; seenNext = next };
  do
  :: done < REMOVALS ->
    d_step { db++; version = db; told = false };
    do
    :: told -> break
    :: else ->
      atomic {
        if
#ifndef REMOVE_UNCHECKED
        :: seen != current || seenNext != next -> seen = current; seenNext = next
        :: else ->
#else
        :: true ->
#endif
          value[seen] = NONE; lease[seen] = 0; told = true;
          if
          :: seenNext != NONE ->
#ifndef NO_TOMBSTONE
            value[seenNext] = TOMBSTONE;
#endif
            lease[seenNext] = 0
          :: else
          fi
        fi
      }
    od;
    atomic { if :: version > acked -> acked = version :: else fi; done++ }
  :: else -> break
  od
}

proctype Clear() {
  byte version;
  if
  :: true ->
    d_step { db++; version = db };
    d_step { current = 2; next = NONE };
    d_step { if :: version > acked -> acked = version :: else fi }
  :: true
  fi
}

proctype Rebuild() {
  byte row;
  next = 1;
  row = db;
  atomic {
    if
#ifdef NO_NX
    :: true -> value[1] = row
#else
    :: value[1] == NONE -> value[1] = row
    :: else
#endif
    fi
  };
  atomic {
    if
#ifdef SWITCH_UNCHECKED
    :: true -> current = 1; next = NONE
#else
    :: next == 1 -> current = 1; next = NONE
    :: else
#endif
    fi
  }
}

/* The rebuild's token runs out, and the lease of a load. */
proctype Loss() {
  if :: atomic { next == 1 -> next = NONE } :: true fi;
  if :: lease[current] = 0 :: true fi
}

proctype Reader() {
  byte done, v, token, seen, acknowledged;
  do
  :: done < GETS ->
    acknowledged = acked;
again:
    atomic {
      token = 0;
#ifndef READ_UNCHECKED
      if :: seen != current -> seen = current; goto again :: else fi;
#endif
      v = value[seen];
      if
      :: v == TOMBSTONE -> v = NONE
      :: else
      fi;
      if
      :: v == NONE && lease[seen] == 0 -> lease[seen] = tokens; token = tokens; tokens++
      :: else
      fi
    };
    if
    :: v == NONE ->
      v = db;
      atomic {
        if
        :: token != 0 && seen == current && lease[seen] == token -> value[seen] = v; lease[seen] = 0
        :: else
        fi
      }
    :: else
    fi;
    assert(v >= acknowledged);
    atomic { done++; v = 0; token = 0; acknowledged = 0 }
  :: else -> break
  od
}

init {
  atomic { run Remover(); run Clear(); run Rebuild(); run Loss(); run Reader(); run Reader() }
}
