package dev.larder.file;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Texts in files, two bytes for each character, so that any key comes back as it was, lone surrogates included. Pure. */
final class Text {
    private Text() {}

    static int length(String text) {
        return Integer.BYTES + text.length() * Character.BYTES;
    }

    static byte[] bytes(String text) {
        byte[] bytes = new byte[text.length() * Character.BYTES];
        ByteBuffer.wrap(bytes).asCharBuffer().put(text);
        return bytes;
    }

    static void put(ByteBuffer out, String text) {
        out.putInt(text.length());
        out.asCharBuffer().put(text);
        out.position(out.position() + text.length() * Character.BYTES);
    }

    /** The next text of {@code in}; null where there is none. */
    static @Nullable String take(ByteBuffer in) {
        if (in.remaining() < Integer.BYTES) {
            return null;
        }
        int length = in.getInt();
        if (length < 0 || length > in.remaining() / Character.BYTES) {
            return null;
        }
        String text = in.asCharBuffer().subSequence(0, length).toString();
        in.position(in.position() + length * Character.BYTES);
        return text;
    }
}
