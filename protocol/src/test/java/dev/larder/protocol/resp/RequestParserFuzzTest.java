package dev.larder.protocol.resp;

import static dev.larder.protocol.resp.Spoken.request;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Requests with random damage, in random pieces. The seed is printed; {@code -Dlarder.seed=} takes one. */
class RequestParserFuzzTest {
    private static final int ROUNDS = 10_000;
    private static final RequestLimits LIMITS = new RequestLimits(100_000, 40, 300, 300_000);
    private static final String[] NUMBERS = {
        "0", "1", "2", "-1", "41", "100001", "2147483647", "4294967297", "01", "1e3"
    };

    private final long seed = Long.getLong("larder.seed", System.nanoTime());

    @Test
    void piecesNeverChangeWhatIsReadAndMemoryStaysWithinItsLimit() {
        System.out.println("seed " + seed);
        for (int round = 0; round < ROUNDS; round++) {
            SplittableRandom random = new SplittableRandom(seed + round);
            byte[] bytes = damaged(random);

            List<String> whole = Spoken.heard(Spoken.parser(LIMITS), bytes, Integer.MAX_VALUE, random);
            RequestParser parser = Spoken.parser(LIMITS);
            List<String> pieces = Spoken.heard(parser, bytes, pieceBytes(random), random);

            assertThat(pieces).as("seed %d, round %d", seed, round).isEqualTo(whole);
            assertThat(parser.heldBytes()).isLessThanOrEqualTo(LIMITS.maxRequestBytes());
        }
    }

    private static int pieceBytes(SplittableRandom random) {
        return random.nextInt(3) == 0 ? 2_000 : 1 + random.nextInt(9);
    }

    static byte[] damaged(SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(1, 6); i > 0; i--) {
            text.append(said(random));
        }
        for (int i = random.nextInt(4); i > 0 && !text.isEmpty(); i--) {
            int at = random.nextInt(Math.min(text.length(), 200));
            switch (random.nextInt(4)) {
                case 0 -> text.setCharAt(at, (char) random.nextInt(256));
                case 1 -> text.deleteCharAt(at);
                case 2 -> text.insert(at, "\r\n *$\"'\\x0".charAt(random.nextInt(10)));
                default -> text.insert(at, text.substring(random.nextInt(at + 1), at));
            }
        }
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String said(SplittableRandom random) {
        return switch (random.nextInt(8)) {
            case 0 -> "get 'a b' \"c\\x41\" d\r\n";
            case 1 -> "*" + NUMBERS[random.nextInt(NUMBERS.length)] + "\r\n";
            case 2 -> "*1\r\n$" + NUMBERS[random.nextInt(NUMBERS.length)] + "\r\n";
            case 3 -> random.nextInt(20) == 0 ? request("SET", "k", "v".repeat(random.nextInt(90_000))) : "\r\n";
            case 4 -> request("SET", "k".repeat(random.nextInt(300)), "v".repeat(random.nextInt(3_000)));
            default -> request("GET", "key:" + random.nextInt(1_000));
        };
    }
}
