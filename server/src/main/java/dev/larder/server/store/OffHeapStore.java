package dev.larder.server.store;

import dev.larder.policy.Eviction;
import dev.larder.policy.Policy;
import dev.larder.server.memory.Pages;
import dev.larder.time.Ticker;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values of a cache node, outside the heap: 16 databases of strings and hashes, with expiry, a bound on all that
 * is allocated, and a policy that says who leaves.
 *
 * <p>A store is some shards, each with one lock; a key's hash says which. Any thread serves any key: it {@linkplain #entry
 * makes} an {@link Entry} once, and opens that again for each key. Nothing is done behind the callers' backs: what is to
 * be done besides their work, {@link #expireSome} and {@link #tidy} do in bounded steps, for whoever has a timer.
 *
 * <p>Thread-safe. After {@link #close} no entry can be opened: that throws {@link IllegalStateException}.
 */
@SuppressWarnings("try") // a section is held, not used
public final class OffHeapStore implements AutoCloseable {
    private static final int PAGES_PER_STEP = 16;
    private static final long TAG_SALT = 0x7461_67L;

    private final Pages pages;
    private final SipHash sip;
    private final WallClock clock;
    private final Ticker ticker;
    private final Databases databases = new Databases();
    private final Tags tags = new Tags();
    private final Shard[] shards;
    private final int shardShift;
    private Eviction eviction;
    private volatile boolean countsReads;
    private volatile long aboutNow;
    private volatile boolean closed;
    private int nextExpiring;
    /** Written under all locks, read under any. */
    private @Nullable Loading loading;

    /** An empty store, which takes memory as entries come. */
    public OffHeapStore(StoreConfig config) {
        pages = new Pages(config.maxBytes(), config.source());
        sip = new SipHash(config.seed().low(), config.seed().high());
        clock = config.clock();
        ticker = config.ticker();
        aboutNow = clock.millis();
        Shared shared = new Shared(pages, sip, clock, databases, tags, config.listener(), this::makeRoom);
        shards = new Shard[config.shards()];
        for (int i = 0; i < shards.length; i++) {
            shards[i] = new Shard(shared, shards.length);
        }
        shardShift = Integer.numberOfLeadingZeros(shards.length) + 1;
        eviction = config.eviction();
        followPolicy();
    }

    Tags tags() {
        return tags;
    }

    SipHash sip() {
        return sip;
    }

    Databases databases() {
        return databases;
    }

    Shard shard(int number) {
        return shards[number];
    }

    int shardOf(long hash) {
        return shards.length == 1 ? 0 : (int) (hash >>> 32) >>> shardShift;
    }

    Shard lockShard(long hash) {
        Shard shard = shards[shardOf(hash)];
        shard.lock.lock();
        if (closed) {
            shard.lock.unlock();
            throw new IllegalStateException("the store is closed");
        }
        return shard;
    }

    Shard lockNumbered(int number) {
        return lockShard(shards.length == 1 ? 0 : (long) number << shardShift << 32);
    }

    boolean countsReads() {
        return countsReads;
    }

    /** The time as of the last step of {@link #expireSome}; costs nothing. */
    long aboutNow() {
        return aboutNow;
    }

    /** The time of day as the store sees it, in milliseconds since 1970. */
    public long now() {
        return clock.millis();
    }

    /** An entry for one thread to open again and again. */
    public Entry entry() {
        return new Entry(this);
    }

    /** A section for one thread to lock again and again. */
    public Section section() {
        return new Section(this, shards.length);
    }

    private Section all() {
        Section all = section().addAll().lock();
        if (closed) {
            all.close();
            throw new IllegalStateException("the store is closed");
        }
        return all;
    }

    // Databases.

    /** Keys of a database; those whose time is over count until they are removed. */
    public long size(int database) {
        return count(database, false);
    }

    /** Those of them that expire. */
    public long expiring(int database) {
        return count(database, true);
    }

    private long count(int database, boolean expiring) {
        long sum = 0;
        for (Shard shard : shards) {
            shard.lock.lock();
            try {
                int keyspace = databases.keyspace(database);
                sum += expiring ? shard.census.expiring[keyspace] : shard.census.keys[keyspace];
            } finally {
                shard.lock.unlock();
            }
        }
        return sum;
    }

    /** Empties a database at once; {@link #tidy} frees the memory. */
    public void flush(int database) {
        try (Section all = all()) {
            flushLocked(database);
        }
    }

    /** Empties all databases at once; {@link #tidy} frees the memory. */
    public void flushAll() {
        try (Section all = all()) {
            for (int database = 0; database < Limits.DATABASES; database++) {
                flushLocked(database);
            }
        }
    }

    private void flushLocked(int database) {
        int keyspace = databases.keyspace(database);
        if (loading != null) {
            loading.flushed(keyspace); // also where there is nothing yet
        }
        boolean isEmpty = true;
        for (Shard shard : shards) {
            isEmpty &= shard.census.keys[keyspace] == 0;
            shard.leases.endAll(keyspace);
            shard.census.changes += shard.census.keys[keyspace];
        }
        if (!isEmpty && !databases.flush(database)) {
            sweepAll();
            databases.flush(database);
        }
    }

    /** More databases were flushed than can be told apart: frees them now. All locks are held. */
    private void sweepAll() {
        for (Shard shard : shards) {
            while (shard.chores.sweep(Integer.MAX_VALUE / 2)) {
                // until nothing is left
            }
        }
        databases.forget(databases.flushed());
    }

    /**
     * Has all entries with a tag be gone, in all databases, whatever their number: whoever reads one finds that its tag was
     * invalidated since. What is loaded now is not stored later, if it has the tag.
     */
    public void invalidate(Slice tag) {
        tags.invalidate(hashOfTag(tag));
    }

    /** What stands for a tag in the store; never 0. */
    long hashOfTag(Slice tag) {
        long hash = sip.hash(tag, TAG_SALT);
        return hash == 0 ? 1 : hash;
    }

    /** How many tags were invalidated and are remembered. */
    public int invalidatedTags() {
        return tags.count();
    }

    /** How many leases there are; those whose time is over count until they are asked for. */
    public int leases() {
        int sum = 0;
        for (Shard shard : shards) {
            shard.lock.lock();
            try {
                sum += shard.leases.count();
            } finally {
                shard.lock.unlock();
            }
        }
        return sum;
    }

    /** Has two databases change places. */
    public void swap(int one, int other) {
        try (Section all = all()) {
            databases.swap(one, other);
            shards[0].census.changes++;
        }
    }

    // Loading.

    /**
     * Begins to take in entries of an earlier life while clients work.
     *
     * @throws IllegalStateException if the store is loading already
     * @throws OutOfRoomException if there is no room for the marks, 2 MiB or a sixty-fourth of the bound
     */
    public Loading load() {
        try (Section all = all()) {
            if (loading != null) {
                throw new IllegalStateException("the store is loading already");
            }
            long each = new Marks(Loading.marksBytes(pages.maxBytes(), shards.length)).bytes();
            if (!pages.hasRoomFor(each * shards.length)) {
                throw new OutOfRoomException("the store is too full to load into: " + pages.bytes() + " of "
                        + pages.maxBytes() + " bytes are allocated, and marks need " + each * shards.length);
            }
            pages.reserve(each * shards.length);
            for (Shard shard : shards) {
                shard.marks(new Marks(each));
            }
            loading = new Loading(this);
            return loading;
        }
    }

    /** Has the indexes make room for so many entries more, in one part of the bound at most. */
    void expect(long entries, int part) {
        long mostBytes = pages.maxBytes() / part / shards.length;
        for (Shard shard : shards) {
            shard.lock.lock();
            try {
                if (!closed) {
                    shard.index.reserve(entries / shards.length + 1, mostBytes);
                }
            } finally {
                shard.lock.unlock();
            }
        }
    }

    /** Whether entries of an earlier life are coming in. */
    public boolean isLoading() {
        try (Section all = all()) {
            return loading != null;
        }
    }

    void endLoading() {
        try (Section all = all()) {
            forgetMarks();
        }
    }

    private void forgetMarks() {
        for (Shard shard : shards) {
            pages.reserve(-shard.marksBytes());
            shard.marks(null);
        }
        loading = null;
    }

    boolean isClosed() {
        return closed;
    }

    // Walks.

    /**
     * Walks on from a cursor, 0 at first, for about {@code count} entries of a database. Each entry that is there during
     * the whole walk is handed out once, whatever comes and goes meanwhile.
     *
     * <p>A cursor is a shard and a slot in it. A key keeps its slot however the tables grow, and tells nothing of its hash.
     *
     * @return the next cursor; 0 at the end
     */
    public long scan(int database, long cursor, int count, Walk walk) {
        return walk.from(this, database, cursor, count);
    }

    /**
     * Hands out the hottest entries of a part of the store, as its policy orders them; takes time linear in that part's
     * entries under its lock.
     *
     * @param cursor 0 at first
     * @param count how many of each part, at most
     * @return the next cursor; 0 at the end
     */
    public long hottest(int database, long cursor, int count, Walk walk) {
        return walk.hottest(this, database, cursor, count);
    }

    int shards() {
        return shards.length;
    }

    /** Opens an entry of a database at random; false where there is none. Close it in either case. */
    public boolean openRandom(int database, RandomGenerator random, Entry entry, Slice key) {
        int first = random.nextInt(shards.length);
        for (int i = 0; i < shards.length; i++) {
            Shard shard = shards[(first + i) & (shards.length - 1)];
            shard.lock.lock();
            try {
                int slot = closed ? SlotTable.NONE : randomSlot(shard, databases.keyspace(database), random);
                if (slot != SlotTable.NONE) {
                    entry.openAt(shard, slot, key);
                    return true;
                }
            } finally {
                shard.lock.unlock();
            }
        }
        return false;
    }

    private static int randomSlot(Shard shard, int keyspace, RandomGenerator random) {
        if (shard.census.keys[keyspace] == 0) {
            return SlotTable.NONE;
        }
        int limit = shard.slots.limit();
        int start = random.nextInt(limit);
        for (int i = 0; i < limit; i++) {
            int slot = start + i < limit ? start + i : start + i - limit;
            boolean isIt = shard.isKey(slot)
                    && shard.records.database(shard.slots.place(slot)) == keyspace
                    && !shard.isExpired(slot);
            if (isIt) {
                return slot;
            }
        }
        return SlotTable.NONE;
    }

    // Chores.

    /**
     * Removes entries and fields whose time is over, of some shards.
     *
     * @param maxWork how many groups of 16 entries to look at, at most
     * @return how many entries were removed
     */
    public int expireSome(int maxWork) {
        aboutNow = clock.millis();
        int removed = 0;
        int each = Math.max(1, maxWork / shards.length);
        for (int i = 0; i < shards.length && !closed; i++) {
            Shard shard = shards[(nextExpiring + i) & (shards.length - 1)];
            shard.lock.lock();
            try {
                removed += closed ? 0 : shard.chores.expire(each);
            } finally {
                shard.lock.unlock();
            }
        }
        nextExpiring = (nextExpiring + 1) & (shards.length - 1);
        return removed;
    }

    /**
     * Frees what was flushed or is gone in part, joins holes, evicts what is above a lowered bound, and gives pages back
     * to the system.
     *
     * @param maxWork how many slots and parts to look at in each shard, at most
     * @return whether there is more to do
     */
    public boolean tidy(int maxWork) {
        boolean more = false;
        long empty = -1;
        for (Shard shard : shards) {
            shard.lock.lock();
            try {
                if (closed) {
                    return false;
                }
                if (!shard.resetWhereEmpty()) {
                    more |= shard.chores.bury(maxWork);
                    more |= shard.chores.sweep(maxWork);
                    more |= shard.blocks.isFragmented() && shard.compact();
                    more |= pages.excess() > pages.freeBytes() && shard.giveUpForBound();
                }
                empty &= shard.census.empty();
            } finally {
                shard.lock.unlock();
            }
        }
        forget(empty);
        boolean keptPages = pages.releaseSome(PAGES_PER_STEP);
        return keptPages || more;
    }

    private void forget(long empty) {
        if ((empty & databases.flushed()) != 0) {
            try (Section all = all()) {
                databases.forget(empty & databases.flushed());
            }
        }
    }

    /** The other shards' part in {@code Shard.makeRoom}: the fullest one that is not busy gives something up. */
    private boolean makeRoom(Shard forWhom) {
        Shard fullest = null;
        for (Shard shard : shards) {
            boolean isFuller = fullest == null || shard.blocks.heldBytes() > fullest.blocks.heldBytes();
            if (shard != forWhom && isFuller && shard.lock.tryLock()) {
                if (fullest != null) {
                    fullest.lock.unlock();
                }
                fullest = shard;
            }
        }
        if (fullest == null) {
            return false;
        }
        try {
            return fullest.giveUp();
        } finally {
            fullest.lock.unlock();
        }
    }

    // Bounds.

    /** Sets another bound; {@link #tidy} evicts what is above it. */
    public synchronized void bound(long maxBytes) {
        try (Section all = all()) {
            pages.bound(maxBytes);
            followPolicy();
        }
    }

    /** Sets another policy, which knows the entries from now on. Takes time linear in the entries. */
    public synchronized void evict(Eviction other) {
        try (Section all = all()) {
            eviction = other;
            followPolicy();
        }
    }

    private void followPolicy() {
        boolean isBounded = pages.maxBytes() != Pages.UNBOUNDED;
        countsReads = eviction == Eviction.ALLKEYS_LFU || eviction == Eviction.VOLATILE_LFU;
        if (!isBounded || eviction == Eviction.NOEVICTION) {
            for (Shard shard : shards) {
                shard.follow(null, 0);
            }
            return;
        }
        List<Policy> policies = eviction.create(shards.length, ticker);
        for (int i = 0; i < shards.length; i++) {
            shards[i].follow(policies.get(i), policyBytes(eviction));
        }
    }

    /** What a policy takes for a slot, by its own account, rounded up. */
    private static int policyBytes(Eviction eviction) {
        return switch (eviction) {
            case ADAPTIVE -> 11;
            case S3_FIFO -> 12;
            case FIFO -> 9;
            case ALLKEYS_LRU, VOLATILE_LRU, VOLATILE_TTL -> 6;
            case ALLKEYS_LFU, VOLATILE_LFU -> 4;
            case ALLKEYS_RANDOM, VOLATILE_RANDOM, NOEVICTION -> 2;
        };
    }

    // Reports.

    /** Where the memory is. */
    public MemoryReport memory() {
        long held = 0;
        long holes = 0;
        long tables = 0;
        for (Shard shard : shards) {
            shard.lock.lock();
            try {
                held += shard.blocks.heldBytes();
                holes += shard.blocks.freeBytes();
                tables += shard.slots.bytes() + shard.index.bytes();
            } finally {
                shard.lock.unlock();
            }
        }
        return new MemoryReport(
                pages.bytes(), pages.maxBytes(), held - holes, holes, tables, pages.reservedBytes(), pages.freeBytes());
    }

    /**
     * Has somebody hear of keys that hold a list or a sorted set from now on and did not before, and of streams to which
     * something was added. One at most; set before anybody else uses the store.
     */
    public void onAppearance(KeySink sink) {
        for (Shard shard : shards) {
            shard.appearances.sink(sink);
        }
    }

    /** How many keys were evicted since the store was made. */
    public long evicted() {
        return sum(census -> census.evicted);
    }

    /** How many keys were removed because their time was over. */
    public long expired() {
        return sum(census -> census.expired);
    }

    /** About how many changes there were since the store was made; never none where there was one. */
    public long changes() {
        return sum(census -> census.changes);
    }

    private long sum(ToLongFunction<Census> number) {
        long sum = 0;
        for (Shard shard : shards) {
            shard.lock.lock();
            try {
                sum += number.applyAsLong(shard.census);
            } finally {
                shard.lock.unlock();
            }
        }
        return sum;
    }

    /** Gives everything back to the system. */
    @Override
    public void close() {
        try (Section all = section().addAll().lock()) {
            if (closed) {
                return;
            }
            closed = true;
            forgetMarks();
            for (Shard shard : shards) {
                shard.clear();
            }
            pages.close();
        }
    }

    /** Checks index, records, parts, policy and account of every shard against each other; for tests, linear. */
    void checkInvariants() {
        try (Section all = all()) {
            long bytes = pages.freeBytes() + pages.reservedBytes();
            for (Shard shard : shards) {
                Inspection.inspect(shard);
                bytes += shard.blocks.heldBytes() + shard.slots.bytes() + shard.index.bytes();
            }
            Shard.check(
                    bytes == pages.bytes(), "allocated bytes differ from the account", (int) (bytes - pages.bytes()));
        }
    }
}
