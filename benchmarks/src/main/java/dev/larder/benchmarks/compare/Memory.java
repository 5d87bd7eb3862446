package dev.larder.benchmarks.compare;

import dev.larder.benchmarks.engine.HeapProbe;
import dev.larder.benchmarks.engine.peer.EngineKind;
import dev.larder.benchmarks.process.Jdk;
import dev.larder.benchmarks.process.Jvm;
import dev.larder.benchmarks.report.Spread;
import dev.larder.benchmarks.report.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Heap bytes of an entry beyond its key and value. Counted once: it does not vary. */
final class Memory {
    private static final Target TARGET = Target.atMost(0.60, 0.45);
    private static final String COMPACT_HEADERS = "-XX:+UseCompactObjectHeaders";
    private static final int COMPACT_HEADERS_SINCE = 25;

    private Memory() {}

    static Findings run(Ground ground) throws IOException, InterruptedException {
        int entries = ground.run().size(1_000_000, 50_000);
        List<Score> scores = new ArrayList<>();
        Table table = new Table(headings());
        for (Map.Entry<String, Jvm> jvm : jvms(ground).entrySet()) {
            for (boolean expires : new boolean[] {false, true}) {
                Map<EngineKind, Double> bytes = new EnumMap<>(EngineKind.class);
                for (EngineKind kind : EngineKind.values()) {
                    String answer = Ground.probe(HeapProbe.class, jvm.getValue(), kind, entries, expires);
                    bytes.put(kind, Double.valueOf(answer.split(" ", -1)[0]));
                }
                String what = expires ? "bounded, with time to live" : "bounded";
                table.row(row(jvm.getKey() + ", " + what, bytes));
                scores.add(score(jvm.getKey(), what, bytes));
                ground.run().progress("memory, " + jvm.getKey() + ", " + what + ": " + bytes);
            }
        }
        String introduction = String.format("""
                Growth of the heap when a cache with a bound of %,d entries is filled with as many, divided by how many it \
                then holds. Keys and values, `Long` each, were there before and are not in it. Compressed references; \
                the serial collector, because it accounts for each byte. `ConcurrentHashMap` has no time to live.""", entries);
        return new Findings(scores, List.of(new Findings.Section("Memory", introduction, table)));
    }

    private static Map<String, Jvm> jvms(Ground ground) {
        Map<String, Jvm> jvms = new LinkedHashMap<>();
        for (Jdk jdk : ground.jdks()) {
            jvms.put(jdk.title(), exact(jdk));
            if (jdk.feature() >= COMPACT_HEADERS_SINCE) {
                jvms.put(jdk.title() + ", compact headers", exact(jdk, COMPACT_HEADERS));
            }
        }
        return jvms;
    }

    private static Jvm exact(Jdk jdk, String... more) {
        List<String> options = new ArrayList<>(HeapProbe.EXACT);
        options.add("-Xmx2g");
        options.addAll(List.of(more));
        return new Jvm(jdk.home(), options);
    }

    private static String[] headings() {
        List<String> headings = new ArrayList<>(List.of("bytes for an entry"));
        for (EngineKind kind : EngineKind.values()) {
            headings.add(kind.title());
        }
        return headings.toArray(String[]::new);
    }

    private static Object[] row(String first, Map<EngineKind, Double> bytes) {
        List<Object> cells = new ArrayList<>(List.of(first));
        bytes.values().forEach(each -> cells.add(String.format("%.1f", each)));
        return cells.toArray();
    }

    static Score score(String jvm, String what, Map<EngineKind, Double> bytes) {
        double caffeine = bytes.getOrDefault(EngineKind.CAFFEINE, Double.NaN);
        return new Score(
                jvm,
                "heap bytes for an entry, " + what + ": share of Caffeine's",
                TARGET,
                Spread.of(bytes.getOrDefault(EngineKind.LARDER_STORE, Double.NaN) / caffeine),
                Spread.of(bytes.getOrDefault(EngineKind.LARDER_CACHE, Double.NaN) / caffeine));
    }
}
