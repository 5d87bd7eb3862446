package dev.larder.server.command;

import dev.larder.server.client.Key;
import dev.larder.server.client.Waiter;
import dev.larder.server.store.Slice;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The commands that wait for keys, for each key and kind of value in a line: who came first is served first. Only the first
 * of a line is ever called, and tries its command again on its own loop. When it leaves the line, served or not, the next one is called; so
 * there is always somebody under way where a key has something and a line.
 *
 * <p>Commands that only read, {@code XREAD}, take nothing from each other: all of such a line are called at once, each time
 * that something is added.
 *
 * <p>A command that finds nothing gets in line while it holds its keys' locks, so nothing can come between its look and its
 * place. Thread-safe; its monitor may be taken while shards are locked, and nothing is locked while it is held.
 */
final class Waiters {
    private static final Waiter.Kind[] KINDS = Waiter.Kind.values();

    private record Spot(int database, Key key, Waiter.Kind kind) {
        boolean isForReaders() {
            return kind == Waiter.Kind.STREAM;
        }
    }

    private final Consumer<Waiter> caller;
    private final Map<Spot, Set<Waiter>> lines = new HashMap<>();
    private volatile int count;

    /** @param caller has a waiter's own loop try again; called with this monitor held, so it does not wait */
    Waiters(Consumer<Waiter> caller) {
        this.caller = caller;
    }

    /** How many commands wait. */
    int count() {
        return count;
    }

    private static Spot spot(Waiter waiter, Key key) {
        return new Spot(waiter.client().database(), key, waiter.kind());
    }

    /** Has a command wait behind those who wait already. */
    synchronized void add(Waiter waiter) {
        for (Key key : waiter.keys()) {
            lines.computeIfAbsent(spot(waiter, key), none -> new LinkedHashSet<>())
                    .add(waiter);
        }
        count++;
    }

    /** A command waits no longer: those behind it are called. */
    synchronized void leave(Waiter waiter) {
        for (Key key : waiter.keys()) {
            Spot spot = spot(waiter, key);
            Set<Waiter> line = lines.get(spot);
            if (line != null && line.remove(waiter)) {
                if (line.isEmpty()) {
                    lines.remove(spot);
                } else if (!spot.isForReaders()) {
                    call(spot, line.iterator().next());
                }
            }
        }
        count--;
    }

    private void call(Spot spot, Waiter waiter) {
        if (waiter.call(spot.key)) {
            caller.accept(waiter);
        }
    }

    private void call(Spot spot, Set<Waiter> line) {
        if (spot.isForReaders()) {
            line.forEach(waiter -> call(spot, waiter));
        } else {
            call(spot, line.iterator().next());
        }
    }

    /** Whether nobody is in line for a value before {@code who}; a new one, null, comes behind all. */
    boolean isTurn(@Nullable Waiter who, int database, Key key, Waiter.Kind kind) {
        if (count == 0) {
            return true;
        }
        synchronized (this) {
            Set<Waiter> line = lines.get(new Spot(database, key, kind));
            return line == null || line.iterator().next().equals(who);
        }
    }

    /** A key has come that may be waited for, or a stream has grown. Called under its shard's lock. */
    void appeared(int database, Slice key) {
        if (count == 0) {
            return;
        }
        Key bytes = new Key(key.toBytes());
        synchronized (this) {
            for (Waiter.Kind kind : KINDS) {
                Spot spot = new Spot(database, bytes, kind);
                Set<Waiter> line = lines.get(spot);
                if (line != null) {
                    call(spot, line);
                }
            }
        }
    }

    /** Databases have changed places: whoever waits in one of them looks again. */
    synchronized void swapped(int one, int other) {
        lines.forEach((spot, line) -> {
            if (spot.database == one || spot.database == other) {
                call(spot, line);
            }
        });
    }
}
