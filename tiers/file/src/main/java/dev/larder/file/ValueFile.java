package dev.larder.file;

import dev.larder.file.Moment.Span;
import dev.larder.file.Sealed.Kind;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The content of a value's file: how long it lives, of which key it is, and the envelope. Pure; the array is not copied.
 *
 * <pre>
 *  era 8 | end 8 | term 8 | key's length 4 | key | envelope, to the end of the content
 * </pre>
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record ValueFile(Span life, String key, byte[] envelope) {
    /** Has no bytes: it says that the key was invalidated while a rebuild ran, and cannot be damaged. */
    static final byte[] TOMBSTONE = {};

    static long length(String key, byte[] envelope) {
        return 8L + Span.BYTES + Text.length(key) + envelope.length;
    }

    byte[] encode() {
        ByteBuffer out = Sealed.begin(Kind.VALUE, Span.BYTES + Text.length(key) + envelope.length);
        out.putLong(life.era()).putLong(life.endMillis()).putLong(life.termMillis());
        Text.put(out, key);
        return Sealed.seal(out.put(envelope));
    }

    /** What {@code file} says; null where it is damaged. */
    static @Nullable ValueFile decode(byte[] file) {
        ByteBuffer in = Sealed.open(Kind.VALUE, file);
        if (in == null || in.remaining() < Span.BYTES) {
            return null;
        }
        Span life = new Span(in.getLong(), in.getLong(), in.getLong());
        String key = Text.take(in);
        if (key == null) {
            return null;
        }
        byte[] envelope = new byte[in.remaining()];
        in.get(envelope);
        return new ValueFile(life, key, envelope);
    }
}
