package dev.larder.server.client;

import dev.larder.protocol.bytes.ByteSink;
import dev.larder.protocol.resp.ReplyWriter;
import java.util.Arrays;
import java.util.function.Consumer;

/** What nobody asked for, encoded for both versions of the protocol. Immutable; the arrays must not be changed. */
@SuppressWarnings("ArrayRecordComponent") // carried along, compared by nobody
public record Message(byte[] two, byte[] three) {
    private static final int KEPT_BYTES = 512;

    /** Encodes what {@code writing} writes. */
    public static Message of(Consumer<ReplyWriter> writing) {
        return new Message(encoded(false, writing), encoded(true, writing));
    }

    private static byte[] encoded(boolean isThree, Consumer<ReplyWriter> writing) {
        ByteSink sink = new ByteSink(KEPT_BYTES);
        ReplyWriter writer = new ReplyWriter(sink);
        writer.three(isThree);
        writing.accept(writer);
        return Arrays.copyOf(sink.array(), sink.length());
    }

    /** The bytes for one version. */
    public byte[] bytes(boolean isThree) {
        return isThree ? three : two;
    }
}
