package dev.larder.file;

import dev.larder.file.Moment.Span;
import dev.larder.file.Sealed.Kind;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The content of a lease's file: {@code era 8 | end 8 | term 8 | key | token}, texts behind their lengths. Pure. It is
 * read and written under its stripe's lock only; one that is damaged is no lease, so that nobody can store by it.
 */
record LeaseFile(Span term, String key, String token) {
    byte[] encode() {
        ByteBuffer out = Sealed.begin(Kind.LEASE, Span.BYTES + Text.length(key) + Text.length(token));
        out.putLong(term.era()).putLong(term.endMillis()).putLong(term.termMillis());
        Text.put(out, key);
        Text.put(out, token);
        return Sealed.seal(out);
    }

    /** What {@code file} says; null where it is damaged. */
    static @Nullable LeaseFile decode(byte[] file) {
        ByteBuffer in = Sealed.open(Kind.LEASE, file);
        if (in == null || in.remaining() < Span.BYTES) {
            return null;
        }
        Span term = new Span(in.getLong(), in.getLong(), in.getLong());
        String key = Text.take(in);
        String token = Text.take(in);
        return key == null || token == null ? null : new LeaseFile(term, key, token);
    }
}
