package dev.larder.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
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

    /** Runs of zeros of every length that is written in its own way, each followed by a register that is set. */
    @Test
    void runsOfZerosAreUnderstoodByRedis() throws IOException {
        int[] runs = {1, 2, 63, 64, 65, 66, 127, 128, 129, 255, 256, 257, 320, 1_000, 5_000};
        StringBuilder sketch = new StringBuilder("HYLL\1\0\0\0\0\0\0\0\0\0\0\u0080");
        List<String> wanted = new ArrayList<>();
        for (int run : runs) {
            append(sketch, run);
            sketch.append('\u0084'); // a 2, once
            wanted.addAll(Collections.nCopies(run, ":0"));
            wanted.add(":2");
        }
        append(sketch, 16_384 - wanted.size());
        wanted.addAll(Collections.nCopies(16_384 - wanted.size(), ":0"));
        try (RealRedis redis = new RealRedis("--enable-debug-command", "yes");
                LarderServer server =
                        LarderServer.start(ServerOptions.standard().with("port", "0"));
                Wire ours = new Wire(server.port());
                Wire theirs = new Wire(redis.port())) {
            ours.ask("SET", "given", sketch.toString());
            assertThat(ours.ask("PFMERGE", "ours", "given")).isEqualTo("+OK");

            theirs.ask("SET", "ours", ours.ask("GET", "ours").substring(1));

            assertThat(theirs.ask("PFDEBUG", "GETREG", "ours")).isEqualTo("ARRAY" + wanted);
        }
    }

    /** The long form, whatever the length. */
    private static void append(StringBuilder sketch, int zeros) {
        sketch.append((char) (0x40 | (zeros - 1) >>> 8)).append((char) ((zeros - 1) & 0xFF));
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
