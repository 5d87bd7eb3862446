package dev.larder.server;

import static dev.larder.server.RandomCommands.words;

import java.util.ArrayList;
import java.util.List;

/** Streams of random commands for values of many elements, as {@link RandomCommands} has them for others. */
final class RandomCollections {
    private static final String[] MEMBERS = {"a", "b", "c", "d", "10", "-3", "", "longer one", "x\u0000\u00ff", "e", "f"
    };
    private static final String[] RANGE_SCORES = {
        "0", "1", "(1", "2.5", "(3", "-inf", "+inf", "(-inf", "inf", "-2", "x", "", "(", "1e3", "(x"
    };
    private static final String[] NAMES = {"-", "+", "[a", "(a", "[b", "(c", "[", "(", "[longer", "a", "", "+x"};

    private RandomCollections() {}

    private static String key(RandomCommands all) {
        return all.one("k1", "k2", "k3", "k4", "h1");
    }

    private static String member(RandomCommands all) {
        return all.random.nextInt(3) == 0 ? "m" + all.random.nextInt(200) : all.one(MEMBERS);
    }

    private static String[] members(RandomCommands all, String command, String key, int most) {
        List<String> found = new ArrayList<>(List.of(command, key));
        for (int i = all.random.nextInt(most); i >= 0; i--) {
            found.add(member(all));
        }
        return found.toArray(String[]::new);
    }

    private static String[] keys(RandomCommands all, String... first) {
        List<String> found = new ArrayList<>(List.of(first));
        for (int i = all.random.nextInt(3); i >= 0; i--) {
            found.add(key(all));
        }
        return found.toArray(String[]::new);
    }

    static RandomCommands sets(long seed) {
        RandomCommands all = new RandomCommands(seed);
        all.keys();
        all.add(6, () -> members(all, "sadd", key(all), 4));
        all.add(2, () -> members(all, "sadd", key(all), 100));
        all.add(4, () -> members(all, "srem", key(all), 4));
        all.add(2, () -> members(all, "smismember", key(all), 4));
        all.add(2, () -> words("sismember", key(all), member(all)));
        all.add(2, () -> words("scard", key(all)));
        all.add(3, () -> words("smembers", key(all)));
        all.add(2, () -> words("smove", key(all), key(all), member(all)));
        all.add(3, () -> keys(all, all.one("sinter", "sunion", "sdiff")));
        all.add(3, () -> keys(all, all.one("sinterstore", "sunionstore", "sdiffstore"), key(all)));
        all.add(
                2,
                () -> all.optional(
                        words("sintercard", "2", key(all), key(all)), "LIMIT 0", "LIMIT 2", "LIMIT x", "LIMIT"));
        all.add(1, () -> words("spop", key(all), all.one("1000", "0", "-1", "x")));
        all.add(1, () -> words("srandmember", key(all), all.one("1000", "0", "x")));
        all.add(
                1,
                () -> all.optional(
                        words("sscan", key(all), all.one("0", "x"), "COUNT", "1000"), "MATCH m*", "COUNT 0"));
        all.add(1, () -> words("object", "encoding", all.one("none", "n1")));
        all.add(1, () -> words("set", key(all), all.one(RandomCommands.VALUES)));
        return all;
    }

    private static String element(RandomCommands all) {
        return all.random.nextInt(12) == 0 ? "long ".repeat(all.random.nextInt(900)) : member(all);
    }

    private static String[] elements(RandomCommands all, String... first) {
        List<String> found = new ArrayList<>(List.of(first));
        for (int i = all.random.nextInt(all.one(List.of(2, 4, 100))); i >= 0; i--) {
            found.add(element(all));
        }
        return found.toArray(String[]::new);
    }

    static RandomCommands lists(long seed) {
        RandomCommands all = new RandomCommands(seed);
        all.keys();
        all.add(5, () -> elements(all, all.one("lpush", "rpush"), key(all)));
        all.add(2, () -> elements(all, all.one("lpushx", "rpushx"), key(all)));
        all.add(3, () -> words(all.one("lpop", "rpop"), key(all)));
        all.add(2, () -> words(all.one("lpop", "rpop"), key(all), all.one("0", "1", "3", "60", "-1", "x")));
        all.add(1, () -> words("llen", key(all)));
        all.add(4, () -> words("lrange", key(all), all.number(), all.number()));
        all.add(2, () -> words("lindex", key(all), all.number()));
        all.add(2, () -> words("lset", key(all), all.number(), element(all)));
        all.add(3, () -> words("linsert", key(all), all.one("before", "AFTER", "x"), member(all), element(all)));
        all.add(3, () -> words("lrem", key(all), all.one("0", "1", "-1", "2", "-3", "x"), member(all)));
        all.add(1, () -> words("ltrim", key(all), all.one("0", "1", "5", "-40"), all.one("-1", "-2", "30", "80")));
        all.add(
                2,
                () -> all.optional(
                        words("lpos", key(all), member(all)),
                        "RANK 1",
                        "RANK -1",
                        "RANK 2",
                        "COUNT 0",
                        "COUNT 2",
                        "MAXLEN 5",
                        "MAXLEN x"));
        all.add(3, () -> words("lmove", key(all), key(all), all.one("left", "RIGHT"), all.one("left", "right", "x")));
        all.add(1, () -> words("rpoplpush", key(all), key(all)));
        all.add(
                1,
                () -> all.optional(
                        words("lmpop", "2", key(all), key(all), all.one("LEFT", "right")), "COUNT 3", "COUNT 0"));
        all.add(1, () -> words("object", "encoding", key(all) + "x"));
        all.add(1, () -> words("set", key(all), all.one(RandomCommands.VALUES)));
        all.add(1, () -> members(all, "sadd", key(all), 4));
        return all;
    }

