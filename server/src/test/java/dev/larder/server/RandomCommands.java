package dev.larder.server;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** Streams of random commands on few keys, so that they meet what others left. The same for the same seed. */
final class RandomCommands {
    private static final String[] NUMBERS = {
        "0",
        "1",
        "-1",
        "7",
        "-12",
        "100",
        "9223372036854775807",
        "-9223372036854775808",
        "9223372036854775808",
        "01",
        "+1",
        "abc",
        "",
        "1.5",
        " 1"
    };
    static final String[] FLOATS = {
        "0", "1.5", "-2.25", "3.1", "0.1", "1e3", "5.0e-3", "abc", "12345678.9", "inf", "1e300", "-0.30000001", "", "7"
    };
    static final String[] VALUES = {
        "",
        "a",
        "value",
        "10",
        "-3",
        "3.25",
        "another longer value",
        "\u0000\u00ff\r\n",
        "99999999999999999999",
        "x".repeat(100)
    };
    private static final String[] TYPES = {"u1", "i8", "u8", "i16", "u13", "i33", "i64", "u63", "u64", "i0", "x"};

    final SplittableRandom random;
    private final List<Supplier<String[]>> kinds = new ArrayList<>();

    RandomCommands(long seed) {
        random = new SplittableRandom(seed);
    }

    String[] next() {
        return one(kinds).get();
    }

    <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    String one(String... of) {
        return of[random.nextInt(of.length)];
    }

    String key() {
        return one("k1", "k2", "k3", "h1", "n1");
    }

    private String field() {
        return one("f1", "f2", "f3", "f4", "10", "");
    }

    String number() {
        return random.nextInt(3) == 0 ? one(NUMBERS) : Integer.toString(random.nextInt(-20, 60));
    }

    /** A far future, so that both servers agree on what has expired. */
    private String seconds() {
        return one("10000", "20000", "30000", "0", "-1", "abc", "9223372036854775807");
    }

    private String at(int unit) {
        return one(
                unit == 1 ? "4000000000000" : "4000000000", unit == 1 ? "4100000000000" : "4100000000", "1", "0", "-5");
    }

    void add(int weight, Supplier<String[]> kind) {
        for (int i = 0; i < weight; i++) {
            kinds.add(kind);
        }
    }

    static String[] words(String... all) {
        return all;
    }

    String[] optional(String[] base, String... options) {
        List<String> all = new ArrayList<>(List.of(base));
        while (random.nextInt(3) == 0) {
            all.addAll(List.of(one(options).split(" ")));
        }
        return all.toArray(String[]::new);
    }

    private String[] upper(String[] words) {
        words[0] = random.nextBoolean() ? words[0] : words[0].toUpperCase(java.util.Locale.ROOT);
        return words;
    }

    static RandomCommands strings(long seed) {
        RandomCommands all = new RandomCommands(seed);
        all.keys();
        all.add(4, () -> words("get", all.key()));
        all.add(
                6,
                () -> all.upper(all.optional(
                        words("set", all.key(), all.one(VALUES)),
                        "NX",
                        "XX",
                        "GET",
                        "KEEPTTL",
                        "EX 10000",
                        "PX 30000000",
                        "EXAT 4000000000",
                        "PXAT 4000000000000",
                        "EX 0",
                        "EX abc",
                        "nonsense")));
        all.add(1, () -> words("setnx", all.key(), all.one(VALUES)));
        all.add(1, () -> words("setex", all.key(), all.seconds(), all.one(VALUES)));
        all.add(1, () -> words("psetex", all.key(), all.one("30000000", "0", "-1", "x"), all.one(VALUES)));
        all.add(1, () -> words("getset", all.key(), all.one(VALUES)));
        all.add(1, () -> words("getdel", all.key()));
        all.add(
                2,
                () -> all.optional(words("getex", all.key()), "PERSIST", "EX 10000", "PXAT 4000000000000", "EXAT 1"));
        all.add(1, () -> words("mget", all.key(), all.key(), "none", all.key()));
        all.add(1, () -> words("mset", all.key(), all.one(VALUES), all.key(), all.one(VALUES)));
        all.add(1, () -> words("mset", all.key(), all.one(VALUES), all.key()));
        all.add(1, () -> words("msetnx", all.key(), all.one(VALUES), "k9", all.one(VALUES)));
        all.add(2, () -> words("append", all.key(), all.one(VALUES)));
        all.add(1, () -> words("strlen", all.key()));
        all.add(2, () -> words(all.one("getrange", "substr"), all.key(), all.number(), all.number()));
        all.add(
                2,
                () -> words(
                        "setrange",
                        all.key(),
                        all.one("0", "1", "5", "30", "-1", "x", "999999999999"),
                        all.one(VALUES)));
        all.add(2, () -> words(all.one("incr", "decr"), all.one("n1", all.key())));
        all.add(2, () -> words(all.one("incrby", "decrby"), all.one("n1", all.key()), all.number()));
        all.add(3, () -> words("incrbyfloat", all.one("n1", all.key()), all.one(FLOATS)));
        all.add(
                1,
                () -> all.optional(words("lcs", all.key(), all.key()), "LEN", "IDX", "WITHMATCHLEN", "MINMATCHLEN 2"));
        return all;
    }

