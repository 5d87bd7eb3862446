package dev.larder.server.snapshot;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The layout of a snapshot's file. Numbers are little-endian, sums are CRC32C.
 *
 * <pre>{@code
 *  file    ┌ header ┐ block ┐ block ┐ … ┐ end block ┐        each begins at a multiple of 4 KiB
 *  header  ┌ "LARDSNAP" 8 ┐ version 4 ┐ file's id 8 ┐ made at, ms since 1970, 8 ┐ sum of these 4 ┐
 *  block   ┌ "LBLK" 4 ┐ kind 4 ┐ file's id 8 ┐ number 4 ┐ length 4 ┐ sum of the payload 4 ┐ sum of these 4 ┐ payload
 *  end     a block whose payload is: entries 8 │ blocks 8
 *
 *  payload ┌ record ┐ record ┐ …
 *  record  ┌ WHOLE ┐ head ┐ body ┐    ┌ FIRST ┐ head ┐    ┌ MORE ┐ body ┐    ┌ LAST ┐    ┌ ABANDONED ┐
 *  head    ┌ type 1 ┐ database 1 ┐ heat 2 ┐ flags 4 ┐ expiry 8 ┐ key's length, key ┐
 * }</pre>
 *
 * A body is a string's bytes, or a count and so many items: see {@link ItemType}. An entry with a large value is FIRST, some
 * MORE and LAST, which may lie in several blocks; where the value was replaced while it was read, ABANDONED ends it.
 *
 * <p>Why blocks at multiples of 4 KiB with the file's id, which is random: where a block's header is damaged, the next one
 * is found by looking at these places, and nothing that a client stored can pass for a header. What is damaged costs the
 * entries of its block, and the one that lies in it in part.
 */
final class Format {
    static final int VERSION = 1;
    static final int ALIGNMENT = 4096;
    static final int FILE_HEAD = 32;
    static final int BLOCK_HEAD = 32;
    static final int END_PAYLOAD = 16;
    static final long MAGIC = 0x50414E534452414CL;
    static final int BLOCK_MAGIC = 0x4B4C424C;
    static final int DATA = 1;
    static final int END = 2;
    /** A block is written once it has so many bytes. */
    static final int BLOCK_BYTES = 256 * 1024;
    /** No block is longer: a value of 64 MiB, and what was before it. */
    static final int MAX_PAYLOAD = 80 * 1024 * 1024;

    static final int WHOLE = 1;
    static final int FIRST = 2;
    static final int MORE = 3;
    static final int LAST = 4;
    static final int ABANDONED = 5;

    static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private Format() {}

    static int sum(byte[] bytes, int from, int count) {
        CRC32C sum = new CRC32C();
        sum.update(bytes, from, count);
        return (int) sum.getValue();
    }

    static long aligned(long position) {
        return (position + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    static byte[] fileHead(long id, long madeAt) {
        byte[] bytes = new byte[FILE_HEAD];
        MemorySegment head = MemorySegment.ofArray(bytes);
        head.set(LONG, 0, MAGIC);
        head.set(INT, 8, VERSION);
        head.set(LONG, 12, id);
        head.set(LONG, 20, madeAt);
        head.set(INT, 28, sum(bytes, 0, 28));
        return bytes;
    }

    /**
     * What a block says of itself.
     *
     * @param length bytes of the payload
     * @param sum of the payload
     */
    record BlockHead(int kind, int number, int length, int sum) {
        byte[] bytes(long id) {
            byte[] bytes = new byte[BLOCK_HEAD];
            MemorySegment head = MemorySegment.ofArray(bytes);
            head.set(INT, 0, BLOCK_MAGIC);
            head.set(INT, 4, kind);
            head.set(LONG, 8, id);
            head.set(INT, 16, number);
            head.set(INT, 20, length);
            head.set(INT, 24, sum);
            head.set(INT, 28, Format.sum(bytes, 0, 28));
            return bytes;
        }

        /** Whether these bytes are a block's head of this file. */
        static boolean isHead(byte[] bytes, long id) {
            MemorySegment head = MemorySegment.ofArray(bytes);
            return head.get(INT, 0) == BLOCK_MAGIC
                    && head.get(LONG, 8) == id
                    && head.get(INT, 28) == Format.sum(bytes, 0, 28)
                    && head.get(INT, 20) >= 0
                    && head.get(INT, 20) <= MAX_PAYLOAD;
        }

        static BlockHead of(byte[] bytes) {
            MemorySegment head = MemorySegment.ofArray(bytes);
            return new BlockHead(head.get(INT, 4), head.get(INT, 16), head.get(INT, 20), head.get(INT, 24));
        }
    }
}
