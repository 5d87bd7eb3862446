package dev.larder.memcached;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What stands behind the question mark of a Memcached tier's URI. Immutable; what is wrong is an
 * {@link IllegalArgumentException} that names the option.
 */
final class AddressOptions {
    /** How a server's certificate is checked. */
    enum Verify {
        FULL,
        CA,
        NONE
    }

    /** What happens to the keys of a server that is away. */
    enum OnFailure {
        /** They are misses. */
        MISS,
        /** Other servers of the ring have them meanwhile. */
        NEXT,
        /** Servers that are there for this have them meanwhile. */
        GUTTER
    }

    /**
     * Who tells the servers that hold values.
     *
     * @param place the name to look up and the servers' port, or the configuration endpoint
     */
    record Source(Kind kind, HostAndPort place) {
        /** How it is asked. */
        enum Kind {
            DNS,
            ELASTICACHE
        }
    }

    private static final Set<String> KNOWN = Set.of(
            "back-after",
            "connect-timeout",
            "discovery",
            "discovery-every",
            "gutter",
            "item-size",
            "more",
            "on-failure",
            "out-after",
            "split-up-to",
            "verify",
            "warm-up",
            "without");
    private static final String DNS = "dns:";
    private static final String ELASTICACHE = "elasticache:";
    private static final Duration ONE_MILLI = Duration.ofMillis(1);
    private static final Duration LEAST_PATIENCE = Duration.ofMillis(100);
    private static final Duration ONE_SECOND = Duration.ofSeconds(1);

    private final Duration connectTimeout;
    private final Duration warmUp;
    private final Duration discoveryPeriod;
    private final Duration outAfter;
    private final Duration backAfter;
    private final OnFailure onFailure;
    private final List<HostAndPort> gutter;
    private final Verify verify;
    private final Parts.Limits partLimits;
    private final List<HostAndPort> more;
    private final List<HostAndPort> without;
    private final @Nullable Source discovery;

    private AddressOptions(Map<String, String> given) {
        Values values = new Values(given);
        this.connectTimeout = values.duration("connect-timeout", "2s", ",ms,s,", ONE_MILLI, "500ms or 2s");
        this.warmUp = values.duration("warm-up", "10m", ",s,m,", Duration.ZERO, "90s or 10m, or 0s,");
        this.discoveryPeriod = values.duration("discovery-every", "30s", ",s,m,", ONE_SECOND, "30s or 1m");
        this.onFailure = values.onFailure();
        this.outAfter = values.duration("out-after", "3s", ",ms,s,m,", LEAST_PATIENCE, "500ms or 3s");
        this.backAfter = values.duration("back-after", "60s", ",ms,s,m,", LEAST_PATIENCE, "60s or 5m");
        this.gutter = values.servers("gutter");
        this.verify = values.verify();
        this.partLimits = values.partLimits();
        this.more = values.servers("more");
        this.without = values.servers("without");
        this.discovery = values.discovery();
        if (discovery != null && !(more.isEmpty() && without.isEmpty())) {
            throw wrong("discovery", "tells which servers hold values, so 'more' and 'without' must not be there");
        }
        if (discovery == null && given.containsKey("discovery-every")) {
            throw wrong("discovery-every", "must stand beside 'discovery'");
        }
        if (gutter.isEmpty() != (onFailure != OnFailure.GUTTER)) {
            throw wrong("gutter", "must name servers where on-failure=gutter stands, and only there");
        }
    }

    /** Reads {@code name=value&name=value…}. */
    static AddressOptions of(@Nullable String text, boolean isTls) {
        Map<String, String> given = new LinkedHashMap<>();
        for (String option : text == null || text.isEmpty() ? new String[0] : text.split("&", -1)) {
            int equals = option.indexOf('=');
            String name = equals < 0 ? option : option.substring(0, equals);
            if (!KNOWN.contains(name) || (name.equals("verify") && !isTls)) {
                Set<String> known = new TreeSet<>(KNOWN);
                known.removeIf(each -> each.equals("verify") && !isTls);
                throw wrong("the option '" + name + "'", "is unknown; known are " + String.join(", ", known));
            }
            given.put(name, equals < 0 ? "" : option.substring(equals + 1));
        }
        return new AddressOptions(given);
    }

