package dev.larder.server.store;

import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A key's place in the store, there or not, with its shard locked from {@link #open} to {@link #close}. So whatever a
 * command looks at first, what it does next happens at the same moment: "only if absent", "keep the time to live".
 *
 * <p>An entry is opened again and again, and confined to one thread. A thread has one entry open at a time, unless a
 * {@link Section} holds the locks that it needs. Sinks and listeners are called under the lock.
 *
 * <p>A write that finds no room throws {@link OutOfRoomException} and changes nothing; while it looked for room, other
 * entries may have been evicted, never this one. A call for another type of value throws {@link IllegalStateException}.
 */
public final class Entry implements AutoCloseable {
    /** An expiry that never comes. */
    public static final long NEVER = Long.MAX_VALUE;

    private static final int NONE = SlotTable.NONE;
    private static final long KEYSPACE_BITS = 0x9E3779B97F4A7C15L;

    private final OffHeapStore store;
    private final Traits traits = new Traits();
    private final FieldAccess fields = new FieldAccess(this, ValueType.HASH, Records.HASH);
    private final SetAccess members = new SetAccess(this);
    private final SortedSetAccess scores = new SortedSetAccess(this);
    private final ListAccess elements = new ListAccess(this);
    private final StreamAccess stream = new StreamAccess(this);
    private final LeaseAccess leases = new LeaseAccess(this);
    private final Annex kept = new Annex();
    private final Edits edits = new Edits(this);

    private @Nullable Shard shard;
    private Slice key = new Slice();
    private int keyspace;
    private long hash;
    private int slot = NONE;
    private boolean wasThere;
    /** Was changed, and nobody was told. */
    private boolean isUntold;

    Entry(OffHeapStore store) {
        this.store = store;
    }

    /**
     * Locks the key's shard and looks the key up. One whose time is over is removed.
     *
     * @param wanted stays unchanged until {@link #close}
     */
    public Entry open(int database, Slice wanted) {
        return open(database, wanted, true);
    }

    /**
     * As {@link #open}, for a command that changes nothing. It matters while a snapshot is loaded only: a key that is opened
     * and not found does not come from the snapshot any more, and one that is only to be read still may.
     */
    public Entry openToRead(int database, Slice wanted) {
        return open(database, wanted, false);
    }

    private Entry open(int database, Slice wanted, boolean marks) {
        checkShut();
        Limits.check("a key", wanted.length(), Limits.MAX_KEY_BYTES);
        long keyHash = store.sip().hash(wanted, 0);
        Shard itsShard = store.lockShard(keyHash);
        boolean done = false;
        try {
            keyspace = store.databases().keyspace(database);
            int found = itsShard.find(keyspace, wanted, keyHash);
            if (found != NONE && itsShard.isExpired(found)) {
                itsShard.chores.expired(found);
                found = NONE;
            }
            if (found == NONE && marks) {
                itsShard.mark(Shard.hashIn(keyspace, keyHash));
            }
            opened(itsShard, wanted, keyHash, found);
            done = true;
        } finally {
            if (!done) {
                itsShard.lock.unlock();
            }
        }
        return this;
    }

    private void checkShut() {
        if (shard != null) {
            throw new IllegalStateException("this entry is open");
        }
    }

    /** Opens a key that is not there in a shard that is locked; nobody is evicted for it. */
    void openAbsent(Shard itsShard, int itsKeyspace, Slice itsKey, long itsHash) {
        checkShut();
        itsShard.lock.lock();
        itsShard.sparing = true;
        keyspace = itsKeyspace;
        opened(itsShard, itsKey, itsHash, NONE);
    }

    /** Opens a key as it is, there or not; else as {@link #openAbsent}. */
    void openFound(Shard itsShard, int itsKeyspace, Slice itsKey, long itsHash) {
        openAbsent(itsShard, itsKeyspace, itsKey, itsHash);
        slot = itsShard.find(itsKeyspace, itsKey, itsHash);
    }

    /** Shows an entry of a shard that is locked; for walks. */
    Entry openAt(Shard itsShard, int itsSlot, Slice buffer) {
        itsShard.lock.lock();
        int place = itsShard.slots.place(itsSlot);
        keyspace = itsShard.records.database(place);
        opened(itsShard, itsShard.records.key(place, buffer), 0, itsSlot);
        return this;
    }

