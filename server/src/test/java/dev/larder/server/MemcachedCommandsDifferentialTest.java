package dev.larder.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The same random commands to this server and to a real memcached 1.6: replies must be the same. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MemcachedCommandsDifferentialTest {
    private static final int COMMANDS = 6_000;
    /** A CAS number higher than any. */
    private static final String UNSEEN = "18000000000000000000";

    private static final Pattern META_CAS = Pattern.compile("(?<=^(VA \\d{1,9}|HD)[^|]{0,99} c)\\d+");
    private static final Pattern CLASSIC_CAS = Pattern.compile("(?<=^VALUE \\w{1,9} \\d{1,10} \\d{1,9} )\\d+");
    private static final Pattern LEFT = Pattern.compile("(?<=[ =]t?-?)\\d{2,10}(?= |\\||$)");

    private RealMemcached memcached;
    private LarderServer server;

    @BeforeAll
    void start() throws IOException {
        memcached = new RealMemcached();
        server = LarderServer.start(ServerOptions.standard().with("port", "0").with("memcached-port", "-1"));
    }

    @AfterAll
    void stop() {
        memcached.close();
        server.close();
    }

    /** One of the two servers, with the CAS numbers that it gave. */
    private static final class Side implements AutoCloseable {
        private final TextWire wire;
        private final Map<String, List<String>> seen = new HashMap<>();

        Side(int port) throws IOException {
            wire = new TextWire(port);
        }

        /** What is answered, with CAS numbers as their numbers among those of their key. */
        String ask(String command) throws IOException {
            String[] words = command.split("[ |]");
            String key = words[0].startsWith("gat") ? words[2] : words.length > 1 ? words[1] : "";
            List<String> numbers = seen.computeIfAbsent(key, each -> new ArrayList<>());
            int count = numbers.size();
            String said = command.replace("#", count > 0 ? numbers.get(count - 1) : UNSEEN)
                    .replace("~", count > 1 ? numbers.get(count - 2) : UNSEEN);
            String heard = wire.ask(said);
            for (Pattern pattern : List.of(META_CAS, CLASSIC_CAS)) {
                heard = pattern.matcher(heard).replaceAll(cas -> numbered(numbers, cas.group()));
            }
            return comparable(words[0], key, heard);
        }

        private static String numbered(List<String> numbers, String cas) {
            if (cas.equals("0")) {
                return cas;
            }
            if (!numbers.contains(cas)) {
                numbers.add(cas);
            }
            return "cas" + numbers.indexOf(cas);
        }

        /** Without what cannot be the same: begun seconds, sizes in memory, spaces behind numbers. */
        private static String comparable(String command, String key, String heard) {
            String text = heard.replaceAll("(?<= l)\\d+", "?");
            if (command.equals("me")) {
                text = text.replaceAll("(la|cas|cls|size)=\\d+", "");
            }
            if (key.startsWith("n")) {
                text = text.replaceAll("(?<=^VALUE n\\d \\d )\\d+|(?<=^VA )\\d+", "?")
                        .replaceAll(" +(?=\\|)", "");
            }
            return LEFT.matcher(text)
                    .replaceAll(time ->
                            time.group().length() > 5 ? "long" : "about " + (Long.parseLong(time.group()) + 25) / 50);
        }

        @Override
        public void close() throws IOException {
            wire.close();
        }
    }

    @Test
    void commandsAreAnsweredAsByMemcached() throws IOException {
        long seed = Long.getLong("larder.seed", System.nanoTime());
        System.out.println("seed " + seed);
        RandomTexts commands = new RandomTexts(seed);
        List<String> story = new ArrayList<>();
        try (Side ours = new Side(server.memcachedPort());
                Side theirs = new Side(memcached.port())) {
            for (int i = 0; i < COMMANDS; i++) {
                String command = commands.next();
                story.add(command);
                String expected = theirs.ask(command);
                assertThat(ours.ask(command))
                        .as(
                                "seed %d, command %d: %s, after %s",
                                seed, i, command, story.subList(Math.max(0, i - 40), i))
                        .isEqualTo(expected);
            }
        }
    }
}
