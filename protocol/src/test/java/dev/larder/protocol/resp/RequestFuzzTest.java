package dev.larder.protocol.resp;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;

/** What Jazzer finds, beside the corpus that normal runs replay. {@code JAZZER_FUZZ=1} looks for more. */
class RequestFuzzTest {
    private static final RequestLimits LIMITS = new RequestLimits(100_000, 1_000, 1_000, 300_000);
    private static final ReplyLimits REPLY_LIMITS = new ReplyLimits(100_000, 1_000, 1_000, 8);

    @FuzzTest(maxDuration = "1m")
    void requestsAreReadAlikeInAnyPieces(byte[] data) {
        List<String> whole = Spoken.heard(Spoken.parser(LIMITS), data, Integer.MAX_VALUE, new SplittableRandom(1));
        RequestParser parser = Spoken.parser(LIMITS);

        assertThat(Spoken.heard(parser, data, 3, new SplittableRandom(1))).isEqualTo(whole);
        assertThat(parser.heldBytes()).isLessThanOrEqualTo(LIMITS.maxRequestBytes());
    }

    @FuzzTest(maxDuration = "1m")
    void repliesAreReadOrRefused(byte[] data) {
        ReplyParser parser = new ReplyParser(REPLY_LIMITS);
        ByteBuffer in = ByteBuffer.wrap(data);
        try {
            while (parser.next(in) != null) {
                assertThat(parser.heldBytes()).isLessThan(200_000);
            }
        } catch (ProtocolException refused) {
            assertThat(parser.heldBytes()).isZero();
            return;
        }
        assertThat(in.hasRemaining()).isFalse();
    }
}
