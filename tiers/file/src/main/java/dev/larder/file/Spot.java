package dev.larder.file;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * Where a key's files are in one generation. Immutable; pure.
 *
 * @param stripe chooses the key's lock, the same in all its generations
 * @param hash 64 bits that tell keys apart well enough for statistics
 */
record Spot(int stripe, long hash, Path value, Path lease) {
    /** The part that does not depend on the generation. */
    record Key(String text, int stripe, long hash, String place) {
        static Key of(String namespace, String cache, String key) {
            byte[] hash = Names.hash(key);
            HexFormat hex = HexFormat.of();
            String place = "/" + hex.toHexDigits((byte) (hash[0] & (Names.BRANCHES - 1)))
                    + "/" + hex.toHexDigits((byte) (hash[1] & (Names.BRANCHES - 1)))
                    + "/" + hex.formatHex(hash);
            long bits = ByteBuffer.wrap(hash).getLong(Long.BYTES);
            int stripe = (int) (bits >>> 32) ^ (namespace + '/' + cache).hashCode();
            return new Key(key, stripe, bits, place);
        }

        Spot in(Path cacheFolder, String generation) {
            String start = generation + place;
            return new Spot(
                    stripe, hash, cacheFolder.resolve(start + Names.VALUE), cacheFolder.resolve(start + Names.LEASE));
        }
    }
}
