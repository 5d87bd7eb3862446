package dev.larder.server.rdb;

import dev.larder.server.store.Entry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Reads one value of Redis, of any type that Redis has given it. Pure but for the input. */
public final class RdbValues {
    /** The latest version of the form that is known. */
    public static final int NEWEST = 12;

    static final int STRING = 0;
    static final int LIST = 1;
    static final int SET = 2;
    static final int HASH = 4;
    static final int SORTED_SET = 5;
    static final int HASH_WITH_EXPIRY = 24;

    private static final int MINUS_INFINITY = 255;
    private static final int PLUS_INFINITY = 254;
    private static final int NO_NUMBER = 253;

    private RdbValues() {}

    /** Whether {@link #read} knows a type. */
    public static boolean isKnown(int type) {
        return (type >= STRING && type <= 25) && type != 6 && type != 8 && type != 22 && type != 23;
    }

    /** Reads a value, all of it also where it is of a foreign kind. */
    public static void read(int type, RdbInput in, Items into) throws IOException {
        switch (type) {
            case STRING -> into.string(in.string());
            case LIST -> each(in, () -> into.element(in.string()));
            case SET -> each(in, () -> into.member(in.string()));
            case 3 -> each(in, () -> into.scored(in.string(), written(in)));
            case HASH -> each(in, () -> into.field(in.string(), in.string(), Entry.NEVER));
            case SORTED_SET -> each(in, () -> into.scored(in.string(), number(in.real())));
            case 9 -> {
                Packed map = Packed.zipmap(in.string());
                while (map.hasNext()) {
                    into.field(map.nextOfZipmap(false), map.nextOfZipmap(true), Entry.NEVER);
                }
            }
            case 10 -> ziplist(in, into);
            case 11 -> Packed.intset(in.string(), into);
            case 12 -> {
                Packed set = Packed.ziplist(in.string());
                while (set.hasNext()) {
                    into.scored(set.nextOfZiplist(), parsed(set.nextOfZiplist()));
                }
            }
            case 13 -> {
                Packed hash = Packed.ziplist(in.string());
                while (hash.hasNext()) {
                    into.field(hash.nextOfZiplist(), hash.nextOfZiplist(), Entry.NEVER);
                }
            }
            case 14 -> each(in, () -> ziplist(in, into));
            case 15, RdbStream.WRITTEN, 21 -> RdbStream.read(type, in, into);
            case 7 -> {
                into.foreign("values of modules");
                in.length();
                skipModule(in);
            }
            default -> newer(type, in, into);
        }
    }

    private static void newer(int type, RdbInput in, Items into) throws IOException {
        switch (type) {
            case 16 -> {
                Packed hash = Packed.listpack(in.string());
                while (hash.hasNext()) {
                    into.field(hash.nextOfListpack(), hash.nextOfListpack(), Entry.NEVER);
                }
            }
            case 17 -> {
                Packed set = Packed.listpack(in.string());
                while (set.hasNext()) {
                    into.scored(set.nextOfListpack(), parsed(set.nextOfListpack()));
                }
            }
            case 18 -> each(in, () -> node(in, into));
            case 20 -> {
                Packed set = Packed.listpack(in.string());
                while (set.hasNext()) {
                    into.member(set.nextOfListpack());
                }
            }
            case HASH_WITH_EXPIRY -> {
                long least = in.little(Long.BYTES);
                each(in, () -> {
                    long after = in.length();
                    into.field(in.string(), in.string(), after == 0 ? Entry.NEVER : least + after - 1);
                });
            }
            case 25 -> {
                in.little(Long.BYTES);
                Packed hash = Packed.listpack(in.string());
                while (hash.hasNext()) {
                    byte[] name = hash.nextOfListpack();
                    byte[] value = hash.nextOfListpack();
                    long expiresAt = (long) parsed(hash.nextOfListpack());
                    into.field(name, value, expiresAt <= 0 ? Entry.NEVER : expiresAt);
                }
            }
            default -> throw new RdbException("values of type " + type + " are not known");
        }
    }

    /** Something to be read again and again. */
    @FunctionalInterface
    private interface Step {
        void read() throws IOException;
    }

    private static void each(RdbInput in, Step step) throws IOException {
        for (long left = in.count(); left > 0; left--) {
            step.read();
        }
    }

    private static void ziplist(RdbInput in, Items into) throws IOException {
        Packed list = Packed.ziplist(in.string());
        while (list.hasNext()) {
            into.element(list.nextOfZiplist());
        }
    }

    /** A node of a list: one element, or a list pack of them. */
    private static void node(RdbInput in, Items into) throws IOException {
        long form = in.length();
        byte[] bytes = in.string();
        if (form == 1) {
            into.element(bytes);
            return;
        }
        Packed list = Packed.listpack(bytes);
        while (list.hasNext()) {
            into.element(list.nextOfListpack());
        }
    }

    private static double written(RdbInput in) throws IOException {
        int length = in.u8();
        return switch (length) {
            case MINUS_INFINITY -> Double.NEGATIVE_INFINITY;
            case PLUS_INFINITY -> Double.POSITIVE_INFINITY;
            case NO_NUMBER -> throw new RdbException("a score must be a number but is none");
            default -> parsed(in.bytes(length));
        };
    }

    private static double parsed(byte[] text) throws RdbException {
        String word = new String(text, StandardCharsets.ISO_8859_1);
        try {
            return number(
                    switch (word) {
                        case "inf", "+inf" -> Double.POSITIVE_INFINITY;
                        case "-inf" -> Double.NEGATIVE_INFINITY;
                        default -> Double.parseDouble(word);
                    });
        } catch (NumberFormatException e) {
            throw new RdbException("a number must be written as one");
        }
    }

    private static double number(double score) throws RdbException {
        if (Double.isNaN(score)) {
            throw new RdbException("a score must be a number but is none");
        }
        return score;
    }

    // What is passed over.

    /** Passes over what a module wrote, up to its end. */
    static void skipModule(RdbInput in) throws IOException {
        for (long kind = in.length(); kind != 0; kind = in.length()) {
            switch ((int) Math.min(kind, Integer.MAX_VALUE)) {
                case 1, 2 -> in.length();
                case 3 -> in.skip(Float.BYTES);
                case 4 -> in.skip(Double.BYTES);
                case 5 -> in.string();
                default ->
                    throw new RdbException("a module's value has a part of kind " + kind + ", which is not known");
            }
        }
    }
}
