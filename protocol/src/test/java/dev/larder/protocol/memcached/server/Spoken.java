package dev.larder.protocol.memcached.server;

import dev.larder.protocol.bytes.Scratch;
import dev.larder.protocol.memcached.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** What a parser makes of bytes, as text to compare: each request on its own, what it hangs up for last. */
final class Spoken {
    private Spoken() {}

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static TextRequestParser parser() {
        return parser(TextLimits.DEFAULT);
    }

    static TextRequestParser parser(TextLimits limits) {
        return new TextRequestParser(limits, new Scratch(8 << 10));
    }

    /** What comes of {@code text} at once; {@code |} stands for CR LF. */
    static List<String> heard(TextRequestParser parser, String text) {
        return heard(parser, bytes(text.replace("|", "\r\n")), Integer.MAX_VALUE, new SplittableRandom(1));
    }

    /** What comes of {@code bytes} in pieces of 1 to {@code maxPiece}. */
    static List<String> heard(TextRequestParser parser, byte[] bytes, int maxPiece, SplittableRandom random) {
        List<String> heard = new ArrayList<>();
        try {
            for (int at = 0; at < bytes.length; ) {
                int count = maxPiece == Integer.MAX_VALUE ? bytes.length : 1 + random.nextInt(maxPiece);
                ByteBuffer piece = ByteBuffer.wrap(bytes, at, Math.min(bytes.length - at, count));
                while (piece.hasRemaining()) {
                    parser.input().take(piece);
                    while (parser.next()) {
                        heard.add(shown(parser.request()));
                    }
                }
                at = piece.position();
            }
        } catch (ProtocolException e) {
            heard.add("hang up: " + e.getMessage());
        }
        return heard;
    }

    static String shown(TextRequest request) {
        StringBuilder text = new StringBuilder();
        if (request.refusal() != null) {
            text.append(request.refusal());
        } else {
            text.append(request.command());
        }
        for (int i = 0; i < request.keyCount(); i++) {
            text.append(' ').append(new String(request.key(i), StandardCharsets.ISO_8859_1));
        }
        if (request.refusal() == null) {
            numbers(request, text);
        }
        return text + (request.isTooLarge() ? " too large" : "") + (request.isQuiet() ? " quiet" : "");
    }

    private static void numbers(TextRequest request, StringBuilder text) {
        text.append(request.clientFlags() != 0 ? " F" + Integer.toUnsignedString(request.clientFlags()) : "");
        text.append(request.hasExpiry() ? " T" + request.expiry() : "");
        text.append(request.cas() != 0 ? " C" + Long.toUnsignedString(request.cas()) : "");
        text.append(request.delta() != 0 ? " D" + Long.toUnsignedString(request.delta()) : "");
        boolean isMeta = request.command().form() == Command.Form.META;
        for (int i = 0; isMeta && i < request.meta().count(); i++) {
            text.append(i == 0 ? " /" : "").append(request.meta().flag(i));
        }
        Command.Form form = request.command().form();
        if (form == Command.Form.VALUE || request.command() == Command.MS) {
            text.append(" '")
                    .append(new String(
                            request.value(), request.valueOffset(), request.valueLength(), StandardCharsets.ISO_8859_1))
                    .append("'");
        }
    }
}
