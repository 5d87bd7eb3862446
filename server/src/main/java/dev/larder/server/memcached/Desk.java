package dev.larder.server.memcached;

import dev.larder.protocol.memcached.server.TextReplies;
import dev.larder.protocol.memcached.server.TextRequest;
import dev.larder.server.client.Tally;
import dev.larder.server.command.Copier;
import dev.larder.server.command.Node;
import dev.larder.server.command.TooMuchException;
import dev.larder.server.command.Worker;
import dev.larder.server.event.Event;
import dev.larder.server.net.Loop;
import dev.larder.server.store.Entry;
import dev.larder.server.store.Slice;
import dev.larder.server.store.ValueType;

/**
 * What one event loop needs for the commands of its connections, one after another, made once so that a command makes
 * nothing. Confined to the loop's thread; counters may be read by all.
 */
final class Desk {
    /** All keys are of this database. */
    static final int DATABASE = 0;

    private static final int MOST_BYTES = Integer.MAX_VALUE - (1 << 16);

    final Node node;
    final TextReplies out;
    final Slice value = new Slice();

    private final Worker worker;
    private final Entry entry;
    private final Slice key = new Slice();
    private final Copier copier = new Copier();
    private final Tally[] counts = new Tally[Count.values().length];

    Desk(Node node, Loop loop) {
        this.node = node;
        this.worker = loop.worker();
        this.out = new TextReplies(loop.replies());
        this.entry = node.store().entry();
        for (int i = 0; i < counts.length; i++) {
            counts[i] = new Tally();
        }
    }

    long now() {
        return node.clock().millis();
    }

    void count(Count what) {
        counts[what.ordinal()].add(1);
    }

    long counted(Count what) {
        return counts[what.ordinal()].sum();
    }

    void commandRan() {
        worker.commands.add(1);
    }

    void refused() {
        worker.failures.add(1);
    }

    /** Opens a key of the request. */
    Entry open(TextRequest request, int index) {
        entry.open(DATABASE, key.set(request.array(), request.keyOffset(index), request.keyLength(index)));
        boolean isRead = switch (request.command()) {
            case GET, GETS, GAT, GATS, MG, ME -> true;
            default -> false;
        };
        worker.sampler.used(entry, !isRead);
        return entry;
    }

    /** The request's value, until the next call. */
    Slice value(TextRequest request) {
        return value.set(request.value(), request.valueOffset(), request.valueLength());
    }

    /** Whether there is a string; what is of another type is a miss to readers. */
    static boolean isString(Entry entry) {
        return entry.isPresent() && entry.type() == ValueType.STRING;
    }

    /** A read counts as a hit or as a miss. */
    void noteRead(Entry read, boolean isHit) {
        worker.sampler.read(read);
        (isHit ? worker.hits : worker.misses).add(1);
        if (!read.isPresent()) {
            notify(Event.KEYMISS, read);
        }
    }

    /** Says what became of the key of an entry that is open: what Redis has for the like. */
    void notify(Event event, Entry changed) {
        node.notices().note(event, changed);
    }

    /** The same for a value that was set with or without a time when it expires. */
    void notifySet(Entry changed) {
        notify(Event.SET, changed);
        if (node.notices().isOn() && changed.expiresAt() != Entry.NEVER) {
            notify(Event.EXPIRE, changed);
        }
    }

    /** Sets when a key that is there expires. */
    void prolong(Entry changed, long expiresAt) {
        boolean isSame = expiresAt == Entry.NEVER && changed.expiresAt() == Entry.NEVER;
        if (!isSame) {
            changed.prolong(expiresAt);
            notify(expiresAt == Entry.NEVER ? Event.PERSIST : Event.EXPIRE, changed);
        }
    }

    /** Removes a key; says whether it was there. */
    boolean remove(Entry removed) {
        boolean was = removed.remove();
        if (was) {
            notify(Event.DEL, removed);
        }
        return was;
    }

    /** Copies a string to where a reply has room for it. */
    void copy(Entry from, int at) {
        from.read(copier.to(out.sink().array(), at));
    }

    byte[] bytes(Entry from) {
        byte[] bytes = new byte[from.length()];
        from.read(copier.to(bytes, 0));
        return bytes;
    }

    /** Has the connection end where a reply grows beyond what may wait. */
    void room(long bytes) {
        long limit = node.settings().live().outputs().normal().hardBytes();
        if (out.sink().length() + bytes > (limit == 0 ? MOST_BYTES : Math.min(limit, MOST_BYTES))) {
            throw new TooMuchException();
        }
    }
}
