package dev.larder.file;

import dev.larder.file.Sealed.Kind;
import dev.larder.tier.TagReading;
import dev.larder.tier.Tokens;
import java.nio.ByteBuffer;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What the {@link TagFile} begins with: {@code salt 8 | bins 4 | era 8 | clock 8 | floor 8}, sealed. Immutable; pure.
 *
 * @param salt random, another one in each file that ever had the name
 * @param bins how many bins follow
 * @param era of the {@link MachineClock}: in another one all tags are void, as the entries are
 * @param clock the tag clock's reading
 * @param floor tags without a record were last invalidated no later than at this reading
 */
record TagHeader(long salt, int bins, long era, long clock, long floor) {
    private static final int CONTENT = Integer.BYTES + 4 * Long.BYTES;
    static final int BYTES = CONTENT + Sealed.AROUND;

    /** The header has the place of a bin, so that a file that has one less than a power of two fills its blocks. */
    static final int LEAST_BINS = Usage.BLOCK / TagBin.BYTES - 1;

    /** A clock that begins now, in a file as small as can be. */
    static TagHeader fresh(long era) {
        long clock = Tokens.clock();
        return new TagHeader(newSalt(), LEAST_BINS, era, clock, clock);
    }

    private static long newSalt() {
        return ThreadLocalRandom.current().nextLong();
    }

    TagHeader at(long reading) {
        return new TagHeader(salt, bins, era, reading, floor);
    }

    /** As this, where what was known of a tag up to {@code reading} is forgotten. */
    TagHeader forgetting(long reading) {
        return new TagHeader(salt, bins, era, clock, Math.max(floor, reading));
    }

    /** The header of a file twice as large. */
    TagHeader doubled() {
        return new TagHeader(newSalt(), 2 * bins + 1, era, clock, floor);
    }

    /** Whether one more change would leave the epoch. */
    boolean isSpent() {
        return !TagReading.isSameEpoch(clock, clock + 1);
    }

    int binOf(TagRecord.Id id) {
        return (int) Long.remainderUnsigned(id.low(), bins);
    }

    TagRecord.Place place(int bin, int cell) {
        return new TagRecord.Place(salt, bin * TagBin.CELLS + cell);
    }

    /** Where a bin begins in the file. */
    static int offset(int bin) {
        return (1 + bin) * TagBin.BYTES;
    }

    int fileBytes() {
        return offset(bins);
    }

    byte[] encode() {
        ByteBuffer out = Sealed.begin(Kind.TAGS, CONTENT);
        return Sealed.seal(
                out.putLong(salt).putInt(bins).putLong(era).putLong(clock).putLong(floor));
    }

    /** What the first bytes of a file say; null where they are damaged. */
    static @Nullable TagHeader decode(byte[] start) {
        ByteBuffer in = Sealed.open(Kind.TAGS, start);
        if (in == null || in.remaining() != CONTENT) {
            return null;
        }
        TagHeader header = new TagHeader(in.getLong(), in.getInt(), in.getLong(), in.getLong(), in.getLong());
        return header.bins >= LEAST_BINS && header.bins < TagFile.LONGEST / TagBin.BYTES ? header : null;
    }
}
