package dev.larder.jdbc;

import java.util.Locale;
import java.util.regex.Pattern;

/** The names of a tier's tables. Safe to put into SQL: the prefix is checked. Immutable. */
record Tables(String prefix) {
    private static final Pattern PREFIX = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,29}");

    Tables {
        if (!PREFIX.matcher(prefix).matches()) {
            throw new IllegalArgumentException(
                    "larder.table must be a letter and up to 29 letters, digits and '_' but was '"
                            + prefix.substring(0, Math.min(prefix.length(), 64)) + "'");
        }
    }

    /** One row for each cache: which generation is read, and which one a rebuild fills. */
    String caches() {
        return prefix + "_caches";
    }

    /** Values, leases and tombstones. */
    String entries() {
        return prefix + "_entries";
    }

    /** Generations to be swept away, as soon as no cache names them. */
    String old() {
        return prefix + "_old";
    }

    /** One row for each cache: the number of its last message. */
    String feeds() {
        return prefix + "_feeds";
    }

    /** The bus. */
    String messages() {
        return prefix + "_messages";
    }

    /** What PostgreSQL's LISTEN and NOTIFY call the bus. */
    String channel() {
        return prefix.toLowerCase(Locale.ROOT) + "_bus";
    }

    /** One row for each cache whose entries have tags: its tag clock. */
    String tagClocks() {
        return prefix + "_tag_clocks";
    }

    /** When each tag was last invalidated. */
    String tags() {
        return prefix + "_tags";
    }

    /** Who sweeps. */
    String duties() {
        return prefix + "_duties";
    }
}
