package dev.larder.benchmarks.far;

import dev.larder.benchmarks.far.FarKind.Ports;
import dev.larder.benchmarks.process.ChildJvm;
import dev.larder.benchmarks.process.RedisServer;
import dev.larder.benchmarks.report.RunOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps a process for each contender, lets one work at a time for a slice, in every round each with another one first, and
 * keeps what they did. So all are measured within seconds of each other, warm, and none in a JVM whose code another has
 * shaped. For one thread.
 */
final class Turns implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofMinutes(3);
    private static final Duration SLICE_TIMEOUT = Duration.ofMinutes(2);
    private static final List<String> JVM_OPTIONS = List.of("-Xms256m", "-Xmx256m", "-XX:+UseSerialGC");
    private static final int WARM_UPS = 2;
    private static final int SMOKE_WARM_UPS = 0;

    private final RunOptions run;
    private final Ports ports;
    private final int millis;
    private final Map<FarKind, ChildJvm> members = new EnumMap<>(FarKind.class);
    private final Map<Race, Map<FarKind, List<Slice>>> slices = new HashMap<>();
    private final Map<Race, Map<FarKind, List<Double>>> redisReads = new HashMap<>();
    private long seed;

    Turns(RunOptions run, Ports ports, int millis) {
        this.run = run;
        this.ports = ports;
        this.millis = millis;
    }

    /** Starts a process for each of {@code kinds}, which stores its {@code entries}. */
    void start(Collection<FarKind> kinds, int entries) throws IOException, InterruptedException {
        for (FarKind kind : kinds) {
            List<String> arguments = List.of(
                    kind.name(),
                    String.valueOf(entries),
                    String.valueOf(ports.redis()),
                    String.valueOf(ports.memcached()));
            ChildJvm member = ChildJvm.start(kind.name(), FarMember.class, JVM_OPTIONS, arguments);
            members.put(kind, member);
            member.await("ready", START_TIMEOUT);
            run.progress(kind.title() + " is ready");
        }
    }

    /** Runs all {@code races} in {@code rounds} that count, after two that do not. */
    void run(List<Race> races, int rounds) throws IOException, InterruptedException {
        int warmUps = run.quick() ? SMOKE_WARM_UPS : WARM_UPS;
        for (int round = -warmUps; round < rounds; round++) {
            for (Race race : races) {
                List<FarKind> order = new ArrayList<>(race.kinds());
                Collections.rotate(order, round);
                for (FarKind kind : order) {
                    turn(race, kind, round >= 0);
                }
            }
            run.progress(round < 0 ? "warm-up" : "round " + (round + 1) + " of " + rounds);
        }
    }

    private void turn(Race race, FarKind kind, boolean counts) throws IOException, InterruptedException {
        ChildJvm member = members.get(kind);
        if (member == null) {
            throw new IllegalStateException(kind + " was not started");
        }
        long before = redisReads(ports.redis());
        member.send("slice " + race.operation().name() + " " + race.threads() + " " + millis + " " + (seed += 100));
        Slice slice = Slice.parse(member.await("done", SLICE_TIMEOUT));
        double reads = (double) (redisReads(ports.redis()) - before) / slice.operations();
        if (counts) {
            slices.computeIfAbsent(race, key -> new EnumMap<>(FarKind.class))
                    .computeIfAbsent(kind, key -> new ArrayList<>())
                    .add(slice);
            redisReads
                    .computeIfAbsent(race, key -> new EnumMap<>(FarKind.class))
                    .computeIfAbsent(kind, key -> new ArrayList<>())
                    .add(reads);
        }
    }

    /** Commands that read a value, by Redis's own count. */
    static long redisReads(int port) throws IOException {
        long calls = 0;
        for (Map.Entry<String, String> each :
                RedisServer.info(port, "commandstats").entrySet()) {
            if (List.of("cmdstat_get", "cmdstat_mget", "cmdstat_hget").contains(each.getKey())) {
                calls += Long.parseLong(each.getValue().replaceFirst("calls=(\\d+).*", "$1"));
            }
        }
        return calls;
    }

    /** What was found. */
    Results results() {
        return new Results(slices, redisReads);
    }

    @Override
    public void close() {
        members.values().forEach(ChildJvm::close);
    }
}
