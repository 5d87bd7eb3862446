package dev.larder.memcached;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One message of the bus. Immutable; pure.
 *
 * <pre>
 *  format (1), origin, cache, event (1), number of keys (2), keys     texts as DataOutput.writeUTF has them
 * </pre>
 *
 * What is unknown, of a later version, is no message: see {@link #read}.
 *
 * @param origin who sent it, so that a sender skips its own
 * @param cache the cache it concerns
 * @param keys the keys invalidated; null for all
 */
record BusMessage(String origin, String cache, @Nullable List<String> keys) {
    /** What a message says before its sender is known: keys, or that all of them are meant. */
    record Content(@Nullable List<String> keys) {}

    /** Another generation is read now. */
    static final Content CLEARED = new Content(null);

    static final int MAX_KEYS = 64;
    private static final int MAX_CHARS = 80_000; // at three bytes each well within an item
    private static final byte FORMAT = 1;
    private static final byte INVALIDATED = 'i';
    private static final byte ALL = 'c';

    /** As many messages as {@code keys} need, in their order. */
    static List<Content> invalidated(Collection<String> keys) {
        List<Content> contents = new ArrayList<>();
        List<String> gathered = new ArrayList<>();
        int chars = 0;
        for (String key : keys) {
            if (!gathered.isEmpty() && (gathered.size() == MAX_KEYS || chars + key.length() > MAX_CHARS)) {
                contents.add(new Content(gathered));
                gathered = new ArrayList<>();
                chars = 0;
            }
            gathered.add(key);
            chars += key.length();
        }
        contents.add(new Content(gathered));
        return contents;
    }

    byte[] bytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(FORMAT);
            out.writeUTF(origin);
            out.writeUTF(cache);
            out.writeByte(keys == null ? ALL : INVALIDATED);
            out.writeShort(keys == null ? 0 : keys.size());
            for (String key : keys == null ? List.<String>of() : keys) {
                out.writeUTF(key);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a key is too long for the bus", e);
        }
        return bytes.toByteArray();
    }

    /** The message in {@code bytes}, or null where it is none that this version understands. */
    static @Nullable BusMessage read(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            if (in.readByte() != FORMAT) {
                return null;
            }
            String origin = in.readUTF();
            String cache = in.readUTF();
            byte event = in.readByte();
            int count = in.readUnsignedShort();
            List<String> keys = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                keys.add(in.readUTF());
            }
            boolean known = in.read() < 0 && (event == ALL ? count == 0 : event == INVALIDATED);
            return known ? new BusMessage(origin, cache, event == ALL ? null : keys) : null;
        } catch (IOException damaged) {
            return null; // told apart by the caller, who trusts nothing then
        }
    }
}
