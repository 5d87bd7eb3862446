package dev.larder.cli;

import java.util.Arrays;
import java.util.List;

/** The tiers that an option names, nearest first, with commas between them. */
final class TierNames {
    /** A comma that a scheme or nothing follows, and not a further server of the same tier, with or without its port. */
    private static final String NEXT = ",(?=\\s*(?:,|$|memory:|[A-Za-z][A-Za-z0-9+.-]*:(?![0-9])))";

    private TierNames() {}

    /** Each by itself, such as {@code memory:64MiB} and {@code memcached://a:11211,b:11211}. */
    static List<String> in(String option) {
        return Arrays.stream(option.split(NEXT, -1)).map(String::strip).toList();
    }
}
