package dev.larder.file;

import dev.larder.file.Moment.Span;
import dev.larder.file.Sealed.Kind;
import dev.larder.tier.Tokens;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Which generation of a cache is read, and which one a rebuild is filling. Immutable; pure. The file that carries it is
 * replaced in one step, under a lock.
 *
 * @param current the generation that is read
 * @param next the rebuild under way, or null
 */
record Control(String current, @Nullable Rebuild next) {
    /**
     * A rebuild under way.
     *
     * @param term ends unless it is prolonged; then another rebuild may take its place
     */
    record Rebuild(String generation, String token, Span term) {}

    static Control fresh() {
        return new Control(Tokens.next(), null);
    }

    @Nullable String nextGeneration() {
        return next == null ? null : next.generation();
    }

    boolean isRebuiltBy(String token) {
        return next != null && next.token().equals(token);
    }

    byte[] encode() {
        Rebuild running = next;
        int more = running == null ? 0 : Span.BYTES + Text.length(running.generation()) + Text.length(running.token());
        ByteBuffer out = Sealed.begin(Kind.CONTROL, Text.length(current) + more);
        Text.put(out, current);
        if (running != null) {
            out.putLong(running.term().era())
                    .putLong(running.term().endMillis())
                    .putLong(running.term().termMillis());
            Text.put(out, running.generation());
            Text.put(out, running.token());
        }
        return Sealed.seal(out);
    }

    /** What {@code file} says; null where it is damaged. */
    static @Nullable Control decode(byte[] file) {
        ByteBuffer in = Sealed.open(Kind.CONTROL, file);
        String current = in == null ? null : Text.take(in);
        if (in == null || current == null || !Names.GENERATION.matcher(current).matches()) {
            return null;
        }
        if (!in.hasRemaining()) {
            return new Control(current, null);
        }
        if (in.remaining() < Span.BYTES) {
            return null;
        }
        Span term = new Span(in.getLong(), in.getLong(), in.getLong());
        String generation = Text.take(in);
        String token = Text.take(in);
        if (generation == null
                || token == null
                || !Names.GENERATION.matcher(generation).matches()) {
            return null;
        }
        return new Control(current, new Rebuild(generation, token, term));
    }
}
