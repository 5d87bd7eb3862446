package dev.larder.file;

import dev.larder.failure.RebuildException;
import dev.larder.file.Control.Rebuild;
import dev.larder.file.Locks.Guard;
import dev.larder.file.Locks.Held;
import dev.larder.tier.Acquired;
import dev.larder.tier.FarValue;
import dev.larder.tier.LeaseRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one cache in its folder, step by step; each step blocks. Thread-safe, and safe between processes.
 *
 * <p><b>Steps that change</b> hold the key's stripe, the same in all generations, from beginning to end. They rest on two
 * rules, as every tier does: a value is stored only by whoever shows the token in the lease, and an invalidation removes
 * the lease together with the value. A lease that cannot be read is none.
 *
 * <p><b>Generations</b> are looked at once, when the stripe is held; that look is the moment at which the step counts as
 * done. If they change while the step goes on: what it stores in a generation that is not read any more harms nobody; what
 * it makes void in one that is about to be read is void there too, because it leaves a tombstone in the next generation
 * it saw; and one that it did not see began after the step did, so that its rows were read from the origin after whatever
 * made the step necessary.
 *
 * <p><b>Reads</b> hold nothing. A value's file is only ever replaced or removed as a whole, and the generation is looked
 * at first: so what is found was the value at the moment its file was opened, in a generation that was read at a moment
 * during the call.
 *
 * <p>A file that is there and of no use (damaged, cut, of another version) is given out as a value without bytes, which no
 * envelope is: the cache counts it and goes on as after a miss (promise G10). What expired, or is of another key with the
 * same hash, is simply not there.
 */
final class Entries implements AutoCloseable {
    private static final byte SOFTLY_EXPIRED = 'S';
    private static final FarValue UNREADABLE = new FarValue(new byte[0], 1);

    private final Resources resources;
    private final Disk disk;
    private final String namespace;
    private final String cache;
    private final Path folder;
    private final Generations generations;
    private final Touches touches = new Touches();
    private final Branches branches;

    Entries(Resources resources, String namespace, String cache) {
        this.resources = resources;
        this.disk = resources.disk();
        this.namespace = namespace;
        this.cache = cache;
        this.folder =
                resources.folder().path().resolve(Names.namespace(namespace)).resolve(Names.cache(cache));
        this.generations = new Generations(folder, resources);
        this.branches = new Branches(folder);
    }

    /** One step on one key, made while its stripe is held. */
    private interface Step<T extends @Nullable Object> {
        T take(Control view, Spot current) throws IOException;
    }

    private <T extends @Nullable Object> T step(Spot.Key key, Step<T> step) throws IOException {
        try (Held held = resources.locks().hold(Guard.STRIPE, key.stripe())) {
            Objects.requireNonNull(held);
            Control view = generations.view();
            return step.take(view, spot(key, view.current()));
        }
    }

    private Spot.Key key(String text) {
        return Spot.Key.of(namespace, cache, text);
    }

    private Spot spot(Spot.Key key, String generation) throws IOException {
        Spot spot = key.in(folder, generation);
        branches.check(generation, spot);
        return spot;
    }

    @Nullable FarValue get(String text) throws IOException {
        Spot.Key key = key(text);
        return read(key, spot(key, generations.view().current()));
    }

    Map<String, FarValue> getAll(Collection<String> keys) throws IOException {
        String generation = generations.view().current();
        Map<String, FarValue> found = new HashMap<>();
        for (String text : keys) {
            Spot.Key key = key(text);
            FarValue value = read(key, spot(key, generation));
            if (value != null) {
                found.put(text, value);
            }
        }
        return found;
    }

    private @Nullable FarValue read(Spot.Key key, Spot spot) throws IOException {
        byte[] file = disk.read(spot.value());
        if (file == null || file.length == 0) {
            return null;
        }
        ValueFile found = ValueFile.decode(file);
        if (found == null) {
            return UNREADABLE;
        }
        Moment now = resources.clock().now();
        long left = found.life().leftMillis(now);
        if (left == 0 || !found.key().equals(key.text())) {
            return null;
        }
        if (touches.isDue(spot.hash(), now.millis())) {
            touch(spot.value(), now);
        }
        return new FarValue(found.envelope(), left);
    }

    private void touch(Path file, Moment now) {
        try {
            disk.touch(file, now.wallMillis());
        } catch (IOException e) { // a read-only disk can still be read; only the order of leaving suffers
            return;
        }
    }

    private static boolean isFresh(@Nullable FarValue value, long softWindowMillis) {
        return value != null
                && value.bytes().length > 0
                && value.bytes()[0] != SOFTLY_EXPIRED
                && (value.leftMillis() < 0 || value.leftMillis() > softWindowMillis);
    }

