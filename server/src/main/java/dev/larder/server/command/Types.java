package dev.larder.server.command;

import dev.larder.protocol.bytes.Ascii;
import dev.larder.server.store.Entry;
import dev.larder.server.store.ValueType;

/** What Redis calls types of values, and the ways in which they are kept. */
final class Types {
    private static final byte[] STRING = Ascii.bytes("+string\r\n");
    private static final byte[] HASH = Ascii.bytes("+hash\r\n");
    private static final byte[] SET = Ascii.bytes("+set\r\n");
    private static final byte[] LIST = Ascii.bytes("+list\r\n");
    private static final byte[] STREAM = Ascii.bytes("+stream\r\n");
    private static final byte[] SORTED_SET = Ascii.bytes("+zset\r\n");
    private static final int EMBEDDED_BYTES = 44;
    private static final int PACKED_FIELDS = 64;
    private static final int MOST_NUMBERS = 512;
    private static final int PACKED_SCORES = 128;
    private static final int STEP = 64;

    private Types() {}

    /** As {@code TYPE} answers it. */
    static byte[] reply(ValueType type) {
        return switch (type) {
            case STRING -> STRING;
            case HASH -> HASH;
            case SET -> SET;
            case SORTED_SET -> SORTED_SET;
            case LIST -> LIST;
            case STREAM -> STREAM;
        };
    }

    static String name(ValueType type) {
        return switch (type) {
            case STRING -> "string";
            case HASH -> "hash";
            case SET -> "set";
            case SORTED_SET -> "zset";
            case LIST -> "list";
            case STREAM -> "stream";
        };
    }

    /** The nearest thing that Redis has a word for. */
    static String encoding(Entry entry) {
        return switch (entry.type()) {
            case STRING -> entry.isNumber() ? "int" : entry.length() <= EMBEDDED_BYTES ? "embstr" : "raw";
            case HASH -> entry.fields().count() <= PACKED_FIELDS ? "listpack" : "hashtable";
            case SET -> isOfNumbers(entry) ? "intset" : "hashtable";
            case SORTED_SET -> entry.scores().count() <= PACKED_SCORES ? "listpack" : "skiplist";
            case LIST -> "quicklist";
            case STREAM -> "stream";
        };
    }

    private static boolean isOfNumbers(Entry entry) {
        if (entry.members().count() > MOST_NUMBERS) {
            return false;
        }
        boolean[] all = {true};
        long cursor = 0;
        do {
            cursor = entry.members().scan(cursor, STEP, member -> all[0] &= SetCommands.isNumber(member));
        } while (cursor != 0 && all[0]);
        return all[0];
    }
}