    private void opened(Shard itsShard, Slice itsKey, long itsHash, int itsSlot) {
        key = itsKey;
        hash = itsHash;
        slot = itsSlot;
        wasThere = itsSlot != NONE;
        isUntold = false;
        shard = itsShard;
        itsShard.opened(this);
    }

    @Override
    public void close() {
        Shard held = shard;
        if (held != null) {
            tell(held);
            shard = null;
            slot = NONE;
            held.closed(this);
            held.sparing = false;
            try {
                held.settle();
            } finally {
                held.lock.unlock();
            }
        }
    }

    private void tell(Shard held) {
        if (isUntold) {
            int number = held.shared.databases().number(keyspace);
            if (number != Databases.NONE) {
                held.shared.listener().changed(number, key);
            }
        }
    }

    /** Whoever caches the key has been told of what has been done to it until now. */
    public void told() {
        isUntold = false;
    }

    /** The same, within a walk. */
    void closeUnsettled() {
        Shard held = shard();
        tell(held);
        shard = null;
        slot = NONE;
        held.closed(this);
        held.lock.unlock();
    }

    Shard shard() {
        if (shard == null) {
            throw new IllegalStateException("the entry is not open");
        }
        return shard;
    }

    int slot() {
        return slot;
    }

    void gone(int leaving) {
        slot = slot == leaving ? NONE : slot;
    }

    int place() {
        return shard().slots.place(present());
    }

    /** The slot of a key that is there. */
    int present() {
        if (slot == NONE) {
            throw new IllegalStateException("the key is not there");
        }
        return slot;
    }

    int present(ValueType type) {
        if (type() != type) {
            throw new IllegalStateException("the value must be a " + type + " but is a " + type());
        }
        return slot;
    }

    // What is there.

    /** Whether the key is there. */
    public boolean isPresent() {
        return slot != NONE;
    }

    /** Whether it has come into being since it was opened; true once, for whoever asks first. */
    public boolean isNewborn() {
        boolean isNew = !wasThere && slot != NONE;
        wasThere |= isNew;
        return isNew;
    }

    /** The key. */
    public Slice key() {
        return key;
    }

    /** The number of its database. */
    public int database() {
        return shard().shared.databases().number(keyspace);
    }

    /** The type of its value. */
    public ValueType type() {
        return shard().records.typeAt(place());
    }

    /** When it expires, in milliseconds since 1970, or {@link #NEVER}. */
    public long expiresAt() {
        return shard().records.expiresAt(place());
    }

    /** The flags that a Memcached client set; 0 for none. */
    public int flags() {
        return shard().records.flags(place());
    }

    /** Bytes that it takes, all told. Takes time linear in a large hash's buckets. */
    public long usage() {
        return shard().usage(present());
    }

    /** Milliseconds since it was last read, in steps of 16 s; of use where the policy is not LFU. */
    public long idleMillis() {
        return Access.idleMillis(shard().records.access(place()), now());
    }

    /** Whether it was read since its value was set. */
    public boolean wasHit() {
        return Access.wasHit(shard().records.access(place()));
    }

    /** About how often it is read, 0 to 255; of use where the policy is LFU. */
    public int frequency() {
        return Access.frequency(shard().records.access(place()), now());
    }

    long now() {
        return shard().shared.clock().millis();
    }

    /** What is known of its reads, for {@link #heat(int)}; means nothing elsewhere. */
    public int heat() {
        return shard().records.access(place());
    }

    /** Sets what is known of its reads to what {@link #heat()} said of it before. */
    public void heat(int bits) {
        shard().records.access(place(), bits & Access.MASK);
    }

    /** Whether its value is in several blocks, so that to read all of it takes a while. */
    public boolean isLarge() {
        int kind = shard().blocks.kind(place());
        return Records.hasParts(kind) || (kind == Records.HASH && shard().hashes.hasHidden(slot));
    }

    /**
     * Begins to read a large value piece by piece, with the entry closed in between. One value of a shard is read so at a
     * time; another one's beginning ends this.
     *
     * @return a number for {@link #isTraced}
     */
    public long trace() {
        return shard().trace.begin(present());
    }