    Acquired acquire(String text, LeaseRequest request) throws IOException {
        Spot.Key key = key(text);
        FarValue seen = read(key, spot(key, generations.view().current()));
        if (seen != null && isFresh(seen, request.softWindowMillis())) {
            return new Acquired.Hit(seen); // as a read: nothing is changed, so nothing need be held
        }
        return step(key, (view, spot) -> {
            FarValue value = read(key, spot);
            if (value != null && isFresh(value, request.softWindowMillis())) {
                return new Acquired.Hit(value);
            }
            LeaseFile lease = lease(key, spot);
            long left = lease == null
                    ? 0
                    : lease.term().leftMillis(resources.clock().now());
            if (left != 0) {
                return new Acquired.Lost(value, Math.max(1, left));
            }
            grant(key, spot, request.token(), request.leaseMillis());
            return new Acquired.Won(value);
        });
    }

    /** The lease in the file, over or not; null where there is none of this key that can be read. */
    private @Nullable LeaseFile lease(Spot.Key key, Spot spot) throws IOException {
        byte[] file = disk.read(spot.lease());
        LeaseFile lease = file == null ? null : LeaseFile.decode(file);
        return lease != null && lease.key().equals(key.text()) ? lease : null;
    }

    private void grant(Spot.Key key, Spot spot, String token, long leaseMillis) throws IOException {
        remove(spot.lease());
        byte[] file = new LeaseFile(resources.clock().now().span(Math.max(0, leaseMillis)), key.text(), token).encode();
        disk.create(spot.lease(), file);
        resources.usage().added(file.length);
    }

    private boolean holds(Spot.Key key, Spot spot, String token) throws IOException {
        LeaseFile lease = lease(key, spot);
        return lease != null
                && lease.token().equals(token)
                && !lease.term().isOver(resources.clock().now());
    }

    boolean fill(String text, String token, FarValue value) throws IOException {
        Spot.Key key = key(text);
        return step(key, (view, spot) -> {
            if (!holds(key, spot, token)) {
                return false;
            }
            store(key, spot, value);
            remove(spot.lease());
            return true;
        });
    }

    boolean renew(String text, String token, long leaseMillis) throws IOException {
        Spot.Key key = key(text);
        return step(key, (view, spot) -> {
            boolean held = holds(key, spot, token);
            if (held) {
                grant(key, spot, token, leaseMillis);
            }
            return held;
        });
    }

    void release(String text, String token) throws IOException {
        Spot.Key key = key(text);
        step(key, (view, spot) -> {
            if (holds(key, spot, token)) {
                remove(spot.lease());
            }
            return true;
        });
    }

    void invalidate(Collection<String> keys) throws IOException {
        for (String text : keys) {
            Spot.Key key = key(text);
            step(key, (view, spot) -> {
                remove(spot.lease());
                remove(spot.value());
                bury(view, key);
                return true;
            });
        }
    }

    void expire(String text, long maxStaleMillis) throws IOException {
        Spot.Key key = key(text);
        step(key, (view, spot) -> {
            bury(view, key);
            remove(spot.lease());
            byte[] file = disk.read(spot.value());
            ValueFile found = file == null ? null : ValueFile.decode(file);
            if (found != null && found.key().equals(text) && found.envelope().length > 0) {
                expire(key, spot, found, Math.max(0, maxStaleMillis));
            }
            return true;
        });
    }

    private void expire(Spot.Key key, Spot spot, ValueFile found, long maxStaleMillis) throws IOException {
        long left = found.life().leftMillis(resources.clock().now());
        long stale = left < 0 ? maxStaleMillis : Math.min(left, maxStaleMillis);
        if (stale == 0) {
            remove(spot.value());
            return;
        }
        byte[] bytes = found.envelope();
        bytes[0] = SOFTLY_EXPIRED;
        store(key, spot, new FarValue(bytes, stale));
    }

    /** Takes the entry out of use if it is still {@code seen}; no tombstone, since it is only old. */
    void retire(String text, FarValue seen, long keepMillis) throws IOException {
        Spot.Key key = key(text);
        step(key, (view, spot) -> {
            byte[] file = disk.read(spot.value());
            if (file == null || file.length == 0) {
                return false;
            }
            ValueFile found = ValueFile.decode(file);
            byte[] bytes = found == null ? UNREADABLE.bytes() : found.envelope();
            if (!Arrays.equals(bytes, seen.bytes())) {
                return false;
            }
            if (found == null || bytes.length == 0) {
                remove(spot.value());
            } else if (found.key().equals(text)) {
                expire(key, spot, found, Math.max(0, keepMillis));
            }
            return true;
        });
    }

    void beginWrite(String text, String token, long leaseMillis) throws IOException {
        Spot.Key key = key(text);
        step(key, (view, spot) -> {
            bury(view, key);
            grant(key, spot, token, leaseMillis); // whoever held it: its fill is void
            remove(spot.value());
            return true;
        });
    }