    static RandomCommands sorts(long seed) {
        RandomCommands all = new RandomCommands(seed);
        all.add(3, () -> words("rpush", "list", all.number(), all.number()));
        // Where texts have zero bytes, Redis looks no further, as C does.
        all.add(1, () -> words("rpush", "list", all.one("a", "b", "", "longer one", "m" + all.number())));
        all.add(1, () -> words("del", all.one("list", "set", "scores", "list", "stored")));
        all.add(2, () -> words("sadd", "set", all.number(), all.number()));
        all.add(2, () -> words("zadd", "scores", all.number(), all.number()));
        all.add(3, () -> words("set", "w_" + all.number(), all.one("1", "2.5", "-3", "10", "1e2", "x", "")));
        all.add(3, () -> words("hset", "o_" + all.number(), "f", all.one("1", "2.5", "-3", "10", "abc", "")));
        all.add(2, () -> words("del", "w_" + all.number(), "o_" + all.number()));
        all.add(
                6,
                () -> all.optional(
                        words(all.one("sort", "sort_ro"), all.one("list", "set", "scores", "none", "w_1")),
                        "ASC",
                        "DESC",
                        "LIMIT 0 3",
                        "LIMIT 2 -1",
                        "LIMIT -1 2",
                        "LIMIT x 1",
                        "BY w_*",
                        "BY o_*->f",
                        "GET #",
                        "GET w_*",
                        "GET o_*->f",
                        "GET w_*->",
                        "GET none",
                        "STORE stored",
                        "x"));
        all.add(2, () -> all.optional(words("sort", all.one("list", "set")), "ALPHA", "DESC", "GET #", "LIMIT 1 5"));
        all.add(1, () -> words("sort", "list", "ALPHA", "BY", all.one("w_*", "o_*->f"), all.one("ASC", "DESC")));
        all.add(2, () -> all.optional(words("sort", "scores", "BY", "nosort"), "DESC", "LIMIT 1 2", "GET w_*"));
        all.add(2, () -> words("sort", all.one("list", "set"), "BY", "nosort", "STORE", "stored"));
        all.add(2, () -> words("lrange", "stored", "0", "-1"));
        all.add(1, () -> words(all.one("multi", "exec", "exec")));
        return all;
    }

    static RandomCommands roughCounts(long seed) {
        RandomCommands all = new RandomCommands(seed);
        all.add(6, () -> things(all, all.one("r1", "r2", "r3"), 5));
        all.add(2, () -> things(all, all.one("r1", "r4"), 500));
        all.add(3, () -> words("pfcount", all.one("r1", "r2", "r3", "r4", "none")));
        all.add(2, () -> words("pfcount", all.one("r1", "r2"), all.one("r3", "r4", "none")));
        all.add(1, () -> words("pfmerge", all.one("r2", "r3", "merged"), all.one("r1", "r2"), all.one("r4", "none")));
        all.add(1, () -> words("pfcount", "merged"));
        all.add(1, () -> words("del", all.one("r2", "r3", "merged")));
        all.add(1, () -> words("strlen", "r1x"));
        return all;
    }

    private static String[] things(RandomCommands all, String key, int most) {
        List<String> found = new ArrayList<>(List.of("pfadd", key));
        for (int i = all.random.nextInt(most); i > 0; i--) {
            found.add("x".repeat(all.random.nextInt(12)) + all.random.nextInt(100_000));
        }
        return found.toArray(String[]::new);
    }

    private static String score(RandomCommands all) {
        return all.random.nextInt(3) == 0
                ? all.one(RandomCommands.FLOATS)
                : Integer.toString(all.random.nextInt(-5, 15));
    }

    private static String[] scored(RandomCommands all, String... first) {
        List<String> found = new ArrayList<>(List.of(first));
        if (all.random.nextInt(3) == 0) {
            found.addAll(List.of(all.one("NX", "XX", "GT", "LT", "CH", "INCR", "XX CH", "GT CH", "NX CH", "LT INCR")
                    .split(" ")));
        }
        for (int i = all.random.nextInt(all.one(List.of(1, 4, 40))); i >= 0; i--) {
            found.add(score(all));
            found.add(member(all));
        }
        return found.toArray(String[]::new);
    }