    /** What was given, read. */
    private record Values(Map<String, String> given) {
        Duration duration(String name, String otherwise, String units, Duration least, String examples) {
            return read(name, () -> OptionValue.duration(given.getOrDefault(name, otherwise), units, least, examples));
        }

        List<HostAndPort> servers(String name) {
            String text = given.get(name);
            return text == null ? List.of() : HostAndPort.list(text);
        }

        OnFailure onFailure() {
            String text = given.getOrDefault("on-failure", "miss");
            return switch (text) {
                case "miss" -> OnFailure.MISS;
                case "next" -> OnFailure.NEXT;
                case "gutter" -> OnFailure.GUTTER;
                default -> throw wrong("on-failure", "must be miss, next or gutter but was '" + text + "'");
            };
        }

        Verify verify() {
            String text = given.getOrDefault("verify", "full");
            return switch (text) {
                case "full" -> Verify.FULL;
                case "ca" -> Verify.CA;
                case "none" -> Verify.NONE;
                default -> throw wrong("verify", "must be full, ca or none but was '" + text + "'");
            };
        }

        Parts.Limits partLimits() {
            return new Parts.Limits(
                    bytes("item-size", Parts.Limits.LEAST_ITEM_BYTES, Parts.Limits.DEFAULT.itemBytes()),
                    bytes("split-up-to", 0, Parts.Limits.DEFAULT.splitUpToBytes()));
        }

        private int bytes(String name, int least, int otherwise) {
            String text = given.get(name);
            return text == null ? otherwise : read(name, () -> OptionValue.bytes(text, least, Parts.Limits.MOST_BYTES));
        }

        @Nullable Source discovery() {
            String text = given.get("discovery");
            if (text == null) {
                return null;
            }
            if (text.startsWith(DNS)) {
                return new Source(Source.Kind.DNS, place(text.substring(DNS.length())));
            }
            if (text.startsWith(ELASTICACHE)) {
                return new Source(Source.Kind.ELASTICACHE, place(text.substring(ELASTICACHE.length())));
            }
            throw wrong("discovery", "must be dns:NAME[:port] or elasticache:HOST[:port] but was '" + text + "'");
        }

        private static HostAndPort place(String text) {
            if (text.indexOf('*') >= 0) {
                throw wrong("discovery", "must name a host without a weight but was '" + text + "'");
            }
            return read("discovery", () -> HostAndPort.of(text));
        }

        private static <T> T read(String name, Supplier<T> reading) {
            try {
                return reading.get();
            } catch (IllegalArgumentException e) {
                throw wrong(name, e);
            }
        }
    }

    Duration connectTimeout() {
        return connectTimeout;
    }

    Duration warmUp() {
        return warmUp;
    }

    /** How often {@link #discovery()} is asked. */
    Duration discoveryPeriod() {
        return discoveryPeriod;
    }

    OnFailure onFailure() {
        return onFailure;
    }

    /** Those that have the keys of servers that are away; none unless {@link OnFailure#GUTTER}. */
    List<HostAndPort> gutter() {
        return gutter;
    }

    /** How long a server must have been away before it goes out. */
    Duration outAfter() {
        return outAfter;
    }

    /** How long one that is out must have been reached before it is taken in again. */
    Duration backAfter() {
        return backAfter;
    }

    Verify verify() {
        return verify;
    }

    Parts.Limits partLimits() {
        return partLimits;
    }

    List<HostAndPort> more() {
        return more;
    }

    List<HostAndPort> without() {
        return without;
    }

    /** Null where the URI names the servers. */
    @Nullable Source discovery() {
        return discovery;
    }

    private static IllegalArgumentException wrong(String part, IllegalArgumentException why) {
        return new IllegalArgumentException(part + " of a Memcached tier: " + why.getMessage(), why);
    }

    private static IllegalArgumentException wrong(String part, String rule) {
        return new IllegalArgumentException(part + " of a Memcached tier " + rule);
    }
}
