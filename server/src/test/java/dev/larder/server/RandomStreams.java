package dev.larder.server;

import static dev.larder.server.RandomCommands.words;

import java.util.ArrayList;
import java.util.List;

/** Streams of random commands for streams, as {@link RandomCommands} has them for others. */
final class RandomStreams {
    private static final String[] ODD_IDS = {
        "0-0",
        "0",
        "-",
        "+",
        "x",
        "",
        "5-",
        "-5",
        "5--1",
        "5- 1",
        "+5-07",
        "18446744073709551615",
        "18446744073709551616-1",
        "5-18446744073709551615",
        "1-2-3",
        "(5"
    };

    private final RandomCommands all;
    /** The latest time of an id. */
    private int top;

    private RandomStreams(RandomCommands all) {
        this.all = all;
    }

    private String key() {
        return all.one("k1", "k2", "k3", "h1");
    }

    /** An id of one of the latest times, so that they meet. */
    private String id() {
        if (all.random.nextInt(15) == 0) {
            return all.one(ODD_IDS);
        }
        String time = Integer.toString(Math.max(0, top - all.random.nextInt(-3, 40)));
        return all.random.nextInt(4) == 0 ? time : time + "-" + all.random.nextInt(4);
    }

    private String newId() {
        top += all.random.nextInt(2);
        return switch (all.random.nextInt(6)) {
            case 0 -> top + "-*";
            case 1 -> id();
            default -> top + "-" + all.random.nextInt(4);
        };
    }

    private String edge() {
        return switch (all.random.nextInt(4)) {
            case 0 -> all.one("-", "+", "(-", "(0-0", "(18446744073709551615-18446744073709551615");
            case 1 -> "(" + id();
            default -> id();
        };
    }

    private String text() {
        return all.random.nextInt(12) == 0 ? "long ".repeat(all.random.nextInt(900)) : all.one(RandomCommands.VALUES);
    }

    private String[] xadd(String key) {
        List<String> words = new ArrayList<>(List.of("xadd", key));
        if (all.random.nextInt(4) == 0) {
            words.addAll(List.of(all.one(
                            "NOMKSTREAM",
                            "MAXLEN 0",
                            "MAXLEN = 3",
                            "maxlen 20",
                            "MAXLEN ~ 100000",
                            "MINID 20",
                            "minid = 5-2",
                            "MINID ~ 0",
                            "LIMIT 3",
                            "MAXLEN ~ 100000 LIMIT 5",
                            "MAXLEN 5 LIMIT 5",
                            "MAXLEN x",
                            "MAXLEN -1",
                            "MINID ~")
                    .split(" ")));
        }
        words.add(newId());
        for (int i = all.random.nextInt(all.one(List.of(1, 3, 20))); i >= 0; i--) {
            words.add(all.one("field", "f", "another field", ""));
            words.add(text());
        }
        if (all.random.nextInt(20) == 0) {
            words.add("odd");
        }
        return words.toArray(String[]::new);
    }

    private String[] xdel() {
        List<String> words = new ArrayList<>(List.of("xdel", key()));
        for (int i = all.random.nextInt(5); i >= 0; i--) {
            words.add(id());
        }
        return words.toArray(String[]::new);
    }

    private void reads() {
        all.add(2, () -> words("xlen", key()));
        all.add(
                6,
                () -> all.optional(
                        words(all.one("xrange", "xrevrange"), all.one("long", key()), edge(), edge()),
                        "COUNT 3",
                        "COUNT 0",
                        "COUNT -1",
                        "count 100",
                        "COUNT x",
                        "x"));
        all.add(
                4,
                () -> words("xread", "COUNT", all.one("1", "5", "0", "-1", "x"), "STREAMS", key(), key(), id(), id()));
        all.add(2, () -> words("xread", "STREAMS", key(), all.one(id(), "$", ">")));
        all.add(1, () -> words("xread", "BLOCK", all.one("1", "-1", "x"), "streams", key(), "0"));
    }

    static RandomCommands commands(long seed) {
        RandomCommands all = new RandomCommands(seed);
        RandomStreams streams = new RandomStreams(all);
        all.keys();
        all.add(20, () -> streams.xadd(streams.key()));
        all.add(6, () -> words("xadd", "long", streams.newId(), "f", streams.text()));
        streams.reads();
        all.add(4, () -> streams.xdel());
        all.add(
                2,
                () -> all.optional(
                        words("xtrim", streams.key(), all.one("MAXLEN", "MINID"), all.one("0", "5", "30", "x", "-1")),
                        "LIMIT 5",
                        "LIMIT 0",
                        "LIMIT x",
                        "MAXLEN 3",
                        "x"));
        all.add(1, () -> words("xtrim", "long", "MAXLEN", Integer.toString(all.random.nextInt(300))));
        all.add(
                2,
                () -> all.optional(
                        words("xsetid", streams.key(), streams.id()),
                        "ENTRIESADDED 100",
                        "ENTRIESADDED 0",
                        "ENTRIESADDED -1",
                        "MAXDELETEDID 3-1",
                        "MAXDELETEDID x",
                        "x"));
        all.add(2, () -> all.optional(words("xinfo", "stream", streams.key()), "FULL", "FULL COUNT 2", "COUNT 1"));
        all.add(1, () -> words("xinfo", "groups", streams.key()));
        all.add(1, () -> words("xinfo", "consumers", streams.key(), "none"));
        all.add(1, () -> words("object", "encoding", "long"));
        all.add(1, () -> words("set", streams.key(), all.one(RandomCommands.VALUES)));
        return all;
    }
}
