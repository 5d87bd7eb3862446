package dev.larder.benchmarks.soak;

import java.io.IOException;
import java.util.SplittableRandom;

/** A client of Memcached's text, classic and meta. Confined to one thread. */
final class Texts implements Role {
    private static final int KEYS = 100_000;

    private final Stage stage;
    private final SplittableRandom random;

    Texts(Stage stage, long seed) {
        this.stage = stage;
        this.random = new SplittableRandom(seed);
    }

    @Override
    public void run() throws IOException {
        Pace pace = stage.pace(0.12);
        try (Talk talk = new Talk(stage.memcachedPort())) {
            while (stage.goesOn()) {
                ask(talk);
                pace.await(1);
            }
        }
    }

    private void ask(Talk talk) throws IOException {
        String key = "text:" + random.nextInt(KEYS);
        switch (random.nextInt(8)) {
            case 0, 1 -> {
                byte[] value = Sizes.value(random, stage.turn());
                talk.line("set " + key + " 7 " + random.nextInt(200) + " " + value.length, value);
                one(talk);
            }
            case 2 -> {
                byte[] value = Sizes.value(random, stage.turn());
                talk.line("ms " + key + " " + value.length + " T100 c", value);
                one(talk);
            }
            case 3 -> {
                talk.line("get " + key + " text:" + random.nextInt(KEYS));
                many(talk);
            }
            case 4 -> {
                talk.line("mg " + key + " v c t N30");
                meta(talk);
            }
            case 5 -> {
                talk.line(random.nextBoolean() ? "md " + key + " I T10" : "delete " + key);
                one(talk);
            }
            case 6 -> {
                talk.line("ma number:" + random.nextInt(1_000) + " N60 J1 v");
                meta(talk);
            }
            default -> {
                talk.line("touch " + key + " 100");
                one(talk);
            }
        }
    }

    private void heard(String line) {
        stage.heard(line.contains("ERROR") ? "-" + line : line);
    }

    private void one(Talk talk) throws IOException {
        talk.flush();
        heard(talk.line());
    }

    private void meta(Talk talk) throws IOException {
        talk.flush();
        String line = talk.line();
        if (line.startsWith("VA ")) {
            talk.skip(Long.parseLong(line.split(" ", -1)[1]) + 2);
        }
        heard(line);
    }

    private void many(Talk talk) throws IOException {
        talk.flush();
        String line = talk.line();
        while (line.startsWith("VALUE ")) {
            talk.skip(Long.parseLong(line.split(" ", -1)[3]) + 2);
            line = talk.line();
        }
        heard(line);
    }
}
