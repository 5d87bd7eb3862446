package dev.larder.file;

import dev.larder.bus.TagChange;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One message of the bus: {@code event 1 | origin | cache | number of names 4 | names}, texts behind their lengths; of a
 * tag, {@code | reading 8} after that. Immutable; pure.
 *
 * @param origin who sent it, so that a sender skips its own
 * @param cache the cache it concerns
 * @param names the keys invalidated, or the one tag; empty for {@link Event#CLEARED}
 * @param reading the tag clock's reading that the change of a tag made; 0 for other events
 */
record BusMessage(Event event, String origin, String cache, List<String> names, long reading) {
    /** What happened. */
    enum Event {
        INVALIDATED('i'),
        CLEARED('c'),
        TAG_REMOVED('r'),
        TAG_STALE('s');

        private final byte code;

        Event(char code) {
            this.code = (byte) code;
        }

        boolean isOfTag() {
            return this == TAG_REMOVED || this == TAG_STALE;
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
                messages.add(new BusMessage(Event.INVALIDATED, origin, cache, List.copyOf(part), 0));
                part.clear();
                bytes = 0;
            }
        }
        if (!part.isEmpty()) {
            messages.add(new BusMessage(Event.INVALIDATED, origin, cache, List.copyOf(part), 0));
        }
        return messages;
    }

    static BusMessage cleared(String origin, String cache) {
        return new BusMessage(Event.CLEARED, origin, cache, List.of(), 0);
    }

    static BusMessage tagChanged(String origin, String cache, TagChange change) {
        Event event = switch (change.kind()) {
            case REMOVED -> Event.TAG_REMOVED;
            case STALE -> Event.TAG_STALE;
        };
        return new BusMessage(event, origin, cache, List.of(change.tag()), change.at());
    }

    /** What a message of a tag says. */
    TagChange tagChange(TagChange.Kind kind) {
        return new TagChange(names.get(0), kind, reading);
    }

    byte[] encode() {
        int length = 1 + Text.length(origin) + Text.length(cache) + Integer.BYTES;
        length += event.isOfTag() ? Long.BYTES : 0;
        for (String name : names) {
            length += Text.length(name);
        }
        ByteBuffer out = ByteBuffer.allocate(length).put(event.code);
        Text.put(out, origin);
        Text.put(out, cache);
        out.putInt(names.size());
        names.forEach(name -> Text.put(out, name));
        if (event.isOfTag()) {
            out.putLong(reading);
        }
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
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = Text.take(in);
            if (name == null) {
                return null;
            }
            names.add(name);
        }
        int left = event.isOfTag() ? Long.BYTES : 0;
        if (in.remaining() != left || (event.isOfTag() && count != 1)) {
            return null;
        }
        return new BusMessage(event, origin, cache, List.copyOf(names), left == 0 ? 0 : in.getLong());
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
