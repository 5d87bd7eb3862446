package dev.larder.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rough counts go from this server to a real Redis and back. */
class HyperLogLogTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 1_500, 20_000})
    void bytesAreUnderstoodByRedisAndBack(int things) throws IOException {
        try (RealRedis redis = new RealRedis();
                LarderServer server =
                        LarderServer.start(ServerOptions.standard().with("port", "0"));
                Wire ours = new Wire(server.port());
                Wire theirs = new Wire(redis.port())) {
            add(ours, "here", 0, things);
            add(theirs, "there", things / 2, things);
            assertThat(theirs.ask("SET", "here", ours.ask("GET", "here").substring(1)))
                    .isEqualTo("+OK");
            assertThat(ours.ask("SET", "there", theirs.ask("GET", "there").substring(1)))
                    .isEqualTo("+OK");

            for (String key : new String[] {"here", "there"}) {
                assertThat(ours.ask("PFCOUNT", key)).as(key).isEqualTo(theirs.ask("PFCOUNT", key));
                add(ours, key, things, 50);
                add(theirs, key, things, 50);
                assertThat(ours.ask("PFCOUNT", key)).as(key).isEqualTo(theirs.ask("PFCOUNT", key));
            }
            assertThat(ours.ask("PFCOUNT", "here", "there")).isEqualTo(theirs.ask("PFCOUNT", "here", "there"));
        }
    }

    private static void add(Wire wire, String key, int from, int count) throws IOException {
        wire.ask("PFADD", key);
        for (int i = 0; i < count; i += 500) {
            String[] words = new String[Math.min(500, count - i) + 2];
            words[0] = "PFADD";
            words[1] = key;
            for (int j = 2; j < words.length; j++) {
                words[j] = "thing" + (from + i + j);
            }
            wire.ask(words);
        }
    }
}