    boolean commitWrite(String text, String token, FarValue value) throws IOException {
        Spot.Key key = key(text);
        return step(key, (view, spot) -> {
            bury(view, key);
            boolean held = holds(key, spot, token);
            if (held) {
                store(key, spot, value);
            }
            remove(spot.lease());
            if (!held) {
                remove(spot.value()); // another writer came between: nobody's
            }
            return held;
        });
    }

    /** Stores a value, or leaves none where the folder has no room for it: as if it had been evicted at once. */
    private void store(Spot.Key key, Spot spot, FarValue value) throws IOException {
        long length = ValueFile.length(key.text(), value.bytes());
        long before = disk.length(spot.value());
        if (length > LocalDisk.LONGEST_FILE || !resources.usage().hasRoomFor(length)) {
            remove(spot.value());
            return;
        }
        disk.replace(spot.value(), file(key, value));
        resources.usage().added(length);
        if (before >= 0) {
            resources.usage().removed(before);
        }
    }

    private byte[] file(Spot.Key key, FarValue value) throws IOException {
        Moment.Span life = resources.clock().now().span(value.leftMillis());
        return new ValueFile(life, key.text(), value.bytes()).encode();
    }

    private void remove(Path file) throws IOException {
        long length = disk.length(file);
        if (length >= 0 && disk.delete(file)) {
            resources.usage().removed(length);
        }
    }

    /** A tombstone in the generation being built, if there is one: rows read before must not come to life. */
    private void bury(Control view, Spot.Key key) throws IOException {
        String next = view.nextGeneration();
        if (next == null) {
            return;
        }
        Spot spot = spot(key, next);
        remove(spot.lease());
        if (disk.length(spot.value()) != 0) {
            remove(spot.value());
            disk.create(spot.value(), ValueFile.TOMBSTONE);
            resources.usage().added(0);
        }
    }

    void clear() throws IOException {
        generations.change(before -> Control.fresh());
    }

    /** Names {@code generation} as the next one, unless another rebuild runs. */
    boolean begin(String generation, String token, long termMillis) throws IOException {
        Moment now = resources.clock().now();
        Control after = generations.change(before -> {
            Rebuild running = before.next();
            return running != null && !running.term().isOver(now)
                    ? before
                    : new Control(before.current(), new Rebuild(generation, token, now.span(termMillis)));
        });
        return after.isRebuiltBy(token);
    }

    /** Prolongs a rebuild; false where it lost its place. */
    boolean keep(String token, long termMillis) throws IOException {
        Moment now = resources.clock().now();
        Control after = generations.change(before -> {
            Rebuild running = before.next();
            return running == null || !before.isRebuiltBy(token)
                    ? before
                    : new Control(before.current(), new Rebuild(running.generation(), token, now.span(termMillis)));
        });
        return after.isRebuiltBy(token);
    }

    /** Ends a rebuild, with its generation as the one that is read or without; false where it had lost its place. */
    boolean end(String generation, String token, boolean commit) throws IOException {
        boolean[] had = {false};
        generations.change(before -> {
            had[0] = before.isRebuiltBy(token);
            return had[0] ? new Control(commit ? generation : before.current(), null) : before;
        });
        return had[0];
    }

    /** Stores rows where the next generation has nothing; returns how many it left alone. */
    int write(String token, Map<String, FarValue> rows) throws IOException {
        int leftAlone = 0;
        for (Map.Entry<String, FarValue> row : rows.entrySet()) {
            Spot.Key key = key(row.getKey());
            boolean stored = step(key, (view, spot) -> {
                Rebuild running = view.next();
                if (running == null || !view.isRebuiltBy(token)) {
                    throw new RebuildException(
                            "the rebuild has lost its place: it stalled, ended, or the cache was cleared (cache '"
                                    + cache + "')",
                            null);
                }
                return writeAbsent(key, spot(key, running.generation()), row.getValue());
            });
            leftAlone += stored ? 0 : 1;
        }
        return leftAlone;
    }

    /** Nobody reads the generation yet, so the file need not appear in one step; one that fails half-way is removed. */
    private boolean writeAbsent(Spot.Key key, Spot spot, FarValue row) throws IOException {
        long length = ValueFile.length(key.text(), row.bytes());
        if (length > LocalDisk.LONGEST_FILE || !resources.usage().hasRoomFor(length)) {
            return disk.length(spot.value()) < 0;
        }
        boolean created = disk.create(spot.value(), file(key, row));
        if (created) {
            resources.usage().added(length);
        }
        return created;
    }

    String cache() {
        return cache;
    }

    /** The cache's own folder. */
    Path folder() {
        return folder;
    }

    @Override
    public void close() throws IOException {
        generations.close();
    }
}
