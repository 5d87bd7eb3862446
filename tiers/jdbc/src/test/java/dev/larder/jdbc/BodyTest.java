package dev.larder.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.bus.TagChange;
import dev.larder.bus.TagChange.Kind;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What messages say survives the way through the table; what is damaged says nothing. */
class BodyTest {
    @Test
    void everyMessageIsReadAsItWasWritten() {
        for (Kind kind : Kind.values()) {
            for (String tag : List.of("t", "\u0000", "tag 'quoted'", "\uD83D\uDE00", "鍵".repeat(256))) {
                TagChange change = new TagChange(tag, kind, 7L << 32 | 5);
                assertThat(Body.read(Body.of(change))).isEqualTo(new Body.Tagged(change));
            }
        }
        assertThat(Body.read(Body.ofClear())).isEqualTo(new Body.Cleared());
        List<String> keys = List.of("", "a", "\uD83D", "ü".repeat(300));
        assertThat(Body.of(keys).stream().map(Body::read)).containsExactly(new Body.Invalidated(keys));
    }

    @Test
    void messageThatIsCutShortIsNotUnderstood() {
        for (byte[] whole : List.of(
                Body.of(new TagChange("tag", Kind.STALE, 1L << 40)),
                Body.of(List.of("key", "other")).get(0),
                Body.ofClear())) {
            for (int length = 0; length < whole.length; length++) {
                assertThat(Body.read(Arrays.copyOf(whole, length)))
                        .as("the first %d bytes", length)
                        .isNull();
            }
        }
    }

    @Test
    void messageOfAnotherKindOrWithImpossibleLengthsIsNotUnderstood() {
        byte[] unknown = Body.of(new TagChange("tag", Kind.REMOVED, 1L << 40));
        unknown[0] = 'Z';
        byte[] negative = Body.of(new TagChange("tag", Kind.REMOVED, 1L << 40));
        negative[1] = -1;
        byte[] halfUtf8 = Body.of(new TagChange("é", Kind.REMOVED, 1L << 40));
        halfUtf8[6] = 'x';

        assertThat(Body.read(unknown)).isNull();
        assertThat(Body.read(negative)).isNull();
        assertThat(Body.read(halfUtf8)).isNull();
    }

    @Test
    void messageIsSplitByKeysAndByBytes() {
        List<String> many =
                IntStream.range(0, 2_500).mapToObj(Integer::toString).toList();
        List<String> large = Collections.nCopies(10, "k".repeat(60_000));

        assertThat(Body.of(many)).hasSize(3);
        assertThat(Body.of(large)).hasSize(2);
        assertThat(Body.of(List.of())).isEmpty();
    }
}
