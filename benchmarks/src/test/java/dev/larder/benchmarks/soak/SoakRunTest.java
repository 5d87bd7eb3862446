package dev.larder.benchmarks.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.benchmarks.process.Jvm;
import dev.larder.benchmarks.process.RedisServer;
import dev.larder.benchmarks.process.ServerProcess;
import dev.larder.benchmarks.report.Claim;
import dev.larder.benchmarks.server.LarderMember;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The short form of {@code bin/bench server --parts SOAK}: a quarter of a minute, with little memory and more haste. */
class SoakRunTest {
    private static final long MAX_MEMORY = 12L << 20;
    /** Heap, classes and compiled code of a JVM; what passes through in a quarter of a minute is more. */
    private static final double JVM_BYTES = 300 << 20;

    @Test
    void memoryStaysWithinItsBoundAndNothingFails() throws Exception {
        int memcachedPort = RedisServer.freePort();
        List<String> directives = List.of(
                "--maxmemory",
                Long.toString(MAX_MEMORY),
                "--memcached-port",
                Integer.toString(memcachedPort),
                "--io-threads",
                "1");
        Jvm jvm = Jvm.ofThisJdk(List.of("-Xmx128m", "-Xmn16m", "-XX:+UseSerialGC"));
        SoakPlan plan = new SoakPlan(Duration.ofSeconds(15), 4_000, MAX_MEMORY, Duration.ofSeconds(4));
        try (ServerProcess server = ServerProcess.java(jvm, LarderMember.class, "--port", directives)) {
            server.awaitPort(memcachedPort);
            SoakRun soak = new SoakRun(plan, server, memcachedPort);
            List<String> seen = new ArrayList<>();

            soak.run(seen::add);

            assertThat(soak.safety()).as(String.join("\n", seen)).allMatch(Claim::held);
            assertThat(soak.lastResident()).isLessThan(MAX_MEMORY + JVM_BYTES);
            assertThat(seen.getLast()).doesNotContain(", 0 evicted");
        }
    }
}
