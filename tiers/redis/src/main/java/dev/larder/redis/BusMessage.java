package dev.larder.redis;

import dev.larder.bus.TagChange;
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
 * line, or the escaped tag, {@code a} the reading of the tag clock at which a tag was changed. What is unknown, of a later version, is no message: see {@link #read}.
 *
 * @param origin who sent it, so that a sender skips its own
 * @param cache the cache it concerns, escaped as in {@link Keyspace}; empty for {@link Event#HELLO}
 * @param keys the keys invalidated, as the caller named them, or the tag changed; else empty
 * @param at the tag clock's reading of a change; else 0
 */
record BusMessage(String origin, String cache, Event event, List<String> keys, long at) {
    /** What happened. */
    enum Event {
        /** Values of some keys are void. */
        INVALIDATED("i"),
        /** Another generation is read now. */
        CLEARED("c"),
        /** What has a tag is void. */
        TAG_REMOVED("r"),
        /** What has a tag is old. */
        TAG_STALE("s"),
        /** Nothing: it marks a place in the stream, and wakes readers up. */
        HELLO("h");

        private final String code;

        Event(String code) {
            this.code = code;
        }

        private boolean isOfTag() {
            return this == TAG_REMOVED || this == TAG_STALE;
        }

        private boolean hasKeys() {
            return this == INVALIDATED || isOfTag();
        }
    }

    static final int MAX_KEYS = 64;

    private static final String ORIGIN_FIELD = "o";
    private static final String CACHE_FIELD = "c";
    private static final String EVENT_FIELD = "e";
    private static final String KEYS_FIELD = "k";
    private static final String AT_FIELD = "a";

    static BusMessage invalidated(String origin, String cache, Collection<String> keys) {
        return new BusMessage(origin, cache, Event.INVALIDATED, List.copyOf(keys), 0);
    }

    static BusMessage event(String origin, String cache, Event event) {
        return new BusMessage(origin, cache, event, List.of(), 0);
    }

    static BusMessage changed(String origin, String cache, TagChange change) {
        Event event = change.kind() == TagChange.Kind.REMOVED ? Event.TAG_REMOVED : Event.TAG_STALE;
        return new BusMessage(origin, cache, event, List.of(change.tag()), change.at());
    }

    /** The change that a message of a tag tells of. */
    TagChange change() {
        TagChange.Kind kind = event == Event.TAG_REMOVED ? TagChange.Kind.REMOVED : TagChange.Kind.STALE;
        return new TagChange(keys.get(0), kind, at);
    }

    static BusMessage hello(String origin) {
        return new BusMessage(origin, "", Event.HELLO, List.of(), 0);
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
        if (event.isOfTag()) {
            fields.put(AT_FIELD, bytes(Long.toHexString(at)));
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
        byte[] at = fields.get(AT_FIELD);
        if (origin == null
                || cache == null
                || event == null
                || (lines == null) == event.hasKeys()
                || (at == null) == event.isOfTag()) {
            return null;
        }
        try {
            List<String> keys = lines == null ? List.of() : keys(text(lines));
            long reading = at == null ? 0 : Long.parseLong(text(at), 16);
            return new BusMessage(text(origin), text(cache), event, keys, reading);
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
