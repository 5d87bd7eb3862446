package dev.larder.memcached;

import dev.larder.bus.TagChange;
import dev.larder.bus.TagChange.Kind;
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
 *  … and where a tag was changed, with its name as the only key: reading of the tag clock (8)
 * </pre>
 *
 * What is unknown, of a later version, is no message: see {@link #read}.
 *
 * @param origin who sent it, so that a sender skips its own
 * @param cache the cache it concerns
 * @param content what became untrue
 */
record BusMessage(String origin, String cache, Content content) {
    /** What a message says. */
    sealed interface Content {}

    /** These keys were invalidated. */
    record Keys(List<String> keys) implements Content {}

    /** Another generation is read now. */
    record Cleared() implements Content {}

    /** A tag was changed. */
    record Tagged(TagChange change) implements Content {}

    static final Content CLEARED = new Cleared();

    static final int MAX_KEYS = 64;
    private static final int MAX_CHARS = 80_000; // at three bytes each well within an item
    private static final byte FORMAT = 1;
    private static final byte INVALIDATED = 'i';
    private static final byte ALL = 'c';
    private static final byte TAG_REMOVED = 'r';
    private static final byte TAG_STALE = 's';

    /** As many messages as {@code keys} need, in their order. */
    static List<Content> invalidated(Collection<String> keys) {
        List<Content> contents = new ArrayList<>();
        List<String> gathered = new ArrayList<>();
        int chars = 0;
        for (String key : keys) {
            if (!gathered.isEmpty() && (gathered.size() == MAX_KEYS || chars + key.length() > MAX_CHARS)) {
                contents.add(new Keys(gathered));
                gathered = new ArrayList<>();
                chars = 0;
            }
            gathered.add(key);
            chars += key.length();
        }
        contents.add(new Keys(gathered));
        return contents;
    }

    byte[] bytes() {
        List<String> keys = List.of();
        byte event = ALL;
        if (content instanceof Keys voided) {
            keys = voided.keys();
            event = INVALIDATED;
        } else if (content instanceof Tagged tagged) {
            keys = List.of(tagged.change().tag());
            event = tagged.change().kind() == Kind.REMOVED ? TAG_REMOVED : TAG_STALE;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(FORMAT);
            out.writeUTF(origin);
            out.writeUTF(cache);
            out.writeByte(event);
            out.writeShort(keys.size());
            for (String key : keys) {
                out.writeUTF(key);
            }
            if (content instanceof Tagged tagged) {
                out.writeLong(tagged.change().at());
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
            Content content = content(event, keys, in);
            return content == null || in.read() >= 0 ? null : new BusMessage(origin, cache, content);
        } catch (IOException damaged) {
            return null; // told apart by the caller, who trusts nothing then
        }
    }

    private static @Nullable Content content(byte event, List<String> keys, DataInputStream in) throws IOException {
        return switch (event) {
            case INVALIDATED -> new Keys(keys);
            case ALL -> keys.isEmpty() ? CLEARED : null;
            case TAG_REMOVED, TAG_STALE ->
                keys.size() == 1
                        ? new Tagged(new TagChange(
                                keys.get(0), event == TAG_REMOVED ? Kind.REMOVED : Kind.STALE, in.readLong()))
                        : null;
            default -> null;
        };
    }
}
