package dev.larder.server.warm;

import dev.larder.server.rdb.RdbDump;
import java.io.IOException;
import java.util.Set;

/** Tells from a value in Redis's form why a server did not take it. Pure functions. */
final class Payloads {
    private static final int FOOT = 10;
    private static final int BYTE = 8;
    private static final Set<Integer> STREAMS = Set.of(15, 19, 21);
    private static final Set<Integer> MODULES = Set.of(6, 7);
    private static final int MOST_SHOWN = 80;

    private Payloads() {}

    /** A few words: of which kind it is, or what the server said. */
    static String reason(byte[] payload, String said) {
        int kind = payload.length > FOOT ? payload[0] & 0xFF : -1;
        if (STREAMS.contains(kind)) {
            return hasGroups(payload) ? "a stream with consumer groups" : "a stream";
        }
        if (MODULES.contains(kind)) {
            return "a module's value";
        }
        if (payload.length > FOOT && said.contains("version or checksum")) {
            int at = payload.length - FOOT;
            return "of form " + ((payload[at] & 0xFF) | (payload[at + 1] & 0xFF) << BYTE)
                    + ", which a newer server writes";
        }
        return said.length() > MOST_SHOWN ? said.substring(0, MOST_SHOWN) : said;
    }

    private static boolean hasGroups(byte[] stream) {
        try {
            return RdbDump.isSound(stream) && RdbDump.check(stream) != null;
        } catch (IOException unreadable) {
            return false;
        }
    }
}