    /** Whether the key is there and no other value was put in place of the one whose reading began. Fields may have changed. */
    public boolean isTraced(long number) {
        return slot != NONE && shard().trace.isOn(slot, number);
    }

    /** Tells the policy of a read. Not every look at a key is one. */
    public void touch() {
        Shard held = shard();
        held.leavers.hit(present());
        int place = held.slots.place(slot);
        boolean counts = store.countsReads();
        int dice = counts ? ThreadLocalRandom.current().nextInt() : 0;
        int before = held.records.access(place);
        int after = Access.read(before, store.aboutNow(), counts, dice);
        if (before != after) {
            held.records.access(place, after);
        }
    }

    /**
     * A number that each change of the entry replaces, and never 0: for {@code WATCH} and {@code cas}. Only entries that
     * were asked for theirs keep one; 0 for a key that is not there.
     */
    public long version() {
        if (slot == NONE) {
            return 0;
        }
        long version = shard().records.version(place());
        if (version == 0) {
            version = shard().nextVersion();
            version(version);
        }
        return version;
    }

    /** Sets the number, which is not 0. Where another client chooses one, changes may be given lower ones later. */
    public void version(long number) {
        if (shard().records.version(place()) != 0) {
            shard().records.version(place(), number);
        } else {
            shard().records.traits(place(), traits).version = number;
            shard().rewrite(slot, traits);
        }
    }

    /** Counts a change, unless it is one of an earlier life that comes in. */
    void counted() {
        Shard held = shard();
        held.census.changes += held.sparing ? 0 : 1;
        untold();
    }

    /** Whoever caches the key is to be told, unless it is one of an earlier life that comes in. */
    void untold() {
        isUntold |= !shard().sparing;
    }

    /** The entry was changed. */
    void changed() {
        counted();
        if (shard().records.version(place()) != 0) {
            shard().records.version(place(), shard().nextVersion());
        }
        leases.end();
    }

    // Strings.

    /** Bytes of a string. */
    public int length() {
        return shard().strings.bytes(present(ValueType.STRING));
    }

    /** Hands out a string. */
    public void read(Sink sink) {
        Shard held = shard();
        if (!held.strings.readInline(held.slots.place(present()), sink)) {
            read(0, length(), sink);
        }
    }

    /** Hands out a part of a string, which must be there. */
    public void read(int from, int count, Sink sink) {
        int length = length();
        if (from < 0 || count < 0 || count > length - from) {
            throw new IllegalArgumentException(
                    "a range must lie within the value's " + length + " bytes but was " + count + " from " + from);
        }
        if (count > 0) {
            shard().strings.read(slot, from, count, sink);
        }
    }

    /** Sets a string in place of whatever there is. Its flags are gone. */
    public void set(Slice value, long expiresAt) {
        set(value, expiresAt, 0);
    }

    /** Sets a string with the flags of Memcached. */
    public void set(Slice value, long expiresAt, int flags) {
        kept.clear();
        set(value, expiresAt, flags, kept);
    }

    /** The same with an annex, which is cleared for none. */
    void set(Slice value, long expiresAt, int flags, Annex annex) {
        Limits.check("a value", value.length(), Limits.MAX_VALUE_BYTES);
        begin(expiresAt, flags).annex.set(annex);
        leases.end();
        if (slot != NONE && isShortString() && !Strings.isLong(key.length(), traits, value.length())) {
            Shard held = shard();
            boolean had = held.records.hasExpiry(place());
            if (!held.strings.overwriteInline(held.slots.place(slot), traits, value)) {
                held.strings.write(slot, key, traits, value);
            }
            held.expiryChanged(slot, had);
            counted();
            return;
        }
        boolean isLong = Strings.isLong(key.length(), traits, value.length());
        build(fresh -> {
            if (isLong) {
                shard().strings.writeLong(fresh, key, traits, value);
            } else {
                shard().strings.write(fresh, key, traits, value);
            }
        });
    }

    private boolean isShortString() {
        return type() == ValueType.STRING && !shard().strings.isLong(slot);
    }