    private static String[] ranged(RandomCommands all, String... first) {
        List<String> base = new ArrayList<>(List.of(first));
        switch (all.random.nextInt(3)) {
            case 0 -> base.addAll(List.of(all.one(RANGE_SCORES), all.one(RANGE_SCORES), "BYSCORE"));
            case 1 -> base.addAll(List.of("-", "+", "BYLEX", "REV", "LIMIT", "0", "0"));
            default -> base.addAll(List.of(all.number(), all.number()));
        }
        return all.optional(
                base.toArray(String[]::new), "REV", "WITHSCORES", "LIMIT 0 5", "LIMIT 1 -1", "LIMIT -1 2", "LIMIT 2 x");
    }

    static RandomCommands sortedSets(long seed) {
        RandomCommands all = new RandomCommands(seed);
        all.keys();
        all.add(8, () -> scored(all, "zadd", key(all)));
        all.add(2, () -> words("zincrby", key(all), score(all), member(all)));
        all.add(2, () -> members(all, "zrem", key(all), 4));
        all.add(2, () -> words("zscore", key(all), member(all)));
        all.add(1, () -> members(all, "zmscore", key(all), 3));
        all.add(1, () -> words("zcard", key(all)));
        all.add(2, () -> words(all.one("zrank", "zrevrank"), key(all), member(all)));
        all.add(2, () -> words(all.one("zpopmin", "zpopmax"), key(all)));
        all.add(1, () -> words(all.one("zpopmin", "zpopmax"), key(all), all.one("0", "3", "100", "x")));
        all.add(
                1,
                () -> all.optional(
                        words("zmpop", "2", key(all), key(all), all.one("MIN", "max")), "COUNT 3", "COUNT 0"));
        all.add(
                3,
                () -> all.optional(
                        words(all.one("zunion", "zinter", "zdiff"), "2", key(all), key(all)),
                        "WITHSCORES",
                        "WEIGHTS 2 0.5",
                        "WEIGHTS -1 inf",
                        "AGGREGATE MIN",
                        "AGGREGATE max",
                        "x"));
        all.add(
                3,
                () -> all.optional(
                        words(all.one("zunionstore", "zinterstore", "zdiffstore"), key(all), "2", key(all), key(all)),
                        "WEIGHTS 2 0.5",
                        "AGGREGATE MIN",
                        "AGGREGATE max",
                        "x"));
        all.add(1, () -> all.optional(words("zintercard", "2", key(all), key(all)), "LIMIT 2"));
        all.add(1, () -> words("zrandmember", key(all), all.one("1000", "0", "x"), "WITHSCORES"));
        all.add(
                1,
                () -> all.optional(
                        words("zscan", key(all), all.one("0", "x"), "COUNT", "1000"), "MATCH m*", "COUNT 0"));
        all.add(1, () -> members(all, "sadd", key(all), 4));
        all.add(1, () -> words("set", key(all), all.one(RandomCommands.VALUES)));
        ranges(all);
        names(all);
        return all;
    }

    private static void ranges(RandomCommands all) {
        all.add(2, () -> words("zcount", key(all), all.one(RANGE_SCORES), all.one(RANGE_SCORES)));
        all.add(4, () -> ranged(all, "zrange", key(all)));
        all.add(2, () -> ranged(all, "zrangestore", key(all), key(all)));
        all.add(
                2,
                () -> all.optional(
                        words(all.one("zrevrange", "zrange"), key(all), all.number(), all.number()),
                        "WITHSCORES",
                        "x"));
        all.add(
                3,
                () -> all.optional(
                        words(
                                all.one("zrangebyscore", "zrevrangebyscore"),
                                key(all),
                                all.one(RANGE_SCORES),
                                all.one(RANGE_SCORES)),
                        "WITHSCORES",
                        "LIMIT 1 3",
                        "LIMIT 0 -5",
                        "x"));
        all.add(1, () -> words("zremrangebyrank", key(all), all.number(), all.number()));
        all.add(1, () -> words("zremrangebyscore", key(all), all.one(RANGE_SCORES), all.one(RANGE_SCORES)));
    }

    private static void names(RandomCommands all) {
        // All scores of this one are the same, so that names are in order.
        all.add(3, () -> words("zadd", "lex", "0", member(all), "0", member(all)));
        all.add(2, () -> words("zlexcount", "lex", all.one(NAMES), all.one(NAMES)));
        all.add(
                2,
                () -> all.optional(
                        words(all.one("zrangebylex", "zrevrangebylex"), "lex", all.one(NAMES), all.one(NAMES)),
                        "LIMIT 1 2"));
        all.add(
                1,
                () -> all.optional(
                        words("zrange", "lex", all.one(NAMES), all.one(NAMES), "bylex"), "REV", "LIMIT 0 3"));
        all.add(1, () -> words("zremrangebylex", "lex", all.one(NAMES), all.one(NAMES)));
    }
}
