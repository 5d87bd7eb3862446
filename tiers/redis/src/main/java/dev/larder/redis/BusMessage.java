package dev.larder.redis;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the bus's stream. Immutable; pure.
 *
 * <p>Fields: {@code o} the origin's token, {@code c} the cache, {@code e} the event, {@code k} the escaped keys, one to a
 * line. What is unknown, of a later version, is no message: see {@link #read}.
 *
 * @param origin who sent it, so that a sender skips its own
 * @param cache the cache it concerns, escaped as in {@link Keyspace}; empty for {@link Event#HELLO}
 * @param keys the keys invalidated, as the caller named them; empty but for {@link Event#INVALIDATED}
 */
record BusMessage(String origin, String cache, Event event, List<String> keys) {
    /** What happened. */
    enum Event {
        /** Values of some keys are void. */
        INVALIDATED("i"),
        /** Another generation is read now. */
        CLEARED("c"),
        /** Nothing: it marks a place in the stream, and wakes readers up. */
        HELLO("h");

        private final String code;

        Event(String code) {
            this.code = code;
        }
    }

    static final int MAX_KEYS = 64;

    private static final String ORIGIN_FIELD = "o";
    private static final String CACHE_FIELD = "c";
    private static final String EVENT_FIELD = "e";
    private static final String KEYS_FIELD = "k";

    static BusMessage invalidated(String origin, String cache, Collection<String> keys) {
        return new BusMessage(origin, cache, Event.INVALIDATED, List.copyOf(keys));
    }

    static BusMessage event(String origin, String cache, Event event) {
        return new BusMessage(origin, cache, event, List.of());
    }

    static BusMessage hello(String origin) {
        return new BusMessage(origin, "", Event.HELLO, List.of());
    }

    Map<String, byte[]> fields() {
        Map<String, byte[]> fields = new LinkedHashMap<>();
        fields.put(ORIGIN_FIELD, bytes(origin));
        fields.put(CACHE_FIELD, bytes(cache));
        fields.put(EVENT_FIELD, bytes(event.code));
        if (!keys.isEmpty()) {
            StringBuilder lines = new StringBuilder();
            for (String key : keys) {
                lines.append(lines.isEmpty() ? "" : "\n").append(Keyspace.escape(key));
            }
            fields.put(KEYS_FIELD, bytes(lines.toString()));
        }
        return fields;
    }

    /** The message in {@code fields}, or null where it is none that this version understands. */
    static @Nullable BusMessage read(Map<String, byte[]> fields) {
        byte[] origin = fields.get(ORIGIN_FIELD);
        byte[] cache = fields.get(CACHE_FIELD);
        byte[] code = fields.get(EVENT_FIELD);
        byte[] lines = fields.get(KEYS_FIELD);
        Event event = code == null ? null : event(text(code));
        if (origin == null || cache == null || event == null || (lines == null) == (event == Event.INVALIDATED)) {
            return null;
        }
        try {
            return new BusMessage(text(origin), text(cache), event, lines == null ? List.of() : keys(text(lines)));
        } catch (IllegalArgumentException damaged) {
            return null; // told apart by the caller, who trusts nothing then
        }
    }

    private static List<String> keys(String lines) {
        List<String> keys = new ArrayList<>();
        for (String line : lines.split("\n", -1)) {
            keys.add(Keyspace.unescape(line));
        }
        return keys;
    }

    private static @Nullable Event event(String code) {
        for (Event event : Event.values()) {
            if (event.code.equals(code)) {
                return event;
            }
        }
        return null;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
