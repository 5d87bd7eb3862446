package dev.larder.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.bus.TagChange.Kind;
import dev.larder.tier.Tokens;
import java.io.ByteArrayOutputStream;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What the items of tags say, without a server. */
class TagItemsTest {
    private final long start = Tokens.clock();

    @Test
    void logKnowsWhenATagWasLastChangedAtTheLatest() {
        TagLog log = log(start, "a", start + 1, "b", start + 3, "a", start + 2);

        assertThat(log.size()).isEqualTo(3);
        assertThat(log.floor("a")).isEqualTo(start + 2);
        assertThat(log.floor("b")).isEqualTo(start + 3);
        assertThat(log.floor("c")).isEqualTo(start);
    }

    @Test
    void whatIsCutFromALogCountsAsChangedAtTheLatestOfThem() {
        Object[] entries = new Object[2 * (TagLog.KEPT + 2)];
        for (int i = 0; i < entries.length; i += 2) {
            entries[i] = "t" + i / 2;
            entries[i + 1] = start + i / 2 + 1;
        }
        entries[1] = start + 9; // written early and noted late

        TagLog cut = Objects.requireNonNull(TagLog.of(log(start, entries).cut()));

        assertThat(cut.size()).isEqualTo(TagLog.KEPT);
        assertThat(cut.floor("t0")).isEqualTo(start + 9);
        assertThat(cut.floor("never seen")).isEqualTo(start + 9);
        assertThat(cut.floor("t600")).isEqualTo(start + 9);
        assertThat(cut.floor("t500")).isEqualTo(start + 501);
    }

    @Test
    void bytesOfAnotherLengthAreNoLogAndNoRecord() {
        assertThat(TagLog.of(null)).isNull();
        assertThat(TagLog.of(new byte[7])).isNull();
        assertThat(TagLog.of(new byte[23])).isNull();
        assertThat(TagRecord.of(null, start)).isNull();
        assertThat(TagRecord.of(new byte[0], start)).isNull();
        assertThat(TagRecord.of(new byte[17], start)).isNull();
    }

    @Test
    void recordNeverGoesBackAndIsNoneInAnotherEpoch() {
        TagRecord record = new TagRecord(start + 5, 0).changed(Kind.STALE, start + 7);

        assertThat(TagRecord.of(record.bytes(), start + 9)).isEqualTo(record);
        assertThat(record.changed(Kind.REMOVED, start + 4).changed(Kind.STALE, start + 6))
                .isEqualTo(record);
        assertThat(TagRecord.of(record.bytes(), start + (1L << 32))).isNull();
    }

    @Test
    void retiredBodyKnowsTheLastNumbersAndWhatIsBehindThem() {
        byte[] value = {'V', 2, 3};
        byte[] bytes = value;
        for (int cas = 1; cas <= Retired.MOST + 2; cas++) {
            bytes = Retired.replacing(bytes, -cas, value);
        }

        assertThat(Retired.body(bytes)).isEqualTo(value);
        assertThat(Retired.had(bytes, -1)).isFalse();
        assertThat(Retired.had(bytes, -2)).isFalse();
        for (int cas = 3; cas <= Retired.MOST + 2; cas++) {
            assertThat(Retired.had(bytes, -cas)).isTrue();
        }
        assertThat(Retired.had(value, -1)).isFalse();
        assertThat(Retired.body(new byte[] {'R', 9, 1})).isEqualTo(new byte[] {'R', 9, 1});
    }

    private static TagLog log(long from, Object... tagsAndReadings) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(TagLog.begun(from));
        for (int i = 0; i < tagsAndReadings.length; i += 2) {
            bytes.writeBytes(TagLog.entry((String) tagsAndReadings[i], (long) tagsAndReadings[i + 1]));
        }
        return Objects.requireNonNull(TagLog.of(bytes.toByteArray()));
    }
}
