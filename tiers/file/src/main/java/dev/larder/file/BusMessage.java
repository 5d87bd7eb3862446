package dev.larder.file;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One message of the bus: {@code event 1 | origin | cache | number of keys 4 | keys}, texts behind their lengths.
 * Immutable; pure.
 *
 * @param origin who sent it, so that a sender skips its own
 * @param cache the cache it concerns
 * @param keys the keys invalidated; empty for {@link Event#CLEARED}
 */
record BusMessage(Event event, String origin, String cache, List<String> keys) {
    /** What happened. */
    enum Event {
        INVALIDATED('i'),
        CLEARED('c');

        private final byte code;

        Event(char code) {
            this.code = (byte) code;
        }
    }

    /** A message is closed when its keys have so many bytes; one key alone may have more. */
    private static final int ENOUGH_BYTES = 64 << 10;

    /** A key with more is not named: the cache is called cleared instead. */
    private static final int LONGEST_KEY_BYTES = 4 << 20;

    /** As many messages as {@code keys} need. */
    static List<BusMessage> invalidated(String origin, String cache, Collection<String> keys) {
        List<BusMessage> messages = new ArrayList<>();
        List<String> part = new ArrayList<>();
        int bytes = 0;
        for (String key : keys) {
            if (Text.length(key) > LONGEST_KEY_BYTES) {
                return List.of(cleared(origin, cache));
            }
            part.add(key);
            bytes += Text.length(key);
            if (bytes >= ENOUGH_BYTES) {
                messages.add(new BusMessage(Event.INVALIDATED, origin, cache, List.copyOf(part)));
                part.clear();
                bytes = 0;
            }
        }
        if (!part.isEmpty()) {
            messages.add(new BusMessage(Event.INVALIDATED, origin, cache, List.copyOf(part)));
        }
        return messages;
    }

    static BusMessage cleared(String origin, String cache) {
        return new BusMessage(Event.CLEARED, origin, cache, List.of());
    }

    byte[] encode() {
        int length = 1 + Text.length(origin) + Text.length(cache) + Integer.BYTES;
        for (String key : keys) {
            length += Text.length(key);
        }
        ByteBuffer out = ByteBuffer.allocate(length).put(event.code);
        Text.put(out, origin);
        Text.put(out, cache);
        out.putInt(keys.size());
        keys.forEach(key -> Text.put(out, key));
        return out.array();
    }

    /** The message in {@code in}; null where it is none that this version understands. */
    static @Nullable BusMessage decode(ByteBuffer in) {
        Event event = in.hasRemaining() ? event(in.get()) : null;
        String origin = Text.take(in);
        String cache = Text.take(in);
        if (event == null || origin == null || cache == null || in.remaining() < Integer.BYTES) {
            return null;
        }
        int count = in.getInt();
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String key = Text.take(in);
            if (key == null) {
                return null;
            }
            keys.add(key);
        }
        return in.hasRemaining() ? null : new BusMessage(event, origin, cache, List.copyOf(keys));
    }

    private static @Nullable Event event(byte code) {
        for (Event event : Event.values()) {
            if (event.code == code) {
                return event;
            }
        }
        return null;
    }
}
