package dev.larder.server.memcached;

import dev.larder.protocol.memcached.server.TextRequest;
import dev.larder.server.event.Event;
import dev.larder.server.store.Entry;
import dev.larder.server.store.Slice;

/** Stores values for classic and meta commands, under the conditions they name. Confined to its desk's thread. */
final class Storing {
    /** How a value is stored. */
    enum Mode {
        SET,
        ADD,
        REPLACE,
        APPEND,
        PREPEND,
        /** If nobody has changed it. */
        CAS
    }

    /** What came of it. */
    enum Outcome {
        STORED,
        NOT_STORED,
        EXISTS,
        NOT_FOUND,
        OTHER_TYPE,
        TOO_LARGE
    }

    private final Desk desk;
    private final long maxItemBytes;

    Storing(Desk desk, long maxItemBytes) {
        this.desk = desk;
        this.maxItemBytes = maxItemBytes;
    }

    /**
     * Stores the request's value.
     *
     * @param cas the version that the item must have, where the mode asks for one; 0 for none
     * @param takesOlder whether an older version will do, and makes the value a stale one
     */
    Outcome store(Entry entry, TextRequest request, Mode mode, long cas, boolean takesOlder) {
        desk.count(Count.CMD_SET);
        if (!entry.isPresent()) {
            return switch (mode) {
                case SET, ADD -> set(entry, request);
                case CAS -> {
                    desk.count(Count.CAS_MISSES);
                    yield Outcome.NOT_FOUND;
                }
                case REPLACE, APPEND, PREPEND -> Outcome.NOT_STORED;
            };
        }
        boolean needsString = mode == Mode.APPEND || mode == Mode.PREPEND || mode == Mode.CAS;
        if (needsString && !Desk.isString(entry)) {
            return Outcome.OTHER_TYPE;
        }
        return switch (mode) {
            case SET, REPLACE -> set(entry, request);
            case ADD -> Outcome.NOT_STORED;
            case CAS -> compareAndSet(entry, request, cas, takesOlder);
            case APPEND, PREPEND -> cas != 0 && entry.version() != cas ? Outcome.EXISTS : join(entry, request, mode);
        };
    }

    private Outcome set(Entry entry, TextRequest request) {
        entry.set(desk.value(request), Times.expiresAt(request.expiry(), desk.now()), request.clientFlags());
        desk.notifySet(entry);
        return Outcome.STORED;
    }

    private Outcome compareAndSet(Entry entry, TextRequest request, long cas, boolean takesOlder) {
        long version = entry.version();
        if (version == cas) {
            desk.count(Count.CAS_HITS);
            return set(entry, request);
        }
        if (takesOlder && cas != 0 && Long.compareUnsigned(cas, version) < 0) {
            desk.count(Count.CAS_HITS);
            entry.leases().setStale(desk.value(request), entry.expiresAt(), request.clientFlags());
            desk.notifySet(entry);
            return Outcome.STORED;
        }
        desk.count(Count.CAS_BADVAL);
        return Outcome.EXISTS;
    }

    private Outcome join(Entry entry, TextRequest request, Mode mode) {
        long total = (long) entry.length() + request.valueLength();
        if (total > maxItemBytes) {
            desk.count(Count.STORE_TOO_LARGE);
            return Outcome.TOO_LARGE;
        }
        Slice added = desk.value(request);
        if (mode == Mode.APPEND) {
            entry.append(added);
            desk.notify(Event.APPEND, entry);
            entry.leases().forgetState();
            return Outcome.STORED;
        }
        byte[] joined = new byte[(int) total];
        System.arraycopy(request.value(), request.valueOffset(), joined, 0, request.valueLength());
        byte[] old = desk.bytes(entry);
        System.arraycopy(old, 0, joined, request.valueLength(), old.length);
        entry.set(added.set(joined, 0, joined.length), entry.expiresAt(), entry.flags());
        desk.notify(Event.SET, entry);
        return Outcome.STORED;
    }
}