    /** Traits for a record to be written now. */
    Traits begin(long expiresAt, int flags) {
        boolean versioned = slot != NONE && shard().records.version(place()) != 0;
        traits.of(keyspace, expiresAt, flags, versioned ? shard().nextVersion() : 0);
        traits.access = slot == NONE
                ? Access.first(store.aboutNow(), store.countsReads())
                : Access.unhit(shard().records.access(place()));
        return traits;
    }

    /** Writes into a slot that is not yet to be found. */
    interface Builder {
        void build(int fresh);
    }

    /** Builds a new record for this key apart, and puts it in place at once. */
    void build(Builder builder) {
        replace(fresh -> {
            builder.build(fresh);
            return true;
        });
    }

    /** The same; where what was built is nothing, and the builder says so by false, the key is removed. */
    void replace(IntPredicate builder) {
        Shard held = shard();
        counted();
        int fresh = held.newSlot(Shard.hashIn(keyspace, hash));
        held.building(fresh);
        boolean isWhole = false;
        try {
            isWhole = builder.test(fresh);
        } finally {
            if (!isWhole) {
                held.abandon(fresh);
            }
        }
        if (!isWhole) {
            remove();
        } else if (slot == NONE) {
            held.publish(fresh);
            slot = fresh;
        } else {
            held.exchange(slot, fresh);
        }
        if (isWhole) {
            held.appearances.of(slot, key);
        }
    }

    /** Whether a string is a whole decimal number as it is usually written. */
    public boolean isNumber() {
        return shard().blocks.kind(shard().slots.place(present(ValueType.STRING))) == Records.NUMBER;
    }

    /** The number that a string is. */
    public long number() {
        return edits.number();
    }

    /** Sets a number, and keeps expiry and flags where the key is there. */
    public void setNumber(long number) {
        edits.setNumber(number);
    }

    /** Appends to a string, or begins one; returns its length. */
    public int append(Slice bytes) {
        return edits.setRange(slot == NONE ? 0 : length(), bytes);
    }

    /** Overwrites bytes of a string from {@code from} on, with zeros before where it is shorter; returns its length. */
    public int setRange(int from, Slice bytes) {
        return edits.setRange(from, bytes);
    }

    // Any type.

    /** Removes the key; says whether it was there. Much memory is freed bit by bit. */
    public boolean remove() {
        leases.end();
        if (slot == NONE) {
            return false;
        }
        counted();
        shard().remove(slot, false);
        return true;
    }

    /** Sets when the key expires, {@link #NEVER} for never. */
    public void expire(long expiresAt) {
        prolong(expiresAt);
        changed();
    }

    /** The same without a new version: to Memcached, that is no change. */
    public void prolong(long expiresAt) {
        Shard held = shard();
        int place = place();
        boolean had = held.records.hasExpiry(place);
        if (!held.records.expiresAt(place, expiresAt)) {
            held.records.traits(place, traits).expiresAt = expiresAt;
            held.rewrite(slot, traits);
        }
        held.expiryChanged(slot, had);
        untold();
    }

    /** Has this key, whatever it was, hold a copy of another's value, expiry and flags. Both are open, in a section. */
    public void copyFrom(Entry source) {
        Transfer.copy(source, this);
    }

    /** Who may make the value, whether it is stale, and its tags. */
    public LeaseAccess leases() {
        return leases;
    }

    /** Bits that stand for the key and its database, the same at each time, and nobody can guess them. */
    public long identity() {
        return hash ^ (keyspace + 1) * KEYSPACE_BITS;
    }

    int hashIn() {
        return Shard.hashIn(keyspace, hash);
    }

    int keyspace() {
        return keyspace;
    }

    OffHeapStore store() {
        return store;
    }

    Traits traits() {
        return traits;
    }

    /** The fields of a hash. */
    public FieldAccess fields() {
        return fields;
    }

    /** The members of a set. */
    public SetAccess members() {
        return members;
    }

    /** The members of a sorted set. */
    public SortedSetAccess scores() {
        return scores;
    }

    /** The elements of a list. */
    public ListAccess elements() {
        return elements;
    }

    /** The entries of a stream. */
    public StreamAccess stream() {
        return stream;
    }
}
