package dev.larder.server.snapshot;

import dev.larder.server.store.Entry;
import dev.larder.server.store.OffHeapStore;
import dev.larder.server.store.Slice;
import dev.larder.server.store.ValueType;
import dev.larder.server.store.Walk;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * Walks through a store and writes what it meets. Small entries are copied some at a time while their shard is locked;
 * a large one is only noted then, and read bit by bit afterwards, with the lock free in between. Nothing is written under a
 * lock. Confined to one thread.
 */
final class Saver {
    private static final int STEP = 32;
    private static final int MOST_TRIES = 4;
    private static final int STRING_STEP = 128 * 1024;

    private final OffHeapStore store;
    private final BlockWriter out;
    private final Payload payload = new Payload();
    private final Entry entry;
    private final HashBody hashBody;
    private final ListBody listBody = new ListBody(payload);
    private final StreamBody streamBody = new StreamBody(payload);
    private final List<Large> large = new ArrayList<>();
    private long entries;
    private long leftOut;

    /** An entry to be read bit by bit. */
    private record Large(int database, Slice key) {}

    Saver(OffHeapStore store, WritableByteChannel channel, long id) throws IOException {
        this.store = store;
        this.out = new BlockWriter(channel, id, store.now());
        this.entry = store.entry();
        this.hashBody = new HashBody(payload, entry);
    }

    SaveReport run() throws IOException {
        Walk walk = new Walk(store.entry(), this::meet);
        long cursor = 0;
        do {
            cursor = store.scan(Walk.ALL, cursor, STEP, walk);
            for (Large each : large) {
                writeLarge(each);
            }
            large.clear();
            writeIfFull();
        } while (cursor != 0);
        out.data(payload);
        out.end(entries);
        return new SaveReport(entries, leftOut, out.position());
    }

    private void writeIfFull() throws IOException {
        if (payload.length() >= Format.BLOCK_BYTES) {
            out.data(payload);
        }
    }

    private void meet(Entry met) {
        if (met.leases().isBound()) {
            leftOut++; // an invalidation after a restart would not know its tags
        } else if (met.isLarge()) {
            large.add(new Large(met.database(), Slice.of(met.key().toBytes())));
        } else {
            whole(met);
        }
    }

    private void whole(Entry small) {
        RecordHead.write(payload, Format.WHOLE, small);
        switch (small.type()) {
            case STRING -> {
                payload.number(small.length());
                small.read(payload::raw);
            }
            case HASH -> hashBody.write(small, 0, Integer.MAX_VALUE);
            case SET, SORTED_SET -> members(small, 0, Integer.MAX_VALUE);
            case LIST -> listBody.write(small, 0, Integer.MAX_VALUE);
            case STREAM -> streamBody.write(small, true, Integer.MAX_VALUE);
        }
        entries++;
    }

    private void writeLarge(Large wanted) throws IOException {
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            long reading = begin(wanted);
            if (reading == 0) {
                return;
            }
            if (copy(wanted, reading, tries == MOST_TRIES - 1)) {
                payload.u8(Format.LAST);
                entries++;
                return;
            }
            payload.u8(Format.ABANDONED);
        }
        leftOut++;
    }

    private Entry open(Large wanted) {
        return entry.openToRead(wanted.database, wanted.key);
    }

    /** Begins to read a value; 0 where that is done already, or the key is gone. */
    private long begin(Large wanted) {
        try (Entry open = open(wanted)) {
            if (!open.isPresent()) {
                return 0;
            }
            if (!open.isLarge()) {
                whole(open);
                return 0;
            }
            RecordHead.write(payload, Format.FIRST, open);
            return open.trace();
        }
    }

    /** @param isLastTry a list, which any change spoils, is then read at once if it is not too large */
    private boolean copy(Large wanted, long reading, boolean isLastTry) throws IOException {
        long at = 0;
        hashBody.later().clear();
        do {
            try (Entry open = open(wanted)) {
                if (!open.isTraced(reading)) {
                    return false;
                }
                at = more(open, at, isLastTry);
            }
            writeIfFull();
        } while (at != 0);
        for (byte[] field : hashBody.later()) {
            try (Entry open = open(wanted)) {
                if (!open.isTraced(reading)) {
                    return false;
                }
                payload.u8(Format.MORE).u8(ItemType.HASH.ordinal());
                hashBody.writeOne(open, field);
            }
            writeIfFull();
        }
        return true;
    }

    /** Copies some of a large value; returns where to go on, 0 at the end. */
    private long more(Entry open, long from, boolean isLastTry) {
        payload.u8(Format.MORE).u8(ItemType.of(open.type()).ordinal());
        return switch (open.type()) {
            case STRING -> {
                int count = (int) Math.min(STRING_STEP, open.length() - from);
                payload.number(count);
                open.read((int) from, count, payload::raw);
                yield from + count == open.length() ? 0 : from + count;
            }
            case HASH -> hashBody.writeSome(open, from);
            case SET, SORTED_SET -> members(open, from, STEP);
            case LIST -> listBody.write(open, from, ListBody.step(isLastTry));
            case STREAM -> streamBody.write(open, from == 0, StreamBody.STEP_BYTES) ? 1 : 0;
        };
    }

    /** Writes a body with members of a set, plain or sorted, from a cursor on; returns the next cursor, 0 at the end. */
    private long members(Entry open, long cursor, int most) {
        int[] count = {0};
        int at = payload.length();
        payload.i32(0);
        long next = open.type() == ValueType.SET
                ? open.members().scan(cursor, most, member -> {
                    payload.bytes(member);
                    count[0]++;
                })
                : open.scores().scan(cursor, most, (member, score) -> {
                    payload.bytes(member).i64(Double.doubleToRawLongBits(score));
                    count[0]++;
                });
        payload.patch(at, count[0]);
        return next;
    }
}
