package dev.larder.server.store;

import dev.larder.server.memory.Raw;
import java.util.Arrays;

/** Changes of a part of a string, and numbers, for an open {@link Entry}. Confined to the entry's thread. */
final class Edits {
    private final Entry entry;
    private final Annex kept = new Annex();
    private final Slice digits = Slice.of(new byte[Numbers.MAX_BYTES]);
    private final Slice scratch = new Slice();
    private byte[] scratchBytes = new byte[64];
    private int scratchLength;

    Edits(Entry entry) {
        this.entry = entry;
    }

    /** The number that a string is. */
    long number() {
        int place = entry.place();
        if (!entry.isNumber()) {
            throw new IllegalStateException("the value is not a number");
        }
        Records records = entry.shard().records;
        return Raw.signed(entry.shard().blocks.memory(place), records.valueOffset(place), records.valueBytes(place));
    }

    /** Sets a number, and keeps expiry and flags where the key is there. */
    void setNumber(long number) {
        int length = Numbers.format(number, digits.memory());
        digits.set(digits.memory(), 0, length);
        entry.set(digits, expiresAt(), flags(), keptAnnex());
    }

    private long expiresAt() {
        return entry.isPresent() ? entry.expiresAt() : Entry.NEVER;
    }

    private int flags() {
        return entry.isPresent() ? entry.flags() : 0;
    }

    private Annex keptAnnex() {
        if (!entry.isPresent()) {
            kept.clear();
            return kept;
        }
        return entry.shard().records.annex(entry.place(), kept);
    }

    /** Overwrites bytes of a string from {@code from} on, with zeros before where it is shorter; returns its length. */
    int setRange(int from, Slice bytes) {
        int length = entry.isPresent() ? entry.length() : 0;
        long end = from + (long) bytes.length();
        if (from < 0) {
            throw new IllegalArgumentException("an offset must be >= 0 but was " + from);
        }
        Limits.check("a value", end, Limits.MAX_VALUE_BYTES);
        if (bytes.length() == 0) {
            return length;
        }
        int total = (int) Math.max(length, end);
        long expiresAt = expiresAt();
        int flags = flags();
        Annex annex = keptAnnex();
        Traits traits = entry.begin(expiresAt, flags);
        traits.annex.set(annex);
        boolean isLong = entry.isPresent() && entry.shard().strings.isLong(entry.slot());
        if (!isLong && !Strings.isLong(entry.key().length(), traits, total)) {
            gather(total);
            bytes.copyTo(scratch.set(scratchBytes, 0, total).memory(), from);
            entry.set(scratch, expiresAt, flags, annex);
        } else {
            overwriteLong(isLong, from, bytes);
        }
        return total;
    }

    private void overwriteLong(boolean isLong, int from, Slice bytes) {
        boolean isNew = !entry.isPresent();
        Shard shard = entry.shard();
        if (!isLong) {
            int length = isNew ? 0 : entry.length();
            gather(length);
            scratch.set(scratchBytes, 0, length);
            entry.build(fresh -> shard.strings.writeLong(fresh, entry.key(), entry.traits(), scratch));
        }
        boolean done = false;
        try {
            shard.strings.overwrite(entry.slot(), from, bytes);
            shard.trace.disturb(entry.slot());
            entry.changed();
            done = true;
        } finally {
            if (!done && isNew) {
                entry.remove();
            }
        }
        shard.leavers.updated(entry.slot(), shard.deadline(entry.slot()));
    }

    /** Copies the string into the scratch array, which is zero beyond it. */
    private void gather(int bytes) {
        if (scratchBytes.length < bytes) {
            scratchBytes = new byte[Math.max(bytes, scratchBytes.length * 2)];
        }
        Arrays.fill(scratchBytes, (byte) 0);
        scratchLength = 0;
        if (entry.isPresent()) {
            entry.read(piece -> {
                piece.copyTo(scratch.set(scratchBytes, 0, 0).memory(), scratchLength);
                scratchLength += piece.length();
            });
        }
    }
}
