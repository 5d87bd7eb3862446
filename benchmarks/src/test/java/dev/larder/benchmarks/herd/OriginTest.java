package dev.larder.benchmarks.herd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.benchmarks.workload.Item;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class OriginTest {
    @Test
    void everyQueryIsAnsweredAndCounted() throws IOException {
        try (Origin origin = new Origin(Duration.ofMillis(1))) {
            Item first = Origin.ask(origin.port(), 2, 17);
            Origin.ask(origin.port(), 3, 17);
            Origin.ask(origin.port(), 3, 18);

            assertThat(first).isEqualTo(Item.of(17));
            assertThat(origin.queries(17)).extracting(Origin.Query::client).containsExactly(2, 3);
        }
    }

    @Test
    void queryOfAClientThatDiesIsCounted() throws IOException, InterruptedException {
        try (Origin origin = new Origin(Duration.ofMillis(1))) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), origin.port())) {
                socket.getOutputStream().write("4 17\n".getBytes(StandardCharsets.US_ASCII));
            }

            assertThat(origin.awaitQuery(17, Duration.ofSeconds(10)).client()).isEqualTo(4);
            assertThat(origin.queries(17)).hasSize(1);
        }
    }
}
