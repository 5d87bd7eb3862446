package dev.larder.server.warm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a warm-up is made of, without servers. */
class PiecesTest {
    @ParameterizedTest
    @CsvSource({"cache1:6379,cache1,6379", "[::1]:1,::1,1", "10.0.0.1:65535,10.0.0.1,65535"})
    void serversAreNamedByHostAndPort(String place, String host, int port) {
        Peer peer = Peer.at(place);

        assertThat(peer.host()).isEqualTo(host);
        assertThat(peer.port()).isEqualTo(port);
        assertThat(peer).hasToString(place);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "cache1", "cache1:", ":6379", "cache1:0", "cache1:65536", "cache1:x", "redis://a:1", "::1:1"
            })
    void otherPlacesAreRefused(String place) {
        assertThatThrownBy(() -> Peer.at(place))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be named as HOST:PORT")
                .hasMessageContaining("'" + place + "'");
    }

    @Test
    void passwordsAreNotShown() {
        assertThatThrownBy(() -> Peer.at("user:sesame@host:1")).hasMessageNotContaining("sesame");
        assertThat(new Peer.Login("user", "sesame").toString()).doesNotContain("sesame");
    }

    @ParameterizedTest
    @CsvSource({
        "5000,5000,9223372036854775807",
        "100mb,9223372036854775807,104857600",
        "1b,9223372036854775807,1",
        "2k,9223372036854775807,2000"
    })
    void boundsAreKeysOrBytes(String text, long keys, long bytes) {
        assertThat(Bound.parse(text)).isEqualTo(new Bound(keys, bytes));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "0mb", "-1", "many", "1tb", "5 mb", "99999999999999999999"})
    void otherBoundsAreRefused(String text) {
        assertThatThrownBy(() -> Bound.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void reasonsTellTheKindOrTheForm() {
        byte[] payload = new byte[20];
        payload[10] = 12;
        payload[0] = 19;
        assertThat(Payloads.reason(payload, "ERR Bad data format")).isEqualTo("a stream");
        payload[0] = 7;
        assertThat(Payloads.reason(payload, "ERR Bad data format")).isEqualTo("a module's value");
        payload[0] = 0;
        assertThat(Payloads.reason(payload, "ERR DUMP payload version or checksum are wrong"))
                .isEqualTo("of form 12, which a newer server writes");
        assertThat(Payloads.reason(payload, "ERR Bad data format")).isEqualTo("ERR Bad data format");
        assertThat(Payloads.reason(new byte[0], "x".repeat(500))).hasSize(80);
    }

    @Test
    void hottestStayWithinTheirBoundAndInOrder() {
        long seed = Long.getLong("larder.seed", System.nanoTime());
        Random random = new Random(seed);
        Hottest hottest = new Hottest(100 * 90, Long.MAX_VALUE);
        List<Long> all = new ArrayList<>();

        for (int i = 0; i < 2_000; i++) {
            long heat = random.nextInt(10_000);
            all.add(heat);
            hottest.add(new Candidate(("key" + i % 10).getBytes(StandardCharsets.US_ASCII), heat));
        }

        List<Long> kept = hottest.sorted().stream().map(Candidate::heat).toList();
        all.sort((one, other) -> Long.compare(other, one));
        assertThat(hottest.hasLeftOut()).isTrue();
        assertThat(kept).as("seed %d", seed).hasSizeBetween(40, 110).isEqualTo(all.subList(0, kept.size()));
    }

    @Test
    void fewKeysAreAllKept() {
        Hottest hottest = new Hottest(Long.MAX_VALUE, 10);
        for (int i = 0; i < 19; i++) {
            hottest.add(new Candidate(new byte[0], i));
        }
        assertThat(hottest.hasLeftOut()).isFalse();
        hottest.add(new Candidate(new byte[0], 19));
        assertThat(hottest.hasLeftOut()).isTrue();
        assertThat(hottest.sorted()).hasSize(10);
        assertThat(hottest.sorted().get(9).heat()).isEqualTo(10);
    }
}
