package dev.larder.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What the server says of its load. */
class AdviceCommandTest {
    private final AtomicLong now = new AtomicLong(1_700_000_000_000L);

    private static void many(Wire wire, String command, int count) throws IOException {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < count; i++) {
            all.append(String.format(command, i)).append("\r\n");
        }
        wire.send(Wire.latin(all.toString()));
        wire.replies(count);
    }

    @Test
    void whatExpiresSoonIsTold() throws IOException {
        try (LarderServer server = LarderServer.start(ServerOptions.standard().with("port", "0"), now::get);
                Wire wire = new Wire(server.port())) {
            many(wire, "SET soon%d v PX 5500", 300);
            many(wire, "SET later%d v EX 300", 200);
            many(wire, "SET ever%d v", 100);

            String advice = wire.ask("LARDER.ADVICE");

            assertThat(advice).contains("$expiring_in_1s, $0", "$expiring_in_10s, $300", "$expiring_in_600s, $500");
            assertThat(advice).contains("$expiry_storm_in, $5s");
            assertThat(wire.ask("INFO")).doesNotContain("# Advice");
            assertThat(wire.ask("INFO", "advice")).contains("# Advice\r\n", "expiring_in_60s:300\r\n");
        }
    }

    @Test
    void hotKeyIsToldAndItsWrites() throws IOException {
        try (LarderServer server = LarderServer.start(
                        ServerOptions.standard().with("port", "0").with("memcached-port", "-1"), now::get);
                Wire wire = new Wire(server.port());
                TextWire text = new TextWire(server.memcachedPort())) {
            for (int i = 0; i < 40; i++) {
                many(wire, "SET hot %d", 1_000);
                many(wire, "GET cold%d", 500);
            }
            for (int i = 0; i < 40; i++) {
                text.ask("get warm|".repeat(1_000));
            }
            wire.ask("HELLO", "3");

            String advice = wire.ask("LARDER.ADVICE");

            assertThat(advice).startsWith("{$advice, $Keep").contains("ARRAY[$hot, $0.", "ARRAY[$warm, $0.");
            assertThat(advice.substring(advice.indexOf("written_more")))
                    .contains("$hot")
                    .doesNotContain("$warm");
        }
    }

    @Test
    void readsOfBothProtocolsMakeTheCurve() throws IOException {
        try (LarderServer server = LarderServer.start(
                        ServerOptions.standard()
                                .with("port", "0")
                                .with("memcached-port", "-1")
                                .with("maxmemory", "64mb"),
                        now::get);
                Wire wire = new Wire(server.port());
                TextWire text = new TextWire(server.memcachedPort())) {
            many(wire, "SET k%d v", 10_000);
            for (int i = 0; i < 3; i++) {
                many(wire, "GET k%d", 10_000);
            }
            StringBuilder gets = new StringBuilder();
            for (int i = 0; i < 10_000; i++) {
                gets.append("get k").append(i).append('|');
            }
            text.ask(gets.toString());

            String advice = wire.ask("LARDER.ADVICE");

            assertThat(advice).contains("$reads, $40000");
            double ratio = Double.parseDouble(advice.replaceAll(".*hit_ratio_at_100_percent, \\$([0-9.]+).*", "$1"));
            assertThat(ratio).isBetween(0.6, 0.9); // the first of four reads of each key misses, by the curve
        }
    }
}
