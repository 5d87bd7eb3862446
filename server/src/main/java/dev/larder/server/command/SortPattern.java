package dev.larder.server.command;

import dev.larder.server.event.Event;
import dev.larder.server.store.Entry;
import dev.larder.server.store.Slice;
import dev.larder.server.store.ValueType;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where {@code SORT} finds something about an element: {@code weight_*}, whose star stands for the element, {@code
 * object_*->field}, or {@code #}, the element itself. Immutable.
 */
final class SortPattern {
    private static final byte[] NOTHING = {};

    private final boolean isElement;
    private final boolean isConstant;
    private final byte[] before;
    private final byte[] after;
    /** Of a hash; empty for a string. */
    private final byte[] field;

    private SortPattern(boolean isElement, byte[] before, byte @Nullable [] after, byte[] field) {
        this.isElement = isElement;
        this.isConstant = after == null;
        this.before = before;
        this.after = after == null ? NOTHING : after;
        this.field = field;
    }

    static SortPattern of(byte[] text) {
        int star = indexOf(text, 0, '*', -1);
        boolean isElement = text.length == 1 && text[0] == '#';
        if (star < 0) {
            return new SortPattern(isElement, text, null, NOTHING);
        }
        int arrow = indexOf(text, star + 1, '-', '>');
        boolean hasField = arrow >= 0 && arrow + 2 < text.length;
        int end = hasField ? arrow : text.length;
        return new SortPattern(
                false,
                Arrays.copyOf(text, star),
                Arrays.copyOfRange(text, star + 1, end),
                hasField ? Arrays.copyOfRange(text, arrow + 2, text.length) : NOTHING);
    }

    private static int indexOf(byte[] text, int from, int one, int next) {
        for (int i = from; i < text.length; i++) {
            if (text[i] == one && (next < 0 || (i + 1 < text.length && text[i + 1] == next))) {
                return i;
            }
        }
        return -1;
    }

    /** Whether it is the same for all elements. */
    boolean isConstant() {
        return isConstant;
    }

    /** Whether it leads to other keys. */
    boolean isForeign() {
        return !isConstant;
    }

    /** What it leads to from an element, or null. All shards are locked if it {@link #isForeign}. */
    byte @Nullable [] value(Call call, byte[] element) {
        if (isConstant) {
            return isElement ? element : null;
        }
        ByteArrayOutputStream key = new ByteArrayOutputStream();
        key.writeBytes(before);
        key.writeBytes(element);
        key.writeBytes(after);
        try (Entry entry = call.worker().entry.open(call.client().database(), Slice.of(key.toByteArray()))) {
            if (!entry.isPresent()) {
                call.notify(Event.KEYMISS, entry);
                return null;
            }
            if (field.length == 0) {
                return entry.type() == ValueType.STRING ? call.bytes(entry) : null;
            }
            int length = entry.type() == ValueType.HASH ? entry.fields().length(Slice.of(field)) : -1;
            if (length < 0) {
                return null;
            }
            byte[] value = new byte[length];
            entry.fields().read(Slice.of(field), call.worker().copier.to(value, 0));
            return value;
        }
    }
}
