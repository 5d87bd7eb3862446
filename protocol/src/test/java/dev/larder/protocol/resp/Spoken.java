package dev.larder.protocol.resp;

import dev.larder.protocol.bytes.Scratch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** What a parser makes of bytes, as text to compare: each request in brackets, an error last. */
final class Spoken {
    private Spoken() {}

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** A request as clients send it. */
    static String request(String... words) {
        StringBuilder text = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            text.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
        }
        return text.toString();
    }

    /** What comes of {@code bytes} at once. */
    static List<String> heard(RequestParser parser, String text) {
        return heard(parser, bytes(text), Integer.MAX_VALUE, new SplittableRandom(1));
    }

    /** What comes of {@code bytes} in pieces of 1 to {@code maxPiece}. */
    static List<String> heard(RequestParser parser, byte[] bytes, int maxPiece, SplittableRandom random) {
        List<String> heard = new ArrayList<>();
        try {
            for (int at = 0; at < bytes.length; ) {
                int count = maxPiece == Integer.MAX_VALUE ? bytes.length : 1 + random.nextInt(maxPiece);
                ByteBuffer piece = ByteBuffer.wrap(bytes, at, Math.min(bytes.length - at, count));
                while (piece.hasRemaining()) {
                    parser.input().take(piece);
                    while (parser.next()) {
                        heard.add(shown(parser.arguments()));
                    }
                }
                at = piece.position();
            }
        } catch (ProtocolException e) {
            heard.add(e.getMessage());
        }
        return heard;
    }

    static RequestParser parser() {
        return parser(RequestLimits.DEFAULT);
    }

    static RequestParser parser(RequestLimits limits) {
        return new RequestParser(limits, new Scratch(8 << 10));
    }

    static String shown(Arguments arguments) {
        List<String> words = new ArrayList<>();
        for (int i = 0; i < arguments.count(); i++) {
            words.add(new String(arguments.copy(i), StandardCharsets.ISO_8859_1));
        }
        return words.toString();
    }
}
