package dev.larder.checks;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** The arrows between modules, and what else of the world each library may touch. */
final class Modules {
    /** Module folder → the modules its main code may use. Tests may use {@code testkit} besides. */
    static final Map<String, Set<String>> ARROWS = Map.ofEntries(
            Map.entry("core", Set.of()),
            Map.entry("testkit", Set.of("core")),
            Map.entry("core-tests", Set.of()),
            Map.entry("core-stress", Set.of()),
            Map.entry("codecs/json", Set.of("core")),
            Map.entry("codecs/binary", Set.of("core", "codecs/json")),
            Map.entry("protocol", Set.of()),
            Map.entry("tiers/redis", Set.of("core", "codecs/json")),
            Map.entry("tiers/memcached", Set.of("core", "codecs/json", "protocol")),
            Map.entry("tiers/jdbc", Set.of("core", "codecs/json")),
            Map.entry("tiers/file", Set.of("core", "codecs/json")),
            Map.entry("server", Set.of("core", "protocol")),
            Map.entry("coherence-tests", Set.of()),
            Map.entry("stack-tests", Set.of()),
            Map.entry("client-tests", Set.of()),
            Map.entry(
                    "examples/storefront",
                    Set.of("core", "codecs/json", "tiers/redis", "tiers/memcached", "tiers/jdbc", "tiers/file")),
            Map.entry(
                    "cli",
                    Set.of(
                            "core",
                            "codecs/json",
                            "tiers/redis",
                            "tiers/memcached",
                            "tiers/jdbc",
                            "tiers/file",
                            "server",
                            "examples/storefront")),
            Map.entry("benchmarks/engine", Set.of("core")),
            Map.entry(
                    "benchmarks",
                    Set.of(
                            "core",
                            "codecs/json",
                            "tiers/redis",
                            "tiers/memcached",
                            "tiers/jdbc",
                            "tiers/file",
                            "examples/storefront",
                            "server",
                            "benchmarks/engine")),
            Map.entry("checks", Set.of()));

    /** Library module → packages outside Larder that its main code may use; the JDK is always allowed. */
    static final Map<String, List<String>> OUTSIDE = Map.of(
            "core", List.of(),
            "testkit", List.of("org.junit.jupiter.", "org.assertj."),
            "codecs/json", List.of("tools.jackson.", "com.fasterxml.jackson.annotation."),
            "codecs/binary", List.of("tools.jackson."),
            "protocol", List.of(),
            "tiers/redis", List.of("io.lettuce.", "io.netty.", "reactor.", "org.reactivestreams."),
            "tiers/memcached", List.of("io.netty."),
            "tiers/jdbc", List.of("com.zaxxer.hikari.", "org.postgresql."),
            "tiers/file", List.of());

    /** Annotations for the compiler, gone or harmless at run time. */
    static final List<String> ANNOTATIONS = List.of("org.jspecify.annotations.", "com.google.errorprone.annotations.");

    private Modules() {}

    static boolean isLibrary(String module) {
        return OUTSIDE.containsKey(module);
    }
}
