package dev.larder.benchmarks.soak;

import java.io.IOException;
import java.util.SplittableRandom;

/** A client of Redis's protocol that uses values of all types, ten requests at a time. Confined to one thread. */
final class Mixed implements Role {
    private static final int PIPELINE = 10;
    private static final int STRINGS = 400_000;
    private static final int COLLECTIONS = 3_000;
    private static final int MEMBERS = 2_000;
    private static final int MOST_SECONDS = 120;
    private static final String SCRIPT =
            "local n = redis.call('INCR', KEYS[1]) redis.call('EXPIRE', KEYS[1], 100) return n";

    private final SplittableRandom random;
    private final Stage stage;

    Mixed(Stage stage, long seed) {
        this.stage = stage;
        this.random = new SplittableRandom(seed);
    }

    @Override
    public void run() throws IOException {
        Pace pace = stage.pace(0.4);
        try (Talk talk = new Talk(stage.port())) {
            while (stage.goesOn()) {
                for (int i = 0; i < PIPELINE; i++) {
                    ask(talk);
                }
                talk.flush();
                for (int i = 0; i < PIPELINE; i++) {
                    stage.heard(talk.reply());
                }
                pace.await(PIPELINE);
            }
        }
    }

    /** Some keys are asked for far more often than others. */
    private int skewed(int count) {
        double place = random.nextDouble();
        return (int) (count * place * place * place);
    }

    private byte[] value() {
        return Sizes.value(random, stage.turn());
    }

    private int seconds() {
        return 1 + random.nextInt(MOST_SECONDS);
    }

    private void ask(Talk talk) throws IOException {
        int what = random.nextInt(100);
        if (what < 60) {
            string(talk, what);
        } else if (what < 72) {
            hash(talk, "hash:" + skewed(COLLECTIONS));
        } else if (what < 82) {
            sorted(talk, "sorted:" + skewed(COLLECTIONS));
        } else if (what < 90) {
            list(talk, "list:" + skewed(COLLECTIONS));
        } else if (what < 98) {
            set(talk, "set:" + skewed(COLLECTIONS));
        } else {
            talk.request("EVAL", SCRIPT, 1, "script:" + random.nextInt(1_000));
        }
    }

    private void string(Talk talk, int what) throws IOException {
        String key = "string:" + skewed(STRINGS);
        if (what < 14) {
            talk.request("SET", key, value());
        } else if (what < 28) {
            talk.request("SET", key, value(), "EX", seconds());
        } else if (what < 48) {
            talk.request("GET", key);
        } else if (what < 53) {
            talk.request("DEL", key, "string:" + random.nextInt(STRINGS));
        } else if (what < 55) {
            talk.request("INCR", "count:" + random.nextInt(1_000));
        } else if (what < 57) {
            talk.request("EXPIRE", key, seconds());
        } else {
            talk.request("MGET", key, "string:" + skewed(STRINGS), "string:" + skewed(STRINGS));
        }
    }

    private String member() {
        return "member:" + skewed(MEMBERS);
    }

    private void hash(Talk talk, String key) throws IOException {
        switch (random.nextInt(6)) {
            case 0, 1 -> talk.request("HSET", key, member(), random.nextInt(), member(), "text " + random.nextLong());
            case 2 -> talk.request("HGET", key, member());
            case 3 -> talk.request("HDEL", key, member(), member(), member());
            case 4 -> talk.request("HEXPIRE", key, seconds(), "FIELDS", 1, member());
            default -> talk.request("HSCAN", key, 0, "COUNT", 20);
        }
    }

    private void sorted(Talk talk, String key) throws IOException {
        switch (random.nextInt(5)) {
            case 0, 1 -> talk.request("ZADD", key, random.nextInt(100_000), member(), random.nextDouble(), member());
            case 2 -> talk.request("ZRANGE", key, 0, 9, "WITHSCORES");
            case 3 -> talk.request("ZREM", key, member(), member());
            default -> talk.request("ZPOPMIN", key, 2);
        }
    }

    private void list(Talk talk, String key) throws IOException {
        switch (random.nextInt(5)) {
            case 0 -> talk.request("RPUSH", key, "a", random.nextInt(), "element " + random.nextLong());
            case 1 -> talk.request("LPUSH", key, new byte[random.nextInt(3_000)]);
            case 2 -> talk.request("LTRIM", key, 0, 199);
            case 3 -> talk.request("LRANGE", key, 0, 9);
            default -> talk.request("RPOP", key, 2);
        }
    }

    private void set(Talk talk, String key) throws IOException {
        switch (random.nextInt(4)) {
            case 0, 1 -> talk.request("SADD", key, member(), random.nextInt(10_000));
            case 2 -> talk.request("SREM", key, member(), member());
            default -> talk.request("SPOP", key, 2);
        }
    }
}
