package dev.larder.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.codec.Envelope;
import dev.larder.codec.Envelope.Terms;
import dev.larder.tier.FarValue;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoredValueTest {
    private static final long NOW = 1_800_000_000_000L;

    @Test
    void entryTellsItselfWhatIsLeftOfItsLife() {
        byte[] envelope = envelope(60_000);
        byte[] stored = StoredValue.write(envelope, 60_000, NOW);

        assertThat(StoredValue.isEntry(stored)).isTrue();
        assertThat(StoredValue.mustBeAsked(stored)).isFalse();
        FarValue read = Objects.requireNonNull(StoredValue.read(stored, NOW + 20_000));
        assertThat(read.bytes()).isEqualTo(envelope);
        assertThat(read.leftMillis()).isEqualTo(40_000);
    }

    @Test
    void entryWhoseMomentHasComeIsAMiss() {
        byte[] stored = StoredValue.write(envelope(60_000), 60_000, NOW);

        assertThat(StoredValue.read(stored, NOW + 59_999)).isNotNull();
        assertThat(StoredValue.read(stored, NOW + 60_000)).isNull();
    }

    @Test
    void noEntryHasMoreLifeThanItWasGiven() {
        byte[] stored = StoredValue.write(envelope(60_000), 60_000, NOW);

        assertThat(Objects.requireNonNull(StoredValue.read(stored, NOW - 3_600_000))
                        .leftMillis())
                .isEqualTo(60_000);
    }

    @Test
    void softlyExpiredEntryIsReadAsOne() {
        byte[] envelope = envelope(60_000);
        byte[] stored = StoredValue.write(envelope, 60_000, NOW);
        stored[0] = 's';
        envelope[0] = 'S';

        assertThat(Objects.requireNonNull(StoredValue.read(stored, NOW)).bytes())
                .isEqualTo(envelope);
    }

    @Test
    void entryWithoutAnEndLiesThereAsItIs() {
        byte[] envelope = envelope(-1);

        byte[] stored = StoredValue.write(envelope, -1, NOW);

        assertThat(stored).isEqualTo(envelope);
        assertThat(StoredValue.mustBeAsked(stored)).isFalse();
        assertThat(Objects.requireNonNull(StoredValue.read(stored, NOW)).leftMillis())
                .isEqualTo(-1);
    }

    @Test
    void whatDoesNotTellItsEndIsAskedFor() {
        byte[] envelope = envelope(60_000);
        byte[] madeStale = envelope(-1);
        madeStale[0] = 'S';

        assertThat(StoredValue.write(envelope, 60_000, ServerClock.UNKNOWN)).isEqualTo(envelope);
        assertThat(StoredValue.mustBeAsked(envelope)).isTrue();
        assertThat(StoredValue.mustBeAsked(madeStale)).isTrue();
        assertThat(Objects.requireNonNull(StoredValue.readAsked(envelope, 1_000))
                        .leftMillis())
                .isEqualTo(1_000);
        assertThat(StoredValue.readAsked(envelope, Session.NO_SUCH_KEY)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"v", "s", "v0123", "v01234567xxxx and what it is", "sssssssssssssssss", "V", "x", "vvvv"})
    void garbageNeverFails(String garbage) {
        byte[] stored = garbage.getBytes(StandardCharsets.UTF_8);

        FarValue read =
                StoredValue.mustBeAsked(stored) ? StoredValue.readAsked(stored, -1) : StoredValue.read(stored, NOW);

        assertThat(read == null ? null : Envelope.open(read.bytes(), "text")).isNull();
    }

    @Test
    void envelopeIsKnownByItsStart() {
        byte[] envelope = envelope(60_000);
        byte[] stored = StoredValue.write(envelope, 60_000, NOW);
        byte[] header = Arrays.copyOf(envelope, 20);

        assertThat(StoredValue.hasHeader(stored, header)).isTrue();
        assertThat(StoredValue.hasHeader(Arrays.copyOf(stored, StoredValue.DIGITS + 20), header))
                .isTrue();
        assertThat(StoredValue.hasHeader(envelope, header)).isTrue();
        assertThat(StoredValue.hasHeader(StoredValue.write(envelope(50_000), 50_000, NOW), header))
                .isFalse();
        assertThat(StoredValue.hasHeader(new byte[0], header)).isFalse();
    }

    @Test
    void tombstoneIsNoEntry() {
        assertThat(StoredValue.isEntry("T".getBytes(StandardCharsets.US_ASCII))).isFalse();
        assertThat(StoredValue.isEntry(new byte[0])).isFalse();
        assertThat(StoredValue.isEntry(null)).isFalse();
    }

    private static byte[] envelope(long lifeMillis) {
        return Envelope.seal("text", "v".getBytes(StandardCharsets.US_ASCII), new Terms(lifeMillis, 0, 1));
    }
}
