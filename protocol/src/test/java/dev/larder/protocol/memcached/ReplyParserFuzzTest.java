package dev.larder.protocol.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Replies with random damage, in random pieces. The seed is printed; {@code -Dlarder.seed=} takes one. */
class ReplyParserFuzzTest {
    private static final int ROUNDS = 50_000;
    private static final Limits LIMITS = new Limits(64, 256);
    private static final String[] SEEDS = ReplyParserTest.SPOKEN.split("(?<=\r\n)");
    private static final String[] LENGTHS = {"0", "1", "255", "256", "257", "2147483647", "4294967297", "-1", "1e3"};

    private final long seed = Long.getLong("larder.seed", System.nanoTime());

    @Test
    void damageGivesRepliesOrAProtocolExceptionAndNeverMoreBytesThanTheLimits() {
        System.out.println("seed " + seed);
        for (int round = 0; round < ROUNDS; round++) {
            SplittableRandom random = new SplittableRandom(seed + round);
            byte[] bytes = damaged(random);

            List<String> whole = outcome(bytes, random, bytes.length);
            List<String> pieces = outcome(bytes, random, 1 + random.nextInt(8));

            assertThat(pieces).as("seed %d, round %d", seed, round).isEqualTo(whole);
        }
    }

    /** What comes of {@code bytes}: the replies, and how it ended. */
    private static List<String> outcome(byte[] bytes, SplittableRandom random, int maxPiece) {
        ReplyParser parser = new ReplyParser(LIMITS);
        List<String> outcome = new ArrayList<>();
        try {
            for (int at = 0; at < bytes.length; ) {
                int count = Math.min(bytes.length - at, 1 + random.nextInt(maxPiece));
                ByteBuffer piece = ByteBuffer.wrap(bytes, at, count);
                at += count;
                for (Reply reply = parser.next(piece); reply != null; reply = parser.next(piece)) {
                    outcome.add(ReplyParserTest.shown(reply));
                }
                assertThat(parser.heldBytes()).isLessThanOrEqualTo(LIMITS.maxLineBytes() + 1 + LIMITS.maxValueBytes());
            }
        } catch (ProtocolException e) {
            outcome.add("broken: " + e.getMessage());
        }
        return outcome;
    }

    private static byte[] damaged(SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(1, 6); i > 0; i--) {
            text.append(SEEDS[random.nextInt(SEEDS.length)]);
            if (random.nextInt(4) == 0) {
                text.append("VA ")
                        .append(LENGTHS[random.nextInt(LENGTHS.length)])
                        .append(" c1\r\n");
            }
        }
        for (int i = random.nextInt(4); i > 0 && !text.isEmpty(); i--) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(4)) {
                case 0 -> text.setCharAt(at, (char) random.nextInt(256));
                case 1 -> text.deleteCharAt(at);
                case 2 -> text.insert(at, "\r\n 0VAHD".charAt(random.nextInt(8)));
                default -> text.insert(at, text.substring(random.nextInt(at + 1), at));
            }
        }
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
