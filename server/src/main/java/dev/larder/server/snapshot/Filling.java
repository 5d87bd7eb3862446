package dev.larder.server.snapshot;

import dev.larder.server.snapshot.PayloadReader.DamagedException;
import dev.larder.server.store.Entry;
import dev.larder.server.store.Limits;
import dev.larder.server.store.OutOfRoomException;
import dev.larder.server.store.Slice;
import dev.larder.server.store.StreamAccess;
import dev.larder.server.store.StreamId;
import dev.larder.server.store.Texts;
import org.jspecify.annotations.Nullable;

/** Reads bodies and puts what they hold into entries. Confined to one thread. */
final class Filling {
    private final PayloadReader in;
    private final Slice name = new Slice();
    private final Slice value = new Slice();

    /** The entry to be filled; null where the body is only to be read. */
    private @Nullable Entry target;

    Filling(PayloadReader in) {
        this.in = in;
    }

    /**
     * Reads a body into an open entry, which may hold what came before, or past where there is none.
     *
     * @return false where there was no room; the entry is gone then
     */
    boolean body(@Nullable Entry entry, RecordHead head) throws DamagedException {
        target = entry;
        boolean whole = false;
        try {
            switch (head.type) {
                case STRING -> string(head);
                case HASH -> hash();
                case SET -> set();
                case SORTED_SET -> sortedSet();
                case LIST -> list();
                case STREAM -> stream();
            }
            finish(head);
            whole = true;
        } finally {
            if (!whole) {
                fail();
            }
        }
        boolean done = entry == null || target != null;
        target = null;
        return done;
    }

    private void finish(RecordHead head) {
        Entry filled = target;
        if (filled != null && filled.isPresent()) {
            filled.heat(head.heat);
            if (filled.expiresAt() != head.expiresAt) {
                put(() -> filled.expire(head.expiresAt));
            }
        }
    }

    private void put(Runnable change) {
        try {
            change.run();
        } catch (OutOfRoomException e) { // is told by what body() returns
            fail();
        }
    }

    private void fail() {
        if (target != null) {
            target.remove();
            target = null;
        }
    }

    private Slice bytes(Slice into, int most) throws DamagedException {
        in.bytes(into);
        if (into.length() > most) {
            throw new DamagedException("what is longer than " + most + " bytes is in no store");
        }
        return into;
    }

    private void string(RecordHead head) throws DamagedException {
        bytes(value, Limits.MAX_VALUE_BYTES);
        Entry open = target;
        if (open == null) {
            return;
        }
        if (!open.isPresent()) {
            put(() -> open.set(value, head.expiresAt, head.flags));
        } else if (open.length() > Limits.MAX_VALUE_BYTES - value.length()) {
            throw new DamagedException("the pieces of a string are too long together");
        } else {
            put(() -> open.append(value));
        }
    }

    private void hash() throws DamagedException {
        for (int left = in.i32(); left > 0; left--) {
            bytes(name, Limits.MAX_FIELD_BYTES);
            long expiresAt = in.u8() == 0 ? Entry.NEVER : in.i64();
            bytes(value, Limits.MAX_VALUE_BYTES);
            Entry open = target;
            if (open != null) {
                put(() -> open.fields().put(name, value, expiresAt));
            }
        }
    }

    private void set() throws DamagedException {
        for (int left = in.i32(); left > 0; left--) {
            bytes(name, Limits.MAX_FIELD_BYTES);
            Entry open = target;
            if (open != null) {
                put(() -> open.members().add(name));
            }
        }
    }

    private void list() throws DamagedException {
        for (int left = in.i32(); left > 0; left--) {
            bytes(value, Limits.MAX_VALUE_BYTES);
            Entry open = target;
            if (open != null) {
                put(() -> open.elements().addLast(value));
            }
        }
    }

    private void stream() throws DamagedException {
        Entry filled = target;
        StreamId before = filled == null ? StreamId.ZERO : end(filled.stream());
        for (int left = in.i32(); left > 0; left--) {
            StreamId id = id();
            bytes(value, Limits.MAX_VALUE_BYTES);
            if (id.compareTo(before) <= 0 || !Texts.areSound(value)) {
                throw new DamagedException(
                        "an entry of a stream must have a greater id than the one before, and texts");
            }
            before = id;
            Entry open = target;
            if (open != null) {
                put(() -> append(open, id));
            }
        }
        StreamId last = id();
        StreamId removed = id();
        long added = in.i64();
        if (last.compareTo(before) < 0) {
            throw new DamagedException("a stream's last id must not be below an entry's");
        }
        Entry open = target;
        if (open != null) {
            put(() -> open.stream().state(last, removed, added));
        }
    }

    /** The id of the last entry that is there. */
    private static StreamId end(StreamAccess stream) {
        return stream.count() == 0 ? StreamId.ZERO : stream.id(stream.count() - 1L);
    }

    private void append(Entry open, StreamId id) {
        StreamAccess stream = open.stream();
        if (stream.last().compareTo(id) >= 0) { // what came before said already how far it goes
            stream.state(end(stream), StreamId.ZERO, 0);
        }
        stream.append(id, value);
    }

    private StreamId id() throws DamagedException {
        return StreamId.of(in.raw(name, StreamId.BYTES));
    }

    private void sortedSet() throws DamagedException {
        for (int left = in.i32(); left > 0; left--) {
            bytes(name, Limits.MAX_FIELD_BYTES);
            double score = Double.longBitsToDouble(in.i64());
            if (Double.isNaN(score)) {
                throw new DamagedException("a score must be a number");
            }
            Entry open = target;
            if (open != null) {
                put(() -> open.scores().put(name, score));
            }
        }
    }
}
