package dev.larder.server;

import java.util.SplittableRandom;

/**
 * Random commands of Memcached for a few keys. {@code #} in one stands for the CAS number of its key that was seen last,
 * {@code ~} for the one seen before. Keys that begin with {@code n} have numbers.
 */
final class RandomTexts {
    private static final String[] TIMES = {"0", "100", "1000", "-1", "", "2000000000", "2592001"};
    private static final String[] NUMBERS = {"0", "1", "7", "18446744073709551615", "9223372036854775807", "100"};

    private final SplittableRandom random;

    RandomTexts(long seed) {
        random = new SplittableRandom(seed);
    }

    private String any(String... of) {
        return of[random.nextInt(of.length)];
    }

    private boolean rarely(int one) {
        return random.nextInt(one) == 0;
    }

    private String key() {
        return any("k0", "k1", "k2");
    }

    private String time() {
        String time = TIMES[random.nextInt(TIMES.length)];
        return time.isEmpty() ? "200" : time;
    }

    private String value() {
        return "v".repeat(random.nextInt(5)) + random.nextInt(100);
    }

    private String sized(String line, String rest, String value) {
        return line + " " + value.length() + rest + "|" + value + "|";
    }

    private String quiet() {
        return rarely(6) ? " noreply" : "";
    }

    /** The next command; its key is its second or, with {@code gat}, its third word. */
    String next() {
        return switch (random.nextInt(8)) {
            case 0 -> get();
            case 1 -> store();
            case 2 -> number();
            case 3 -> metaGet();
            case 4, 5 -> metaSet();
            case 6 -> metaDelete();
            default -> rest();
        };
    }

    private String get() {
        return any("get ", "gets ", "gat " + time() + " ", "gats " + time() + " ") + any(key(), key(), "n0") + "|";
    }

    private String store() {
        String command = any("set", "set", "add", "replace", "append", "prepend");
        String rest = " " + any("0", "1", "4294967295") + " " + time();
        if (rarely(3)) {
            return sized("cas " + key() + rest, " " + any("#", "~", "0", "1") + quiet(), value());
        }
        return sized(command + " " + key() + rest, quiet(), value());
    }

    private String number() {
        String key = any("n0", "n1");
        return switch (random.nextInt(4)) {
            case 0 -> sized("set n" + random.nextInt(2) + " 5 " + time(), "", NUMBERS[random.nextInt(NUMBERS.length)]);
            case 1 -> any("incr ", "decr ") + key + " " + NUMBERS[random.nextInt(NUMBERS.length)] + quiet() + "|";
            default ->
                "ma " + key + any("", " N0", " N100 J13") + any("", " MI", " MD", " M+", " M-") + any("", " D5", " D0")
                        + any("", " v", " v t", " t T300 t", " c", " q", " v k O1") + any("", "", " C#", " C~", " C0")
                        + "|";
        };
    }

    private String metaGet() {
        String key = any(key(), key(), "missing");
        if (rarely(10)) {
            return "mg azk= b k v|";
        }
        return "mg " + key + any("", " v", " v") + any("", " N100", " N0") + any("", " R30", " R500")
                + any("", " t T300", " T100 t", " t") + any("", " h", " f s", " c", " u h", " k O7", " q", " l") + "|";
    }

    private String metaSet() {
        if (rarely(12)) {
            return sized("ms azk=", " b k c", value());
        }
        String condition = any("", "", "", " C#", " C~", " C~ I", " C0", " I");
        return sized(
                "ms " + key(),
                any("", " T100", " T0", " T-1")
                        + any("", " F9")
                        + any("", " MS", " ME", " MR", " MA", " MP")
                        + condition
                        + any("", " c", " k", " O55", " q", " c k O5"),
                value());
    }

    private String metaDelete() {
        if (rarely(12)) {
            return "md azk= b" + any("", " k") + "|";
        }
        return "md " + any(key(), "missing") + any("", " I", " I", " I T50") + any("", "", " C#", " C~", " C0")
                + any("", " q", " k", " O9 k") + "|";
    }

    private String rest() {
        return switch (random.nextInt(12)) {
            // Not at a later time: with that memcached gives back what an earlier flush took.
            case 0 -> "flush_all" + any("", " noreply", " 0", " -1") + "|";
            case 1 -> "verbosity 1" + quiet() + "|";
            case 2, 3, 4 -> "touch " + key() + " " + time() + quiet() + "|";
            case 5 -> "me " + any(key(), "missing") + "|";
            default -> "delete " + any(key(), "n0") + any("", " 0") + quiet() + "|";
        };
    }
}