    static RandomCommands bits(long seed) {
        RandomCommands all = new RandomCommands(seed);
        all.add(2, () -> words("set", all.key(), all.one(VALUES)));
        all.add(1, () -> words("del", all.key()));
        all.add(2, () -> words("getbit", all.key(), all.one("0", "7", "8", "100", "-1", "x", "4294967296")));
        all.add(
                3,
                () -> words(
                        "setbit", all.key(), Integer.toString(all.random.nextInt(200)), all.one("0", "1", "2", "x")));
        all.add(2, () -> all.ranged("bitcount", all.key()));
        all.add(2, () -> all.ranged("bitpos", all.key(), all.one("0", "1", "1", "2")));
        all.add(2, () -> words("bitop", all.one("AND", "or", "XOR", "NOT", "x"), all.key(), all.key(), all.key()));
        all.add(1, () -> words("bitop", "NOT", all.key(), all.key()));
        all.add(4, all::bitfield);
        all.add(1, () -> words("get", all.key()));
        return all;
    }

    private String[] ranged(String... base) {
        List<String> all = new ArrayList<>(List.of(base));
        if (random.nextBoolean()) {
            all.add(Integer.toString(random.nextInt(-10, 20)));
            if (random.nextBoolean()) {
                all.add(Integer.toString(random.nextInt(-10, 20)));
                if (random.nextBoolean()) {
                    all.add(one("BIT", "byte", "x"));
                }
            }
        }
        return all.toArray(String[]::new);
    }

    private String[] bitfield() {
        List<String> all = new ArrayList<>(List.of(one("bitfield", "bitfield", "bitfield_ro"), key()));
        for (int i = random.nextInt(4); i >= 0; i--) {
            String offset = one("0", "1", "#1", "#3", "13", "100", "-1", "x");
            switch (random.nextInt(5)) {
                case 0 -> all.addAll(List.of("GET", one(TYPES), offset));
                case 1 -> all.addAll(List.of("SET", one(TYPES), offset, number()));
                case 2 -> all.addAll(List.of("INCRBY", one(TYPES), offset, number()));
                case 3 -> all.addAll(List.of("OVERFLOW", one("WRAP", "SAT", "FAIL")));
                default -> all.addAll(List.of("INCRBY", "u8", "0", number()));
            }
        }
        return all.toArray(String[]::new);
    }

    static RandomCommands hashes(long seed) {
        RandomCommands all = new RandomCommands(seed);
        all.keys();
        all.add(4, () -> words("hset", all.key(), all.field(), all.one(VALUES)));
        all.add(2, () -> words("hset", all.key(), all.field(), all.one(VALUES), all.field(), all.one(VALUES)));
        all.add(1, () -> words("hset", all.key(), all.field(), all.one(VALUES), all.field()));
        all.add(1, () -> words("hmset", all.key(), all.field(), all.one(VALUES)));
        all.add(1, () -> words("hsetnx", all.key(), all.field(), all.one(VALUES)));
        all.add(2, () -> words("hget", all.key(), all.field()));
        all.add(1, () -> words("hmget", all.key(), all.field(), all.field(), "none"));
        all.add(2, () -> words("hdel", all.key(), all.field(), all.field()));
        all.add(1, () -> words("hexists", all.key(), all.field()));
        all.add(1, () -> words("hlen", all.key()));
        all.add(1, () -> words("hstrlen", all.key(), all.field()));
        all.add(2, () -> words("hincrby", all.key(), all.one("10", all.field()), all.number()));
        all.add(2, () -> words("hincrbyfloat", all.key(), all.one("10", all.field()), all.one(FLOATS)));
        all.add(2, () -> words(all.one("hgetall", "hkeys", "hvals"), all.key()));
        all.add(1, () -> words("hrandfield", all.key(), all.one("100", "-0", "0", "x"), "WITHVALUES"));
        all.add(
                1,
                () -> all.optional(words("hscan", all.key(), all.one("0", "x")), "MATCH f*", "COUNT 1000", "COUNT 0"));
        all.add(1, () -> words("set", all.key(), all.one(VALUES)));
        return all;
    }

    void keys() {
        add(2, () -> words(one("del", "unlink", "exists", "touch"), key(), key()));
        add(2, () -> words("type", key()));
        add(1, () -> words(one("rename", "renamenx"), key(), key()));
        add(1, () -> optional(words("copy", key(), key()), "REPLACE", "DB 1", "DB 99", "x"));
        add(1, () -> words("move", key(), one("1", "0", "x", "16")));
        add(1, () -> optional(words("expire", key(), seconds()), "NX", "XX", "x"));
        add(1, () -> words("pexpire", key(), one("20000000", "30000000", "0", "-1", "abc")));
        add(1, () -> optional(words("expireat", key(), at(1_000)), "NX", "XX", "GT", "LT"));
        add(1, () -> optional(words("pexpireat", key(), at(1)), "NX", "XX", "GT", "LT"));
        add(2, () -> words(one("ttl", "expiretime", "pexpiretime", "persist"), key()));
        add(1, () -> words(one("dbsize", "randomkey2", "flushdb")));
        add(1, () -> words("keys", one("*", "k?", "[hn]1", "k[^1]", "\\k1", "none*")));
        add(1, () -> words("select", one("0", "1", "x", "16", "-1")));
        add(1, () -> words("swapdb", "0", one("1", "x", "16")));
        add(1, () -> words(one("multi", "exec", "discard")));
        add(1, () -> words("scan", "0", "COUNT", "1000", "MATCH", one("*", "k*")));
    }
}
