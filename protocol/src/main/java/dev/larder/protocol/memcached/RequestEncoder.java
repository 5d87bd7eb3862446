package dev.larder.protocol.memcached;

import dev.larder.protocol.memcached.Request.Meta;
import dev.larder.protocol.memcached.Request.Verb;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Writes requests as bytes. Pure. */
public final class RequestEncoder {
    private static final byte[] NOOP = ascii("mn\r\n");
    private static final byte[] VERSION = ascii("version\r\n");
    private static final byte[] LINE_END = ascii("\r\n");

    private RequestEncoder() {}

    /** The bytes of {@code request}. */
    public static byte[] bytes(Request request) {
        if (request instanceof Meta meta) {
            return meta(meta);
        }
        if (request instanceof Request.Set set) {
            byte[] tail = ascii(" " + Integer.toUnsignedString(set.clientFlags()) + " " + set.lifeSeconds() + " "
                    + set.value().length + "\r\n");
            return join(ascii("set "), set.key().shared(), tail, set.value(), LINE_END);
        }
        return request instanceof Request.Noop ? NOOP.clone() : VERSION.clone();
    }

    private static byte[] meta(Meta meta) {
        StringBuilder tail = new StringBuilder();
        byte[] value = meta.value();
        if (value != null) {
            tail.append(' ').append(value.length);
        }
        if (!meta.flags().equals(MetaFlags.NONE)) {
            tail.append(' ').append(meta.flags());
        }
        byte[] head = ascii(meta.verb().word() + ' ');
        byte[] line = ascii(tail.append("\r\n").toString());
        return meta.verb() == Verb.SET && value != null
                ? join(head, meta.key().shared(), line, value, LINE_END)
                : join(head, meta.key().shared(), line);
    }

    private static byte[] join(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length = Math.addExact(length, part.length);
        }
        ByteBuffer joined = ByteBuffer.allocate(length);
        for (byte[] part : parts) {
            joined.put(part);
        }
        return joined.array();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
