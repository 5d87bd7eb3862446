package dev.larder.protocol.memcached.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import java.util.SplittableRandom;

/** What Jazzer finds, beside the corpus that normal runs replay. {@code JAZZER_FUZZ=1} looks for more. */
class TextRequestFuzzTest {
    private static final TextLimits LIMITS = new TextLimits(300, 2_000, 100_000);

    @FuzzTest(maxDuration = "1m")
    void requestsAreReadAlikeInAnyPieces(byte[] data) {
        same(data, false);
    }

    @FuzzTest(maxDuration = "1m")
    void loginsAreReadAlikeInAnyPieces(byte[] data) {
        same(data, true);
    }

    private static void same(byte[] data, boolean needsLogin) {
        TextRequestParser one = Spoken.parser(LIMITS);
        one.needsLogin(needsLogin);
        List<String> whole = Spoken.heard(one, data, Integer.MAX_VALUE, new SplittableRandom(1));
        TextRequestParser parser = Spoken.parser(LIMITS);
        parser.needsLogin(needsLogin);

        assertThat(Spoken.heard(parser, data, 3, new SplittableRandom(1))).isEqualTo(whole);
        assertThat(parser.heldBytes()).isLessThanOrEqualTo(4 * LIMITS.maxValueBytes());
    }
}
